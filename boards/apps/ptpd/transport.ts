/** The sockets of a port: UDP over IPv4 (IEEE 1588-2008, annex D) or Ethernet frames (annex F), and where messages go. */
import type { Program, System } from '../../../kernel/binfmt/native';
import { get32, put16, put32, put48 } from '../../../kernel/net/bytes';
import { errnoName, Failure } from '../errors';
import { latin1 } from '../io';
import {
  AF_INET,
  endpointBytes,
  endpointOf,
  Option,
  SOCK_CLOEXEC,
  SOCK_DGRAM,
  SOCKADDR_SIZE,
  SOL_SOCKET,
} from '../net/socket';
import { ETHERTYPE_PTP, EVENT_PORT, GENERAL_PORT, GROUPS, MACS } from './addresses';
import { isEvent, isOfPeers, type MessageType } from './messages';
import type { Transport } from './options';
import { ADDRESS_SIZE, Room } from './room';
import { stampingFlags } from './stamps';

/** A port's sockets; over Ethernet it has one for both. */
export interface Sockets {
  event: number;
  general: number;
}

const AF_PACKET = 17;
const SO_TIMESTAMPING = 37;
const SOL_PACKET = 263;
const PACKET_ADD_MEMBERSHIP = 1;
const IPPROTO_IP = 0;
const Ip = { MulticastTtl: 18, MulticastLoop: 19, AddMembership: 20, DropMembership: 21 } as const;

const int = (value: number) => new Uint8Array(Int32Array.of(value).buffer);

/** What fails is said of the interface. */
function* must(sys: System, result: number, call: string, name: string): Program {
  if (result >= 0) return result;
  throw new Failure(`${name}: ${call} failed: ${errnoName(yield* sys.errno())}`);
}

function* set(sys: System, room: number, sd: number, level: number, option: number, value: Uint8Array): Program {
  yield* sys.store(room + Room.data, value);
  return yield* sys.setsockopt(sd, level, option, room + Room.data, value.length);
}

/**
 * Opens the sockets of a port.
 *
 * @param hardware stamps are the interface's; else the system's
 * @param oneStep the interface writes the time into Syncs
 * @throws {Failure} there is no such interface, the ports are taken, or it does not stamp like that
 */
export function* openSockets(
  sys: System,
  room: number,
  name: string,
  transport: Transport,
  hardware: boolean,
  oneStep: boolean,
): Program<Sockets> {
  const index = yield* sys.if_nametoindex(name);
  if (index === 0) throw new Failure(`${name}: there is no such interface`);
  const sockets = yield* openFor(sys, room, name, index, transport, int(stampingFlags(hardware)));
  if (hardware) {
    const stamping = yield* setStamping(sys, room, name, sockets.event, oneStep ? TX_ONESTEP_SYNC : TX_ON);
    yield* must(sys, stamping, 'SIOCSHWTSTAMP', name);
  }
  return sockets;
}

function* openFor(
  sys: System,
  room: number,
  name: string,
  index: number,
  transport: Transport,
  stamping: Uint8Array,
): Program<Sockets> {
  if (transport === 'l2') {
    const sd = yield* openPacket(sys, room, name, index);
    yield* must(sys, yield* set(sys, room, sd, SOL_SOCKET, SO_TIMESTAMPING, stamping), 'SO_TIMESTAMPING', name);
    return { event: sd, general: sd };
  }
  const event = yield* openDatagram(sys, room, name, index, EVENT_PORT);
  yield* must(sys, yield* set(sys, room, event, SOL_SOCKET, SO_TIMESTAMPING, stamping), 'SO_TIMESTAMPING', name);
  return { event, general: yield* openDatagram(sys, room, name, index, GENERAL_PORT) };
}

function* openDatagram(sys: System, room: number, name: string, index: number, port: number): Program {
  const sd = yield* must(sys, yield* sys.socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0), 'socket', name);
  yield* set(sys, room, sd, SOL_SOCKET, Option.ReuseAddress, int(1));
  yield* set(sys, room, sd, SOL_SOCKET, Option.BindToDevice, latin1(`${name}\0`));
  yield* sys.store(room + Room.to, endpointBytes({ address: 0, port }));
  yield* must(sys, yield* sys.bind(sd, room + Room.to, SOCKADDR_SIZE), 'bind', name);
  // They do not leave the network, and are nothing to ourselves.
  yield* set(sys, room, sd, IPPROTO_IP, Ip.MulticastTtl, int(1));
  yield* set(sys, room, sd, IPPROTO_IP, Ip.MulticastLoop, int(0));
  yield* must(sys, yield* changeGroups(sys, room, sd, index, Ip.AddMembership), 'IP_ADD_MEMBERSHIP', name);
  return sd;
}

/** Both groups, with struct ip_mreqn. */
function* changeGroups(sys: System, room: number, sd: number, index: number, option: number): Program {
  let result = 0;
  for (const group of GROUPS) {
    const request = new Uint8Array(12);
    put32(request, 0, group);
    request.set(int(index), 8);
    result = Math.min(result, yield* set(sys, room, sd, IPPROTO_IP, option, request));
  }
  return result;
}

/** Leaves the groups and joins them again, so that switches and routers hear of it once more. */
export function* rejoin(sys: System, room: number, name: string, { event, general }: Sockets): Program<void> {
  if (event === general) return;
  const index = yield* sys.if_nametoindex(name);
  for (const option of [Ip.DropMembership, Ip.AddMembership]) {
    for (const sd of [event, general]) yield* changeGroups(sys, room, sd, index, option);
  }
}

