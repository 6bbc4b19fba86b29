/**
 * Local sockets (AF_UNIX; NuttX: net/local). A socket is bound to a name, which is free again when it is closed; a name that
 * begins with a zero is no path. As on NuttX, names leave no file behind, and connect does not wait for accept.
 */
import { Errno } from '../../errno';
import { PollEvent } from '../../fs/poll';
import { locate } from '../../fs/path';
import { statPlace } from '../../fs/stat';
import type { Kernel } from '../../kernel';
import { Type } from '../protocols';
import { removeSocket, Shut, socketReady, type Socket, type SocketAddress, type SocketOperations } from '../socket';
import { dropMessages, pairDatagrams, receiveMessage, sendMessage } from './datagram';
import { noRing, releaseRing, type Ring } from './ring';
import { acceptStream, connectStream, listenForStreams, pairStreams, receiveBytes, sendBytes } from './stream';

export interface LocalSocket extends Socket {
  kind: 'local';
  /** Its name, empty for none; and whether it is found by that: of those that were accepted, the listener is. */
  path: string;
  isBound: boolean;
  /** A stream's; a datagram socket that is connected has only a peer. */
  state: 'idle' | 'listening' | 'connected';
  /** The socket that it is connected to, and its name; 0: there is none, or it is gone. */
  peer: number;
  peerPath: string;
  /** Sockets that are to be accepted, and how many at most. */
  waiting: number[];
  backlog: number;
  /** What has come, and of datagrams how long each is and from whom. */
  ring: Ring;
  messages: { length: number; from: string }[];
  /** What was shut down: {@link Shut}. */
  shut: number;
}

const isStream = ({ type }: LocalSocket) => type === Type.Stream;

export const localAddress = (path: string): SocketAddress => ({ family: 'local', path });

/** The other end; undefined when there is none, or no longer. */
export const peerOf = ({ state }: Kernel, { peer }: LocalSocket): LocalSocket | undefined =>
  state.net.sockets.get(peer) as LocalSocket | undefined;

export const localSockets = ({ state }: Kernel): LocalSocket[] =>
  [...state.net.sockets.values()].filter((socket): socket is LocalSocket => socket.kind === 'local');

const boundTo = (k: Kernel, path: string) => localSockets(k).find((socket) => socket.isBound && socket.path === path);

/**
 * The socket of a type that is bound to a name.
 *
 * @returns it, or -EAFNOSUPPORT: no such name; -ENOENT: nothing has the path; -ECONNREFUSED: something else has it, or no
 *   socket has the name; -EPROTOTYPE: a socket of another type
 */
export function findBound(k: Kernel, address: SocketAddress, type: number): LocalSocket | number {
  if (address.family !== 'local') return -Errno.EAFNOSUPPORT;
  const { path } = address;
  const found = boundTo(k, path);
  if (found) return found.type === type ? found : -Errno.EPROTOTYPE;
  if (path.startsWith('\0')) return -Errno.ECONNREFUSED;
  const place = locate(k, path);
  const stat = typeof place === 'number' ? place : statPlace(k, place);
  return typeof stat === 'number' ? -Errno.ENOENT : -Errno.ECONNREFUSED;
}

/** -EAFNOSUPPORT: no local address; -EINVAL: it is bound already; -EADDRINUSE: another socket is bound to it. */
function bind(k: Kernel, socket: LocalSocket, address: SocketAddress): number {
  if (address.family !== 'local') return -Errno.EAFNOSUPPORT;
  if (socket.path !== '') return -Errno.EINVAL;
  // No name at all: as before.
  if (address.path === '') return 0;
  if (boundTo(k, address.path)) return -Errno.EADDRINUSE;
  socket.path = address.path;
  socket.isBound = true;
  return 0;
}

/** A datagram socket sends to that one from then on; AF_UNSPEC: to none. */
function connectDatagrams(k: Kernel, socket: LocalSocket, address: SocketAddress): number {
  const found = address.family === 'unspec' ? 0 : findBound(k, address, socket.type);
  if (typeof found === 'number' && found < 0) return found;
  const other = typeof found === 'number' ? undefined : found;
  socket.state = other ? 'connected' : 'idle';
  socket.peer = other?.id ?? 0;
  socket.peerPath = other?.path ?? '';
  return 0;
}

