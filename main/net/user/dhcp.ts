/** The gateway's DHCP server (RFC 2131): an address of its own network for each board that asks. */
import { COOKIE, COOKIE_AT, MessageType, Option, OPTIONS, optionsOf, SHORTEST } from '../../../boards/apps/net/dhcp';
import { get32, get48, put32 } from '../../../kernel/net/bytes';

/** What clients are told. */
export interface Network {
  /** The server, which is the router, too. */
  gateway: number;
  dns: number;
  netmask: number;
  /** Of the first client; the others have those behind it. */
  first: number;
}

/** As QEMU has it, so that everybody knows it. */
export const network: Network = {
  gateway: 0x0a00_0202,
  dns: 0x0a00_0203,
  netmask: 0xffff_ff00,
  first: 0x0a00_020f,
};

const LEASE_SECONDS = 86_400;
const MOST_CLIENTS = 200;

/** Who has which address. */
export type Leases = Map<number, number>;

export interface Reply {
  /** The client's address; 0: it has none yet. */
  address: number;
  mac: number;
  bytes: Uint8Array;
}

/** The answer to a client's message; null for none. */
export function dhcpReply(request: Uint8Array, leases: Leases): Reply | null {
  const options = optionsOf(request);
  if (!options || request[0] !== 1 || request[2] !== 6) return null;
  const mac = get48(request, 28);
  const type = options.get(Option.MessageType)?.[0];
  const address = (option: number) => {
    const value = options.get(option);
    return value?.length === 4 ? get32(value, 0) : null;
  };
  const current = get32(request, 12);
  const server = address(Option.Server);
  if (server !== null && server !== network.gateway) return null;
  const answer = (message: number, yours: number, lease: boolean): Reply => ({
    address: message === MessageType.Nak ? 0 : current,
    mac,
    bytes: buildReply(request, message, yours, lease),
  });
  switch (type) {
    case MessageType.Discover: {
      const offered = leaseOf(leases, mac);
      return offered === null ? null : answer(MessageType.Offer, offered, true);
    }
    case MessageType.Request: {
      const wanted = address(Option.RequestedAddress) ?? current;
      const offered = leaseOf(leases, mac);
      if (offered === null) return null;
      return wanted === offered ? answer(MessageType.Ack, offered, true) : answer(MessageType.Nak, 0, false);
    }
    case MessageType.Inform:
      return answer(MessageType.Ack, 0, false);
    case MessageType.Release:
      leases.delete(mac);
      return null;
    default:
      return null;
  }
}

/** The address that a client has, or gets now; null: there is none left. */
function leaseOf(leases: Leases, mac: number): number | null {
  const known = leases.get(mac);
  if (known !== undefined) return known;
  const taken = new Set(leases.values());
  for (let address = network.first; address < network.first + MOST_CLIENTS; address++) {
    if (taken.has(address)) continue;
    leases.set(mac, address);
    return address;
  }
  return null;
}

function buildReply(request: Uint8Array, message: number, yours: number, lease: boolean): Uint8Array {
  const options: number[] = [];
  const add = (option: number, ...bytes: number[]) => options.push(option, bytes.length, ...bytes);
  const add32 = (option: number, value: number) =>
    add(option, ...[24, 16, 8, 0].map((shift) => (value >>> shift) & 255));
  add(Option.MessageType, message);
  add32(Option.Server, network.gateway);
  if (message !== MessageType.Nak) {
    add32(Option.Netmask, network.netmask);
    add32(Option.Router, network.gateway);
    add32(Option.Dns, network.dns);
  }
  if (lease) {
    add32(Option.LeaseTime, LEASE_SECONDS);
    add32(Option.RenewalTime, LEASE_SECONDS / 2);
    add32(Option.RebindingTime, (LEASE_SECONDS * 7) / 8);
  }
  options.push(Option.End);
  const bytes = new Uint8Array(Math.max(SHORTEST, OPTIONS + options.length));
  // Kind and length of the address, transaction, flags, the relay's and the client's address.
  bytes.set([2, 1, 6, 0]);
  bytes.set(request.subarray(4, 8), 4);
  bytes.set(request.subarray(10, 16), 10);
  put32(bytes, 16, yours);
  put32(bytes, 20, message === MessageType.Nak ? 0 : network.gateway);
  bytes.set(request.subarray(24, 44), 24);
  put32(bytes, COOKIE_AT, COOKIE);
  bytes.set(options, OPTIONS);
  return bytes;
}
