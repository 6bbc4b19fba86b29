/**
 * The frames that go between ports of the bench and what they are joined to on the host. Nothing goes out twice, though a
 * run is made again after going back; and nothing comes in while it is, for what came in then is known. Frames wait in
 * queues of a fixed length, and what finds no room is lost, as on any network.
 */
import type { Bench, BenchInput } from '../../boards/bench';
import type { Kernel } from '../../kernel/kernel';
import { udpSockets } from '../../kernel/net/udp/socket';
import type { BoardsNet } from '../net/user/boards';

/** Frames that wait at most, in each direction. */
const LIMIT = 512;
/** Frames are put on a port's link for so long ahead. */
const AHEAD_NS = 2_000_000;

interface Port {
  id: string;
  /** It is joined to something. */
  isJoined: boolean;
  /** Sent by the boards, and not told yet. */
  sent: Uint8Array<ArrayBuffer>[];
  /** Time of the last frame that came here; up to there a run is made again after going back. */
  sentUntilNs: number;
  /** For the boards. */
  waiting: Uint8Array[];
}

/** What went out by a port. */
export interface PortOutput {
  port: string;
  frames: Uint8Array<ArrayBuffer>[];
}

export class NetTraffic {
  private readonly ports: Port[];
  private told = '';

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

  /** A frame has come to a port of the host. */
  add(id: string, bytes: Uint8Array, atNs: number): void {
    const port = this.ports.find((each) => each.id === id);
    if (!port || atNs <= port.sentUntilNs) return;
    port.sentUntilNs = atNs;
    if (port.isJoined && port.sent.length < LIMIT) port.sent.push(bytes.slice());
  }

  /** From where the boards are now everything may be new. */
  anotherRun(): void {
    for (const port of this.ports) port.sentUntilNs = Math.min(port.sentUntilNs, this.bench.timeNs);
  }

  /** What went out since the last time. */
  take(): PortOutput[] {
    return this.ports.flatMap((port) => {
      if (port.sent.length === 0) return [];
      const { sent: frames } = port;
      port.sent = [];
      return { port: port.id, frames };
    });
  }

  /** Frames have come from the host for a port. */
  feed(id: string, frames: readonly Uint8Array[]): void {
    const port = this.ports.find((each) => each.id === id);
    if (port?.isJoined) port.waiting.push(...frames.slice(0, LIMIT - port.waiting.length));
  }

  /**
   * Hands over what its port's link has room for; tells whether there was anything.
   * @param atNs what the time is outside, as virtual time
   */
  deliver(atNs: number, input: (input: BenchInput) => void): boolean {
    const { bench } = this;
    const now = Math.max(bench.timeNs, atNs);
    let any = false;
    for (const { id, waiting } of this.ports) {
      while (waiting.length > 0 && bench.hostFreeNs(id) < now + AHEAD_NS) {
        input({ port: id, frame: waiting.shift()!, atNs: now });
        any = true;
      }
    }
    return any;
  }

  /** What the boards have that each port can lead to, if it has changed. */
  news(): Record<string, BoardsNet> | null {
    const { places } = this.bench;
    const net = Object.fromEntries(
      this.ports
        .filter(({ isJoined }) => isJoined)
        .map(({ id }) => {
          const own = places.filter(({ name }) => id.startsWith(`${name}/`));
          return [id, boardsNet((own.length > 0 ? own : places).map(({ machine }) => machine.kernel))];
        }),
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
