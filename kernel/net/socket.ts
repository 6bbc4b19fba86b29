/**
 * Sockets, as every protocol has them (NuttX: struct socket, struct sock_intf_s). A socket is an open file of the kind
 * `socket`, whose object is its number. What a protocol does is a table of functions, found by the socket's kind
 * (protocols.ts); the system calls of sys/socket.h are in calls.ts.
 */
import { Errno } from '../errno';
import { lookUpFile } from '../fs/file';
import { notifyPollers, PollEvent } from '../fs/poll';
import type { Kernel } from '../kernel';
import { allocate, release } from '../mm/heap';
import { protocolOf } from './protocols';
import { terminalReady } from './telnet';
import { createWaiters, wakeOnSocket, type SocketWaiters } from './wait';

/** Which table of functions a socket has. */
export type SocketKind = 'udp' | 'tcp' | 'icmp' | 'packet' | 'local';

/** What a socket is bound or connected to, as struct sockaddr and its kin have it (sockaddr.ts). */
export type SocketAddress =
  | { family: 'unspec' }
  | { family: 'inet'; address: number; port: number }
  | { family: 'local'; path: string }
  | { family: 'packet'; interfaceIndex: number; protocol: number; mac: number; packetType: number };

/** A socket, as all have it; each protocol adds its own ({@link SocketOperations.open}). */
export interface Socket {
  kind: SocketKind;
  id: number;
  /** Of what NuttX keeps of it, in the heap; nothing is written there. */
  heapAddress: number;
  /** PF_..., SOCK_... without its flags, IPPROTO_... of sys/socket.h and netinet/in.h. */
  domain: number;
  type: number;
  protocol: number;
  /** Errors that something that came in has caused, for the next call: SO_ERROR. */
  error: number;
  options: SocketOptions;
  waiters: SocketWaiters;
  /** Device of the terminal that a session of Telnet has made of it; null: it is just a socket. */
  terminal: string | null;
}

/** What setsockopt sets that protocols ask for. Times in ticks, 0 for no limit; sizes in bytes. */
export interface SocketOptions {
  reuseAddress: boolean;
  broadcast: boolean;
  keepAlive: boolean;
  /** SO_OOBINLINE */
  urgentInline: boolean;
  receiveTimeout: number;
  sendTimeout: number;
  receiveBuffer: number;
  sendBuffer: number;
  /** Seconds for which close waits at most, 0 to reset the connection; null: it does neither. */
  linger: number | null;
  /** SO_TIMESTAMP, SO_TIMESTAMPNS, and the SOF_TIMESTAMPING_... of SO_TIMESTAMPING. */
  timestamp: boolean;
  timestampNs: boolean;
  timestamping: number;
  /** SO_BINDTODEVICE: index of an interface, or 0. */
  device: number;
  /** IP_TTL, IP_TOS, IP_MULTICAST_TTL, IP_MULTICAST_IF (index, or 0), IP_MULTICAST_LOOP, IP_PKTINFO. */
  ttl: number;
  tos: number;
  multicastTtl: number;
  multicastInterface: number;
  multicastLoop: boolean;
  packetInfo: boolean;
}

/** What a send call has been given. Bytes are gathered from the board's memory when the protocol asks. */
export interface OutMessage {
  length: number;
  /** Copies bytes, from an offset on, out of the caller's buffers. */
  gather(from: number, to: number): Uint8Array;
  to: SocketAddress | null;
  /** MSG_... */
  flags: number;
  control: readonly ControlMessage[];
}

/** What a receive call has room for, and what it gets. */
export interface InMessage {
  room: number;
  /** Puts bytes into the caller's buffers at an offset. */
  scatter(at: number, bytes: Uint8Array): void;
  flags: number;
  /** Set by the protocol: who has sent it, MSG_... to be told (MSG_TRUNC), control messages. */
  from: SocketAddress | null;
  outFlags: number;
  control: ControlMessage[];
}

/** struct cmsghdr and its data. */
export interface ControlMessage {
  level: number;
  type: number;
  data: Uint8Array;
}

/**
 * What can be done with a protocol's sockets; a function that is missing gives EOPNOTSUPP. Each gives a result, a negated
 * errno, or BLOCKED: then it is called again when the wait is over, unless a signal or a limit ended it.
 */
