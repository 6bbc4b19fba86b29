/** The vertical axis of a chart of the PTP pane: which range it has, and where its marks are. */

/** `all`: every value is in view; `most`: without the few that lie far out; `log`: logarithmic on both sides of zero. */
export type Scale = 'all' | 'most' | 'log';

export const scaleTitles: Record<Scale, string> = { all: 'All', most: 'Most', log: 'Log' };

export interface Range {
  min: number;
  max: number;
}

/** Values per point: time, value. */
const POINT = 2;
const MOST_SHARE = 0.9;

/**
 * Range of the values of points within a span of time; null when there are none. Of `most` it is the narrowest that nine
 * tenths of them are in: what lies far out, such as before a clock is set for the first time, often lies on one side.
 */
export function rangeOf(lines: readonly Float64Array[], fromNs: number, toNs: number, scale: Scale): Range | null {
  const values: number[] = [];
  for (const points of lines) {
    for (let i = 0; i < points.length; i += POINT) {
      if (points[i]! >= fromNs && points[i]! <= toNs) values.push(points[i + 1]!);
    }
  }
  if (values.length === 0) return null;
  values.sort((a, b) => a - b);
  const kept = scale === 'most' ? Math.ceil(values.length * MOST_SHARE) : values.length;
  const widthFrom = (i: number): number => values[i + kept - 1]! - values[i]!;
  let first = 0;
  for (let i = 1; i + kept <= values.length; i++) if (widthFrom(i) < widthFrom(first)) first = i;
  const [min, max] = [values[first]!, values[first + kept - 1]!];
  // A level line is in the middle, with room around it.
  const room = (max - min) * 0.1 || Math.abs(max) * 0.1 || 1;
  return { min: min - room, max: max + room };
}

/** A logarithm that goes through zero, where it is straight: of a value in `unit`s. */
export const toLog = (value: number): number => Math.sign(value) * Math.log10(1 + Math.abs(value));
export const fromLog = (value: number): number => Math.sign(value) * (10 ** Math.abs(value) - 1);

/** Powers of ten and zero within a range, at most so many; where there is room for few, every second or third power. */
export function logMarks({ min, max }: Range, most: number): number[] {
  const [low, high] = [toLog(min), toLog(max)];
  const step = Math.max(1, Math.ceil((high - low) / most));
  const marks = low <= 0 && high >= 0 ? [0] : [];
  for (let power = 0; power <= 15; power += step) {
    const value = 10 ** power;
    if (value >= min && value <= max) marks.push(value);
    if (-value >= min && -value <= max) marks.unshift(-value);
  }
  return marks;
}

/** Nanoseconds between two points from which on nothing was measured in between, as while a clock is a master itself. */
export function gapOf(points: Float64Array): number {
  const count = points.length / POINT;
  return count < 3 ? Infinity : (GAP * (points[(count - 1) * POINT]! - points[0]!)) / (count - 1);
}
/** Times the mean distance of two points. */
const GAP = 12;

/** Where in points the last one is at or before a time; -1 for none. */
export function pointAt(points: Float64Array, timeNs: number): number {
  let low = 0;
  let high = points.length / POINT;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (points[middle * POINT]! <= timeNs) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** The value at or before a time; null when there is none. */
export function valueAt(points: Float64Array, timeNs: number): number | null {
  const index = pointAt(points, timeNs);
  return index < 0 ? null : points[index * POINT + 1]!;
}

/** The points as the host sends them: doubles, which need not lie at a multiple of eight. */
export function readPoints(bytes: Uint8Array): Float64Array {
  return new Float64Array(bytes.slice().buffer);
}
