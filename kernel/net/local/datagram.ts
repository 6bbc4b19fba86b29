/** Local sockets of SOCK_DGRAM: what is sent to one is in its ring, which it has from the first message on. */
import { Errno } from '../../errno';
import { PollEvent } from '../../fs/poll';
import type { Kernel } from '../../kernel';
import { Message, Shut, socketReady, type InMessage, type OutMessage } from '../socket';
import { waitOnSocket, wakeOnSocket } from '../wait';
import { dropBytes, makeRing, peekBytes, putBytes } from './ring';
import { findBound, localAddress, localSockets, peerOf, type LocalSocket } from './socket';

/** Two sockets send to each other from now on. */
export function pairDatagrams(_k: Kernel, a: LocalSocket, b: LocalSocket): number {
  Object.assign(a, { state: 'connected', peer: b.id });
  Object.assign(b, { state: 'connected', peer: a.id });
  return 0;
}

/**
 * Sends a message, and waits until there is room for all of it.
 *
 * @returns bytes sent, or -EISCONN: it is connected, and yet somebody is named; -EDESTADDRREQ: nobody is; -ECONNREFUSED: he
 *   is gone, or hears somebody else; -EMSGSIZE: longer than there can be room for; -ENOMEM; -EPIPE: sending was shut down;
 *   -EAGAIN; -EOPNOTSUPP: MSG_OOB; and what {@link findBound} says
 */
export function sendMessage(k: Kernel, socket: LocalSocket, message: OutMessage, nonBlocking: boolean): number {
  const { to, length } = message;
  if (message.flags & Message.OutOfBand) return -Errno.EOPNOTSUPP;
  if (socket.shut & Shut.Write) return -Errno.EPIPE;
  if (to && socket.state === 'connected') return -Errno.EISCONN;
  if (!to && socket.state !== 'connected') return -Errno.EDESTADDRREQ;
  const receiver = to ? findBound(k, to, socket.type) : (peerOf(k, socket) ?? -Errno.ECONNREFUSED);
  if (typeof receiver === 'number') return receiver;
  if (receiver.state === 'connected' && receiver.peer !== socket.id) return -Errno.ECONNREFUSED;
  const { ring, options } = receiver;
  if (receiver.shut & Shut.Read) return -Errno.EPIPE;
  if (length > (ring.size || options.receiveBuffer)) return -Errno.EMSGSIZE;
  if (ring.address === 0 && !makeRing(k, ring, options.receiveBuffer)) return -Errno.ENOMEM;
  // Many that are empty fill it, too.
  const isFull = ring.used + length > ring.size || receiver.messages.length >= ring.size;
  if (isFull) return nonBlocking ? -Errno.EAGAIN : waitOnSocket(k, socket, 'send');
  putBytes(k, ring, message.gather(0, length));
  receiver.messages.push({ length, from: socket.path });
  socketReady(k, receiver, PollEvent.In);
  return length;
}

/**
 * Takes the next message, of which the rest is lost when there is not enough room.
 *
 * @returns bytes of it, with MSG_TRUNC all that it had, 0 when reading was shut down, or -EAGAIN
 */
export function receiveMessage(k: Kernel, socket: LocalSocket, message: InMessage, nonBlocking: boolean): number {
  const { ring, messages } = socket;
  const [first] = messages;
  if (!first) {
    if (socket.shut & Shut.Read) return 0;
    return nonBlocking ? -Errno.EAGAIN : waitOnSocket(k, socket, 'receive');
  }
  const { length, from } = first;
  const count = Math.min(message.room, length);
  message.scatter(0, peekBytes(k, ring, count));
  message.from = localAddress(from);
  if (count < length) message.outFlags |= Message.Truncated;
  if (!(message.flags & Message.Peek)) {
    messages.shift();
    dropBytes(ring, length);
    sendersGoOn(k);
  }
  return message.flags & Message.Truncated ? length : count;
}

/** The socket is closed: who waits to send to it finds that out. */
export function dropMessages(k: Kernel, socket: LocalSocket): void {
  socket.messages = [];
  sendersGoOn(k);
}

/** There is room somewhere: those look again who wait for some. */
function sendersGoOn(k: Kernel): void {
  for (const socket of localSockets(k)) wakeOnSocket(k, socket, ['send']);
}
