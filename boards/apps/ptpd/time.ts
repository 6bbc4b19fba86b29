/** Sums with PTP's time stamps and intervals. */
import { NSEC_PER_SEC, type Timespec } from '../../../kernel/clock/timespec';

/** a - b, nanoseconds; whole ones as long as they are less than 104 days apart. */
export const nsBetween = (a: Timespec, b: Timespec): number => (a.sec - b.sec) * NSEC_PER_SEC + (a.nsec - b.nsec);

export const zeroTime: Timespec = { sec: 0, nsec: 0 };

/** Nanoseconds of 2^log seconds. */
export const nsOfLog = (log: number): number => 2 ** log * NSEC_PER_SEC;

/** How an interval stands in messages: the logarithm of the shortest power of two that is no shorter, in seconds. Not -0. */
export const logOfMs = (ms: number): number => Math.ceil(Math.log2(ms / 1000) - 1e-9) + 0;

/** logMessageInterval of messages whose interval is nobody's business (table 24). */
export const NO_INTERVAL = 0x7f;

/** Intervals of Announces that the default profiles have (annex J): 1 to 16 seconds. */
const [SHORTEST_ANNOUNCE_LOG, LONGEST_ANNOUNCE_LOG] = [0, 4];

/**
 * What a master's announce interval is taken for: as it says, within what profiles or this port have. A message that says
 * otherwise is not to make a master that is there time out, or one that is gone stay.
 */
export const announceLog = (log: number, own: number): number =>
  Math.max(
    Math.min(own, SHORTEST_ANNOUNCE_LOG),
    Math.min(believableLog(log, own), Math.max(own, LONGEST_ANNOUNCE_LOG)),
  );

/** What a sender says its interval is, as far as one can believe it; else what is expected. */
export const believableLog = (log: number, expected: number): number => (log >= -10 && log <= 10 ? log : expected);
