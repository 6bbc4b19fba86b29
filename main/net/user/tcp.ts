/**
 * The boards' TCP: each connection ends here, by the same functions as on the boards but in wall time, and goes on through
 * a socket of this computer. Half-close and reset pass through in both directions, and who reads slowly slows the other.
 */
import { randomBytes } from 'node:crypto';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { Protocol } from '../../../kernel/net/ipv4/header';
import { abortTcp, closeSend } from '../../../kernel/net/tcp/close';
import {
  keptBytes,
  TcpEvent,
  usualSettings,
  type Endpoint,
  type TcpConnection,
  type TcpOwner,
  type TcpSettings,
} from '../../../kernel/net/tcp/connection';
import { acceptTcp, connectTcp } from '../../../kernel/net/tcp/handshake';
import { segmentArrives } from '../../../kernel/net/tcp/arrival';
import { buildSegment, Flag, parseSegment, resetFor, type Segment } from '../../../kernel/net/tcp/segment';
import { consume, peek, readable, writable, write } from '../../../kernel/net/tcp/stream';
import { deadlineOf, expire } from '../../../kernel/net/tcp/timers';
import { Unreachable } from '../../../kernel/net/icmp/header';
import type { PortForward } from '../../contract/network';
import type { Outside } from './outside';
import type { Ipv4 } from './packet';

/** More are not open at a time: what would be another one is reset. */
const MOST_FLOWS = 512;
/** Bytes that a socket may be behind before no more is read for it. */
const SOCKET_QUEUE = 256 * 1024;
const settings: TcpSettings = {
  ...usualSettings,
  ...{ noDelay: true, receiveBuffer: 256 * 1024, sendBuffer: 256 * 1024 },
  // A machine that stands still for a while finds its connections again.
  ...{ retries: 15, timeWait: 2000 },
};

interface Flow {
  key: string;
  socket: Socket;
  /** Null while the socket of a connection that a board has opened is not connected yet. */
  connection: TcpConnection | null;
  /** From the socket, and not taken by the connection yet; then comes its end. */
  waiting: Buffer | null;
  hasEnded: boolean;
  /** The board's end has been passed on. */
  isFinished: boolean;
  timer: NodeJS.Timeout | undefined;
  /** When the timer is due. */
  timerAt: number;
}

const keyOf = (local: Endpoint, remote: Endpoint) => [local.address, local.port, remote.address, remote.port].join();

export class TcpGateway {
  private readonly flows = new Map<string, Flow>();
  private readonly servers: Server[] = [];
  private readonly owner: TcpOwner = {
    now: 0,
    send: ({ local, remote }, segment) => this.sendSegment(segment, local.address, remote.address),
  };

  constructor(private readonly outside: Outside) {}

  get count(): number {
    return this.flows.size;
  }

  /** Bytes that are kept for all connections. */
  get kept(): number {
    let sum = 0;
    for (const { connection } of this.flows.values()) if (connection) sum += keptBytes(connection);
    return sum;
  }

  private sendSegment(segment: Segment, source: number, destination: number): void {
    this.outside.sendIpv4(Protocol.Tcp, source, destination, buildSegment(segment, source, destination));
  }

  private get clock(): TcpOwner {
    this.owner.now = performance.now();
    return this.owner;
  }

  /** A board has sent a segment. */
  hear(packet: Ipv4): void {
    const { source, destination } = packet;
    const segment = parseSegment(packet.payload, source, destination);
    if (!segment) return;
    const local = { address: destination, port: segment.destinationPort };
    const remote = { address: source, port: segment.sourcePort };
    const key = keyOf(local, remote);
    const isSyn = (segment.flags & (Flag.Syn | Flag.Ack)) === Flag.Syn;
    let flow = this.flows.get(key);
    if (flow && isSyn && flow.connection?.state === 'time-wait') {
      this.forget(flow);
      flow = undefined;
    }
    if (flow?.connection) this.react(flow, segmentArrives(flow.connection, segment, this.clock));
    else if (flow) {
      // Its socket is about to be connected; the board has thought better of it, or asks again.
      if (segment.flags & Flag.Rst) this.drop(flow);
    } else if (isSyn && this.flows.size < MOST_FLOWS) this.open(key, local, remote, segment, packet);
    else this.refuse(segment, local.address, remote.address);
  }

  private refuse(segment: Segment, source: number, destination: number): void {
    const reset = resetFor(segment);
    if (reset) this.sendSegment(reset, source, destination);
  }

  /** A board opens a connection: it is one when the socket is connected. */
  private open(key: string, local: Endpoint, remote: Endpoint, syn: Segment, packet: Ipv4): void {
    const { outside } = this;
    const isGateway = outside.isGateway(local.address, remote.address);
    const socket = connect({
      host: outside.toHost(local.address, remote.address),
      port: local.port,
      allowHalfOpen: true,
      ...(outside.address === null || isGateway ? {} : { localAddress: outside.address }),
    });
    const flow = this.add(key, socket, null);
    const refused = ({ code }: NodeJS.ErrnoException) => {
      this.forget(flow);
      if (code === 'ECONNREFUSED') this.refuse(syn, local.address, remote.address);
      else outside.unreachable(packet, Unreachable.Host);
    };
    socket.once('error', refused).once('connect', () => {
      socket.off('error', refused);
      flow.connection = acceptTcp(local, remote, syn, sequenceNumber(), settings, this.clock);
      this.connected(flow, flow.connection);
    });
  }

