/**
 * Makes a linked firmware module a program of our machine, in one pass over its code:
 *
 * - Cycles are charged at function entries, loop heads and the larger arms of branches; a loop's head, and the entry
 *   of a function that may call itself, leave the CPU when the fuel is used up, so a task can be preempted in any
 *   loop, always after the same instruction.
 * - A function that may leave the CPU can save its frame and come back to it (what binaryen's asyncify does; see
 *   docs/instrumentation.md for why this is ours: the loop's normal path pays one decrement and one untaken branch).
 * - Addresses are rebased (kernel/binfmt/abi.ts), so that a null pointer traps.
 * - The C stack pointer moves into the control block and is checked against the running task's limit.
 *
 * Function indexes stay as they are, and every frame names its function and call site, so a call stack can be read
 * from memory.
 */
import { ARENA_SIZE, BIAS, Cell, Fault, Flow, FRAME_TRAILER, PAGE_SIZE, RAM_BASE } from '../../kernel/binfmt/abi';
import { Reader, SectionId, ValType, Writer, readModule, skipConstExpr, type ModuleInfo } from './wasm-binary';
import { Op, blockResults, endsSequence, hasLoop, plainType, walk, type Node } from './wasm-code';
import { Plan, type FunctionPlan, type PlanOptions } from './instrument-plan';

export interface InstrumentOptions extends PlanOptions {
  /** Bytes of RAM of the board, a multiple of the page size. */
  ramSize: number;
}

export interface Instrumented {
  wasm: Uint8Array;
  functionNames: string[];
  /** Function indexes by the value of a function pointer. */
  table: (number | undefined)[];
  /** Bytes of a saved frame, by function index; 0 for functions that never leave the CPU. */
  frameSizes: Uint32Array;
  /** By function index: for each site id - 1 the code offset (as DWARF counts) of the call or loop head. */
  sites: (Uint32Array | undefined)[];
  /** Pairs: module offset in `wasm`, code offset in the linked module; sorted, for traps and calls. */
  pcMap: Uint32Array;
  /** Module offsets in `wasm` of the traps for unaligned accesses. */
  alignmentTraps: Uint32Array;
}

/** Instruments a module that wasm-ld linked with RAM at {@link RAM_BASE}. */
export function instrument(linked: Uint8Array, options: InstrumentOptions): Instrumented {
  const info = readModule(linked);
  const plan = new Plan(info, linked, options);
  const host = {
    fault: importIndex(info, 'fault'),
    stackPointer: [...info.globalNames].find(([, name]) => name === '__stack_pointer')?.[0] ?? -1,
    ramPages: options.ramSize / PAGE_SIZE,
  };
  const code = new Writer();
  code.u32(plan.functions.length);
  const frameSizes = new Uint32Array(info.functionTypes.length);
  const sites: (Uint32Array | undefined)[] = [];
  const pcMap: number[] = [];
  const alignmentTraps: number[] = [];
  const codeStart = info.sections.find((s) => s.id === SectionId.Code)!.start;
  for (const fn of plan.functions) {
    const writer = new FunctionWriter(linked, info, plan, fn, host);
    const { body, prefix } = writer.write();
    code.u32(prefix.length + body.length);
    code.bytes(prefix);
    for (const [at, start] of writer.marks) pcMap.push(code.length + at, start - codeStart);
    for (const at of writer.alignmentTraps) alignmentTraps.push(code.length + at);
    code.bytes(body);
    frameSizes[fn.index] = writer.frameSize;
    sites[fn.index] = Uint32Array.from(writer.sites, (start) => start - codeStart);
  }
  const { wasm, codeOffset } = assemble(linked, info, code.view(), options.ramSize);
  return {
    wasm,
    functionNames: info.functionNames,
    table: info.table,
    frameSizes,
    sites,
    pcMap: Uint32Array.from(pcMap, (value, i) => (i % 2 === 0 ? value + codeOffset : value)),
    alignmentTraps: Uint32Array.from(alignmentTraps, (at) => at + codeOffset),
  };
}

function importIndex(info: ModuleInfo, name: string): number {
  const index = info.imports.findIndex((i) => i.module === 'tickscope' && i.name === name);
  if (index < 0) throw new Error(`the module does not import tickscope.${name}: was it linked without crt0?`);
  return index;
}

