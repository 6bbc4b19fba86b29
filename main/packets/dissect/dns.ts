import { ipv4Text } from '../../../kernel/net/address';
import type { Decoder } from './decoder';
import { protocol } from './field';

const TYPES: Readonly<Record<number, string>> = {
  1: 'A',
  2: 'NS',
  5: 'CNAME',
  6: 'SOA',
  12: 'PTR',
  15: 'MX',
  16: 'TXT',
  28: 'AAAA',
  33: 'SRV',
  41: 'OPT',
  65: 'HTTPS',
  255: 'ANY',
};
const CODES: Readonly<Record<number, string>> = {
  0: 'no error',
  1: 'format error',
  2: 'server failure',
  3: 'no such name',
  4: 'not implemented',
  5: 'refused',
};
const Type = { A: 1, Ns: 2, Cname: 5, Ptr: 12, Txt: 16 } as const;

export const dns = protocol({
  name: 'dns',
  title: 'Domain Name System',
  label: 'DNS',
  fields: {
    'dns.id': { title: 'Transaction', hex: true, at: 0, size: 2 },
    'dns.flags': { title: 'Flags', hex: true, at: 2, size: 2 },
    'dns.flags.response': { title: 'Response', kind: 'flag', in: 'dns.flags', at: 2, size: 2, mask: 0x8000 },
    'dns.flags.opcode': { title: 'Operation', in: 'dns.flags', at: 2, size: 2, mask: 0x7800 },
    'dns.flags.authoritative': { title: 'Authoritative', kind: 'flag', in: 'dns.flags', at: 2, size: 2, mask: 0x0400 },
    'dns.flags.truncated': { title: 'Truncated', kind: 'flag', in: 'dns.flags', at: 2, size: 2, mask: 0x0200 },
    'dns.flags.recdesired': { title: 'Recursion wanted', kind: 'flag', in: 'dns.flags', at: 2, size: 2, mask: 0x0100 },
    'dns.flags.recavail': {
      title: 'Recursion available',
      kind: 'flag',
      in: 'dns.flags',
      at: 2,
      size: 2,
      mask: 0x0080,
    },
    'dns.flags.rcode': { title: 'Result', names: CODES, in: 'dns.flags', at: 2, size: 2, mask: 0x000f },
    'dns.count.queries': { title: 'Questions', at: 4, size: 2 },
    'dns.count.answers': { title: 'Answers', at: 6, size: 2 },
    'dns.count.auth_rr': { title: 'Authorities', at: 8, size: 2 },
    'dns.count.add_rr': { title: 'Additional records', at: 10, size: 2 },
    'dns.qry.name': { title: 'Question', kind: 'text' },
    'dns.qry.type': { title: 'Type', names: TYPES, in: 'dns.qry.name' },
    'dns.resp.name': { title: 'Record', kind: 'text' },
    'dns.resp.type': { title: 'Type', names: TYPES, in: 'dns.resp.name' },
    'dns.resp.ttl': { title: 'Time to live', unit: 's', in: 'dns.resp.name' },
    'dns.a': { title: 'Address', kind: 'ipv4', in: 'dns.resp.name' },
    'dns.resp.target': { title: 'Name', kind: 'text', in: 'dns.resp.name' },
    'dns.txt': { title: 'Text', kind: 'text', in: 'dns.resp.name' },
    'dns.resp.data': { title: 'Data', kind: 'bytes', in: 'dns.resp.name' },
  },
});
const { fields } = dns;
const HEAD = 12;

export function dissectDns(d: Decoder, from: number, to: number): void {
  if (!d.enter(dns, from, to)) return;
  const isAnswer = (d.u16(from + 2) & 0x8000) !== 0;
  const words: string[] = [];
  let at: number | null = from + HEAD;
  for (let left = d.u16(from + 4); left > 0 && at !== null; left--) {
    const found = nameAt(d, from, at, to);
    if (!found || found.end + 4 > to) return void d.malformed(from, to);
    const { name, end } = found;
    const type = d.u16(end);
    d.add(fields['dns.qry.name'], name, at, end + 4);
    d.add(fields['dns.qry.type'], type, end, end + 2);
    words.push(`${TYPES[type] ?? type} ${name}`);
    at = end + 4;
  }
  for (let left = d.u16(from + 6) + d.u16(from + 8) + d.u16(from + 10); left > 0 && at !== null; left--) {
    at = record(d, from, at, to, words);
    if (at === null) return void d.malformed(from, to);
  }
  const code = d.u16(from + 2) & 15;
  const kind = isAnswer ? 'Response' : 'Query';
  d.line(() => `Domain Name System, ${kind.toLowerCase()}`);
  d.info = () =>
    `${kind} 0x${d.u16(from).toString(16)} ${words.join(', ')}${code === 0 ? '' : `: ${CODES[code] ?? `error ${code}`}`}`;
}

/** Adds a resource record; its end, or null when the packet ends before. */
function record(d: Decoder, start: number, at: number, to: number, words: string[]): number | null {
  const found = nameAt(d, start, at, to);
  if (!found || found.end + 10 > to) return null;
  const { name, end } = found;
  const [type, ttl, length] = [d.u16(end), d.u32(end + 4), d.u16(end + 8)];
  const data = end + 10;
  const next = data + length;
  if (next > to) return null;
  d.add(fields['dns.resp.name'], name || '<root>', at, next);
  d.add(fields['dns.resp.type'], type, end, end + 2);
  d.add(fields['dns.resp.ttl'], ttl, end + 4, end + 8);
  const target = type === Type.Cname || type === Type.Ns || type === Type.Ptr ? nameAt(d, start, data, next) : null;
  if (type === Type.A && length === 4) {
    d.add(fields['dns.a'], d.u32(data), data, next);
    words.push(ipv4Text(d.u32(data)));
  } else if (target) {
    d.add(fields['dns.resp.target'], target.name, data, next);
    words.push(`${TYPES[type]} ${target.name}`);
  } else if (type === Type.Txt) d.add(fields['dns.txt'], d.text(data + 1, next), data, next);
  else d.add(fields['dns.resp.data'], d.bytes.subarray(data, next), data, next);
  return next;
}

/** A name, which may go on elsewhere in the message; null where it does not end. */
function nameAt(d: Decoder, start: number, from: number, to: number): { name: string; end: number } | null {
  const labels: string[] = [];
  let end: number | null = null;
  for (let at = from, steps = 0; at < to && steps < 128; steps++) {
    const length = d.u8(at);
    if (length === 0) return { name: labels.join('.'), end: end ?? at + 1 };
    if (length >= 0xc0) {
      end ??= at + 2;
      at = start + (d.u16(at) & 0x3fff);
    } else {
      if (at + 1 + length > to) return null;
      labels.push(d.text(at + 1, at + 1 + length));
      at += 1 + length;
    }
  }
  return null;
}
