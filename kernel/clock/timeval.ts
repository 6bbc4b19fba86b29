/** struct timeval in firmware memory: time_t tv_sec and suseconds_t tv_usec, 64 bits each. */
import type { Kernel } from '../kernel';
import { NSEC_PER_SEC } from './timespec';

const NSEC_PER_USEC = 1000;
const USEC_PER_SEC = 1_000_000;
/** Bytes. */
export const TIMEVAL_SIZE = 16;

/** A span of time, in nanoseconds. */
export function loadTimeval({ memory }: Kernel, address: number): number {
  return memory.load64(address) * NSEC_PER_SEC + memory.load64(address + 8) * NSEC_PER_USEC;
}

/** Stores nanoseconds; both parts have the sign. */
export function storeTimeval({ memory }: Kernel, address: number, ns: number): void {
  const usec = Math.trunc(ns / NSEC_PER_USEC);
  memory.store64(address, Math.trunc(usec / USEC_PER_SEC));
  memory.store64(address + 8, usec % USEC_PER_SEC);
}

/** Neither part is negative, and the microseconds are below a second. */
export function isTimeval({ memory }: Kernel, address: number): boolean {
  const usec = memory.load64(address + 8);
  return memory.load64(address) >= 0 && usec >= 0 && usec < USEC_PER_SEC;
}