export interface SocketOperations<S extends Socket = Socket> {
  /** The socket has come into being: 0, or a negated errno; then it is gone. */
  open(k: Kernel, socket: S): number;
  bind?(k: Kernel, socket: S, address: SocketAddress): number;
  connect?(k: Kernel, socket: S, address: SocketAddress, nonBlocking: boolean): number;
  listen?(k: Kernel, socket: S, backlog: number): number;
  /** The number of a new socket for the first connection that waits. */
  accept?(k: Kernel, socket: S, nonBlocking: boolean): number;
  send?(k: Kernel, socket: S, message: OutMessage, nonBlocking: boolean): number;
  receive?(k: Kernel, socket: S, message: InMessage, nonBlocking: boolean): number;
  /** Events of poll that hold now. */
  poll(k: Kernel, socket: S): number;
  /** `how` is of {@link Shut}. */
  shutdown?(k: Kernel, socket: S, how: number): number;
  /** Both have just come into being, and are connected from now on: socketpair. */
  pair?(k: Kernel, a: S, b: S): number;
  /** A task is about to close its last descriptor: BLOCKED as long as SO_LINGER has it wait. */
  linger?(k: Kernel, socket: S): number;
  /** Its last descriptor was closed. */
  close(k: Kernel, socket: S): void;
  /** Where it is bound to, and what it is connected to; null: it is not. */
  name(k: Kernel, socket: S): SocketAddress;
  peer?(k: Kernel, socket: S): SocketAddress | null;
  /** Bytes that the next read gives: FIONREAD. */
  readable?(k: Kernel, socket: S): number;
  /** Options of a level of its own (IPPROTO_TCP, say); undefined: it has no such option. */
  setOption?(k: Kernel, socket: S, level: number, option: number, value: Uint8Array): number | undefined;
  getOption?(k: Kernel, socket: S, level: number, option: number): Uint8Array | undefined;
  /** One of its {@link SocketOptions} was set. */
  optionsChanged?(k: Kernel, socket: S): void;
}

/** How of shutdown: bits. */
export const Shut = { Read: 1, Write: 2 } as const;

/** MSG_... of sys/socket.h. */
export const Message = {
  OutOfBand: 0x1, Peek: 0x2, ControlTruncated: 0x8, Truncated: 0x20, DontWait: 0x40, WaitAll: 0x100, ErrorQueue: 0x2000,
  NoSignal: 0x4000,
} as const; // prettier-ignore

/** Bytes that NuttX keeps of a socket: struct socket, and the connection's structure. */
const HEAP_SIZE = 192;

const defaults = (k: Kernel): SocketOptions => {
  const { config } = k.state.settings;
  return {
    ...{ reuseAddress: false, broadcast: false, keepAlive: false, urgentInline: false, linger: null },
    ...{ receiveTimeout: 0, sendTimeout: 0 },
    receiveBuffer: Number(config.CONFIG_NET_RECV_BUFSIZE),
    sendBuffer: Number(config.CONFIG_NET_SEND_BUFSIZE),
    ...{ timestamp: false, timestampNs: false, timestamping: 0, device: 0 },
    ...{ ttl: 64, tos: 0, multicastTtl: 1, multicastInterface: 0, multicastLoop: true, packetInfo: false },
  };
};

/** What can be done with a socket. */
export const operationsOf = ({ kind }: Socket): SocketOperations => protocolOf(kind);

/**
 * A socket comes into being; nobody has it open yet.
 *
 * @returns it, or -ENFILE: there are CONFIG_NSOCKET_DESCRIPTORS already; -ENOMEM: the heap has no room for it; or what its
 *   protocol says
 */
export function createSocket(
  k: Kernel,
  kind: SocketKind,
  domain: number,
  type: number,
  protocol: number,
): Socket | number {
  const { net, settings } = k.state;
  if (net.sockets.size >= Number(settings.config.CONFIG_NSOCKET_DESCRIPTORS)) return -Errno.ENFILE;
  const heapAddress = allocate(k, HEAP_SIZE);
  if (heapAddress === 0) return -Errno.ENOMEM;
  const id = net.nextSocket++;
  const base = { kind, id, heapAddress, domain, type, protocol, error: 0 };
  const socket: Socket = { ...base, options: defaults(k), waiters: createWaiters(), terminal: null };
  net.sockets.set(id, socket);
  const opened = protocolOf(kind).open(k, socket);
  if (opened >= 0) return socket;
  net.sockets.delete(id);
  release(k, heapAddress);
  return opened;
}

/** It is closed, and gone; whoever waits for it looks again, and finds that. */
export function removeSocket(k: Kernel, socket: Socket): void {
  operationsOf(socket).close(k, socket);
  socketReady(k, socket, PollEvent.HangUp);
  k.state.net.sockets.delete(socket.id);
  release(k, socket.heapAddress);
}

/** The socket of the running task's descriptor. -EBADF: not open; -ENOTSOCK: of something else. */
export function socketOf(k: Kernel, fd: number): Socket | number {
  const file = lookUpFile(k, fd);
  if (!file) return -Errno.EBADF;
  return file.kind === 'socket' ? k.state.net.sockets.get(file.object)! : -Errno.ENOTSOCK;
}

/** Events of poll have come: those who wait for them go on. */
export function socketReady(k: Kernel, socket: Socket, events: number): void {
  const isOver = (events & (PollEvent.Error | PollEvent.HangUp)) !== 0;
  if (isOver || events & PollEvent.In) wakeOnSocket(k, socket, ['receive', 'accept']);
  if (isOver || events & PollEvent.Out) wakeOnSocket(k, socket, ['send', 'connect']);
  notifyPollers(k, { kind: 'socket', object: socket.id }, events);
  if (socket.terminal !== null) terminalReady(k, socket.terminal);
}

/** What has come in has caused an error, of which the next call tells, and those that wait at once. */
export function failSocket(k: Kernel, socket: Socket, errno: number): void {
  socket.error = errno;
  socketReady(k, socket, PollEvent.Error);
}

/** The pending error of a socket, negated, which is told once; 0 for none. */
export function takeError(socket: Socket): number {
  const { error } = socket;
  socket.error = 0;
  return -error;
}
