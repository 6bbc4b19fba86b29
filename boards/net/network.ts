/**
 * The network of a bench: links between ports of boards and switches, and to the host. What it does by itself happens at
 * exact nanoseconds; its state is plain data. The bench gives it the frames that boards begin to send, and takes turns
 * with it as with a board.
 */
import type { Carrier, FrameOutput } from '../../kernel/hardware';
import { hashData } from '../hash';
import {
  createWay,
  CHECK,
  GAP,
  leastNs,
  LONGEST,
  perfectLink,
  PREAMBLE,
  SHORTEST,
  transfer,
  wireNs,
  type BothWays,
  type LinkCounts,
  type LinkSettings,
  type Way,
} from './link';
import { HOST, linkName, type NetworkPlan } from './plan';

/** What a link is from a time on. */
interface Phase {
  fromNs: number;
  settings: LinkSettings;
}

interface LinkState {
  settings: LinkSettings;
  /** The cable is in the port at its first end, at its second. */
  plugged: BothWays<boolean>;
  /** Of each way: now, and what is to come; `up` says whether frames can pass. */
  phases: BothWays<Phase[]>;
  ways: BothWays<Way>;
  /** When the next frame can begin, of an end that is no board. */
  freeNs: BothWays<number>;
}

/** What the network does by itself. */
interface NetworkEvent {
  atNs: number;
  /** A frame is at the host. */
  what: 'host';
  way: number;
  bytes: Uint8Array;
}

export interface NetworkState {
  /** Inputs that it had. */
  position: number;
  /** Of the last event. */
  nowNs: number;
  links: LinkState[];
  /** In their order. */
  events: NetworkEvent[];
}

/** Where a link ends. */
type End = { kind: 'board'; id: string; board: number; device: string } | { kind: 'host'; id: string };

interface Link {
  name: string;
  ends: BothWays<End>;
}

/** An end of a link. */
interface Place {
  link: number;
  end: 0 | 1;
}

/** What comes from outside for the network. */
export type NetworkInput =
  /** A link changes. */
  | { link: string; settings: Partial<LinkSettings> }
  /** The cable is put into a port, or taken out. */
  | { port: string; plugged: boolean }
  /** The host sends a frame, without check sequence, into one of its ports. */
  | { port: string; frame: Uint8Array };

export interface LinkView {
  name: string;
  /** Ports: `left/eth0`, `switch/3`, `host:lan`. */
  ends: BothWays<string>;
  plugged: BothWays<boolean>;
  settings: LinkSettings;
  counts: BothWays<LinkCounts>;
}

export interface NetworkHooks {
  /** Something reaches a port of a board at a time; of several at the same cycle the one by the lower way is first. */
  arrive(board: number, way: number, device: string, value: FrameOutput | Carrier, atNs: number): void;
  /** A frame has come to a port of the host. */
  onHostFrame(port: string, bytes: Uint8Array, atNs: number): void;
}

export class Network {
  private readonly links: Link[];
  /** By name of the port; where a board's own port is one of the host's, too, the host's end has its name. */
  private readonly byPort = new Map<string, Place>();
  /** Of boards, by device. */
  private readonly boardPorts: Map<string, Place>[];
  /** Nothing reaches a board earlier than that after it began somewhere; by place of the board. */
  readonly lookaheadNs: number[];
  private state: NetworkState;