/** Puts the module together again around the new code: sizes, data addresses, no debug sections. */
function assemble(linked: Uint8Array, info: ModuleInfo, code: Uint8Array, ramSize: number) {
  const out = new Writer();
  out.bytes(linked.subarray(0, 8));
  let codeOffset = 0;
  for (const section of info.sections) {
    if (section.id === SectionId.Custom && section.name !== 'name') continue;
    let content = linked.subarray(section.start, section.end);
    if (section.id === SectionId.Memory) content = memorySection(ramSize);
    if (section.id === SectionId.Code) content = code;
    if (section.id === SectionId.Data) content = dataSection(new Reader(linked, section.start, section.end));
    out.u8(section.id);
    if (section.id === SectionId.Custom) {
      const name = new TextEncoder().encode(section.name);
      out.u32(name.length + 1 + content.length);
      out.u32(name.length);
      out.bytes(name);
    } else {
      out.u32(content.length);
    }
    if (section.id === SectionId.Code) codeOffset = out.length;
    out.bytes(content);
  }
  return { wasm: out.view().slice(), codeOffset };
}

function memorySection(ramSize: number): Uint8Array {
  const out = new Writer();
  const pages = (ARENA_SIZE + ramSize) / PAGE_SIZE;
  out.u32(1);
  out.u8(1); // with a maximum
  out.u32(pages);
  out.u32(pages);
  return out.view();
}

function dataSection(reader: Reader): Uint8Array {
  const out = new Writer();
  const count = reader.u32();
  out.u32(count);
  for (let i = 0; i < count; i++) {
    if (reader.u32() !== 0) throw new Error('a data segment that is not placed at link time');
    const address = skipConstExpr(reader) >>> 0;
    out.u32(0);
    out.u8(Op.I32Const);
    out.s32(address - BIAS);
    out.u8(Op.End);
    const bytes = reader.take(reader.u32());
    out.u32(bytes.length);
    out.bytes(bytes);
  }
  return out.view();
}

interface HostIndexes {
  fault: number;
  stackPointer: number;
  ramPages: number;
}

/** Where a sequence begins: what is charged there and whether the task may be preempted there. */
interface Head {
  cost: number;
  /** Site of the point of preemption; 0 where there is none. */
  site: number;
}
/** An operand: its type, and the variable it was computed from by adding a constant, if it was. */
interface Operand {
  type: number;
  /** Number of an unknown value that others may share; 0 when nothing is known. */
  root: number;
  delta: number;
  constant: boolean;
}
/** Bytes. Wider accesses need no more than this alignment, as on a Cortex-M. */
const WORD = 4;
const EMPTY_BLOCK = 0x40;
/** Return address and saved registers of a function that has nothing else on the stack. */
const CALL_BYTES = 16;
const sizeOf = (type: number) => (type === ValType.i64 || type === ValType.f64 ? 8 : 4);

class FunctionWriter {
  /** Offsets in the body with the offsets in the module that they came from. */
  readonly marks: [number, number][] = [];
  readonly alignmentTraps: number[] = [];
  readonly sites: number[] = [];
  frameSize = 0;

  private readonly out = new Writer();
  private readonly params: number[];
  private readonly results: number[];
  /** Types of all locals: parameters, declared ones, ours. */
  private readonly locals: number[];
  private readonly own = new Map<string, number>();
  /** Locals that a saved frame holds. */
  private readonly saved: number[];
  /** The operands on the stack, and the height at which the current construct began. */
  private stack: Operand[] = [];
  private base = 0;
  /** Labels open in the output, and for each label of the input the output label it became. */
  private depth = 0;
  private labels: number[] = [];
  /** Output label that a return goes to: the function's own, or that of the block around its body. */
  private exitLabel = -1;
  private readonly ranges = new Map<Node, { first: number; last: number }>();
  private unwindLabel = 0;
  /** What is known of the locals, and of roots: that root + at is a multiple of size. */
  private readonly variables = new Map<number, Operand>();
  private readonly aligned = new Map<number, { at: number; size: number }>();
  private roots = 0;
  private readonly countsInLocal: boolean;
  /** What a call takes of the C stack, so that endless recursion ends at a place that does not depend on the host. */
  private readonly callBytes: number;

  constructor(
    private readonly linked: Uint8Array,
    private readonly info: ModuleInfo,
    private readonly plan: Plan,
    private readonly fn: FunctionPlan,
    private readonly host: HostIndexes,
  ) {
    const type = info.types[info.functionTypes[fn.index]!]!;
    this.params = type.params;
    this.results = type.results;
    this.locals = [...type.params, ...fn.locals];
    this.saved = this.locals.map((_, i) => i);
    this.countsInLocal = hasLoop(fn.body);
    this.callBytes = fn.recursive && !fn.library && !this.movesStackPointer() ? CALL_BYTES : 0;
  }

