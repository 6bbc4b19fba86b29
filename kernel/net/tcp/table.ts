/**
 * The board's TCP connections: those of sockets, those that nobody has accepted yet, and those that outlive their sockets.
 * They work by the pure functions of the files around it; here they get their time, their way out, their buffers and their timers.
 */
import { isPolled, PollEvent } from '../../fs/poll';
import { timeNs, type Kernel } from '../../kernel';
import { NONE } from '../../state';
import { giveIobs, roomToKeep, takeToKeep, type IobPool } from '../iob';
import { Protocol } from '../ipv4/header';
import { ipv4Output } from '../ipv4/output';
import { failSocket, socketReady, type Socket } from '../socket';
import {
  receivedBytes,
  TcpEvent,
  usualSettings,
  type Endpoint,
  type TcpConnection,
  type TcpOwner,
  type TcpSettings,
} from './connection';
import { buildSegment } from './segment';
import { writable } from './stream';
import { deadlineOf } from './timers';
import { cancelNetTimer, startNetTimer } from '../timer';

export interface TcpRecord {
  id: number;
  connection: TcpConnection;
  /** The socket that has it; and the listening one that it was made for, until it is accepted. 0 for none. */
  socket: number;
  listener: number;
  /** I/O buffers that it has, for what has come and for what is to be sent. */
  buffers: Record<Direction, number>;
  /** Tick at which its timer expires; 0: it does not run. */
  tick: number;
  /** Tick at which it came into being. */
  since: number;
}

type Direction = 'receive' | 'send';

export interface TcpTable {
  connections: Map<number, TcpRecord>;
  next: number;
  /** I/O buffers of all connections for what has come. */
  received: number;
  /** Somebody would send, but there are no buffers; and the socket that got some last. */
  starved: boolean;
  fed: number;
}

export const createTcpTable = (): TcpTable => ({
  ...{ connections: new Map(), next: 1 },
  ...{ received: 0, starved: false, fed: 0 },
});

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
/** Of segments of a connection whose socket is gone. */
const TTL = 64;
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
      const [source, destination] = [local.address, remote.address];
      const payload = buildSegment(segment, source, destination);
      k.state.net.counts.tcp.sent++;
      // What does not get out is sent again, like what is lost.
      ipv4Output(k, {
        protocol: Protocol.Tcp,
        source,
        destination,
        payload,
        ttl: options?.ttl ?? TTL,
        tos: options?.tos ?? 0,
        dontFragment: true,
      });
    },
    reserve: (_, bytes) => charge(k, record, 'receive', bytes),
    room: (c) => receiveRoom(k, c),
  };
}

/** What has come leaves that share of the buffers to what is to be sent: who cannot answer reads no more, either. */
const RECEIVE_SHARE = 1 / 2;
/** Bytes that a connection may keep in either direction however many others there are. */
const LEAST_SHARE = 2 * 1460;

const receiveLimit = ({ total }: IobPool) => Math.floor(total * RECEIVE_SHARE);

/** Bytes that each of the open connections may keep in a direction. */
function fairShare({ state }: Kernel): number {
  const { tcp, iobs } = state.net;
  let open = 0;
  for (const { socket, connection } of tcp.connections.values()) {
    if (socket !== 0 && connection.state === 'established') open++;
  }
  return Math.max(LEAST_SHARE, Math.floor((receiveLimit(iobs) * iobs.size) / Math.max(1, open)));
}

/** Bytes of the window that a connection can be given. */
function receiveRoom(k: Kernel, { receive }: TcpConnection): number {
  const { tcp, iobs } = k.state.net;
  const left = Math.max(0, receiveLimit(iobs) - tcp.received) * iobs.size;
  return Math.max(0, Math.min(roomToKeep(k), left, fairShare(k) - receive.queue.length));
}

/** Bytes that can be written to a connection now. */
export function sendRoom(k: Kernel, c: TcpConnection): number {
  const wanted = writable(c);
  return wanted === 0 ? 0 : Math.max(0, Math.min(wanted, roomToKeep(k), fairShare(k) - c.send.queue.length));
}

const kept: Record<Direction, (c: TcpConnection) => number> = {
  receive: receivedBytes,
  send: ({ send }) => send.queue.length,
};

/** Takes buffers for what a connection keeps in a direction, and so many bytes more; false when there are not enough. */
export function charge(k: Kernel, { connection, buffers }: TcpRecord, direction: Direction, more: number): boolean {
  const { tcp, iobs } = k.state.net;
  const wanted = Math.ceil((kept[direction](connection) + more) / iobs.size) - buffers[direction];
  if (wanted <= 0) return true;
  if (direction === 'receive' && tcp.received + wanted > receiveLimit(iobs)) return false;
  if (!takeToKeep(k, wanted * iobs.size)) return false;
  buffers[direction] += wanted;
  if (direction === 'receive') tcp.received += wanted;
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
  const record = { id, ...ends, buffers: { receive: 0, send: 0 }, tick: 0, since: k.state.ticks } as TcpRecord;
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
  const isWritable =
    (events & TcpEvent.Connected) !== 0 || (events & TcpEvent.Writable && (sendRoom(k, c) > 0 || c.send.finished));
  const ready =
    (events & TcpEvent.Readable ? PollEvent.In : 0) |
    (isWritable ? PollEvent.Out : 0) |
    (events & TcpEvent.Closed ? PollEvent.HangUp : 0);
  if (ready !== 0) socketReady(k, socket, ready);
}

/** Gives back the buffers that it does not need any more. */
function release(k: Kernel, { connection, buffers }: TcpRecord): void {
  const { size } = k.state.net.iobs;
  giveBack(k, buffers, 'receive', Math.ceil(kept.receive(connection) / size));
  giveBack(k, buffers, 'send', Math.ceil(kept.send(connection) / size));
}

/** Gives back those of a direction beyond what it needs. */
function giveBack(k: Kernel, buffers: TcpRecord['buffers'], direction: Direction, needed: number): void {
  const { tcp, iobs } = k.state.net;
  const spare = buffers[direction] - needed;
  if (spare <= 0) return;
  buffers[direction] = needed;
  if (direction === 'receive') tcp.received -= spare;
  giveIobs(k, spare * iobs.size);
  if (tcp.starved && roomToKeep(k) >= LEAST_SHARE) feed(k);
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
  const { tcp, counts } = k.state.net;
  stopTimer(k, record);
  counts.tcp.retransmitted += record.connection.counts.retransmitted;
  tcp.connections.delete(record.id);
  giveBack(k, record.buffers, 'receive', 0);
  giveBack(k, record.buffers, 'send', 0);
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

/** There may be buffers again: those who wait for some to send get them, in turns. */
export function feed(k: Kernel): void {
  const { tcp } = k.state.net;
  tcp.starved = false;
  cancelNetTimer(k, 'tcp', 0);
  const hungry = tcpSockets(k).filter((socket) => isHungry(k, socket));
  let left = roomToKeep(k);
  for (const socket of [...hungry.filter(({ id }) => id > tcp.fed), ...hungry.filter(({ id }) => id <= tcp.fed)]) {
    if (left <= 0) return starve(k);
    const room = sendRoom(k, recordOf(k, socket.connection)!.connection);
    if (room === 0) continue;
    left -= room;
    tcp.fed = socket.id;
    socketReady(k, socket, PollEvent.Out);
  }
}

/** Somebody waits until it can be written to. */
function isHungry(k: Kernel, { id, waiters, connection }: TcpSocket): boolean {
  return (
    recordOf(k, connection) !== undefined && (waiters.send.head !== NONE || isPolled(k, { kind: 'socket', object: id }))
  );
}
