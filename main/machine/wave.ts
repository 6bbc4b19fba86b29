/** A value over time: its changes since boot, the oldest of which are forgotten beyond a limit. */
import { CHANGE_NUMBERS } from '../contract/board';
import { firstAfter, type Indexed, tellingOf } from './parts';

export type Change = [timeNs: number, value: number, detail: number];

/** Beside each change: events in the log when it was made. */
const NUMBERS = CHANGE_NUMBERS + 1;
const FIRST_CAPACITY = 64;

export class WaveRecord {
  private data = new Float64Array(FIRST_CAPACITY * NUMBERS);
  private length = 0;
  private readonly points: Indexed = {
    time: (index) => this.data[index * NUMBERS]!,
    value: (index) => this.data[index * NUMBERS + 1]!,
  };

  /** @param keep changes that are kept at least */
  constructor(private readonly keep: number) {}

  /** Value and detail of the last change; undefined when there is none. */
  get last(): { value: number; detail: number } | undefined {
    if (this.length === 0) return undefined;
    const at = (this.length - 1) * NUMBERS;
    return { value: this.data[at + 1]!, detail: this.data[at + 2]! };
  }

  /** @param notes events in the log, with this one if it is one */
  add(timeNs: number, value: number, detail: number, notes: number): void {
    this.makeRoom();
    const { data, length } = this;
    const at = length * NUMBERS;
    // What a driver does and what its hardware did a cycle before can come in this order; time never goes back.
    data[at] = length > 0 ? Math.max(timeNs, data[at - NUMBERS]!) : timeNs;
    data[at + 1] = value;
    data[at + 2] = detail;
    data[at + 3] = notes;
    this.length++;
  }

  /** Forgets what was made with more events in the log than these. */
  truncate(notes: number): void {
    while (this.length > 0 && this.data[this.length * NUMBERS - 1]! > notes) this.length--;
  }

  /**
   * The last change before `from`, if there is one, and those up to `to`, thinned to the first, lowest, highest and
   * last of each of `points` parts when they are more.
   */
  span(from: number, to: number, points: number): Float64Array<ArrayBuffer> {
    const [start, end] = [this.firstAfter(from, true), this.firstAfter(to, false)];
    const before = start > 0 ? [start - 1] : [];
    const part = (to - from) / points;
    const chosen = end - start <= points ? range(start, end) : tellingOf(this.points, start, end, from, part);
    const result = new Float64Array((before.length + chosen.length) * CHANGE_NUMBERS);
    [...before, ...chosen].forEach((index, i) => result.set(this.change(index), i * CHANGE_NUMBERS));
    return result;
  }

  /** The last change before a time, or the first after it. */
  neighbour(timeNs: number, back: boolean): Change | null {
    const index = back ? this.firstAfter(timeNs, true) - 1 : this.firstAfter(timeNs, false);
    return index >= 0 && index < this.length ? this.change(index) : null;
  }

  private firstAfter(timeNs: number, orAt: boolean): number {
    return firstAfter(this.points.time, this.length, timeNs, orAt);
  }

  private change(index: number): Change {
    const at = index * NUMBERS;
    return [this.data[at]!, this.data[at + 1]!, this.data[at + 2]!];
  }

  private makeRoom(): void {
    const { data, length } = this;
    if ((length + 1) * NUMBERS <= data.length) return;
    if (length < 2 * this.keep) {
      this.data = new Float64Array(data.length * 2);
      this.data.set(data);
    } else {
      data.copyWithin(0, (length - this.keep) * NUMBERS, length * NUMBERS);
      this.length = this.keep;
    }
  }
}

function range(start: number, end: number): number[] {
  return Array.from({ length: end - start }, (_, i) => start + i);
}