  /** Whether the function has a stack frame of its own. */
  private movesStackPointer(): boolean {
    let moves = false;
    walk(this.fn.body, ({ op, index }) => (moves ||= op === Op.GlobalSet && index === this.host.stackPointer));
    return moves;
  }

  write(): { prefix: Uint8Array; body: Uint8Array } {
    const { fn, plan } = this;
    const preemptible = fn.recursive && !fn.library;
    if (preemptible) this.sites.push(fn.start);
    if (fn.suspends) this.numberSites(fn.body);
    const head = { cost: plan.entryCost.get(fn) ?? 0, site: preemptible ? 1 : 0 };
    this.marks.push([0, fn.start]);
    if (fn.suspends) this.suspendable(head);
    else if (this.countsInLocal) this.wrapped(() => this.sequence(fn.body, head));
    else this.sequence(fn.body, head);
    this.out.u8(Op.End);
    return { prefix: this.localDeclarations(), body: this.out.view() };
  }

  private localDeclarations(): Uint8Array {
    const out = new Writer();
    const declared = this.locals.slice(this.params.length);
    out.u32(declared.length);
    for (const type of declared) {
      out.u32(1);
      out.u8(type);
    }
    return out.view();
  }

  /** Gives every point at which this function may leave the CPU a number from 1, in the order of the code. */
  private numberSites(nodes: Node[]): void {
    for (const node of nodes) {
      const first = this.sites.length + 1;
      if (this.isCall(node) && this.plan.callSuspends(node)) this.sites.push(node.start);
      if (node.op === Op.Loop && !this.fn.library) this.sites.push(node.start);
      if (node.body) this.numberSites(node.body);
      if (node.otherwise) this.numberSites(node.otherwise);
      if (this.sites.length >= first) this.ranges.set(node, { first, last: this.sites.length });
    }
  }

  private isCall(node: Node): boolean {
    return node.op === Op.Call || node.op === Op.CallIndirect;
  }

  // --- A function whose frame can be saved -------------------------------------------------------------------------

  private suspendable(head: Head): void {
    // The body comes first, since only then are all saved locals known; then the parts are put in order.
    this.depth = 1;
    this.unwindLabel = 0;
    this.wrapped(() => this.sequence(this.fn.body, head));
    const body = this.out.view().slice();
    const bodyMarks = this.marks.splice(1);
    const bodyTraps = this.alignmentTraps.splice(0);
    this.out.length = 0;
    this.depth = 0;

    this.frameSize = this.saved.reduce((sum, local) => sum + sizeOf(this.locals[local]!), FRAME_TRAILER);
    this.restoreFrame();
    this.out.u8(Op.Block);
    this.out.u8(EMPTY_BLOCK);
    const shift = this.out.length;
    this.out.bytes(body);
    for (const [at, start] of bodyMarks) this.marks.push([at + shift, start]);
    for (const at of bodyTraps) this.alignmentTraps.push(at + shift);
    this.out.u8(Op.Return);
    this.out.u8(Op.End);
    this.saveFrame();
    for (const type of this.results) this.zero(type);
  }

  /** Puts the function's body into a block, so that every way out leads through the same place. */
  private wrapped(body: () => void): void {
    this.open(Op.Block, this.resultBlockType());
    this.exitLabel = this.depth - 1;
    this.labels.push(this.exitLabel);
    if (this.countsInLocal && !this.fn.suspends) this.fetchFuel();
    body();
    this.close();
    this.storeFuel();
    if (this.callBytes > 0) this.storeCell(Cell.StackPointer, () => this.stackPointerPlus(this.callBytes));
  }

  private resultBlockType(): number {
    if (this.results.length > 1) throw new Error('a function with several results');
    return this.results[0] ?? EMPTY_BLOCK;
  }

  private restoreFrame(): void {
    this.loadCell(Cell.Flow);
    this.constant(Flow.Rewind);
    this.out.u8(Op.I32Eq);
    this.open(Op.If, EMPTY_BLOCK);
    const frame = this.scratch('frame', ValType.i32);
    this.loadCell(Cell.FrameTop);
    this.constant(this.frameSize);
    this.out.u8(Op.I32Sub);
    this.local(Op.LocalSet, frame);
    let offset = 0;
    for (const local of this.saved) {
      const type = this.locals[local]!;
      this.local(Op.LocalGet, frame);
      this.memory(loadOf(type), offset);
      this.local(Op.LocalSet, local);
      offset += sizeOf(type);
    }
    this.local(Op.LocalGet, frame);
    this.memory(Op.I32Load, offset + 4);
    this.local(Op.LocalSet, this.resume());
    this.storeCell(Cell.FrameTop, () => this.local(Op.LocalGet, frame));
    if (this.callBytes > 0) {
      this.out.u8(Op.Else);
      this.moveStackPointer(-this.callBytes);
    }
    this.close();
    this.fetchFuel();
  }

