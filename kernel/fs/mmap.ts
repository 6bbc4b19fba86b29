/**
 * Files in memory (manual 2.10.10; NuttX: fs/mmap). A file that lies in memory in one piece, as those of ROMFS on a RAM disk
 * do, is used where it is; of another a copy is made, with CONFIG_FS_RAMMAP. All tasks share what is mapped, and it stays
 * until munmap, whoever ends.
 */
import { Errno } from '../errno';
import type { Kernel } from '../kernel';
import { allocate, release } from '../mm/heap';
import { lookUpFile, type OpenFile } from './file';
import { isReadable } from './openflags';

export interface Mapping {
  /** Bytes. */
  length: number;
  /** It is a copy, in the heap. */
  copied: boolean;
}

const PROT_NONE = 0;
const Flag = { Shared: 1 << 0, Private: 1 << 1, Fixed: 1 << 4, Anonymous: 1 << 5, DenyWrite: 1 << 11 } as const;
const UNSUPPORTED = Flag.Private | Flag.Fixed | Flag.Anonymous | Flag.DenyWrite;

/**
 * Manual 2.10.11.1. The bytes of a file from `offset` on, in memory. The address asked for is ignored; what is written there
 * does not reach the file.
 *
 * @returns the address, or -EINVAL: the length is 0, or not exactly one of MAP_SHARED and MAP_PRIVATE is given; -ENOSYS:
 *   PROT_NONE, MAP_PRIVATE, MAP_FIXED, MAP_ANONYMOUS or MAP_DENYWRITE, or a file that would have to be copied, without
 *   CONFIG_FS_RAMMAP; -EBADF: not open; -EACCES: not open for reading; -ENODEV: a device that has no contents to map;
 *   -ENOMEM: no room for the copy; or what reading it gives
 */
export function mmap(
  k: Kernel,
  _start: number,
  length: number,
  prot: number,
  flags: number,
  fd: number,
  offset: number,
): number {
  const sharing = flags & (Flag.Shared | Flag.Private);
  if (length === 0 || (sharing !== Flag.Shared && sharing !== Flag.Private)) return -Errno.EINVAL;
  if (prot === PROT_NONE || (flags & UNSUPPORTED) !== 0) return -Errno.ENOSYS;
  const file = lookUpFile(k, fd);
  if (!file) return -Errno.EBADF;
  if (offset < 0) return -Errno.EINVAL;
  const base = k.drivers[file.kind]!.map?.(k, file) ?? -Errno.ENOSYS;
  const inPlace = base !== -Errno.ENOSYS;
  const address = inPlace ? base + offset : copy(k, file, length >>> 0, offset);
  if (address > 0) k.state.mappings.set(address, { length: length >>> 0, copied: !inPlace });
  return address;
}

/** Of what lies behind the end of the file the copy has zeros. */
function copy(k: Kernel, file: OpenFile, length: number, offset: number): number {
  if (k.state.settings.config.CONFIG_FS_RAMMAP !== true) return -Errno.ENOSYS;
  if (!isReadable(file.flags)) return -Errno.EACCES;
  const { read } = k.drivers[file.kind]!;
  // Those of volumes never wait.
  if (!read || !(file.kind in k.filesystems)) return -Errno.ENODEV;
  const address = allocate(k, length);
  if (address === 0) return -Errno.ENOMEM;
  k.memory.slice(address, length).fill(0);
  const source = { ...file, offset };
  for (let done = 0; done < length;) {
    const count = read(k, source, address + done, length - done);
    if (count < 0) {
      release(k, address);
      return count;
    }
    if (count === 0) break;
    done += count;
    source.offset = offset + done;
  }
  return address;
}

/**
 * Manual 2.10.10. Takes a mapping away, or its end; for all tasks at once.
 *
 * @returns 0, or -EINVAL: nothing is mapped there; -ENOSYS: something would be left behind what goes
 */
export function munmap(k: Kernel, start: number, length: number): number {
  const { mappings } = k.state;
  // Those of files that are used where they lie may overlap.
  const isIn = ([address, { length: size }]: [number, Mapping]) => start >= address && start < address + size;
  const found = [...mappings].filter(isIn).sort(([a], [b]) => b - a)[0];
  if (!found) return -Errno.EINVAL;
  const [address, mapping] = found;
  if (start + (length >>> 0) < address + mapping.length) return -Errno.ENOSYS;
  mapping.length = start - address;
  if (mapping.length > 0) return 0;
  mappings.delete(address);
  if (mapping.copied) release(k, address);
  return 0;
}
