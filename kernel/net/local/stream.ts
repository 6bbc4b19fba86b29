/** Local sockets of SOCK_STREAM: each end has a ring, which the other end fills. */
import { Errno } from '../../errno';
import { PollEvent } from '../../fs/poll';
import { running, type Kernel } from '../../kernel';
import {
  createSocket,
  Message,
  removeSocket,
  Shut,
  socketReady,
  type InMessage,
  type OutMessage,
  type SocketAddress,
} from '../socket';
import { waitOnSocket } from '../wait';
import { dropBytes, makeRing, peekBytes, putBytes, releaseRing } from './ring';
import { findBound, peerOf, type LocalSocket } from './socket';

/** -EOPNOTSUPP: it is bound to no name, as NuttX has it; -EINVAL: it is connected. */
export function listenForStreams(_k: Kernel, socket: LocalSocket, backlog: number): number {
  if (socket.state === 'connected') return -Errno.EINVAL;
  if (socket.path === '') return -Errno.EOPNOTSUPP;
  socket.state = 'listening';
  socket.backlog = Math.max(1, backlog);
  return 0;
}

/**
 * Connects to a socket that listens; that the other side accepts is not waited for.
 *
 * @returns 0, or -EISCONN; -EINVAL: it listens itself; -ECONNREFUSED: nobody listens there, or too many wait to be accepted;
 *   -ENOMEM; and what {@link findBound} says
 */
export function connectStream(k: Kernel, socket: LocalSocket, address: SocketAddress): number {
  if (socket.state !== 'idle') return socket.state === 'connected' ? -Errno.EISCONN : -Errno.EINVAL;
  const server = findBound(k, address, socket.type);
  if (typeof server === 'number') return server;
  if (server.state !== 'listening' || server.waiting.length >= server.backlog) return -Errno.ECONNREFUSED;
  const accepted = createSocket(k, 'local', socket.domain, socket.type, socket.protocol) as LocalSocket | number;
  if (typeof accepted === 'number') return -Errno.ENOMEM;
  accepted.path = server.path;
  if (pairStreams(k, socket, accepted) < 0) {
    removeSocket(k, accepted);
    return -Errno.ENOMEM;
  }
  server.waiting.push(accepted.id);
  socketReady(k, server, PollEvent.In);
  return 0;
}

/** -EINVAL: it does not listen; -EAGAIN. */
export function acceptStream(k: Kernel, socket: LocalSocket, nonBlocking: boolean): number {
  if (socket.state !== 'listening') return -Errno.EINVAL;
  const first = socket.waiting.shift();
  return first ?? (nonBlocking ? -Errno.EAGAIN : waitOnSocket(k, socket, 'accept'));
}

/** Two sockets are each other's ends from now on. -ENOMEM: the heap has no room for what comes. */
export function pairStreams(k: Kernel, a: LocalSocket, b: LocalSocket): number {
  if (!makeRing(k, a.ring, a.options.receiveBuffer)) return -Errno.ENOMEM;
  if (!makeRing(k, b.ring, b.options.receiveBuffer)) {
    releaseRing(k, a.ring);
    return -Errno.ENOMEM;
  }
  connectTo(a, b);
  connectTo(b, a);
  return 0;
}

function connectTo(socket: LocalSocket, { id, path }: LocalSocket): void {
  Object.assign(socket, { state: 'connected', peer: id, peerPath: path });
}

/**
 * Sends all of it, and waits for room; how much has gone so far is in Tcb.progress.
 *
 * @returns bytes sent, fewer with O_NONBLOCK, or -ENOTCONN; -EISCONN: it is connected, and yet somebody is named;
 *   -EPIPE: nobody reads any more; -EAGAIN; -EOPNOTSUPP: MSG_OOB
 */
export function sendBytes(k: Kernel, socket: LocalSocket, message: OutMessage, nonBlocking: boolean): number {
  const tcb = running(k);
  if (message.flags & Message.OutOfBand) return -Errno.EOPNOTSUPP;
  if (socket.state !== 'connected') return -Errno.ENOTCONN;
  if (message.to) return -Errno.EISCONN;
  const peer = peerOf(k, socket);
  if (!peer || socket.shut & Shut.Write || peer.shut & Shut.Read) return tcb.progress || -Errno.EPIPE;
  const room = Math.min(peer.ring.size - peer.ring.used, message.length - tcb.progress);
  if (room > 0) {
    putBytes(k, peer.ring, message.gather(tcb.progress, tcb.progress + room));
    tcb.progress += room;
    socketReady(k, peer, PollEvent.In);
  }
  if (tcb.progress === message.length) return message.length;
  const waits = nonBlocking ? -Errno.EAGAIN : waitOnSocket(k, socket, 'send');
  return waits === -Errno.EAGAIN ? tcb.progress || waits : waits;
}

/**
 * Takes what there is, with MSG_WAITALL all that was asked for.
 *
 * @returns bytes, 0 when there will be none any more, or -ENOTCONN; -EAGAIN
 */
export function receiveBytes(k: Kernel, socket: LocalSocket, message: InMessage, nonBlocking: boolean): number {
  const tcb = running(k);
  const { ring } = socket;
  if (socket.state !== 'connected') return -Errno.ENOTCONN;
  const peer = peerOf(k, socket);
  const isPeek = (message.flags & Message.Peek) !== 0;
  const done = isPeek ? 0 : tcb.progress;
  const count = socket.shut & Shut.Read ? 0 : Math.min(message.room - done, ring.used);
  if (count > 0) {
    message.scatter(done, peekBytes(k, ring, count));
    if (isPeek) return count;
    dropBytes(ring, count);
    tcb.progress += count;
    if (peer) socketReady(k, peer, PollEvent.Out);
  }
  const isOver = !peer || (peer.shut & Shut.Write) !== 0 || (socket.shut & Shut.Read) !== 0;
  const isEnough = tcb.progress === message.room || (tcb.progress > 0 && !(message.flags & Message.WaitAll));
  if (isEnough || isOver) return tcb.progress;
  const waits = nonBlocking ? -Errno.EAGAIN : waitOnSocket(k, socket, 'receive');
  return waits === -Errno.EAGAIN ? tcb.progress || waits : waits;
}
