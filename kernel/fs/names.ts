/** Names of files and directories that come, go and change (manual 2.10.2, 2.10.4, 2.10.5; NuttX: fs/vfs). */
import { Errno } from '../errno';
import type { Kernel } from '../kernel';
import { isEmpty } from './directory';
import type { Mount } from './filesystem';
import { addInode, nameIn, ROOT, type Inode } from './inode';
import { isDirectory } from './mode';
import { atPath, type Place } from './path';
import { statPlace } from './stat';

/** What the volume's type has no function for. */
const unsupported = ({ readOnly }: Mount) => (readOnly ? -Errno.EROFS : -Errno.ENOSYS);

/**
 * Manual 2.10.5. Makes a directory; in the pseudo file system also those on the way. Nobody asks for the mode there.
 *
 * @returns 0, or -EINVAL: no path; -EEXIST: something has the name; -ENOENT: a directory on the way is not there;
 *   -ENOTDIR: something on the way is none; -ENAMETOOLONG; -ENOSPC: the volume is full; -EROFS; -ENOSYS: the volume
 *   has none; -ELOOP
 */
export function mkdir(k: Kernel, path: number, mode: number): number {
  return atPath(k, path, (place) => {
    const { mount, rest, path: full } = place;
    if (full === ROOT) return -Errno.EEXIST;
    if (!mount) return addInode(k, full, { kind: 'directory', object: 0 });
    if (rest === '') return -Errno.EEXIST;
    if (mount.readOnly) return -Errno.EROFS;
    return k.filesystems[mount.type]!.mkdir?.(k, mount, rest, mode) ?? unsupported(mount);
  });
}

/**
 * Manual 2.10.4. Removes a directory with nothing in it.
 *
 * @returns 0, or -EINVAL: no path; -ENOENT: nothing is there; -ENOTDIR: no directory; -ENOTEMPTY; -EBUSY: a volume is
 *   mounted there; -EROFS; -ENOSYS: the volume cannot; -ELOOP
 */
export function rmdir(k: Kernel, path: number): number {
  return atPath(k, path, (place) => {
    const { mount, rest, inode, path: full } = place;
    if (mount) {
      if (rest === '') return -Errno.EBUSY;
      if (mount.readOnly) return -Errno.EROFS;
      return k.filesystems[mount.type]!.rmdir?.(k, mount, rest) ?? unsupported(mount);
    }
    if (!inode) return -Errno.ENOENT;
    if (inode.kind !== 'directory') return -Errno.ENOTDIR;
    if (!isEmpty(k, full)) return -Errno.ENOTEMPTY;
    k.state.inodes.delete(full);
    return 0;
  });
}

/**
 * Manual 2.10.2.2. Takes a name away, that of a soft link and not of what it leads to; a FIFO, and a file on a volume, goes
 * with its last descriptor.
 *
 * @returns 0, or -EINVAL: no path; -ENOENT: nothing has it; -EISDIR: a directory; -ENXIO: a mount point, a message queue or
 *   a semaphore; -EROFS; -ENOSYS: the volume cannot; -ELOOP
 */
export function unlink(k: Kernel, path: number): number {
  return atPath(k, path, (place) => unlinkPlace(k, place), false);
}

/** {@link unlink} of where a path leads. */
export function unlinkPlace(k: Kernel, { mount, rest, inode, path }: Place): number {
  if (mount) {
    if (rest === '') return -Errno.ENXIO;
    if (mount.readOnly) return -Errno.EROFS;
    return k.filesystems[mount.type]!.unlink?.(k, mount, rest) ?? unsupported(mount);
  }
  if (!inode) return -Errno.ENOENT;
  if (inode.kind === 'directory') return -Errno.EISDIR;
  if (inode.kind === 'mqueue' || inode.kind === 'semaphore') return -Errno.ENXIO;
  k.state.inodes.delete(path);
  k.drivers[inode.kind]?.unlink?.(k, inode.object);
  return 0;
}

/**
 * Manual 2.10.5. Gives something another name. What has that name goes; into a directory of that name it moves, as on
 * NuttX.
 *
 * @returns 0, or -EINVAL: no path, or into itself; -ENOENT: nothing has the name; -EXDEV: on another volume; -EBUSY: a
 *   mount point; -ENOTDIR: a directory in the place of a file, or no directory on the way; -EROFS; -ENOSYS: the volume
 *   cannot; -ENAMETOOLONG; -ELOOP
 */
export function rename(k: Kernel, from: number, to: number): number {
  return atPath(k, from, (source) => atPath(k, to, (target) => renamePlace(k, source, target), false), false);
}

function renamePlace(k: Kernel, source: Place, target: Place): number {
  const found = statPlace(k, source);
  if (typeof found === 'number') return found;
  if (source.mount !== target.mount) return -Errno.EXDEV;
  if (source.path === target.path) return 0;
  if (source.mount && source.rest === '') return -Errno.EBUSY;
  if (`${target.path}/`.startsWith(`${source.path}/`)) return -Errno.EINVAL;
  const there = isSame(k, source, target) ? -Errno.ENOENT : statPlace(k, target);
  if (isDirectory(there)) return renamePlace(k, source, within(k, target, nameIn(source.path)));
  if (typeof there === 'number' && there !== -Errno.ENOENT) return there;
  if (typeof there !== 'number' && isDirectory(found)) return -Errno.ENOTDIR;
  const { mount } = source;
  if (mount?.readOnly) return -Errno.EROFS;
  if (mount) return k.filesystems[mount.type]!.rename?.(k, mount, source.rest, target.rest) ?? unsupported(mount);
  const gone = typeof there === 'number' ? 0 : unlinkPlace(k, target);
  return gone < 0 ? gone : moveNode(k, source.path, target.path);
}

/** Whether both are names of one file, as those are that differ in case only, where a volume knows no case. */
function isSame(k: Kernel, { mount, rest }: Place, target: Place): boolean {
  return mount !== null && k.filesystems[mount.type]!.isSame?.(k, mount, rest, target.rest) === true;
}

/** A name in a directory. */
function within({ state }: Kernel, { path, mount, rest }: Place, name: string): Place {
  const full = `${path}/${name}`;
  return { path: full, mount, rest: rest === '' ? name : `${rest}/${name}`, inode: state.inodes.get(full) };
}

/** With all that is below it. */
function moveNode(k: Kernel, from: string, to: string): number {
  const { inodes, mounts } = k.state;
  const inode: Inode = inodes.get(from)!;
  const added = addInode(k, to, inode);
  if (added < 0) return added;
  inodes.delete(from);
  for (const [path, other] of [...inodes]) {
    if (!path.startsWith(`${from}/`)) continue;
    inodes.delete(path);
    inodes.set(to + path.slice(from.length), other);
  }
  for (const mount of mounts.values()) {
    if (mount.path.startsWith(`${from}/`)) mount.path = to + mount.path.slice(from.length);
  }
  return 0;
}
