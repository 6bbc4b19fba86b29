import { expect, test } from 'vitest';
import { createWander, gainedNs, noiseNs, perfectOscillator, setTemperature, stampLateNs } from './oscillator';

const SECOND = 1e9;
const HOUR = 3600 * SECOND;

const deviation = (values: readonly number[]) => {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
};

test('a perfect oscillator gains nothing', () => {
  expect(gainedNs(perfectOscillator, 1, createWander(), HOUR)).toBe(0);
  expect(noiseNs(perfectOscillator, 1, HOUR)).toBe(0);
});

test('it gains what its ppm and its ageing say', () => {
  const gained = (what: object, ns: number) => gainedNs({ ...perfectOscillator, ...what }, 1, createWander(), ns);
  expect(gained({ ppm: 20 }, SECOND)).toBeCloseTo(20_000, 6);
  expect(gained({ ppm: -7.5 }, HOUR)).toBeCloseTo(-27e6, 3);
  // On average half a ppm over a day.
  expect(gained({ driftPpmPerDay: 1 }, 24 * HOUR)).toBeCloseTo(0.5e-6 * 24 * HOUR, 3);
});

test('the part by chance is within the tolerance, and each seed has its own', () => {
  const oscillator = { ...perfectOscillator, tolerancePpm: 25 };
  const ppm = Array.from({ length: 400 }, (_, seed) => gainedNs(oscillator, seed, createWander(), SECOND) / 1000);
  expect(Math.max(...ppm.map(Math.abs))).toBeLessThanOrEqual(25);
  expect(new Set(ppm).size).toBe(400);
  // Uniform: the width divided by the root of 12.
  expect(deviation(ppm)).toBeGreaterThan(13);
  expect(deviation(ppm)).toBeLessThan(16);
});

test('wander is a random walk: the frequency is off by its standard deviation times the root of the seconds', () => {
  const oscillator = { ...perfectOscillator, wanderPpb: 10 };
  const ppbAfter = (seconds: number) =>
    Array.from({ length: 400 }, (_, seed) => {
      const wander = createWander();
      const before = gainedNs(oscillator, seed, wander, seconds * SECOND);
      return (gainedNs(oscillator, seed, wander, seconds * SECOND + 1e6) - before) * 1000;
    });
  expect(deviation(ppbAfter(1)) / 10).toBeCloseTo(1, 0);
  expect(deviation(ppbAfter(16)) / 40).toBeCloseTo(1, 0);
});

test('what it gains up to a time does not depend on when it was looked at, and goes on without a step', () => {
  const oscillator = { ...perfectOscillator, wanderPpb: 1000 };
  const seldom = gainedNs(oscillator, 3, createWander(), 10 * SECOND);
  const wander = createWander();
  let last = 0;
  for (let ns = 0; ns <= 10 * SECOND; ns += 1e7) {
    const gained = gainedNs(oscillator, 3, wander, ns);
    expect(Math.abs(gained - last)).toBeLessThan(1e7 * 20e-6);
    last = gained;
  }
  expect(last).toBe(seldom);
  // A little back, over the beginning of the last step.
  expect(gainedNs(oscillator, 3, wander, 10 * SECOND - 1000)).toBe(
    gainedNs(oscillator, 3, createWander(), 10 * SECOND - 1000),
  );
});

test('readings are noisy around the truth, the same each time at the same moment', () => {
  const oscillator = { ...perfectOscillator, noiseNs: 8 };
  const noise = Array.from({ length: 2000 }, (_, i) => noiseNs(oscillator, 1, i * 1000));
  expect(deviation(noise)).toBeGreaterThan(7.5);
  expect(deviation(noise)).toBeLessThan(8.5);
  expect(Math.abs(noise.reduce((sum, each) => sum + each, 0) / noise.length)).toBeLessThan(0.7);
  expect(noiseNs(oscillator, 1, 5000)).toBe(noise[5]);
});

test('the temperature makes it faster or slower from its time on, also for who asks later, and not before', () => {
  const oscillator = { ...perfectOscillator, ppm: 10, ppmPerDegree: -2 };
  const wander = createWander();
  expect(gainedNs(oscillator, 1, wander, SECOND)).toBeCloseTo(10_000, 6);
  setTemperature(oscillator, 1, wander, SECOND, 30);
  setTemperature(oscillator, 1, wander, 1.5 * SECOND, 20);
  setTemperature(oscillator, 1, wander, 1.5 * SECOND + 1000, 25);
  const at = (ns: number) => gainedNs(oscillator, 1, wander, ns);
  expect(at(3 * SECOND)).toBeCloseTo(30_000 - 0.5 * SECOND * 10e-6 + 1000 * 10e-6, 6);
  expect(at(1.5 * SECOND + 400)).toBeCloseTo((1.5 * SECOND + 400) * 10e-6 - 0.5 * SECOND * 10e-6 + 400 * 10e-6, 6);
  expect(at(1.5 * SECOND - 400)).toBeCloseTo((1.5 * SECOND - 400) * 10e-6 - (0.5 * SECOND - 400) * 10e-6, 6);
});

test('temperature and wander together do not depend on when it was looked at', () => {
  const oscillator = { ...perfectOscillator, wanderPpb: 1000, ppmPerDegree: 3 };
  const run = (lookNs: number) => {
    const wander = createWander();
    const changes = [
      [0.95, 40],
      [1.2, 10],
      [1.2, -5],
      [7.003, 25],
    ] as const;
    for (const [seconds, celsius] of changes) {
      for (let ns = 0; lookNs > 0 && ns <= seconds * SECOND; ns += lookNs) gainedNs(oscillator, 3, wander, ns);
      setTemperature(oscillator, 3, wander, seconds * SECOND, celsius);
    }
    expect(wander.stretches.length).toBeLessThan(6);
    return gainedNs(oscillator, 3, wander, 10 * SECOND);
  };
  expect(run(3.7e7)).toBe(run(0));
});

test('the CPU is late by chance, evenly up to the most', () => {
  const late = Array.from({ length: 2000 }, (_, n) => stampLateNs(5000, 1, n * 125e6));
  expect(Math.min(...late)).toBeGreaterThanOrEqual(0);
  expect(Math.max(...late)).toBeLessThan(5000);
  expect(late.reduce((sum, ns) => sum + ns, 0) / late.length / 2500).toBeCloseTo(1, 1);
  expect(deviation(late) / (5000 / Math.sqrt(12))).toBeCloseTo(1, 1);
  expect(stampLateNs(5000, 1, 125e6)).toBe(late[1]);
  expect(stampLateNs(5000, 2, 125e6)).not.toBe(late[1]);
});
