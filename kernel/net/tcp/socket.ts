/** TCP sockets (NuttX: net/tcp): what the calls of sys/socket.h do with connections. */
import { Errno } from '../../errno';
import { PollEvent } from '../../fs/poll';
import { running, type Kernel } from '../../kernel';
import { arc4random } from '../../random';
import { INADDR_ANY, INADDR_LOOPBACK, isMulticast } from '../address';
import { isBroadcast } from '../arp/neighbors';
import { isBindable } from '../inet';
import { ephemeralPort } from '../port';
import { route } from '../route';
import { createSocket, Message, Shut, socketReady, takeError } from '../socket';
import type { InMessage, OutMessage, SocketAddress, SocketOperations } from '../socket';
import { abortTcp, closeSend, closeTcp } from './close';
import { usualSettings, type Endpoint, type TcpConnection } from './connection';
import { connectTcp } from './handshake';
import { consume, peek, readable, writable, write } from './stream';
import { followOptions, getTcpOption, setTcpOption } from './socketoptions';
import {
  addRecord,
  charge,
  findRecord,
  ownerOf,
  recordOf,
  removeRecord,
  sendRoom,
  settingsFor,
  settle,
  starve,
  tcpSockets,
  type TcpRecord,
  type TcpSocket,
} from './table';
import { ticksIn } from '../timer';
import { waitOnSocket } from '../wait';

const overlap = (a: number, b: number) => a === INADDR_ANY || b === INADDR_ANY || a === b;

/** Whether somebody else has that port, at the same address, who does not share it. */
function isTaken(k: Kernel, socket: TcpSocket, { address, port }: Endpoint): boolean {
  const { reuseAddress } = socket.options;
  const isInTheWay = (other: TcpSocket) =>
    other !== socket &&
    other.local.port === port &&
    overlap(other.local.address, address) &&
    !(reuseAddress && other.options.reuseAddress && !other.listening);
  const outlives = ({ connection: c, socket: owner }: TcpRecord) =>
    owner === 0 && c.local.port === port && overlap(c.local.address, address) && c.state !== 'closed';
  return tcpSockets(k).some(isInTheWay) || (!reuseAddress && [...k.state.net.tcp.connections.values()].some(outlives));
}

function bindTo(k: Kernel, socket: TcpSocket, address: number, port: number): number {
  if (port !== 0 && isTaken(k, socket, { address, port })) return -Errno.EADDRINUSE;
  const chosen = port || ephemeralPort(k, (each) => isTaken(k, socket, { address, port: each }));
  if (chosen < 0) return chosen;
  socket.local = { address, port: chosen };
  return 0;
}

function bind(k: Kernel, socket: TcpSocket, address: SocketAddress): number {
  if (address.family !== 'inet') return -Errno.EAFNOSUPPORT;
  if (socket.local.port !== 0) return -Errno.EINVAL;
  if (isMulticast(address.address) || !isBindable(k, address.address)) return -Errno.EADDRNOTAVAIL;
  return bindTo(k, socket, address.address, address.port);
}

function connect(k: Kernel, socket: TcpSocket, address: SocketAddress, nonBlocking: boolean): number {
  const { pid } = running(k);
  if (socket.listening) return -Errno.EISCONN;
  const isOwn = socket.connecting === pid;
  const record = recordOf(k, socket.connection);
  if (record && isUnderWay(record.connection)) {
    return nonBlocking ? -Errno.EALREADY : waitToConnect(k, socket);
  }
  socket.connecting = 0;
  if (socket.wasConnected) return isOwn ? 0 : -Errno.EISCONN;
  const error = takeError(socket);
  // It has failed: another attempt may follow.
  if (record) forget(k, socket, record);
  if (isOwn || error < 0) return error || -Errno.ECONNABORTED;
  const begun = begin(k, socket, address);
  if (begun < 0) return begun;
  return nonBlocking ? -Errno.EINPROGRESS : waitToConnect(k, socket);
}

const isUnderWay = ({ state, active }: TcpConnection) => state === 'syn-sent' || (state === 'syn-received' && active);

function waitToConnect(k: Kernel, socket: TcpSocket): number {
  socket.connecting = running(k).pid;
  return waitOnSocket(k, socket, 'connect');
}

