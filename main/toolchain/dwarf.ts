/** What the readers of DWARF share. We compile with `-gdwarf-4`, so it is version 4, 32-bit, with 4-byte addresses. */
import { Reader, readSections } from './wasm-binary';

/** A debug section of a module, such as `.debug_line`; empty when the module has none. */
export function debugSection(wasm: Uint8Array, name: string): Uint8Array {
  const section = readSections(wasm).find((candidate) => candidate.name === name);
  return section ? wasm.subarray(section.start, section.end) : new Uint8Array();
}

/** A cursor that also understands DWARF's fixed-size numbers and strings. */
export class DwarfReader extends Reader {
  u16(): number {
    return this.u8() | (this.u8() << 8);
  }

  word(): number {
    return (this.u16() | (this.u16() << 16)) >>> 0;
  }

  string(): string {
    const end = this.bytes.indexOf(0, this.pos);
    const text = new TextDecoder().decode(this.bytes.subarray(this.pos, end));
    this.pos = end + 1;
    return text;
  }
}
