/**
 * The network of a bench: links between ports of boards, switches and the host. What it does by itself happens at exact
 * nanoseconds; its state is plain data. The bench gives it the frames that boards begin to send, and takes turns with it
 * as with a board.
 */
import type { Carrier, FrameOutput } from '../../kernel/hardware';
import { hashData } from '../hash';
import {
  CHECK,
  createWay,
  GAP,
  leastNs,
  LONGEST,
  perfectLink,
  PREAMBLE,
  SHORTEST,
  transfer,
  wireNs,
  type BothWays,
  type Load,
  type LinkCounts,
  type LinkSettings,
  type Way,
} from './link';
import { HOST, type NetworkPlan } from './plan';
import { query } from './snooping';
import { ask, PEER_INTERVAL_NS } from './peerdelay';
import {
  changed,
  createSwitch,
  forward,
  isFrame,
  portDown,
  usualSwitch,
  type PortCounts,
  type SwitchPort,
  type QueuedFrame,
  type SwitchChange,
  type SwitchSettings,
  type SwitchState,
} from './switch';
import { wire, type NetworkBoard, type Place, type Topology } from './topology';
import { advance, createTraffic, setLoad, type Traffic } from './traffic';
import { arrived, leaves, measureAgain, type Transparent } from './transparent';

/** What a link is from a time on. */
interface Phase {
  fromNs: number;
  settings: LinkSettings;
}

interface LinkState {
  settings: LinkSettings;
  /** The cable is in the port at its first end, at its second; and what has the port has power. */
  plugged: BothWays<boolean>;
  powered: BothWays<boolean>;
  /** Of each way: now, and what is to come; `up` says whether frames can pass. */
  phases: BothWays<Phase[]>;
  ways: BothWays<Way>;
  /** When the next frame can begin, of an end that is no board. */
  freeNs: BothWays<number>;
  /** Other traffic of each way; and of an end that is no switch, when what waits behind it has left. */
  traffic: BothWays<Traffic>;
  behindNs: BothWays<number>;
}

/**
 * What the network does by itself. `way` is twice the number of a link, plus the end from which it is seen; of what a switch
 * does, its number.
 */
type NetworkEvent = { atNs: number; way: number } & (
  | { what: Rank['Change'] | Rank['Send'] | Rank['Query'] | Rank['Peers'] }
  | { what: Rank['Set']; change: SwitchChange }
  | { what: Rank['Frame']; bytes: Uint8Array; startNs: number; damaged: boolean }
);

/**
 * What happens first of what happens at the same time: a link or a switch changes, a frame has come, a port is free, a switch
 * asks who is in which group, or its neighbors how far they are.
 */
const Rank = { Change: 0, Set: 1, Frame: 2, Send: 3, Query: 4, Peers: 5 } as const;
type Rank = typeof Rank;

export interface NetworkState {
  /** Inputs that it had. */
  position: number;
  /** Of the last event. */
  nowNs: number;
  links: LinkState[];
  switches: SwitchState[];
  /** In their order. */
  events: NetworkEvent[];
}

/** What comes from outside for the network. */
export type NetworkInput =
  /** A link changes. */
  | { link: string; settings: Partial<LinkSettings> }
  /** A switch changes; or all ways out of it have other traffic. */
  | { switch: string; settings: SwitchChange }
  | { switch: string; load: Load }
  /** The cable is put into a port, or taken out. */
  | { port: string; plugged: boolean }
  /**
   * The host sends a frame, without check sequence, into one of its ports: now, at a time that is still to come, or at one
   * just past, which is what its stamps tell then. It can be handed over later than that, so that there is time to answer.
   */
  | { port: string; frame: Uint8Array; atNs?: number; lateNs?: number };

type HostFrame = Extract<NetworkInput, { frame: Uint8Array }>;

export interface NetworkHooks {
  /** Something reaches a port of a board at a time; of several at the same cycle the one by the lower way is first. */
  arrive(board: number, way: number, device: string, value: FrameOutput | Carrier, atNs: number): void;
  /** The last bit of a frame has come to a port of the host; `startNs`: when the end of its start delimiter passed it. */
  onHostFrame(port: string, bytes: Uint8Array, atNs: number, startNs: number): void;
}

