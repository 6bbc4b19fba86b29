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

export function isValid({ sec, nsec }: Timespec): boolean {
  return sec >= 0 && nsec >= 0 && nsec < NSEC_PER_SEC;
}

/** Whole ticks that cover a span of time, rounded up. */
export function ticksOf({ settings }: KernelState, ns: number): number {
  return Math.ceil(ns / settings.tickNs);
}
