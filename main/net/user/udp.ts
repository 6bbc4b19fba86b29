/** The boards' UDP, through sockets of this computer: one for each port of a board that sends, and those that only receive. */
import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { ipv4Text, isMulticast } from '../../../kernel/net/address';
import { Unreachable } from '../../../kernel/net/icmp/header';
import type { PortForward } from '../../contract/network';
import { noLookup } from '../datagram';
import type { Outside } from './outside';
import type { Ipv4, Udp } from './packet';

/** A port of a board. */
interface Flow {
  board: number;
  port: number;
  socket: Socket;
  /** Resolves when it can be sent from. */
  open: Promise<void>;
  /** As what the board knows those that it has sent to. */
  knownAs: Map<string, number>;
  /** When something was sent last, in milliseconds. */
  usedAt: number;
}

/** More are not open at a time: the one that was used least lately is closed. */
const MOST_FLOWS = 256;
const MOST_GROUP_SOCKETS = 256;
const MOST_KNOWN = 256;
const IDLE_MS = 120_000;
const LOOPBACK = '127.0.0.1';
const BROADCAST = '255.255.255.255';

export class UdpGateway {
  private readonly flows = new Map<string, Flow>();
  /** By port of the board: what was forwarded to it. */
  private readonly forwards = new Map<number, Socket>();
  /** By group and port. */
  private readonly groups = new Map<string, Socket>();
  /** Ports of ours that send to groups: what comes from them is the boards' own. */
  private readonly ownPorts = new Set<number>();

  constructor(private readonly outside: Outside) {}

  get count(): number {
    return this.flows.size;
  }

  /** A board has sent a datagram to somewhere else than the gateway itself. */
  send(packet: Ipv4, datagram: Udp, isBroadcast: boolean): void {
    const { source, destination, ttl } = packet;
    const { outside } = this;
    const isLocal = outside.isGateway(destination, source);
    const to = isBroadcast ? (outside.broadcast ?? BROADCAST) : outside.toHost(destination, source);
    const forward = this.forwards.get(datagram.sourcePort);
    // One that is bound to the loopback leads nowhere else; what is for a group has to be known when it comes back.
    if (forward && !isMulticast(destination) && (isLocal || outside.address !== null))
      return this.pass(forward, datagram, to, packet);
    const flow = this.flowOf(source, datagram.sourcePort, isLocal);
    if (flow.knownAs.size >= MOST_KNOWN) flow.knownAs.clear();
    if (!isBroadcast && !isMulticast(destination)) flow.knownAs.set(to, destination);
    const send = () => {
      if (isMulticast(destination)) {
        flow.socket.setMulticastTTL(Math.max(1, ttl));
        this.ownPorts.add(flow.socket.address().port);
      }
      if (isBroadcast) flow.socket.setBroadcast(true);
      this.pass(flow.socket, datagram, to, packet);
    };
    // The socket may have been closed for the sake of others by then.
    flow.open.then(send).catch(ignore);
  }

  private pass(socket: Socket, { destinationPort, payload }: Udp, to: string, packet: Ipv4): void {
    if (destinationPort === 0) return;
    socket.send(payload, destinationPort, to, (error) => {
      if (error) this.outside.unreachable(packet, Unreachable.Host);
    });
  }

  /** A flow to this computer is one of its own: who answers by the loopback has another address elsewhere. */
  private flowOf(board: number, port: number, isLocal: boolean): Flow {
    const key = `${board}:${port}:${isLocal}`;
    const known = this.flows.get(key);
    // The map is in the order of use.
    this.flows.delete(key);
    const flow = known ?? this.openFlow(board, port, key, isLocal ? LOOPBACK : this.outside.address);
    flow.usedAt = performance.now();
    this.flows.set(key, flow);
    if (this.flows.size > MOST_FLOWS) this.closeFlow(...this.flows.entries().next().value!);
    return flow;
  }

