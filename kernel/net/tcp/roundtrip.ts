/** How long the way there and back takes, and how long to wait for an acknowledgement (RFC 6298). Milliseconds. */

export interface RoundTrip {
  /** null: not measured yet. */
  smoothed: number | null;
  variation: number;
  /** Retransmission timeout, as often doubled as it has passed in vain. */
  timeout: number;
  /** What is being timed: the sequence number whose acknowledgement ends it, and when it was sent. */
  timed: { sequence: number; at: number } | null;
}

const INITIAL = 1000;
/** Less than RFC 6298 asks for, as everybody has it. */
const LEAST = 200;
const MOST = 60_000;

export const newRoundTrip = (): RoundTrip => ({ smoothed: null, variation: 0, timeout: INITIAL, timed: null });

/** A way there and back has taken so long. */
export function measured(r: RoundTrip, ms: number): void {
  if (r.smoothed === null) {
    r.smoothed = ms;
    r.variation = ms / 2;
  } else {
    r.variation += (Math.abs(r.smoothed - ms) - r.variation) / 4;
    r.smoothed += (ms - r.smoothed) / 8;
  }
  r.timeout = Math.min(MOST, Math.max(LEAST, r.smoothed + 4 * r.variation));
}

/** Nothing came in time. What is sent again is not timed: an answer could be to either (Karn). */
export function backOff(r: RoundTrip): void {
  r.timeout = Math.min(MOST, 2 * r.timeout);
  r.timed = null;
}
