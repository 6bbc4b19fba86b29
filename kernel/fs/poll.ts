/**
 * Waiting for any of several files (manual 2.10.2.4; NuttX: fs/vfs/fs_poll.c). Who polls is in one list; whatever
 * happens to a file is told to those of them who asked about it.
 */
import { ticksOf } from '../clock/timespec';
import { cancelTimeout, startTimeout } from '../clock/timeout';
import { Errno } from '../errno';
import { BLOCKED, members, running, type Kernel } from '../kernel';
import { groupOf } from '../sched/group';
import { block, unblock } from '../sched/readytorun';
import { TaskState, type Tcb } from '../state';
import { fileOf, lookUpFile, OPEN_MAX, type OpenFile } from './file';

/** POLLIN and so on (poll.h). */
export const PollEvent = { In: 1, Out: 4, Error: 8, HangUp: 16 } as const;

const NSEC_PER_MSEC = 1_000_000;

/** One descriptor that a task asks about. */
export interface Polled {
  fd: number;
  /** Events that it wants, and those that have come. */
  events: number;
  revents: number;
}

/** struct pollfd. */
const Field = { fd: 0, events: 4, revents: 8 } as const;
const POLLFD_SIZE = 24;

/**
 * Manual 2.10.2.4.1. Waits until one of the descriptors is ready, at most for a time in milliseconds, counted in whole
 * ticks and one more; negative is for ever. A descriptor that is negative is passed over.
 *
 * @returns how many are ready, 0 when the time is over, or -EBADF: one is not open, which has POLLERR then; -EFAULT: no
 *   array; -EINVAL: more than there can be; -ENOSYS: a file that cannot be polled; -EINTR: a signal came. ENOMEM is not
 *   ours: nothing is allocated
 */
export function poll(k: Kernel, fds: number, count: number, timeout: number): number {
  if (count >>> 0 > OPEN_MAX) return -Errno.EINVAL;
  if (count > 0 && fds === 0) return -Errno.EFAULT;
  const polled = Array.from({ length: count }, (_, i): Polled => {
    const at = fds + POLLFD_SIZE * i;
    return { fd: k.memory.load32(at + Field.fd), events: k.memory.load32(at + Field.events), revents: 0 };
  });
  const result = pollFiles(k, polled, timeout);
  if (result !== BLOCKED) storeEvents(k, fds, polled);
  return result;
}

export function resumePoll(k: Kernel, fds: number): number {
  const polled = running(k).polled!;
  const result = polledFiles(k);
  storeEvents(k, fds, polled);
  return result;
}

function storeEvents(k: Kernel, fds: number, polled: readonly Polled[]): void {
  polled.forEach(({ revents }, i) => k.memory.store32(fds + POLLFD_SIZE * i + Field.revents, revents));
}

/** Looks, and waits if there is nothing; then {@link polledFiles} gives the result. Errors and time as {@link poll}. */
export function pollFiles(k: Kernel, polled: Polled[], timeout: number): number {
  const tcb = running(k);
  for (const each of polled) {
    if (each.fd < 0) continue;
    const error = look(k, each);
    if (error === 0) continue;
    each.revents |= PollEvent.Error;
    return error;
  }
  const ready = countReady(polled);
  if (ready > 0 || timeout === 0) return ready;
  if (timeout > 0) startTimeout(k, tcb, k.state.ticks + ticksOf(k.state, timeout * NSEC_PER_MSEC) + 1);
  tcb.polled = polled;
  tcb.waitFor = 0;
  block(k, tcb, TaskState.WaitSem, k.state.pollers);
  return BLOCKED;
}

/** What {@link pollFiles} gives when the wait is over: what has come until now counts. */
export function polledFiles(k: Kernel): number {
  const tcb = running(k);
  const polled = tcb.polled!;
  tcb.polled = null;
  cancelTimeout(k, tcb);
  for (const each of polled) if (each.fd >= 0) look(k, each);
  return tcb.result < 0 && tcb.result !== -Errno.ETIMEDOUT ? tcb.result : countReady(polled);
}

const countReady = (polled: readonly Polled[]) => polled.filter(({ revents }) => revents !== 0).length;

/** Notes what holds of a file now; 0, or a negated errno. */
function look(k: Kernel, polled: Polled): number {
  const file = lookUpFile(k, polled.fd);
  if (!file) return -Errno.EBADF;
  const { poll: eventsOf } = k.drivers[file.kind]!;
  const hasNoEvents = file.kind in k.filesystems || file.kind in k.blocks;
  if (!eventsOf && !hasNoEvents) return -Errno.ENOSYS;
  add(polled, eventsOf?.(k, file) ?? PollEvent.In | PollEvent.Out);
  return 0;
}

/** Errors come asked for or not, and who cannot write is not told that there is room. */
function add(polled: Polled, events: number): void {
  polled.revents |= events & (polled.events | PollEvent.Error | PollEvent.HangUp);
  if (polled.revents & (PollEvent.Error | PollEvent.HangUp)) polled.revents &= ~PollEvent.Out;
}

/** What files are of: a pipe, a queue, the console. */
type Subject = Pick<OpenFile, 'kind' | 'object'>;

/** Something has happened to it: who waits for that is woken. */
export function notifyPollers(k: Kernel, subject: Subject, events: number): void {
  for (const tcb of members(k, k.state.pollers)) {
    for (const polled of entriesOf(k, tcb, subject)) add(polled, events);
    if (countReady(tcb.polled!) > 0) unblock(k, tcb, k.state.pollers, 0);
  }
}

/** Somebody waits for something to happen to it. */
export function isPolled(k: Kernel, subject: Subject): boolean {
  return members(k, k.state.pollers).some((tcb) => entriesOf(k, tcb, subject).length > 0);
}

function entriesOf(k: Kernel, tcb: Tcb, { kind, object }: Subject): Polled[] {
  const group = groupOf(k, tcb);
  return tcb.polled!.filter(({ fd }) => {
    const file = fileOf(k, group, fd);
    return file?.kind === kind && file.object === object;
  });
}
