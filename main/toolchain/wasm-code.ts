/** Function bodies as trees: opcodes, their immediates and their types, for the instructions that clang emits. */
import { type Reader, ValType, type ModuleInfo } from './wasm-binary';

export const Op = {
  Unreachable: 0x00, Nop: 0x01, Block: 0x02, Loop: 0x03, If: 0x04, Else: 0x05, End: 0x0b, Br: 0x0c, BrIf: 0x0d,
  BrTable: 0x0e, Return: 0x0f, Call: 0x10, CallIndirect: 0x11, Drop: 0x1a, Select: 0x1b, SelectT: 0x1c,
  LocalGet: 0x20, LocalSet: 0x21, LocalTee: 0x22, GlobalGet: 0x23, GlobalSet: 0x24,
  I32Load: 0x28, I64Load: 0x29, F32Load: 0x2a, F64Load: 0x2b, I32Store: 0x36, I64Store: 0x37, F32Store: 0x38,
  F64Store: 0x39, FirstLoad: 0x28, LastLoad: 0x35, FirstStore: 0x36, LastStore: 0x3e, MemorySize: 0x3f, MemoryGrow: 0x40,
  I32Const: 0x41, I64Const: 0x42, F32Const: 0x43, F64Const: 0x44, I32Eqz: 0x45, I32Eq: 0x46, I32Ne: 0x47, I32LtS: 0x48,
  I32LtU: 0x49, I32GtU: 0x4b, I32Add: 0x6a, I32Sub: 0x6b, I32Mul: 0x6c, I32DivS: 0x6d, I32And: 0x71,
  I32Shl: 0x74, I32ShrU: 0x76, Prefix: 0xfc,
  /** Prefixed ones are 0xfc00 + sub-opcode here. */
  MemoryCopy: 0xfc0a, MemoryFill: 0xfc0b,
} as const; // prettier-ignore

/** One instruction; a block, loop or if holds its contents. */
export interface Node {
  op: number;
  /** Bytes of the instruction in the module: opcode and immediates. */
  start: number;
  end: number;
  /** Local, global, function, label depth or block type (signed), whichever the opcode has. */
  index: number;
  /** Byte offset of a load or store. */
  offset: number;
  /** log2 of the alignment that a load or store promises. */
  align: number;
  /** br_table: every label, the default last. */
  labels?: number[];
  body?: Node[];
  otherwise?: Node[];
}

export interface FunctionBody {
  /** Offset of the body (its local declarations) in the module. */
  start: number;
  /** Types of the declared locals, parameters not included. */
  locals: number[];
  body: Node[];
}

/** Reads one function body; the reader stands behind the body's size. */
export function readBody(reader: Reader): FunctionBody {
  const start = reader.pos;
  const locals: number[] = [];
  for (let groups = reader.u32(); groups > 0; groups--) {
    const count = reader.u32();
    const type = reader.u8();
    for (let i = 0; i < count; i++) locals.push(type);
  }
  const { nodes } = readSequence(reader);
  return { start, locals, body: nodes };
}

function readSequence(reader: Reader): { nodes: Node[]; closedBy: number } {
  const nodes: Node[] = [];
  for (;;) {
    const start = reader.pos;
    let op = reader.u8();
    if (op === Op.End || op === Op.Else) return { nodes, closedBy: op };
    if (op === Op.Prefix) op = 0xfc00 + reader.u32();
    const node: Node = { op, start, end: 0, index: 0, offset: 0, align: 0 };
    readImmediates(reader, node);
    node.end = reader.pos;
    if (op === Op.Block || op === Op.Loop || op === Op.If) {
      const { nodes: body, closedBy } = readSequence(reader);
      node.body = body;
      if (closedBy === Op.Else) node.otherwise = readSequence(reader).nodes;
    }
    nodes.push(node);
  }
}

