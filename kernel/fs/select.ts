/** Manual 2.10.2.5: poll by sets of descriptors (NuttX: fs/vfs/fs_select.c). An fd_set is an array of 32-bit words. */
import { loadTimeval } from '../clock/timeval';
import { Errno } from '../errno';
import { BLOCKED, running, type Kernel } from '../kernel';
import { allocate, release } from '../mm/heap';
import type { Tcb } from '../state';
import { OPEN_MAX } from './file';
import { abandonPoll, needsAddresses, PollEvent, polledFiles, POLLFD_SIZE, pollFiles, type Polled } from './poll';

/** Bytes of an fd_set. */
const SET_SIZE = OPEN_MAX / 8;
const NSEC_PER_MSEC = 1_000_000;

const isIn = (k: Kernel, set: number, fd: number) =>
  set !== 0 && ((k.memory.load32(set + 4 * (fd >> 5)) >>> (fd & 31)) & 1) === 1;

/**
 * Manual 2.10.2.5.1. Waits until a descriptor can be read, can be written, or has an error, of those below `count` that
 * are in the sets, each of which may be null; at most for a struct timeval in whole milliseconds, null is for ever. Then
 * the sets have those that are ready; after an error or in vain none.
 *
 * @returns how many are in the sets, or -EBADF: one is not open; -EINVAL: a count that there cannot be; -ENOSYS, -EINTR as
 *   poll; -ENOMEM: a driver of the firmware is asked about, and there is no room for its struct pollfd. EFAULT is not ours: a
 *   bad address is found as such
 */
export function select(k: Kernel, count: number, read: number, write: number, except: number, timeout: number): number {
  if (count < 0 || count > OPEN_MAX) return -Errno.EINVAL;
  const polled: Polled[] = [];
  for (let fd = 0; fd < count; fd++) {
    const events = (isIn(k, read, fd) ? PollEvent.In : 0) | (isIn(k, write, fd) ? PollEvent.Out : 0);
    if (events !== 0 || isIn(k, except, fd)) polled.push({ fd, events, revents: 0, address: 0, asked: 0 });
  }
  if (needsAddresses(k, polled)) {
    const fds = allocate(k, POLLFD_SIZE * polled.length);
    if (fds === 0) return -Errno.ENOMEM;
    polled.forEach((each, i) => (each.address = fds + POLLFD_SIZE * i));
  }
  return storeSets(k, pollFiles(k, polled, milliseconds(k, timeout)), polled, read, write, except);
}

function milliseconds(k: Kernel, timeout: number): number {
  return timeout === 0 ? -1 : Math.trunc(loadTimeval(k, timeout) / NSEC_PER_MSEC);
}

export function resumeSelect(
  k: Kernel,
  _count: number,
  read: number,
  write: number,
  except: number,
  timeout: number,
): number {
  const polled = running(k).polled!;
  return storeSets(k, polledFiles(k, milliseconds(k, timeout)), polled, read, write, except);
}

/** A task that waits in it has come to its end. */
export function abandonSelect(k: Kernel, task: Pick<Tcb, 'polled'>): void {
  abandonPoll(k, task);
  if (task.polled) releaseAddresses(k, task.polled);
}

function releaseAddresses(k: Kernel, polled: readonly Polled[]): void {
  const fds = polled[0]?.address ?? 0;
  if (fds !== 0) release(k, fds);
}

/** Gives the number of those in the sets, or the error. */
function storeSets(
  k: Kernel,
  result: number,
  polled: readonly Polled[],
  read: number,
  write: number,
  except: number,
): number {
  if (result === BLOCKED) return BLOCKED;
  releaseAddresses(k, polled);
  const sets = [
    { set: read, events: PollEvent.In | PollEvent.HangUp },
    { set: write, events: PollEvent.Out | PollEvent.HangUp },
    { set: except, events: PollEvent.Error },
  ].filter(({ set }) => set !== 0);
  for (const { set } of sets) k.memory.slice(set, SET_SIZE).fill(0);
  if (result <= 0) return result;
  let total = 0;
  for (const { set, events } of sets) {
    for (const { fd, revents } of polled) {
      if (!(revents & events)) continue;
      const word = set + 4 * (fd >> 5);
      k.memory.store32(word, k.memory.load32(word) | (1 << (fd & 31)));
      total++;
    }
  }
  return total;
}