function* openPacket(sys: System, room: number, name: string, index: number): Program {
  const type = ((ETHERTYPE_PTP & 0xff) << 8) | (ETHERTYPE_PTP >> 8);
  const sd = yield* must(sys, yield* sys.socket(AF_PACKET, SOCK_DGRAM | SOCK_CLOEXEC, type), 'socket', name);
  const here = frameAddress(0);
  here.set(int(index), 4);
  yield* sys.store(room + Room.to, here);
  yield* must(sys, yield* sys.bind(sd, room + Room.to, ADDRESS_SIZE), 'bind', name);
  for (const mac of MACS) {
    // struct packet_mreq
    const request = new Uint8Array(16);
    request.set(int(index));
    request[6] = 6;
    put48(request, 8, mac);
    const added = yield* set(sys, room, sd, SOL_PACKET, PACKET_ADD_MEMBERSHIP, request);
    yield* must(sys, added, 'PACKET_ADD_MEMBERSHIP', name);
  }
  return sd;
}

/** struct sockaddr_ll, by the interface that the socket is bound to. */
function frameAddress(mac: number): Uint8Array {
  const bytes = new Uint8Array(ADDRESS_SIZE);
  bytes[0] = AF_PACKET;
  put16(bytes, 2, ETHERTYPE_PTP);
  bytes[11] = 6;
  put48(bytes, 12, mac);
  return bytes;
}

/** Bytes of a socket's address. */
export const addressSize = (transport: Transport): number => (transport === 'l2' ? ADDRESS_SIZE : SOCKADDR_SIZE);

/** Puts the addresses of multicast messages where {@link destination} finds them. */
export function* storeAddresses(sys: System, room: number, transport: Transport): Program<void> {
  const addresses =
    transport === 'l2'
      ? [...MACS, ...MACS].map(frameAddress)
      : [EVENT_PORT, GENERAL_PORT].flatMap((port) => GROUPS.map((address) => endpointBytes({ address, port })));
  for (const [i, address] of addresses.entries()) yield* sys.store(room + Room.to + ADDRESS_SIZE * i, address);
}

/** Where a multicast message goes, as the offset of its address in the room: those about the link stay on it. */
export const destination = (type: MessageType): number =>
  Room.to + ADDRESS_SIZE * ((isEvent(type) ? 0 : 2) + (isOfPeers(type) ? 1 : 0));

/** The room for the address of a unicast message. */
export const UNICAST = Room.to + 4 * ADDRESS_SIZE;

/** The address of one host. */
export const unicastAddress = (address: number, type: MessageType): Uint8Array =>
  endpointBytes({ address, port: isEvent(type) ? EVENT_PORT : GENERAL_PORT });

/** Who has sent what recvmsg has left in the room: an IPv4 address, or 0. */
export function* sender(sys: System, room: number): Program {
  const name = yield* sys.load(room + Room.name, 8);
  return name[0] === AF_INET ? get32(name, 4) : 0;
}

/** Whether an interface can be used now: its flags (IFF_UP, IFF_RUNNING), and over UDP its address. */
export function* isUsable(sys: System, room: number, name: string, sd: number, transport: Transport): Program<boolean> {
  const flags = yield* ask(sys, room, name, sd, SIOCGIFFLAGS);
  if (!flags || (flags[VALUE]! & USABLE) !== USABLE) return false;
  if (transport === 'l2') return true;
  const address = yield* ask(sys, room, name, sd, SIOCGIFADDR);
  return address !== null && endpointOf(address.subarray(VALUE)).address !== 0;
}

const SIOCSHWTSTAMP = 0x7b0;
/** struct hwtstamp_config: flags, what is done with frames that are sent, and which of those that come are stamped. */
const TX_ON = 1;
const TX_ONESTEP_SYNC = 2;
const FILTER_ALL = 1;

function* setStamping(sys: System, room: number, name: string, sd: number, sent: number): Program {
  const config = room + Room.control;
  yield* sys.store(config, new Uint8Array(Int32Array.of(0, sent, FILTER_ALL).buffer));
  const ifreq = ifreqOf(name);
  ifreq.set(int(config), VALUE);
  yield* sys.store(room + Room.data, ifreq);
  return yield* sys.ioctl(sd, SIOCSHWTSTAMP, room + Room.data);
}

const SIOCGIFFLAGS = 0x71b;
const SIOCGIFADDR = 0x701;
const IFF_UP = 1;
const IFF_RUNNING = 2;
const USABLE = IFF_UP | IFF_RUNNING;
/** struct ifreq: a name, an index, and what it is about. */
const VALUE = 20;
const IFREQ_SIZE = 36;

function ifreqOf(name: string): Uint8Array {
  const ifreq = new Uint8Array(IFREQ_SIZE);
  ifreq.set(latin1(name.slice(0, 15)));
  return ifreq;
}

/** struct ifreq as an ioctl has filled it in; null with errno. */
function* ask(sys: System, room: number, name: string, sd: number, request: number): Program<Uint8Array | null> {
  yield* sys.store(room + Room.data, ifreqOf(name));
  const result = yield* sys.ioctl(sd, request, room + Room.data);
  return result < 0 ? null : yield* sys.load(room + Room.data, IFREQ_SIZE);
}