function readImmediates(reader: Reader, node: Node): void {
  const { op } = node;
  if (op >= Op.FirstLoad && op <= Op.LastStore) {
    node.align = reader.u32();
    node.offset = reader.u32();
  } else if (op === Op.Block || op === Op.Loop || op === Op.If) {
    node.index = reader.s32();
  } else if (op === Op.BrTable) {
    node.labels = Array.from({ length: reader.u32() + 1 }, () => reader.u32());
  } else if (op === Op.CallIndirect) {
    node.index = reader.u32();
    if (reader.u32() !== 0) throw new Error('call through a second table');
  } else if (op === Op.SelectT) {
    for (let n = reader.u32(); n > 0; n--) reader.u8();
  } else if (op === Op.I32Const || op === Op.I64Const) {
    node.index = op === Op.I32Const ? reader.s32() : (reader.skipLeb(), 0);
  } else if (op === Op.F32Const) {
    reader.pos += 4;
  } else if (op === Op.F64Const) {
    reader.pos += 8;
  } else if ((op >= Op.LocalGet && op <= Op.GlobalSet) || (op >= Op.Br && op <= Op.Call && op !== Op.Return)) {
    node.index = reader.u32();
  } else if (op === Op.MemorySize || op === Op.MemoryGrow || op === Op.MemoryFill) {
    reader.u8();
  } else if (op === Op.MemoryCopy) {
    reader.u8();
    reader.u8();
  } else if (!plainTypes.has(op) && ![Op.Unreachable, Op.Nop, Op.Return, Op.Drop, Op.Select].some((o) => o === op)) {
    throw new Error(`opcode 0x${op.toString(16)} at byte ${node.start} is not supported`);
  }
}

const letters: Record<string, number> = { i: ValType.i32, I: ValType.i64, f: ValType.f32, F: ValType.f64 };
const plainTypes = new Map<number, { pops: number; pushes: number[] }>();

/** Opcodes from..to take `pops` operands and give `push`, a letter of `letters`. */
function define(from: number, to: number, pops: number, push: string): void {
  for (let op = from; op <= to; op++) plainTypes.set(op, { pops, pushes: push ? [letters[push]!] : [] });
}
define(0x28, 0x28, 1, 'i'); // loads
define(0x29, 0x29, 1, 'I');
define(0x2a, 0x2a, 1, 'f');
define(0x2b, 0x2b, 1, 'F');
define(0x2c, 0x2f, 1, 'i');
define(0x30, 0x35, 1, 'I');
define(0x36, 0x3e, 2, ''); // stores
define(0x3f, 0x3f, 0, 'i'); // memory.size, memory.grow
define(0x40, 0x40, 1, 'i');
define(0x41, 0x41, 0, 'i'); // constants
define(0x42, 0x42, 0, 'I');
define(0x43, 0x43, 0, 'f');
define(0x44, 0x44, 0, 'F');
define(0x45, 0x45, 1, 'i'); // comparisons
define(0x46, 0x4f, 2, 'i');
define(0x50, 0x50, 1, 'i');
define(0x51, 0x66, 2, 'i');
define(0x67, 0x69, 1, 'i'); // arithmetic
define(0x6a, 0x78, 2, 'i');
define(0x79, 0x7b, 1, 'I');
define(0x7c, 0x8a, 2, 'I');
define(0x8b, 0x91, 1, 'f');
define(0x92, 0x98, 2, 'f');
define(0x99, 0x9f, 1, 'F');
define(0xa0, 0xa6, 2, 'F');
define(0xa7, 0xab, 1, 'i'); // conversions
define(0xac, 0xb1, 1, 'I');
define(0xb2, 0xb6, 1, 'f');
define(0xb7, 0xbb, 1, 'F');
define(0xbc, 0xbc, 1, 'i');
define(0xbd, 0xbd, 1, 'I');
define(0xbe, 0xbe, 1, 'f');
define(0xbf, 0xbf, 1, 'F');
define(0xc0, 0xc1, 1, 'i'); // sign extension
define(0xc2, 0xc4, 1, 'I');
define(0xfc00, 0xfc03, 1, 'i'); // saturating truncation
define(0xfc04, 0xfc07, 1, 'I');
define(Op.MemoryCopy, Op.MemoryFill, 3, '');

/** What an instruction pops and pushes when that depends on nothing but its opcode. */
export function plainType(op: number): { pops: number; pushes: number[] } | undefined {
  return plainTypes.get(op);
}

/** Results of a block, loop or if. */
export function blockResults(info: ModuleInfo, blockType: number): number[] {
  if (blockType === -64) return [];
  if (blockType < 0) return [blockType & 0x7f];
  const type = info.types[blockType]!;
  if (type.params.length > 0) throw new Error('a block with parameters');
  return type.results;
}

/** Calls `visit` for every node, outer before inner. */
export function walk(nodes: Node[], visit: (node: Node) => void): void {
  for (const node of nodes) {
    visit(node);
    if (node.body) walk(node.body, visit);
    if (node.otherwise) walk(node.otherwise, visit);
  }
}

export function hasLoop(body: Node[]): boolean {
  let found = false;
  walk(body, (node) => (found ||= node.op === Op.Loop));
  return found;
}

/** The code behind these never runs. */
export function endsSequence(op: number): boolean {
  return op === Op.Br || op === Op.BrTable || op === Op.Return || op === Op.Unreachable;
}
