/**
 * Sleeping. NuttX sleeps in whole ticks, and one more, so that the time asked for has passed for certain. A signal ends
 * a sleep; what was left of it is counted in ticks too, the one more among them.
 */
import { Errno } from '../errno';
import { BLOCKED, running, type Kernel } from '../kernel';
import { quirk } from '../quirks';
import { block } from '../sched/readytorun';
import { sched_yield } from '../sched/setscheduler';
import { TaskState } from '../state';
import { deadlineTick, isWallClock } from './clock';
import { cancelTimeout, startTimeout } from './timeout';
import { NSEC_PER_SEC, isValid, loadTimespec, storeTimespec, ticksOf, timespecOf } from './timespec';

const TIMER_ABSTIME = 1;

function sleepUntil(k: Kernel, tick: number): number {
  const tcb = running(k);
  startTimeout(k, tcb, tick);
  block(k, tcb, TaskState.WaitSig, k.state.waitingForSignal);
  return BLOCKED;
}

function sleepNs(k: Kernel, ns: number): number {
  return ns === 0 ? 0 : sleepUntil(k, k.state.ticks + ticksOf(k.state, ns) + 1);
}

/** The nanoseconds that the sleep still lacks when a signal ends it; stored too, unless `remain` is null. */
function takeRest(k: Kernel, remain = 0): number {
  const tcb = running(k);
  const ns = Math.max(tcb.deadline - k.state.ticks, 0) * k.state.settings.tickNs;
  cancelTimeout(k, tcb);
  if (tcb.result < 0 && remain !== 0) {
    const { sec, nsec } = timespecOf(ns);
    storeTimespec(k, remain, sec, nsec);
  }
  return ns;
}

/** Whether a signal ended the sleep, and the caller is told so: NuttX's nanosleep, usleep and sleep do not tell. */
function tellsInterrupted(k: Kernel): boolean {
  const { result, pid } = running(k);
  return result < 0 && !quirk(k, 'nanosleep', pid);
}

/** Sleeps for microseconds. EINTR: a signal came; on NuttX it is 0 (kernel/quirks.ts). */
export function usleep(k: Kernel, usec: number): number {
  return sleepNs(k, (usec >>> 0) * 1000);
}

export function resumeUsleep(k: Kernel): number {
  takeRest(k);
  return tellsInterrupted(k) ? -Errno.EINTR : 0;
}

/** Sleeps for seconds; gives the seconds left when a signal came; on NuttX 0 (kernel/quirks.ts). */
export function sleep(k: Kernel, seconds: number): number {
  return sleepNs(k, (seconds >>> 0) * NSEC_PER_SEC);
}

export function resumeSleep(k: Kernel): number {
  const rest = takeRest(k);
  return tellsInterrupted(k) ? Math.round(rest / NSEC_PER_SEC) : 0;
}

/**
 * Sleeps for a struct timespec; a zero one is a sched_yield. `remain`, which may be null, gets the time that is left when
 * a signal ends the sleep. EINVAL: no time given, or nanoseconds that are none. EINTR: a signal came; on NuttX it is 0
 * (kernel/quirks.ts).
 */
export function nanosleep(k: Kernel, request: number, _remain: number): number {
  if (request === 0) return -Errno.EINVAL;
  const time = loadTimespec(k, request);
  if (!isValid(time)) return -Errno.EINVAL;
  const ns = time.sec * NSEC_PER_SEC + time.nsec;
  return ns === 0 ? sched_yield(k) : sleepNs(k, ns);
}

export function resumeNanosleep(k: Kernel, _request: number, remain: number): number {
  takeRest(k, remain);
  return tellsInterrupted(k) ? -Errno.EINTR : 0;
}

/**
 * Sleeps for a span of time, or with TIMER_ABSTIME until a clock shows a time; then `remain` is not used. EINVAL: no such
 * clock, no time given, or one that is none. EINTR: a signal came. Gives the errno.
 */
export function clock_nanosleep(k: Kernel, clock: number, flags: number, request: number, remain: number): number {
  if (!isWallClock(k, clock)) return -Errno.EINVAL;
  if (!(flags & TIMER_ABSTIME)) return nanosleep(k, request, remain);
  if (request === 0) return -Errno.EINVAL;
  const time = loadTimespec(k, request);
  if (!isValid(time)) return -Errno.EINVAL;
  const deadline = deadlineTick(k, time, clock);
  return deadline === null ? 0 : sleepUntil(k, deadline);
}

export function resumeClockNanosleep(
  k: Kernel,
  _clock: number,
  flags: number,
  _request: number,
  remain: number,
): number {
  takeRest(k, flags & TIMER_ABSTIME ? 0 : remain);
  return running(k).result;
}
