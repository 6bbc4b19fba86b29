/**
 * Rows of numbers in the order of time, each with the number of events in the log when it was made. There is room for so
 * many; then every four of the older half become the lowest and the highest of them, so the longer ago, the fewer there are.
 */
import { firstAfter } from '../parts';

const FIRST_ROWS = 64;

export class Track {
  private data: Float64Array;
  /** Of the last row of which a neighbour has been left out. */
  thinnedTo = -Infinity;
  length = 0;
  /** Of a row: time, its numbers, and events. */
  private readonly width: number;

  /**
   * @param numbers that a row has beside its time
   * @param room rows that are kept at most
   * @param value by which rows are the lowest and highest
   */
  constructor(
    numbers: number,
    private readonly room: number,
    private readonly value: (row: number) => number,
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
    return firstAfter(this.time, this.length, timeNs, orAt);
  }

  /** Forgets what was made with more events in the log than these. */
  truncate(events: number): void {
    while (this.length > 0 && this.data[this.length * this.width - 1]! > events) this.length--;
  }

  private thin(): void {
    const { data, width, room } = this;
    const half = room >> 1;
    const kept: number[] = [];
    for (let first = 0; first < half; first += 4) {
      let [lowest, highest] = [first, first];
      for (let row = first + 1; row < Math.min(first + 4, half); row++) {
        if (this.value(row) < this.value(lowest)) lowest = row;
        if (this.value(row) >= this.value(highest)) highest = row;
      }
      kept.push(Math.min(lowest, highest));
      if (lowest !== highest) kept.push(Math.max(lowest, highest));
    }
    this.thinnedTo = this.time(half - 1);
    kept.forEach((row, to) => data.copyWithin(to * width, row * width, (row + 1) * width));
    data.copyWithin(kept.length * width, half * width, this.length * width);
    this.length += kept.length - half;
  }
}
