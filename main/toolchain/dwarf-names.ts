/** Names of data in C's words: `g_forks[3]`, `buffer.free`. */
import { parsePath } from './c-path';
import { debugSection, DwarfReader } from './dwarf';

/** A number that lies in memory at a fixed place. */
export interface Variable {
  address: number;
  /** Bytes. */
  size: number;
  format: 'signed' | 'unsigned' | 'float' | 'boolean';
}

/** A debugging information entry, with the attributes that matter here. */
interface Entry {
  tag: number;
  name: string | null;
  /** Where the entry of its type, or of its declaration, is. */
  type: number | null;
  origin: number | null;
  /** Address of a variable with a fixed place. */
  address: number | null;
  /** Bytes. */
  size: number | null;
  /** Of a basic type: what its bits mean. */
  encoding: number | null;
  /** It is a bit-field. */
  bits: boolean;
  /** Of a member: bytes from the start of its struct. */
  offset: number;
  /** Of an array's dimension. */
  count: number | null;
  children: number[];
}

const Tag = { array: 0x01, enumeration: 0x04, pointer: 0x0f, member: 0x0d, structure: 0x13, typedef: 0x16, union: 0x17, subrange: 0x21, base: 0x24, const: 0x26, variable: 0x34, volatile: 0x35 }; // prettier-ignore
const At = { location: 0x02, name: 0x03, byteSize: 0x0b, bitSize: 0x0d, upperBound: 0x2f, abstractOrigin: 0x31, count: 0x37, memberLocation: 0x38, encoding: 0x3e, specification: 0x47, type: 0x49 }; // prettier-ignore
const Form = { addr: 0x01, block2: 0x03, block4: 0x04, data2: 0x05, data4: 0x06, data8: 0x07, string: 0x08, block: 0x09, block1: 0x0a, data1: 0x0b, flag: 0x0c, sdata: 0x0d, strp: 0x0e, udata: 0x0f, ref1: 0x11, ref2: 0x12, ref4: 0x13, refUdata: 0x15, secOffset: 0x17, exprloc: 0x18, flagPresent: 0x19 }; // prettier-ignore
/** Of basic types: what is not among them is an unsigned number. */
const formats: Partial<Record<number, Variable['format']>> = {
  0x02: 'boolean',
  0x04: 'float',
  0x05: 'signed',
  0x06: 'signed', // char
};
const OP_ADDR = 0x03;
const POINTER_SIZE = 4;

export class DataNames {
  private readonly entries = new Map<number, Entry>();
  /** Variables by rising address. */
  private readonly variables: { address: number; size: number; entry: Entry }[] = [];

  /** @param wasm a module as wasm-ld writes it, with its debug sections */
  constructor(wasm: Uint8Array) {
    readEntries(wasm, this.entries);
    for (const entry of this.entries.values()) {
      const { tag, address } = entry;
      if (tag === Tag.variable && address) this.variables.push({ address, size: this.size(this.typeOf(entry)), entry });
    }
    this.variables.sort((a, b) => a.address - b.address);
  }

  /**
   * The C expression for what lies at a firmware address, null when no variable does.
   *
   * @param struct tag of the struct that is looked for there (`sem_s`); without one, or when there is none, the name is
   *   that of the largest object that begins at the address
   */
  find(address: number, struct?: string): string | null {
    const variable = this.variables.findLast((candidate) => candidate.address <= address);
    if (!variable || address >= variable.address + Math.max(variable.size, 1)) return null;
    const name = this.nameOf(variable.entry);
    if (name === null) return null;
    const type = this.typeOf(variable.entry);
    const offset = address - variable.address;
    const exact = struct === undefined ? null : this.descend(name, type, offset, struct);
    return exact ?? this.descend(name, type, offset);
  }

  /** Names of the variables that have a fixed place, in the order of the alphabet. */
  variableNames(): string[] {
    return [...new Set(this.variables.flatMap(({ entry }) => this.nameOf(entry) ?? []))].sort();
  }

