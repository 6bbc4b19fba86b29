/** For tests: two ends on a network that loses, repeats and reorders, as a generator of random numbers says. */
import { abortTcp, closeSend, closeTcp } from './close';
import type { TcpConnection, TcpOwner, TcpSettings } from './connection';
import { usualSettings } from './connection';
import { acceptTcp, connectTcp } from './handshake';
import { segmentArrives } from './arrival';
import { buildSegment, Flag, parseSegment, resetFor, type Segment } from './segment';
import { consume, peek, readable, writable, write } from './stream';
import { deadlineOf, expire } from './timers';

export interface NetworkSettings {
  seed: number;
  loss: number;
  duplicate: number;
  /** Chance of a segment to be late by up to three times the delay. */
  reorder: number;
  delayMs: number;
  /** 0: as fast as can be. */
  bytesPerMs: number;
}

const both = [0, 1] as const;

export const calm: NetworkSettings = { seed: 1, loss: 0, duplicate: 0, reorder: 0, delayMs: 1, bytesPerMs: 0 };

/** One end: what it has sent and got. */
export interface End {
  c: TcpConnection | null;
  events: number;
  sent: Segment[];
  got: number[];
}

export class TestNetwork {
  now = 0;
  readonly ends: [End, End] = [0, 1].map(() => ({ c: null, events: 0, sent: [], got: [] })) as unknown as [End, End];
  /** Called with each segment before it goes; false: it is lost. */
  filter: (segment: Segment, from: 0 | 1, count: number) => boolean = () => true;
  /** The most bytes that an end may keep; for reserve. */
  limit = Infinity;
  private readonly wire: { at: number; order: number; to: 0 | 1; bytes: Uint8Array }[] = [];
  private order = 0;
  private readonly free = [0, 0];
  private seed: number;

  constructor(
    readonly network: NetworkSettings = calm,
    readonly settings: [Partial<TcpSettings>, Partial<TcpSettings>] = [{}, {}],
    private readonly initial: [number, number] = [0xffff_f000, 0x7fff_fff0],
  ) {
    this.seed = network.seed;
  }

  /** Below one. */
  random(): number {
    this.seed = (this.seed + 0x6d2b79f5) | 0;
    let t = Math.imul(this.seed ^ (this.seed >>> 15), 1 | this.seed);
    t ^= t + Math.imul(t ^ (t >>> 7), 61 | t);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  }

  endpoint(index: 0 | 1) {
    return { address: 0x0a00_0001 + index, port: index === 0 ? 40000 : 80 };
  }

  owner(index: 0 | 1): TcpOwner {
    return {
      now: this.now,
      send: (_, segment) => this.send(index, segment),
      reserve: (c, bytes) => c.receive.queue.length + c.receive.pieces.length + bytes <= this.limit,
    };
  }

  send(from: 0 | 1, segment: Segment): void {
    const { loss, duplicate, reorder, delayMs, bytesPerMs } = this.network;
    const end = this.ends[from];
    end.sent.push(segment);
    if (!this.filter(segment, from, end.sent.length) || this.random() < loss) return;
    const to = (1 - from) as 0 | 1;
    const bytes = buildSegment(segment, this.endpoint(from).address, this.endpoint(to).address);
    const begin = Math.max(this.now, this.free[from]!);
    if (bytesPerMs > 0) this.free[from] = begin + (bytes.length + 58) / bytesPerMs;
    const late = this.random() < reorder ? this.random() * 3 * delayMs : 0;
    const at = (bytesPerMs > 0 ? this.free[from]! : begin) + delayMs + late;
    this.wire.push({ at, order: this.order++, to, bytes });
    if (this.random() < duplicate) this.wire.push({ at: at + delayMs / 2, order: this.order++, to, bytes });
  }

  settingsOf(index: 0 | 1): TcpSettings {
    return { ...usualSettings, ...this.settings[index] };
  }

  open(index: 0 | 1 = 0): void {
    const other = (1 - index) as 0 | 1;
    const [local, remote] = [this.endpoint(index), this.endpoint(other)];
    this.ends[index].c = connectTcp(local, remote, this.initial[index], this.settingsOf(index), this.owner(index));
  }

