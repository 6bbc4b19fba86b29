/** A network of clocks without boards, for tests: what each sends comes to the others of its segment some time later. */
import { seedRandom, uniform } from '../../../kernel/random';
import { timespecOf, type Timespec } from '../../../kernel/clock/timespec';
import { createClock, due, nextDueNs, received, transmitted } from './clock';
import { Flag, isEvent, MessageType, type Message } from './messages';
import { DelayMechanism, PortState, type Effect, type PtpClock, type PtpConfig } from './types';

export const testConfig: PtpConfig = {
  domain: 0,
  priority1: 128,
  priority2: 128,
  quality: { clockClass: 248, clockAccuracy: 254, offsetScaledLogVariance: 0xffff },
  timeSource: 160,
  currentUtcOffset: 37,
  ptpTimescale: true,
  slaveOnly: false,
  masterOnly: false,
  twoStep: true,
  delayMechanism: DelayMechanism.E2E,
  syncIntervalMs: 125,
  announceIntervalMs: 1000,
  announceReceiptTimeout: 3,
  logMinDelayReqInterval: -3,
  logMinPdelayReqInterval: -3,
  unicastMasters: [],
  servo: 'pi',
  hardware: true,
  stepThresholdNs: 1e9,
  delayFilter: 'median',
  delayFilterLength: 10,
  maxPathDelayNs: 100_000,
  adjtimeThresholdNs: 500,
  driftAverageS: 600,
};

/** Seconds since 1970 that the network's time begins at: time stamps are to be as large as real ones. */
const EPOCH_S = 1_700_000_000;

export interface Node {
  clock: PtpClock;
  /** What its clock shows at `atNs`, beyond the time since the beginning; it gains `ppb` by itself, and what is set. */
  aheadNs: number;
  atNs: number;
  ppb: number;
  setPpb: number;
  /** Its ports' segments, by name; '' has no cable. */
  segments: string[];
  /** It is running; what is off hears nothing. */
  on: boolean;
  address: number;
}

/** What a segment does to a message: nanoseconds after which it arrives at a port, for each time that it does. */
export type Carry = (message: Message, from: Node, to: Node) => number[];

interface Event {
  ns: number;
  order: number;
  do: () => void;
}

export class Bench {
  nowNs = 0;
  readonly nodes: Node[] = [];
  /** Every message that was sent, with the true time. */
  readonly sent: { ns: number; from: Node; port: number; message: Message; to: number | null }[] = [];
  carry: Carry = () => [1000];
  /** How late stamps are taken, nanoseconds. */
  stampLateNs: () => number = () => 0;
  /** What nodes did, other than send. */
  seen: ((node: Node, effect: Effect) => void) | null = null;
  private readonly events: Event[] = [];
  private order = 0;
  private readonly random;

  constructor(seed = 1) {
    this.random = seedRandom(seed);
  }

  uniform(): number {
    return uniform(this.random);
  }

  /** A clock whose oscillator is off by so many billionths, and which begins so many nanoseconds ahead. */
  add(config: Partial<PtpConfig>, { ppb = 0, aheadNs = 0, segments = ['lan'] } = {}): Node {
    const n = this.nodes.length + 1;
    const identity = (port: number) =>
      `0200000000${n.toString(16).padStart(4, '0')}${port.toString(16).padStart(2, '0')}`;
    const interfaces = segments.map((_, port) => ({ name: `eth${port}`, identity: identity(port) }));
    const clock = createClock({ ...testConfig, ...config }, interfaces);
    const node: Node = {
      clock,
      aheadNs,
      atNs: this.nowNs,
      ppb,
      setPpb: 0,
      segments,
      on: true,
      address: 0x0a000000 + n,
    };
    this.nodes.push(node);
    return node;
  }

  /** How far a node's clock is ahead of true time, nanoseconds. */
  ahead(node: Node): number {
    return node.aheadNs + (this.nowNs - node.atNs) * ((node.ppb + node.setPpb) / 1e9);
  }

  /** What it shows now, or so many nanoseconds later: whole nanoseconds. */
  stamp(node: Node, laterNs = 0): Timespec {
    const { sec, nsec } = timespecOf(Math.round(this.nowNs + laterNs + this.ahead(node)));
    return { sec: sec + EPOCH_S, nsec };
  }

  /** Runs on for so many seconds. */
  run(seconds: number): void {
    const end = this.nowNs + seconds * 1e9;
    for (;;) {
      const event = this.events[0];
      let next: Node | null = null;
      let at = event?.ns ?? Infinity;
      for (const node of this.nodes) {
        if (!node.on || nextDueNs(node.clock) >= at) continue;
        at = nextDueNs(node.clock);
        next = node;
      }
      if (at > end) break;
      this.nowNs = Math.max(this.nowNs, at);
      if (next) this.perform(next, due(next.clock, this.nowNs));
      else {
        this.events.shift();
        event!.do();
      }
    }
    this.nowNs = end;
  }

  /** Hands a message to a port as if it had come from the network. */
  hand(node: Node, port: number, message: Message, from = 0): void {
    if (!node.on || node.segments[port] === '') return;
    const stamp = isEvent(message.type) ? this.stamp(node, this.stampLateNs()) : null;
    this.perform(node, received(node.clock, port, message, stamp, this.nowNs, from));
  }

  perform(node: Node, effects: readonly Effect[]): void {
    for (const effect of effects) {
      if (effect.do === 'send') this.send(node, effect);
      else if (effect.do === 'step') this.set(node, effect.ns, node.setPpb);
      else if (effect.do === 'frequency') this.set(node, 0, effect.ppb);
      else if (effect.do === 'adjtime') this.set(node, effect.ns, node.setPpb);
      if (effect.do !== 'send') this.seen?.(node, effect);
    }
  }

  later(ns: number, what: () => void): void {
    const event = { ns: this.nowNs + ns, order: this.order++, do: what };
    let at = this.events.length;
    while (at > 0 && this.events[at - 1]!.ns > event.ns) at--;
    this.events.splice(at, 0, event);
  }

  private set(node: Node, ns: number, ppb: number): void {
    node.aheadNs = this.ahead(node) + ns;
    node.atNs = this.nowNs;
    node.setPpb = ppb;
  }

  private send(node: Node, { port, message, to }: Effect & { do: 'send' }): void {
    this.sent.push({ ns: this.nowNs, from: node, port, message, to });
    const stamp = this.stamp(node, this.stampLateNs());
    const oneStep = message.type === MessageType.Sync && !(message.flags & Flag.TwoStep);
    const carried = oneStep ? { ...message, origin: stamp } : message;
    for (const other of this.nodes) {
      other.segments.forEach((segment, n) => {
        if ((other === node && n === port) || segment !== node.segments[port] || segment === '') return;
        if (to !== null && to !== other.address) return;
        for (const ns of this.carry(carried, node, other))
          this.later(ns, () => this.hand(other, n, carried, node.address));
      });
    }
    if (!isEvent(message.type)) return;
    this.later(1, () => node.on && this.perform(node, transmitted(node.clock, port, message, stamp, this.nowNs)));
  }
}

export const stateOf = ({ clock }: Node, port = 0): string => {
  const { portState } = clock.ports[port]!.ds;
  return Object.entries(PortState).find(([, value]) => value === portState)![0];
};
