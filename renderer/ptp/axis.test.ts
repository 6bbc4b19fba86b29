import { expect, test } from 'vitest';
import { fromLog, gapOf, logMarks, pointAt, rangeOf, readPoints, toLog, valueAt } from './axis';

const points = (...pairs: [number, number][]): Float64Array => Float64Array.from(pairs.flat());

test('the range has every value of the span, with room around them', () => {
  const lines = [points([0, -500], [10, 0], [20, 100]), points([15, 40])];
  expect(rangeOf(lines, 5, 30, 'all')).toEqual({ min: -10, max: 110 });
  expect(rangeOf(lines, 0, 30, 'all')).toEqual({ min: -560, max: 160 });
  expect(rangeOf(lines, 100, 200, 'all')).toBeNull();
  expect(rangeOf([points([0, 50])], 0, 1, 'all')).toEqual({ min: 45, max: 55 });
  expect(rangeOf([points([0, 0])], 0, 1, 'all')).toEqual({ min: -1, max: 1 });
});

test('of most values the few that lie far out are left out, on either side', () => {
  const many = points(...Array.from({ length: 100 }, (_, i): [number, number] => [i, i < 5 ? 1e9 : i % 2]));
  expect(rangeOf([many], 0, 100, 'most')).toEqual({ min: -0.1, max: 1.1 });
  expect(rangeOf([many], 0, 100, 'all')!.max).toBeGreaterThan(1e9);
});

test('the logarithm goes through zero and back', () => {
  for (const value of [0, 1, -1, 12.5, -1e9]) expect(fromLog(toLog(value))).toBeCloseTo(value, 5);
  expect(toLog(99)).toBeCloseTo(2);
  expect(toLog(-99)).toBeCloseTo(-2);
});

test('marks of the logarithm are powers of ten, thinned where there is no room', () => {
  expect(logMarks({ min: -20, max: 1500 }, 10)).toEqual([-10, -1, 0, 1, 10, 100, 1000]);
  expect(logMarks({ min: 50, max: 5e4 }, 10)).toEqual([100, 1000, 10000]);
  expect(logMarks({ min: -1e9, max: 1e9 }, 6).length).toBeLessThanOrEqual(9);
});

test('the value at a time is that of the last point by then', () => {
  const line = points([10, 1], [20, 2], [30, 3]);
  expect([5, 10, 19, 20, 99].map((at) => pointAt(line, at))).toEqual([-1, 0, 0, 1, 2]);
  expect(valueAt(line, 5)).toBeNull();
  expect(valueAt(line, 25)).toBe(2);
});

test('where nothing was measured for long there is a gap', () => {
  const steady = Array.from({ length: 100 }, (_, i): [number, number] => [i, 0]);
  expect(gapOf(points(...steady))).toBe(12);
  const long = points(...steady, [300, 0], [301, 0]);
  expect(gapOf(long)).toBeLessThan(200);
  expect(gapOf(points([0, 1], [100, 1]))).toBe(Infinity);
});

test('points need not be aligned in the message they arrived in', () => {
  const bytes = new Uint8Array(1 + 16);
  new DataView(bytes.buffer).setFloat64(1, 5, true);
  new DataView(bytes.buffer).setFloat64(9, -2.5, true);
  expect([...readPoints(bytes.subarray(1))]).toEqual([5, -2.5]);
});
