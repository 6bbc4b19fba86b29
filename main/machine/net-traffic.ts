/**
 * The frames that go between ports of the bench and what they are joined to on the host. Nothing goes out twice, though a
 * run is made again after going back; and nothing comes in while it is, for what came in then is known. Frames wait in
 * queues of a fixed length, and what finds no room is lost, as on any network.
 */
import type { Bench, BenchInput, Place } from '../../boards/bench';
import type { Kernel } from '../../kernel/kernel';
import { udpSockets } from '../../kernel/net/udp/socket';
import type { BoardsNet } from '../net/user/boards';
import { AHEAD_NS } from './pace';
import { systemTimeAt } from './wall';

/** Frames that wait at most, in each direction. */
const LIMIT = 512;
/** Frames are put on a port's link for so long ahead. */
const QUEUED_NS = 2_000_000;
/** Boards that are farther behind the wall's time, or ahead of it, get a frame when they can and not at its own time. */
const [MOST_BEHIND_NS, MOST_AHEAD_NS] = [10_000_000, 50_000_000];

/** A frame on its way between the boards and the host. */
export interface HostFrame {
  bytes: Uint8Array;
  /** When it passes the host's port, or is to pass it, by the wall's clock. */
  wallNs: number;
}

/** How virtual time stands to the wall's. */
export interface WallTime {
  targetNs(wallNs: number): number;
  wallNsOf(virtualNs: number): number;
}

interface Port {
  id: string;
  /** It is joined to something. */
  isJoined: boolean;
  /** Sent by the boards, and not told yet; and when, in virtual time. */
  sent: { bytes: Uint8Array; startNs: number }[];
  /** Time of the last frame that came here; up to there a run is made again after going back. */
  sentUntilNs: number;
  /** For the boards. */
  waiting: HostFrame[];
}

/** What went out by a port. */
export interface PortOutput {
  port: string;
  frames: HostFrame[];
}

export class NetTraffic {
  private readonly ports: Port[];
  private told = '';
  /** Boards whose clocks were set, by name. */
  private readonly set = new Set<string>();

  /** @param before what was there with another firmware: ports of the same name are joined as they were */
  constructor(
    private readonly bench: Bench,
    before: NetTraffic | null,
  ) {
    this.ports = bench.hostPorts.map(({ id }) => {
      const isJoined = before?.ports.some((port) => port.id === id && port.isJoined) ?? false;
      return { id, isJoined, sent: [], sentUntilNs: -Infinity, waiting: [] };
    });
  }

  list(): string[] {
    return this.ports.map(({ id }) => id);
  }

  /** Somebody outside is joined, whose time is the wall's. */
  get isJoined(): boolean {
    return this.ports.some(({ isJoined }) => isJoined);
  }

  /** Frames for the boards are there. */
  get hasWaiting(): boolean {
    return this.ports.some(({ waiting }) => waiting.length > 0);
  }

  /** The run begins: cables that were plugged in still are. */
  begin(input: (input: BenchInput) => void): void {
    this.set.clear();
    for (const port of this.ports) {
      port.sentUntilNs = -Infinity;
      if (port.isJoined) input({ port: port.id, plugged: true });
    }
  }

  /** Joins a port to the host, or no longer. @throws Error when there is no such port */
  join(id: string, on: boolean, input: (input: BenchInput) => void): void {
    const port = this.ports.find((each) => each.id === id);
    if (!port) throw new Error(`There is no port "${id}"; there are: ${this.list().join(', ') || 'none'}.`);
    port.waiting = [];
    if (port.isJoined === on) return;
    port.isJoined = on;
    input({ port: id, plugged: on });
  }

  /** CLOCK_REALTIME of boards that are joined begins with this computer's time: once in a run, since it is theirs then. */
  setClocks(time: WallTime, input: (input: BenchInput) => void): void {
    const joined = this.ports.filter(({ isJoined }) => isJoined).flatMap(({ id }) => this.placesOf(id));
    const unset = new Set(joined.map(({ name }) => name).filter((name) => !this.set.has(name)));
    if (unset.size === 0) return;
    const now = systemTimeAt(time.wallNsOf(this.bench.timeNs));
    for (const board of unset) {
      this.set.add(board);
      input({ board, time: now });
    }
  }

