/** getaddrinfo and its kin (NuttX: libs/libc/netdb/lib_getaddrinfo.c, lib_getnameinfo.c). Errors are EAI_... of netdb.h. */
import { BLOCKED, type Kernel } from '../../kernel';
import { allocate, release } from '../../mm/heap';
import { INADDR_ANY, INADDR_LOOPBACK, ipv4Text, parseIpv4 } from '../address';
import { put16, put32 } from '../bytes';
import { Domain, Type } from '../protocols';
import { loadSocketAddress } from '../sockaddr';
import { literalHost, type Host } from './hosts';
import { goOn, HostError, resolve, type Resolved } from './resolve';
import { findService } from './services';

export const AddressError = {
  TryAgain: 1, BadFlags: 2, Fail: 3, Family: 4, Memory: 5, NoName: 6, Service: 7, SocketType: 8, System: 9, Overflow: 10,
} as const; // prettier-ignore

const Flag = { Passive: 1, CanonicalName: 2, NumericHost: 4, NumericService: 8, All: 0x7f } as const;
const NameFlag = { NoFqdn: 1, NumericHost: 2, NameRequired: 4, NumericService: 8, Datagram: 32, All: 0x3f } as const;
/** struct addrinfo, behind which its struct sockaddr_in and the name stand. */
const Info = {
  flags: 0,
  family: 4,
  type: 8,
  protocol: 12,
  length: 16,
  address: 20,
  name: 24,
  next: 28,
  size: 32,
} as const;
const ADDRESS_SIZE = 16;
const MOST_PORT = 65_535;

interface Hints {
  flags: number;
  family: number;
  type: number;
  protocol: number;
}

function hintsAt({ memory }: Kernel, address: number): Hints {
  const field = (offset: number) => (address === 0 ? 0 : memory.load32(address + offset));
  return {
    flags: field(Info.flags),
    family: field(Info.family),
    type: field(Info.type),
    protocol: field(Info.protocol),
  };
}

/** EAI_BADFLAGS; EAI_FAMILY: there is IPv4 only; EAI_SOCKTYPE. */
function problemOf({ flags, family, type }: Hints): number {
  if (flags & ~Flag.All) return AddressError.BadFlags;
  if (family !== Domain.Unspec && family !== Domain.Inet) return AddressError.Family;
  return type === 0 || type === Type.Stream || type === Type.Datagram || type === Type.Raw
    ? 0
    : AddressError.SocketType;
}

/** The port of a number or a name; or a negated EAI_NONAME: no number; EAI_SERVICE: no such name. */
function portOf(text: string, { flags, type }: Hints): number {
  const number = /^\d{1,5}$/.test(text) ? Number(text) : -1;
  if (number >= 0 && number <= MOST_PORT) return number;
  if (flags & Flag.NumericService) return -AddressError.NoName;
  const protocol = type === Type.Stream ? 'tcp' : type === Type.Datagram ? 'udp' : null;
  return findService(text, protocol)?.port ?? -AddressError.Service;
}

/** One for each address, each a piece of the heap. EAI_MEMORY. */
function storeInfos(k: Kernel, host: Host, port: number, hints: Hints, result: number): number {
  const { memory } = k;
  const made: number[] = [];
  for (const address of host.addresses) {
    const at = allocate(k, Info.size + ADDRESS_SIZE + host.name.length + 1);
    if (at === 0) {
      made.forEach((each) => release(k, each));
      return AddressError.Memory;
    }
    const [sockaddr, name] = [at + Info.size, at + Info.size + ADDRESS_SIZE];
    const canonical = hints.flags & Flag.CanonicalName && made.length === 0 ? name : 0;
    const words = [hints.flags, Domain.Inet, hints.type, hints.protocol, ADDRESS_SIZE, sockaddr, canonical, 0];
    words.forEach((word, i) => memory.store32(at + 4 * i, word));
    const bytes = memory.slice(sockaddr, ADDRESS_SIZE).fill(0);
    bytes[0] = Domain.Inet;
    put16(bytes, 2, port);
    put32(bytes, 4, address);
    memory.storeString(name, host.name);
    const before = made.at(-1);
    if (before !== undefined) memory.store32(before + Info.next, at);
    made.push(at);
  }
  memory.store32(result, made[0]!);
  return 0;
}

const ofHostError: Readonly<Record<number, number>> = {
  [HostError.NotFound]: AddressError.NoName,
  [HostError.NoData]: AddressError.NoName,
  [HostError.NoRecovery]: AddressError.Fail,
  [HostError.TryAgain]: AddressError.TryAgain,
};