  private saveFrame(): void {
    const frame = this.scratch('frame', ValType.i32);
    this.loadCell(Cell.FrameTop);
    this.constant(this.frameSize);
    this.out.u8(Op.I32Add);
    this.loadCell(Cell.FrameLimit);
    this.out.u8(Op.I32GtU);
    this.open(Op.If, EMPTY_BLOCK);
    this.constant(Fault.FrameAreaFull);
    this.constant(this.frameSize);
    this.out.u8(Op.Call);
    this.out.u32(this.host.fault);
    this.close();
    this.loadCell(Cell.FrameTop);
    this.local(Op.LocalSet, frame);
    let offset = 0;
    for (const local of this.saved) {
      const type = this.locals[local]!;
      this.local(Op.LocalGet, frame);
      this.local(Op.LocalGet, local);
      this.memory(storeOf(type), offset);
      offset += sizeOf(type);
    }
    this.local(Op.LocalGet, frame);
    this.constant(this.fn.index);
    this.memory(Op.I32Store, offset);
    this.local(Op.LocalGet, frame);
    this.local(Op.LocalGet, this.resume());
    this.memory(Op.I32Store, offset + 4);
    this.storeCell(Cell.FrameTop, () => {
      this.local(Op.LocalGet, frame);
      this.constant(this.frameSize);
      this.out.u8(Op.I32Add);
    });
  }

  // --- Sequences ---------------------------------------------------------------------------------------------------

  /**
   * Writes a sequence. Where it holds sites, each node with sites in it (a region) begins behind the end of a block of
   * its own, so that a task that comes back can branch to it; the operand stack is empty there.
   */
  private sequence(nodes: Node[], head: Head): void {
    const outerBase = this.base;
    this.base = this.stack.length;
    this.forget();
    const regions = nodes.filter((node) => this.ranges.has(node));
    for (let i = 0; i < regions.length; i++) this.open(Op.Block, EMPTY_BLOCK);
    const labelOf = (i: number) => this.depthAtStart - i;
    const outerStart = this.depthAtStart;
    this.depthAtStart = this.depth - 1;
    this.begin(head, regions, labelOf);
    let next = 0;
    let dead = false;
    for (const node of nodes) {
      if (node === regions[next]) {
        next++;
        this.region(node);
      } else {
        this.plain(node);
      }
      const after = this.plan.afterCost.get(node);
      if (after) this.charge(after);
      if (endsSequence(node.op)) {
        dead = true;
        break;
      }
    }
    // What follows a jump is dropped; the blocks opened for its regions are closed all the same.
    for (; next < regions.length; next++) {
      this.close();
      dead = true;
    }
    if (dead && regions.length > 0) this.out.u8(Op.Unreachable);
    this.depthAtStart = outerStart;
    this.stack.length = this.base;
    this.base = outerBase;
  }

  /** Output label of the first region of the sequence at hand. */
  private depthAtStart = 0;

  /** Charges the head's cost, lets the task be preempted there, and sends a task that comes back to its region. */
  private begin(head: Head, regions: Node[], labelOf: (i: number) => number): void {
    if (head.site === 0) {
      if (regions.length > 0) this.dispatch(regions, 0, labelOf);
      if (head.cost > 0) this.charge(head.cost);
      return;
    }
    const left = this.scratch('left', ValType.i32);
    this.charge(head.cost, left);
    this.local(Op.LocalGet, left);
    this.constant(0);
    this.out.u8(Op.I32LtS);
    // Fuel is negative in a rewind, so whoever comes back passes here too.
    this.open(Op.If, EMPTY_BLOCK);
    if (regions.length > 0) this.dispatch(regions, head.site, labelOf);
    this.local(Op.LocalGet, this.resume());
    this.open(Op.If, EMPTY_BLOCK);
    this.arrive();
    this.out.u8(Op.Else);
    this.preempt(head.site);
    this.close();
    this.close();
  }

  /** The task is back where it was preempted. */
  private arrive(): void {
    this.storeCell(Cell.Flow, () => this.constant(Flow.Run));
    this.storeCell(Cell.Fuel, () => this.loadCell(Cell.FuelBack));
    this.fetchFuel();
    this.constant(0);
    this.local(Op.LocalSet, this.resume());
  }

