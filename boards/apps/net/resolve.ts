/** Addresses of hosts, by their names. */
import type { Program, System } from '../../../kernel/binfmt/native';
import { parseIpv4 } from '../../../kernel/net/address';
import { get32 } from '../../../kernel/net/bytes';

/** struct hostent: a list of addresses, of which each is in network byte order. */
const ADDRESS_LIST = 16;

/** An address of four numbers, or what gethostbyname finds; null for nothing. */
export function* resolve(sys: System, host: string): Program<number | null> {
  const literal = parseIpv4(host);
  if (literal !== null) return literal;
  const entry = yield* sys.gethostbyname(host);
  if (entry === 0) return null;
  const first = yield* sys.load32(yield* sys.load32(entry + ADDRESS_LIST));
  return first === 0 ? null : get32(yield* sys.load(first, 4), 0);
}