  /** Lets the next thing happen; false when nothing is to come before `until`. */
  step(until = Infinity): boolean {
    this.wire.sort((a, b) => a.at - b.at || a.order - b.order);
    const arrival = this.wire[0]?.at ?? Infinity;
    const deadlines = this.ends.map(({ c }) => (c ? deadlineOf(c) : Infinity));
    const next = Math.min(arrival, ...deadlines);
    if (next > until || next === Infinity) return false;
    this.now = Math.max(this.now, next);
    if (arrival <= next) this.arrive();
    else {
      const index = deadlines[0]! <= deadlines[1]! ? 0 : 1;
      this.ends[index].events |= expire(this.ends[index].c!, this.owner(index));
    }
    return true;
  }

  private arrive(): void {
    const { to, bytes } = this.wire.shift()!;
    const end = this.ends[to];
    const segment = parseSegment(bytes, this.endpoint((1 - to) as 0 | 1).address, this.endpoint(to).address)!;
    const [local, remote] = [this.endpoint(to), this.endpoint((1 - to) as 0 | 1)];
    if (end.c && end.c.state !== 'closed') end.events |= segmentArrives(end.c, segment, this.owner(to));
    else if (segment.flags === Flag.Syn && !end.c) {
      end.c = acceptTcp(local, remote, segment, this.initial[to], this.settingsOf(to), this.owner(to));
    } else {
      const reset = resetFor(segment);
      if (reset) this.send(to, reset);
    }
  }

  /** Runs until a condition holds, or nothing comes any more; gives whether it does. */
  until(condition: () => boolean, limitMs = 1e9): boolean {
    while (!condition()) if (!this.step(this.now + limitMs)) return condition();
    return true;
  }

  /** Lets a time pass. */
  pass(ms: number): void {
    const end = this.now + ms;
    while (this.step(end));
    this.now = end;
  }

  write(index: 0 | 1, bytes: Uint8Array, urgent = false): number {
    const c = this.ends[index].c!;
    const count = Math.min(bytes.length, writable(c));
    write(c, bytes.slice(0, count), this.owner(index), urgent);
    return count;
  }

  read(index: 0 | 1, most = Infinity): number[] {
    const { c, got } = this.ends[index];
    const bytes: number[] = [];
    const count = peek(c!, Math.min(most, readable(c!)), (_, part) => bytes.push(...part));
    if (count > 0) consume(c!, count, this.owner(index));
    got.push(...bytes);
    return bytes;
  }

  shutdown(index: 0 | 1): void {
    closeSend(this.ends[index].c!, this.owner(index));
  }

  close(index: 0 | 1): void {
    closeTcp(this.ends[index].c!, this.owner(index));
  }

  abort(index: 0 | 1): void {
    abortTcp(this.ends[index].c!, this.owner(index));
  }

  state(index: 0 | 1): string {
    return this.ends[index].c?.state ?? 'none';
  }

  /** Opens a connection; both ends have it. */
  connect(): this {
    this.open();
    this.until(() => this.state(0) === 'established' && this.state(1) === 'established');
    return this;
  }

  /** Sends bytes from both ends at once, reads them, and closes; gives whether all came through. */
  exchange(lengths: [number, number], readMost = Infinity): boolean {
    const data = lengths.map((length, i) => Uint8Array.from({ length }, (_, at) => (at * (i === 0 ? 7 : 13)) >> 3));
    const sent = [0, 0];
    const done = () => this.ends.every(({ c }) => c?.receive.finished && readable(c) === 0);
    const work = () => {
      for (const index of both) {
        const { c } = this.ends[index];
        if (!c || c.state === 'syn-sent' || c.state === 'syn-received') continue;
        if (sent[index]! < lengths[index]) sent[index]! += this.write(index, data[index]!.subarray(sent[index]));
        if (sent[index] === lengths[index]) this.shutdown(index);
        this.read(index, readMost);
      }
      return done();
    };
    // Reading in small portions goes on when nothing comes any more.
    while (!work()) if (!this.step() && !this.ends.some(({ c }) => c && readable(c) > 0)) break;
    return done() && this.ends.every(({ got }, i) => isSame(got, data[1 - i]!));
  }
}

const isSame = (a: readonly number[], b: Uint8Array) => a.length === b.length && a.every((byte, i) => byte === b[i]);
