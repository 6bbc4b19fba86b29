/**
 * Reading directories (manual 2.10.3; NuttX: libs/libc/dirent, fs/vfs/fs_dir.c). A directory is an open file that gives one
 * struct dirent with each read: the names that it had when it was opened, or rewound. A DIR is a descriptor and an entry.
 */
import { Errno } from '../errno';
import { running, type Kernel } from '../kernel';
import { allocate, release } from '../mm/heap';
import { groupOf } from '../sched/group';
import { allocateDescriptor, closeDescriptor, createFile, discardFile, lookUpFile, type OpenFile } from './file';
import type { DirectoryEntry } from './filesystem';
import { childrenOf, ROOT } from './inode';
import { isDirectory, Mode, typeOf, type Stat } from './mode';
import { O_CLOEXEC } from './openflags';
import { locate, locateAbsolute, type Place } from './path';
import { seekWithin } from './seek';
import { statPlace } from './stat';

/** struct dirent: d_type, and d_name behind it. */
const NAME = 1;
/** Offset of the entry in a DIR. */
const ENTRY = 4;
/** d_type is the type of st_mode (NuttX: DTYPE_...). */
const TYPE_SHIFT = 12;

const nameMax = ({ state }: Kernel) => Number(state.settings.config.CONFIG_NAME_MAX);
const direntSize = (k: Kernel) => NAME + nameMax(k) + 1;

/** What a directory lists; a negated errno when it is none. */
export function listPlace(k: Kernel, place: Place): DirectoryEntry[] | number {
  const { mount, rest, path } = place;
  if (mount) return k.filesystems[mount.type]!.list(k, mount, rest);
  const stat = statPlace(k, place);
  if (typeof stat === 'number') return stat;
  if (!isDirectory(stat)) return -Errno.ENOTDIR;
  return childrenOf(k, path).map((name) => ({ name, mode: modeOf(k, `${path}/${name}`) }));
}

/** A soft link is listed as one. */
function modeOf(k: Kernel, path: string): number {
  const place = locateAbsolute(k, path, false);
  const stat = typeof place === 'number' ? place : statPlace(k, place);
  return typeof stat === 'number' ? 0 : stat.mode;
}

/** Opens a directory to read its entries; the open file's id, or a negated errno. */
export function openDirectory(k: Kernel, place: Place, flags: number): number {
  const entries = listPlace(k, place);
  if (typeof entries === 'number') return entries;
  const id = k.state.nextFile;
  k.state.directories.set(id, entries);
  return createFile(k, 'directory', id, flags, place.path);
}

export function closeDirectory({ state }: Kernel, { object }: OpenFile): void {
  state.directories.delete(object);
}

/** One entry, whole. 0: there are no more; -EINVAL: no room for one. */
export function readDirectory(k: Kernel, file: OpenFile, data: number, length: number): number {
  const size = direntSize(k);
  if (length < size) return -Errno.EINVAL;
  const entry = k.state.directories.get(file.object)![file.offset];
  if (!entry) return 0;
  k.memory.slice(data, size).fill(0);
  k.memory.store8(data, typeOf(entry.mode) >> TYPE_SHIFT);
  k.memory.storeString(data + NAME, entry.name.slice(0, nameMax(k)));
  file.offset++;
  return size;
}

/** Positions count entries. At the first, it is listed anew. */
export function seekDirectory(k: Kernel, file: OpenFile, offset: number, whence: number): number {
  const position = seekWithin(file, k.state.directories.get(file.object)!.length, offset, whence);
  if (position === 0) relist(k, file);
  return position;
}

function relist(k: Kernel, { object, path }: OpenFile): void {
  const place = locateAbsolute(k, path);
  const entries = typeof place === 'number' ? [] : listPlace(k, place);
  k.state.directories.set(object, typeof entries === 'number' ? [] : entries);
}

/** One that has been removed is still a directory. */
export function statDirectory(k: Kernel, { path }: OpenFile): Stat | number {
  const place = locateAbsolute(k, path);
  const stat = typeof place === 'number' ? place : statPlace(k, place);
  if (stat !== -Errno.ENOENT) return stat;
  return { mode: Mode.Directory, size: 0, blockSize: 0, blocks: 0, atime: 0, mtime: 0, ctime: 0 };
}