export interface LinkView {
  name: string;
  /** Ports: `left/eth0`, `switch/3`, `host:lan`. */
  ends: BothWays<string>;
  plugged: BothWays<boolean>;
  settings: LinkSettings;
  counts: BothWays<LinkCounts>;
}

export interface SwitchView {
  name: string;
  settings: SwitchSettings;
  ports: {
    name: string;
    /** Bytes that wait. */
    queued: number;
    counts: PortCounts;
    /** Addresses of Ethernet that are there, and groups (IPv4) that were joined from there. */
    macs: number[];
    groups: number[];
    /** Of a peer-to-peer transparent clock, the delay of the port's link, nanoseconds; null: it is not known. */
    peerDelayNs: number | null;
  }[];
}

/** What the host sends faster than its link takes it waits for so long at most. */
const HOST_QUEUE_NS = 1e9;
/** A switch that asks who is in a group first does that so soon. */
const FIRST_QUERY_NS = 1e9;

export class Network {
  private readonly topology: Topology;
  /** Nothing reaches a board earlier than that after it began somewhere; by place of the board. */
  readonly lookaheadNs: number[];
  /** The same, after something has left another board: there may be a switch on the way. */
  readonly farNs: number[];
  private state: NetworkState;

  /** @throws Error when the plan makes no sense */
  constructor(
    private readonly plan: NetworkPlan,
    boards: readonly NetworkBoard[],
    private readonly seed: number,
    private readonly hooks: NetworkHooks,
  ) {
    this.topology = wire(plan, boards);
    this.lookaheadNs = boards.map(() => Infinity);
    this.farNs = boards.map(() => Infinity);
    this.state = this.initialState();
    this.look();
  }

  private initialState(): NetworkState {
    const links = this.topology.links.map(({ ends }, i): LinkState => {
      const settings = { ...perfectLink(), ...this.plan.links[i]?.settings };
      // Nobody has joined anything to the host yet.
      const plugged = ends.map(({ kind }) => kind !== 'host') as BothWays<boolean>;
      const phase = { fromNs: -Infinity, settings: { ...settings, up: settings.up && !plugged.includes(false) } };
      const seed = Math.imul(this.seed, 0x9e3779b1) + 2 * i;
      const trafficOf = (way: 0 | 1) =>
        createTraffic(Math.imul(seed + way, 0x85ebca6b), settings.load[way], settings.bitsPerSecond);
      return {
        settings,
        plugged,
        powered: [true, true],
        phases: [[phase], [phase]],
        ways: [createWay(seed), createWay(seed + 1)],
        freeNs: [0, 0],
        traffic: [trafficOf(0), trafficOf(1)],
        behindNs: [0, 0],
      };
    });
    const switches = this.plan.switches.map(({ ports, settings }) =>
      createSwitch(ports, changed(usualSwitch, settings ?? {})),
    );
    const events = switches.flatMap(({ settings }, index) => timersOf(settings, index, 0));
    return { position: 0, nowNs: 0, links, switches, events };
  }

  /** A board has a port. */
  get exists(): boolean {
    return this.topology.links.length > 0;
  }

  /** Inputs that it had. */
  get position(): number {
    return this.state.position;
  }

  /** Time of the last thing that happened. */
  get nowNs(): number {
    return this.state.nowNs;
  }

  /** Time of the next thing that happens by itself. */
  get nextNs(): number {
    return this.state.events[0]?.atNs ?? Infinity;
  }

  /** The carriers that boards' ports have from the beginning. */
  carriers(): { board: number; device: string; value: Carrier }[] {
    return this.topology.links.flatMap(({ ends }, link) =>
      ends.flatMap((end) => (end.kind === 'board' ? [{ ...end, value: carrierOf(this.settingsOf(link)) }] : [])),
    );
  }

  /** A board begins to send a frame. */
  send(board: number, device: string, { bytes, startNs }: FrameOutput): void {
    this.transmit(this.topology.ofBoard[board]!.get(device)!, bytes, startNs);
  }