  /** Leaves the CPU without a call, for which every turn of a loop would have to keep its registers in memory. */
  private preempt(site: number): void {
    this.storeFuel();
    this.storeCell(Cell.Flow, () => this.constant(Flow.Unwind));
    this.constant(site);
    this.local(Op.LocalSet, this.resume());
    this.branch(Op.Br, this.unwindLabel);
  }

  /** `own` is the site of the head itself, which goes on right here; 0 for none. */
  private dispatch(regions: Node[], own: number, labelOf: (i: number) => number): void {
    if (regions.length === 1 && own === 0) {
      this.local(Op.LocalGet, this.resume());
      this.branch(Op.BrIf, labelOf(0));
      return;
    }
    const first = own || this.ranges.get(regions[0]!)!.first;
    const last = this.ranges.get(regions.at(-1)!)!.last;
    this.open(Op.Block, EMPTY_BLOCK);
    const here = this.depth - 1;
    this.local(Op.LocalGet, this.resume());
    this.constant(first);
    this.out.u8(Op.I32Sub);
    this.out.u8(Op.BrTable);
    this.out.u32(last - first + 1);
    for (let site = first; site <= last; site++) {
      const region = regions.findIndex((node) => this.ranges.get(node)!.last >= site);
      this.out.u32(this.depth - 1 - (site === own ? here : labelOf(region)));
    }
    this.out.u32(this.depth - 1 - here);
    this.close();
  }

  /** Writes a node with sites in it, where a task that comes back can enter. */
  private region(node: Node): void {
    if (this.isCall(node)) {
      this.suspendingCall(node);
      return;
    }
    const condition = node.op === Op.If ? this.spillLocal(this.stack.length - 1, ValType.i32) : -1;
    if (condition >= 0) {
      this.local(Op.LocalSet, condition);
      this.stack.pop();
    }
    const below = this.spillBelow(this.stack.length);
    this.close(); // the block whose end is this region's entry
    const results = blockResults(this.info, node.index);
    if (condition >= 0) this.local(Op.LocalGet, condition);
    this.construct(node, results);
    this.pushOver(below, results);
  }

  private suspendingCall(node: Node): void {
    const site = this.ranges.get(node)!.first;
    const type = this.calleeType(node);
    const params = node.op === Op.CallIndirect ? [...type.params, ValType.i32] : type.params;
    const args = params.map((param, i) => this.scratch(`arg${i}`, param));
    for (let i = params.length - 1; i >= 0; i--) this.local(Op.LocalSet, args[i]!);
    this.stack.length -= params.length;
    const below = this.spillBelow(this.stack.length);
    this.close();
    // A function that comes back takes its arguments from its own frame, but the table index must be right again.
    for (const arg of args) this.local(Op.LocalGet, arg);
    if (node.op === Op.CallIndirect) this.keep(args.at(-1)!);
    this.storeFuel();
    this.copy(node);
    this.leaveIfUnwinding(site);
    this.fetchFuel();
    this.pushOver(below, type.results);
  }

  private keep(local: number): void {
    if (!this.saved.includes(local)) this.saved.push(local);
  }

  /** Behind a call that may leave: go out with it, or note that whoever came back has arrived. */
  private leaveIfUnwinding(site: number): void {
    this.loadCell(Cell.Flow);
    this.open(Op.If, EMPTY_BLOCK);
    this.constant(site);
    this.local(Op.LocalSet, this.resume());
    this.branch(Op.Br, this.unwindLabel);
    this.close();
    this.constant(0);
    this.local(Op.LocalSet, this.resume());
  }

  /** Moves the operands between the construct's base and `height` into locals that the frame saves. */
  private spillBelow(height: number): number[] {
    const locals: number[] = [];
    for (let at = height - 1; at >= this.base; at--) {
      const local = this.spillLocal(at, this.stack[at]!.type);
      this.local(Op.LocalSet, local);
      locals.unshift(local);
    }
    return locals;
  }

  /** Puts spilled operands back, below the results that are on the stack now. */
  private pushOver(below: number[], results: number[]): void {
    const keepers = below.length > 0 ? results.map((type, i) => this.scratch(`result${i}`, type)) : [];
    for (const local of keepers.toReversed()) this.local(Op.LocalSet, local);
    for (const local of [...below, ...keepers]) this.local(Op.LocalGet, local);
    this.push(results);
  }

  private spillLocal(height: number, type: number): number {
    const local = this.scratch(`spill${height}`, type);
    this.keep(local);
    return local;
  }

  // --- Instructions ------------------------------------------------------------------------------------------------

