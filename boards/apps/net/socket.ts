/** Sockets, for native programs: numbers of sys/socket.h, addresses in the board's memory, and what programs do with both. */
import type { Program, System } from '../../../kernel/binfmt/native';
import { get16, get32, put16, put32 } from '../../../kernel/net/bytes';
import { errnoName, Failure } from '../errors';

export const AF_INET = 2;
export const SOCK_STREAM = 1;
export const SOCK_DGRAM = 2;
export const SOCK_CLOEXEC = 0o2000000;
export const IPPROTO_ICMP = 1;

export const SOL_SOCKET = 1;
/** Of the level SOL_SOCKET. */
export const Option = {
  Broadcast: 1,
  ReceiveTimeout: 10,
  ReuseAddress: 11,
  SendTimeout: 14,
  BindToDevice: 17,
} as const;

export const SHUT_WR = 2;
export const POLLIN = 1;
/** struct pollfd: descriptor, events, and those that have come. */
const POLLFD_SIZE = 24;
const Poll = { events: 4, revents: 8 } as const;

/** struct sockaddr_in. */
export const SOCKADDR_SIZE = 16;

export interface Endpoint {
  address: number;
  port: number;
}

/** The family's number is in the byte order of the CPU, the port and the address in that of the network. */
export function endpointBytes({ address, port }: Endpoint): Uint8Array {
  const bytes = new Uint8Array(SOCKADDR_SIZE);
  bytes[0] = AF_INET;
  put16(bytes, 2, port);
  put32(bytes, 4, address);
  return bytes;
}

export const endpointOf = (bytes: Uint8Array): Endpoint => ({ address: get32(bytes, 4), port: get16(bytes, 2) });

/** An endpoint on the program's stack; its address. */
export function* newEndpoint(sys: System, endpoint: Endpoint): Program {
  const at = yield* sys.alloc(SOCKADDR_SIZE);
  yield* sys.store(at, endpointBytes(endpoint));
  return at;
}

/** What a program says of the call that has just failed. */
export function* callFailed(sys: System, program: string, call: string): Program<Failure> {
  return new Failure(`${program}: ${call} failed: ${errnoName(yield* sys.errno())}`);
}

/** A socket of AF_INET that programs which are started do not get. Throws a Failure. */
export function* openSocket(sys: System, program: string, type: number, protocol = 0): Program {
  const sd = yield* sys.socket(AF_INET, type | SOCK_CLOEXEC, protocol);
  if (sd < 0) throw yield* callFailed(sys, program, 'socket');
  return sd;
}

/** An option of SOL_SOCKET that is an integer; errors are for who uses the socket. */
export function* setOption(sys: System, sd: number, option: number, value: number): Program<void> {
  const at = yield* sys.alloc(4);
  yield* sys.store32(at, value);
  yield* sys.setsockopt(sd, SOL_SOCKET, option, at, 4);
}

/** A limit of waits: struct timeval, whose seconds have 64 bits. */
export function* setTimeout(sys: System, sd: number, option: number, ms: number): Program<void> {
  const at = yield* sys.alloc(TIMEVAL_SIZE);
  yield* sys.store(at, new Uint8Array(TIMEVAL_SIZE));
  yield* sys.store32(at, Math.floor(ms / 1000));
  yield* sys.store32(at + 8, (ms % 1000) * 1000);
  yield* sys.setsockopt(sd, SOL_SOCKET, option, at, TIMEVAL_SIZE);
}

const TIMEVAL_SIZE = 16;

/** A socket that waits for connections at a port. Throws a Failure. */
export function* openListener(sys: System, program: string, port: number, backlog: number): Program {
  const sd = yield* openSocket(sys, program, SOCK_STREAM);
  yield* setOption(sys, sd, Option.ReuseAddress, 1);
  const here = yield* newEndpoint(sys, { address: 0, port });
  if ((yield* sys.bind(sd, here, SOCKADDR_SIZE)) < 0) throw yield* callFailed(sys, program, 'bind');
  if ((yield* sys.listen(sd, backlog)) < 0) throw yield* callFailed(sys, program, 'listen');
  return sd;
}

/** Waits until one of several can be read, or has ended, at most for so many ms; -1 for ever. Those; null with errno. */
export function* awaitReadable(sys: System, sds: readonly number[], ms: number): Program<number[] | null> {
  const fds = yield* sys.malloc(POLLFD_SIZE * sds.length);
  if (fds === 0) return null;
  yield* sys.store(fds, new Uint8Array(POLLFD_SIZE * sds.length));
  for (const [i, sd] of sds.entries()) {
    yield* sys.store32(fds + POLLFD_SIZE * i, sd);
    yield* sys.store32(fds + POLLFD_SIZE * i + Poll.events, POLLIN);
  }
  const count = yield* sys.poll(fds, sds.length, ms);
  const bytes = yield* sys.load(fds, POLLFD_SIZE * sds.length);
  yield* sys.free(fds);
  if (count < 0) return null;
  return sds.filter((_, i) => bytes[POLLFD_SIZE * i + Poll.revents] !== 0);
}

/** Sends all of it, from an address on; false with errno. */
export function* sendAll(sys: System, sd: number, from: number, length: number): Program<boolean> {
  for (let at = 0; at < length;) {
    const sent = yield* sys.send(sd, from + at, length - at, 0);
    if (sent < 0) return false;
    at += sent;
  }
  return true;
}
