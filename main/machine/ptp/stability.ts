/**
 * How steady a clock is: maximum time interval error and time deviation of its time errors (ITU-T G.810, appendix II), in time
 * that is linear in the number of samples for each observation interval.
 */
import type { Points } from './record';

/** Time errors at equal distances of time. */
export interface Samples {
  intervalNs: number;
  errors: Float64Array;
}

/** Samples at most: what is more is sampled less often. */
const MOST_SAMPLES = 1 << 17;
/** Observation intervals of each power of ten. */
const STEPS = [1, 1.25, 1.6, 2, 2.5, 3.2, 4, 5, 6.3, 8];

/**
 * Samples at the distance that most points have (the median), interpolated between points, whose distances vary and of which
 * some are missing. Null: there are not two.
 */
export function sampled({ times, values }: Points): Samples | null {
  const { length } = times;
  if (length < 2) return null;
  const spanNs = times[length - 1]! - times[0]!;
  const distances = times.slice(1).map((time, i) => time - times[i]!);
  const usual = distances.sort()[distances.length >> 1]!;
  const intervalNs = Math.max(usual, spanNs / (MOST_SAMPLES - 1));
  if (intervalNs === 0) return null;
  const errors = new Float64Array(Math.floor(spanNs / intervalNs + 1e-6) + 1);
  let at = 0;
  for (let i = 0; i < errors.length; i++) {
    const time = times[0]! + i * intervalNs;
    while (at < length - 2 && times[at + 1]! <= time) at++;
    const [before, after] = [times[at]!, times[at + 1]!];
    const share = after > before ? Math.min(1, (time - before) / (after - before)) : 1;
    errors[i] = values[at]! + (values[at + 1]! - values[at]!) * share;
  }
  return { intervalNs, errors };
}

/** Observation intervals up to a number of sampling intervals, evenly over the powers of ten. */
export function observationIntervals(most: number): number[] {
  const intervals = new Set<number>();
  for (let ten = 1; ten <= most; ten *= 10) {
    for (const step of STEPS) if (Math.round(step * ten) <= most) intervals.add(Math.round(step * ten));
  }
  return [...intervals];
}

/**
 * MTIE(n) = max over k of (max of x[k..k+n] - min of x[k..k+n]): the largest peak-to-peak error within any n sampling
 * intervals.
 *
 * @param intervals their n, ascending, each less than there are errors
 */
export function mtie(errors: Float64Array, intervals: readonly number[]): number[] {
  // Extremes of 2^k errors from each on; those of any window are of two such, which may overlap.
  const [lowest, highest] = [errors.slice(), errors.slice()];
  let width = 1;
  return intervals.map((n) => {
    const window = n + 1;
    for (; width * 2 <= window; width *= 2) {
      for (let i = 0; i + width * 2 <= errors.length; i++) {
        if (lowest[i + width]! < lowest[i]!) lowest[i] = lowest[i + width]!;
        if (highest[i + width]! > highest[i]!) highest[i] = highest[i + width]!;
      }
    }
    let most = 0;
    const second = window - width;
    for (let i = 0; i + window <= errors.length; i++) {
      const low = lowest[i]! < lowest[i + second]! ? lowest[i]! : lowest[i + second]!;
      const high = highest[i]! > highest[i + second]! ? highest[i]! : highest[i + second]!;
      if (high - low > most) most = high - low;
    }
    return most;
  });
}

/**
 * TDEV(n)^2 = 1 / (6 n^2 (N - 3n + 1)) * sum over j of (sum over i = j..j+n-1 of x[i+2n] - 2 x[i+n] + x[i])^2: how far the
 * mean error of n sampling intervals is from where those of the two before it lead.
 *
 * @param intervals their n, each at most a third of the errors
 */
export function tdev(errors: Float64Array, intervals: readonly number[]): number[] {
  const { length } = errors;
  // Sums of the first errors; without a constant and a slope, which do not count, they stay small and so exact.
  const slope = length > 1 ? (errors[length - 1]! - errors[0]!) / (length - 1) : 0;
  const sums = new Float64Array(length + 1);
  for (let i = 0; i < length; i++) sums[i + 1] = sums[i]! + (errors[i]! - errors[0]! - slope * i);
  return intervals.map((n) => {
    let total = 0;
    for (let j = 0; j + 3 * n <= length; j++) {
      const second = sums[j + 3 * n]! - 3 * sums[j + 2 * n]! + 3 * sums[j + n]! - sums[j]!;
      total += second * second;
    }
    return Math.sqrt(total / (6 * n * n * (length - 3 * n + 1)));
  });
}

const measures = { mtie, tdev };
/** The longest observation interval of so many errors. */
const longest = { mtie: (errors: number) => errors - 1, tdev: (errors: number) => Math.floor(errors / 3) };

/** MTIE or TDEV of points, by observation intervals up to the longest that there can be; empty: there are too few. */
export function stability(points: Points, measure: keyof typeof measures): { tauNs: number; ns: number }[] {
  const samples = sampled(points);
  if (!samples) return [];
  const { intervalNs, errors } = samples;
  const intervals = observationIntervals(longest[measure](errors.length));
  const values = measures[measure](errors, intervals);
  return intervals.map((n, i) => ({ tauNs: n * intervalNs, ns: values[i]! }));
}