/**
 * Manual 2.10.3. Opens a directory; gives the address of a DIR in the heap.
 *
 * @returns -EINVAL: no path; -ENOENT: nothing is there; -ENOTDIR: no directory; -EMFILE: too many descriptors; -ENOMEM;
 *   -ELOOP: too many soft links
 */
export function opendir(k: Kernel, path: number): number {
  if (path === 0) return -Errno.EINVAL;
  const place = locate(k, k.memory.string(path));
  if (typeof place === 'number') return place;
  const stat = statPlace(k, place);
  if (typeof stat === 'number') return stat;
  if (!isDirectory(stat)) return -Errno.ENOTDIR;
  const id = openDirectory(k, place, O_CLOEXEC);
  if (id < 0) return id;
  const group = groupOf(k, running(k));
  const fd = allocateDescriptor(k, group, id, true);
  if (fd < 0) {
    discardFile(k, id);
    return fd;
  }
  const dir = newDir(k, fd);
  if (dir < 0) closeDescriptor(k, group, fd);
  return dir;
}

function newDir(k: Kernel, fd: number): number {
  const dir = allocate(k, ENTRY + direntSize(k));
  if (dir === 0) return -Errno.ENOMEM;
  k.memory.store32(dir, fd);
  return dir;
}

/** A DIR of a directory that is open already. -EBADF: it is not; -ENOTDIR: something else is; -ENOMEM. */
export function fdopendir(k: Kernel, fd: number): number {
  const file = lookUpFile(k, fd);
  if (!file) return -Errno.EBADF;
  return file.kind === 'directory' ? newDir(k, fd) : -Errno.ENOTDIR;
}

/** The open directory of a DIR; undefined for what is none. */
function fileOf(k: Kernel, dir: number): OpenFile | undefined {
  const file = dir === 0 ? undefined : lookUpFile(k, k.memory.load32(dir));
  return file?.kind === 'directory' ? file : undefined;
}

/** The descriptor of a DIR. -EINVAL: none. */
export function dirfd(k: Kernel, dir: number): number {
  return dir === 0 ? -Errno.EINVAL : k.memory.load32(dir);
}

/**
 * Manual 2.10.3. Gives the address of the next entry, in the DIR, where the one after it comes too; null when there are no
 * more. -EBADF: no open directory.
 */
export function readdir(k: Kernel, dir: number): number {
  const file = fileOf(k, dir);
  if (!file) return -Errno.EBADF;
  const read = readDirectory(k, file, dir + ENTRY, direntSize(k));
  return read > 0 ? dir + ENTRY : read;
}

/**
 * Manual 2.10.3. Stores the next entry, and its address; or null when there are no more.
 *
 * @returns 0, or -EBADF: no open directory; -EINVAL: nowhere to store them
 */
export function readdir_r(k: Kernel, dir: number, entry: number, result: number): number {
  if (entry === 0 || result === 0) return -Errno.EINVAL;
  const file = fileOf(k, dir);
  if (!file) return -Errno.EBADF;
  const read = readDirectory(k, file, entry, direntSize(k));
  k.memory.store32(result, read > 0 ? entry : 0);
  return Math.min(read, 0);
}

/** Manual 2.10.3. Back to the first entry; those that have come meanwhile are listed too. */
export function rewinddir(k: Kernel, dir: number): number {
  return seekdir(k, dir, 0);
}

/** Manual 2.10.3. Goes to an entry that telldir gave. */
export function seekdir(k: Kernel, dir: number, position: number): number {
  const file = fileOf(k, dir);
  if (file) seekDirectory(k, file, position, 0);
  return 0;
}

/** Manual 2.10.3. Which entry is the next. -EBADF: no open directory. */
export function telldir(k: Kernel, dir: number): number {
  return fileOf(k, dir)?.offset ?? -Errno.EBADF;
}

/** Manual 2.10.3. Closes it and frees the DIR. -EBADF: no open directory. */
export function closedir(k: Kernel, dir: number): number {
  if (!fileOf(k, dir)) return -Errno.EBADF;
  closeDescriptor(k, groupOf(k, running(k)), k.memory.load32(dir));
  release(k, dir);
  return 0;
}

/** Whether a directory of the pseudo file system has anything in it. */
export const isEmpty = (k: Kernel, path: string): boolean => path !== ROOT && childrenOf(k, path).length === 0;