  /**
   * The number that a path such as `g_tank.level[2]` leads to. Of several variables with the name it is the one that
   * comes first in memory. Throws what is wrong with the path.
   */
  variable(text: string): Variable {
    const { variable: name, steps } = parsePath(text);
    const found = this.variables.find(({ entry }) => this.nameOf(entry) === name);
    if (!found) throw new Error(`There is no global variable ${name}, or the compiler has optimized it away.`);
    let [path, address, type] = [name, found.address, this.typeOf(found.entry)];
    let dimension = 0;
    for (const step of steps) {
      if (typeof step === 'number') {
        const counts = type?.tag === Tag.array ? this.dimensions(type).slice(dimension) : [];
        if (counts.length === 0) throw new Error(`${path} is no array.`);
        if (step >= counts[0]!) throw new Error(`${path} ends with ${path}[${counts[0]! - 1}].`);
        const element = this.typeOf(type!);
        address += step * counts.slice(1).reduce((product, count) => product * count, this.size(element));
        [type, dimension] = counts.length === 1 ? [element, 0] : [type, dimension + 1];
        path += `[${step}]`;
      } else {
        const member = this.member(type, step);
        if (!member) throw new Error(`${path} has no member ${step}.${this.choices(type)}`);
        if (member.entry.bits) throw new Error(`${path}.${step} is a bit-field, which cannot be watched.`);
        address += member.offset;
        type = this.typeOf(member.entry);
        path += `.${step}`;
      }
    }
    if (type?.tag === Tag.array) throw new Error(`${path} is an array: choose an element, such as ${path}[0].`);
    const format = this.formatOf(type);
    const size = this.size(type);
    if (!format || ![1, 2, 4, 8].includes(size)) throw new Error(`${path} holds no number.${this.choices(type)}`);
    return { address, size, format };
  }

  private formatOf(type: Entry | null): Variable['format'] | null {
    if (type?.tag === Tag.base) return formats[type.encoding ?? 0] ?? 'unsigned';
    if (type?.tag === Tag.enumeration) return 'signed';
    return type?.tag === Tag.pointer ? 'unsigned' : null;
  }

  /** A member, also of a struct or union without a name inside, and its offset. */
  private member(type: Entry | null, name: string): { entry: Entry; offset: number } | null {
    if (type?.tag !== Tag.structure && type?.tag !== Tag.union) return null;
    for (const entry of this.childrenOf(type, Tag.member)) {
      if (entry.name === name) return { entry, offset: entry.offset };
      const inside = entry.name === null ? this.member(this.typeOf(entry), name) : null;
      if (inside) return { ...inside, offset: entry.offset + inside.offset };
    }
    return null;
  }

  private choices(type: Entry | null): string {
    if (type?.tag !== Tag.structure && type?.tag !== Tag.union) return '';
    return ` It has ${this.childrenOf(type, Tag.member).flatMap(({ name }) => name ?? []).join(', ')}.`; // prettier-ignore
  }

  /** The path to the object at an offset into a type; null when no object of the struct begins there. */
  private descend(path: string, type: Entry | null, offset: number, struct?: string): string | null {
    const whole = offset === 0 && (struct === undefined || (type?.tag === Tag.structure && type.name === struct));
    if (whole) return path;
    if (type?.tag === Tag.array) return this.element(path, type, offset, struct);
    if (type?.tag === Tag.structure || type?.tag === Tag.union) {
      for (const member of this.childrenOf(type, Tag.member)) {
        const memberType = this.typeOf(member);
        const inside = offset - member.offset;
        if (inside < 0 || inside >= this.size(memberType)) continue;
        const found = this.descend(member.name === null ? path : `${path}.${member.name}`, memberType, inside, struct);
        if (found !== null) return found;
      }
      return null;
    }
    return struct === undefined ? `${path}+${offset}` : null;
  }

  private element(path: string, array: Entry, offset: number, struct?: string): string | null {
    const type = this.typeOf(array);
    const size = this.size(type);
    if (size === 0) return null;
    const counts = this.dimensions(array).map((count) => count || 1);
    let index = Math.floor(offset / size);
    let subscripts = '';
    for (const count of counts.reverse()) {
      subscripts = `[${index % count}]${subscripts}`;
      index = Math.floor(index / count);
    }
    return this.descend(path + subscripts, type, offset % size, struct);
  }

  /** The type behind its names and qualifiers. */
  private typeOf(entry: Entry): Entry | null {
    let type = this.entries.get(entry.type ?? this.originOf(entry)?.type ?? -1) ?? null;
    while (type && (type.tag === Tag.typedef || type.tag === Tag.const || type.tag === Tag.volatile)) {
      type = this.entries.get(type.type ?? -1) ?? null;
    }
    return type;
  }

  private originOf(entry: Entry): Entry | undefined {
    return entry.origin === null ? undefined : this.entries.get(entry.origin);
  }

  private nameOf(entry: Entry): string | null {
    return entry.name ?? this.originOf(entry)?.name ?? null;
  }

  private childrenOf(entry: Entry, tag: number): Entry[] {
    return entry.children.map((child) => this.entries.get(child)!).filter((child) => child.tag === tag);
  }

  private dimensions(array: Entry): number[] {
    return this.childrenOf(array, Tag.subrange).map(({ count }) => count ?? 0);
  }

