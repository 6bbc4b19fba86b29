/** Sending and receiving (manual 2.11.6 to 2.11.9; NuttX: net/socket/send.c, recvfrom.c and their kin). */
import { cancelTimeout } from '../clock/timeout';
import { Errno } from '../errno';
import { isNonBlocking, lookUpFile, type OpenFile } from '../fs/file';
import { BLOCKED, running, type Kernel } from '../kernel';
import { sendToThread } from '../signal/send';
import { SIGPIPE } from '../signal/signo';
import { SigCode } from '../signal/state';
import type { Tcb } from '../state';
import { headerIn, headerOut, messageIn, messageOut, storeHeader } from './message';
import { storeSocketAddress } from './sockaddr';
import { Message, operationsOf, socketOf, type InMessage, type OutMessage } from './socket';

/** A call that may wait for a socket begins. */
export function beginWait(k: Kernel): void {
  Object.assign(running(k), { progress: 0, result: 0 });
}

/**
 * What a call gives whose wait was ended by something else than its socket; null: it is to look again. What it has done
 * before counts: bytes, of which the protocol has put the number into Tcb.progress.
 *
 * @param late what it gives when its time is over
 */
export function endedWait(k: Kernel, late: number = Errno.EAGAIN): number | null {
  const { result, progress } = running(k);
  if (result >= 0) return null;
  return progress || (result === -Errno.ETIMEDOUT ? -late : result);
}

/** The call gives something, if it need not wait: its limit is of no use any more. */
export function settle(k: Kernel, tcb: Tcb, result: number): number {
  if (result === BLOCKED) return BLOCKED;
  cancelTimeout(k, tcb);
  return result < 0 ? tcb.progress || result : result;
}

/** The open file of a socket's descriptor, or -EBADF, -ENOTSOCK. */
function fileFor(k: Kernel, fd: number): OpenFile | number {
  const socket = socketOf(k, fd);
  return typeof socket === 'number' ? socket : lookUpFile(k, fd)!;
}

/** Sends a message by a socket. A stream that nobody reads any more raises SIGPIPE, unless MSG_NOSIGNAL is said. */
export function sendBy(k: Kernel, file: OpenFile, message: OutMessage): number {
  const socket = k.state.net.sockets.get(file.object)!;
  const tcb = running(k);
  const { send, peer } = operationsOf(socket);
  if (!send) return -Errno.EOPNOTSUPP;
  if (message.to && socket.type === SOCK_STREAM && peer?.(k, socket)) return -Errno.EISCONN;
  const nonBlocking = isNonBlocking(file) || (message.flags & Message.DontWait) !== 0;
  const result = settle(k, tcb, send(k, socket, message, nonBlocking));
  if (result === -Errno.EPIPE && socket.type === SOCK_STREAM && !(message.flags & Message.NoSignal)) {
    sendToThread(k, tcb, { signo: SIGPIPE, code: SigCode.User, value: 0, pid: tcb.pid, status: 0 });
  }
  return result;
}

const SOCK_STREAM = 1;

/** Receives a message by a socket. */
export function receiveBy(k: Kernel, file: OpenFile, message: InMessage): number {
  const socket = k.state.net.sockets.get(file.object)!;
  const tcb = running(k);
  const { receive } = operationsOf(socket);
  if (!receive) return -Errno.EOPNOTSUPP;
  const nonBlocking = isNonBlocking(file) || (message.flags & Message.DontWait) !== 0;
  return settle(k, tcb, receive(k, socket, message, nonBlocking));
}

function sendOn(k: Kernel, fd: number, message: () => OutMessage | number): number {
  const file = fileFor(k, fd);
  if (typeof file === 'number') return file;
  const given = message();
  return typeof given === 'number' ? given : sendBy(k, file, given);
}

function receiveOn(
  k: Kernel,
  fd: number,
  message: () => InMessage | number,
  store: (message: InMessage) => void,
): number {
  const file = fileFor(k, fd);
  if (typeof file === 'number') return file;
  const given = message();
  if (typeof given === 'number') return given;
  const result = receiveBy(k, file, given);
  if (result >= 0) store(given);
  return result;
}

