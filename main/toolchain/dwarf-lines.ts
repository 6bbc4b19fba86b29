/** The line table of a module: which source line an instruction came from. */
import { posix } from 'node:path';
import { debugSection, DwarfReader } from './dwarf';

export interface LineTable {
  /** Code offsets from the start of the code section's contents, rising. A row holds up to the next one. */
  offsets: Uint32Array;
  /** Index into `fileNames`, or {@link NO_FILE} where a stretch of code without lines begins. */
  files: Uint32Array;
  lines: Uint32Array;
  columns: Uint32Array;
  /** Relative to the project's folder. */
  fileNames: string[];
}

export interface SourceLine {
  file: string;
  line: number;
  column: number;
}

const NO_FILE = 0xffff_ffff;

/** @param wasm a module as wasm-ld writes it, with its debug sections */
export function readLineTable(wasm: Uint8Array): LineTable {
  const section = debugSection(wasm, '.debug_line');
  const fileIds = new Map<string, number>();
  const sequences: Row[][] = [];
  for (let start = 0; start < section.length;) {
    const unit = new DwarfReader(section, start);
    const end = start + 4 + unit.word();
    sequences.push(...readUnit(new DwarfReader(section, unit.pos, end), fileIds));
    start = end;
  }
  sequences.sort((a, b) => a[0]!.offset - b[0]!.offset);
  const rows = sequences.flat();
  return {
    offsets: Uint32Array.from(rows, (row) => row.offset),
    files: Uint32Array.from(rows, (row) => row.file),
    lines: Uint32Array.from(rows, (row) => row.line),
    columns: Uint32Array.from(rows, (row) => row.column),
    fileNames: [...fileIds.keys()],
  };
}

/** The source line of the instruction at a code offset; null for code without line information. */
export function findLine(table: LineTable, offset: number): SourceLine | null {
  let low = 0;
  let high = table.offsets.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (table.offsets[middle]! <= offset) low = middle + 1;
    else high = middle;
  }
  const row = low - 1;
  const file = row < 0 ? NO_FILE : table.files[row]!;
  if (file === NO_FILE) return null;
  return { file: table.fileNames[file]!, line: table.lines[row]!, column: table.columns[row]! };
}

interface Row {
  offset: number;
  file: number;
  line: number;
  column: number;
}

/** Opcodes of a line program. */
const Standard = { copy: 1, advancePc: 2, advanceLine: 3, setFile: 4, setColumn: 5, constAddPc: 8, fixedAdvancePc: 9 };
const Extended = { endSequence: 1, setAddress: 2 };

/** Runs the line program of one compilation unit; gives a list of rows for each stretch of code. */
function readUnit(reader: DwarfReader, fileIds: Map<string, number>): Row[][] {
  const version = reader.u16();
  if (version !== 4) throw new Error(`.debug_line of version ${version}`);
  const headerLength = reader.word();
  const program = reader.pos + headerLength;
  const minimumLength = reader.u8();
  reader.pos += 2; // operations per instruction, is_stmt at first
  const lineBase = (reader.u8() << 24) >> 24;
  const lineRange = reader.u8();
  const opcodeBase = reader.u8();
  const operands = Array.from({ length: opcodeBase - 1 }, () => reader.u8());
  const folders = ['.'];
  for (let folder = reader.string(); folder; folder = reader.string()) folders.push(folder);
  const files = [NO_FILE];
  for (let name = reader.string(); name; name = reader.string()) {
    const path = posix.join(folders[reader.u32()] ?? '.', name);
    reader.skipLeb(); // time of change
    reader.skipLeb(); // length
    if (!fileIds.has(path)) fileIds.set(path, fileIds.size);
    files.push(fileIds.get(path)!);
  }

  reader.pos = program;
  const sequences: Row[][] = [];
  let rows: Row[] = [];
  let state = { offset: 0, file: 1, line: 1, column: 0 };
  const emit = () => {
    // Line 0 is code that belongs to no line in particular: it goes with what is before.
    if (state.line > 0) rows.push({ ...state, file: files[state.file] ?? NO_FILE });
  };
  const advance = (operation: number) => {
    state.offset += operation * minimumLength;
  };
  while (reader.pos < reader.end) {
    const opcode = reader.u8();
    if (opcode >= opcodeBase) {
      const adjusted = opcode - opcodeBase;
      advance(Math.floor(adjusted / lineRange));
      state.line += lineBase + (adjusted % lineRange);
      emit();
    } else if (opcode === 0) {
      const end = reader.u32() + reader.pos;
      const extended = reader.u8();
      if (extended === Extended.setAddress) state.offset = reader.word();
      if (extended === Extended.endSequence) {
        rows.push({ offset: state.offset, file: NO_FILE, line: 0, column: 0 });
        // The linker gives functions that it dropped an address at which no code can be.
        if (rows[0]!.offset > 0 && rows[0]!.offset < DROPPED) sequences.push(rows);
        rows = [];
        state = { offset: 0, file: 1, line: 1, column: 0 };
      }
      reader.pos = end;
    } else if (opcode === Standard.copy) emit();
    else if (opcode === Standard.advancePc) advance(reader.u32());
    else if (opcode === Standard.advanceLine) state.line += reader.s32();
    else if (opcode === Standard.setFile) state.file = reader.u32();
    else if (opcode === Standard.setColumn) state.column = reader.u32();
    else if (opcode === Standard.constAddPc) advance(Math.floor((255 - opcodeBase) / lineRange));
    else if (opcode === Standard.fixedAdvancePc) state.offset += reader.u16();
    else for (let n = operands[opcode - 1]!; n > 0; n--) reader.skipLeb();
  }
  return sequences;
}

const DROPPED = 0xffff_fffe;
