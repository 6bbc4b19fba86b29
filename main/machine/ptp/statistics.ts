/** What is to be said of many values at once. */
import type { PtpStatistics } from '../../contract/ptp';

type Summary = Omit<PtpStatistics, 'mtie' | 'tdev' | 'thinned'>;

/**
 * @param bins equal parts of the histogram, from the lowest value to the highest
 * @param percents hundredths whose percentiles are wanted; in between of two values they are interpolated
 */
export function summarize(values: Float64Array, bins: number, percents: readonly number[]): Summary {
  const count = values.length;
  if (count === 0) {
    const nothing = { mean: null, deviation: null, min: null, max: null };
    return { count, ...nothing, percentiles: [], histogram: { from: 0, to: 0, counts: [] } };
  }
  const sorted = values.toSorted();
  const [min, max] = [sorted[0]!, sorted[count - 1]!];
  const mean = sum(values) / count;
  const squares = values.reduce((total, value) => total + (value - mean) ** 2, 0);
  return {
    ...{ count, mean, min, max },
    deviation: Math.sqrt(squares / count),
    percentiles: percents.map((percent) => ({ percent, value: percentile(sorted, percent) })),
    histogram: { from: min, to: max, counts: histogram(values, min, max, bins) },
  };
}

const sum = (values: Float64Array): number => values.reduce((total, value) => total + value, 0);

function percentile(sorted: Float64Array, percent: number): number {
  const at = (percent / 100) * (sorted.length - 1);
  const below = Math.floor(at);
  const next = sorted[Math.min(below + 1, sorted.length - 1)]!;
  return sorted[below]! + (next - sorted[below]!) * (at - below);
}

/** The highest value is in the last part. */
function histogram(values: Float64Array, min: number, max: number, bins: number): number[] {
  const counts = new Array<number>(bins).fill(0);
  const scale = max > min ? bins / (max - min) : 0;
  for (const value of values) counts[Math.min(bins - 1, Math.floor((value - min) * scale))]!++;
  return counts;
}
