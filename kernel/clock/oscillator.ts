/**
 * What drives a clock: an oscillator, which is never quite as fast as it says. How far it has come at a time follows from
 * that time and its seed alone, not from when it was looked at, so that a run that is made again finds the same.
 */
import type { Kernel } from '../kernel';
import { seedRandom, uniform } from '../random';

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
  /** It becomes that much faster with each degree, in millionths. */
  ppmPerDegree: number;
  /** Each reading is wrong by chance: standard deviation in nanoseconds. */
  noiseNs: number;
}

export const perfectOscillator: Oscillator = {
  ppm: 0,
  tolerancePpm: 0,
  driftPpmPerDay: 0,
  wanderPpb: 0,
  ppmPerDegree: 0,
  noiseNs: 0,
};

/**
 * What its frequency is by the random walk and the temperature: stretches of time, in each of which it stays. The steps of the
 * walk are of one length.
 */
export interface Wander {
  /** Steps since the power came on, and how many billionths they have led. */
  step: number;
  walkedPpb: number;
  celsius: number;
  /** The last one is under way. Those before it are kept for a while: what is asked for may be a little in the past. */
  stretches: Stretch[];
}

interface Stretch {
  /** Nanoseconds since the power came on, and those gained up to then. */
  from: number;
  gainedNs: number;
  /** Faster by that many billionths. */
  ppb: number;
}

const STEP_NS = 100_000_000;
const STEPS_PER_SEC = 1e9 / STEP_NS;
const DAY_NS = 86_400e9;
/** The temperature at which it has the frequency that it is said to have. */
const USUAL_CELSIUS = 25;
/** For so long what is asked for may be in the past: more than any frame takes. */
const KEPT_NS = STEP_NS;
/** What chance is asked for: the numbers of each kind are others. */
const Chance = { Tolerance: 1, Wander: 2, Noise: 3, Stamp: 4 } as const;

export const createWander = (): Wander => ({
  step: 0,
  walkedPpb: 0,
  celsius: USUAL_CELSIUS,
  stretches: [{ from: 0, gainedNs: 0, ppb: 0 }],
});

/**
 * Nanoseconds that the oscillator is ahead at a time.
 *
 * @param wander comes as far as that
 * @param ns since the power came on; not before the last step of the walk but one
 */
export function gainedNs(oscillator: Oscillator, seed: number, wander: Wander, ns: number): number {
  const { ppm, tolerancePpm, driftPpmPerDay } = oscillator;
  const chance = tolerancePpm === 0 ? 0 : tolerancePpm * (2 * uniform(generator(seed, Chance.Tolerance, 0)) - 1);
  const steady = ns * ((ppm + chance) / 1e6) + (ns * (ns / DAY_NS) * driftPpmPerDay) / 2e6;
  comeTo(oscillator, seed, wander, ns);
  const { stretches } = wander;
  let at = stretches.length - 1;
  while (at > 0 && stretches[at]!.from > ns) at--;
  return steady + gainedBy(stretches[at]!, ns);
}

const gainedBy = ({ from, gainedNs: before, ppb }: Stretch, ns: number): number => before + (ns - from) * (ppb / 1e9);

/** The walk goes on up to a time. */
function comeTo(oscillator: Oscillator, seed: number, wander: Wander, ns: number): void {
  const { wanderPpb } = oscillator;
  if (wanderPpb === 0) return;
  const step = Math.floor(ns / STEP_NS);
  while (wander.step < step) {
    wander.step++;
    wander.walkedPpb += (wanderPpb / Math.sqrt(STEPS_PER_SEC)) * normal(seed, Chance.Wander, wander.step);
    begin(oscillator, wander, wander.step * STEP_NS);
  }
}

/** A stretch begins: the walk or the temperature is another one. */
function begin({ ppmPerDegree }: Oscillator, wander: Wander, from: number): void {
  const { stretches, walkedPpb, celsius } = wander;
  const ppb = walkedPpb + 1000 * ppmPerDegree * (celsius - USUAL_CELSIUS);
  stretches.push({ from, gainedNs: gainedBy(stretches.at(-1)!, from), ppb });
  while (stretches[1]!.from < from - KEPT_NS) stretches.shift();
}

/**
 * The oscillator's temperature is another one from a time on.
 *
 * @param ns since the power came on
 */
export function setTemperature(
  oscillator: Oscillator,
  seed: number,
  wander: Wander,
  ns: number,
  celsius: number,
): void {
  comeTo(oscillator, seed, wander, ns);
  wander.celsius = celsius;
  begin(oscillator, wander, Math.max(ns, wander.stretches.at(-1)!.from));
}

/** Nanoseconds that the board's oscillator is ahead, at a time since the power came on that is now or little before. */
export const boardGainedNs = ({ state: { settings, wander } }: Kernel, ns: number): number =>
  gainedNs(settings.oscillator, settings.seed, wander, ns);

/** By how many nanoseconds a reading at a time is wrong. */
export const noiseNs = ({ noiseNs: deviation }: Oscillator, seed: number, ns: number): number =>
  deviation === 0 ? 0 : deviation * normal(seed, Chance.Noise, ns);

/** By how much the CPU is late, at a time in nanoseconds, to see what it stamps: by chance, up to the most that it can be. */
export const stampLateNs = (mostNs: number, seed: number, ns: number): number =>
  mostNs === 0 ? 0 : Math.floor(mostNs * uniform(generator(seed, Chance.Stamp, ns)));

/** Generator of the random numbers for one number of one kind. */
const generator = (seed: number, kind: number, number: number) =>
  seedRandom(
    Math.imul(seed, 0x9e3779b1) ^
      Math.imul(kind, 0x85ebca6b) ^
      Math.imul(Math.floor(number), 0xc2b2ae35) ^
      Math.floor(number / 2 ** 32),
  );

/** Sum of so many of the same width, which is as good as a normal distribution within three deviations. */
const SUM = 12;

/** Mean 0, standard deviation 1. */
function normal(seed: number, kind: number, number: number): number {
  const random = generator(seed, kind, number);
  let sum = -SUM / 2;
  for (let i = 0; i < SUM; i++) sum += uniform(random);
  return sum;
}
