/**
 * What the instrumentation decides before it writes: which functions may leave the CPU, where cycles are charged, and
 * where a task may be preempted.
 */
import { SectionId, Reader, type ModuleInfo } from './wasm-binary';
import { Op, endsSequence, hasLoop, readBody, walk, type FunctionBody, type Node } from './wasm-code';

export interface PlanOptions {
  /**
   * Functions of the C library, by their place in the code section: they charge cycles but are never preempted, since
   * they are not reentrant.
   */
  library: ReadonlySet<number>;
  /** Imports (`module.name`) that return at once and never leave the CPU. */
  immediate: ReadonlySet<string>;
}

export interface FunctionPlan extends FunctionBody {
  index: number;
  library: boolean;
  /** It, or what it calls, may leave the CPU: its frame must be savable. */
  suspends: boolean;
  /** It may call itself, so its entry is a point of preemption, as a loop's head is. */
  recursive: boolean;
  /** Cycles of a call, where they are known and charged by the caller; null where the function charges them itself. */
  fixedCost: number | null;
}

/** Cycles per instruction: none for what a compiler keeps in registers, more for what every CPU is slow at. */
const freeOps = new Set<number>([
  Op.Nop, Op.Block, Op.Loop, Op.Drop, Op.LocalGet, Op.LocalSet, Op.LocalTee, Op.I32Const, Op.I64Const, Op.F32Const,
  Op.F64Const,
]); // prettier-ignore
const CALL_CYCLES = 4;
const MEMORY_CYCLES = 2;
const DIVIDE_CYCLES = 10;
const divides = new Set([0x6d, 0x6e, 0x6f, 0x70, 0x7f, 0x80, 0x81, 0x82, 0x91, 0x95, 0x9f, 0xa3]);
/** An arm of an `if` or `switch` that costs less is charged with the code around it, by the average of its kind. */
const OWN_CHARGE_CYCLES = 32;

interface Cost {
  /** Cycles of the code that always runs. */
  cycles: number;
  /** Cycles of each small arm of a switch, of which one runs. */
  arms: number[];
  /** Nothing inside is charged on its own. */
  exact: boolean;
}

function total({ cycles, arms }: Cost): number {
  return cycles + (arms.length > 0 ? Math.round(arms.reduce((sum, arm) => sum + arm) / arms.length) : 0);
}

export class Plan {
  readonly functions: FunctionPlan[] = [];
  /** Cycles to charge at a loop's head, at an `if`'s arms, or behind a block's end. */
  readonly loopCost = new Map<Node, number>();
  readonly thenCost = new Map<Node, number>();
  readonly elseCost = new Map<Node, number>();
  readonly afterCost = new Map<Node, number>();
  readonly entryCost = new Map<FunctionPlan, number>();
  private readonly importCount: number;
  private readonly byType = new Map<number, number[]>();
  private readonly importSuspends: boolean[];

  constructor(
    readonly info: ModuleInfo,
    module: Uint8Array,
    options: PlanOptions,
  ) {
    this.importCount = info.imports.length;
    this.importSuspends = info.imports.map((i) => !options.immediate.has(`${i.module}.${i.name}`));
    const section = info.sections.find((s) => s.id === SectionId.Code)!;
    const reader = new Reader(module, section.start, section.end);
    for (let n = reader.u32(), index = this.importCount; n > 0; n--, index++) {
      const end = reader.u32() + reader.pos;
      this.functions.push({
        ...readBody(reader),
        index,
        library: options.library.has(index - this.importCount),
        suspends: false,
        recursive: false,
        fixedCost: null,
      });
      if (reader.pos !== end) throw new Error(`function ${index} was not read to its end`);
    }
    for (const index of new Set(info.table)) {
      if (index === undefined) continue;
      const type = info.functionTypes[index]!;
      this.byType.set(type, [...(this.byType.get(type) ?? []), index]);
    }
    this.findRecursion();
    this.findSuspension();
    for (const plan of this.functions) this.costOf(plan);
  }

  /** Whether a call, direct or through a pointer, may leave the CPU. */
  callSuspends(node: Node): boolean {
    if (node.op === Op.Call) return this.mayLeave(node.index);
    return (this.byType.get(node.index) ?? []).some((target) => this.mayLeave(target));
  }

  /** Whether the fuel may be read or changed in a call. */
  callCharges(node: Node): boolean {
    return node.op === Op.CallIndirect || this.charges(node.index);
  }

  private mayLeave(index: number): boolean {
    return index < this.importCount ? this.importSuspends[index]! : this.functions[index - this.importCount]!.suspends;
  }

  private callees(plan: FunctionPlan): number[] {
    const found = new Set<number>();
    walk(plan.body, ({ op, index }) => {
      if (op === Op.Call) found.add(index);
      else if (op === Op.CallIndirect) for (const target of this.byType.get(index) ?? []) found.add(target);
    });
    return [...found].filter((index) => index >= this.importCount).map((index) => index - this.importCount);
  }

