/** Reads the map file that wasm-ld writes. */

export interface DataSymbol {
  name: string;
  /** Firmware address. */
  address: number;
  /** Bytes. */
  size: number;
}

export interface LinkedFunction {
  name: string;
  /** The object file that it came from, or the archive and its member: `project/main.c.o`, `libc.a(printf.c.obj)`. */
  object: string;
}

/** Whether a function came from the C library, the compiler's runtime or our shims, and not from the project. */
export function isLibrary({ object }: LinkedFunction): boolean {
  return !object.startsWith('project/');
}

export interface LinkMap {
  /** Data objects by rising address. */
  symbols: DataSymbol[];
  /** In the order of the code section, so an entry's function index is its position plus the number of imports. */
  functions: LinkedFunction[];
}

/** `addr off size`, the depth that the indentation shows (section, chunk of an object, symbol), and the text. */
const LINE = /^ *([0-9a-f]+|-) +([0-9a-f]+) +([0-9a-f]+) ( *)(\S.*)$/;
const CHUNK_INDENT = 8;
const SYMBOL_INDENT = 16;

/** @param text the file that `-Map` names */
export function parseLinkMap(text: string): LinkMap {
  const map: LinkMap = { symbols: [], functions: [] };
  let section = '';
  for (const line of text.split('\n')) {
    const [, address, , size, indent, label] = LINE.exec(line) ?? [];
    if (address === undefined || size === undefined || indent === undefined || label === undefined) continue;
    if (indent.length < CHUNK_INDENT) {
      section = label;
    } else if (indent.length < SYMBOL_INDENT) {
      const [, object, name] = /^(.*):\((.*)\)$/.exec(label) ?? [];
      if (section === 'CODE' && object !== undefined && name !== undefined) map.functions.push({ name, object });
    } else if (address !== '-') {
      map.symbols.push({ name: label, address: Number.parseInt(address, 16), size: Number.parseInt(size, 16) });
    }
  }
  map.symbols.sort((a, b) => a.address - b.address);
  return map;
}
