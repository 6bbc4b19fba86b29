/**
 * NuttX's servo: the drift of the clock, as each pair of readings shows it, is averaged over minutes; adjtime() makes up for
 * it, and for the offset where that is worth it.
 */
import type { Timespec } from '../../../../kernel/clock/timespec';
import type { Effect, PtpConfig } from '../types';
import { nsBetween } from '../time';
import { possible, setFrequency, type Reading, type Servo } from './servo';

export interface Drift {
  /** The reading before, and by how much the clock was made to gain since; null: there is none that one can compare with. */
  last: Timespec | null;
  lastOffsetNs: number;
  lastAdjustNs: number;
  /** Seconds that the average covers. */
  averagedS: number;
}

/** Takes in a reading whose offset stands in `servo`. Hardware clocks have no adjtime(): theirs is set by frequency. */
export function adjustByDrift(servo: Servo, config: PtpConfig, { t2, intervalS }: Reading, effects: Effect[]): void {
  const { drift, offsetNs } = servo;
  const elapsedS = drift.last ? nsBetween(t2, drift.last) / 1e9 : 0;
  if (elapsedS > 0 && elapsedS < config.driftAverageS) {
    drift.averagedS = Math.min(drift.averagedS + elapsedS, config.driftAverageS);
    // What it would have lost against its master, had nobody helped.
    const ppb = possible((drift.lastOffsetNs - offsetNs + drift.lastAdjustNs) / elapsedS);
    servo.heldPpb += ((ppb - servo.heldPpb) * elapsedS) / drift.averagedS;
  }
  const wantedNs = servo.heldPpb * intervalS + (Math.abs(offsetNs) > config.adjtimeThresholdNs ? -offsetNs : 0);
  const adjustNs = config.hardware ? possible(wantedNs / intervalS) * intervalS : wantedNs;
  drift.last = t2;
  drift.lastOffsetNs = offsetNs;
  drift.lastAdjustNs = adjustNs;
  if (config.hardware) setFrequency(servo, adjustNs / intervalS, effects);
  else effects.push({ do: 'adjtime', ns: adjustNs });
}
