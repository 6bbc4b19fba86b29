/**
 * The board's TCP connections: those of sockets, those that nobody has accepted yet, and those that outlive their sockets.
 * They work by the pure functions in tcp/; here they get their time, their way out, their buffers and their timers.
 */
import { PollEvent } from '../fs/poll';
import { timeNs, type Kernel } from '../kernel';
import { giveIobs, roomToKeep, takeToKeep } from './iob';
import { Protocol } from './ipv4/header';
import { ipv4Output } from './ipv4/output';
import { failSocket, socketReady, type Socket } from './socket';
import {
  keptBytes,
  TcpEvent,
  usualSettings,
  type Endpoint,
  type TcpConnection,
  type TcpOwner,
  type TcpSettings,
} from './tcp/connection';
import { buildSegment } from './tcp/segment';
import { writable } from './tcp/stream';
import { deadlineOf } from './tcp/timers';
import { cancelNetTimer, startNetTimer } from './timer';

export interface TcpRecord {
  id: number;
  connection: TcpConnection;
  /** The socket that has it; and the listening one that it was made for, until it is accepted. 0 for none. */
  socket: number;
  listener: number;
  /** I/O buffers that it has. */
  buffers: number;
  /** Tick at which its timer expires; 0: it does not run. */
  tick: number;
  /** Tick at which it came into being. */
  since: number;
}

export interface TcpTable {
  connections: Map<number, TcpRecord>;
  next: number;
  /** Somebody would send, but there are no buffers. */
  starved: boolean;
}

export const createTcpTable = (): TcpTable => ({ connections: new Map(), next: 1, starved: false });

export interface TcpSocket extends Socket {
  kind: 'tcp';
  /** Port 0: not bound. */
  local: Endpoint;
  /** Of its connection; 0 for none. */
  connection: number;
  /** How many connections may wait to be accepted, and the ids of those that do; null: it does not listen. */
  listening: { backlog: number; queue: number[] } | null;
  /** What setsockopt has set for connections. */
  settings: Pick<TcpSettings, 'noDelay' | 'keepIdle' | 'keepInterval' | 'keepCount' | 'mss'>;
  /** Pid of the task that waits in connect; 0 for none. And whether the connection has ever been one. */
  connecting: number;
  wasConnected: boolean;
  /** What was shut down: Shut. */
  shut: number;
}

/** Connections in TIME-WAIT; of more, the oldest go. */
const MOST_WAITING = 32;
/** How long one waits who found no buffers, in ticks. */
const STARVED_TICKS = 10;
/** Of the headers of IPv4 and TCP. */
const HEADERS = 40;

export const tcpSockets = ({ state }: Kernel): TcpSocket[] =>
  [...state.net.sockets.values()].filter((each): each is TcpSocket => each.kind === 'tcp');

export const recordOf = ({ state }: Kernel, id: number): TcpRecord | undefined => state.net.tcp.connections.get(id);

const socketWith = ({ state }: Kernel, { socket }: TcpRecord) => state.net.sockets.get(socket) as TcpSocket | undefined;

/** The connection between two endpoints; undefined for none. */
export function findRecord({ state }: Kernel, local: Endpoint, remote: Endpoint): TcpRecord | undefined {
  for (const record of state.net.tcp.connections.values()) {
    const { connection: c } = record;
    const isIt =
      c.remote.port === remote.port &&
      c.local.port === local.port &&
      c.remote.address === remote.address &&
      c.local.address === local.address;
    if (isIt && c.state !== 'closed') return record;
  }
  return undefined;
}

/** What a connection of a socket has, whose datagrams go out of an interface with that MTU. */
export function settingsFor({ options, settings }: TcpSocket, mtu: number): TcpSettings {
  return {
    ...usualSettings,
    ...settings,
    mss: Math.min(settings.mss, mtu - HEADERS),
    ...followed(options),
  };
}

/** Settings that go with the options of the socket as they are. */
export const followed = ({ keepAlive, receiveBuffer, sendBuffer }: Socket['options']) => ({
  keepAlive,
  receiveBuffer,
  sendBuffer,
});

/** What the functions of tcp/ are given for a connection. */
export function ownerOf(k: Kernel, record: TcpRecord): TcpOwner {
  return {
    now: timeNs(k) / 1e6,
    send: (c, segment) => {
      const { local, remote } = c;
      const options = socketWith(k, record)?.options;
      const payload = buildSegment(segment, local.address, remote.address);
      const way = { protocol: Protocol.Tcp, source: local.address, destination: remote.address };
      const { ttl = 64, tos = 0 } = options ?? {};
      k.state.net.counts.tcp.sent++;
      // What does not get out is sent again, like what is lost.
      ipv4Output(k, { ...way, payload, ttl, tos, dontFragment: true });
    },
    reserve: (_, bytes) => charge(k, record, bytes),
    room: () => roomToKeep(k),
  };
}

/** Bytes that can be written to a connection now. */
export const sendRoom = (k: Kernel, c: TcpConnection): number => Math.min(writable(c), roomToKeep(k));

