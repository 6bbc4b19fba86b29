/** Reading and writing by descriptor (manual 2.10.4; NuttX: fs_read.c, fs_write.c). */
import { Errno } from '../errno';
import { running, type Kernel } from '../kernel';
import { lookUpFile, type OpenFile } from './file';
import { isReadable, isWritable, O_APPEND } from './openflags';

const SEEK_END = 2;

/** Nothing is done yet, and nothing has ended a wait. */
function begin(k: Kernel): void {
  const tcb = running(k);
  tcb.progress = 0;
  tcb.result = 0;
}

/**
 * Manual 2.10.4. Reads at most `length` bytes, and waits until there is at least one.
 *
 * @returns the bytes read, 0 at the end, or -EBADF: not open, or nothing that can be read; -EACCES: not open for reading;
 *   -EAGAIN: nothing there, with O_NONBLOCK; -EINTR: a signal came
 */
export function read(k: Kernel, fd: number, data: number, length: number): number {
  begin(k);
  return readOn(k, fd, data, length);
}

function readOn(k: Kernel, fd: number, data: number, length: number): number {
  const file = lookUpFile(k, fd);
  if (!file) return -Errno.EBADF;
  if (!isReadable(file.flags)) return -Errno.EACCES;
  const { read: readFrom } = k.drivers[file.kind]!;
  if (!readFrom) return -Errno.EBADF;
  return length === 0 ? 0 : readFrom(k, file, data, length >>> 0);
}

/** 1 for a terminal. -EBADF: not open; -ENOTTY: something else. */
export function isatty(k: Kernel, fd: number): number {
  const file = lookUpFile(k, fd);
  if (!file) return -Errno.EBADF;
  return k.drivers[file.kind]!.isTerminal ? 1 : -Errno.ENOTTY;
}

/** Looks again, unless a signal ended the wait. A limit is the driver's own, and it knows what there is then. */
export function resumeRead(k: Kernel, fd: number, data: number, length: number): number {
  const { result } = running(k);
  return result === -Errno.ETIMEDOUT || !isInterrupted(k, fd) ? readOn(k, fd, data, length) : result;
}

/** Something else than the driver has ended the wait of a call, and the driver lets it. */
export function isInterrupted(k: Kernel, fd: number): boolean {
  const file = lookUpFile(k, fd);
  return running(k).result < 0 && !(file && k.drivers[file.kind]!.uninterruptible);
}

/**
 * Manual 2.10.4. Writes bytes, and waits until all of them are written.
 *
 * @returns the bytes written, fewer when there is no more room with O_NONBLOCK or a signal came, or -EBADF: not open, or
 *   nothing that can be written; -EACCES: not open for writing; -EAGAIN: no room, with O_NONBLOCK; -EPIPE: nobody can read
 *   what is written; -EINTR: a signal came before any byte was written
 */
export function write(k: Kernel, fd: number, data: number, length: number): number {
  begin(k);
  return goOn(k, fd, data, length);
}

function goOn(k: Kernel, fd: number, data: number, length: number): number {
  const file = lookUpFile(k, fd);
  if (!file) return -Errno.EBADF;
  if (!isWritable(file.flags)) return -Errno.EACCES;
  return writeFile(k, file, data, length);
}

/** Writes to an open file: at its end with O_APPEND, if it has one. -EBADF: nothing that can be written; and as {@link write}. */
export function writeFile(k: Kernel, file: OpenFile, data: number, length: number): number {
  const { write: writeTo, seek } = k.drivers[file.kind]!;
  if (!writeTo) return -Errno.EBADF;
  if (file.flags & O_APPEND && file.kind in k.filesystems) seek!(k, file, 0, SEEK_END);
  return length === 0 ? 0 : writeTo(k, file, data, length >>> 0);
}

/** As {@link resumeRead}. */
export function resumeWrite(k: Kernel, fd: number, data: number, length: number): number {
  const { result, progress } = running(k);
  if (result >= 0 || result === -Errno.ETIMEDOUT) return goOn(k, fd, data, length);
  const file = lookUpFile(k, fd);
  if (file) k.drivers[file.kind]!.abandon?.(k, file);
  return progress || result;
}
