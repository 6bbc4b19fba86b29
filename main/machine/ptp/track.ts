/**
 * Rows of numbers in the order of time, each with the number of events in the log when it was made. There is room for so
 * many; then of the older half every other row goes, the lowest and highest stay; so the longer ago, the fewer there are.
 */
import { firstAfter } from '../parts';

const FIRST_ROWS = 64;

export class Track {
  private data: Float64Array;
  /** Of the last row of which a neighbour has been left out. */
  thinnedTo = -Infinity;
  length = 0;
  /** What {@link after} has last found. */
  private found = 0;
  /** Of a row: time, its numbers, and events. */
  private readonly width: number;

  /**
   * @param numbers that a row has beside its time
   * @param room rows that are kept at most
   * @param values by each of which rows are the lowest and highest
   */
  constructor(
    numbers: number,
    private readonly room: number,
    private readonly values: readonly ((row: number) => number)[],
  ) {
    this.width = numbers + 2;
    this.data = new Float64Array(FIRST_ROWS * this.width);
  }

  /** @param row its time, which is none before that of the last row, and its numbers */
  add(events: number, ...row: number[]): void {
    const { width } = this;
    if (this.length === this.room) this.thin();
    if (this.length * width === this.data.length) {
      const larger = new Float64Array(Math.min(this.data.length * 2, this.room * width));
      larger.set(this.data);
      this.data = larger;
    }
    const at = this.length++ * width;
    this.data.set(row, at);
    this.data[at + width - 1] = events;
  }

  readonly time = (row: number): number => this.data[row * this.width]!;

  /** The first of a row's numbers is 1. */
  get(row: number, number: number): number {
    return this.data[row * this.width + number]!;
  }

  /** The first row after a time, or at it. */
  after(timeNs: number, orAt: boolean): number {
    const { time, length, found } = this;
    // Who asks for one time after another finds it beside the last.
    for (let row = found; row <= found + 1 && row <= length; row++) {
      const isAfter = row === length || time(row) > timeNs || (orAt && time(row) === timeNs);
      const isFirst = row === 0 || time(row - 1) < timeNs || (!orAt && time(row - 1) === timeNs);
      if (isAfter && isFirst) return (this.found = row);
    }
    return (this.found = firstAfter(time, length, timeNs, orAt));
  }

  /** Forgets what was made with more events in the log than these. */
  truncate(events: number): void {
    while (this.length > 0 && this.data[this.length * this.width - 1]! > events) this.length--;
  }

  private thin(): void {
    const { data, width, room, values } = this;
    const half = room >> 1;
    const kept: number[] = [];
    // Each value has two extremes: of so many rows half at most stay.
    const group = 4 * values.length;
    for (let first = 0; first < half; first += group) {
      const extremes = values.flatMap((value) => extremesOf(value, first, Math.min(first + group, half)));
      kept.push(...[...new Set(extremes)].sort((a, b) => a - b));
    }
    this.thinnedTo = this.time(half - 1);
    kept.forEach((row, to) => data.copyWithin(to * width, row * width, (row + 1) * width));
    data.copyWithin(kept.length * width, half * width, this.length * width);
    this.length += kept.length - half;
  }
}

/** The rows of the lowest and the highest value. */
function extremesOf(value: (row: number) => number, first: number, end: number): [lowest: number, highest: number] {
  let [lowest, highest] = [first, first];
  let [low, high] = [value(first), value(first)];
  for (let row = first + 1; row < end; row++) {
    const each = value(row);
    if (each < low) [lowest, low] = [row, each];
    if (each >= high) [highest, high] = [row, each];
  }
  return [lowest, highest];
}