/** Takes buffers for what a connection keeps, and so many bytes more; false when there are not enough. */
export function charge(k: Kernel, record: TcpRecord, more: number): boolean {
  const { size } = k.state.net.iobs;
  const wanted = Math.ceil((keptBytes(record.connection) + more) / size) - record.buffers;
  if (wanted <= 0) return true;
  if (!takeToKeep(k, wanted * size)) return false;
  record.buffers += wanted;
  return true;
}

/** A connection comes into being: `make` makes it, with what it is given. */
export function addRecord(
  k: Kernel,
  ends: { socket: number; listener: number },
  make: (owner: TcpOwner) => TcpConnection,
): TcpRecord {
  const { tcp } = k.state.net;
  const id = tcp.next++;
  const record = { id, ...ends, buffers: 0, tick: 0, since: k.state.ticks } as TcpRecord;
  // Its first segment goes out before it is in the table.
  record.connection = make(ownerOf(k, record));
  tcp.connections.set(id, record);
  settle(k, record, 0);
  return record;
}

/** Whatever was done with a connection: its buffers, its timer and those who wait for it follow. */
export function settle(k: Kernel, record: TcpRecord, events: number): void {
  const { connection: c } = record;
  release(k, record);
  setTimer(k, record);
  const socket = socketWith(k, record);
  if (socket) tell(k, socket, c, events);
  else if (c.state === 'closed' && record.socket === 0) removeRecord(k, record);
  else if (c.state === 'time-wait' && record.listener === 0) limitWaiting(k);
}

function tell(k: Kernel, socket: TcpSocket, c: TcpConnection, events: number): void {
  if (events & TcpEvent.Connected) socket.wasConnected = true;
  if (events & TcpEvent.Closed && c.error !== 0) failSocket(k, socket, c.error);
  const isWritable = (events & TcpEvent.Connected) !== 0 || (events & TcpEvent.Writable && sendRoom(k, c) > 0);
  const ready =
    (events & TcpEvent.Readable ? PollEvent.In : 0) |
    (isWritable ? PollEvent.Out : 0) |
    (events & TcpEvent.Closed ? PollEvent.HangUp : 0);
  if (ready !== 0) socketReady(k, socket, ready);
}

/** Gives back the buffers that it does not need any more. */
function release(k: Kernel, record: TcpRecord): void {
  const { size } = k.state.net.iobs;
  const spare = record.buffers - Math.ceil(keptBytes(record.connection) / size);
  if (spare <= 0) return;
  record.buffers -= spare;
  giveIobs(k, spare * size);
  if (k.state.net.tcp.starved) feed(k);
}

/** Its timer expires when it has something to do, at the next tick or later. */
function setTimer(k: Kernel, record: TcpRecord): void {
  const { ticks, settings } = k.state;
  const deadline = deadlineOf(record.connection);
  if (deadline === Infinity) return stopTimer(k, record);
  const tick = Math.max(ticks + 1, Math.ceil((deadline * 1e6) / settings.tickNs));
  // One that comes too early is started again then: most deadlines are put off over and over.
  if (record.tick > 0 && record.tick <= tick) return;
  record.tick = tick;
  startNetTimer(k, 'tcp', record.id, tick);
}

function stopTimer(k: Kernel, record: TcpRecord): void {
  if (record.tick > 0) cancelNetTimer(k, 'tcp', record.id);
  record.tick = 0;
}

/** Forgets a connection. */
export function removeRecord(k: Kernel, record: TcpRecord): void {
  const { iobs, tcp, counts } = k.state.net;
  stopTimer(k, record);
  counts.tcp.retransmitted += record.connection.counts.retransmitted;
  tcp.connections.delete(record.id);
  if (record.buffers === 0) return;
  giveIobs(k, record.buffers * iobs.size);
  record.buffers = 0;
  if (tcp.starved) feed(k);
}

function limitWaiting(k: Kernel): void {
  const waiting = [...k.state.net.tcp.connections.values()].filter(
    ({ connection, socket }) => connection.state === 'time-wait' && socket === 0,
  );
  if (waiting.length > MOST_WAITING) removeRecord(k, waiting[0]!);
}

/** Somebody waits to send, for buffers that are not there: those who have some may not be connections at all. */
export function starve(k: Kernel): void {
  const { tcp } = k.state.net;
  if (tcp.starved) return;
  tcp.starved = true;
  startNetTimer(k, 'tcp', 0, k.state.ticks + STARVED_TICKS);
}

/** There may be buffers again: some that came back may still be too few. */
export function feed(k: Kernel): void {
  k.state.net.tcp.starved = false;
  cancelNetTimer(k, 'tcp', 0);
  if (roomToKeep(k) === 0) return starve(k);
  for (const socket of tcpSockets(k)) {
    const record = recordOf(k, socket.connection);
    if (record && sendRoom(k, record.connection) > 0) socketReady(k, socket, PollEvent.Out);
  }
}
