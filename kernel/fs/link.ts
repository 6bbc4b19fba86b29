/** Soft links in the pseudo file system (manual 2.10.4; NuttX: fs/vfs/fs_symlink.c, fs_readlink.c). */
import { Errno } from '../errno';
import type { Kernel } from '../kernel';
import { addInode } from './inode';
import { absolute, atPath } from './path';

const areLinks = ({ state }: Kernel) => state.settings.config.CONFIG_PSEUDOFS_SOFTLINKS === true;

/**
 * Gives something a second name, which leads to the first. Nothing need have the first.
 *
 * @returns 0, or -EINVAL: no path, or an empty one; -EEXIST: something has the second name; -ENOSYS: it would be on a
 *   volume, or without CONFIG_PSEUDOFS_SOFTLINKS; -ENAMETOOLONG; -ENOTDIR; -ELOOP
 */
export function symlink(k: Kernel, path1: number, path2: number): number {
  if (!areLinks(k)) return -Errno.ENOSYS;
  const target = path1 === 0 ? '' : k.memory.string(path1);
  if (target === '') return -Errno.EINVAL;
  const add = (path: string) => addInode(k, path, { kind: 'link', object: 0, target: absolute(k, target) });
  return atPath(k, path2, ({ mount, path }) => (mount ? -Errno.ENOSYS : add(path)), false);
}

/** Manual 2.10.4. The same: NuttX has soft links only. */
export function link(k: Kernel, path1: number, path2: number): number {
  return symlink(k, path1, path2);
}

/**
 * Manual 2.10.4. Stores where a soft link leads, without a zero behind it, as much as there is room for; gives the bytes.
 *
 * @returns -EINVAL: no path, no buffer, or no soft link; -ENOENT: nothing is there; -ENOSYS: on a volume, or without
 *   CONFIG_PSEUDOFS_SOFTLINKS; -ELOOP
 */
export function readlink(k: Kernel, path: number, buffer: number, size: number): number {
  if (!areLinks(k)) return -Errno.ENOSYS;
  if (buffer === 0 || size === 0) return -Errno.EINVAL;
  return atPath(
    k,
    path,
    ({ mount, inode }) => {
      if (mount) return -Errno.ENOSYS;
      if (!inode) return -Errno.ENOENT;
      if (inode.kind !== 'link') return -Errno.EINVAL;
      const text = Uint8Array.from(inode.target!.slice(0, size >>> 0), (char) => char.charCodeAt(0));
      k.memory.slice(buffer, text.length).set(text);
      return text.length;
    },
    false,
  );
}
