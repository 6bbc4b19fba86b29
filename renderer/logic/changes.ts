/** Changes of a wave as the host sends them, and what can be read from them. */
import { CHANGE_NUMBERS } from '../../main/contract/board';

/** In the order of time; the first may lie before the span that was asked for. */
export type Changes = Float64Array;

export interface Change {
  timeNs: number;
  value: number;
  detail: number;
}

/** Reads an answer of the host; its bytes need not be aligned in the message they arrived in. */
export function readChanges(bytes: Uint8Array): Changes {
  return new Float64Array(bytes.slice().buffer);
}

export function countOf(changes: Changes): number {
  return changes.length / CHANGE_NUMBERS;
}

/** @param index 0 to {@link countOf} - 1 */
export function changeAt(changes: Changes, index: number): Change {
  const at = index * CHANGE_NUMBERS;
  return { timeNs: changes[at]!, value: changes[at + 1]!, detail: changes[at + 2]! };
}

export function timeAt(changes: Changes, index: number): number {
  return changes[index * CHANGE_NUMBERS]!;
}

/** Index of the last change at a time or before it, -1 when there is none. */
export function indexAt(changes: Changes, timeNs: number): number {
  let low = 0;
  for (let high = countOf(changes); low < high;) {
    const middle = (low + high) >> 1;
    if (timeAt(changes, middle) <= timeNs) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
