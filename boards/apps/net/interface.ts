/** Interfaces by their names, through the ioctls of a socket that is for nothing else (NuttX: apps/netutils/netlib). */
import type { Program, System } from '../../../kernel/binfmt/native';
import { get48, put48 } from '../../../kernel/net/bytes';
import { latin1, word } from '../io';
import { AF_INET, endpointBytes, endpointOf, SOCK_CLOEXEC, SOCK_DGRAM, SOCKADDR_SIZE } from './socket';

/** Of nuttx/net/ioctl.h. */
export const Interface = {
  GetAddress: 0x701, SetAddress: 0x702, GetRouter: 0x703, SetRouter: 0x704, GetNetmask: 0x707, SetNetmask: 0x708,
  GetHardware: 0x714, SetHardware: 0x715, SetFlags: 0x71a, GetFlags: 0x71b, SetMtu: 0x733,
} as const; // prettier-ignore

export const IFNAMSIZ = 16;
/** struct ifreq: behind the name and an index what it is about. */
const VALUE = 20;
const IFREQ_SIZE = VALUE + SOCKADDR_SIZE;
const ARPHRD_ETHER = 1;
export const IFF_UP = 1;

/** An ioctl on a socket, with `size` bytes that are given and stored; what is there afterwards, or null with errno. */
export function* controlNetwork(sys: System, request: number, given: Uint8Array): Program<Uint8Array | null> {
  const sd = yield* sys.socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (sd < 0) return null;
  const at = yield* sys.alloc(given.length);
  yield* sys.store(at, given);
  const result = yield* sys.ioctl(sd, request, at);
  yield* sys.close(sd);
  return result < 0 ? null : yield* sys.load(at, given.length);
}

/** What an interface has, or gets; null with errno. */
export function* controlInterface(
  sys: System,
  name: string,
  request: number,
  value: Uint8Array = new Uint8Array(SOCKADDR_SIZE),
): Program<Uint8Array | null> {
  const given = new Uint8Array(IFREQ_SIZE);
  given.set(latin1(name.slice(0, IFNAMSIZ - 1)));
  given.set(value, VALUE);
  return (yield* controlNetwork(sys, request, given))?.slice(VALUE) ?? null;
}

/** Address, router or netmask; null with errno. */
export function* interfaceAddress(sys: System, name: string, request: number): Program<number | null> {
  const bytes = yield* controlInterface(sys, name, request);
  return bytes && endpointOf(bytes).address;
}

/** False with errno. */
export function* setInterfaceAddress(sys: System, name: string, request: number, address: number): Program<boolean> {
  return (yield* controlInterface(sys, name, request, endpointBytes({ address, port: 0 }))) !== null;
}

/** struct sockaddr with an Ethernet address. */
export function hardwareBytes(mac: number): Uint8Array {
  const bytes = new Uint8Array(SOCKADDR_SIZE);
  bytes[0] = ARPHRD_ETHER;
  put48(bytes, 2, mac);
  return bytes;
}

/** Its Ethernet address; null with errno. */
export function* hardwareAddress(sys: System, name: string): Program<number | null> {
  const bytes = yield* controlInterface(sys, name, Interface.GetHardware);
  return bytes && get48(bytes, 2);
}

/** Flags of net/if.h; null with errno. */
export function* interfaceFlags(sys: System, name: string): Program<number | null> {
  const bytes = yield* controlInterface(sys, name, Interface.GetFlags);
  return bytes && word(bytes, 0);
}

/** Brings it up or down; false with errno. */
export function* setUp(sys: System, name: string, up: boolean): Program<boolean> {
  const flags = yield* interfaceFlags(sys, name);
  if (flags === null) return false;
  const bytes = new Uint8Array(SOCKADDR_SIZE);
  new DataView(bytes.buffer).setInt32(0, up ? flags | IFF_UP : flags & ~IFF_UP, true);
  return (yield* controlInterface(sys, name, Interface.SetFlags, bytes)) !== null;
}
