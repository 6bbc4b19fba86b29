import { expect, test } from 'vitest';
import { rangeWith } from './plot';

const overlay = { nowNs: 0, cursorNs: null, limits: [], bands: [], moments: [] };
const limit = (value: number) => ({ value, text: '', grade: 'warn' as const });
const band = (low: number, high: number) => ({ fromNs: 0, toNs: 1, low, high, text: '' });

test('levels and masks that are near are in view, and those that are far change nothing', () => {
  const range = { min: -20, max: 10 };
  expect(rangeWith(range, overlay)).toEqual(range);
  expect(rangeWith(range, { ...overlay, limits: [limit(250_000)] })).toEqual(range);
  expect(rangeWith(range, { ...overlay, limits: [limit(50)] })).toEqual({ min: -54, max: 54 });
  expect(rangeWith(range, { ...overlay, bands: [band(-100, 100)] })).toEqual({ min: -108, max: 108 });
  expect(rangeWith(range, { ...overlay, bands: [band(-1000, 1000)] })).toEqual(range);
});
