/** Protocols and their fields as data: names are those that Wireshark's filters have. */
import { ipv4Text, macText } from '../../../kernel/net/address';

export type FieldKind = 'number' | 'flag' | 'ipv4' | 'mac' | 'text' | 'bytes' | 'protocol';
export type FieldValue = number | string | Uint8Array;

/** A field, under its name. */
export interface FieldData {
  title: string;
  /** A number, if nothing is said. */
  kind?: FieldKind;
  /** Its bytes in the protocol's fixed part; a field without is added where it is found. */
  at?: number;
  size?: number;
  /** Which of their bits. */
  mask?: number;
  signed?: true;
  hex?: true;
  /** Words for numbers. */
  names?: Readonly<Record<number, string>>;
  unit?: string;
  /** What it goes by as well: `ip.addr`. */
  also?: string;
  /** Name of the field that it is a part of. */
  in?: string;
  /** A remark of the analysis: something went wrong, or is only worth knowing. */
  remark?: 'problem' | 'note';
}

export interface FieldSpec extends FieldData {
  /** No two fields have the same, over all protocols. */
  id: number;
  name: string;
  kind: FieldKind;
  /** In the decode tree; 0 is the protocol. */
  depth: number;
}

/** What a protocol's own file says of it. */
export interface ProtocolData<Name extends string> {
  /** `tcp`: its name in filters. */
  name: string;
  title: string;
  /** What the list of packets calls it. */
  label: string;
  fields: Record<Name, FieldData>;
}

export interface Protocol<Name extends string = string> {
  spec: FieldSpec;
  label: string;
  fields: Readonly<Record<Name, FieldSpec>>;
  /** Those with a fixed place, in their order. */
  fixed: readonly FieldSpec[];
  /** Bytes up to where they end. */
  fixedSize: number;
}

/** All fields there are, by id. */
export const allFields: FieldSpec[] = [];

function register(name: string, data: FieldData, depth: number): FieldSpec {
  const spec = { kind: 'number' as const, ...data, name, depth, id: allFields.length };
  allFields.push(spec);
  return spec;
}

export function protocol<Name extends string>(data: ProtocolData<Name>): Protocol<Name> {
  const { name, title, label } = data;
  const spec = register(name, { title, kind: 'protocol' }, 0);
  const fields = {} as Record<Name, FieldSpec>;
  for (const [key, field] of Object.entries<FieldData>(data.fields)) {
    const parent = field.in === undefined ? undefined : fields[field.in as Name];
    fields[key as Name] = register(key, field, (parent?.depth ?? 0) + 1);
  }
  const fixed = Object.values<FieldSpec>(fields).filter(({ at }) => at !== undefined);
  const fixedSize = Math.max(0, ...fixed.map(({ at, size }) => at! + size!));
  return { spec, label, fields, fixed, fixedSize };
}

/** A value as the decode tree has it. */
export function valueText({ kind, names, hex, size = 1, mask, unit }: FieldSpec, value: FieldValue): string {
  if (typeof value === 'string') return value;
  if (typeof value !== 'number') return bytesText(value);
  if (kind === 'flag') return value ? 'set' : 'not set';
  if (kind === 'ipv4') return ipv4Text(value);
  if (kind === 'mac') return macText(value);
  const digits = mask === undefined ? size * 2 : Math.ceil(Math.log2(mask / lowestBit(mask) + 1) / 4);
  const number = hex ? `0x${value.toString(16).padStart(digits, '0')}` : String(value);
  const word = names && (names[value] ?? 'unknown');
  return word === undefined ? number + (unit ? ` ${unit}` : '') : `${word} (${number})`;
}

/** A value as a filter has it; empty for none. */
export function filterText({ kind, hex }: FieldSpec, value: FieldValue): string {
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value !== 'number') return value.length > 0 && value.length <= 32 ? bytesText(value) : '';
  if (kind === 'ipv4') return ipv4Text(value);
  if (kind === 'mac') return macText(value);
  return hex && value >= 0 ? `0x${value.toString(16)}` : String(value);
}

const bytesText = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(':');

export const lowestBit = (mask: number): number => (mask & -mask) >>> 0;
