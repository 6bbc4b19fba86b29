/** Reading and writing of WebAssembly's binary format: the pieces that more than one pass wants. */

export const ValType = { i32: 0x7f, i64: 0x7e, f32: 0x7d, f64: 0x7c } as const;

export const SectionId = {
  Custom: 0, Type: 1, Import: 2, Function: 3, Table: 4, Memory: 5, Global: 6, Export: 7, Start: 8, Element: 9, Code: 10, Data: 11,
} as const; // prettier-ignore

/** A cursor over bytes that understands LEB128. */
export class Reader {
  constructor(
    readonly bytes: Uint8Array,
    public pos = 0,
    readonly end = bytes.length,
  ) {}

  u8(): number {
    if (this.pos >= this.end) throw new Error(`module ends early at byte ${this.pos}`);
    return this.bytes[this.pos++]!;
  }

  u32(): number {
    let result = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = this.u8();
      result |= (byte & 0x7f) << shift;
      if (byte < 0x80) return result >>> 0;
    }
  }

  s32(): number {
    let result = 0;
    for (let shift = 0; ;) {
      const byte = this.u8();
      result |= (byte & 0x7f) << shift;
      shift += 7;
      if (byte < 0x80) return shift < 32 && byte & 0x40 ? result | (-1 << shift) : result;
    }
  }

  skipLeb(): void {
    while (this.u8() >= 0x80);
  }

  name(): string {
    const length = this.u32();
    const text = new TextDecoder().decode(this.bytes.subarray(this.pos, this.pos + length));
    this.pos += length;
    return text;
  }

  take(length: number): Uint8Array {
    const part = this.bytes.subarray(this.pos, this.pos + length);
    this.pos += length;
    return part;
  }
}

/** A growing byte buffer that writes LEB128. */
export class Writer {
  private buffer = new Uint8Array(1024);
  length = 0;

  private reserve(more: number): void {
    if (this.length + more <= this.buffer.length) return;
    const grown = new Uint8Array(Math.max(this.buffer.length * 2, this.length + more));
    grown.set(this.buffer.subarray(0, this.length));
    this.buffer = grown;
  }

  u8(byte: number): void {
    this.reserve(1);
    this.buffer[this.length++] = byte;
  }

  u32(value: number): void {
    value >>>= 0;
    while (value >= 0x80) {
      this.u8((value & 0x7f) | 0x80);
      value >>>= 7;
    }
    this.u8(value);
  }

  s32(value: number): void {
    value |= 0;
    for (;;) {
      const byte = value & 0x7f;
      value >>= 7;
      if ((value === 0 && !(byte & 0x40)) || (value === -1 && byte & 0x40)) return this.u8(byte);
      this.u8(byte | 0x80);
    }
  }

  bytes(part: Uint8Array): void {
    this.reserve(part.length);
    this.buffer.set(part, this.length);
    this.length += part.length;
  }

  /** What was written, as a view. */
  view(): Uint8Array {
    return this.buffer.subarray(0, this.length);
  }
}

export interface Section {
  id: number;
  /** Of custom sections; empty for others. */
  name: string;
  /** First byte of the contents (for custom sections: after the name). */
  start: number;
  end: number;
}

/** The sections of a module, in file order. */
export function readSections(module: Uint8Array): Section[] {
  const reader = new Reader(module, 8);
  const sections: Section[] = [];
  while (reader.pos < module.length) {
    const id = reader.u8();
    const size = reader.u32();
    const end = reader.pos + size;
    const name = id === SectionId.Custom ? reader.name() : '';
    sections.push({ id, name, start: reader.pos, end });
    reader.pos = end;
  }
  return sections;
}

export interface FuncType {
  params: number[];
  results: number[];
}

export interface Import {
  module: string;
  name: string;
  type: number;
}

/** The parts of a module that say what its functions are, as wasm-ld writes them. */
export interface ModuleInfo {
  sections: Section[];
  types: FuncType[];
  /** Function imports; wasm-ld output imports nothing else. */
  imports: Import[];
  /** Type index of every function, imports first. */
  functionTypes: number[];
  globalTypes: number[];
  exports: { name: string; kind: number; index: number }[];
  /** Functions by their index in the table, that is by the value of a function pointer. */
  table: (number | undefined)[];
  functionNames: string[];
  globalNames: Map<number, string>;
}

/** Reads everything but the code. */
export function readModule(module: Uint8Array): ModuleInfo {
  const info: ModuleInfo = {
    sections: readSections(module),
    types: [],
    imports: [],
    functionTypes: [],
    globalTypes: [],
    exports: [],
    table: [],
    functionNames: [],
    globalNames: new Map(),
  };
  for (const section of info.sections) {
    const reader = new Reader(module, section.start, section.end);
    if (section.id === SectionId.Custom) {
      if (section.name === 'name') readNames(reader, info);
      continue;
    }
    const readItem = itemReaders[section.id];
    if (!readItem) continue;
    for (let n = reader.u32(); n > 0; n--) readItem(reader, info);
  }
  return info;
}

const itemReaders: Record<number, (reader: Reader, info: ModuleInfo) => void> = {
  [SectionId.Type](reader, info) {
    if (reader.u8() !== 0x60) throw new Error('a type that is no function type');
    const list = () => Array.from({ length: reader.u32() }, () => reader.u8());
    info.types.push({ params: list(), results: list() });
  },
  [SectionId.Import](reader, info) {
    const module = reader.name();
    const name = reader.name();
    if (reader.u8() !== 0) throw new Error(`import ${module}.${name} is no function`);
    const type = reader.u32();
    info.imports.push({ module, name, type });
    info.functionTypes.push(type);
  },
  [SectionId.Function](reader, info) {
    info.functionTypes.push(reader.u32());
  },
  [SectionId.Global](reader, info) {
    info.globalTypes.push(reader.u8());
    reader.u8();
    skipConstExpr(reader);
  },
  [SectionId.Export](reader, info) {
    info.exports.push({ name: reader.name(), kind: reader.u8(), index: reader.u32() });
  },
  [SectionId.Element](reader, info) {
    const flags = reader.u32();
    if (flags !== 0) throw new Error(`element segment of kind ${flags}`);
    const first = skipConstExpr(reader);
    for (let n = reader.u32(), at = first; n > 0; n--, at++) info.table[at] = reader.u32();
  },
};

/** Passes over an `i32.const X; end` or its kin; gives X. */
export function skipConstExpr(reader: Reader): number {
  const op = reader.u8();
  let value = 0;
  if (op === 0x41) value = reader.s32();
  else if (op === 0x42 || op === 0x23) reader.skipLeb();
  else if (op === 0x43) reader.pos += 4;
  else if (op === 0x44) reader.pos += 8;
  else throw new Error(`constant expression with opcode ${op}`);
  if (reader.u8() !== 0x0b) throw new Error('constant expression of more than one instruction');
  return value;
}

function readNames(reader: Reader, info: ModuleInfo): void {
  while (reader.pos < reader.end) {
    const kind = reader.u8();
    const end = reader.u32() + reader.pos;
    if (kind === 1 || kind === 7) {
      for (let n = reader.u32(); n > 0; n--) {
        const index = reader.u32();
        const name = reader.name();
        if (kind === 1) info.functionNames[index] = name;
        else info.globalNames.set(index, name);
      }
    }
    reader.pos = end;
  }
}
