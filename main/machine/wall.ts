/** This computer's time. */
import { add, NSEC_PER_SEC, timespecOf, type Timespec } from '../../kernel/clock/timespec';

/** Nanoseconds of its monotonic clock, the same for all threads; of no use as a date. */
export function wallNs(): number {
  const [seconds, ns] = process.hrtime();
  return seconds * NSEC_PER_SEC + ns;
}

/** Ends of milliseconds that are looked at: so many milliseconds go by. */
const EDGES = 15;

/**
 * The system clock (CLOCK_REALTIME, UTC) at a time of {@link wallNs}. Node reads it in milliseconds only, so the moment at
 * which one ends is found by looking all the time; some are seen too late, and of several the median is taken.
 */
export function systemTimeAt(ns: number): Timespec {
  const first = edge();
  const others = Array.from({ length: EDGES - 1 }, edge);
  // Differences from the first are small, and exact.
  const ahead = ({ ms, wall }: Edge) => (ms - first.ms) * 1e6 - (wall - first.wall);
  const median = [0, ...others.map(ahead)].sort((a, b) => a - b)[EDGES >> 1]!;
  const sec = Math.floor(first.ms / 1000);
  return add({ sec, nsec: (first.ms - sec * 1000) * 1e6 }, timespecOf(Math.round(ns - first.wall + median)));
}

interface Edge {
  ms: number;
  wall: number;
}

/** A millisecond of the system clock begins. */
function edge(): Edge {
  const before = Date.now();
  for (;;) {
    const ms = Date.now();
    if (ms !== before) return { ms, wall: wallNs() };
  }
}