  /** `boards` are named, and the names of the devices that are their ports. */
  constructor(
    private readonly plan: NetworkPlan,
    boards: readonly { name: string; ports: readonly string[] }[],
    private readonly seed: number,
    private readonly hooks: NetworkHooks,
  ) {
    const ends = new Map<string, End>();
    for (const [board, { name, ports }] of boards.entries()) {
      for (const device of ports)
        ends.set(`${name}/${device}`, { kind: 'board', id: `${name}/${device}`, board, device });
    }
    const joined = new Set(plan.links.flatMap(({ from, to }) => [from, to]));
    const open = [...ends.keys()].filter((port) => !joined.has(port));
    const endOf = (id: string): End => {
      const end = ends.get(id) ?? (id.startsWith(HOST) ? { kind: 'host', id } : undefined);
      if (!end) throw new Error(`There is no port "${id}".`);
      return end;
    };
    this.links = [
      ...plan.links.map((link): Link => ({ name: linkName(link), ends: [endOf(link.from), endOf(link.to)] })),
      ...open.map((port): Link => ({ name: port, ends: [endOf(port), { kind: 'host', id: port }] })),
    ];
    this.boardPorts = boards.map(() => new Map());
    for (const [link, { ends }] of this.links.entries()) {
      for (const end of [0, 1] as const) {
        const port = ends[end];
        this.byPort.set(port.id, { link, end });
        if (port.kind === 'board') this.boardPorts[port.board]!.set(port.device, { link, end });
      }
    }
    this.lookaheadNs = boards.map(() => Infinity);
    this.state = this.initialState();
    this.look();
  }

  private initialState(): NetworkState {
    return {
      position: 0,
      nowNs: 0,
      events: [],
      links: this.links.map(({ ends }, i) => {
        const settings = { ...perfectLink(), ...this.plan.links[i]?.settings };
        const isPlugged = this.plan.links[i] !== undefined;
        const now = { ...settings, up: settings.up && isPlugged };
        const seed = Math.imul(this.seed, 0x9e3779b1) + 2 * i;
        return {
          settings,
          plugged: ends.map(({ kind }) => isPlugged || kind !== 'host') as BothWays<boolean>,
          phases: [[{ fromNs: -Infinity, settings: now }], [{ fromNs: -Infinity, settings: now }]],
          ways: [createWay(seed), createWay(seed + 1)],
          freeNs: [0, 0],
        };
      }),
    };
  }

  /** A board has a port. */
  get exists(): boolean {
    return this.links.length > 0;
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
    return this.links.flatMap(({ ends }, link) =>
      ends.flatMap((end) => (end.kind === 'board' ? [{ ...end, value: carrierOf(this.settingsOf(link)) }] : [])),
    );
  }

  /** A board begins to send a frame. */
  send(board: number, device: string, { bytes, startNs }: FrameOutput): void {
    const { link, end } = this.boardPorts[board]!.get(device)!;
    this.transmit(link, end, bytes, startNs);
  }

  /** A frame begins at one end of a link. */
  private transmit(link: number, from: 0 | 1, bytes: Uint8Array, startNs: number): void {
    const { ways } = this.state.links[link]!;
    const phases = this.state.links[link]!.phases[from];
    while (phases.length > 1 && phases[1]!.fromNs <= startNs) phases.shift();
    const way = link * 2 + from;
    const to = this.links[link]!.ends[1 - from]!;
    for (const frame of transfer(phases[0]!.settings, from, ways[from], bytes, startNs)) {
      if (to.kind === 'board') {
        const value: FrameOutput = { type: 'frame', bytes: frame.bytes, startNs: frame.startNs };
        if (frame.damaged) value.damaged = true;
        this.hooks.arrive(to.board, way, to.device, value, frame.lastNs);
      } else if (!frame.damaged) this.schedule({ atNs: frame.lastNs, what: 'host', way, bytes: frame.bytes });
    }
  }

  private schedule(event: NetworkEvent): void {
    const { events } = this.state;
    let at = events.length;
    while (at > 0 && isLater(events[at - 1]!, event)) at--;
    events.splice(at, 0, event);
  }

  /** The next thing happens. */
  step(): void {
    const { atNs, way, bytes } = this.state.events.shift()!;
    this.state.nowNs = atNs;
    const end = this.links[way >> 1]!.ends[1 - (way & 1)]!;
    this.hooks.onHostFrame(end.id, bytes, atNs);
  }

  /** Something comes from outside, now. @throws Error when there is no such link or port, or it cannot be that */
  input(input: NetworkInput, nowNs: number): void {
    if ('frame' in input) this.fromHost(input.port, input.frame, nowNs);
    else if ('link' in input) {
      const link = this.links.findIndex(({ name }) => name === input.link);
      if (link < 0) throw new Error(`There is no link "${input.link}".`);
      this.change(link, input.settings, nowNs);
    } else {
      const { link, end } = this.portOf(input.port);
      this.state.links[link]!.plugged[end] = input.plugged;
      this.change(link, {}, nowNs);
    }
    this.state.position++;
  }

