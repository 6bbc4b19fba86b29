/** Clocks (manual 2.6). They show the CPU's cycles, but what waits for them is served at ticks, their resolution. */
import { Errno } from '../errno';
import { cyclesNow, cyclesToNs, running, taskOf, uptimeNs, type Kernel } from '../kernel';
import { groupOf } from '../sched/group';
import type { Tcb } from '../state';
import { realtimeOffset, slew } from './adjtime';
import { askClock, isClockFd, PtpIoctl } from './clockfd';
import { aheadNs, setRate } from './realtime';
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
import { adjust } from './timex';

export const CLOCK_REALTIME = 0;
export const CLOCK_MONOTONIC = 1;
const CLOCK_PROCESS_CPUTIME_ID = 2;
const CLOCK_THREAD_CPUTIME_ID = 3;
export const CLOCK_BOOTTIME = 4;

/** A CPU-time clock of another task or thread is its pid shifted by this, and the kind of clock. */
const CLOCK_SHIFT = 3;
const CLOCK_MASK = (1 << CLOCK_SHIFT) - 1;

const isCpuTime = (clock: number) =>
  (clock & CLOCK_MASK) === CLOCK_PROCESS_CPUTIME_ID || (clock & CLOCK_MASK) === CLOCK_THREAD_CPUTIME_ID;

/** Whether there is such a clock that goes on by itself, on which one can wait. */
export function isWallClock(k: Kernel, clock: number): boolean {
  if (clock === CLOCK_MONOTONIC) return k.state.settings.config.CONFIG_CLOCK_MONOTONIC !== false;
  return clock === CLOCK_REALTIME || clock === CLOCK_BOOTTIME;
}

/** What a clock shows, or null when there is no such clock. */
export function readClock(k: Kernel, clock: number): Timespec | null {
  if (isCpuTime(clock)) return readCpuTime(k, clock);
  if (!isWallClock(k, clock)) return null;
  const sinceBoot = timespecOf(uptimeNs(k));
  return clock === CLOCK_REALTIME ? add(sinceBoot, realtimeOffset(k)) : sinceBoot;
}

/** CPU time of a thread, or of the threads of a task that are there. */
function readCpuTime(k: Kernel, clock: number): Timespec | null {
  const pid = clock >> CLOCK_SHIFT;
  const tcb = pid === 0 ? running(k) : taskOf(k, pid);
  if (!tcb) return null;
  const threads = (clock & CLOCK_MASK) === CLOCK_THREAD_CPUTIME_ID ? [tcb.pid] : groupOf(k, tcb).members;
  return timespecOf(
    cyclesToNs(
      k.state,
      threads.reduce((sum, each) => sum + cpuCycles(k, taskOf(k, each)!), 0),
    ),
  );
}

function cpuCycles(k: Kernel, tcb: Tcb): number {
  return tcb.cycles + (tcb.pid === k.state.onCpu ? cyclesNow(k) - k.state.switchedAt : 0);
}

/** Manual 2.6.2. EINVAL: no such clock, or nowhere to put the time; EBADF: of a descriptor that is not open. */
export function clock_gettime(k: Kernel, clock: number, timespec: number): number {
  if (isClockFd(clock) && timespec !== 0) return askClock(k, clock, PtpIoctl.GetTime, timespec);
  const time = readClock(k, clock);
  if (time === null || timespec === 0) return -Errno.EINVAL;
  storeTimespec(k, timespec, time.sec, time.nsec);
  return 0;
}

/**
 * Manual 2.6.1. Only CLOCK_REALTIME can be set, and clocks that are devices; CLOCK_MONOTONIC goes on unmoved, and so does
 * what waits for a tick. An adjustment in progress ends. EINVAL: another clock, or a time that is none; EBADF: of a descriptor
 * that is not open.
 */
export function clock_settime(k: Kernel, clock: number, timespec: number): number {
  const onDevice = isClockFd(clock);
  if ((clock !== CLOCK_REALTIME && !onDevice) || timespec === 0) return -Errno.EINVAL;
  const time = loadTimespec(k, timespec);
  if (!isValid(time)) return -Errno.EINVAL;
  if (onDevice) return askClock(k, clock, PtpIoctl.SetTime, timespec);
  setClock(k, time);
  return 0;
}

