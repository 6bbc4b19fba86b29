/**
 * The servo: from readings of how far the clock is off to what is done to it. It first finds out how fast the clock is
 * (least squares over a while), sets its frequency, steps it, and then holds it: by PI, or as NuttX does, by the drift's
 * average.
 */
import type { Timespec } from '../../../../kernel/clock/timespec';
import type { Effect, PtpConfig, ServoState } from '../types';
import { nsBetween } from '../time';
import { adjustByDrift, type Drift } from './drift';
import { adjustByPi } from './pi';
import { addPoint, emptyLine, slopeOf, type Line } from './line';

export interface Servo {
  state: ServoState;
  offsetNs: number;
  frequencyPpb: number;
  steps: number;
  /** The part of the frequency that stays when the master has gone: PI's integral, or the drift's average. */
  heldPpb: number;
  /** The reading that the estimate began with, and the offsets since, over time. */
  first: { t1: Timespec; t2: Timespec; correctionNs: number } | null;
  line: Line;
  drift: Drift;
  /** Readings beyond the step threshold that came last, one after the other. */
  far: number;
  [own: string]: unknown;
}

/** One reading: the clock was at t2 when a message came that its master had sent at t1. */
export interface Reading {
  t1: Timespec;
  t2: Timespec;
  correctionNs: number;
  delayNs: number;
  /** Seconds between two readings. */
  intervalS: number;
}

/** The farthest that a frequency is set, billionths: more than crystals are off, and what NuttX's clocks can be set to. */
const MAX_PPB = 500_000;
/** A clock that is held is stepped by so many readings in a row: one alone is rather wrong itself. */
const FAR_READINGS = 2;
/** Seconds that the frequency is estimated over. */
const ESTIMATE_S = { hardware: 1, software: 8 } as const;
/** A clock that is no farther off at first is not stepped: programs like time that goes on. */
const FIRST_STEP_NS = 1000;

export const createServo = (): Servo => ({
  state: 'unlocked',
  offsetNs: 0,
  frequencyPpb: 0,
  steps: 0,
  heldPpb: 0,
  first: null,
  line: emptyLine(),
  drift: { lastOffsetNs: 0, lastAdjustNs: 0, last: null, averagedS: 0 },
  far: 0,
});

/** Takes in a reading. Nanoseconds that the clock is ahead of its master are left in `servo.offsetNs`. */
export function read(servo: Servo, config: PtpConfig, reading: Reading, effects: Effect[]): void {
  const { t1, t2, correctionNs, delayNs } = reading;
  servo.offsetNs = nsBetween(t2, t1) - correctionNs - delayNs;
  switch (servo.state) {
    case 'unlocked':
      // The clock may still go as whoever had it before has left it.
      setFrequency(servo, servo.frequencyPpb, effects);
      if (config.servo === 'drift') {
        hold(servo, config, reading, effects);
        break;
      }
      servo.state = 'estimating';
      servo.first = { t1, t2, correctionNs };
      servo.line = emptyLine();
      addPoint(servo.line, 0, 0);
      break;
    case 'estimating':
      estimate(servo, config, reading, effects);
      break;
    case 'holdover':
    case 'locked':
      hold(servo, config, reading, effects);
  }
}

function hold(servo: Servo, config: PtpConfig, reading: Reading, effects: Effect[]): void {
  const isFar = config.stepThresholdNs > 0 && Math.abs(servo.offsetNs) > config.stepThresholdNs;
  servo.far = isFar ? servo.far + 1 : 0;
  if (isFar && servo.far < FAR_READINGS && servo.state !== 'unlocked') {
    servo.drift.last = null;
    return;
  }
  servo.state = 'locked';
  if (isFar) step(servo, effects);
  else if (config.servo === 'pi') setFrequency(servo, adjustByPi(servo, config.hardware, reading.intervalS), effects);
  else adjustByDrift(servo, config, reading, effects);
}

/** The master is gone, or its Syncs are: the clock goes on at the frequency that has proved right. */
export function holdOver(servo: Servo, config: PtpConfig, effects: Effect[]): void {
  if (servo.state === 'locked') {
    servo.state = 'holdover';
    // What adjtime() is to make up for ends by itself.
    if (config.servo === 'pi' || config.hardware) setFrequency(servo, servo.heldPpb, effects);
  } else if (servo.state === 'estimating') servo.state = 'unlocked';
}

function estimate(servo: Servo, config: PtpConfig, { t1, t2, correctionNs }: Reading, effects: Effect[]): void {
  const first = servo.first!;
  const elapsedNs = nsBetween(t2, first.t2);
  addPoint(servo.line, elapsedNs / 1e9, elapsedNs - nsBetween(t1, first.t1) - (correctionNs - first.correctionNs));
  // Somebody else has set the clock.
  if (elapsedNs <= 0) servo.state = 'unlocked';
  if (elapsedNs < ESTIMATE_S[config.hardware ? 'hardware' : 'software'] * 1e9) return;
  servo.heldPpb = servo.frequencyPpb - slopeOf(servo.line);
  servo.first = null;
  servo.state = 'locked';
  setFrequency(servo, servo.heldPpb, effects);
  servo.heldPpb = servo.frequencyPpb;
  if (Math.abs(servo.offsetNs) > FIRST_STEP_NS) step(servo, effects);
}

function step(servo: Servo, effects: Effect[]): void {
  servo.steps++;
  servo.far = 0;
  servo.drift.last = null;
  effects.push({ do: 'step', ns: -Math.round(servo.offsetNs) });
}

/** Billionths; within what can be. */
export function setFrequency(servo: Servo, ppb: number, effects: Effect[]): void {
  servo.frequencyPpb = possible(ppb);
  effects.push({ do: 'frequency', ppb: servo.frequencyPpb });
}

export const possible = (ppb: number): number => Math.max(-MAX_PPB, Math.min(MAX_PPB, ppb));