  /** The newest settings of a link; `up` says whether frames can pass. */
  private settingsOf(link: number): LinkSettings {
    return this.state.links[link]!.phases[0].at(-1)!.settings;
  }

  private portOf(port: string): Place {
    const found = this.byPort.get(port);
    if (!found) throw new Error(`There is no port "${port}".`);
    return found;
  }

  /** A link is another from a time on: frames that have begun before go as they would have. */
  private change(link: number, settings: Partial<LinkSettings>, nowNs: number): void {
    const state = this.state.links[link]!;
    const before = carrierOf(this.settingsOf(link)).bitsPerSecond;
    Object.assign(state.settings, settings);
    const up = state.settings.up && state.plugged[0] && state.plugged[1];
    for (const phases of state.phases) {
      phases.push({ fromNs: nowNs, settings: { ...structuredClone(state.settings), up } });
    }
    this.look();
    const value = carrierOf(this.settingsOf(link));
    if (value.bitsPerSecond === before) return;
    this.links[link]!.ends.forEach((end, i) => {
      if (end.kind === 'board') this.hooks.arrive(end.board, link * 2 + i, end.device, value, nowNs);
    });
  }

  /** Each frame goes behind the one before. */
  private fromHost(port: string, frame: Uint8Array, nowNs: number): void {
    const { link, end } = this.portOf(port);
    if (this.links[link]!.ends[end].kind !== 'host') throw new Error(`${port} is no port of the host.`);
    const { freeNs } = this.state.links[link]!;
    const settings = this.settingsOf(link);
    if (frame.length > LONGEST) throw new Error(`A frame of ${frame.length} bytes is too long.`);
    const bytes = padded(frame);
    const beginNs = Math.max(nowNs, freeNs[end]);
    freeNs[end] = beginNs + wireNs(PREAMBLE + bytes.length + CHECK + GAP, settings);
    this.transmit(link, end, bytes, beginNs + wireNs(PREAMBLE, settings));
  }

  /** How soon something can reach each board. */
  private look(): void {
    this.lookaheadNs.fill(Infinity);
    this.links.forEach(({ ends }, link) => {
      for (const from of [0, 1] as const) {
        const to = ends[1 - from]!;
        if (to.kind !== 'board') continue;
        for (const { settings } of this.state.links[link]!.phases[from]) {
          this.lookaheadNs[to.board] = Math.min(this.lookaheadNs[to.board]!, leastNs(settings, from));
        }
      }
    });
  }

  /** Ports that can be joined to the host, and whether the cable is in them. */
  get hostPorts(): { id: string; plugged: boolean }[] {
    return this.links.flatMap(({ ends }, link) =>
      ends.flatMap(({ kind, id }, end) =>
        kind === 'host' ? [{ id, plugged: this.state.links[link]!.plugged[end as 0 | 1] }] : [],
      ),
    );
  }

  get linkViews(): LinkView[] {
    return this.links.map(({ name, ends }, link) => {
      const { settings, plugged, ways } = this.state.links[link]!;
      return {
        name,
        ends: [ends[0].id, ends[1].kind === 'host' && ends[1].id === ends[0].id ? `${HOST}${ends[1].id}` : ends[1].id],
        plugged,
        settings,
        counts: [ways[0].counts, ways[1].counts],
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

const carrierOf = ({ up, bitsPerSecond }: LinkSettings): Carrier => ({
  type: 'carrier',
  bitsPerSecond: up ? bitsPerSecond : 0,
});

const isLater = (a: NetworkEvent, b: NetworkEvent): boolean => a.atNs > b.atNs || (a.atNs === b.atNs && a.way > b.way);

function padded(frame: Uint8Array): Uint8Array {
  if (frame.length >= SHORTEST) return frame;
  const full = new Uint8Array(SHORTEST);
  full.set(frame);
  return full;
}
