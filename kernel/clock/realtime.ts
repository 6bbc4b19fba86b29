/**
 * The rate of CLOCK_REALTIME: by the board's oscillator, where the bench has it so, and by what clock_adjtime has set. What it
 * gains on CLOCK_MONOTONIC by that has parts of a nanosecond, which are not lost when the rate is changed.
 */
import { timeNs, type Kernel } from '../kernel';
import { boardGainedNs } from './oscillator';

export interface RealtimeRate {
  /** Nanoseconds since the power came on from which it has been this; those that the oscillator was ahead by then. */
  from: number;
  oscillatorNs: number;
  /** Nanoseconds that it was ahead of CLOCK_MONOTONIC by then. */
  aheadNs: number;
  /** Faster than by itself, in millionths times 2^16: freq of struct timex. */
  frequency: number;
}

export const steadyRate = (): RealtimeRate => ({ from: 0, oscillatorNs: 0, aheadNs: 0, frequency: 0 });

const PPM = 2 ** -16 / 1e6;

const oscillatorNs = (k: Kernel, ns: number): number =>
  k.state.settings.realtimeOscillates ? boardGainedNs(k, ns) : 0;

/** Nanoseconds by which CLOCK_REALTIME is ahead now of what it was set to and adjusted by. */
export function aheadNs(k: Kernel): number {
  const { from, oscillatorNs: before, aheadNs: ahead, frequency } = k.state.realtimeRate;
  if (frequency === 0 && !k.state.settings.realtimeOscillates) return ahead;
  const now = timeNs(k);
  const gained = oscillatorNs(k, now) - before;
  return ahead + gained + (now - from + gained) * frequency * PPM;
}

/** From now on it is ahead by that much, at a frequency. */
export function setRate(k: Kernel, ahead: number, frequency: number): void {
  const from = timeNs(k);
  k.state.realtimeRate = { from, oscillatorNs: oscillatorNs(k, from), aheadNs: ahead, frequency };
}
