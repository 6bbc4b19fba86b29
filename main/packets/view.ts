/**
 * What is shown of a source of packets: rows, those that a filter lets through, one packet, a conversation. Packets are
 * decoded when somebody looks at them, and a filter is applied bit by bit, so that a long capture holds up nothing.
 */
import type { FilterError, PacketDetail, PacketRow } from '../contract/network';
import { Conversations } from './conversations';
import { dissect, rowOf, treeOf } from './dissect';
import { compileFilter, type Filter, FilterProblem } from './filter';
import type { PacketSource } from './source';

/** Milliseconds that one question may take. */
const BUDGET_MS = 16;
/** Filters whose matches are remembered: of a few windows. */
const FILTERS = 4;

/** Packets that a filter lets through. */
interface Matches {
  filter: Filter;
  numbers: number[];
  /** Number of the packet that is to be examined next. */
  next: number;
}

export interface Rows {
  /** Place of the first of them. */
  from: number;
  rows: PacketRow[];
  matched: number;
  examined: number;
  total: number;
  forgotten: number;
  error: FilterError | null;
}

export class PacketView {
  readonly conversations: Conversations;
  private readonly matches = new Map<string, Matches>();

  constructor(readonly source: PacketSource) {
    this.conversations = new Conversations(source);
  }

  /** Packets from a number on are no more, or others. */
  cut(end: number): void {
    this.conversations.cut(end);
    for (const matches of this.matches.values()) {
      while (matches.numbers.length > 0 && matches.numbers.at(-1)! >= end) matches.numbers.pop();
      matches.next = Math.min(matches.next, end);
    }
  }

  /** Rows by their place among those that the filter lets through; a place below zero counts from the end. */
  rows(filter: string, place: number, count: number): Rows {
    const { first, end } = this.source;
    const state = { total: end - first, forgotten: first - 1, error: null };
    const deadline = performance.now() + BUDGET_MS;
    this.conversations.advance(deadline);
    let matches: Matches | null;
    try {
      matches = this.matchesOf(filter);
    } catch (error) {
      if (!(error instanceof FilterProblem)) throw error;
      return { ...state, from: 0, rows: [], matched: 0, examined: state.total, error: problemOf(error) };
    }
    if (!matches) {
      const from = placeIn(state.total, place);
      const last = Math.min(end, first + from + count);
      const rows = [];
      for (let number = first + from; number < last; number++) rows.push(this.row(number));
      return { ...state, from, rows, matched: state.total, examined: this.conversations.end - first };
    }
    this.examine(matches, deadline);
    const from = placeIn(matches.numbers.length, place);
    const rows = matches.numbers.slice(from, from + count).map((number) => this.row(number));
    return { ...state, from, rows, matched: matches.numbers.length, examined: matches.next - first };
  }

  /** The place of a packet among those that the filter lets through, or of the next one; null when there is none. */
  place(filter: string, number: number): number | null {
    const { first, end } = this.source;
    const matches = this.matchesOf(filter);
    if (!matches) return number >= first && number < end ? number - first : null;
    this.examine(matches, Infinity);
    const place = matches.numbers.findIndex((each) => each >= number);
    return place < 0 ? null : place;
  }

  /** Numbers of all packets that the filter lets through. @throws FilterProblem */
  numbers(filter: string): number[] {
    const { first, end } = this.source;
    const matches = this.matchesOf(filter);
    if (!matches) return Array.from({ length: end - first }, (_, i) => first + i);
    this.examine(matches, Infinity);
    return [...matches.numbers];
  }

  /** Everything about one packet but what event it is. @throws Error when it is no longer held */
  detail(number: number): Omit<PacketDetail, 'event'> {
    const { source, conversations } = this;
    if (number < source.first || number >= source.end) {
      throw new Error(`Packet ${number} is no longer held: the oldest are forgotten when there are too many.`);
    }
    const packet = source.packet(number);
    conversations.advance(performance.now() + BUDGET_MS);
    const decoder = dissect(packet, source, conversations);
    const note = conversations.note(number);
    return {
      row: rowOf(decoder, source.interfaces[packet.interface] ?? ''),
      bytes: packet.bytes.slice(),
      tree: treeOf(decoder),
      stream: note && { protocol: note.protocol, id: note.stream },
    };
  }

  private row(number: number): PacketRow {
    const { source } = this;
    const packet = source.packet(number);
    return rowOf(dissect(packet, source, this.conversations), source.interfaces[packet.interface] ?? '');
  }

  /** Null for an empty filter. @throws FilterProblem */
  private matchesOf(text: string): Matches | null {
    let matches = this.matches.get(text);
    if (!matches) {
      const filter = compileFilter(text);
      if (!filter) return null;
      matches = { filter, numbers: [], next: this.source.first };
    }
    // The one that was asked for last is forgotten last.
    this.matches.delete(text);
    this.matches.set(text, matches);
    if (this.matches.size > FILTERS) this.matches.delete(this.matches.keys().next().value!);
    return matches;
  }

  private examine(matches: Matches, deadline: number): void {
    const { source, conversations } = this;
    const { filter, numbers } = matches;
    const gone = numbers.findIndex((number) => number >= source.first);
    if (gone !== 0 && numbers.length > 0) numbers.splice(0, gone < 0 ? numbers.length : gone);
    matches.next = Math.max(matches.next, source.first);
    // What the analysis has not seen yet is not known enough.
    conversations.advance(deadline);
    const { end } = conversations;
    for (let count = 0; matches.next < end; count++, matches.next++) {
      if (count % 64 === 63 && performance.now() > deadline) return;
      const decoder = dissect(source.packet(matches.next), source, conversations, filter.wanted);
      if (filter.test(decoder)) numbers.push(matches.next);
    }
  }
}

const placeIn = (length: number, place: number): number => (place < 0 ? Math.max(0, length + place) : place);

const problemOf = ({ message, from, to }: FilterProblem): FilterError => ({ message, from, to });
