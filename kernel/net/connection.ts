/** Making sockets and connecting them (manual 2.11.1 to 2.11.5; NuttX: net/socket/socket.c, bind.c, connect.c, listen.c, accept.c). */
import { Errno } from '../errno';
import { allocateDescriptor, createFile, discardFile, isNonBlocking, closeDescriptor, lookUpFile } from '../fs/file';
import { O_CLOEXEC, O_NONBLOCK, O_RDWR } from '../fs/openflags';
import { running, type Kernel } from '../kernel';
import { groupOf } from '../sched/group';
import { kindOf } from './protocols';
import { loadSocketAddress, storeSocketAddress } from './sockaddr';
import { createSocket, operationsOf, removeSocket, Shut, socketOf, type Socket } from './socket';
import { beginWait, endedWait, settle } from './transfer';

/** SOCK_CLOEXEC and SOCK_NONBLOCK are the flags of open. */
const FLAGS = O_CLOEXEC | O_NONBLOCK;
const TYPE_MASK = 0xf;

/** A descriptor of the running task for a socket that has none. -EMFILE: it has too many; the socket is gone then. */
function installSocket(k: Kernel, { id, domain, type, protocol }: Socket, flags: number): number {
  const path = `socket:[domain ${domain}, type ${type}, proto ${protocol}]`;
  const file = createFile(k, 'socket', id, O_RDWR | flags, path);
  const fd = allocateDescriptor(k, groupOf(k, running(k)), file, (flags & O_CLOEXEC) !== 0);
  if (fd < 0) discardFile(k, file);
  return fd;
}

function makeSocket(k: Kernel, domain: number, type: number, protocol: number): Socket | number {
  if (k.state.settings.config.CONFIG_NET !== true) return -Errno.EAFNOSUPPORT;
  if (type & ~(FLAGS | TYPE_MASK)) return -Errno.EINVAL;
  const kind = kindOf(domain, type & TYPE_MASK, protocol);
  return typeof kind === 'number' ? kind : createSocket(k, kind, domain, type & TYPE_MASK, protocol);
}

/**
 * Manual 2.11.1. Makes a socket, and gives a descriptor of it. SOCK_CLOEXEC and SOCK_NONBLOCK may be given with the type.
 *
 * @returns the descriptor, or -EAFNOSUPPORT: no such domain; -EINVAL: a type with other flags; -EPROTONOSUPPORT: no such
 *   type in the domain, or no such protocol of that type; -EMFILE: the task has too many descriptors; -ENFILE: the board
 *   has CONFIG_NSOCKET_DESCRIPTORS sockets; -ENOMEM: the heap is full
 */
export function socket(k: Kernel, domain: number, type: number, protocol: number): number {
  const made = makeSocket(k, domain, type, protocol);
  return typeof made === 'number' ? made : installSocket(k, made, type & FLAGS);
}

/**
 * Makes two sockets that are connected to each other, and stores their descriptors.
 *
 * @returns 0, or -EFAULT: nowhere to store them; -EOPNOTSUPP: the domain cannot; and as {@link socket}
 */
export function socketpair(k: Kernel, domain: number, type: number, protocol: number, fds: number): number {
  if (fds === 0) return -Errno.EFAULT;
  const a = makeSocket(k, domain, type, protocol);
  if (typeof a === 'number') return a;
  const b = makeSocket(k, domain, type, protocol);
  const { pair } = operationsOf(a);
  const paired = typeof b === 'number' ? b : pair ? pair(k, a, b) : -Errno.EOPNOTSUPP;
  if (typeof b === 'number' || paired < 0) {
    removeSocket(k, a);
    if (typeof b !== 'number') removeSocket(k, b);
    return paired;
  }
  const first = installSocket(k, a, type & FLAGS);
  if (first < 0) {
    removeSocket(k, b);
    return first;
  }
  const second = installSocket(k, b, type & FLAGS);
  if (second < 0) {
    closeDescriptor(k, groupOf(k, running(k)), first);
    return second;
  }
  k.memory.store32(fds, first);
  k.memory.store32(fds + 4, second);
  return 0;
}

/**
 * Manual 2.11.2. Gives a socket its own address.
 *
 * @returns 0, or -EBADF; -ENOTSOCK; -EFAULT: no address; -EAFNOSUPPORT: of another family; -EINVAL: too short, or it has one
 *   already; -EADDRINUSE: another socket has it; -EADDRNOTAVAIL: none of the board's; -EOPNOTSUPP: it cannot have one
 */
export function bind(k: Kernel, fd: number, address: number, length: number): number {
  const found = socketOf(k, fd);
  if (typeof found === 'number') return found;
  const given = loadSocketAddress(k, address, length);
  if (typeof given === 'number') return given;
  return operationsOf(found).bind?.(k, found, given) ?? -Errno.EOPNOTSUPP;
}

function connectOn(k: Kernel, fd: number, address: number, length: number): number {
  const found = socketOf(k, fd);
  if (typeof found === 'number') return found;
  const given = loadSocketAddress(k, address, length);
  if (typeof given === 'number') return given;
  const tcb = running(k);
  const connectTo = operationsOf(found).connect;
  if (!connectTo) return -Errno.EOPNOTSUPP;
  return settle(k, tcb, connectTo(k, found, given, isNonBlocking(lookUpFile(k, fd)!)));
}

