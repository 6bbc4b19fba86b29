/**
 * Waiting for any of several files (manual 2.10.2.4; NuttX: fs/vfs/fs_poll.c). Who polls is in one list; whatever
 * happens to a file is told to those of them who asked about it.
 */
import { requestUpcall } from '../binfmt/activation';
import { ticksOf } from '../clock/timespec';
import { cancelTimeout, startTimeout } from '../clock/timeout';
import { Errno } from '../errno';
import { BLOCKED, members, running, type Kernel } from '../kernel';
import { groupOf } from '../sched/group';
import { block, unblock } from '../sched/readytorun';
import { TaskState, type Tcb } from '../state';
import { fileOf, holdFile, letGoFile, lookUpFile, OPEN_MAX, type OpenFile } from './file';

/** POLLIN and so on (poll.h). */
export const PollEvent = { In: 1, Out: 4, Error: 8, HangUp: 16 } as const;

const NSEC_PER_MSEC = 1_000_000;

/** One descriptor that a task asks about. */
export interface Polled {
  fd: number;
  /** Events that it wants, and those that have come. */
  events: number;
  revents: number;
  /** Of its struct pollfd, where a driver of the firmware puts events. */
  address: number;
  /** The open file whose driver has been told to, which stays open for that; or 0. */
  asked: number;
}

/** struct pollfd. */
const Field = { fd: 0, events: 4, revents: 8 } as const;
export const POLLFD_SIZE = 24;

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
    const address = fds + POLLFD_SIZE * i;
    const [fd, events] = [k.memory.load32(address + Field.fd), k.memory.load32(address + Field.events)];
    return { fd, events, revents: 0, address, asked: 0 };
  });
  return storeEvents(k, polled, pollFiles(k, polled, timeout));
}

export function resumePoll(k: Kernel, _fds: number, _count: number, timeout: number): number {
  const polled = running(k).polled!;
  return storeEvents(k, polled, polledFiles(k, timeout));
}

function storeEvents(k: Kernel, polled: readonly Polled[], result: number): number {
  if (result !== BLOCKED) {
    for (const { address, revents } of polled) k.memory.store32(address + Field.revents, revents);
  }
  return result;
}

/** How far a task in poll has come (Tcb.progress): drivers of the firmware are told first, then it looks and waits. */
const Stage = { Asking: 0, Waiting: 1 } as const;

/** Whether one of the files is of a driver of the firmware, which needs struct pollfds in RAM. */
export function needsAddresses(k: Kernel, polled: readonly Polled[]): boolean {
  return polled.some(({ fd }) => {
    const file = lookUpFile(k, fd);
    return file !== undefined && k.drivers[file.kind]!.askPoll !== undefined;
  });
}

/** Looks, and waits if there is nothing; then {@link polledFiles} gives the result. Errors and time as {@link poll}. */
export function pollFiles(k: Kernel, polled: Polled[], timeout: number): number {
  const tcb = running(k);
  tcb.polled = polled;
  tcb.progress = Stage.Asking;
  return askNext(k, tcb, 0) ? BLOCKED : lookAndWait(k, tcb, timeout);
}

function lookAndWait(k: Kernel, tcb: Tcb, timeout: number): number {
  const polled = tcb.polled!;
  tcb.progress = Stage.Waiting;
  for (const each of polled) {
    if (each.fd < 0) continue;
    const error = look(k, each);
    if (error === 0) continue;
    each.revents |= PollEvent.Error;
    return conclude(k, tcb, error);
  }
  const ready = countReady(polled);
  if (ready > 0 || timeout === 0) return conclude(k, tcb, ready);
  if (timeout > 0) startTimeout(k, tcb, k.state.ticks + ticksOf(k.state, timeout * NSEC_PER_MSEC) + 1);
  tcb.waitFor = 0;
  block(k, tcb, TaskState.WaitSem, k.state.pollers);
  return BLOCKED;
}

/** What {@link pollFiles} gives when the wait is over: what has come until now counts. BLOCKED: it is not over yet. */
export function polledFiles(k: Kernel, timeout: number): number {
  const tcb = running(k);
  const { answer, result } = tcb;
  if (answer !== null) return conclude(k, tcb, answer);
  if (tcb.progress === Stage.Asking) return lookAndWait(k, tcb, timeout);
  cancelTimeout(k, tcb);
  const polled = tcb.polled!;
  for (const each of polled) if (each.fd >= 0) look(k, each);
  return conclude(k, tcb, result < 0 && result !== -Errno.ETIMEDOUT ? result : countReady(polled));
}

