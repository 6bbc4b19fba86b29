/** TimeInterval (IEEE 1588-2008, clause 5.3.2): nanoseconds times 2^16, signed 64 bits. */

const SCALE = 2 ** 16;
/** What is more than the field can hold (clause 13.3.2.7). */
export const TOO_BIG = 2n ** 63n - 1n;

/** What does not fit becomes {@link TOO_BIG}, or the same below zero. */
export function intervalOf(ns: number): bigint {
  const scaled = Math.round(ns * SCALE);
  if (Math.abs(scaled) >= 2 ** 63) return scaled < 0 ? -TOO_BIG : TOO_BIG;
  return BigInt(scaled);
}

/** Nanoseconds, with their fraction as far as a number holds it. */
export const intervalNs = (interval: bigint): number => (interval === 0n ? 0 : Number(interval) / SCALE);
