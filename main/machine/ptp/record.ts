/**
 * What the clocks of all boards have logged of themselves (notes ptp_*), as it is added, and their series over time. When the
 * boards go back, what came later is gone.
 */
import { MessageType } from '../../../boards/apps/ptpd/messages';
import type { PtpClock, PtpShown } from '../../../boards/apps/ptpd/types';
import type { Place } from '../../../boards/bench';
import type { Machine } from '../../../boards/machine';
import { NSEC_PER_SEC } from '../../../kernel/clock/timespec';
import { Note, type NoteListener } from '../../../kernel/note/note';
import type { PtpSeriesName } from '../../contract/ptp';
import type { Capture } from '../capture';
import { Passages } from './passages';
import { Track } from './track';

/** Rows that are kept of all boards together, of each kind; and of each board, if there are very many. */
const ALL_ROWS = 1 << 19;
const LEAST_ROWS = 1 << 12;
const ALL_STATES = 1 << 16;

/** A clock's error that changes faster than that was stepped: a thousandth, twice what any frequency is set to. */
const FASTEST = 1e-3;
const RATE_NS = 100e6;

/** A series over a span of time: equally many times, nanoseconds since power on, and values. */
export interface Points {
  times: Float64Array<ArrayBuffer>;
  values: Float64Array<ArrayBuffer>;
}

/** A clock's error in two parts: nanoseconds since 1970 are too many for a number. */
interface ClockError {
  sec: number;
  nsec: number;
}

/** Instead of a port's state: the clock runs no more, and none of its ports has a state. */
export const GONE = 0;

interface StateRow {
  timeNs: number;
  port: number;
  from: number;
  to: number;
  events: number;
}

/** The numbers of rows. */
const Offset = { offset: 1, delay: 2 } as const;
const Clock = { sec: 1, nsec: 2, frequency: 3, grandmaster: 4, parent: 5 } as const;
const Delay = { ns: 1 } as const;

/** Identities of clocks as numbers, and the boards that they are of. */
class Identities {
  private readonly numbers = new Map<string, number>();
  private readonly places: (number | undefined)[] = [];

  numberOf(identity: string): number {
    let number = this.numbers.get(identity);
    if (number === undefined) this.numbers.set(identity, (number = this.numbers.size));
    return number;
  }

  isOf(identity: string, place: number): void {
    this.places[this.numberOf(identity)] = place;
  }

  /** Of a clock by its number; undefined: none of the boards'. */
  placeOf(number: number): number | undefined {
    return this.places[number];
  }
}

/** Of one board. */
class BoardRecord implements NoteListener {
  readonly offsets: Track;
  readonly clocks: Track;
  /** Of messages from the master, and to it: by the clocks' time stamps, and by the time that the emulator knows. */
  readonly delays: readonly [Track, Track];
  readonly trueDelays: readonly [Track, Track];
  states: StateRow[] = [];

  constructor(
    private readonly machine: Machine,
    private readonly place: number,
    private readonly record: PtpRecord,
    rows: number,
    private readonly stateRows: number,
  ) {
    this.offsets = new Track(2, rows, [
      (row) => this.offsets.get(row, Offset.offset),
      (row) => this.offsets.get(row, Offset.delay),
    ]);
    this.clocks = new Track(5, rows, [
      (row) => record.trueOffset(place, row) ?? this.clocks.get(row, Clock.nsec),
      (row) => this.clocks.get(row, Clock.frequency),
    ]);
    const delays = () => {
      const track: Track = new Track(1, rows, [(row) => track.get(row, Delay.ns)]);
      return track;
    };
    this.delays = [delays(), delays()];
    this.trueDelays = [delays(), delays()];
    machine.kernel.notes.listeners.push(this);
  }

  added(timeNs: number, type: number, pid: number, a: number, b: number, c: number): void {
    const { count } = this.machine.kernel.notes;
    switch (type) {
      case Note.ptp_offset:
        return this.offsets.add(count, timeNs, a * NSEC_PER_SEC + b, c);
      case Note.ptp_clock:
        return this.clocks.add(count, timeNs, a, b, c, ...this.followed(pid));
      case Note.ptp_delay:
        return this.delays[c === 0 ? 0 : 1].add(count, timeNs, a * NSEC_PER_SEC + b);
      case Note.ptp_state:
        return this.addState({ timeNs, port: a, from: b, to: c, events: count });
      case Note.stop:
        if (this.clockOf(pid)) this.gone(timeNs, count);
        return;
      case Note.fault:
      case Note.reset:
      case Note.power_off:
        this.gone(timeNs, count);
    }
  }

