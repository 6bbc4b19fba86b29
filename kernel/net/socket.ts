/**
 * Sockets, as every protocol has them (NuttX: struct socket, struct sock_intf_s). A socket is an open file of the kind
 * `socket`, whose object is its number. What a protocol does is a table of functions, found by the socket's kind
 * (protocols.ts); the system calls of sys/socket.h are in calls.ts.
 */
import type { Kernel } from '../kernel';

/** Which table of functions a socket has. */
export type SocketKind = 'udp' | 'tcp' | 'icmp' | 'packet' | 'local';

/** What a socket is bound or connected to, as struct sockaddr and its kin have it (sockaddr.ts). */
export type SocketAddress =
  | { family: 'unspec' }
  | { family: 'inet'; address: number; port: number }
  | { family: 'local'; path: string }
  | { family: 'packet'; interfaceIndex: number; protocol: number; mac: number };

/** What every socket has; each protocol adds its own. */
export interface SocketBase {
  id: number;
  /** PF_..., SOCK_... without its flags, IPPROTO_... of sys/socket.h and netinet/in.h. */
  domain: number;
  type: number;
  protocol: number;
  /** Errors that something that came in has caused, for the next call: SO_ERROR. */
  error: number;
  options: SocketOptions;
}

/** What setsockopt sets that protocols ask for. Times in ticks, 0 for no limit; sizes in bytes. */
export interface SocketOptions {
  reuseAddress: boolean;
  broadcast: boolean;
  keepAlive: boolean;
  receiveTimeout: number;
  sendTimeout: number;
  receiveBuffer: number;
  sendBuffer: number;
  /** Seconds; null: close does not wait. */
  linger: number | null;
  /** SO_TIMESTAMP, and the SOF_TIMESTAMPING_... of SO_TIMESTAMPING. */
  timestamp: boolean;
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

/** A protocol's sockets; each adds its own, and this is their union: see the protocols' files. */
export interface Socket extends SocketBase {
  kind: SocketKind;
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
  /** SHUT_RD 0, SHUT_WR 1, SHUT_RDWR 2 */
  shutdown?(k: Kernel, socket: S, how: number): number;
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
}