  private plain(node: Node): void {
    const { op } = node;
    if (op === Op.Block || op === Op.Loop || op === Op.If) {
      if (op === Op.If) this.stack.pop();
      const results = blockResults(this.info, node.index);
      this.construct(node, results);
      this.push(results);
    } else if (op >= Op.FirstLoad && op <= Op.LastLoad) {
      this.load(node);
    } else if (op >= Op.FirstStore && op <= Op.LastStore) {
      this.store(node);
    } else if (this.isCall(node)) {
      const { params, results } = this.calleeType(node);
      const charges = this.plan.callCharges(node);
      if (charges) this.storeFuel();
      this.copy(node);
      if (charges) this.fetchFuel();
      this.stack.length -= params.length + (op === Op.CallIndirect ? 1 : 0);
      this.push(results);
    } else {
      this.other(node);
    }
  }

  private construct(node: Node, results: number[]): void {
    const { plan } = this;
    this.open(node.op, results[0] ?? EMPTY_BLOCK);
    this.labels.push(this.depth - 1);
    const loopSite = node.op === Op.Loop ? this.ranges.get(node)?.first : undefined;
    const head: Head =
      node.op === Op.Loop
        ? { cost: plan.loopCost.get(node)!, site: this.fn.library ? 0 : (loopSite ?? 0) }
        : { cost: plan.thenCost.get(node) ?? 0, site: 0 };
    this.sequence(node.body!, head);
    if (node.otherwise) {
      this.out.u8(Op.Else);
      this.sequence(node.otherwise, { cost: plan.elseCost.get(node) ?? 0, site: 0 });
    }
    this.labels.pop();
    this.close();
    this.forget();
  }

  private other(node: Node): void {
    const { stack } = this;
    switch (node.op) {
      case Op.LocalGet:
        this.copy(node);
        stack.push(this.variable(node.index));
        break;
      case Op.LocalSet:
      case Op.LocalTee:
        this.copy(node);
        this.variables.set(node.index, stack.at(-1)!);
        if (node.op === Op.LocalSet) stack.pop();
        break;
      case Op.GlobalGet:
        if (node.index === this.host.stackPointer) this.loadCell(Cell.StackPointer);
        else this.copy(node);
        this.push([this.info.globalTypes[node.index]!]);
        break;
      case Op.GlobalSet:
        if (node.index === this.host.stackPointer) this.setStackPointer(node);
        else this.copy(node);
        stack.pop();
        break;
      case Op.Br:
        this.branch(Op.Br, this.labelOf(node.index));
        break;
      case Op.BrIf:
        this.branch(Op.BrIf, this.labelOf(node.index));
        stack.pop();
        break;
      case Op.BrTable:
        this.out.u8(Op.BrTable);
        this.out.u32(node.labels!.length - 1);
        for (const label of node.labels!) this.out.u32(this.depth - 1 - this.labelOf(label));
        break;
      case Op.Return:
        this.branch(Op.Br, this.exitLabel);
        break;
      case Op.Nop:
        break;
      case Op.Unreachable:
        this.copy(node);
        break;
      case Op.Drop:
        this.copy(node);
        stack.pop();
        break;
      case Op.Select:
      case Op.SelectT: {
        this.copy(node);
        const [{ type }] = stack.splice(-3) as [Operand, Operand, Operand];
        this.push([type]);
        break;
      }
      case Op.MemorySize:
        this.constant(RAM_BASE / PAGE_SIZE + this.host.ramPages);
        this.push([ValType.i32]);
        break;
      case Op.MemoryGrow:
        this.out.u8(Op.Drop);
        this.constant(-1);
        break;
      case Op.MemoryCopy:
      case Op.MemoryFill:
        this.bulk(node);
        break;
      default:
        this.computed(node);
    }
  }

  /** An instruction whose type depends on nothing but its opcode. */
  private computed(node: Node): void {
    const type = plainType(node.op)!;
    const operands = this.stack.splice(this.stack.length - type.pops, type.pops);
    this.copy(node);
    this.push(type.pushes);
    const result = this.stack.at(-1)!;
    if (node.op === Op.I32Const) Object.assign(result, { constant: true, delta: node.index });
    const variable = operands.find((operand) => operand.root !== 0);
    const constant = operands.find((operand) => operand.constant);
    if (node.op === Op.I32Add && variable && constant) {
      Object.assign(result, { root: variable.root, delta: variable.delta + constant.delta });
    }
    // An array's index times its element's size.
    const last = operands.at(-1);
    const size = last?.constant && multipleOf(node.op, last.delta);
    if (size) this.aligned.set((result.root = ++this.roots), { at: 0, size });
  }

  private push(types: number[]): void {
    for (const type of types) this.stack.push({ type, root: 0, delta: 0, constant: false });
  }