function answer(k: Kernel, found: Resolved, service: number, hints: Hints, result: number): number {
  if (found === BLOCKED) return BLOCKED;
  if ('error' in found) return ofHostError[found.error]!;
  return storeInfos(k, found, service === 0 ? 0 : portOf(k.memory.string(service), hints), hints, result);
}

/**
 * Socket addresses of a host and a service, each by name or number; one of them may be NULL. Without a host they are the
 * board's own: to bind to with AI_PASSIVE, else to connect to. `result` gets a list for freeaddrinfo.
 *
 * @returns 0, or EAI_BADFLAGS; EAI_FAMILY: not of IPv4; EAI_SOCKTYPE; EAI_NONAME: neither is given, nobody knows the host, or
 *   there is no number where the hints want one; EAI_SERVICE: no such service; EAI_AGAIN: no server answers, or a signal
 *   came; EAI_FAIL: the servers refuse; EAI_MEMORY
 */
export function getaddrinfo(k: Kernel, node: number, service: number, hintsAddress: number, result: number): number {
  const hints = hintsAt(k, hintsAddress);
  if ((node === 0 && service === 0) || result === 0) return AddressError.NoName;
  const problem = problemOf(hints);
  if (problem !== 0) return problem;
  const port = service === 0 ? 0 : portOf(k.memory.string(service), hints);
  if (port < 0) return -port;
  if (node === 0) {
    const own = hints.flags & Flag.Passive ? INADDR_ANY : INADDR_LOOPBACK;
    return storeInfos(k, literalHost(own), port, hints, result);
  }
  const name = k.memory.string(node);
  if (hints.flags & Flag.NumericHost && parseIpv4(name) === null) return AddressError.NoName;
  return answer(k, resolve(k, name), service, hints, result);
}

export const resumeGetaddrinfo = (k: Kernel, _node: number, service: number, hints: number, result: number): number =>
  answer(k, goOn(k), service, hintsAt(k, hints), result);

/** Gives back what getaddrinfo gave. */
export function freeaddrinfo(k: Kernel, first: number): number {
  for (let at = first; at !== 0;) {
    const next = k.memory.load32(at + Info.next);
    release(k, at);
    at = next;
  }
  return 0;
}

/** EAI_OVERFLOW: it does not fit. */
function storeName(k: Kernel, text: string, to: number, size: number): number {
  if (to === 0 || size === 0) return 0;
  if (text.length >= size >>> 0) return AddressError.Overflow;
  k.memory.storeString(to, text);
  return 0;
}

type NameArguments = [
  sa: number,
  saLength: number,
  node: number,
  nodeSize: number,
  service: number,
  serviceSize: number,
  flags: number,
];

function storeNames(k: Kernel, found: Resolved, ...args: NameArguments): number {
  if (found === BLOCKED) return BLOCKED;
  const [sa, saLength, node, nodeSize, service, serviceSize, flags] = args;
  const given = loadSocketAddress(k, sa, saLength);
  if (typeof given === 'number' || given.family !== 'inet') return AddressError.Family;
  if ('error' in found && flags & NameFlag.NameRequired) return AddressError.NoName;
  const full = 'error' in found || flags & NameFlag.NumericHost ? ipv4Text(given.address) : found.name;
  const name = flags & NameFlag.NoFqdn && !('error' in found) ? full.split('.')[0]! : full;
  const known = findService(given.port, flags & NameFlag.Datagram ? 'udp' : 'tcp');
  const port = flags & NameFlag.NumericService || !known ? String(given.port) : known.name;
  return storeName(k, name, node, nodeSize) || storeName(k, port, service, serviceSize);
}

/**
 * Names of a socket address's host, by the hosts file, and its service; numbers where there are none or the flags want them.
 *
 * @returns 0, or EAI_BADFLAGS; EAI_FAMILY: not of IPv4; EAI_NONAME: nothing is wanted, or the host has no name though
 *   NI_NAMEREQD; EAI_OVERFLOW: no room
 */
export function getnameinfo(k: Kernel, ...args: number[]): number {
  const [sa, saLength, node, , service, , flags] = args as NameArguments;
  if (flags & ~NameFlag.All) return AddressError.BadFlags;
  if (node === 0 && service === 0) return AddressError.NoName;
  const given = loadSocketAddress(k, sa, saLength);
  if (typeof given === 'number' || given.family !== 'inet') return AddressError.Family;
  const numeric = flags & NameFlag.NumericHost || node === 0;
  const found = numeric ? literalHost(given.address) : resolve(k, given.address);
  return storeNames(k, found, ...(args as NameArguments));
}

export const resumeGetnameinfo = (k: Kernel, ...args: number[]): number =>
  storeNames(k, goOn(k), ...(args as NameArguments));
