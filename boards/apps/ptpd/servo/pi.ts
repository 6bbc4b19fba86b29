/** A proportional and an integral part, both scaled to the Sync interval: few Syncs must each count for more. */
import { possible, type Servo } from './servo';

/** Scale and exponent of each, and the most of it per interval; time stamps of hardware are worth more. */
const proportional = { hardware: 0.7, software: 0.1, exponent: -0.3, most: 0.7 } as const;
const integral = { hardware: 0.3, software: 0.001, exponent: 0.4, most: 0.3 } as const;

const scaled = (of: typeof proportional | typeof integral, hardware: boolean, intervalS: number): number =>
  Math.min((hardware ? of.hardware : of.software) * intervalS ** of.exponent, of.most / intervalS);

/**
 * The frequency for an offset, billionths. Where that is more than can be set, the integral stays as it is: it would be long in
 * coming back.
 */
export function adjustByPi(servo: Servo, hardware: boolean, intervalS: number): number {
  const heldPpb = servo.heldPpb - scaled(integral, hardware, intervalS) * servo.offsetNs;
  const ppb = heldPpb - scaled(proportional, hardware, intervalS) * servo.offsetNs;
  if (ppb === possible(ppb)) servo.heldPpb = heldPpb;
  return ppb;
}
