/** A client of DHCP: gets an address for an interface, and keeps it (NuttX: apps/netutils/dhcpc). */
import type { Program, System } from '../../../kernel/binfmt/native';
import { INADDR_BROADCAST } from '../../../kernel/net/address';
import { latin1 } from '../io';
import { microseconds, TIMESPEC_SIZE } from './clock';
import {
  CLIENT_PORT,
  clientMessage,
  LONGEST,
  MessageType,
  parseServerMessage,
  SERVER_PORT,
  type ClientMessage,
  type ServerMessage,
} from './dhcp';
import { hardwareAddress, Interface, interfaceAddress, setInterfaceAddress, setUp } from './interface';
import { setNameServer } from './resolve';
import {
  awaitReadable,
  endpointBytes,
  endpointOf,
  newEndpoint,
  AF_INET,
  Option,
  setOption,
  SOCK_CLOEXEC,
  SOCK_DGRAM,
  SOCKADDR_SIZE,
  SOL_SOCKET,
} from './socket';

/** How long a server has for an answer, and how often it is asked (NuttX: CONFIG_NETUTILS_DHCPC_...). */
const ANSWER_MS = 3000;
const TRIES = 3;

export interface Lease {
  address: number;
  server: number;
  /** Seconds from when it was given; Infinity is not plain text, so a lease for ever is one of 136 years. */
  lease: number;
  renewal: number;
  rebinding: number;
}

const FOR_EVER = 0xffff_ffff;

/** A socket for what goes between an interface and servers; negative with errno. */
function* openClient(sys: System, device: string): Program {
  const sd = yield* sys.socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (sd < 0) return sd;
  yield* setOption(sys, sd, Option.Broadcast, 1);
  yield* setOption(sys, sd, Option.ReuseAddress, 1);
  const name = yield* sys.alloc(device.length + 1);
  yield* sys.store(name, latin1(`${device}\0`));
  yield* sys.setsockopt(sd, SOL_SOCKET, Option.BindToDevice, name, device.length + 1);
  const here = yield* newEndpoint(sys, { address: 0, port: CLIENT_PORT });
  if ((yield* sys.bind(sd, here, SOCKADDR_SIZE)) === 0) return sd;
  yield* sys.close(sd);
  return -1;
}

/** What an exchange needs of memory. */
const Room = {
  message: 0,
  endpoint: LONGEST,
  length: LONGEST + SOCKADDR_SIZE,
  clock: LONGEST + 2 * SOCKADDR_SIZE,
} as const;
const ROOM_SIZE = Room.clock + TIMESPEC_SIZE;

/** Sends a message and waits for an answer to it of one of the types; null when there is none in time. */
function* exchange(
  sys: System,
  sd: number,
  to: number,
  message: ClientMessage,
  types: readonly number[],
): Program<ServerMessage | null> {
  const room = yield* sys.malloc(ROOM_SIZE);
  if (room === 0) return null;
  const bytes = clientMessage(message);
  const [endpoint, clock] = [room + Room.endpoint, room + Room.clock];
  yield* sys.store(room, bytes);
  yield* sys.store(endpoint, endpointBytes({ address: to, port: SERVER_PORT }));
  const isSent = (yield* sys.sendto(sd, room, bytes.length, 0, endpoint, SOCKADDR_SIZE)) >= 0;
  const end = (yield* microseconds(sys, clock)) + 1000 * ANSWER_MS;
  let answer: ServerMessage | null = null;
  while (isSent && !answer) {
    const left = Math.floor((end - (yield* microseconds(sys, clock))) / 1000);
    const ready = left > 0 ? yield* awaitReadable(sys, [sd], left) : null;
    if (ready === null || ready.length === 0) break;
    yield* sys.store32(room + Room.length, SOCKADDR_SIZE);
    const count = yield* sys.recvfrom(sd, room, LONGEST, 0, endpoint, room + Room.length);
    if (count < 0) break;
    const read = parseServerMessage(yield* sys.load(room, count));
    if (!read || read.xid !== message.xid || read.mac !== message.mac || !types.includes(read.type)) continue;
    answer = read;
    if (read.server === 0) read.server = endpointOf(yield* sys.load(endpoint, SOCKADDR_SIZE)).address;
  }
  yield* sys.free(room);
  return answer;
}

