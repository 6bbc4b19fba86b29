/** Messages of the domain name system (RFC 1035), as far as to ask for the addresses of a name. */
import { get16, get32, put16 } from '../bytes';
import type { Host } from './hosts';

export const DNS_PORT = 53;
/** Bytes of the longest answer over UDP. */
export const DNS_MESSAGE = 512;

const HEADER = 12;
const LONGEST_LABEL = 63;
const LONGEST_NAME = 253;
/** Bits of the header: an answer, please ask others for me, and the result; and the results. */
const Flag = { Answer: 0x8000, Recursion: 0x0100, Result: 0x000f } as const;
const NAME_ERROR = 3;
const Record = { A: 1, Cname: 5, Internet: 1 } as const;

/** What became of a question: the host, or h_errno. */
export type Answer = Host | 'not found' | 'no data' | 'failed';

/** A question for the addresses of a name; null: it is no name. */
export function dnsQuery(id: number, name: string): Uint8Array | null {
  const labels = name.replace(/\.$/, '').split('.');
  if (name.length > LONGEST_NAME || labels.some(({ length }) => length === 0 || length > LONGEST_LABEL)) return null;
  const encoded = labels.flatMap((label) => [label.length, ...Array.from(label, (char) => char.charCodeAt(0))]);
  const bytes = new Uint8Array(HEADER + encoded.length + 5);
  put16(bytes, 0, id);
  put16(bytes, 2, Flag.Recursion);
  put16(bytes, 4, 1);
  bytes.set(encoded, HEADER);
  put16(bytes, HEADER + encoded.length + 1, Record.A);
  put16(bytes, HEADER + encoded.length + 3, Record.Internet);
  return bytes;
}

/** What the answer to a question says; null: it is none. */
export function dnsAnswer(bytes: Uint8Array, query: Uint8Array): Answer | null {
  if (bytes.length < query.length || get16(bytes, 0) !== get16(query, 0)) return null;
  const flags = get16(bytes, 2);
  if (!(flags & Flag.Answer) || get16(bytes, 4) !== 1) return null;
  const name = nameAt(bytes, HEADER);
  const asked = nameAt(query, HEADER)!;
  if (!name || name.text.toLowerCase() !== asked.text.toLowerCase()) return null;
  const result = flags & Flag.Result;
  if (result !== 0) return result === NAME_ERROR ? 'not found' : 'failed';
  return addressesIn(bytes, name.end + 4, get16(bytes, 6), name.text);
}

/** The official name is the last of those that the others are aliases of. */
function addressesIn(bytes: Uint8Array, from: number, count: number, asked: string): Answer {
  const host: Host = { name: asked, aliases: [], addresses: [] };
  for (let at = from, i = 0; i < count; i++) {
    const owner = nameAt(bytes, at);
    if (!owner || owner.end + 10 > bytes.length) break;
    const [type, length] = [get16(bytes, owner.end), get16(bytes, owner.end + 8)];
    const data = owner.end + 10;
    at = data + length;
    if (at > bytes.length) break;
    if (type === Record.A && length === 4) host.addresses.push(get32(bytes, data));
    const alias = type === Record.Cname ? nameAt(bytes, data) : undefined;
    if (!alias) continue;
    host.aliases.push(host.name);
    host.name = alias.text;
  }
  return host.addresses.length > 0 ? host : 'no data';
}

/** The name at an offset, and where it ends; undefined: there is none. A pointer leads back to one that stands there. */
function nameAt(bytes: Uint8Array, from: number): { text: string; end: number } | undefined {
  const labels: string[] = [];
  let end = 0;
  for (let at = from, length = 0; at < bytes.length;) {
    const count = bytes[at]!;
    if (count >= 0xc0) {
      if (at + 1 >= bytes.length) return undefined;
      end ||= at + 2;
      const to = get16(bytes, at) & 0x3fff;
      if (to >= at) return undefined;
      at = to;
    } else if (count === 0) return { text: labels.join('.'), end: end || at + 1 };
    else {
      length += count + 1;
      if (count > LONGEST_LABEL || length > LONGEST_NAME + 1) return undefined;
      labels.push(String.fromCharCode(...bytes.subarray(at + 1, at + 1 + count)));
      at += count + 1;
    }
  }
  return undefined;
}
