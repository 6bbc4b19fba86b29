/** What devices have beside reading and writing (manual 2.10.2.3; NuttX: fs/vfs/fs_ioctl.c). */
import { Errno } from '../errno';
import { running, type Kernel } from '../kernel';
import { groupOf } from '../sched/group';
import { lookUpFile, type OpenFile } from './file';
import { written } from './inode';
import { Mode, typeOf } from './mode';
import { O_NONBLOCK } from './openflags';
import { isInterrupted } from './readwrite';
import { statFile } from './stat';

/** Requests that files take whose driver does not: nuttx/fs/ioctl.h. */
const Request = {
  Readable: 0x0307,
  NonBlocking: 0x030b,
  CloseOnExec: 0x030d,
  KeepOnExec: 0x030e,
  Path: 0x0304,
} as const;

/**
 * Manual 2.10.2.3. Asks a device, or a file, for what it has beside reading and writing. Every file takes FIONBIO, FIOCLEX,
 * FIONCLEX and FIOC_FILEPATH, and one of a volume FIONREAD. `varargs` is the address of what is given to the request.
 *
 * @returns what the request gives, or -EBADF: not open; -ENOTTY: no such request; and what the device gives
 */
export function ioctl(k: Kernel, fd: number, request: number, varargs: number): number {
  running(k).progress = 0;
  return ask(k, fd, request, varargs);
}

function ask(k: Kernel, fd: number, request: number, varargs: number): number {
  const file = lookUpFile(k, fd);
  if (!file) return -Errno.EBADF;
  const arg = varargs === 0 ? 0 : k.memory.load32(varargs);
  const result = k.drivers[file.kind]!.ioctl?.(k, file, request, arg) ?? -Errno.ENOTTY;
  return result === -Errno.ENOTTY ? general(k, fd, file, request, arg) : result;
}

/** Asks again, unless a signal ended the wait. */
export function resumeIoctl(k: Kernel, fd: number, request: number, varargs: number): number {
  return isInterrupted(k, fd) ? running(k).result : ask(k, fd, request, varargs);
}

function general(k: Kernel, fd: number, file: OpenFile, request: number, arg: number): number {
  switch (request) {
    case Request.NonBlocking:
      file.flags = k.memory.load32(arg) === 0 ? file.flags & ~O_NONBLOCK : file.flags | O_NONBLOCK;
      return 0;
    case Request.CloseOnExec:
    case Request.KeepOnExec:
      groupOf(k, running(k)).descriptors[fd]!.closeOnExec = request === Request.CloseOnExec;
      return 0;
    case Request.Path:
      if (file.path === '' && file.kind !== 'directory') return -Errno.ENOTTY;
      k.memory.storeString(arg, written(file.path));
      return 0;
    case Request.Readable:
      return storeRest(k, file, arg);
    default:
      return -Errno.ENOTTY;
  }
}

/** Bytes from the position to the end of a regular file. */
function storeRest(k: Kernel, file: OpenFile, address: number): number {
  const stat = statFile(k, file);
  if (typeof stat === 'number' || typeOf(stat.mode) !== Mode.Regular) return -Errno.ENOTTY;
  k.memory.store32(address, Math.max(0, stat.size - file.offset));
  return 0;
}