/** -ENOTCONN: it has no other end. */
function shutdown(k: Kernel, socket: LocalSocket, how: number): number {
  if (socket.state !== 'connected') return -Errno.ENOTCONN;
  socket.shut |= how;
  const peer = peerOf(k, socket);
  if (how & Shut.Read) {
    socketReady(k, socket, PollEvent.In);
    if (peer) socketReady(k, peer, PollEvent.Out);
  }
  if (how & Shut.Write) {
    socketReady(k, socket, PollEvent.Out);
    if (peer) socketReady(k, peer, PollEvent.In);
  }
  return 0;
}

/** What waits to be accepted is closed, and the other end hears of it. */
function close(k: Kernel, socket: LocalSocket): void {
  for (const id of socket.waiting.splice(0)) removeSocket(k, k.state.net.sockets.get(id)!);
  releaseRing(k, socket.ring);
  socket.isBound = false;
  if (!isStream(socket)) return dropMessages(k, socket);
  const peer = peerOf(k, socket);
  if (!peer) return;
  peer.peer = 0;
  socketReady(k, peer, PollEvent.In | PollEvent.HangUp);
}

function poll(k: Kernel, socket: LocalSocket): number {
  const { state, waiting, ring, messages, shut } = socket;
  if (state === 'listening') return waiting.length > 0 ? PollEvent.In : 0;
  if (!isStream(socket)) return PollEvent.Out | (messages.length > 0 || shut & Shut.Read ? PollEvent.In : 0);
  const peer = peerOf(k, socket);
  if (state === 'idle' || !peer) return PollEvent.HangUp | (state === 'connected' ? PollEvent.In : 0);
  const isOver = (shut & Shut.Read) !== 0 || (peer.shut & Shut.Write) !== 0;
  const hasRoom = peer.ring.used < peer.ring.size || (shut & Shut.Write) !== 0;
  return (ring.used > 0 || isOver ? PollEvent.In : 0) | (hasRoom ? PollEvent.Out : 0);
}

export const localOperations: SocketOperations<LocalSocket> = {
  open(k, socket) {
    const { config } = k.state.settings;
    const size = Number(config.CONFIG_DEV_FIFO_SIZE);
    Object.assign(socket.options, { receiveBuffer: size, sendBuffer: size });
    Object.assign(socket, {
      ...{ path: '', isBound: false, state: 'idle', peer: 0, peerPath: '' },
      ...{ waiting: [], backlog: 0, ring: noRing(), messages: [], shut: 0 },
    });
    return 0;
  },
  bind,
  connect: (k, socket, address) =>
    isStream(socket) ? connectStream(k, socket, address) : connectDatagrams(k, socket, address),
  listen: (k, socket, backlog) => (isStream(socket) ? listenForStreams(k, socket, backlog) : -Errno.EOPNOTSUPP),
  accept: (k, socket, nonBlocking) => (isStream(socket) ? acceptStream(k, socket, nonBlocking) : -Errno.EOPNOTSUPP),
  send: (k, socket, message, nonBlocking) =>
    isStream(socket) ? sendBytes(k, socket, message, nonBlocking) : sendMessage(k, socket, message, nonBlocking),
  receive: (k, socket, message, nonBlocking) =>
    isStream(socket) ? receiveBytes(k, socket, message, nonBlocking) : receiveMessage(k, socket, message, nonBlocking),
  poll,
  shutdown,
  pair: (k, a, b) => (isStream(a) ? pairStreams(k, a, b) : pairDatagrams(k, a, b)),
  close,
  name: (_k, { path }) => localAddress(path),
  peer: (_k, { state, peerPath }) => (state === 'connected' ? localAddress(peerPath) : null),
  readable: (_k, socket) => (isStream(socket) ? socket.ring.used : (socket.messages[0]?.length ?? 0)),
};