  /** A frame begins at one end of a link. */
  private transmit({ link, end: from }: Place, bytes: Uint8Array, startNs: number, reachesFromNs = -Infinity): void {
    const { ways, phases } = this.state.links[link]!;
    const beginNs = startNs + this.behind({ link, end: from }, bytes, startNs);
    const settings = this.passed(phases[from], beginNs);
    const way = link * 2 + from;
    const to = this.topology.links[link]!.ends[1 - from]!;
    for (const { bytes: come, startNs: comeNs, lastNs, damaged } of transfer(
      settings,
      from,
      ways[from],
      bytes,
      beginNs,
    )) {
      if (to.kind === 'board') {
        const value: FrameOutput = { type: 'frame', bytes: come, startNs: comeNs };
        if (damaged) value.damaged = true;
        if (lastNs < reachesFromNs) value.lateNs = reachesFromNs - lastNs;
        this.hooks.arrive(to.board, way, to.device, value, Math.max(lastNs, reachesFromNs));
      } else {
        const atNs = to.kind === 'switch' ? lastNs + this.state.switches[to.switch]!.settings.storeNs : lastNs;
        this.schedule({
          what: Rank.Frame,
          atNs: Math.max(atNs, reachesFromNs),
          way,
          bytes: come,
          startNs: comeNs,
          damaged,
        });
      }
    }
  }

  /** For how long a frame waits behind the port of a board or the host, where other traffic goes the same way. */
  private behind(place: Place, bytes: Uint8Array, startNs: number): number {
    if (this.topology.links[place.link]!.ends[place.end].kind === 'switch') return 0;
    const { behindNs, traffic } = this.state.links[place.link]!;
    const freeNs = this.freeAt(place, behindNs[place.end], startNs, usualSwitch.queueBytes);
    if (traffic[place.end].load.share === 0 && freeNs <= startNs) return 0;
    const beginNs = Math.max(freeNs, startNs);
    behindNs[place.end] = beginNs + wireNs(PREAMBLE + bytes.length + CHECK + GAP, traffic[place.end]);
    return beginNs - startNs;
  }

  /** When an end has sent all that comes up to a time, when it would have been free at another without other traffic. */
  private freeAt({ link, end }: Place, freeNs: number, nowNs: number, queueBytes: number): number {
    const { traffic: both, phases } = this.state.links[link]!;
    const traffic = both[end];
    for (const { fromNs, settings } of phases[end]) {
      if (fromNs <= traffic.sinceNs || fromNs > nowNs) continue;
      freeNs = advance(traffic, freeNs, fromNs, wireNs(queueBytes, traffic));
      setLoad(traffic, settings.load[end], settings.bitsPerSecond, fromNs);
    }
    return advance(traffic, freeNs, nowNs, wireNs(queueBytes, traffic));
  }

  /** What a way is when a frame begins, which is behind all that began there before. */
  private passed(phases: Phase[], startNs: number): LinkSettings {
    while (phases.length > 1 && phases[1]!.fromNs <= startNs - wireNs(PREAMBLE, phases[0]!.settings)) {
      phases.shift();
      this.look();
    }
    return phases[0]!.settings;
  }

  private schedule(event: NetworkEvent): void {
    const { events } = this.state;
    let at = events.length;
    while (at > 0 && isLater(events[at - 1]!, event)) at--;
    events.splice(at, 0, event);
  }

  /** The next thing happens. */
  step(): void {
    const event = this.state.events.shift()!;
    const { atNs, way } = event;
    this.state.nowNs = atNs;
    if (event.what === Rank.Set) return this.set(way, event.change, atNs);
    if (event.what === Rank.Query) return this.ask(way, atNs);
    if (event.what === Rank.Peers) return this.askPeers(way, atNs);
    const place: Place = { link: way >> 1, end: (way & 1) as 0 | 1 };
    const { ends } = this.topology.links[place.link]!;
    const end = ends[event.what === Rank.Frame ? 1 - place.end : place.end]!;
    if (event.what === Rank.Frame && end.kind === 'host') {
      // What is damaged does not come through the host's own controller.
      if (!event.damaged) this.hooks.onHostFrame(end.id, event.bytes, atNs, event.startNs);
      return;
    }
    if (end.kind !== 'switch') return;
    if (event.what === Rank.Change) {
      if (!this.settingsAt(place, atNs).up) portDown(this.state.switches[end.switch]!, end.port);
    } else if (event.what === Rank.Frame) this.stored(end.switch, end.port, event, atNs);
    else this.portFree(end.switch, end.port, atNs);
  }