  /** The boards that a port leads to: the one whose it is, or all. */
  private placesOf(id: string): readonly Place[] {
    const { places } = this.bench;
    const own = places.filter(({ name }) => id.startsWith(`${name}/`));
    return own.length > 0 ? own : places;
  }

  /**
   * A frame has come to a port of the host.
   *
   * @param atNs virtual time of its last bit, and of the end of its start delimiter
   */
  add(id: string, bytes: Uint8Array, atNs: number, startNs: number): void {
    const port = this.ports.find((each) => each.id === id);
    if (!port || atNs <= port.sentUntilNs) return;
    port.sentUntilNs = atNs;
    if (port.isJoined && port.sent.length < LIMIT) port.sent.push({ bytes: bytes.slice(), startNs });
  }

  /** From where the boards are now everything may be new. */
  anotherRun(): void {
    for (const port of this.ports) port.sentUntilNs = Math.min(port.sentUntilNs, this.bench.timeNs);
  }

  /** What went out since the last time. */
  take(time: WallTime): PortOutput[] {
    return this.ports.flatMap((port) => {
      if (port.sent.length === 0) return [];
      const frames = port.sent.map(({ bytes, startNs }) => ({ bytes, wallNs: time.wallNsOf(startNs) }));
      port.sent = [];
      return { port: port.id, frames };
    });
  }

  /** Frames have come from the host for a port. */
  feed(id: string, frames: readonly HostFrame[]): void {
    const port = this.ports.find((each) => each.id === id);
    if (port?.isJoined) port.waiting.push(...frames.slice(0, LIMIT - port.waiting.length));
  }

  /**
   * Hands over what its port's link has room for; tells whether there was anything.
   * @param time null: it stands still, and what comes comes now
   */
  deliver(time: WallTime | null, input: (input: BenchInput) => void): boolean {
    const { bench } = this;
    const { timeNs, dozed } = bench;
    // Boards that have nothing to do hear of it later than their stamps say: what they answer can leave in time then.
    const late = time !== null && dozed !== null ? { lateNs: AHEAD_NS } : {};
    let any = false;
    for (const { id, waiting } of this.ports) {
      while (waiting.length > 0) {
        const ownNs = time?.targetNs(waiting[0]!.wallNs) ?? timeNs;
        const isNear = ownNs > timeNs - MOST_AHEAD_NS && (dozed !== null || ownNs < timeNs + MOST_BEHIND_NS);
        const atNs = isNear ? ownNs : timeNs;
        if (bench.hostFreeNs(id) >= Math.max(timeNs, atNs) + QUEUED_NS) break;
        input({ port: id, frame: waiting.shift()!.bytes, atNs, ...late });
        any = true;
      }
    }
    return any;
  }

  /** What the boards have that each port can lead to, if it has changed. */
  news(): Record<string, BoardsNet> | null {
    const net = Object.fromEntries(
      this.ports
        .filter(({ isJoined }) => isJoined)
        .map(({ id }) => [id, boardsNet(this.placesOf(id).map(({ machine }) => machine.kernel))]),
    );
    const text = JSON.stringify(net);
    if (text === this.told) return null;
    this.told = text;
    return net;
  }
}

function boardsNet(kernels: Kernel[]): BoardsNet {
  return {
    interfaces: kernels.flatMap(({ state }) =>
      state.net.interfaces
        .filter(({ device }) => device !== null)
        .map(({ mac, address, netmask, router }) => ({ mac, address, netmask, router })),
    ),
    udpPorts: [...new Set(kernels.flatMap(udpPorts))].sort((a, b) => a - b),
  };
}

/** Ports at which programs of a board listen. */
const udpPorts = (k: Kernel): number[] => udpSockets(k).flatMap(({ local }) => (local.port === 0 ? [] : [local.port]));
