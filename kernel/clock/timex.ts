/** struct timex, by which a clock is adjusted (sys/timex.h). */
import { Errno } from '../errno';
import type { Kernel } from '../kernel';
import { NSEC_PER_SEC } from './timespec';

/** Offsets in the structure, and modes. */
const Timex = { modes: 0, offset: 4, freq: 8, sec: 40, usec: 48 } as const;
const Adjust = { Offset: 0x0001, Frequency: 0x0002, SetOffset: 0x0100, Nano: 0x2000 } as const;
const NSEC_PER_USEC = 1000;

/** What can be done to a clock. Frequencies are in millionths times 2^16. */
export interface Adjustable {
  frequency: number;
  /** Whether it can go so much faster or slower. */
  canGo(frequency: number): boolean;
  setFrequency(frequency: number): void;
  /** By seconds, and nanoseconds of less than one, at once. */
  step(seconds: number, ns: number): void;
  /** ADJ_OFFSET: by nanoseconds, as the clock has it. */
  shift(ns: number): void;
}

/**
 * Adjusts a clock by the structure at an address.
 *
 * @returns 0, or -EINVAL: no address, or a part of a second that is one or more; -ERANGE: too far off; -ENOTSUP: a mode
 *   that there is not
 */
export function adjust(k: Kernel, address: number, clock: Adjustable): number {
  const { memory } = k;
  if (address === 0) return -Errno.EINVAL;
  const modes = memory.load32(address + Timex.modes);
  const unit = modes & Adjust.Nano ? 1 : NSEC_PER_USEC;
  if (modes & Adjust.SetOffset) {
    const ns = memory.load64(address + Timex.usec) * unit;
    if (ns < 0 || ns >= NSEC_PER_SEC) return -Errno.EINVAL;
    clock.step(memory.load64(address + Timex.sec), ns);
    return 0;
  }
  if (modes & Adjust.Frequency) {
    const frequency = memory.load32(address + Timex.freq);
    if (!clock.canGo(frequency)) return -Errno.ERANGE;
    clock.setFrequency(frequency);
    return 0;
  }
  if (modes & Adjust.Offset) {
    clock.shift(memory.load32(address + Timex.offset) * unit);
    return 0;
  }
  if (modes !== 0) return -Errno.ENOTSUP;
  memory.store32(address + Timex.freq, clock.frequency);
  return 0;
}
