/** Names of the system and of the board (manual 2.10.4; NuttX: lib_utsname.c, lib_gethostname.c). */
import { Errno } from '../errno';
import type { Kernel } from '../kernel';
import { BUILD, VERSION } from '../version';

const HOST_NAME_MAX = 32;
const SYS_NAMELEN = 21;
const VERSION_NAMELEN = 51;

/** Stores a struct utsname. -EFAULT: nowhere to store it. */
export function uname(k: Kernel, name: number): number {
  if (name === 0) return -Errno.EFAULT;
  const { state, memory } = k;
  const fields: readonly (readonly [string, number])[] = [
    ['NuttX', SYS_NAMELEN],
    [state.hostName, HOST_NAME_MAX + 1],
    [VERSION, SYS_NAMELEN],
    [BUILD, VERSION_NAMELEN],
    [String(state.settings.config.CONFIG_ARCH ?? 'sim'), SYS_NAMELEN],
  ];
  let at = name;
  for (const [text, room] of fields) {
    memory.slice(at, room).fill(0);
    memory.storeString(at, text.slice(0, room - 1));
    at += room;
  }
  return 0;
}

/** Manual 2.10.4. What of the board's name finds room; it ends with a zero if all of it does. -EFAULT: nowhere to store it. */
export function gethostname({ state, memory }: Kernel, name: number, size: number): number {
  if (name === 0) return -Errno.EFAULT;
  const bytes = `${state.hostName}\0`.slice(0, size);
  for (let i = 0; i < bytes.length; i++) memory.store8(name + i, bytes.charCodeAt(i));
  return 0;
}

/** Manual 2.10.4. Names the board. -EFAULT: no name; -EINVAL: it has more than HOST_NAME_MAX characters. */
export function sethostname({ state, memory }: Kernel, name: number, size: number): number {
  if (name === 0) return -Errno.EFAULT;
  if (size >>> 0 > HOST_NAME_MAX) return -Errno.EINVAL;
  state.hostName = memory.string(name, size);
  return 0;
}
