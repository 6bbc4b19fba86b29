import { expect, test } from 'vitest';
import { CHANGE_NUMBERS } from '../contract/board';
import { WaveRecord } from './wave';

/** Times of changes. */
const times = (data: Float64Array) => [...data].filter((_, i) => i % CHANGE_NUMBERS === 0);

/** A change every 10 ns, the n-th to n % 7. */
function record(changes: number, keep = 1000): WaveRecord {
  const wave = new WaveRecord(keep);
  for (let n = 0; n < changes; n++) wave.add(n * 10, n % 7, 0, n + 1);
  return wave;
}

test('a span has the change before it and both of its ends', () => {
  const wave = record(10);
  expect(times(wave.span(30, 50, 100))).toEqual([20, 30, 40, 50]);
  expect(times(wave.span(0, 15, 100))).toEqual([0, 10]);
  expect(times(wave.span(1000, 2000, 100))).toEqual([90]);
  expect(times(new WaveRecord(5).span(0, 100, 10))).toEqual([]);
});

test('where there are too many, the extremes of each part are left', () => {
  const wave = record(1000);
  wave.add(10_000, 50, 0, 1001);
  for (let n = 1; n < 1000; n++) wave.add(10_000 + n * 10, n % 7, 0, 1001 + n);
  const data = wave.span(0, 20_000, 20);
  expect(data.length / CHANGE_NUMBERS).toBeLessThanOrEqual(80);
  const values = [...data].filter((_, i) => i % CHANGE_NUMBERS === 1);
  expect(Math.max(...values)).toBe(50);
  expect(Math.min(...values)).toBe(0);
  expect(times(data)).toEqual(times(data).toSorted((a, b) => a - b));
  // Each part's first and last are there, so that nothing is drawn that was not.
  expect(times(data)).toEqual(expect.arrayContaining([0, 990, 1000, 1990, 19_990]));
});

test('the neighbours of a time are before and after it', () => {
  const wave = record(10);
  expect(wave.neighbour(30, true)?.[0]).toBe(20);
  expect(wave.neighbour(30, false)?.[0]).toBe(40);
  expect(wave.neighbour(35, true)?.[0]).toBe(30);
  expect(wave.neighbour(0, true)).toBeNull();
  expect(wave.neighbour(90, false)).toBeNull();
});

test('going back forgets what came later', () => {
  const wave = record(10);
  wave.truncate(4);
  expect(times(wave.span(0, 1000, 100))).toEqual([0, 10, 20, 30]);
  expect(wave.last).toEqual({ value: 3, detail: 0 });
  wave.truncate(0);
  expect(wave.last).toBeUndefined();
});

test('the oldest go, and at least so many stay', () => {
  const wave = record(10_000, 100);
  const kept = times(wave.span(0, 1e6, 1e6));
  expect(kept.length).toBeGreaterThanOrEqual(100);
  expect(kept.length).toBeLessThanOrEqual(256);
  expect(kept.at(-1)).toBe(99_990);
});

test('time never goes back', () => {
  const wave = record(3);
  wave.add(15, 1, 0, 4);
  expect(times(wave.span(0, 100, 10))).toEqual([0, 10, 20, 20]);
});
