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

/** What a sender says its interval is, as far as one can believe it; else what is expected. */
export const believableLog = (log: number, expected: number): number => (log >= -10 && log <= 10 ? log : expected);
