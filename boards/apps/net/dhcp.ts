/** Messages of DHCP (RFC 2131 and 2132), as a client sends and reads them; how they are made up. */
import { get32, get48, put16, put32, put48 } from '../../../kernel/net/bytes';

export const CLIENT_PORT = 68;
export const SERVER_PORT = 67;

/** Offsets of the fixed part, and its end, where the options begin behind a number that says so. */
const Field = {
  op: 0,
  hardwareType: 1,
  hardwareLength: 2,
  xid: 4,
  flags: 10,
  client: 12,
  yours: 16,
  hardware: 28,
} as const;
export const COOKIE_AT = 236;
export const COOKIE = 0x6382_5363;
export const OPTIONS = COOKIE_AT + 4;
/** Servers may take no shorter ones (RFC 951). */
export const SHORTEST = 300;
/** As much as a client has to take. */
export const LONGEST = 576;

const BOOTREQUEST = 1;
const BOOTREPLY = 2;
const ETHERNET = 1;
const BROADCAST = 0x8000;

export const MessageType = {
  Discover: 1, Offer: 2, Request: 3, Decline: 4, Ack: 5, Nak: 6, Release: 7, Inform: 8,
} as const; // prettier-ignore

export const Option = {
  Pad: 0, Netmask: 1, Router: 3, Dns: 6, HostName: 12, RequestedAddress: 50, LeaseTime: 51, MessageType: 53, Server: 54,
  Parameters: 55, RenewalTime: 58, RebindingTime: 59, ClientId: 61, End: 255,
} as const; // prettier-ignore

export interface ClientMessage {
  type: number;
  /** Number of the exchange. */
  xid: number;
  mac: number;
  /** What the client has already; 0 for none. */
  address: number;
  /** What it asks for, and of whom; 0 for not said. */
  requested: number;
  server: number;
  /** Replies are to be for everybody, since it has no address yet. */
  broadcast: boolean;
}

export function clientMessage({ type, xid, mac, address, requested, server, broadcast }: ClientMessage): Uint8Array {
  const bytes = new Uint8Array(SHORTEST);
  bytes.set([BOOTREQUEST, ETHERNET, 6]);
  put32(bytes, Field.xid, xid);
  put16(bytes, Field.flags, broadcast ? BROADCAST : 0);
  put32(bytes, Field.client, address);
  put48(bytes, Field.hardware, mac);
  put32(bytes, COOKIE_AT, COOKIE);
  const id = new Uint8Array(7);
  id[0] = ETHERNET;
  put48(id, 1, mac);
  const options: number[] = [Option.MessageType, 1, type, Option.ClientId, id.length, ...id];
  const addAddress = (option: number, value: number) => {
    const four = new Uint8Array(4);
    put32(four, 0, value);
    if (value !== 0) options.push(option, 4, ...four);
  };
  addAddress(Option.RequestedAddress, requested);
  addAddress(Option.Server, server);
  const wanted = [
    Option.Netmask,
    Option.Router,
    Option.Dns,
    Option.LeaseTime,
    Option.RenewalTime,
    Option.RebindingTime,
  ];
  if (type === MessageType.Discover || type === MessageType.Request) {
    options.push(Option.Parameters, wanted.length, ...wanted);
  }
  bytes.set([...options, Option.End], OPTIONS);
  return bytes;
}

/** The values of a message's options, by their numbers; null for what is no message of DHCP. */
export function optionsOf(bytes: Uint8Array): Map<number, Uint8Array> | null {
  if (bytes.length < OPTIONS || get32(bytes, COOKIE_AT) !== COOKIE) return null;
  const options = new Map<number, Uint8Array>();
  for (let at = OPTIONS; at < bytes.length && bytes[at] !== Option.End;) {
    const option = bytes[at++]!;
    if (option === Option.Pad) continue;
    const length = bytes[at++] ?? 0;
    if (at + length > bytes.length) break;
    options.set(option, bytes.subarray(at, at + length));
    at += length;
  }
  return options;
}

/** What a server says; addresses are 0 and times null where it does not. */
export interface ServerMessage {
  type: number;
  xid: number;
  mac: number;
  address: number;
  server: number;
  netmask: number;
  router: number;
  dns: number;
  /** Seconds: how long the address is the client's, and when it asks to keep it, first its server, then any. */
  lease: number | null;
  renewal: number | null;
  rebinding: number | null;
}

/** Reads a message of a server; null for anything else. */
export function parseServerMessage(bytes: Uint8Array): ServerMessage | null {
  if (bytes[Field.op] !== BOOTREPLY) return null;
  const options = optionsOf(bytes);
  if (!options) return null;
  const number = (option: number): number | null => {
    const value = options.get(option);
    return value && value.length >= 4 ? get32(value, 0) : null;
  };
  const type = options.get(Option.MessageType)?.[0];
  if (type === undefined) return null;
  return {
    type,
    xid: get32(bytes, Field.xid),
    mac: get48(bytes, Field.hardware),
    address: get32(bytes, Field.yours),
    server: number(Option.Server) ?? 0,
    netmask: number(Option.Netmask) ?? 0,
    router: number(Option.Router) ?? 0,
    dns: number(Option.Dns) ?? 0,
    lease: number(Option.LeaseTime),
    renewal: number(Option.RenewalTime),
    rebinding: number(Option.RebindingTime),
  };
}
