/** What the other end says it has behind a gap (RFC 2018): sequence numbers, as pairs of edges, ascending and apart. */
import { distance, isBefore, latest } from './sequence';

/** More is not kept; who sends so many is not honest. */
const MOST = 2 * 32;

/** Adds what a segment says, as far as it is between what is acknowledged and what was sent; gives the new list. */
export function addSacked(
  sacked: readonly number[],
  edges: readonly number[],
  unacknowledged: number,
  highest: number,
): number[] {
  let all: readonly number[] = withoutBefore(sacked, unacknowledged);
  for (let i = 0; i < edges.length; i += 2) {
    const [left, right] = [edges[i]!, edges[i + 1]!];
    const isSound = isBefore(left, right) && isBefore(unacknowledged, left) && !isBefore(highest, right);
    if (isSound) all = insert(all, left, right);
  }
  return all.slice(0, MOST);
}

function insert(sacked: readonly number[], left: number, right: number): number[] {
  const result: number[] = [];
  let at = 0;
  for (; at < sacked.length && isBefore(sacked[at + 1]!, left); at += 2) result.push(sacked[at]!, sacked[at + 1]!);
  for (; at < sacked.length && !isBefore(right, sacked[at]!); at += 2) {
    if (isBefore(sacked[at]!, left)) left = sacked[at]!;
    right = latest(right, sacked[at + 1]!);
  }
  return [...result, left, right, ...sacked.slice(at)];
}

function withoutBefore(sacked: readonly number[], edge: number): readonly number[] {
  let at = 0;
  while (at < sacked.length && !isBefore(edge, sacked[at]!)) at += 2;
  return at === 0 ? sacked : sacked.slice(at);
}

export function sackedBytes(sacked: readonly number[]): number {
  let sum = 0;
  for (let i = 0; i < sacked.length; i += 2) sum += distance(sacked[i + 1]!, sacked[i]!);
  return sum;
}
