/** ITIMER_REAL, a POSIX timer that each group may have one of and that sends SIGALRM (NuttX: timer_setitimer.c). */
import { Errno } from '../errno';
import { running, type Kernel } from '../kernel';
import { groupOf } from '../sched/group';
import { CLOCK_REALTIME } from './clock';
import { armTimer, createTimer, disarmTimer, timerNs, type PosixTimer } from './timer';
import { ticksOf } from './timespec';
import { TIMEVAL_SIZE, isTimeval, loadTimeval, storeTimeval } from './timeval';

const ITIMER_REAL = 0;
/** Offsets in struct itimerval. */
const Spec = { interval: 0, value: TIMEVAL_SIZE } as const;

function itimerOf(k: Kernel): PosixTimer | undefined {
  const { id } = groupOf(k, running(k));
  return [...k.state.timers.values()].find((timer) => timer.itimer && timer.owner === id);
}

/**
 * Lets SIGALRM come after a struct itimerval's it_value, and then every it_interval; a zero it_value stops it. `old`, which
 * may be null, gets what getitimer would give. EINVAL: another timer, no value, or one that is no time. EAGAIN: no room
 * for a timer.
 */
export function setitimer(k: Kernel, which: number, value: number, old: number): number {
  if (which !== ITIMER_REAL || value === 0) return -Errno.EINVAL;
  if (!isTimeval(k, value + Spec.value) || !isTimeval(k, value + Spec.interval)) return -Errno.EINVAL;
  const timer = itimerOf(k) ?? createTimer(k, CLOCK_REALTIME);
  if (!timer) return -Errno.EAGAIN;
  timer.itimer = true;
  const first = loadTimeval(k, value + Spec.value);
  const interval = loadTimeval(k, value + Spec.interval);
  if (old !== 0) storeTimes(k, old, timer);
  if (first === 0) disarmTimer(k, timer);
  else armTimer(k, timer, k.state.ticks + ticksOf(k.state, first) + 1, ticksOf(k.state, interval));
  return 0;
}

/** The time until SIGALRM comes, 0 for never, and the interval. EINVAL: another timer, or nowhere to put them. */
export function getitimer(k: Kernel, which: number, value: number): number {
  if (which !== ITIMER_REAL || value === 0) return -Errno.EINVAL;
  storeTimes(k, value, itimerOf(k));
  return 0;
}

function storeTimes(k: Kernel, address: number, timer: PosixTimer | undefined): void {
  const { left, interval } = timer ? timerNs(k, timer) : { left: 0, interval: 0 };
  storeTimeval(k, address + Spec.value, left);
  storeTimeval(k, address + Spec.interval, interval);
}
