/** ITIMER_REAL, a POSIX timer that each group may have one of and that sends SIGALRM (NuttX: timer_setitimer.c). */
import { Errno } from '../errno';
import { running, type Kernel } from '../kernel';
import { groupOf } from '../sched/group';
import { CLOCK_REALTIME } from './clock';
import { armTimer, createTimer, disarmTimer, timerNs, type PosixTimer } from './timer';
import { NSEC_PER_SEC, ticksOf } from './timespec';
import { TIMEVAL_SIZE, isTimeval, loadTimeval, storeTimeval } from './timeval';

const ITIMER_REAL = 0;
/** Offsets in struct itimerval. */
const Spec = { interval: 0, value: TIMEVAL_SIZE } as const;

type Times = ReturnType<typeof timerNs>;

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
  const [first, interval] = [loadTimeval(k, value + Spec.value), loadTimeval(k, value + Spec.interval)];
  const before = restart(k, first, interval);
  if (!before) return -Errno.EAGAIN;
  if (old !== 0) storeTimes(k, old, before);
  return 0;
}

/**
 * Lets SIGALRM come after so many seconds, once; 0 stops it. Gives the seconds that were left of the alarm before, without
 * the part of one, or 0.
 */
export function alarm(k: Kernel, seconds: number): number {
  return Math.floor((restart(k, (seconds >>> 0) * NSEC_PER_SEC, 0)?.left ?? 0) / NSEC_PER_SEC);
}

/** Starts the caller's timer anew, or stops it; gives what was set before, or null when there is no room for a timer. */
function restart(k: Kernel, first: number, interval: number): Times | null {
  const timer = itimerOf(k) ?? createTimer(k, CLOCK_REALTIME);
  if (!timer) return null;
  timer.itimer = true;
  const before = timerNs(k, timer);
  if (first === 0) disarmTimer(k, timer);
  else armTimer(k, timer, k.state.ticks + ticksOf(k.state, first) + 1, ticksOf(k.state, interval));
  return before;
}

/** The time until SIGALRM comes, 0 for never, and the interval. EINVAL: another timer, or nowhere to put them. */
export function getitimer(k: Kernel, which: number, value: number): number {
  if (which !== ITIMER_REAL || value === 0) return -Errno.EINVAL;
  const timer = itimerOf(k);
  storeTimes(k, value, timer ? timerNs(k, timer) : { left: 0, interval: 0 });
  return 0;
}

function storeTimes(k: Kernel, address: number, { left, interval }: Times): void {
  storeTimeval(k, address + Spec.value, left);
  storeTimeval(k, address + Spec.interval, interval);
}
