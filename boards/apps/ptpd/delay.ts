/** A path's delay out of single measurements: the median, or an average of those that are not far from it. */
import type { PtpConfig } from './types';

/** How far from the median, in median deviations, a measurement may be to count: three standard deviations of a normal one. */
const FAR = 3 * 1.4826;
/** Below that nothing is far: stamps have whole nanoseconds, and clocks of 125 MHz. */
const NEVER_FAR_NS = 8;

/**
 * Takes in a measurement.
 *
 * @param delays the last ones, which change
 * @param delayNs may be below zero: stamps that are late by chance make it so, and cutting that off would shift the mean
 * @returns false: it is longer than a path can be, and dropped
 */
export function addDelay(delays: number[], config: PtpConfig, delayNs: number): boolean {
  if (Math.abs(delayNs) > config.maxPathDelayNs) return false;
  delays.push(delayNs);
  if (delays.length > config.delayFilterLength) delays.shift();
  return true;
}

/** The delay that follows from measurements (at least one), nanoseconds. */
export function filteredDelay(delays: readonly number[], config: PtpConfig): number {
  const middle = median(delays);
  if (config.delayFilter === 'median' || delays.length < 3)
    return config.delayFilter === 'median' ? middle : mean(delays);
  const deviation = median(delays.map((delay) => Math.abs(delay - middle)));
  const far = Math.max(FAR * deviation, NEVER_FAR_NS);
  return mean(delays.filter((delay) => Math.abs(delay - middle) <= far));
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2;
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