  /** A switch has a frame as a whole. */
  private stored(
    index: number,
    from: number,
    { bytes, startNs, damaged }: { bytes: Uint8Array; startNs: number; damaged: boolean },
    nowNs: number,
  ): void {
    const state = this.state.switches[index]!;
    const { counts } = state.ports[from]!;
    if (damaged) {
      counts.damaged++;
      return;
    }
    counts.received++;
    const come: QueuedFrame = { bytes, from, inNs: startNs };
    const clock = this.clockOf(index);
    const { onward, own } = clock ? arrived(clock, from, come) : { onward: come, own: [] };
    for (const frame of own) this.leave(index, from, frame, nowNs);
    if (!onward) return;
    for (const leaving of forward(state, from, onward.bytes, nowNs)) {
      const isOwn = leaving.bytes !== onward.bytes;
      this.leave(index, leaving.port, isOwn ? { bytes: leaving.bytes, from: -1, inNs: startNs } : { ...onward }, nowNs);
    }
  }

  /** A switch as a transparent clock; null: it is none. */
  private clockOf(index: number): Transparent | null {
    const { settings, transparent } = this.state.switches[index]!;
    if (settings.ptp.clock === 'none') return null;
    return {
      settings: settings.ptp,
      state: transparent,
      number: index,
      seed: Math.imul(this.seed, 0xc2b2ae35) + index,
    };
  }

  /** A switch is another from now on. */
  private set(index: number, change: SwitchChange, nowNs: number): void {
    const state = this.state.switches[index]!;
    state.settings = changed(state.settings, change);
    const isTimer = ({ what, way }: NetworkEvent) => way === index && (what === Rank.Query || what === Rank.Peers);
    this.state.events = this.state.events.filter((event) => !isTimer(event));
    for (const event of timersOf(state.settings, index, nowNs)) this.schedule(event);
    const clock = this.clockOf(index);
    if (clock && change.ptp?.oscillator)
      measureAgain(
        clock,
        state.ports.flatMap(({ queue }) => queue.filter(isFrame)),
      );
  }

  /** A peer-to-peer transparent clock asks its neighbors how far they are. */
  private askPeers(index: number, nowNs: number): void {
    const clock = this.clockOf(index)!;
    clock.state.peers.forEach((_, port) => {
      for (const frame of ask(clock, port)) this.leave(index, port, frame, nowNs);
    });
    this.schedule({ what: Rank.Peers, atNs: nowNs + PEER_INTERVAL_NS, way: index });
  }

  /** A switch asks everyone who is in a group. */
  private ask(index: number, nowNs: number): void {
    const bytes = query(0);
    const { ports } = this.state.switches[index]!;
    ports.forEach((_, port) => this.leave(index, port, { bytes, from: -1, inNs: nowNs }, nowNs));
    this.schedule({ what: Rank.Query, atNs: nowNs + this.state.switches[index]!.settings.queryNs, way: index });
  }

  /** A frame leaves a switch by a port, now or when it is its turn. */
  private leave(index: number, port: number, frame: QueuedFrame, nowNs: number): void {
    const place = this.topology.ofSwitch[index]![port];
    const link = place && this.settingsAt(place, nowNs);
    if (!place || !link?.up) return;
    const { ports, settings } = this.state.switches[index]!;
    const at = ports[port]!;
    const { freeNs } = this.state.links[place.link]!;
    const isLoaded = this.queueOthers(at, place, link, nowNs, settings.queueBytes);
    if (at.queue.length === 0 && freeNs[place.end] <= nowNs) return this.leaveNow(index, port, place, frame, nowNs);
    const waiting = isLoaded
      ? (freeNs[place.end] + waitingNs(at, link) - nowNs) / wireNs(1, link)
      : at.queuedBytes + frame.bytes.length;
    if (waiting > settings.queueBytes) {
      at.counts.dropped++;
      return;
    }
    at.queue.push(frame);
    at.queuedBytes += frame.bytes.length;
    this.awaitPort(index, port, place, freeNs[place.end]);
  }

