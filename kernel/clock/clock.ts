/** Clocks (manual 2.6). They show the CPU's cycles, but what waits for them is served at ticks, their resolution. */
import { Errno } from '../errno';
import { cyclesNow, timeNs, type Kernel } from '../kernel';
import {
  NSEC_PER_SEC,
  add,
  isValid,
  loadTimespec,
  storeTimespec,
  subtract,
  ticksOf,
  timespecOf,
  type Timespec,
} from './timespec';

const CLOCK_REALTIME = 0;
const CLOCK_MONOTONIC = 1;
const CLOCK_BOOTTIME = 2;

/** What a clock shows, or null when there is no such clock. */
export function readClock(k: Kernel, clock: number): Timespec | null {
  const monotonic = timespecOf(timeNs(k));
  if (clock === CLOCK_REALTIME) return add(monotonic, k.state.realtimeOffset);
  return clock === CLOCK_MONOTONIC || clock === CLOCK_BOOTTIME ? monotonic : null;
}

/** Manual 2.6.2. EINVAL: no such clock, or nowhere to put the time. */
export function clock_gettime(k: Kernel, clock: number, timespec: number): number {
  const time = readClock(k, clock);
  if (time === null || timespec === 0) return -Errno.EINVAL;
  storeTimespec(k, timespec, time.sec, time.nsec);
  return 0;
}

/** Manual 2.6.1. Only CLOCK_REALTIME can be set; CLOCK_MONOTONIC goes on unmoved. */
export function clock_settime(k: Kernel, clock: number, timespec: number): number {
  if (clock !== CLOCK_REALTIME || timespec === 0) return -Errno.EINVAL;
  const time = loadTimespec(k, timespec);
  if (!isValid(time)) return -Errno.EINVAL;
  k.state.realtimeOffset = subtract(time, timespecOf(timeNs(k)));
  return 0;
}

/** Manual 2.6.3. */
export function clock_getres(k: Kernel, clock: number, timespec: number): number {
  if (readClock(k, clock) === null || timespec === 0) return -Errno.EINVAL;
  storeTimespec(k, timespec, 0, k.state.settings.tickNs);
  return 0;
}

/** The tick at which CLOCK_REALTIME has reached a time; null when it is past. */
export function deadlineTick(k: Kernel, time: Timespec): number | null {
  const { sec, nsec } = subtract(time, k.state.realtimeOffset);
  const ns = sec * NSEC_PER_SEC + nsec;
  return ns <= timeNs(k) ? null : ticksOf(k.state, ns);
}

/** Ticks since boot, by the timer's counter, which is ahead of the interrupt by the interrupt's latency. */
export function clock_systime_ticks(k: Kernel): number {
  return Math.floor(cyclesNow(k) / k.state.settings.cyclesPerTick);
}