  private variable(local: number): Operand {
    let operand = this.variables.get(local);
    if (!operand || operand.root === 0) {
      operand = { type: this.locals[local]!, root: ++this.roots, delta: 0, constant: false };
      this.variables.set(local, operand);
    }
    return operand;
  }

  /** What was learned of variables holds only until code joins. */
  private forget(): void {
    this.variables.clear();
    this.aligned.clear();
  }

  /** memory.copy and memory.fill: rebased, and charged by their length. */
  private bulk(node: Node): void {
    const length = this.scratch('arg2', ValType.i32);
    const second = this.scratch('arg1', ValType.i32);
    this.local(Op.LocalSet, length);
    this.local(Op.LocalSet, second);
    this.rebaseAddress();
    this.local(Op.LocalGet, second);
    if (node.op === Op.MemoryCopy) this.rebaseAddress();
    this.local(Op.LocalGet, length);
    this.copy(node);
    this.spend(() => {
      this.local(Op.LocalGet, length);
      this.constant(2);
      this.out.u8(Op.I32ShrU);
    });
    this.stack.length -= 3;
  }

  /** A store's address lies below its value. */
  private store(node: Node): void {
    const address = this.stack.at(-2)!;
    const checked = !this.knownAligned(node, address);
    if (checked || node.offset < BIAS) {
      const value = this.scratch('value', this.stack.at(-1)!.type);
      this.local(Op.LocalSet, value);
      if (checked) this.checkAlignment(node);
      if (node.offset < BIAS) this.rebaseAddress();
      this.local(Op.LocalGet, value);
    }
    this.access(node);
    this.stack.length -= 2;
  }

  private load(node: Node): void {
    if (!this.knownAligned(node, this.stack.at(-1)!)) this.checkAlignment(node);
    if (node.offset < BIAS) this.rebaseAddress();
    this.access(node);
    this.stack.pop();
    this.push(plainType(node.op)!.pushes);
  }

  /**
   * Whether an access has the alignment that it promises: by how its address was computed, or since an access before it
   * in the same straight piece of code, at a distance that keeps the alignment, has shown that or will have trapped.
   */
  private knownAligned(node: Node, address: Operand): boolean {
    const size = Math.min(1 << node.align, WORD);
    const at = address.delta + node.offset;
    if (address.constant) return at % size === 0;
    const known = this.aligned.get(address.root);
    if (size === 1 || (known && known.size >= size && (at - known.at) % size === 0)) return true;
    if (address.root !== 0) this.aligned.set(address.root, { at, size });
    return false;
  }

  /** Traps when the address on the stack, with the access's offset, has not the alignment that the access promises. */
  private checkAlignment(node: Node): void {
    const mask = Math.min(1 << node.align, WORD) - 1;
    const address = this.scratch('address', ValType.i32);
    this.local(Op.LocalTee, address);
    if ((node.offset & mask) !== 0) {
      this.constant(node.offset & mask);
      this.out.u8(Op.I32Add);
    }
    this.constant(mask);
    this.out.u8(Op.I32And);
    this.open(Op.If, EMPTY_BLOCK);
    this.mark(node);
    this.alignmentTraps.push(this.out.length);
    this.out.u8(Op.Unreachable);
    this.close();
    this.local(Op.LocalGet, address);
  }

  /** An offset that is an address itself (a global variable's) is rebased instead of the operand. */
  private access(node: Node): void {
    this.mark(node);
    this.out.u8(node.op);
    this.out.u32(node.align);
    this.out.u32(node.offset < BIAS ? node.offset : node.offset - BIAS);
  }

  private rebaseAddress(): void {
    this.constant(BIAS);
    this.out.u8(Op.I32Sub);
  }

  private setStackPointer(node: Node): void {
    const value = this.scratch('sp', ValType.i32);
    this.local(Op.LocalSet, value);
    this.mark(node);
    this.checkStackPointer(value);
  }

  /** Takes the new stack pointer from a local. */
  private checkStackPointer(value: number): void {
    this.local(Op.LocalGet, value);
    this.loadCell(Cell.StackLimit);
    this.out.u8(Op.I32LtU);
    this.open(Op.If, EMPTY_BLOCK);
    this.constant(Fault.StackOverflow);
    this.local(Op.LocalGet, value);
    this.out.u8(Op.Call);
    this.out.u32(this.host.fault);
    this.close();
    this.storeCell(Cell.StackPointer, () => this.local(Op.LocalGet, value));
  }

  private moveStackPointer(by: number): void {
    const value = this.scratch('sp', ValType.i32);
    this.stackPointerPlus(by);
    this.local(Op.LocalSet, value);
    this.checkStackPointer(value);
  }

