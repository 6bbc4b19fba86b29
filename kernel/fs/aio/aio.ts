/** Asynchronous I/O (manual 2.10.7; NuttX: fs/aio, libs/libc/aio). */
import { loadTimespec } from '../../clock/timespec';
import { Errno } from '../../errno';
import { BLOCKED, running, type Kernel } from '../../kernel';
import { only } from '../../signal/set';
import { timedWait, waited } from '../../signal/wait';
import { O_DSYNC, O_SYNC } from '../openflags';
import { Field, hasAsyncIo, isInProgress, request, resultOf, SIGPOLL, takeBack } from './transfer';

const Cancel = { AllDone: 0, Cancelled: 1, NotCancelled: 2 } as const;

/**
 * Manual 2.10.7. Asks for bytes of a file from aio_offset on, which leaves its position as it is. Waits only while all
 * containers are in use.
 *
 * @returns 0, or -EBADF: not open; -EINVAL: no struct aiocb; -ENOSYS: without CONFIG_FS_AIO or a work queue; -EINTR: a
 *   signal came while it waited. Everything else is found by aio_error
 */
export function aio_read(k: Kernel, aiocb: number): number {
  return request(k, aiocb, 'read');
}

export function resumeAioRead(k: Kernel, aiocb: number): number {
  const { result } = running(k);
  return result < 0 ? result : aio_read(k, aiocb);
}

/** Manual 2.10.7. The same for writing: at the end of a file that was opened with O_APPEND. Errors as {@link aio_read}. */
export function aio_write(k: Kernel, aiocb: number): number {
  return request(k, aiocb, 'write');
}

export function resumeAioWrite(k: Kernel, aiocb: number): number {
  const { result } = running(k);
  return result < 0 ? result : aio_write(k, aiocb);
}

/**
 * Manual 2.10.7. Asks that what was written before be written to the medium. Errors as {@link aio_read}; and -EINVAL: `op`
 * is neither O_SYNC nor O_DSYNC.
 */
export function aio_fsync(k: Kernel, op: number, aiocb: number): number {
  return op === O_SYNC || op === O_DSYNC ? request(k, aiocb, 'fsync') : -Errno.EINVAL;
}

export function resumeAioFsync(k: Kernel, op: number, aiocb: number): number {
  const { result } = running(k);
  return result < 0 ? result : aio_fsync(k, op, aiocb);
}

/** Manual 2.10.7. 0 when it is done, EINPROGRESS when it is not, else the errno with which it failed. EINVAL: null. */
export function aio_error(k: Kernel, aiocb: number): number {
  return aiocb === 0 ? Errno.EINVAL : Math.max(-resultOf(k, aiocb), 0);
}

/** Manual 2.10.7. What read, write or fsync would have given. EINPROGRESS: it is not done; EINVAL: null; or its error. */
export function aio_return(k: Kernel, aiocb: number): number {
  return aiocb === 0 ? -Errno.EINVAL : resultOf(k, aiocb);
}

/**
 * Manual 2.10.7. Takes back a transfer, or with null all of a descriptor, if it has not begun. Its error is then ECANCELED.
 *
 * @returns AIO_CANCELED, AIO_NOTCANCELED: one has begun, or AIO_ALLDONE; or -ENOSYS: not configured
 */
export function aio_cancel(k: Kernel, fd: number, aiocb: number): number {
  if (!hasAsyncIo(k)) return -Errno.ENOSYS;
  const isMeant = (address: number) =>
    aiocb === 0 ? k.memory.load16(address + Field.fildes) === fd : address === aiocb && isInProgress(k, aiocb);
  const found = [...k.state.asyncIo.transfers].filter(([, transfer]) => isMeant(transfer.aiocb));
  if (found.length === 0) return Cancel.AllDone;
  const taken = found.filter(([id]) => takeBack(k, id));
  return taken.length === found.length ? Cancel.Cancelled : Cancel.NotCancelled;
}

/**
 * Manual 2.10.7. Waits until one of the transfers is done, null ones aside; at most for a struct timespec, null is for
 * ever. As on NuttX what it waits for is SIGPOLL, whoever sends it.
 *
 * @returns 0, or -EAGAIN: the time is over; -EINTR: a signal came; -EINVAL: no list, or a time that is none; -ENOSYS: not
 *   configured
 */
export function aio_suspend(k: Kernel, list: number, count: number, timeout: number): number {
  if (!hasAsyncIo(k)) return -Errno.ENOSYS;
  if (list === 0 || count < 0) return -Errno.EINVAL;
  const addresses = Array.from({ length: count }, (_, i) => k.memory.load32(list + 4 * i));
  if (addresses.some((aiocb) => aiocb !== 0 && !isInProgress(k, aiocb))) return 0;
  const result = timedWait(k, only(SIGPOLL), 0, timeout === 0 ? null : loadTimespec(k, timeout));
  return result === BLOCKED ? BLOCKED : Math.min(result, 0);
}

export function resumeAioSuspend(k: Kernel): number {
  return Math.min(waited(k), 0);
}
