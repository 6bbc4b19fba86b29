/** Sequence numbers: 32 bits, unsigned, that wrap around (RFC 9293, section 3.4). */

export const plus = (sequence: number, count: number): number => (sequence + count) >>> 0;

/** How far `a` is behind `b`; negative where it is before it. */
export const distance = (a: number, b: number): number => (a - b) | 0;

export const isBefore = (a: number, b: number): boolean => distance(a, b) < 0;

export const latest = (a: number, b: number): number => (isBefore(a, b) ? b : a);
