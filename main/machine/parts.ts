/** Many points told by few. */

/** Points by their index: their times, which never go back, and values. */
export interface Indexed {
  time(index: number): number;
  value(index: number): number;
}

/** Index of the first of `length` points after a time, or at it. */
export function firstAfter(time: (index: number) => number, length: number, timeNs: number, orAt: boolean): number {
  let low = 0;
  for (let high = length; low < high;) {
    const middle = (low + high) >> 1;
    const at = time(middle);
    if (at < timeNs || (!orAt && at === timeNs)) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Of the points `start` up to, not including, `end`, those that are first, lowest, highest and last in their part of time. */
export function tellingOf(points: Indexed, start: number, end: number, from: number, part: number): number[] {
  const chosen: number[] = [];
  for (let first = start; first < end;) {
    const limit = from + (Math.floor((points.time(first) - from) / part) + 1) * part;
    let [lowest, highest, next] = [first, first, first];
    for (; next < end && (next === first || points.time(next) < limit); next++) {
      if (points.value(next) < points.value(lowest)) lowest = next;
      if (points.value(next) > points.value(highest)) highest = next;
    }
    const inOrder = [first, Math.min(lowest, highest), Math.max(lowest, highest), next - 1];
    for (const index of inOrder) if (index !== chosen.at(-1)) chosen.push(index);
    first = next;
  }
  return chosen;
}