  private stackPointerPlus(bytes: number): void {
    this.loadCell(Cell.StackPointer);
    this.constant(bytes);
    this.out.u8(Op.I32Add);
  }

  private calleeType(node: Node) {
    return this.info.types[node.op === Op.Call ? this.info.functionTypes[node.index]! : node.index]!;
  }

  // --- Output ------------------------------------------------------------------------------------------------------

  private charge(cost: number, keep?: number): void {
    this.spend(() => this.constant(cost), keep);
  }

  /** Takes cycles off the fuel; `keep` is a local that gets what is left. */
  private spend(cycles: () => void, keep?: number): void {
    const left = () => {
      if (this.countsInLocal) this.local(Op.LocalGet, this.fuel());
      else this.loadCell(Cell.Fuel);
      cycles();
      this.out.u8(Op.I32Sub);
      if (keep !== undefined) this.local(Op.LocalTee, keep);
    };
    if (!this.countsInLocal) return this.storeCell(Cell.Fuel, left);
    left();
    this.local(Op.LocalSet, this.fuel());
  }

  /** A function with loops keeps the fuel in a local and puts it back for whoever else may look at it. */
  private fuel(): number {
    return this.scratch('fuel', ValType.i32);
  }

  private fetchFuel(): void {
    if (!this.countsInLocal) return;
    this.loadCell(Cell.Fuel);
    this.local(Op.LocalSet, this.fuel());
  }

  private storeFuel(): void {
    if (this.countsInLocal) this.storeCell(Cell.Fuel, () => this.local(Op.LocalGet, this.fuel()));
  }

  private mark(node: Node): void {
    this.marks.push([this.out.length, node.start]);
  }

  private copy(node: Node): void {
    this.mark(node);
    this.out.bytes(this.linked.subarray(node.start, node.end));
  }

  private open(op: number, type: number): void {
    this.out.u8(op);
    this.out.u8(type);
    this.depth++;
  }

  private close(): void {
    this.out.u8(Op.End);
    this.depth--;
  }

  private branch(op: number, label: number): void {
    this.out.u8(op);
    this.out.u32(this.depth - 1 - label);
  }

  /** Output label of an input label; the function's own label lies below all others. */
  private labelOf(index: number): number {
    return this.labels[this.labels.length - 1 - index] ?? -1;
  }

  private local(op: number, index: number): void {
    this.out.u8(op);
    this.out.u32(index);
  }

  private constant(value: number): void {
    this.out.u8(Op.I32Const);
    this.out.s32(value);
  }

  private memory(op: number, offset: number): void {
    this.out.u8(op);
    this.out.u32(0);
    this.out.u32(offset);
  }

  private loadCell(cell: number): void {
    this.constant(0);
    this.memory(Op.I32Load, cell * 4);
  }

  private storeCell(cell: number, value: () => void): void {
    this.constant(0);
    value();
    this.memory(Op.I32Store, cell * 4);
  }

  private zero(type: number): void {
    if (type === ValType.i32 || type === ValType.i64) {
      this.out.u8(type === ValType.i32 ? Op.I32Const : Op.I64Const);
      this.out.u8(0);
      return;
    }
    this.out.u8(type === ValType.f32 ? Op.F32Const : Op.F64Const);
    this.out.bytes(new Uint8Array(sizeOf(type)));
  }

  /** A local of ours, by name and type. */
  private scratch(name: string, type: number): number {
    const key = `${name}:${type}`;
    let local = this.own.get(key);
    if (local === undefined) {
      local = this.locals.length;
      this.locals.push(type);
      this.own.set(key, local);
    }
    return local;
  }

  /** The site that the task comes back to; 0 when it is running. */
  private resume(): number {
    return this.scratch('resume', ValType.i32);
  }
}

/** The power of two of which the result is a multiple, when an instruction's second operand is a constant. */
function multipleOf(op: number, constant: number): number {
  if (op === Op.I32Shl) return 1 << (constant & 31);
  return op === Op.I32Mul || op === Op.I32And ? constant & -constant : 0;
}

function loadOf(type: number): number {
  return { [ValType.i32]: Op.I32Load, [ValType.i64]: Op.I64Load, [ValType.f32]: Op.F32Load, [ValType.f64]: Op.F64Load }[
    type
  ]!;
}

function storeOf(type: number): number {
  return {
    [ValType.i32]: Op.I32Store,
    [ValType.i64]: Op.I64Store,
    [ValType.f32]: Op.F32Store,
    [ValType.f64]: Op.F64Store,
  }[type]!;
}
