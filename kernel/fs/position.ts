/** Positions and lengths of open files (manual 2.10.2.2, 2.10.4; NuttX: fs_lseek.c, fs_pread.c, fs_truncate.c). */
import { Errno } from '../errno';
import { running, type Kernel } from '../kernel';
import { discardFile, lookUpFile, type OpenFile } from './file';
import { openPath } from './open';
import { isReadable, isWritable, O_WRONLY } from './openflags';
import { atPath } from './path';
import { seekFreely } from './seek';

/** What cannot be at a position. */
const streams = new Set(['mqueue']);

/**
 * Manual 2.10.2.2. Moves the position of a file, from its beginning (SEEK_SET), from where it is (SEEK_CUR) or from its end
 * (SEEK_END). A device that has none of its own takes any, as on NuttX.
 *
 * @returns the position in bytes from the beginning, or -EBADF: not open, or nothing that can be read; -EINVAL: no such
 *   `whence`, or before the beginning; -EOVERFLOW: beyond 2^53; -ENOSYS: from the end of what has none
 */
export function lseek(k: Kernel, fd: number, offset: number, whence: number): number {
  const file = lookUpFile(k, fd);
  return file ? seek(k, file, offset, whence) : -Errno.EBADF;
}

function seek(k: Kernel, file: OpenFile, offset: number, whence: number): number {
  if (streams.has(file.kind)) return -Errno.EBADF;
  const { seek: own } = k.drivers[file.kind]!;
  return own ? own(k, file, offset, whence) : seekFreely(file, offset, whence);
}

/**
 * Manual 2.10.2.2. Reads from a position, and leaves the file's as it is.
 *
 * @returns as read; and -EINVAL: the position is negative
 */
export function pread(k: Kernel, fd: number, data: number, length: number, offset: number): number {
  const file = lookUpFile(k, fd);
  if (!file) return -Errno.EBADF;
  if (!isReadable(file.flags)) return -Errno.EACCES;
  const { read } = k.drivers[file.kind]!;
  if (!read) return -Errno.EBADF;
  if (offset < 0) return -Errno.EINVAL;
  return length === 0 ? 0 : read(k, { ...file, offset }, data, length >>> 0);
}

export function resumePread(k: Kernel, fd: number, data: number, length: number, offset: number): number {
  const { result } = running(k);
  return result < 0 ? result : pread(k, fd, data, length, offset);
}

/** Manual 2.10.2.2. The same for writing; errors as write, and -EINVAL: the position is negative. */
export function pwrite(k: Kernel, fd: number, data: number, length: number, offset: number): number {
  running(k).progress = 0;
  return goOn(k, fd, data, length, offset);
}

function goOn(k: Kernel, fd: number, data: number, length: number, offset: number): number {
  const file = lookUpFile(k, fd);
  if (!file) return -Errno.EBADF;
  if (!isWritable(file.flags)) return -Errno.EACCES;
  const { write } = k.drivers[file.kind]!;
  if (!write) return -Errno.EBADF;
  if (offset < 0) return -Errno.EINVAL;
  return length === 0 ? 0 : write(k, { ...file, offset }, data, length >>> 0);
}

export function resumePwrite(k: Kernel, fd: number, data: number, length: number, offset: number): number {
  const { result, progress } = running(k);
  return result < 0 ? progress || result : goOn(k, fd, data, length, offset);
}

/**
 * Makes an open file as long as that: what is beyond goes, what comes is zero.
 *
 * @returns 0, or -EBADF: not open; -EACCES: not open for writing; -EINVAL: a negative length, or nothing that has one;
 *   -ENOSPC: the volume is full
 */
export function ftruncate(k: Kernel, fd: number, length: number): number {
  const file = lookUpFile(k, fd);
  return file ? truncateFile(k, file, length) : -Errno.EBADF;
}

function truncateFile(k: Kernel, file: OpenFile, length: number): number {
  if (!isWritable(file.flags)) return -Errno.EACCES;
  if (length < 0) return -Errno.EINVAL;
  return k.drivers[file.kind]!.truncate?.(k, file, length) ?? -Errno.EINVAL;
}

/** {@link ftruncate} by path, of files on volumes. Errors as open to write and as that. */
export function truncate(k: Kernel, path: number, length: number): number {
  return atPath(k, path, ({ path: full, mount, inode }) => {
    if (inode && !mount && inode.kind !== 'directory') return -Errno.EINVAL;
    const id = openPath(k, full, O_WRONLY);
    if (id < 0) return id;
    const result = truncateFile(k, k.state.files.get(id)!, length);
    discardFile(k, id);
    return result;
  });
}

/** Manual 2.10.4. Writes what is held back to the medium. -EBADF: not open; -EINVAL: nothing that has a medium. */
export function fsync(k: Kernel, fd: number): number {
  const file = lookUpFile(k, fd);
  if (!file) return -Errno.EBADF;
  return k.drivers[file.kind]!.sync?.(k, file) ?? -Errno.EINVAL;
}