/** Sends the first segment. */
function begin(k: Kernel, socket: TcpSocket, address: SocketAddress): number {
  if (address.family !== 'inet') return -Errno.EAFNOSUPPORT;
  if (address.port === 0) return -Errno.EINVAL;
  // To nobody in particular is to oneself.
  const destination = address.address === INADDR_ANY ? INADDR_LOOPBACK : address.address;
  const way = route(k, destination, socket.options.device);
  if (!way || isMulticast(destination)) return -Errno.ENETUNREACH;
  if (isBroadcast(way.iface, destination)) return socket.options.broadcast ? -Errno.ENETUNREACH : -Errno.EACCES;
  const remote = { address: destination, port: address.port };
  const source = socket.local.address === INADDR_ANY ? way.source : socket.local.address;
  const bound = socket.local.port === 0 ? bindTo(k, socket, INADDR_ANY, 0) : 0;
  if (bound < 0) return bound;
  const local = { address: source, port: socket.local.port };
  if (findRecord(k, local, remote)) return -Errno.EADDRINUSE;
  const settings = settingsFor(socket, way.iface.mtu);
  const initial = arc4random(k) >>> 0;
  const record = addRecord(k, { socket: socket.id, listener: 0 }, (owner) =>
    connectTcp(local, remote, initial, settings, owner),
  );
  socket.connection = record.id;
  return 0;
}

function forget(k: Kernel, socket: TcpSocket, record: TcpRecord): void {
  removeRecord(k, record);
  socket.connection = 0;
}

function listen(k: Kernel, socket: TcpSocket, backlog: number): number {
  if (socket.connection !== 0) return -Errno.EINVAL;
  const { local } = socket;
  const isInTheWay = (other: TcpSocket) =>
    other !== socket &&
    other.listening !== null &&
    other.local.port === local.port &&
    overlap(other.local.address, local.address);
  if (local.port !== 0 && tcpSockets(k).some(isInTheWay)) return -Errno.EADDRINUSE;
  const bound = local.port === 0 ? bindTo(k, socket, INADDR_ANY, 0) : 0;
  if (bound < 0) return bound;
  socket.listening = { backlog: Math.max(1, backlog), queue: socket.listening?.queue ?? [] };
  return 0;
}

function accept(k: Kernel, socket: TcpSocket, nonBlocking: boolean): number {
  if (!socket.listening) return -Errno.EINVAL;
  const { queue } = socket.listening;
  if (queue.length === 0) return nonBlocking ? -Errno.EAGAIN : waitOnSocket(k, socket, 'accept');
  const record = recordOf(k, queue[0]!);
  if (!record) {
    // It was reset before anybody has accepted it.
    queue.shift();
    return -Errno.ECONNABORTED;
  }
  const made = createSocket(k, 'tcp', socket.domain, socket.type, socket.protocol);
  if (typeof made === 'number') return made;
  queue.shift();
  const accepted = made as TcpSocket;
  Object.assign(record, { socket: accepted.id, listener: 0 });
  Object.assign(accepted, { connection: record.id, wasConnected: true });
  accepted.local = { ...record.connection.local };
  accepted.options = { ...socket.options };
  accepted.settings = { ...socket.settings };
  return accepted.id;
}

/** The connection of a socket that has been connected once; undefined: it has not. */
function connectionOf(k: Kernel, socket: TcpSocket): TcpRecord | undefined {
  return socket.wasConnected ? recordOf(k, socket.connection) : undefined;
}

function send(k: Kernel, socket: TcpSocket, message: OutMessage, nonBlocking: boolean): number {
  const tcb = running(k);
  const { length, flags } = message;
  const error = takeError(socket);
  if (error < 0) return error;
  const record = connectionOf(k, socket);
  if (!record) return socket.shut & Shut.Write ? -Errno.EPIPE : -Errno.ENOTCONN;
  const { connection: c } = record;
  for (;;) {
    if (c.send.finished || c.state === 'closed') return -Errno.EPIPE;
    const rest = length - tcb.progress;
    const count = Math.min(rest, sendRoom(k, c));
    if (rest > 0 && count > 0 && charge(k, record, 'send', count)) {
      const isUrgent = (flags & Message.OutOfBand) !== 0 && count === rest;
      write(c, message.gather(tcb.progress, tcb.progress + count), ownerOf(k, record), isUrgent);
      tcb.progress += count;
      settle(k, record, 0);
      continue;
    }
    if (rest === 0) return length;
    if (writable(c) > 0) starve(k);
    return nonBlocking ? -Errno.EAGAIN : waitOnSocket(k, socket, 'send');
  }
}

function receive(k: Kernel, socket: TcpSocket, message: InMessage, nonBlocking: boolean): number {
  const tcb = running(k);
  const { room, flags } = message;
  // Urgent bytes are among the others, where they belong.
  if (flags & Message.OutOfBand) return -Errno.EINVAL;
  const record = connectionOf(k, socket);
  if (!record) return takeError(socket) || -Errno.ENOTCONN;
  const { connection: c } = record;
  const isPeek = (flags & Message.Peek) !== 0;
  const from = isPeek ? 0 : tcb.progress;
  const count = peek(c, room - from, (at, bytes) => message.scatter(from + at, bytes));
  const total = from + count;
  if (count > 0 && !isPeek) {
    consume(c, count, ownerOf(k, record));
    settle(k, record, 0);
    tcb.progress = total;
  }
  const waitsForAll = (flags & Message.WaitAll) !== 0 && !isPeek;
  if (total === room || (total > 0 && !waitsForAll)) return total;
  const error = takeError(socket);
  if (error < 0) return error;
  if (c.receive.finished || c.state === 'closed' || socket.shut & Shut.Read) return total;
  if (nonBlocking) return -Errno.EAGAIN;
  return waitOnSocket(k, socket, 'receive');
}