  /** Other traffic that has come to a port of a switch by now takes its place there. Gives whether there can be any. */
  private queueOthers(at: SwitchPort, place: Place, link: LinkSettings, nowNs: number, queueBytes: number): boolean {
    const { freeNs, traffic } = this.state.links[place.link]!;
    const { end } = place;
    if (link.load[end].share === 0 && traffic[end].load.share === 0) return false;
    const backNs = freeNs[end] + waitingNs(at, link);
    const ns = this.freeAt(place, backNs, nowNs, queueBytes) - backNs;
    if (at.queue.length === 0) freeNs[end] += ns;
    else if (ns > 0) at.queue.push({ ns });
    return true;
  }

  private awaitPort(index: number, port: number, { link, end }: Place, atNs: number): void {
    const at = this.state.switches[index]!.ports[port]!;
    if (at.awaited || at.queue.length === 0) return;
    at.awaited = true;
    this.schedule({ what: Rank.Send, atNs, way: link * 2 + end });
  }

  /** A port may be free for the next that waits there. */
  private portFree(index: number, port: number, nowNs: number): void {
    const place = this.topology.ofSwitch[index]![port]!;
    const { freeNs } = this.state.links[place.link]!;
    const at = this.state.switches[index]!.ports[port]!;
    at.awaited = false;
    while (at.queue.length > 0 && freeNs[place.end] <= nowNs) {
      const next = at.queue.shift()!;
      if (isFrame(next)) {
        at.queuedBytes -= next.bytes.length;
        this.leaveNow(index, port, place, next, nowNs);
      } else {
        freeNs[place.end] = nowNs + next.ns;
      }
    }
    this.awaitPort(index, port, place, freeNs[place.end]);
  }

  private leaveNow(index: number, port: number, place: Place, frame: QueuedFrame, nowNs: number): void {
    const clock = this.clockOf(index);
    const startNs = nowNs + wireNs(PREAMBLE, this.settingsAt(place, nowNs));
    const { bytes, follows } = clock ? leaves(clock, port, frame, startNs) : { ...frame, follows: null };
    if (!bytes) return;
    this.state.switches[index]!.ports[port]!.counts.sent++;
    this.begin(place, bytes, nowNs);
    if (follows) this.leave(index, port, follows, nowNs);
  }

  /** A frame begins at an end that is no board, and is free. It reaches nobody before a time. */
  private begin(place: Place, bytes: Uint8Array, nowNs: number, reachesFromNs = nowNs): void {
    const settings = this.settingsAt(place, nowNs);
    const { freeNs } = this.state.links[place.link]!;
    freeNs[place.end] = nowNs + wireNs(PREAMBLE + bytes.length + CHECK + GAP, settings);
    this.transmit(place, bytes, nowNs + wireNs(PREAMBLE, settings), reachesFromNs);
  }

  /** Something comes from outside, now. @throws Error when there is no such link or port, or it cannot be that */
  input(input: NetworkInput, nowNs: number): void {
    if ('frame' in input) this.fromHost(this.placeOf(input.port), nowNs, input);
    else if ('link' in input) {
      const link = this.topology.links.findIndex(({ name }) => name === input.link);
      if (link < 0) throw new Error(`There is no link "${input.link}".`);
      Object.assign(this.state.links[link]!.settings, input.settings);
      this.change(link, nowNs);
    } else if ('switch' in input) this.inputOfSwitch(input, nowNs);
    else {
      const { link, end } = this.placeOf(input.port);
      this.state.links[link]!.plugged[end] = input.plugged;
      this.change(link, nowNs);
    }
    this.state.position++;
  }

