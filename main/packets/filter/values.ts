/** What fields are compared with: each kind of field knows how a value of it is written. */
import { parseIpv4, parseMac } from '../../../kernel/net/address';
import type { FieldSpec, FieldValue } from '../dissect/field';
import { FilterProblem, type Token } from './tokens';

/** Values from one to another, or one alone. */
export interface Range {
  from: number;
  to: number;
}
export type Operand =
  { kind: 'range'; range: Range } | { kind: 'text'; text: string } | { kind: 'bytes'; bytes: Uint8Array };

const KINDS: Record<FieldSpec['kind'], string> = {
  number: 'a number',
  flag: '1 or 0',
  ipv4: 'an address such as 10.0.0.2, or a network such as 10.0.0.0/24',
  mac: 'an Ethernet address such as 02:00:00:00:00:01',
  text: 'a text in quotes',
  bytes: 'bytes such as 0a:0b:0c, or a text in quotes',
  protocol: 'bytes such as 0a:0b:0c, or a text in quotes',
};

/** What a word or text means for a field. @throws FilterProblem when it cannot be one of its values */
export function operandOf(spec: FieldSpec, token: Token): Operand {
  const operand = read(spec, token);
  if (operand) return operand;
  const { text, from, to } = token;
  const words = spec.names ? `, or a word such as ${Object.values(spec.names)[0]}` : '';
  const what = token.kind === 'end' ? 'The filter ends' : `"${text}" stands`;
  throw new FilterProblem(
    `${what} where ${spec.name} needs ${KINDS[spec.kind]}${words}.`,
    from,
    Math.max(to, from + 1),
  );
}

function read({ kind, names }: FieldSpec, { kind: written, text }: Token): Operand | null {
  if (written !== 'word' && written !== 'string') return null;
  switch (kind) {
    case 'number': {
      const named = Object.entries(names ?? {}).find(([, name]) => name.toLowerCase() === text.toLowerCase());
      if (named) return one(Number(named[0]));
      const [from, to = from] = text.split('..').map(readNumber);
      return from == null || to == null ? null : { kind: 'range', range: { from, to } };
    }
    case 'flag': {
      const value = { 1: 1, true: 1, 0: 0, false: 0 }[text.toLowerCase()];
      return value === undefined ? null : one(value);
    }
    case 'ipv4':
      return readNetwork(text);
    case 'mac': {
      const mac = parseMac(text);
      return mac === null ? null : one(mac);
    }
    case 'text':
      return { kind: 'text', text };
    case 'bytes':
    case 'protocol':
      if (written === 'string') return { kind: 'bytes', bytes: new TextEncoder().encode(text) };
      if (!/^[0-9a-f]{2}([:-][0-9a-f]{2})*$/i.test(text)) return null;
      return { kind: 'bytes', bytes: Uint8Array.from(text.split(/[:-]/), (byte) => parseInt(byte, 16)) };
  }
}

const one = (value: number): Operand => ({ kind: 'range', range: { from: value, to: value } });

function readNumber(text: string): number | null {
  if (/^0x[0-9a-f]+$/i.test(text)) return parseInt(text, 16);
  return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : null;
}

function readNetwork(text: string): Operand | null {
  const [address, prefix = '32', ...more] = text.split('/');
  const base = parseIpv4(address!);
  const bits = /^\d{1,2}$/.test(prefix) ? Number(prefix) : 33;
  if (base === null || bits > 32 || more.length > 0) return null;
  const size = 2 ** (32 - bits);
  const from = Math.floor(base / size) * size;
  return { kind: 'range', range: { from, to: from + size - 1 } };
}

/** How a value stands to an operand: below it, in it, above it; null: they cannot be compared. */
export function compare(value: FieldValue, operand: Operand): number | null {
  switch (operand.kind) {
    case 'range': {
      if (typeof value !== 'number') return null;
      return value < operand.range.from ? -1 : value > operand.range.to ? 1 : 0;
    }
    case 'text':
      return typeof value !== 'string' ? null : value < operand.text ? -1 : value > operand.text ? 1 : 0;
    case 'bytes':
      return value instanceof Uint8Array ? compareBytes(value, operand.bytes) : null;
  }
}

function compareBytes(a: Uint8Array, b: Uint8Array): number {
  for (let i = 0; i < a.length && i < b.length; i++) if (a[i] !== b[i]) return a[i]! - b[i]!;
  return a.length - b.length;
}

/** Tells whether bytes have others among them. */
export function includesBytes(bytes: Uint8Array, wanted: Uint8Array): boolean {
  const last = bytes.length - wanted.length;
  for (let at = 0; at <= last; at++) {
    at = bytes.indexOf(wanted[0]!, at);
    if (at < 0 || at > last) return false;
    let i = 1;
    while (i < wanted.length && bytes[at + i] === wanted[i]) i++;
    if (i >= wanted.length) return true;
  }
  return wanted.length === 0;
}
