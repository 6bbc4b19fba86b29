/** Closing and duplicating descriptors, and their flags (manual 2.10.2; NuttX: fs_close.c, fs_dup2.c, fs_fcntl.c). */
import { cancelTimeout } from '../clock/timeout';
import { Errno } from '../errno';
import { BLOCKED, running, type Kernel } from '../kernel';
import { groupOf } from '../sched/group';
import { allocateDescriptor, closeDescriptor, fileOf, OPEN_MAX, setDescriptor } from './file';
import { STATUS_FLAGS } from './openflags';

/**
 * Manual 2.10.2.2. Closes a descriptor; with its last one the file, which a socket with SO_LINGER lets wait. -EBADF: not
 * open.
 */
export function close(k: Kernel, fd: number): number {
  running(k).result = 0;
  return closeWhenReady(k, fd);
}

/** What ends a wait by force does not keep it open. */
export function resumeClose(k: Kernel, fd: number): number {
  return closeWhenReady(k, fd, running(k).result < 0);
}

function closeWhenReady(k: Kernel, fd: number, isForced = false): number {
  const tcb = running(k);
  const group = groupOf(k, tcb);
  const file = fileOf(k, group, fd);
  if (!file) return -Errno.EBADF;
  const waits = !isForced && file.references === 1 && k.drivers[file.kind]!.linger?.(k, file) === BLOCKED;
  if (waits) return BLOCKED;
  cancelTimeout(k, tcb);
  closeDescriptor(k, group, fd);
  return 0;
}

/** Manual 2.10.2.2. The lowest free descriptor becomes one of the same file. -EBADF: not open; -EMFILE: none is free. */
export function dup(k: Kernel, fd: number): number {
  return duplicate(k, fd, 0, false);
}

function duplicate(k: Kernel, fd: number, lowest: number, closeOnExec: boolean): number {
  const group = groupOf(k, running(k));
  const descriptor = group.descriptors[fd];
  return descriptor ? allocateDescriptor(k, group, descriptor.file, closeOnExec, lowest) : -Errno.EBADF;
}

/**
 * Manual 2.10.2.2. Makes a descriptor of the same file as another; what it was of before is closed. Of itself it stays.
 *
 * @returns the descriptor, or -EBADF: the first is not open, or the second negative; -EMFILE: the second is too large
 */
export function dup2(k: Kernel, fd: number, wanted: number): number {
  const group = groupOf(k, running(k));
  const descriptor = group.descriptors[fd];
  if (!descriptor || wanted < 0) return -Errno.EBADF;
  if (wanted >= OPEN_MAX) return -Errno.EMFILE;
  if (wanted === fd) return fd;
  closeDescriptor(k, group, wanted);
  setDescriptor(k, group, wanted, { file: descriptor.file, closeOnExec: false });
  return wanted;
}

const Command = { DupFd: 0, GetFd: 1, GetFl: 2, SetFd: 8, SetFl: 9, DupFdCloseOnExec: 18 } as const;
const FD_CLOEXEC = 1;

/**
 * Manual 2.10.2.1. F_DUPFD: as {@link dup}, from a number on; F_DUPFD_CLOEXEC: with FD_CLOEXEC. F_GETFD, F_SETFD: FD_CLOEXEC, of this descriptor. F_GETFL,
 * F_SETFL: the flags that the file was opened with, for all its descriptors; O_NONBLOCK and O_APPEND can change. `varargs` is
 * the address of what is given to the command.
 *
 * @returns what the command gives, or -EBADF: not open; -EINVAL: no such command, or a number that is no descriptor;
 *   -EMFILE; -ENOSYS: another flag than FD_CLOEXEC
 */
export function fcntl(k: Kernel, fd: number, command: number, varargs: number): number {
  const group = groupOf(k, running(k));
  const [descriptor, file] = [group.descriptors[fd], fileOf(k, group, fd)];
  if (!descriptor || !file) return -Errno.EBADF;
  const given = () => k.memory.load32(varargs);
  switch (command) {
    case Command.DupFd:
    case Command.DupFdCloseOnExec: {
      const lowest = given();
      if (lowest < 0 || lowest >= OPEN_MAX) return -Errno.EINVAL;
      return duplicate(k, fd, lowest, command === Command.DupFdCloseOnExec);
    }
    case Command.GetFd:
      return descriptor.closeOnExec ? FD_CLOEXEC : 0;
    case Command.SetFd:
      if (given() & ~FD_CLOEXEC) return -Errno.ENOSYS;
      descriptor.closeOnExec = given() !== 0;
      return 0;
    case Command.GetFl:
      return file.flags;
    case Command.SetFl:
      file.flags = (file.flags & ~STATUS_FLAGS) | (given() & STATUS_FLAGS);
      return 0;
    default:
      return -Errno.EINVAL;
  }
}
