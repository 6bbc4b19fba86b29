/** struct timespec in firmware memory: time_t tv_sec (64 bit), long tv_nsec (32 bit); and ticks of it. */
import type { Kernel } from '../kernel';
import type { KernelState } from '../state';

export const NSEC_PER_SEC = 1_000_000_000;

export interface Timespec {
  sec: number;
  nsec: number;
}

export function loadTimespec({ memory }: Kernel, address: number): Timespec {
  return { sec: memory.load64(address), nsec: memory.load32(address + 8) };
}

export function storeTimespec({ memory }: Kernel, address: number, sec: number, nsec: number): void {
  memory.store64(address, sec);
  memory.store32(address + 8, nsec);
}

export function timespecOf(ns: number): Timespec {
  const sec = Math.floor(ns / NSEC_PER_SEC);
  return { sec, nsec: ns - sec * NSEC_PER_SEC };
}

/** Sums are kept in two parts: nanoseconds since 1970 are too many for a number. */
export function add(a: Timespec, b: Timespec): Timespec {
  const nsec = a.nsec + b.nsec;
  return { sec: a.sec + b.sec + Math.floor(nsec / NSEC_PER_SEC), nsec: nsec % NSEC_PER_SEC };
}

export function subtract(a: Timespec, b: Timespec): Timespec {
  return add(a, { sec: -b.sec - 1, nsec: NSEC_PER_SEC - b.nsec });
}

/** Midnight UTC of a date of the Gregorian calendar, in seconds since 1970. */
export function secondsOf(year: number, month: number, day: number): number {
  // Years begin in March here, so that the leap day is a year's last.
  const years = month > 2 ? year : year - 1;
  const dayOfYear = Math.floor((153 * ((month + 9) % 12) + 2) / 5) + day - 1;
  const leapDays = Math.floor(years / 4) - Math.floor(years / 100) + Math.floor(years / 400);
  return (years * 365 + leapDays + dayOfYear - 719_468) * 86_400;
}

export function isValid({ sec, nsec }: Timespec): boolean {
  return sec >= 0 && nsec >= 0 && nsec < NSEC_PER_SEC;
}

/** Whole ticks that cover a span of time, rounded up. */
export function ticksOf({ settings }: KernelState, ns: number): number {
  return Math.ceil(ns / settings.tickNs);
}