/** Drivers that were told of the poll are told that it is over; then it gives the result. */
function conclude(k: Kernel, tcb: Tcb, result: number): number {
  if (askNext(k, tcb, result, 0)) return BLOCKED;
  tcb.polled = null;
  tcb.answer = null;
  return result;
}

/**
 * Has the next driver of the firmware told, on the task's stack, of a poll that begins or, with `setup` 0, is over; false
 * when all know. `result` is what the poll gives then.
 */
function askNext(k: Kernel, tcb: Tcb, result: number, setup: 0 | 1 = 1): boolean {
  const polled = tcb.polled!;
  for (const [index, each] of polled.entries()) {
    if ((each.asked !== 0) === (setup === 1)) continue;
    const file = setup === 0 ? k.state.files.get(each.asked) : each.fd < 0 ? undefined : lookUpFile(k, each.fd);
    const request = file && k.drivers[file.kind]!.askPoll?.(k, file, each.address, setup);
    if (!request) continue;
    if (setup === 1) begin(k, each, file);
    requestUpcall(tcb, request.entry, [], 'poll', [result, setup, index], { words: request.words, arg: 0 });
    return true;
  }
  return false;
}

/** The driver may keep things in the struct pollfd. */
function begin(k: Kernel, polled: Polled, { id }: OpenFile): void {
  const { memory } = k;
  const { fd, events, address } = polled;
  holdFile(k, id);
  polled.asked = id;
  memory.slice(address, POLLFD_SIZE).fill(0);
  memory.store32(address + Field.fd, fd);
  memory.store32(address + Field.events, events);
}

/** A driver knows; or it cannot be polled, and the poll ends with the error. */
export function pollAsked(k: Kernel, tcb: Tcb, value: number, [result, setup, index]: number[]): void {
  tcb.result = 0;
  const polled = tcb.polled![index!]!;
  if (setup === 1 && value >= 0) {
    askNext(k, tcb, 0);
    return;
  }
  const { asked } = polled;
  polled.asked = 0;
  if (setup === 1) {
    polled.revents = PollEvent.Error;
    tcb.answer = value;
  } else if (!askNext(k, tcb, result!, 0)) {
    tcb.answer = result!;
  }
  // The file goes now if it was closed meanwhile.
  letGoFile(k, asked);
}

/** A task that polls has come to its end: drivers are told that it is over. */
export function abandonPoll(k: Kernel, { polled }: Pick<Tcb, 'polled'>): void {
  for (const each of polled ?? []) {
    const file = k.state.files.get(each.asked);
    if (!file) continue;
    each.asked = 0;
    k.drivers[file.kind]!.abandonPoll?.(k, file, each.address);
    letGoFile(k, file.id, true);
  }
}

/** For drivers of the firmware: events have come for those who poll. */
export function poll_notify(k: Kernel, array: number, count: number, events: number): number {
  for (let i = 0; i < count; i++) {
    const address = k.memory.load32(array + 4 * i);
    if (address === 0) continue;
    const polled = {
      events: k.memory.load32(address + Field.events),
      revents: k.memory.load32(address + Field.revents),
    };
    add(polled, events);
    k.memory.store32(address + Field.revents, polled.revents);
    if (polled.revents !== 0) wakePoller(k, address, events);
  }
  return 0;
}

function wakePoller(k: Kernel, address: number, events: number): void {
  for (const tcb of members(k, k.state.pollers)) {
    const found = tcb.polled!.filter((each) => each.asked !== 0 && each.address === address);
    for (const each of found) add(each, events);
    if (found.length > 0 && countReady(tcb.polled!) > 0) unblock(k, tcb, k.state.pollers, 0);
  }
}

const countReady = (polled: readonly Polled[]) => polled.filter(({ revents }) => revents !== 0).length;

/** Notes what holds of a file now; 0, or a negated errno. */
function look(k: Kernel, polled: Polled): number {
  if (polled.asked !== 0) {
    add(polled, k.memory.load32(polled.address + Field.revents));
    return 0;
  }
  const file = lookUpFile(k, polled.fd);
  if (!file) return -Errno.EBADF;
  const { poll: eventsOf } = k.drivers[file.kind]!;
  const hasNoEvents = file.kind in k.filesystems || file.kind in k.blocks;
  if (!eventsOf && !hasNoEvents) return -Errno.ENOSYS;
  add(polled, eventsOf?.(k, file) ?? PollEvent.In | PollEvent.Out);
  return 0;
}

/** Errors come asked for or not, and who cannot write is not told that there is room. */
function add(polled: Pick<Polled, 'events' | 'revents'>, events: number): void {
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