  private gone(timeNs: number, events: number): void {
    if ((this.states.at(-1)?.to ?? GONE) !== GONE) this.addState({ timeNs, port: 0, from: GONE, to: GONE, events });
  }

  private addState(row: StateRow): void {
    this.states.push(row);
    if (this.states.length > this.stateRows) this.states.splice(0, this.stateRows >> 1);
  }

  /** A message from the master (0) or to it (1) took so long. */
  passed(way: 0 | 1, sentNs: number, receivedNs: number): void {
    const track = this.trueDelays[way];
    const last = track.length - 1;
    // Made again after going back, or overtaken; of a message that comes twice the first counts.
    if (last >= 0 && (receivedNs <= track.time(last) || sentNs < track.time(last) - track.get(last, Delay.ns) + 1))
      return;
    track.add(this.machine.kernel.notes.count, receivedNs, receivedNs - sentNs);
  }

  /** The clock that the board's has as its parent, by its number; -1: none. */
  get parent(): number {
    const { clocks } = this;
    return clocks.length > 0 ? clocks.get(clocks.length - 1, Clock.parent) : -1;
  }

  private get tracks(): readonly Track[] {
    return [this.offsets, this.clocks, ...this.delays, ...this.trueDelays];
  }

  truncated(count: number): void {
    for (const track of this.tracks) track.truncate(count);
    while (this.states.length > 0 && this.states.at(-1)!.events > count) this.states.pop();
  }

  /** The clock that a task runs, if it does. */
  private clockOf(pid: number): PtpClock | null {
    const shown = this.machine.shownBy(pid) as PtpShown | null;
    return shown?.program === 'ptpd' ? shown.clock : null;
  }

  /** The grandmaster and the parent of the board's clock, by their numbers; -1: nobody knows. */
  private followed(pid: number): [grandmaster: number, parent: number] {
    const clock = this.clockOf(pid);
    if (!clock) return [-1, -1];
    const { identities } = this.record;
    const { defaultDS, parentDS } = clock;
    identities.isOf(defaultDS.clockIdentity, this.place);
    return [identities.numberOf(parentDS.grandmasterIdentity), identities.numberOf(parentDS.parentPortIdentity.clock)];
  }
}

export class PtpRecord {
  readonly identities = new Identities();
  private readonly boards: readonly BoardRecord[];
  private readonly passages: Passages;

  /** @param places whose boards are listened to from now on */
  constructor(places: readonly Place[]) {
    const rows = Math.max(LEAST_ROWS, Math.floor(ALL_ROWS / places.length));
    const stateRows = Math.floor(ALL_STATES / places.length);
    this.boards = places.map(({ machine }, place) => new BoardRecord(machine, place, this, rows, stateRows));
    this.passages = new Passages(({ type, clock, from, to, sentNs, receivedNs }) => {
      if (type === MessageType.Sync) {
        const receiver = this.boards[to]!;
        if (receiver.parent === this.identities.numberOf(clock)) receiver.passed(0, sentNs, receivedNs);
      } else {
        const sender = this.boards[from]!;
        const isAnswered = type === MessageType.PdelayReq || this.identities.placeOf(sender.parent) === to;
        if (isAnswered) sender.passed(1, sentNs, receivedNs);
      }
    });
  }

  /** A frame has passed a port of a board, at a time that is the true one: the record's true delays are made of these. */
  passed(...[place, , direction, frame, timeNs]: Parameters<Capture['add']>): void {
    this.passages.passed(place, direction, frame, timeNs);
  }

  /** State changes of a board's ports in a span of time, oldest first; {@link GONE} is of all ports. */
  states(place: number, fromNs: number, toNs: number): readonly Omit<StateRow, 'events'>[] {
    return this.boards[place]!.states.filter(({ timeNs }) => timeNs >= fromNs && timeNs <= toNs);
  }

  /** Points of a series of a board in a span of time, both ends included. */
  series(place: number, name: PtpSeriesName, fromNs: number, toNs: number): Points {
    const { track, value } = this.source(place, name);
    const [start, end] = [track.after(fromNs, true), track.after(toNs, false)];
    const [times, values] = [new Float64Array(end - start), new Float64Array(end - start)];
    let length = 0;
    for (let row = start; row < end; row++) {
      const each = value(row);
      if (each === null) continue;
      times[length] = track.time(row);
      values[length++] = each;
    }
    return { times: times.subarray(0, length), values: values.subarray(0, length) };
  }

  /** Points of the series from a time on have been left out. */
  isThinned(place: number, name: PtpSeriesName, fromNs: number): boolean {
    return fromNs <= this.source(place, name).track.thinnedTo;
  }