/** The client's part of an exchange whose number nobody else has. */
function* newMessage(sys: System, device: string): Program<ClientMessage | null> {
  const mac = yield* hardwareAddress(sys, device);
  if (mac === null) return null;
  const xid = (yield* sys.arc4random()) >>> 0;
  return { type: MessageType.Discover, xid, mac, address: 0, requested: 0, server: 0, broadcast: true };
}

/** Asks whoever is there for an address, and gives it to the interface, which else keeps its own; null: nobody answers. */
export function* obtainLease(sys: System, device: string): Program<Lease | null> {
  if (!(yield* setUp(sys, device, true))) return null;
  const before = yield* interfaceAddress(sys, device, Interface.GetAddress);
  yield* setInterfaceAddress(sys, device, Interface.SetAddress, 0);
  const message = yield* newMessage(sys, device);
  const sd = yield* openClient(sys, device);
  const answer = message && sd >= 0 ? yield* discover(sys, sd, message) : null;
  if (sd >= 0) yield* sys.close(sd);
  if (answer) return yield* take(sys, device, answer);
  if (before) yield* setInterfaceAddress(sys, device, Interface.SetAddress, before);
  return null;
}

function* discover(sys: System, sd: number, message: ClientMessage): Program<ServerMessage | null> {
  for (let i = 0; i < TRIES; i++) {
    const offer = yield* exchange(sys, sd, INADDR_BROADCAST, message, [MessageType.Offer]);
    if (!offer) continue;
    const { address: requested, server } = offer;
    const request = { ...message, type: MessageType.Request, requested, server };
    for (let j = 0; j < TRIES; j++) {
      const answer = yield* exchange(sys, sd, INADDR_BROADCAST, request, [MessageType.Ack, MessageType.Nak]);
      if (answer?.type === MessageType.Ack) return answer;
      if (answer) break;
    }
  }
  return null;
}

/**
 * Asks for more time: the server that gave the address, or by broadcast anyone. Null: nobody has said yes; `refused` when
 * the address is no longer to be used.
 */
export function* extendLease(
  sys: System,
  device: string,
  lease: Lease,
  anyone: boolean,
): Program<Lease | null | 'refused'> {
  const message = yield* newMessage(sys, device);
  const sd = yield* openClient(sys, device);
  if (!message || sd < 0) return null;
  const request = { ...message, type: MessageType.Request, address: lease.address, broadcast: false };
  const to = anyone ? INADDR_BROADCAST : lease.server;
  const answer = yield* exchange(sys, sd, to, request, [MessageType.Ack, MessageType.Nak]);
  yield* sys.close(sd);
  if (answer?.type === MessageType.Nak) return 'refused';
  return answer && (yield* take(sys, device, answer));
}

/** The interface has what a server gave it. */
function* take(sys: System, device: string, answer: ServerMessage): Program<Lease> {
  const { address, netmask, router, dns, server } = answer;
  yield* setInterfaceAddress(sys, device, Interface.SetAddress, address);
  if (netmask !== 0) yield* setInterfaceAddress(sys, device, Interface.SetNetmask, netmask);
  if (router !== 0) yield* setInterfaceAddress(sys, device, Interface.SetRouter, router);
  if (dns !== 0) yield* setNameServer(sys, dns);
  const lease = answer.lease ?? FOR_EVER;
  return {
    ...{ address, server, lease },
    renewal: answer.renewal ?? Math.floor(lease / 2),
    rebinding: answer.rebinding ?? Math.floor(lease * 0.875),
  };
}

/** The interface loses its address. */
export function* giveUpAddress(sys: System, device: string): Program<void> {
  yield* setInterfaceAddress(sys, device, Interface.SetAddress, 0);
}

/** Gets an address once, as `renew` does. */
export function* obtainAddress(sys: System, device: string): Program<boolean> {
  return (yield* obtainLease(sys, device)) !== null;
}
