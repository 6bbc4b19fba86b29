/** A packet on its way through the dissectors: what they have found so far. */
import { get16, get32, get48 } from '../../../kernel/net/bytes';
import type { TransportNote } from '../conversations';
import type { Packet } from '../source';
import { type FieldSpec, type FieldValue, lowestBit, protocol, type Protocol } from './field';

/** A field that is in a packet. */
export interface Field {
  spec: FieldSpec;
  /** Of a protocol: nothing but its bytes. */
  value: FieldValue;
  from: number;
  to: number;
  depth: number;
  /** What stands in the tree instead of title and value, or behind them. */
  text: (() => string) | null;
  note: string;
}

const packetRemarks = protocol({
  name: 'malformed',
  title: 'Malformed packet',
  label: '',
  fields: {},
});

const EMPTY = '';
const nothing = (): string => EMPTY;

export class Decoder {
  readonly fields: Field[] = [];
  readonly bytes: Uint8Array;
  /** What the list of packets says. Texts are made when somebody reads them. */
  source: () => string = nothing;
  destination: () => string = nothing;
  label = '';
  info: () => string = nothing;
  mark: '' | 'problem' | 'end' = '';

  constructor(
    readonly packet: Packet,
    /** What is known of the conversation that it is of. */
    readonly transport: TransportNote | null,
    /** By id of the field: only these are wanted. Null: all. */
    private readonly wanted: Uint8Array | null = null,
  ) {
    this.bytes = packet.bytes;
  }

  /**
   * Enters a protocol and adds the fields that have a fixed place.
   * @param to where it ends
   * @param headEnd where its own part ends, before what it carries
   * @returns false when the packet ends within the fixed fields
   */
  enter({ spec, label, fixed, fixedSize }: Protocol, from: number, to: number, headEnd = to): boolean {
    if (this.wants(spec)) this.push(spec, EMPTY, from, Math.min(to, headEnd));
    this.label = label;
    for (const field of fixed) {
      if (!this.wants(field)) continue;
      const start = from + field.at!;
      const end = start + field.size!;
      if (end <= to) this.push(field, this.read(field, start, end), start, end);
    }
    return from + fixedSize <= to || this.malformed(from, to);
  }

  /** Tells whether anybody asks for a field; one that nobody wants need not be looked for. */
  wants({ id }: FieldSpec): boolean {
    return this.wanted === null || this.wanted[id] === 1;
  }

  /** Adds a field. `note` stands behind its value in the tree. */
  add(spec: FieldSpec, value: FieldValue, from: number, to: number, note = '', deeper = 0): void {
    if (this.wants(spec)) this.push(spec, value, from, to, deeper).note = note;
  }

  /** Adds a number that has some bytes. */
  number(spec: FieldSpec, from: number, to: number, signed = false): void {
    if (!this.wants(spec)) return;
    const raw = readNumber(this.bytes, from, to);
    const isNegative = signed && raw >= 2 ** ((to - from) * 8 - 1);
    this.push(spec, isNegative ? raw - 2 ** ((to - from) * 8) : raw, from, to);
  }

  /** A remark of the analysis. */
  remark(spec: FieldSpec, at: number, text: string | null = null): void {
    if (this.wants(spec)) this.push(spec, 1, at, at).text = () => `[${text ?? spec.title}]`;
    if (spec.remark === 'problem') this.mark = 'problem';
  }

  /** What stands in the tree for the protocol that was entered last. */
  line(text: () => string): void {
    if (this.wanted) return;
    for (let i = this.fields.length - 1; i >= 0; i--) {
      if (this.fields[i]!.depth === 0) return void (this.fields[i]!.text = text);
    }
  }

  /** The packet ends where more should be, or says of itself what cannot be. */
  malformed(from: number, to: number): false {
    if (this.wants(packetRemarks.spec)) this.push(packetRemarks.spec, EMPTY, from, to);
    this.mark = 'problem';
    const { info } = this;
    this.info = () => `${info()} [malformed]`.trim();
    return false;
  }

  u8(at: number): number {
    return this.bytes[at] ?? 0;
  }
  u16(at: number): number {
    return at + 2 <= this.bytes.length ? get16(this.bytes, at) : 0;
  }
  u32(at: number): number {
    return at + 4 <= this.bytes.length ? get32(this.bytes, at) : 0;
  }
  text(from: number, to: number): string {
    let result = '';
    for (let at = from; at < to; at++) result += String.fromCharCode(this.bytes[at]!);
    return result;
  }

  private push(spec: FieldSpec, value: FieldValue, from: number, to: number, deeper = 0): Field {
    const field = { spec, value, from, to, depth: spec.depth + deeper, text: null, note: EMPTY };
    this.fields.push(field);
    return field;
  }

  private read({ kind, mask, signed }: FieldSpec, from: number, to: number): FieldValue {
    const { bytes } = this;
    if (kind === 'bytes') return bytes.subarray(from, to);
    if (kind === 'text') return this.text(from, to).replace(/\0.*$/s, '');
    const raw = readNumber(bytes, from, to);
    if (mask !== undefined) return ((raw & mask) >>> 0) / lowestBit(mask);
    const bits = (to - from) * 8;
    return signed && raw >= 2 ** (bits - 1) ? raw - 2 ** bits : raw;
  }
}

/** An unsigned number of up to eight bytes; beyond 2^53 it is not exact. */
export function readNumber(bytes: Uint8Array, from: number, to: number): number {
  switch (to - from) {
    case 1:
      return bytes[from]!;
    case 2:
      return get16(bytes, from);
    case 4:
      return get32(bytes, from);
    case 6:
      return get48(bytes, from);
    default: {
      let value = 0;
      for (let at = from; at < to; at++) value = value * 256 + bytes[at]!;
      return value;
    }
  }
}
