/**
 * What drives a clock: an oscillator, which is never quite as fast as it says. How far it has come at a time follows from
 * that time and its seed alone, not from when it was looked at, so that a run that is made again finds the same.
 */
import { random32, seedRandom } from '../random';

/** What is wrong with an oscillator. */
export interface Oscillator {
  /** How much faster it is than it should be when the power comes on, in millionths. */
  ppm: number;
  /** On top of that a part by chance, from minus this to this: no two of a kind are alike. */
  tolerancePpm: number;
  /** Ageing: it becomes that much faster each day. */
  driftPpmPerDay: number;
  /** A random walk of its frequency: standard deviation after one second, in billionths; four times that after sixteen. */
  wanderPpb: number;
  /** Each reading is wrong by chance: standard deviation in nanoseconds. */
  noiseNs: number;
}

export const perfectOscillator: Oscillator = {
  ppm: 0,
  tolerancePpm: 0,
  driftPpmPerDay: 0,
  wanderPpb: 0,
  noiseNs: 0,
};

/** How far the random walk has come: its steps are of one length, between which the frequency stays. */
export interface Wander {
  /** Steps since the power came on, and the one before: what is asked for may be a little in the past. */
  step: number;
  now: WanderStep;
  before: WanderStep;
}

interface WanderStep {
  /** Faster by that many billionths, and nanoseconds gained up to the step's beginning. */
  ppb: number;
  gainedNs: number;
}

const STEP_NS = 100_000_000;
const STEPS_PER_SEC = 1e9 / STEP_NS;
const DAY_NS = 86_400e9;
/** What chance is asked for: the numbers of each kind are others. */
const Chance = { Tolerance: 1, Wander: 2, Noise: 3 } as const;

export const createWander = (): Wander => ({
  step: 0,
  now: { ppb: 0, gainedNs: 0 },
  before: { ppb: 0, gainedNs: 0 },
});

/**
 * Nanoseconds that the oscillator is ahead at a time.
 *
 * @param wander comes as far as that
 * @param ns since the power came on; not before the last step but one
 */
export function gainedNs(oscillator: Oscillator, seed: number, wander: Wander, ns: number): number {
  const { ppm, tolerancePpm, driftPpmPerDay, wanderPpb } = oscillator;
  const chance = tolerancePpm === 0 ? 0 : tolerancePpm * (2 * uniform(seed, Chance.Tolerance, 0) - 1);
  const steady = ns * ((ppm + chance) / 1e6) + (ns * (ns / DAY_NS) * driftPpmPerDay) / 2e6;
  if (wanderPpb === 0) return steady;
  const step = Math.floor(ns / STEP_NS);
  while (wander.step < step) goOn(oscillator, seed, wander);
  const { ppb, gainedNs: before } = step === wander.step ? wander.now : wander.before;
  return steady + before + (ns - step * STEP_NS) * (ppb / 1e9);
}

function goOn({ wanderPpb }: Oscillator, seed: number, wander: Wander): void {
  const { ppb, gainedNs: gained } = wander.now;
  wander.before = wander.now;
  wander.step++;
  wander.now = {
    ppb: ppb + (wanderPpb / Math.sqrt(STEPS_PER_SEC)) * normal(seed, Chance.Wander, wander.step),
    gainedNs: gained + STEP_NS * (ppb / 1e9),
  };
}

/** By how many nanoseconds a reading at a time is wrong. */
export const noiseNs = ({ noiseNs: deviation }: Oscillator, seed: number, ns: number): number =>
  deviation === 0 ? 0 : deviation * normal(seed, Chance.Noise, ns);

/** Generator of the random numbers for one number of one kind. */
const generator = (seed: number, kind: number, number: number) =>
  seedRandom(
    Math.imul(seed, 0x9e3779b1) ^
      Math.imul(kind, 0x85ebca6b) ^
      Math.imul(Math.floor(number), 0xc2b2ae35) ^
      Math.floor(number / 2 ** 32),
  );

/** From 0 up to 1. */
const uniform = (seed: number, kind: number, number: number): number =>
  (random32(generator(seed, kind, number)) >>> 0) / 2 ** 32;

/** Sum of so many of the same width, which is as good as a normal distribution within three deviations. */
const SUM = 12;

/** Mean 0, standard deviation 1. */
function normal(seed: number, kind: number, number: number): number {
  const random = generator(seed, kind, number);
  let sum = -SUM / 2;
  for (let i = 0; i < SUM; i++) sum += (random32(random) >>> 0) / 2 ** 32;
  return sum;
}
