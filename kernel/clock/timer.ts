/** POSIX timers (manual 2.6.13 to 2.6.17; NuttX: sched/timer). They count ticks, whatever their clock. */
import { Errno } from '../errno';
import { running, taskOf, type Kernel } from '../kernel';
import { allocate, release } from '../mm/heap';
import { quirk } from '../quirks';
import { groupOf } from '../sched/group';
import { cancelWork } from '../sched/wqueue';
import { loadSigevent, notify, type SigEvent } from '../signal/notify';
import { SIGALRM } from '../signal/signo';
import { SigCode } from '../signal/state';
import { deadlineTick, isWallClock } from './clock';
import { cancelExpiry, startExpiry } from './timeout';
import { NSEC_PER_SEC, isValid, loadTimespec, storeTimespec, ticksOf, timespecOf, type Timespec } from './timespec';

export interface PosixTimer {
  id: number;
  /** Group that created it, that is told, and that takes it along when it ends. */
  owner: number;
  clock: number;
  event: SigEvent;
  /** It is the group's ITIMER_REAL. */
  itimer: boolean;
  /** Tick of the next expiry; 0 while it is disarmed. */
  tick: number;
  /** Ticks from one expiry to the next; 0 for a timer that expires once. */
  interval: number;
  /** Expiries since the last one that was told. */
  overrun: number;
  /** Block of the heap that it takes; 0 for one of CONFIG_PREALLOC_TIMERS. */
  block: number;
}

const TIMER_ABSTIME = 1;
const SIGEV_SIGNAL = 1;
/** NuttX's struct posix_timer_s, in bytes. */
const TIMER_SIZE = 64;
const TIMESPEC_SIZE = 16;
const DELAYTIMER_MAX = 32;

/**
 * Manual 2.6.13. A timer of the caller's group, disarmed; `timerid` gets its number. Without `event` it sends SIGALRM with
 * its number. EINVAL: no such clock, or one of CPU time, or nowhere to put the number. EAGAIN: more timers than
 * CONFIG_PREALLOC_TIMERS, and no room in the heap.
 */
export function timer_create(k: Kernel, clock: number, event: number, timerid: number): number {
  if (timerid === 0 || !isWallClock(k, clock)) return -Errno.EINVAL;
  const timer = createTimer(k, clock);
  if (!timer) return -Errno.EAGAIN;
  if (event !== 0) timer.event = loadSigevent(k, event);
  k.memory.store32(timerid, timer.id);
  return 0;
}

/** A timer that sends SIGALRM; null when there is no room. */
export function createTimer(k: Kernel, clock: number): PosixTimer | null {
  const { state } = k;
  const preallocated = Number(state.settings.config.CONFIG_PREALLOC_TIMERS);
  const taken = [...state.timers.values()].filter((timer) => timer.block === 0).length;
  const block = taken < preallocated ? 0 : allocate(k, TIMER_SIZE);
  if (block === 0 && taken >= preallocated) return null;
  const id = state.nextTimer++;
  const event = { notify: SIGEV_SIGNAL, signo: SIGALRM, value: id, entry: 0 };
  const owner = groupOf(k, running(k)).id;
  const timer = { id, owner, clock, event, itimer: false, tick: 0, interval: 0, overrun: 0, block };
  state.timers.set(id, timer);
  return timer;
}

/** Manual 2.6.14. EINVAL: no such timer. */
export function timer_delete(k: Kernel, id: number): number {
  const timer = k.state.timers.get(id);
  if (!timer) return -Errno.EINVAL;
  disarmTimer(k, timer);
  if (timer.block !== 0) release(k, timer.block);
  k.state.timers.delete(id);
  return 0;
}

/** A group has ended, and with it its timers. */
export function deleteTimersOf(k: Kernel, group: number): void {
  for (const { id, owner } of k.state.timers.values()) if (owner === group) timer_delete(k, id);
}

/** It does not expire; its function that waits for the work queue goes too. */
export function disarmTimer(k: Kernel, timer: PosixTimer): void {
  if (timer.tick !== 0) cancelExpiry(k, 'timer', timer.id, timer.tick);
  timer.tick = 0;
  cancelWork(k, callbackOwner(timer));
}

/** Whose function it is that the work queue is to call. */
const callbackOwner = ({ id }: PosixTimer) => -id;