  /** How far a board's clock was really ahead of its grandmaster's last; null: that is not known, or there is none. */
  lastTrueOffset(place: number): number | null {
    const last = this.boards[place]!.clocks.length - 1;
    return last < 0 ? null : this.trueOffset(place, last);
  }

  /** The place of the board whose clock a board's followed at a time, its own for a grandmaster; undefined: no board's. */
  grandmaster(place: number, timeNs: number): number | undefined {
    const { clocks } = this.boards[place]!;
    const row = clocks.after(timeNs, false) - 1;
    return row < 0 ? undefined : this.identities.placeOf(clocks.get(row, Clock.grandmaster));
  }

  /** From when on a board's clock followed that of another, at a time or later; Infinity: never. */
  followedFrom(place: number, master: number, fromNs: number): number {
    if (this.grandmaster(place, fromNs) === master) return fromNs;
    const { clocks } = this.boards[place]!;
    for (let row = clocks.after(fromNs, false); row < clocks.length; row++) {
      if (this.identities.placeOf(clocks.get(row, Clock.grandmaster)) === master) return clocks.time(row);
    }
    return Infinity;
  }

  /** How far a board's clock was really ahead of its grandmaster's, by the row of its error. */
  trueOffset(place: number, row: number): number | null {
    const { clocks } = this.boards[place]!;
    const master = this.identities.placeOf(clocks.get(row, Clock.grandmaster));
    if (master === undefined || master === place) return null;
    const error = this.errorAt(master, clocks.time(row));
    return error && difference({ sec: clocks.get(row, Clock.sec), nsec: clocks.get(row, Clock.nsec) }, error);
  }

  /** Where a series comes from, and its value by row; null: there is none. */
  private source(place: number, name: PtpSeriesName): { track: Track; value: (row: number) => number | null } {
    const { offsets, clocks, delays, trueDelays } = this.boards[place]!;
    const delay = (track: Track) => (row: number) => track.get(row, Delay.ns);
    switch (name) {
      case 'offset':
        return { track: offsets, value: (row) => offsets.get(row, Offset.offset) };
      case 'delay':
        return { track: offsets, value: (row) => offsets.get(row, Offset.delay) };
      case 'frequency':
        return { track: clocks, value: (row) => clocks.get(row, Clock.frequency) / 1000 };
      case 'trueOffset':
        return { track: clocks, value: (row) => this.trueOffset(place, row) };
      case 'forward':
        return { track: delays[0], value: delay(delays[0]) };
      case 'backward':
        return { track: delays[1], value: delay(delays[1]) };
      case 'trueForward':
        return { track: trueDelays[0], value: delay(trueDelays[0]) };
      case 'trueBackward':
        return { track: trueDelays[1], value: delay(trueDelays[1]) };
    }
  }

  /** A clock's error at a time: in between of what it has logged, or as it went on before. Null: it has logged none. */
  private errorAt(place: number, timeNs: number): ClockError | null {
    const { clocks } = this.boards[place]!;
    if (clocks.length === 0) return null;
    const row = Math.max(0, clocks.after(timeNs, false) - 1);
    const error = { sec: clocks.get(row, Clock.sec), nsec: clocks.get(row, Clock.nsec) };
    // A step between two rows may have been at any time: up to it the error went on as before.
    const rate = rateBetween(clocks, row, row + 1) ?? rateBetween(clocks, before(clocks, row), row) ?? 0;
    error.nsec += rate * (timeNs - clocks.time(row));
    return error;
  }
}

/** Nanoseconds from one error to another. */
const difference = (a: ClockError, b: ClockError): number => (a.sec - b.sec) * NSEC_PER_SEC + (a.nsec - b.nsec);

/** The row from which a clock's rate up to another can be told: errors are whole nanoseconds, and rows may be very close. */
function before(clocks: Track, row: number): number {
  let found = row - 1;
  while (found > 0 && clocks.time(row) - clocks.time(found) < RATE_NS) found--;
  return found;
}

/** How fast an error changes between two rows; null: nobody knows, or it was stepped. */
function rateBetween(clocks: Track, from: number, to: number): number | null {
  if (from < 0 || to >= clocks.length) return null;
  const gained = (number: number) => clocks.get(to, number) - clocks.get(from, number);
  const rate = (gained(Clock.sec) * NSEC_PER_SEC + gained(Clock.nsec)) / (clocks.time(to) - clocks.time(from));
  return Math.abs(rate) <= FASTEST ? rate : null;
}