/** A call, and what it does when its wait is over. */
type Pair = readonly [call: (k: Kernel, ...args: number[]) => number, resume: (k: Kernel, ...args: number[]) => number];

const waiting = (go: (k: Kernel, ...args: number[]) => number): Pair => [
  (k, ...args) => {
    beginWait(k);
    return go(k, ...args);
  },
  (k, ...args) => endedWait(k) ?? go(k, ...args),
];

/**
 * Manual 2.11.6 and 2.11.7. Sends a message, or bytes of a stream, and waits for room. `to` may be null, and has to be for
 * what is connected.
 *
 * @returns the bytes sent, or -EBADF; -ENOTSOCK; -EFAULT: no buffer; -EINVAL: an address that is too short; -EAFNOSUPPORT:
 *   one of another family; -EAGAIN: no room, and it does not wait, or no longer; -EDESTADDRREQ, -ENOTCONN: to nobody;
 *   -EISCONN: to somebody, though it is connected; -EMSGSIZE: too long for one message; -EOPNOTSUPP: flags that the
 *   protocol does not have; -EPIPE: sending was shut down; -ECONNRESET; -ECONNREFUSED: nobody got what was sent before;
 *   -ENETUNREACH: there is no way; -EACCES: to everybody, without SO_BROADCAST; -ENOBUFS: no room for all its fragments;
 *   -EINTR: a signal came before anything was sent
 */
export const [sendto, resumeSendto] = waiting((k, fd, data, length, flags, to, toLength) =>
  sendOn(k, fd, () => messageOut(k, data, length, flags, to, toLength)),
);

/** Manual 2.11.6. As {@link sendto} to whom the socket is connected to. */
export const [send, resumeSend] = waiting((k, fd, data, length, flags) =>
  sendOn(k, fd, () => messageOut(k, data, length, flags, 0, 0)),
);

/** As {@link sendto}, with a struct msghdr. -EINVAL: control messages that make no sense; -EMSGSIZE: too many buffers. */
export const [sendmsg, resumeSendmsg] = waiting((k, fd, header, flags) =>
  sendOn(k, fd, () => headerOut(k, header, flags)),
);

/**
 * Manual 2.11.9. Receives a message, or bytes of a stream, and waits for it; `from`, which may be null, gets who has sent it.
 *
 * @returns the bytes received, 0 when nothing comes any more, or -EBADF; -ENOTSOCK; -EFAULT: no buffer; -EINVAL: an address
 *   is wanted, but no length is given; -EAGAIN: nothing there, and it does not wait, or no longer; -ENOTCONN; -ECONNREFUSED:
 *   nobody got what was sent before; -EINTR: a signal came before there was anything
 */
export const [recvfrom, resumeRecvfrom] = waiting((k, fd, data, length, flags, from, fromLength) => {
  const file = fileFor(k, fd);
  if (typeof file === 'number') return file;
  if (from !== 0 && fromLength === 0) return -Errno.EINVAL;
  return receiveOn(
    k,
    fd,
    () => messageIn(k, data, length, flags),
    (message) => {
      if (message.from) storeSocketAddress(k, message.from, from, fromLength);
      else if (from !== 0) k.memory.store32(fromLength, 0);
    },
  );
});

/** Manual 2.11.8. As {@link recvfrom}, from whomever. */
export const [recv, resumeRecv] = waiting((k, fd, data, length, flags) =>
  receiveOn(
    k,
    fd,
    () => messageIn(k, data, length, flags),
    () => {},
  ),
);

/** As {@link recvfrom}, with a struct msghdr, which gets control messages and flags, too. */
export const [recvmsg, resumeRecvmsg] = waiting((k, fd, header, flags) =>
  receiveOn(
    k,
    fd,
    () => headerIn(k, header, flags),
    (message) => storeHeader(k, header, message),
  ),
);