  private inputOfSwitch(input: Extract<NetworkInput, { switch: string }>, nowNs: number): void {
    const index = this.plan.switches.findIndex(({ name }) => name === input.switch);
    if (index < 0) throw new Error(`There is no switch "${input.switch}".`);
    if ('settings' in input) this.schedule({ what: Rank.Set, atNs: nowNs, way: index, change: input.settings });
    else {
      for (const place of this.topology.ofSwitch[index]!) {
        if (!place) continue;
        const { settings } = this.state.links[place.link]!;
        settings.load = settings.load.map((load, end) => (end === place.end ? input.load : load)) as BothWays<Load>;
        this.change(place.link, nowNs);
      }
    }
  }

  /** A board has power now, or no more: none of its ports has a link without. */
  power(board: number, on: boolean, nowNs: number): void {
    for (const { link, end } of this.topology.ofBoard[board]!.values()) {
      this.state.links[link]!.powered[end] = on;
      this.change(link, nowNs);
    }
  }

  private placeOf(port: string): Place {
    const found = this.topology.byPort.get(port);
    if (!found) throw new Error(`There is no port "${port}".`);
    return found;
  }

  /** The newest settings of a link; `up` says whether frames can pass. */
  private settingsOf(link: number): LinkSettings {
    return this.state.links[link]!.phases[0].at(-1)!.settings;
  }

  /** Those of a way at a time. */
  private settingsAt({ link, end }: Place, nowNs: number): LinkSettings {
    const phases = this.state.links[link]!.phases[end];
    return phases.findLast(({ fromNs }) => fromNs <= nowNs)!.settings;
  }

  /** A link is as it is set from a time on: frames that have begun before go as they would have. */
  private change(link: number, nowNs: number): void {
    const { settings, plugged, powered, phases } = this.state.links[link]!;
    const before = carrierOf(this.settingsOf(link)).bitsPerSecond;
    const up = settings.up && !plugged.includes(false) && !powered.includes(false);
    const phase = { fromNs: nowNs, settings: { ...settings, up } };
    for (const way of phases) way.push(phase);
    this.look();
    const carrier = carrierOf(phase.settings);
    if (carrier.bitsPerSecond === before) return;
    this.topology.links[link]!.ends.forEach((end, i) => {
      const way = link * 2 + i;
      if (end.kind === 'board') this.hooks.arrive(end.board, way, end.device, carrier, nowNs);
      if (end.kind === 'switch') this.schedule({ what: Rank.Change, atNs: nowNs, way });
    });
  }

  /** Each frame goes behind the one before. */
  private fromHost(place: Place, nowNs: number, { frame, atNs = nowNs, lateNs = 0 }: HostFrame): void {
    const { ends, name } = this.topology.links[place.link]!;
    if (ends[place.end].kind !== 'host')
      throw new Error(`${ends[place.end].id} of the link ${name} is not the host's.`);
    const { freeNs, ways, phases } = this.state.links[place.link]!;
    const beginNs = Math.max(atNs, freeNs[place.end], phases[place.end][0]!.fromNs);
    if (frame.length > LONGEST || beginNs > Math.max(nowNs, atNs) + HOST_QUEUE_NS) ways[place.end].counts.dropped++;
    else this.begin(place, padded(frame), beginNs, Math.max(nowNs, beginNs + lateNs));
  }

  /** When the next frame of the host for a port can begin. */
  hostFreeNs(port: string): number {
    const { link, end } = this.placeOf(port);
    return this.state.links[link]!.freeNs[end];
  }

  /** How soon something can reach each board. */
  private look(): void {
    this.lookaheadNs.fill(Infinity);
    this.farNs.fill(Infinity);
    const intoSwitch = this.state.switches.map(() => Infinity);
    const ways = this.topology.links.flatMap(({ ends }, link) =>
      ([0, 1] as const).map((from) => {
        const { phases } = this.state.links[link]!;
        const leastWayNs = Math.min(...phases[from].map(({ settings }) => leastNs(settings, from)));
        return { source: ends[from], to: ends[1 - from]!, leastWayNs };
      }),
    );
    for (const { to, leastWayNs } of ways) {
      if (to.kind === 'switch') intoSwitch[to.switch] = Math.min(intoSwitch[to.switch]!, leastWayNs);
    }
    for (const { source, to, leastWayNs } of ways) {
      if (to.kind !== 'board') continue;
      const beforeNs = source.kind === 'switch' ? intoSwitch[source.switch]! : 0;
      this.lookaheadNs[to.board] = Math.min(this.lookaheadNs[to.board]!, leastWayNs);
      this.farNs[to.board] = Math.min(this.farNs[to.board]!, beforeNs + leastWayNs);
    }
  }