/**
 * Manual 2.11.3. Connects a socket: a stream by asking the other side, anything else by remembering whom it talks to, which
 * AF_UNSPEC makes it forget.
 *
 * @returns 0, or -EBADF; -ENOTSOCK; -EFAULT: no address; -EAFNOSUPPORT: of another family; -EINVAL: too short; -EACCES: to
 *   everybody, without SO_BROADCAST; -EADDRINUSE; -EAGAIN: no port is free; -EALREADY, -EINPROGRESS: it does not wait for
 *   the answer; -ECONNREFUSED; -EISCONN; -ENETUNREACH; -ETIMEDOUT; -EINTR: a signal came; it goes on connecting
 */
export function connect(k: Kernel, fd: number, address: number, length: number): number {
  beginWait(k);
  return connectOn(k, fd, address, length);
}

export function resumeConnect(k: Kernel, fd: number, address: number, length: number): number {
  return endedWait(k, Errno.ETIMEDOUT) ?? connectOn(k, fd, address, length);
}

/**
 * Manual 2.11.4. Lets others connect to a stream; `backlog` of them wait for accept at most.
 *
 * @returns 0, or -EBADF; -ENOTSOCK; -EADDRINUSE: another socket listens there; -EOPNOTSUPP: it is no stream
 */
export function listen(k: Kernel, fd: number, backlog: number): number {
  const found = socketOf(k, fd);
  if (typeof found === 'number') return found;
  return operationsOf(found).listen?.(k, found, backlog) ?? -Errno.EOPNOTSUPP;
}

function acceptOn(k: Kernel, fd: number, address: number, lengthAt: number, flags: number): number {
  const found = socketOf(k, fd);
  if (typeof found === 'number') return found;
  if (flags & ~FLAGS) return -Errno.EINVAL;
  if (address !== 0 && lengthAt === 0) return -Errno.EFAULT;
  const tcb = running(k);
  const { accept: acceptNext } = operationsOf(found);
  if (!acceptNext) return -Errno.EOPNOTSUPP;
  const id = settle(k, tcb, acceptNext(k, found, isNonBlocking(lookUpFile(k, fd)!)));
  if (id < 0) return id;
  const accepted = k.state.net.sockets.get(id)!;
  const peer = operationsOf(accepted).peer?.(k, accepted);
  const made = installSocket(k, accepted, flags);
  if (made >= 0) storeSocketAddress(k, peer ?? { family: 'unspec' }, address, lengthAt);
  return made;
}

/**
 * Manual 2.11.5. Waits until somebody connects, and gives a descriptor of a new socket that is connected to him; `address`,
 * which may be null, gets who it is.
 *
 * @returns the descriptor, or -EBADF; -ENOTSOCK; -EOPNOTSUPP: it is no stream; -EINVAL: it does not listen; -EFAULT: no length
 *   for the address; -EAGAIN: nobody is there, and it does not wait, or no longer; -EINTR; -ECONNABORTED: he has gone again;
 *   -EMFILE: the task has too many descriptors; the connection is closed then; -ENFILE, -ENOMEM as {@link socket}
 */
export const accept = (k: Kernel, fd: number, address: number, lengthAt: number): number =>
  accept4(k, fd, address, lengthAt, 0);

export const resumeAccept = (k: Kernel, fd: number, address: number, lengthAt: number): number =>
  resumeAccept4(k, fd, address, lengthAt, 0);

/** As {@link accept}, with SOCK_CLOEXEC and SOCK_NONBLOCK for the new one. -EINVAL: another flag. */
export function accept4(k: Kernel, fd: number, address: number, lengthAt: number, flags: number): number {
  beginWait(k);
  return acceptOn(k, fd, address, lengthAt, flags);
}

export function resumeAccept4(k: Kernel, fd: number, address: number, lengthAt: number, flags: number): number {
  return endedWait(k) ?? acceptOn(k, fd, address, lengthAt, flags);
}

/**
 * Ends receiving (SHUT_RD), sending (SHUT_WR), or both.
 *
 * @returns 0, or -EBADF; -ENOTSOCK; -EINVAL: neither; -ENOTCONN; -EOPNOTSUPP: it cannot
 */
export function shutdown(k: Kernel, fd: number, how: number): number {
  const found = socketOf(k, fd);
  if (typeof found === 'number') return found;
  if (how < Shut.Read || how > (Shut.Read | Shut.Write)) return -Errno.EINVAL;
  return operationsOf(found).shutdown?.(k, found, how) ?? -Errno.EOPNOTSUPP;
}

/** Stores the address that a socket has. -EBADF; -ENOTSOCK; -EFAULT: nowhere to store it. */
export function getsockname(k: Kernel, fd: number, address: number, lengthAt: number): number {
  const found = socketOf(k, fd);
  if (typeof found === 'number') return found;
  if (address === 0 || lengthAt === 0) return -Errno.EFAULT;
  storeSocketAddress(k, operationsOf(found).name(k, found), address, lengthAt);
  return 0;
}

/** The same of the one that it is connected to. -ENOTCONN: it is not. */
export function getpeername(k: Kernel, fd: number, address: number, lengthAt: number): number {
  const found = socketOf(k, fd);
  if (typeof found === 'number') return found;
  if (address === 0 || lengthAt === 0) return -Errno.EFAULT;
  const peer = operationsOf(found).peer?.(k, found);
  if (!peer) return -Errno.ENOTCONN;
  storeSocketAddress(k, peer, address, lengthAt);
  return 0;
}