  private openFlow(board: number, port: number, key: string, address: string | null): Flow {
    const socket = createSocket({ type: 'udp4', lookup: noLookup });
    const open = new Promise<void>((done, fail) => {
      socket.once('error', fail);
      socket.bind(0, address ?? undefined, () => {
        if (address !== null) socket.setMulticastInterface(address);
        socket.removeAllListeners('error').on('error', ignore);
        done();
      });
    });
    const flow: Flow = { board, port, socket, open, knownAs: new Map(), usedAt: 0 };
    socket.on('message', (bytes, from) => {
      const source = flow.knownAs.get(from.address) ?? this.outside.fromHost(from.address, board);
      this.outside.sendUdp({ sourcePort: from.port, destinationPort: port, payload: bytes }, source, board);
    });
    open.catch(() => this.closeFlow(key, flow));
    return flow;
  }

  private closeFlow(key: string, { socket }: Flow): void {
    if (!this.flows.delete(key)) return;
    void this.ownPorts.delete(portOf(socket));
    socket.close();
  }

  /** Lets go of those that nothing went through for long. */
  sweep(): void {
    const now = performance.now();
    for (const [key, flow] of this.flows) if (now - flow.usedAt > IDLE_MS) this.closeFlow(key, flow);
  }

  /** Something has come for a port of the boards, or of a group. */
  private receive(bytes: Uint8Array, from: RemoteInfo, port: number, group?: number): void {
    const board = this.outside.firstBoard;
    if (board === null) return;
    const source = this.outside.fromHost(from.address, board);
    this.outside.sendUdp({ sourcePort: from.port, destinationPort: port, payload: bytes }, source, group ?? board);
  }

  /** Passes on what comes to a port of this computer. @throws Error when it cannot be had */
  async forward({ hostPort, boardPort }: PortForward): Promise<void> {
    const socket = createSocket({ type: 'udp4', lookup: noLookup });
    await new Promise<void>((done, reject) => {
      socket.once('error', reject);
      socket.bind(hostPort, this.outside.listenAddress, done);
    });
    socket.removeAllListeners('error').on('error', ignore);
    socket.on('message', (bytes, from) => this.receive(bytes, from, boardPort));
    this.forwards.set(boardPort, socket);
  }

  /** These groups are joined, and these ports listened at. */
  follow(groups: readonly number[], ports: readonly number[]): void {
    const wanted = new Map<string, [group: number, port: number]>();
    for (const group of groups) for (const port of ports) wanted.set(`${group}:${port}`, [group, port]);
    for (const [key, socket] of this.groups) {
      if (wanted.has(key)) continue;
      this.groups.delete(key);
      socket.close();
    }
    for (const [key, [group, port]] of wanted) {
      if (!this.groups.has(key) && this.groups.size < MOST_GROUP_SOCKETS)
        this.groups.set(key, this.listen(group, port));
    }
  }

  /** Hears what is sent to a group. Others on this computer may do so, too. */
  private listen(group: number, port: number): Socket {
    const { address } = this.outside;
    const socket = createSocket({ type: 'udp4', reuseAddr: true, lookup: noLookup });
    socket.on('error', ({ message }) => this.outside.warn(`Group ${ipv4Text(group)}, port ${port}: ${message}.`));
    socket.on('message', (bytes, from) => {
      if (!this.ownPorts.has(from.port) || !this.outside.isOwn(from.address)) this.receive(bytes, from, port, group);
    });
    // Bound to the group it gets nothing that is for others; Windows cannot do that.
    const bindTo = process.platform === 'win32' ? '0.0.0.0' : ipv4Text(group);
    socket.bind(port, bindTo, () => {
      try {
        socket.addMembership(ipv4Text(group), address ?? undefined);
      } catch (error) {
        this.outside.warn(`Group ${ipv4Text(group)} cannot be joined: ${(error as Error).message}.`);
      }
    });
    return socket;
  }

  close(): void {
    for (const [key, flow] of this.flows) this.closeFlow(key, flow);
    for (const socket of [...this.forwards.values(), ...this.groups.values()]) socket.close();
    this.forwards.clear();
    this.groups.clear();
  }
}

function portOf(socket: Socket): number {
  try {
    return socket.address().port;
  } catch {
    return 0; // It was never bound.
  }
}

function ignore(): void {
  // What is lost on the way is lost, as with any datagram.
}