/** Sets CLOCK_REALTIME, and with it what follows it. */
export function setClock(k: Kernel, time: Timespec): void {
  setRealtime(k, time);
  tellDevices(k);
}

/** Clocks that go on without power follow CLOCK_REALTIME. */
function tellDevices(k: Kernel): void {
  for (const device of Object.values(k.hardware)) device.timeSet?.(k);
}

export function setRealtime(k: Kernel, time: Timespec): void {
  k.state.adjustment = null;
  setRate(k, 0, k.state.realtimeRate.frequency);
  k.state.realtimeOffset = subtract(time, timespecOf(uptimeNs(k)));
}

/** CLOCK_REALTIME goes at most that much faster or slower, as Linux has it: 500 millionths, times 2^16. */
const MOST_FREQUENCY = 500 * 2 ** 16;

/**
 * Adjusts a clock: by `buf`, a struct timex, steps it (ADJ_SETOFFSET), sets its frequency (ADJ_FREQUENCY) or its phase
 * (ADJ_OFFSET; CLOCK_REALTIME comes to that little by little, as by adjtime), or with no mode says what the frequency was set to.
 *
 * @returns 0, or -EINVAL: no such clock, no struct, or a part of a second that is more than one; -EBADF: its descriptor is
 *   not open; -ERANGE: a frequency that is too far off; -ENOTSUP: another mode
 */
export function clock_adjtime(k: Kernel, clock: number, buf: number): number {
  if (isClockFd(clock)) return buf === 0 ? -Errno.EINVAL : askClock(k, clock, PtpIoctl.AdjTime, buf);
  if (clock !== CLOCK_REALTIME) return -Errno.EINVAL;
  return adjust(k, buf, {
    frequency: k.state.realtimeRate.frequency,
    canGo: (frequency) => Math.abs(frequency) <= MOST_FREQUENCY,
    setFrequency: (frequency) => setRate(k, aheadNs(k), frequency),
    step(sec, nsec) {
      k.state.realtimeOffset = add(k.state.realtimeOffset, { sec, nsec });
      tellDevices(k);
    },
    shift: (ns) => slew(k, ns),
  });
}

/** Manual 2.6.3. The tick; of CPU-time clocks the CPU's cycle. EINVAL: no such clock, or nowhere to put it; EBADF: as above. */
export function clock_getres(k: Kernel, clock: number, timespec: number): number {
  if (isClockFd(clock) && timespec !== 0) return askClock(k, clock, PtpIoctl.GetRes, timespec);
  if (readClock(k, clock) === null || timespec === 0) return -Errno.EINVAL;
  const { tickNs, cpuHz } = k.state.settings;
  storeTimespec(k, timespec, 0, isCpuTime(clock) ? Math.ceil(NSEC_PER_SEC / cpuHz) : tickNs);
  return 0;
}

/** The CPU-time clock of a task; pid 0 is the caller. EINVAL: a pid below 0. As on NuttX nobody looks whether it lives. */
export function clock_getcpuclockid(k: Kernel, pid: number, clock: number): number {
  if (pid < 0 || clock === 0) return -Errno.EINVAL;
  const task = pid === 0 ? groupOf(k, running(k)).id : pid;
  k.memory.store32(clock, (task << CLOCK_SHIFT) | CLOCK_PROCESS_CPUTIME_ID);
  return 0;
}

/** The tick at which a clock has reached a time; null when it is past. */
export function deadlineTick(k: Kernel, time: Timespec, clock = CLOCK_REALTIME): number | null {
  const { sec, nsec } = clock === CLOCK_REALTIME ? subtract(time, realtimeOffset(k)) : time;
  const ns = sec * NSEC_PER_SEC + nsec;
  return ns <= uptimeNs(k) ? null : k.state.boot.tick + ticksOf(k.state, ns);
}

/** Ticks since boot, by the timer's counter, which is ahead of the interrupt by the interrupt's latency. */
export function clock_systime_ticks(k: Kernel): number {
  return Math.floor((cyclesNow(k) - k.state.boot.cycle) / k.state.settings.cyclesPerTick);
}

/** The time since boot. */
export function clock_systime_timespec(k: Kernel, timespec: number): number {
  return clock_gettime(k, CLOCK_BOOTTIME, timespec);
}
