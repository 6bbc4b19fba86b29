/** Clocks (manual 2.6). They show the CPU's cycles, but what waits for them is served at ticks, their resolution. */
import { Errno } from '../errno';
import { cyclesNow, timeNs, type Kernel } from '../kernel';
import { NSEC_PER_SEC, isValid, loadTimespec, storeTimespec, ticksOf, type Timespec } from './timespec';

const CLOCK_REALTIME = 0;
const CLOCK_MONOTONIC = 1;
const CLOCK_BOOTTIME = 2;

/** Nanoseconds that a clock shows, or null when there is no such clock. */
export function readClock(k: Kernel, clock: number): number | null {
  const monotonic = timeNs(k);
  if (clock === CLOCK_REALTIME) return monotonic + k.state.realtimeOffset;
  return clock === CLOCK_MONOTONIC || clock === CLOCK_BOOTTIME ? monotonic : null;
}

/** Manual 2.6.2. EINVAL: no such clock, or nowhere to put the time. */
export function clock_gettime(k: Kernel, clock: number, timespec: number): number {
  const ns = readClock(k, clock);
  if (ns === null || timespec === 0) return -Errno.EINVAL;
  storeTimespec(k, timespec, Math.floor(ns / NSEC_PER_SEC), ns % NSEC_PER_SEC);
  return 0;
}

/** Manual 2.6.1. Only CLOCK_REALTIME can be set; CLOCK_MONOTONIC goes on unmoved. */
export function clock_settime(k: Kernel, clock: number, timespec: number): number {
  if (clock !== CLOCK_REALTIME || timespec === 0) return -Errno.EINVAL;
  const time = loadTimespec(k, timespec);
  if (!isValid(time)) return -Errno.EINVAL;
  k.state.realtimeOffset = time.sec * NSEC_PER_SEC + time.nsec - timeNs(k);
  return 0;
}

/** Manual 2.6.3. */
export function clock_getres(k: Kernel, clock: number, timespec: number): number {
  if (readClock(k, clock) === null || timespec === 0) return -Errno.EINVAL;
  storeTimespec(k, timespec, 0, k.state.settings.tickNs);
  return 0;
}

/** The tick at which CLOCK_REALTIME has reached a time; null when it is past. */
export function deadlineTick(k: Kernel, { sec, nsec }: Timespec): number | null {
  const ns = sec * NSEC_PER_SEC + nsec - k.state.realtimeOffset;
  return ns <= timeNs(k) ? null : ticksOf(k.state, ns);
}

/** Ticks since boot, by the timer's counter, which is ahead of the interrupt by the interrupt's latency. */
export function clock_systime_ticks(k: Kernel): number {
  return Math.floor(cyclesNow(k) / k.state.settings.cyclesPerTick);
}