  private size(type: Entry | null): number {
    if (!type) return 0;
    if (type.tag === Tag.pointer) return POINTER_SIZE;
    if (type.tag !== Tag.array) return type.size ?? 0;
    return this.dimensions(type).reduce((product, count) => product * count, this.size(this.typeOf(type)));
  }
}

type Abbreviation = { tag: number; hasChildren: boolean; attributes: { name: number; form: number }[] };

function readAbbreviations(section: Uint8Array, offset: number): Map<number, Abbreviation> {
  const reader = new DwarfReader(section, offset);
  const abbreviations = new Map<number, Abbreviation>();
  for (let code = reader.u32(); code !== 0; code = reader.u32()) {
    const abbreviation: Abbreviation = { tag: reader.u32(), hasChildren: reader.u8() === 1, attributes: [] };
    for (;;) {
      const name = reader.u32();
      const form = reader.u32();
      if (name === 0) break;
      abbreviation.attributes.push({ name, form });
    }
    abbreviations.set(code, abbreviation);
  }
  return abbreviations;
}

/** Reads every entry of every compilation unit, by its offset in `.debug_info`. */
function readEntries(wasm: Uint8Array, entries: Map<number, Entry>): void {
  const info = debugSection(wasm, '.debug_info');
  const strings = debugSection(wasm, '.debug_str');
  const abbreviationSection = debugSection(wasm, '.debug_abbrev');
  for (let start = 0; start < info.length;) {
    const header = new DwarfReader(info, start);
    const end = start + 4 + header.word();
    const version = header.u16();
    if (version !== 4) throw new Error(`.debug_info of version ${version}`);
    const abbreviations = readAbbreviations(abbreviationSection, header.word());
    header.u8(); // size of an address
    const reader = new DwarfReader(info, header.pos, end);
    const parents: Entry[] = [];
    while (reader.pos < end) {
      const offset = reader.pos;
      const abbreviation = abbreviations.get(reader.u32());
      if (!abbreviation) {
        parents.pop();
        continue;
      }
      const entry = newEntry(abbreviation.tag);
      for (const { name, form } of abbreviation.attributes) {
        setAttribute(entry, name, readForm(reader, form, start, strings));
      }
      entries.set(offset, entry);
      parents.at(-1)?.children.push(offset);
      if (abbreviation.hasChildren) parents.push(entry);
    }
    start = end;
  }
}

function newEntry(tag: number): Entry {
  const absent = { name: null, type: null, origin: null, address: null, size: null, count: null, encoding: null };
  return { tag, ...absent, bits: false, offset: 0, children: [] };
}

type Value = number | string | Uint8Array;

function setAttribute(entry: Entry, name: number, value: Value): void {
  if (typeof value === 'string') {
    if (name === At.name) entry.name = value;
  } else if (typeof value === 'number') {
    if (name === At.type) entry.type = value;
    else if (name === At.specification || name === At.abstractOrigin) entry.origin = value;
    else if (name === At.byteSize) entry.size = value;
    else if (name === At.encoding) entry.encoding = value;
    else if (name === At.bitSize) entry.bits = true;
    else if (name === At.memberLocation) entry.offset = value;
    else if (name === At.count) entry.count = value;
    else if (name === At.upperBound) entry.count = value + 1;
  } else if (name === At.location && value[0] === OP_ADDR && value.length === 5) {
    entry.address = new DwarfReader(value, 1).word();
  }
}

/** References come back as offsets in `.debug_info`. */
function readForm(reader: DwarfReader, form: number, unit: number, strings: Uint8Array): Value {
  switch (form) {
    case Form.addr:
    case Form.data4:
    case Form.secOffset:
      return reader.word();
    case Form.data1:
    case Form.flag:
      return reader.u8();
    case Form.data2:
      return reader.u16();
    case Form.data8:
      return reader.word() + reader.word() * 2 ** 32;
    case Form.udata:
      return reader.u32();
    case Form.sdata:
      return reader.s32();
    case Form.string:
      return reader.string();
    case Form.strp:
      return new DwarfReader(strings, reader.word()).string();
    case Form.ref1:
      return unit + reader.u8();
    case Form.ref2:
      return unit + reader.u16();
    case Form.ref4:
      return unit + reader.word();
    case Form.refUdata:
      return unit + reader.u32();
    case Form.flagPresent:
      return 1;
    case Form.exprloc:
    case Form.block:
      return reader.take(reader.u32());
    case Form.block1:
      return reader.take(reader.u8());
    case Form.block2:
      return reader.take(reader.u16());
    case Form.block4:
      return reader.take(reader.word());
    default:
      throw new Error(`attribute of form ${form} in .debug_info`);
  }
}
