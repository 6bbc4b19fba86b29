import { expect, test } from 'vitest';
import { systemTimeAt, wallNs } from './wall';

/** Milliseconds. */
const inMs = ({ sec, nsec }: { sec: number; nsec: number }) => sec * 1000 + nsec / 1e6;

test('the system clock at a time of the monotonic one, also one that is past or to come', () => {
  const before = Date.now();
  const ns = wallNs();
  const after = Date.now();
  const at = inMs(systemTimeAt(ns));
  // Date.now() is cut off, and an edge is seen a little late.
  expect(at).toBeGreaterThan(before - 1);
  expect(at).toBeLessThan(after + 2);
  const apart = inMs(systemTimeAt(ns + 3.25e9)) - inMs(systemTimeAt(ns - 5e9));
  expect(Math.abs(apart - 8250)).toBeLessThan(1);
});
