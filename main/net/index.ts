/** The host's networks: which port of the boards is joined to what, for whichever front runs the boards. */
import type { HostConnection, HostPort } from '../contract/network';
import type { HostFrame } from '../machine/net-traffic';
import { wallNs } from '../machine/wall';
import { DatagramLink } from './datagram';
import { Departures } from './departures';
import type { LinkHooks, NetLink } from './link';
import { Lateness, stampsOf } from './stamps';
import { TapLink } from './tap';
import { UserLink } from './user';
import type { BoardsNet } from './user/boards';

export interface HostNetworksOptions {
  /** Frames for a port. */
  feed: (port: string, frames: HostFrame[]) => void;
  /** The cable is put into a port, or taken out. */
  join: (port: string, on: boolean) => Promise<void> | void;
  onChange: () => void;
}

interface Joined extends Omit<HostPort, 'stamps'> {
  /** Of the frames that left, since it was connected. */
  late: Lateness;
  /** The cable is in it. */
  plugged: boolean;
  link: NetLink | null;
  /** What the boards have that it leads to. */
  boards: BoardsNet;
  /** What was asked for last; what is slower than that has come too late. */
  turn: number;
}

/** The list is told of at most so often. */
const TELL_MS = 100;

const nothing = () => ({ frames: 0, bytes: 0 });

export class HostNetworks {
  private readonly ports = new Map<string, Joined>();
  /** Frames that came and have not been passed on yet. */
  private readonly arrived = new Map<string, HostFrame[]>();
  private readonly departures = new Departures();
  private telling: NodeJS.Timeout | undefined;

  constructor(private readonly options: HostNetworksOptions) {}

  list(): HostPort[] {
    return [...this.ports.values()].map(({ link, late, plugged: _, boards: __, turn: ___, ...port }) => ({
      ...port,
      message: link ? link.message : port.message,
      stamps: port.connection && link ? stampsOf(port.connection, late) : null,
    }));
  }

  /** The bench has these ports now; what a port of the same name is joined to stays. */
  async setPorts(ids: readonly string[]): Promise<void> {
    const gone = [...this.ports.values()].filter(({ id }) => !ids.includes(id));
    for (const { id } of gone) this.ports.delete(id);
    for (const id of ids) {
      if (this.ports.has(id)) continue;
      this.ports.set(id, {
        ...{ id, connection: null, status: 'off', message: null },
        ...{ toBoard: nothing(), fromBoard: nothing(), late: new Lateness() },
        ...{ link: null, plugged: false, boards: { interfaces: [], udpPorts: [] }, turn: 0 },
      });
    }
    this.changed();
    await closeAll(gone);
  }

  /** Joins a port. @throws Error saying what to do; it is told by the list, too */
  async connect(id: string, connection: HostConnection): Promise<void> {
    const port = this.portOf(id);
    const turn = ++port.turn;
    await this.unlink(port);
    Object.assign(port, { connection, status: 'opening', message: null });
    Object.assign(port, { toBoard: nothing(), fromBoard: nothing(), late: new Lateness() });
    this.changed();
    try {
      const link = await openLink(connection, this.hooksOf(port, turn));
      if (port.turn !== turn || this.ports.get(id) !== port) return await link.close();
      port.link = link;
      if (link instanceof UserLink) link.tell(port.boards);
      await this.options.join(id, true);
      Object.assign(port, { status: 'open', plugged: true });
    } catch (error) {
      if (port.turn === turn) this.fail(port, (error as Error).message);
      throw error;
    } finally {
      this.changed();
    }
  }

  async disconnect(id: string): Promise<void> {
    const port = this.portOf(id);
    port.turn++;
    Object.assign(port, { connection: null, status: 'off', message: null });
    await this.unlink(port);
    this.changed();
  }

  private async unlink(port: Joined): Promise<void> {
    const { link, plugged } = port;
    Object.assign(port, { link: null, plugged: false });
    try {
      if (plugged) await this.options.join(port.id, false);
    } finally {
      await link?.close();
    }
  }

  private fail(port: Joined, message: string): void {
    Object.assign(port, { status: 'failed', message });
    // The boards may be gone, too.
    this.unlink(port).catch(() => undefined);
    this.changed();
  }

  private hooksOf(port: Joined, turn: number): LinkHooks {
    return {
      frame: (bytes) => {
        if (port.turn === turn) this.arrive(port, bytes);
      },
      failed: (why) => {
        if (port.turn === turn) this.fail(port, why);
      },
      changed: () => this.changed(),
    };
  }

  /** What comes in one turn of the event loop goes on together. */
  private arrive(port: Joined, bytes: Uint8Array): void {
    const frame = { bytes, wallNs: wallNs() };
    port.toBoard.frames++;
    port.toBoard.bytes += bytes.length;
    this.changed();
    const waiting = this.arrived.get(port.id);
    if (waiting) return void waiting.push(frame);
    if (this.arrived.size === 0) setImmediate(() => this.passOn());
    this.arrived.set(port.id, [frame]);
  }

  private passOn(): void {
    const all = [...this.arrived];
    this.arrived.clear();
    for (const [port, frames] of all) this.options.feed(port, frames);
  }

  /** The boards have sent these by a port; they leave it when they should. */
  output(id: string, frames: readonly HostFrame[]): void {
    const port = this.ports.get(id);
    if (!port?.link) return;
    for (const { bytes, wallNs: dueNs } of frames) {
      this.departures.add(dueNs, (lateNs) => {
        if (!port.link) return;
        port.fromBoard.frames++;
        port.fromBoard.bytes += bytes.length;
        port.late.add(lateNs);
        port.link.send(bytes);
        this.changed();
      });
    }
  }

  /** What the boards have now, by port. */
  tell(news: Readonly<Record<string, BoardsNet>>): void {
    for (const [id, boards] of Object.entries(news)) {
      const port = this.ports.get(id);
      if (!port) continue;
      port.boards = boards;
      if (port.link instanceof UserLink) port.link.tell(boards);
    }
  }

  private changed(): void {
    this.telling ??= setTimeout(() => {
      this.telling = undefined;
      this.options.onChange();
    }, TELL_MS);
  }

  async close(): Promise<void> {
    clearTimeout(this.telling);
    this.departures.close();
    const all = [...this.ports.values()];
    this.ports.clear();
    await closeAll(all);
  }

  private portOf(id: string): Joined {
    const port = this.ports.get(id);
    if (port) return port;
    const there = [...this.ports.keys()].join(', ') || 'none';
    throw new Error(`There is no port "${id}" that can be joined to this computer's network; there are: ${there}.`);
  }
}

async function closeAll(ports: readonly Joined[]): Promise<void> {
  await Promise.all(ports.flatMap(({ link }) => (link ? [link.close()] : [])));
}

function openLink(connection: HostConnection, hooks: LinkHooks): Promise<NetLink> {
  switch (connection.type) {
    case 'user':
      return UserLink.open(connection, hooks);
    case 'tap':
      return TapLink.open(connection, hooks);
    case 'datagram':
      return DatagramLink.open(connection.local, connection.remote, hooks);
  }
}
