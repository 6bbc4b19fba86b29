/** Addresses of hosts, by their names, and who is asked for them. */
import type { Program, System } from '../../../kernel/binfmt/native';
import { parseIpv4 } from '../../../kernel/net/address';
import { get32 } from '../../../kernel/net/bytes';
import { newEndpoint, SOCKADDR_SIZE } from './socket';

/** struct hostent: the name, and a list of addresses, of which each is in network byte order. */
const Host = { name: 0, addresses: 16 } as const;

export interface Found {
  name: string;
  addresses: number[];
}

/** What gethostbyname finds; null for nothing. */
export function* lookUp(sys: System, host: string): Program<Found | null> {
  const entry = yield* sys.gethostbyname(host);
  if (entry === 0) return null;
  const name = yield* sys.string(yield* sys.load32(entry + Host.name));
  const list = yield* sys.load32(entry + Host.addresses);
  const addresses: number[] = [];
  for (let at = list, address; (address = yield* sys.load32(at)) !== 0; at += 4) {
    addresses.push(get32(yield* sys.load(address, 4), 0));
  }
  return addresses.length > 0 ? { name, addresses } : null;
}

/** The first address of a host; null for none. */
export function* resolve(sys: System, host: string): Program<number | null> {
  return parseIpv4(host) ?? (yield* lookUp(sys, host))?.addresses[0] ?? null;
}

/** Has this one asked for names from now on; false with errno. */
export function* setNameServer(sys: System, address: number): Program<boolean> {
  return (yield* sys.dns_add_nameserver(yield* newEndpoint(sys, { address, port: 53 }), SOCKADDR_SIZE)) === 0;
}