/**
 * Manual 2.6.15. Arms a timer for a struct itimerspec; a zero it_value disarms it and leaves the interval as it was. The
 * first expiry comes after the ticks that cover the time, and one more, unless it is a time to wait until; a time that is
 * past comes at the next tick. `old`, which may be null, gets what timer_gettime would give.
 * EINVAL: no such timer, no value, or one that is no time.
 */
export function timer_settime(k: Kernel, id: number, flags: number, value: number, old: number): number {
  const timer = k.state.timers.get(id);
  if (!timer || value === 0) return -Errno.EINVAL;
  const first = loadTimespec(k, value + Spec.value);
  const interval = loadTimespec(k, value + Spec.interval);
  const arms = first.sec > 0 || first.nsec > 0;
  if (arms && !(isValid(first) && isValid(interval))) return -Errno.EINVAL;
  if (old !== 0) timer_gettime(k, id, old);
  disarmTimer(k, timer);
  if (arms) armTimer(k, timer, firstTick(k, timer.clock, first, (flags & TIMER_ABSTIME) !== 0), ticksFor(k, interval));
  return 0;
}

/** Offsets in struct itimerspec. */
const Spec = { value: 0, interval: TIMESPEC_SIZE } as const;

const ticksFor = (k: Kernel, { sec, nsec }: Timespec) => ticksOf(k.state, sec * NSEC_PER_SEC + nsec);

function firstTick(k: Kernel, clock: number, time: Timespec, absolute: boolean): number {
  const { ticks } = k.state;
  return absolute ? (deadlineTick(k, time, clock) ?? ticks + 1) : ticks + ticksFor(k, time) + 1;
}

/** Lets a timer expire at a tick, and then every `interval` ticks, or once for 0. */
export function armTimer(k: Kernel, timer: PosixTimer, tick: number, interval: number): void {
  disarmTimer(k, timer);
  timer.tick = tick;
  timer.interval = interval;
  timer.overrun = 0;
  startExpiry(k, 'timer', timer.id, tick);
}

/** Manual 2.6.16. The time until the next expiry, in whole ticks, and the interval. EINVAL: no such timer, or no `value`. */
export function timer_gettime(k: Kernel, id: number, value: number): number {
  const timer = k.state.timers.get(id);
  if (!timer || value === 0) return -Errno.EINVAL;
  const { left, interval } = timerNs(k, timer);
  const [now, period] = [timespecOf(left), timespecOf(interval)];
  storeTimespec(k, value + Spec.value, now.sec, now.nsec);
  storeTimespec(k, value + Spec.interval, period.sec, period.nsec);
  return 0;
}

/** Nanoseconds until the next expiry, 0 for none, and between two. */
export function timerNs({ state }: Kernel, timer: PosixTimer): { left: number; interval: number } {
  const { tickNs } = state.settings;
  return { left: Math.max(timer.tick - state.ticks, 0) * tickNs, interval: timer.interval * tickNs };
}

/** Manual 2.6.17. Expiries that the last signal stands for beside its own; on NuttX 0 (kernel/quirks.ts). EINVAL: no such timer. */
export function timer_getoverrun(k: Kernel, id: number): number {
  const timer = k.state.timers.get(id);
  return timer ? Math.min(timer.overrun, DELAYTIMER_MAX) : -Errno.EINVAL;
}

/** Its tick has come. */
export function expireTimer(k: Kernel, id: number): void {
  const timer = k.state.timers.get(id)!;
  timer.tick = timer.interval > 0 ? timer.tick + timer.interval : 0;
  if (timer.tick > 0) startExpiry(k, 'timer', id, timer.tick);
  if (isUntold(k, timer) && !quirk(k, 'overrun', timer.owner)) {
    timer.overrun++;
    return;
  }
  timer.overrun = 0;
  notify(k, timer.owner, timer.event, SigCode.Timer, callbackOwner(timer));
}

/** The signal of its last expiry has not been acted on yet: it is blocked, or its thread has not had the CPU. */
function isUntold(k: Kernel, { owner, event }: PosixTimer): boolean {
  if (event.notify !== SIGEV_SIGNAL) return false;
  const { members, signals } = k.state.groups.get(owner)!;
  const untold = [
    ...signals.pending,
    ...members.flatMap((pid) => taskOf(k, pid)!.signals.queue.map(({ info }) => info)),
  ];
  return untold.some(
    ({ signo, code, value }) => signo === event.signo && code === SigCode.Timer && value === event.value,
  );
}