  /** Passes on who connects to a port of this computer. @throws Error when it cannot be had */
  async forward({ hostPort, boardPort }: PortForward): Promise<void> {
    const server = createServer({ allowHalfOpen: true, pauseOnConnect: true }, (socket) =>
      this.accept(socket, boardPort),
    );
    await new Promise<void>((done, reject) => {
      server.once('error', reject);
      server.listen(hostPort, this.outside.listenAddress, done);
    });
    server.removeAllListeners('error').on('error', ({ message }) => this.outside.warn(`Port ${hostPort}: ${message}.`));
    this.servers.push(server);
  }

  private accept(socket: Socket, port: number): void {
    const board = this.outside.firstBoard;
    const { remoteAddress, remotePort } = socket;
    if (board === null || remoteAddress === undefined || this.flows.size >= MOST_FLOWS) {
      socket.on('error', () => undefined).resetAndDestroy();
      return;
    }
    const local = { address: this.outside.fromHost(remoteAddress, board), port: remotePort ?? 0 };
    const remote = { address: board, port };
    const connection = connectTcp(local, remote, sequenceNumber(), settings, this.clock);
    this.connected(this.add(keyOf(local, remote), socket, connection), connection);
  }

  private add(key: string, socket: Socket, connection: TcpConnection | null): Flow {
    const rest = { waiting: null, hasEnded: false, isFinished: false, timer: undefined, timerAt: Infinity };
    const flow: Flow = { key, socket, connection, ...rest };
    this.flows.set(key, flow);
    socket.setNoDelay(true);
    return flow;
  }

  /** From now on what goes in at one end comes out at the other. */
  private connected(flow: Flow, connection: TcpConnection): void {
    const { socket } = flow;
    socket.on('data', (data) => {
      flow.waiting = data;
      socket.pause();
      this.pump(flow, connection);
    });
    socket.on('end', () => {
      flow.hasEnded = true;
      this.pump(flow, connection);
    });
    socket.on('drain', () => this.pump(flow, connection));
    socket.on('error', () => {
      abortTcp(connection, this.clock);
      this.forget(flow);
    });
    // Else nobody has asked for what comes yet.
    if (connection.state !== 'syn-sent') socket.resume();
    this.pump(flow, connection);
  }

  private react(flow: Flow, events: number): void {
    const { connection, socket } = flow;
    if (!connection) return;
    if (events & TcpEvent.Connected && flow.waiting === null) socket.resume();
    this.pump(flow, connection);
  }

  /** Moves what there is and finds room, in both directions. */
  private pump(flow: Flow, connection: TcpConnection): void {
    this.toSocket(flow, connection);
    this.fromSocket(flow, connection);
    if (connection.state === 'closed') this.closed(flow, connection);
    else this.arm(flow, connection);
  }

  private toSocket(flow: Flow, connection: TcpConnection): void {
    const { socket } = flow;
    while (readable(connection) > 0 && socket.writableLength < SOCKET_QUEUE) {
      const taken = peek(connection, SOCKET_QUEUE, (_, bytes) => socket.write(bytes.slice()));
      consume(connection, taken, this.clock);
    }
    if (!connection.receive.finished || readable(connection) > 0 || flow.isFinished) return;
    flow.isFinished = true;
    socket.end();
  }

  private fromSocket(flow: Flow, connection: TcpConnection): void {
    const { socket, waiting } = flow;
    if (waiting) {
      const count = Math.min(waiting.length, writable(connection));
      if (count > 0) write(connection, waiting.subarray(0, count), this.clock);
      flow.waiting = count < waiting.length ? waiting.subarray(count) : null;
      if (flow.waiting) return;
      socket.resume();
    }
    if (flow.hasEnded) closeSend(connection, this.clock);
  }

  /** The connection is over: orderly, or the other end is told that it was not. */
  private closed(flow: Flow, { error, receive }: TcpConnection): void {
    const isOrderly = error === 0 && receive.finished && flow.hasEnded;
    this.forget(flow);
    if (isOrderly) flow.socket.destroySoon();
    else flow.socket.on('error', () => undefined).resetAndDestroy();
  }

  private drop(flow: Flow): void {
    this.forget(flow);
    flow.socket.destroy();
  }

  private forget(flow: Flow): void {
    clearTimeout(flow.timer);
    if (this.flows.get(flow.key) === flow) this.flows.delete(flow.key);
  }

  /** Lets the connection know when its time has come. */
  private arm(flow: Flow, connection: TcpConnection): void {
    const due = deadlineOf(connection);
    if (due >= flow.timerAt) return;
    clearTimeout(flow.timer);
    flow.timerAt = due;
    flow.timer = setTimeout(
      () => {
        flow.timerAt = Infinity;
        this.react(flow, performance.now() >= deadlineOf(connection) ? expire(connection, this.clock) : 0);
      },
      Math.max(0, due - performance.now()),
    );
  }

  async close(): Promise<void> {
    for (const flow of this.flows.values()) {
      if (flow.connection) abortTcp(flow.connection, this.clock);
      this.forget(flow);
      flow.socket.on('error', () => undefined).resetAndDestroy();
    }
    await Promise.all(this.servers.map((server) => new Promise<void>((done) => server.close(() => done()))));
  }
}

/** One that nobody guesses. */
const sequenceNumber = () => randomBytes(4).readUInt32BE();
