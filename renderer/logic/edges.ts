/** The edges of digital waves: of levels as they are, of PWM and serial lines from what describes them. */
import type { Wave } from '../../main/contract/board';
import { changeAt, countOf, type Change, type Changes } from './changes';

export interface Edge {
  timeNs: number;
  /** From then on: 0 or 1. */
  level: number;
}

const DATA_BITS = 8;
/** Start bit, data, stop bit. */
export const FRAME_BITS = DATA_BITS + 2;

/** Nanoseconds that a byte takes, on a serial line (8N1) or a bus; a break takes none, since its end is not known. */
export function byteNs(kind: Wave['kind'], { detail }: Change): number {
  return kind === 'bus' ? detail : detail > 0 ? (FRAME_BITS * 1e9) / detail : 0;
}

/** The edges of one byte on a line that is high when it is idle: start bit, lowest bit first, stop bit. A break has one. */
export function byteEdges({ timeNs, value, detail: baud }: Change): Edge[] {
  if (baud === 0) return [{ timeNs, level: 0 }];
  const edges: Edge[] = [];
  let level = 1;
  for (let bit = 0; bit < FRAME_BITS; bit++) {
    const next = bit === 0 ? 0 : bit > DATA_BITS ? 1 : (value >> (bit - 1)) & 1;
    if (next !== level) edges.push({ timeNs: timeNs + (bit * 1e9) / baud, level: next });
    level = next;
  }
  return edges;
}

/**
 * The edges in a span of time of a PWM output that was set to a frequency and duty, and began a period then.
 *
 * @param fromNs edges from then on, at least those at it
 * @param toNs and before then
 */
export function pwmEdges(
  { timeNs, value: hertz, detail: duty }: Change,
  fromNs: number,
  toNs: number,
): Iterable<Edge> & { count: number } {
  const steady = hertz <= 0 || duty <= 0 || duty >= 1;
  const period = 1e9 / hertz;
  const first = steady ? 0 : Math.max(0, Math.floor((fromNs - timeNs) / period));
  const last = steady ? 0 : Math.ceil((toNs - timeNs) / period);
  return {
    count: steady ? 1 : Math.max(0, last - first) * 2,
    *[Symbol.iterator]() {
      if (steady) {
        if (timeNs >= fromNs && timeNs < toNs) yield { timeNs, level: hertz > 0 && duty >= 1 ? 1 : 0 };
        return;
      }
      for (let n = first; n < last; n++) {
        const begins = timeNs + n * period;
        const falls = begins + duty * period;
        if (begins >= fromNs && begins < toNs) yield { timeNs: begins, level: 1 };
        if (falls >= fromNs && falls < toNs) yield { timeNs: falls, level: 0 };
      }
    },
  };
}

/** Level of a PWM output at a time after it was set. */
export function pwmLevel({ timeNs, value: hertz, detail: duty }: Change, atNs: number): number {
  if (hertz <= 0) return 0;
  const periods = ((atNs - timeNs) * hertz) / 1e9;
  return periods - Math.floor(periods) < duty ? 1 : 0;
}

/** Levels before the first change. */
const atBoot: Record<Wave['kind'], number | null> = { level: 0, pwm: 0, bytes: 1, bus: null, analog: null };

/** More edges than a wave is worth expanding to. */
export class TooManyEdges extends Error {}

/**
 * Every edge of a wave in a span of time, the ends included. A change that changes no level is no edge; on a bus every
 * byte begins with one.
 *
 * @throws TooManyEdges when there are more than `most`
 */
export function edgesOf(kind: Wave['kind'], changes: Changes, fromNs: number, toNs: number, most = Infinity): Edge[] {
  const edges: Edge[] = [];
  let level = atBoot[kind];
  const add = (edge: Edge): void => {
    if (edge.level !== level && edge.timeNs >= fromNs && edge.timeNs <= toNs) edges.push(edge);
    level = edge.level;
    if (edges.length > most) throw new TooManyEdges();
  };
  for (let i = 0, count = countOf(changes); i < count; i++) {
    const change = changeAt(changes, i);
    const next = i + 1 < count ? changeAt(changes, i + 1).timeNs : Infinity;
    if (kind === 'bytes') byteEdges(change).forEach(add);
    else if (kind === 'bus') level = null;
    else if (kind === 'pwm') {
      const until = Math.min(next, toNs + 1);
      const pulses = pwmEdges(change, change.timeNs >= fromNs ? change.timeNs : fromNs, until);
      if (pulses.count > most) throw new TooManyEdges();
      if (change.timeNs < fromNs) level = pwmLevel(change, fromNs - 1);
      for (const edge of pulses) add(edge);
    }
    if (kind !== 'bytes' && kind !== 'pwm') add({ timeNs: change.timeNs, level: change.value });
  }
  return edges;
}