  /** Tarjan's strongly connected components, without recursion of our own: call graphs can be deep. */
  private findRecursion(): void {
    const graph = this.functions.map((plan) => this.callees(plan));
    const order = new Int32Array(graph.length).fill(-1);
    const low = new Int32Array(graph.length);
    const onStack = new Uint8Array(graph.length);
    const stack: number[] = [];
    let counter = 0;
    for (let root = 0; root < graph.length; root++) {
      if (order[root]! >= 0) continue;
      const path: { node: number; next: number }[] = [{ node: root, next: 0 }];
      while (path.length > 0) {
        const top = path[path.length - 1]!;
        const { node } = top;
        if (top.next === 0) {
          order[node] = low[node] = counter++;
          stack.push(node);
          onStack[node] = 1;
        }
        const child = graph[node]![top.next++];
        if (child !== undefined) {
          if (order[child]! < 0) path.push({ node: child, next: 0 });
          else if (onStack[child]) low[node] = Math.min(low[node]!, order[child]!);
          continue;
        }
        path.pop();
        const parent = path[path.length - 1];
        if (parent) low[parent.node] = Math.min(low[parent.node]!, low[node]!);
        if (low[node] !== order[node]) continue;
        const component = stack.splice(stack.indexOf(node));
        for (const member of component) {
          onStack[member] = 0;
          this.functions[member]!.recursive = component.length > 1 || graph[member]!.includes(member);
        }
      }
    }
  }

  private findSuspension(): void {
    for (const plan of this.functions) plan.suspends = !plan.library && (plan.recursive || hasLoop(plan.body));
    for (let changed = true; changed;) {
      changed = false;
      for (const plan of this.functions) {
        if (plan.suspends) continue;
        walk(plan.body, (node) => {
          if ((node.op === Op.Call || node.op === Op.CallIndirect) && this.callSuspends(node)) plan.suspends = true;
        });
        changed ||= plan.suspends;
      }
    }
  }

  private readonly costed = new Set<FunctionPlan>();

  private costOf(plan: FunctionPlan): void {
    if (this.costed.has(plan)) return;
    this.costed.add(plan);
    const cost = this.sequenceCost(plan.body);
    if (cost.exact && !plan.suspends && !plan.recursive) plan.fixedCost = total(cost);
    else this.entryCost.set(plan, total(cost));
  }

  /** What is to be charged where a sequence begins. */
  private sequenceCost(nodes: Node[]): Cost {
    const sum: Cost = { cycles: 0, arms: [], exact: true };
    for (let i = 0; i < nodes.length; i++) {
      const node = nodes[i]!;
      const part = this.nodeCost(node);
      sum.cycles += part.cycles;
      sum.arms.push(...part.arms);
      sum.exact &&= part.exact;
      // The code behind a block that never falls through is an arm of a switch: it runs when a branch leads there.
      if (node.op === Op.Block && endsSequence(node.body!.at(-1)?.op ?? Op.Nop) && i + 1 < nodes.length) {
        const arm = this.sequenceCost(nodes.slice(i + 1));
        sum.exact &&= arm.exact;
        if (arm.cycles < OWN_CHARGE_CYCLES) {
          sum.arms.push(arm.cycles, ...arm.arms);
        } else {
          this.afterCost.set(node, total(arm));
          sum.exact = false;
        }
        break;
      }
    }
    return sum;
  }

  private nodeCost(node: Node): Cost {
    const { op } = node;
    if (op === Op.Loop) {
      this.loopCost.set(node, Math.max(1, total(this.sequenceCost(node.body!))));
      return { cycles: 0, arms: [], exact: false };
    }
    if (op === Op.Block) return this.sequenceCost(node.body!);
    if (op === Op.If) return this.ifCost(node);
    const charges =
      op === Op.MemoryCopy ||
      op === Op.MemoryFill ||
      op === Op.CallIndirect ||
      (op === Op.Call && this.charges(node.index));
    return { cycles: this.instructionCost(node), arms: [], exact: !charges };
  }

  private instructionCost({ op, index }: Node): number {
    if (op === Op.Call) return CALL_CYCLES + this.calleeCost(index);
    if (op === Op.CallIndirect || op === Op.MemoryCopy || op === Op.MemoryFill) return CALL_CYCLES;
    if (op >= Op.FirstLoad && op <= Op.LastStore) return MEMORY_CYCLES;
    if (divides.has(op)) return DIVIDE_CYCLES;
    return freeOps.has(op) ? 0 : 1;
  }

  private ifCost(node: Node): Cost {
    const sum: Cost = { cycles: 1, arms: [], exact: true };
    let small = 0;
    for (const [body, charges] of [
      [node.body!, this.thenCost],
      [node.otherwise ?? [], this.elseCost],
    ] as const) {
      const arm = this.sequenceCost(body);
      const cycles = total(arm);
      sum.exact &&= arm.exact && cycles < OWN_CHARGE_CYCLES;
      if (cycles >= OWN_CHARGE_CYCLES) charges.set(node, cycles);
      else small += cycles;
    }
    sum.cycles += Math.round(small / 2);
    return sum;
  }

  private calleeCost(index: number): number {
    return this.functions[index - this.importCount]?.fixedCost ?? 0;
  }

  /** Whether a function looks at the fuel itself. */
  private charges(index: number): boolean {
    const plan = this.functions[index - this.importCount];
    if (!plan) return true;
    if (!plan.recursive) this.costOf(plan);
    return plan.fixedCost === null;
  }
}
