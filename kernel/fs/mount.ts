/** Mounting volumes (manual 2.10.1; NuttX: fs/mount). */
import { Errno } from '../errno';
import type { Kernel } from '../kernel';
import { addInode, inodeAt, ROOT } from './inode';
import { isEmpty } from './directory';
import type { OpenFile } from './file';
import type { Mount } from './filesystem';
import { locate } from './path';

const MS_RDONLY = 1;
/** Of umount2: also while files are open. */
const MNT_FORCE = 1;

/**
 * Binds a volume to a directory of the pseudo file system, which is made if it is not there. `data` is the type's own.
 *
 * @returns 0, or -EFAULT: no target or type; -ENODEV: no such type; -ENOTBLK: the type needs a block device, and there is
 *   none of that name; -ENOENT: nothing has it; -ENOTDIR: the target is no directory; -ENOTEMPTY: it has something in it;
 *   -EBUSY: a volume is mounted there; -EINVAL: the root, or nothing on the device that the type can read; -ENOMEM
 */
export function mount(k: Kernel, source: number, target: number, type: number, flags: number, data: number): number {
  if (target === 0 || type === 0) return -Errno.EFAULT;
  const text = (address: number) => (address === 0 ? '' : k.memory.string(address));
  return mountAt(k, text(source), text(target), text(type), flags, text(data));
}

/** The same by strings, also before a task runs. */
export function mountAt(k: Kernel, source: string, target: string, type: string, flags = 0, data = ''): number {
  // The name is the firmware's: 'constructor' is no type, though any object has one.
  const system = Object.hasOwn(k.filesystems, type) ? k.filesystems[type] : undefined;
  if (!system) return -Errno.ENODEV;
  let device = source;
  if (system.needsSource) {
    if (source === '') return -Errno.ENOTBLK;
    const found = locate(k, source);
    if (typeof found === 'number') return found;
    if (!found.inode) return -Errno.ENOENT;
    if (!(found.inode.kind in k.blocks)) return -Errno.ENOTBLK;
    device = found.path;
  }
  const place = locate(k, target);
  if (typeof place === 'number') return place;
  const { path, inode } = place;
  if (path === ROOT) return -Errno.EINVAL;
  if (place.mount) return place.rest === '' ? -Errno.EBUSY : -Errno.ENOTDIR;
  if (inode && inode.kind !== 'directory') return -Errno.ENOTDIR;
  if (inode && !isEmpty(k, path)) return -Errno.ENOTEMPTY;
  const added = inode ? 0 : addInode(k, path, { kind: 'directory', object: 0 });
  if (added < 0) return added;
  const id = k.state.nextMount++;
  const bound: Mount = { id, path, type, source: device, readOnly: (flags & MS_RDONLY) !== 0, data: null };
  const result = system.bind(k, bound, data);
  if (result < 0) {
    if (!inode) k.state.inodes.delete(path);
    return result;
  }
  k.state.mounts.set(id, bound);
  k.state.inodes.set(path, { kind: 'mount', object: id });
  return 0;
}

/**
 * Takes a volume away; the directory stays.
 *
 * @returns 0, or -EFAULT: no path; -ENOENT: nothing is there; -EINVAL: no mount point; -EBUSY: files on it are open
 */
export function umount(k: Kernel, target: number): number {
  return umount2(k, target, 0);
}

/** The same; with MNT_FORCE also while files are open, which give EBADF then. */
export function umount2(k: Kernel, target: number, flags: number): number {
  if (target === 0) return -Errno.EFAULT;
  const place = locate(k, k.memory.string(target));
  if (typeof place === 'number') return place;
  const { mount: volume, rest, path } = place;
  if (!volume) return inodeAt(k, path) ? -Errno.EINVAL : -Errno.ENOENT;
  if (rest !== '') return -Errno.EINVAL;
  const open = [...k.state.files.values()].filter((file) => isOn(volume, file));
  if (open.length > 0 && (flags & MNT_FORCE) === 0) return -Errno.EBUSY;
  const result = k.filesystems[volume.type]!.unbind(k, volume);
  if (result < 0) return result;
  for (const file of open) file.kind = 'gone';
  k.state.mounts.delete(volume.id);
  k.state.inodes.set(path, { kind: 'directory', object: 0 });
  return 0;
}

/** A file of the volume, or an open directory of it. */
function isOn({ type, id, path: root }: Mount, { kind, object, path }: OpenFile): boolean {
  return (kind === type && object === id) || (kind === 'directory' && `${path}/`.startsWith(`${root}/`));
}