  /** Ports that can be joined to the host, and whether the cable is in them. */
  get hostPorts(): { id: string; plugged: boolean }[] {
    return this.topology.links.flatMap(({ ends }, link) =>
      ends.flatMap(({ kind, id }, end) =>
        kind === 'host' ? [{ id, plugged: this.state.links[link]!.plugged[end as 0 | 1] }] : [],
      ),
    );
  }

  get links(): LinkView[] {
    return this.topology.links.map(({ name, ends }, link) => {
      const { settings, plugged, ways } = this.state.links[link]!;
      const names = ends.map(({ kind, id }) => (kind === 'host' && !id.startsWith(HOST) ? `${HOST}${id}` : id));
      return { name, ends: names as BothWays<string>, plugged, settings, counts: [ways[0].counts, ways[1].counts] };
    });
  }

  /** As it is at a time, nanoseconds. */
  switches(nowNs: number): SwitchView[] {
    return this.state.switches.map(({ settings: before, ports, macs, membership, transparent }, index) => {
      const { name } = this.plan.switches[index]!;
      // Also what has been set and happens as soon as the boards go on.
      let settings = before;
      for (const event of this.state.events)
        if (event.what === Rank.Set && event.way === index) settings = changed(settings, event.change);
      const macsAt = ports.map((): number[] => []);
      for (const [mac, { port, seenNs }] of macs) if (nowNs - seenNs <= settings.ageingNs) macsAt[port]!.push(mac);
      const groupsAt = ports.map((): number[] => []);
      for (const [group, members] of membership.groups)
        for (const [port, untilNs] of members) if (untilNs >= nowNs) groupsAt[port]!.push(group);
      return {
        name,
        settings,
        ports: ports.map(({ queuedBytes, counts }, port) => ({
          name: `${name}/${port + 1}`,
          queued: queuedBytes,
          counts,
          macs: macsAt[port]!,
          groups: groupsAt[port]!,
          peerDelayNs: settings.ptp.clock === 'p2p' ? transparent.peers[port]!.delayNs : null,
        })),
      };
    });
  }

  checkpoint(): NetworkState {
    return structuredClone(this.state);
  }

  restore(state: NetworkState): void {
    this.state = structuredClone(state);
    this.look();
  }

  hash(): string {
    return hashData(this.state);
  }

  reset(): void {
    this.restore(this.initialState());
  }
}

/** How long all that waits at a port takes. */
const waitingNs = ({ queue }: SwitchPort, link: LinkSettings): number =>
  queue.reduce(
    (sum, entry) => sum + (isFrame(entry) ? wireNs(PREAMBLE + entry.bytes.length + CHECK + GAP, link) : entry.ns),
    0,
  );

/** What a switch does every so often, from a time on. */
function timersOf({ queryNs, ptp }: SwitchSettings, way: number, nowNs: number): NetworkEvent[] {
  const events: NetworkEvent[] = [];
  if (queryNs > 0) events.push({ what: Rank.Query, atNs: nowNs + FIRST_QUERY_NS, way });
  if (ptp.clock === 'p2p') events.push({ what: Rank.Peers, atNs: nowNs + PEER_INTERVAL_NS, way });
  return events;
}

const carrierOf = ({ up, bitsPerSecond }: LinkSettings): Carrier => ({
  type: 'carrier',
  bitsPerSecond: up ? bitsPerSecond : 0,
});

function isLater(a: NetworkEvent, b: NetworkEvent): boolean {
  if (a.atNs !== b.atNs) return a.atNs > b.atNs;
  return a.what === b.what ? a.way > b.way : a.what > b.what;
}

function padded(frame: Uint8Array): Uint8Array {
  if (frame.length >= SHORTEST) return frame;
  const full = new Uint8Array(SHORTEST);
  full.set(frame);
  return full;
}