/** What poll finds. */
function poll(k: Kernel, socket: TcpSocket): number {
  const error = socket.error !== 0 ? PollEvent.Error : 0;
  if (socket.listening) return error | (socket.listening.queue.length > 0 ? PollEvent.In : 0);
  const record = recordOf(k, socket.connection);
  if (!record) return error | PollEvent.HangUp;
  const { connection: c } = record;
  if (isUnderWay(c)) return error;
  const isOver = c.state === 'closed' || (c.receive.finished && c.send.finished);
  const hasEnded = c.receive.finished || c.state === 'closed' || (socket.shut & Shut.Read) !== 0;
  if (sendRoom(k, c) === 0 && writable(c) > 0) starve(k);
  return (
    error |
    (readable(c) > 0 || hasEnded ? PollEvent.In : 0) |
    (sendRoom(k, c) > 0 || c.send.finished ? PollEvent.Out : 0) |
    (isOver ? PollEvent.HangUp : 0)
  );
}

function shutdown(k: Kernel, socket: TcpSocket, how: number): number {
  const record = connectionOf(k, socket);
  if (!record || record.connection.state === 'closed') return -Errno.ENOTCONN;
  socket.shut |= how;
  if (how & Shut.Write) closeSend(record.connection, ownerOf(k, record));
  settle(k, record, 0);
  socketReady(k, socket, (how & Shut.Read ? PollEvent.In : 0) | (how & Shut.Write ? PollEvent.Out : 0));
  return 0;
}

/**
 * With SO_LINGER and a time, who closes waits until the other end has everything, or the time is over: then the rest goes on
 * its way without him.
 */
function linger(k: Kernel, socket: TcpSocket): number {
  const record = connectionOf(k, socket);
  const seconds = socket.options.linger ?? 0;
  if (!record || seconds === 0 || readable(record.connection) > 0) return 0;
  closeSend(record.connection, ownerOf(k, record));
  settle(k, record, 0);
  const { state } = record.connection;
  const isUnheard = state === 'fin-wait-1' || state === 'closing' || state === 'last-ack';
  return isUnheard ? waitOnSocket(k, socket, 'send', ticksIn(k, seconds * 1000)) : 0;
}

/** The connection goes on without its socket, until everything is sent; SO_LINGER with no time ends it here and now. */
function close(k: Kernel, socket: TcpSocket): void {
  if (socket.listening) return stopListening(k, socket);
  const record = recordOf(k, socket.connection);
  if (!record) return;
  const { connection: c } = record;
  record.socket = 0;
  if (socket.options.linger === 0) abortTcp(c, ownerOf(k, record));
  else if (c.state !== 'closed') closeTcp(c, ownerOf(k, record));
  settle(k, record, 0);
}

/** Those whom nobody has accepted are told. */
function stopListening(k: Kernel, { id }: TcpSocket): void {
  for (const record of [...k.state.net.tcp.connections.values()].filter(({ listener }) => listener === id)) {
    record.listener = 0;
    abortTcp(record.connection, ownerOf(k, record));
    settle(k, record, 0);
  }
}

const endpoint = ({ address, port }: Endpoint): SocketAddress => ({ family: 'inet', address, port });

export const tcpOperations: SocketOperations<TcpSocket> = {
  open(_k, socket) {
    const { noDelay, keepIdle, keepInterval, keepCount, mss } = usualSettings;
    const settings = { noDelay, keepIdle, keepInterval, keepCount, mss };
    const local = { address: INADDR_ANY, port: 0 };
    Object.assign(socket, { local, connection: 0, listening: null, settings });
    Object.assign(socket, { connecting: 0, wasConnected: false, shut: 0 });
    return 0;
  },
  ...{ bind, connect, listen, accept, send, receive, poll, shutdown, linger, close },
  name: (k, socket) => endpoint(recordOf(k, socket.connection)?.connection.local ?? socket.local),
  peer(k, socket) {
    const record = connectionOf(k, socket);
    return record && record.connection.state !== 'closed' ? endpoint(record.connection.remote) : null;
  },
  readable(k, socket) {
    const record = connectionOf(k, socket);
    return record ? readable(record.connection) : 0;
  },
  setOption: setTcpOption,
  getOption: getTcpOption,
  optionsChanged: followOptions,
};
