/**
 * Runs firmware tasks: enters the WebAssembly code of whoever is the running task, serves its system calls, delivers
 * the timer interrupt, and takes a task off the CPU by letting its frames be saved.
 */
import { chargeCpu } from '../clock/cpuload';
import { processTick } from '../clock/tick';
import { Errno } from '../errno';
import { awaitsOutside } from '../fs/outside';
import { serveEvent } from '../hardware';
import { followMask, holdsTicks, ticksPassed } from '../irq';
import { BLOCKED, cyclesNow, note, Note, running, taskOf, type FirmwareHooks, type Kernel } from '../kernel';
import { MachineFault } from '../memory';
import type { SystemCall } from '../call';
import { atCancellationPoint } from '../sched/cancel';
import { entryReturned } from '../sched/exit';
import { resumeSporadic, suspendSporadic } from '../sched/sporadic';
import { growFrames, errnoAddress, stackLimit, stackOverflow } from '../sched/task';
import { takeFrames } from '../sched/vfork';
import { nextWork } from '../sched/wqueue';
import { nextHandler, wantsAttention } from '../signal/deliver';
import { NONE, TaskState, type Tcb } from '../state';
import { systemCalls } from '../syscall';
import { ARENA_SIZE, Cell, Fault, Flow } from './abi';
import { beginUpcall, endUpcall } from './activation';
import { appIndex, isNative } from './entry';
import { NativeRunner } from './native';
import { wasiImports } from './wasi';

/** Where a run ends at the latest. What is not given does not limit it. */
export interface RunLimit {
  /** Kernel entries since boot. */
  entries?: number;
  /** Ticks since boot: right behind the interrupt. */
  ticks?: number;
  /**
   * Cycles since boot: the next place from there on where a task can be taken off the CPU, and before anything that the
   * hardware does at that cycle or later. It need not be a kernel entry.
   */
  cycles?: number;
  /** Before another task than the running one is entered. */
  switch?: boolean;
  /** When no task can ever run again; one that waits for something from outside can. */
  idle?: boolean;
  /** Not when the last task has ended: time goes on, and the hardware with it. */
  beyondEnd?: boolean;
}

/** Why a run ended: its limit, no task is left or the board is off, all wait for ever (see {@link RunLimit.idle}), or a fault. */
export type RunEnd = 'limit' | 'ended' | 'idle' | 'crashed';

/** What was the matter when the firmware was stopped by a fault. */
export interface FaultReport {
  pid: number;
  reason: string;
  hint: string;
  /** Innermost first: function index and offset in the module. */
  frames: { index: number; offset: number }[];
  stackPointer: number;
}

type TaskEntry = (arg0: number, arg1: number, arg2: number) => number;

const noLimit: Required<RunLimit> = {
  entries: Infinity,
  ticks: Infinity,
  cycles: Infinity,
  switch: false,
  idle: false,
  beyondEnd: false,
};

/** Frame areas of endless recursion end here. */
const MAX_FRAME_AREA = 1 << 20;
/** Innermost frames that a fault reports: V8 keeps ten unless told otherwise. */
const FAULT_FRAMES = 256;
/** What the fuel is between: what is overdue is due, and a tick may be longer than a cell can say. */
const [FUEL_NONE, FUEL_MOST] = [-1, 0x3fff_ffff];
/** Negative, so that whoever comes back passes each loop's cold path (instrument.ts). */
const FUEL_REWINDING = -1;
/** An interrupt handler that takes longer never ends. */
const MAX_HANDLER_CYCLES = 100_000_000;
/** Export of kernel/libc that gives the address. */
const LIBRARY_ERRNO = '__ts_libc_errno';

export class Executor implements FirmwareHooks {
  fault: FaultReport | null = null;
  private readonly words: Int32Array;
  private readonly table: WebAssembly.Table;
  private readonly libraryErrno: number;
  /** Of the run under way, or the last. */
  limit: Required<RunLimit> = noLimit;
  /** That limit is one of time, too. */
  private isTimed = false;
  private readonly entries = new Map<number, TaskEntry>();
  private readonly natives: NativeRunner;

  private constructor(
    private readonly kernel: Kernel,
    private readonly instance: WebAssembly.Instance,
    private readonly appEntries: readonly string[],
  ) {
    this.words = kernel.memory.words;
    this.table = instance.exports.__indirect_function_table as WebAssembly.Table;
    // Its value is needed before any task runs; it only returns an address.
    this.libraryErrno = (instance.exports[LIBRARY_ERRNO] as () => number)();
    this.natives = new NativeRunner(kernel, (index, args) => this.nativeCall(index, args));
  }

  /**
   * Makes a module's functions callable by a kernel, which `connect` gives for the module's exports. `appEntries` are
   * the exported entries of the built-in apps; {@link appEntry} makes one a task's entry.
   */
  static create(
    module: WebAssembly.Module,
    appEntries: readonly string[],
    connect: (exports: WebAssembly.Instance['exports']) => Kernel,
  ): Executor {
    Error.stackTraceLimit = FAULT_FRAMES;
    // Imports are called only when tasks run, after the executor exists.
    const self = (): Executor => executor;
    const imports: WebAssembly.Imports = { env: {}, tickscope: {}, wasi_snapshot_preview1: {} };
    const known = new Map(systemCalls.map((call, index) => [call.name, index]));
    for (const { module: from, name } of WebAssembly.Module.imports(module)) {
      if (from !== 'env') continue;
      const index = known.get(name);
      imports.env![name] = index === undefined ? missing(name) : binding(self, index);
    }
    imports.tickscope!.fault = (code: number, detail: number) => self().onFault(code, detail);
    imports.wasi_snapshot_preview1 = wasiImports(() => self().kernel);
    const instance = new WebAssembly.Instance(module, imports);
    const executor = new Executor(connect(instance.exports), instance, appEntries);
    return executor;
  }

  /** Runs until the limit, the end of all tasks, a fault, or until the board has to boot again. */
  run(limit: RunLimit): RunEnd | 'reset' {
    this.limit = { ...noLimit, ...limit };
    this.isTimed = this.limit.ticks !== Infinity || this.limit.cycles !== Infinity;
    this.refill();
    const end = this.schedule();
    // Whatever the way here, the same position has the same state.
    this.refill();
    return end;
  }

  private schedule(): RunEnd | 'reset' {
    const { kernel, words } = this;
    const { state } = kernel;
    for (;;) {
      if (state.crashed) return 'crashed';
      if (this.reached()) return 'limit';
      if (state.power !== 'on') return state.power === 'off' ? 'ended' : 'reset';
      if (words[Cell.Fuel]! < 0) {
        this.idleTicks();
        continue;
      }
      const tcb = running(kernel);
      if (tcb.pid !== state.onCpu) {
        this.switchTo(tcb);
        if (this.limit.switch || this.reached()) return 'limit';
      }
      if (tcb.pid !== 0) {
        this.enter(tcb);
        continue;
      }
      if (state.groups.size === 1 && state.transmitters === 0 && !this.limit.beyondEnd) return 'ended';
      if (state.timeouts.length === 0 && state.events.length === 0 && this.endsIdle()) return 'idle';
      this.skipAhead();
    }
  }

  /** Nobody can wake a task but something from outside, if one waits for that. */
  private endsIdle(): boolean {
    return this.limit.switch || (this.limit.idle && !awaitsOutside(this.kernel));
  }

  private switchTo(tcb: Tcb): void {
    const { kernel } = this;
    const { state } = kernel;
    const from = taskOf(kernel, state.onCpu);
    chargeCpu(kernel);
    if (from?.sporadic) suspendSporadic(kernel, from);
    if (tcb.sporadic) resumeSporadic(kernel, tcb);
    note(kernel, Note.switch, tcb.pid, state.onCpu, from?.state ?? TaskState.Invalid, tcb.priority);
    state.onCpu = tcb.pid;
    state.entries++;
    if (from?.irqMasked !== tcb.irqMasked) followMask(kernel);
  }

  private reached(): boolean {
    const { limit, kernel } = this;
    return kernel.state.entries >= limit.entries || (this.isTimed && this.timeReached());
  }

  private timeReached(): boolean {
    const { ticks, cycles } = this.limit;
    return ticksPassed(this.kernel) >= ticks || (cyclesNow(this.kernel) >= cycles && this.nextDue >= cycles);
  }

  /** Nobody is ready: time goes to the next tick or event at once. */
  private skipAhead(): void {
    this.words[Cell.Fuel] = -1;
    this.idleTicks();
  }

  /** Serves every tick and every event of the hardware that is due, in their order. */
  private ticks(): void {
    const { kernel, words } = this;
    const { state } = kernel;
    while (words[Cell.Fuel]! < 0) {
      const now = Math.min(cyclesNow(kernel), this.limit.cycles - 1);
      const event = kernel.state.events[0]?.cycle ?? Infinity;
      const tick = this.nextTick();
      if (event <= now && event <= tick) serveEvent(kernel);
      else if (tick <= now) this.tick();
      else if (state.irq.heldTicks > 0 && !holdsTicks(kernel)) this.takeHeldTicks();
      this.refill();
      if (this.reached() || kernel.state.power !== 'on') return;
    }
  }

  /** The run under way ends at a cycle ({@link RunLimit.cycles}), if not before. */
  endAt(cycle: number): void {
    this.limit.cycles = Math.min(this.limit.cycles, cycle);
    this.isTimed = true;
  }

  /** Cycle at which something happens by itself: a tick, or what the hardware does. */
  get nextDue(): number {
    return Math.min(this.nextTick(), this.kernel.state.events[0]?.cycle ?? Infinity);
  }

  /**
   * What {@link run} does up to a cycle when there is nothing but a tick, for which nobody waits while nobody is ready: most
   * ticks of most boards. False, and nothing is done, when there is more.
   */
  passTick(until: number): boolean {
    const { kernel } = this;
    const { state } = kernel;
    const { timeouts, events, settings } = state;
    if (!this.rests) return false;
    const tick = this.nextTick();
    if (tick < cyclesNow(kernel) || tick >= until || until > tick + settings.cyclesPerTick) return false;
    if ((events[0]?.cycle ?? Infinity) < until || holdsTicks(kernel)) return false;
    if ((timeouts[0]?.tick ?? Infinity) <= state.ticks + 1) return false;
    this.standAt(tick);
    processTick(kernel);
    this.standAt(until);
    return true;
  }

  /** What {@link run} does up to a cycle when nothing happens before. False, and nothing is done, when there may be more. */
  passTime(until: number): boolean {
    if (!this.rests || this.nextDue < until) return false;
    this.standAt(until);
    return true;
  }

  /** Nobody is ready, and no interrupt is held back. */
  private get rests(): boolean {
    const { crashed, power, onCpu, readyToRun, irq } = this.kernel.state;
    return !crashed && power === 'on' && onCpu === 0 && readyToRun.head === 0 && irq.heldTicks === 0;
  }

  /** The CPU is at a cycle, and stops there. */
  private standAt(cycle: number): void {
    const { kernel, words } = this;
    kernel.state.cycles = cycle;
    kernel.state.budget = words[Cell.Fuel] = FUEL_NONE;
  }

  private tick(): void {
    const { kernel } = this;
    if (!holdsTicks(kernel)) return processTick(kernel);
    kernel.state.irq.heldTicks++;
    kernel.state.entries++;
  }

  /** Interrupts are taken again: no tick is lost. */
  private takeHeldTicks(): void {
    const { irq } = this.kernel.state;
    while (irq.heldTicks > 0 && !holdsTicks(this.kernel)) {
      irq.heldTicks--;
      processTick(this.kernel);
    }
  }

  /** Cycle at which the next tick's interrupt is taken. */
  private nextTick(): number {
    const { boot, settings } = this.kernel.state;
    return boot.cycle + (ticksPassed(this.kernel) - boot.tick + 1) * settings.cyclesPerTick + settings.irqLatencyCycles;
  }

  /** The same while no task's code is under it. */
  private idleTicks(): void {
    try {
      this.ticks();
    } catch (error) {
      this.crash(running(this.kernel), error);
    }
  }

  /** Gives the CPU the cycles up to what comes next, which is due when the fuel is below zero. */
  private refill(): void {
    const { state } = this.kernel;
    const now = cyclesNow(this.kernel);
    state.cycles = now;
    const next = Math.min(this.nextDue, this.limit.cycles) - now - 1;
    state.budget = Math.max(FUEL_NONE, Math.min(next, FUEL_MOST));
    this.words[Cell.Fuel] = state.budget;
  }

  private enter(tcb: Tcb): void {
    try {
      if (tcb.frameBase === 0) takeFrames(this.kernel, tcb);
      if (tcb.attention && !this.attend(tcb)) return;
      if (tcb.call !== NONE && !this.finishWait(tcb)) return;
      if (this.reached()) return;
      if (tcb.native) this.enterNative(tcb);
      else if (tcb.kind === 'kthread' && tcb.entry === 0) nextWork(this.kernel, tcb);
      else this.enterCode(tcb);
    } catch (error) {
      this.crash(tcb, error);
    }
  }

  /** Puts the function on the task that has to run before it goes on; false when the task cannot go on now. */
  private attend(tcb: Tcb): boolean {
    const { kernel } = this;
    const upcall = tcb.upcall ?? nextHandler(kernel, tcb);
    if (!upcall) {
      // A signal's default action may have ended or stopped it, with other signals to come, or asked for more to be called.
      tcb.attention = tcb.upcall !== null || wantsAttention(tcb);
      return running(kernel) === tcb && !tcb.attention;
    }
    tcb.attention = tcb.upcall !== null && wantsAttention(tcb);
    tcb.upcall = null;
    beginUpcall(kernel, tcb, upcall);
    if (isNative(upcall.entry)) tcb.native = this.natives.begin(tcb);
    // A handler that waits its turn comes after this one.
    kernel.state.entries++;
    return true;
  }

  private enterCode(tcb: Tcb): void {
    const { words } = this;
    words[Cell.FrameTop] = tcb.frameTop;
    words[Cell.FrameLimit] = tcb.frameLimit;
    words[Cell.StackPointer] = tcb.stackPointer;
    words[Cell.StackLimit] = stackLimit(tcb);
    if (tcb.frameTop > tcb.frameStart) {
      words[Cell.FuelBack] = words[Cell.Fuel]!;
      words[Cell.Fuel] = FUEL_REWINDING;
      words[Cell.Flow] = Flow.Rewind;
    }
    const value = this.entryOf(tcb.entry)(tcb.arg0, tcb.arg1, tcb.arg2);
    if (words[Cell.Flow] === Flow.Unwind) {
      words[Cell.Flow] = Flow.Run;
      tcb.frameTop = words[Cell.FrameTop]!;
      tcb.stackPointer = words[Cell.StackPointer]!;
    } else {
      tcb.frameTop = tcb.frameStart;
      tcb.stackPointer = words[Cell.StackPointer]!;
      this.returned(tcb, value | 0);
    }
  }

  private enterNative(tcb: Tcb): void {
    const value = this.natives.run(tcb);
    if (value !== undefined) this.returned(tcb, value);
  }

  /** What a task's native program shows of itself to the debugger. */
  shown(tcb: Tcb): object | null {
    return this.natives.shown(tcb);
  }

  /** What the task was in has come to its end: the function that it began in, or one that the kernel called. */
  private returned(tcb: Tcb, value: number): void {
    if (tcb.suspended.length > 0) endUpcall(this.kernel, tcb, value);
    else entryReturned(this.kernel, tcb, value);
    this.kernel.state.entries++;
  }

  /** The function in which a task begins. Asking WebAssembly for it takes longer than a whole switch may. */
  private entryOf(entry: number): TaskEntry {
    const known = this.entries.get(entry);
    if (known) return known;
    const app = this.appEntries[appIndex(entry)];
    const code = app === undefined ? this.tableFunction(entry) : this.instance.exports[app];
    if (typeof code !== 'function') {
      throw new MachineFault(`Task entry 0x${(entry >>> 0).toString(16)} is no function`, badPointerHint());
    }
    this.entries.set(entry, code as TaskEntry);
    return code as TaskEntry;
  }

  private tableFunction(index: number): unknown {
    return index >>> 0 < this.table.length ? this.table.get(index) : null;
  }

  /** The wait of the task is over: what does its call give? False when it cannot go on now. */
  private finishWait(tcb: Tcb): boolean {
    const { kernel } = this;
    const call = systemCalls[tcb.call]!;
    const result = call.resume ? call.resume(kernel, ...tcb.args) : tcb.result;
    kernel.state.entries++;
    if (result === BLOCKED || tcb.state === TaskState.Invalid) return false;
    // A driver's answer that nobody took: the descriptor was closed meanwhile.
    tcb.result = this.deliver(call, tcb.call, tcb, result === -Errno.EBADF ? (tcb.answer ?? result) : result);
    tcb.answer = null;
    tcb.call = NONE;
    if (call.cancels && tcb.cancel.pending) atCancellationPoint(kernel, tcb);
    // What it took may have woken somebody who outranks it.
    return running(kernel) === tcb && !tcb.attention;
  }

  /** Result as the C caller gets it. */
  private deliver(call: SystemCall, index: number, tcb: Tcb, result: number): number {
    note(this.kernel, Note.syscall_leave, tcb.pid, index, result);
    return result >= 0 ? result : this.fail(call, tcb, result);
  }

  /** The call's way of telling an error. */
  private fail(call: SystemCall, tcb: Tcb, error: number): number {
    if (call.errors === 'returned') return error;
    if (call.errors === 'positive') return -error;
    this.kernel.memory.store32(errnoAddress(tcb), -error);
    return call.errors === 'null' ? 0 : -1;
  }

  /** A system call from the running task. */
  system(index: number, a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0): number {
    const { kernel, words } = this;
    if (words[Cell.Flow] === Flow.Rewind) return this.arrive();
    if (kernel.state.interrupts > 0) return this.systemInInterrupt(index, a, b, c, d, e, f, g);
    const tcb = running(kernel);
    const call = systemCalls[index]!;
    note(kernel, Note.syscall_enter, tcb.pid, index, a, b, c);
    const cancelled = call.cancels && tcb.cancel.pending && atCancellationPoint(kernel, tcb);
    const result = cancelled ? 0 : call.call(kernel, a, b, c, d, e, f, g);
    words[Cell.Fuel]! -= kernel.state.settings.callCycles;
    kernel.state.entries++;
    if (result === BLOCKED) {
      tcb.call = index;
      // Only what goes on by itself later needs them, and the others are many.
      if (call.resume) tcb.args = [a, b, c, d, e, f, g];
      return this.leave();
    }
    if (tcb.state === TaskState.Invalid) return this.leaveForGood();
    const value = this.deliver(call, index, tcb, result);
    if (words[Cell.Fuel]! < 0) this.ticks();
    if (running(kernel) === tcb && !tcb.attention && !this.reached()) return value;
    tcb.result = value;
    return this.leave();
  }

  /** From an interrupt handler, which is no point where the machine can stop. */
  private systemInInterrupt(index: number, ...args: number[]): number {
    const { kernel } = this;
    const call = systemCalls[index]!;
    const { pid } = running(kernel);
    if (call.taskOnly) {
      throw new MachineFault(
        `${call.name} called from an interrupt handler`,
        'An interrupt handler, such as the function of a watchdog, may neither wait nor end or suspend a task. Let it post a semaphore, send a signal or queue work.',
      );
    }
    note(kernel, Note.syscall_enter, pid, index, ...args.slice(0, 3));
    this.words[Cell.Fuel]! -= kernel.state.settings.callCycles;
    return this.deliver(call, index, running(kernel), call.call(kernel, ...args));
  }

  interrupt(entry: number, arg0: number, arg1: number, arg2 = 0): void {
    const { kernel, words } = this;
    const { state } = kernel;
    const idle = taskOf(kernel, 0)!;
    const cells = words.slice(0, Cell.FuelBack + 1);
    words[Cell.Flow] = Flow.Run;
    words[Cell.FrameTop] = state.arena.next;
    words[Cell.FrameLimit] = ARENA_SIZE;
    // Within another handler's call the stack goes on where that one's is.
    if (state.interrupts === 0) words[Cell.StackPointer] = idle.stackPointer;
    words[Cell.StackLimit] = stackLimit(idle);
    const extra = MAX_HANDLER_CYCLES - words[Cell.Fuel]!;
    state.budget += extra;
    words[Cell.Fuel]! += extra;
    state.interrupts++;
    if (isNative(entry)) this.natives.interrupt(entry, arg0, arg1, arg2);
    else this.entryOf(entry)(arg0, arg1, arg2);
    state.budget -= extra;
    const fuel = words[Cell.Fuel]! - extra;
    if (words[Cell.Flow] === Flow.Unwind) {
      throw new MachineFault(
        'An interrupt handler does not come to its end',
        'It ran for so long that nothing else can be meant to wait for it. The function of a watchdog has to return soon.',
      );
    }
    state.interrupts--;
    words.set(cells);
    words[Cell.Fuel] = fuel;
  }

  /** A call from a native program; undefined when the task left the CPU in it. */
  private nativeCall(index: number, args: number[]): number | undefined {
    if (systemCalls[index]!.immediate) return this.immediate(index, args[0] ?? 0, args[1] ?? 0, args[2] ?? 0);
    const value = this.system(index, args[0], args[1], args[2], args[3], args[4], args[5], args[6]);
    if (this.words[Cell.Flow] !== Flow.Unwind) return value;
    this.words[Cell.Flow] = Flow.Run;
    return undefined;
  }

  /** A call that returns at once and where nothing else can happen. */
  immediate(index: number, a: number, b: number, c: number): number {
    const { kernel } = this;
    this.words[Cell.Fuel]! -= kernel.state.settings.callCycles;
    const call = systemCalls[index]!;
    const result = call.call(kernel, a, b, c);
    return result >= 0 ? result : this.fail(call, running(kernel), result);
  }

  /** Lets the frames of the task that is on the CPU be saved. */
  private leave(): number {
    this.words[Cell.Flow] = Flow.Unwind;
    return 0;
  }

  /** A task that has ended leaves too, but what it saves goes where no frame area is. */
  private leaveForGood(): number {
    this.words[Cell.FrameTop] = this.kernel.state.arena.next;
    this.words[Cell.FrameLimit] = ARENA_SIZE;
    return this.leave();
  }

  /** The task that is being brought back is where it was. */
  private arrive(): number {
    this.words[Cell.Flow] = Flow.Run;
    this.words[Cell.Fuel] = this.words[Cell.FuelBack]!;
    const tcb = running(this.kernel);
    const { result } = tcb;
    // A task that did not have to leave here never had a result; the two have to be in the same state.
    tcb.result = 0;
    return result;
  }

  private onFault(code: number, detail: number): void {
    const { interrupts } = this.kernel.state;
    const tcb = interrupts > 0 ? taskOf(this.kernel, 0)! : running(this.kernel);
    if (code === Fault.StackOverflow) throw stackOverflow(tcb, detail >>> 0);
    const leaving = taskOf(this.kernel, this.kernel.state.onCpu);
    if (!leaving) throw tooDeep(tcb);
    if (!growFrames(this.kernel, leaving, detail, MAX_FRAME_AREA)) throw tooDeep(leaving);
  }

  private crash(tcb: Tcb, error: unknown): void {
    const { kernel, words } = this;
    const deep = error instanceof RangeError && /call stack/.test(error.message);
    const { reason, hint } = error instanceof MachineFault ? error : deep ? tooDeep(tcb) : explain(error);
    kernel.state.crashed = true;
    words[Cell.Flow] = Flow.Run;
    this.fault = {
      pid: tcb.pid,
      reason,
      hint,
      frames: wasmFrames(error),
      stackPointer: words[Cell.StackPointer]! >>> 0,
    };
    tcb.stackPointer = words[Cell.StackPointer]!;
    note(kernel, Note.fault, tcb.pid);
  }

  takeLibraryErrno(): number {
    const { memory } = this.kernel;
    const value = memory.load32(this.libraryErrno);
    if (value === 0) return 0;
    memory.store32(this.libraryErrno, 0);
    return wasiErrno[value] ?? value;
  }
}

function tooDeep(tcb: Tcb): MachineFault {
  return new MachineFault(
    'Stack overflow: calls are nested too deep',
    `Look for endless recursion in the call stack of task "${tcb.name}".`,
  );
}

/** Types of 64 bits, which cross between C and JavaScript as bigint. */
const WIDE = /\b(time_t|off_t|int64_t|uint64_t)\b(?!\s*\*)/;

const parameters = (prototype: string) => prototype.split(',').length;

function binding(self: () => Executor, index: number) {
  const { immediate, prototype } = systemCalls[index]!;
  if (WIDE.test(prototype)) return wideBinding(self, index);
  if (immediate) return (a = 0, b = 0, c = 0) => self().immediate(index, a, b, c);
  // Most functions have few arguments, and what is not passed costs nothing.
  if (parameters(prototype) <= 2) return (a = 0, b = 0) => self().system(index, a, b);
  return (a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0) => self().system(index, a, b, c, d, e, f, g);
}

function wideBinding(self: () => Executor, index: number) {
  const { prototype } = systemCalls[index]!;
  const wide = WIDE.test(prototype.slice(0, prototype.indexOf('(')));
  return (...given: (number | bigint)[]) => {
    const args = given.map(Number);
    const at = (i: number) => args[i] ?? 0;
    const value = self().system(index, at(0), at(1), at(2), at(3), at(4), at(5));
    return wide ? BigInt(value) : value;
  };
}

function missing(name: string) {
  return () => {
    throw new MachineFault(
      `${name} is part of the NuttX API, but not yet in Tickscope`,
      'The call stack shows who called it. The Problems pane lists all functions that are missing.',
    );
  };
}

/** WebAssembly's traps in the words of a firmware developer. */
const traps: [RegExp, string, string][] = [
  [
    /out of bounds.*memory|memory access out of bounds/,
    'Bad memory access: a null pointer, or an address outside of RAM',
    'Look at the innermost line of the call stack: which pointer is null, uninitialised, or past the end of its array?',
  ],
  [/table index is out of bounds|out of bounds.*table/, 'Call through a bad function pointer', badPointerHint()],
  [/null function|signature mismatch|indirect call/, 'Call through a bad function pointer', badPointerHint()],
  [/divide by zero|remainder by zero/, 'Division by zero', 'Look at the innermost line of the call stack.'],
  [/integer overflow|divide result unrepresentable/, 'Integer overflow in a division', 'INT_MIN was divided by -1.'],
  [/unrepresentable/, 'A float too large for the integer it is converted to', 'Look at the innermost line.'],
  [/unreachable/, 'Trap: the code reached a point that it should not reach', 'Undefined behaviour, or __builtin_trap.'],
];

function badPointerHint(): string {
  return 'The pointer is null, was overwritten, or is called as another type of function than it is.';
}

/** What is no trap of the firmware is a mistake of ours; the board stops all the same, and the app goes on. */
function explain(error: unknown): { reason: string; hint: string } {
  const found = error instanceof WebAssembly.RuntimeError && traps.find(([pattern]) => pattern.test(error.message));
  if (found) return { reason: found[1], hint: found[2] };
  return { reason: `Internal error of Tickscope: ${String(error)}`, hint: 'Please report it, with the firmware.' };
}

/** V8 writes frames of WebAssembly as `wasm-function[index]:0xoffset`. */
function wasmFrames(error: unknown): { index: number; offset: number }[] {
  return Array.from((error as Error).stack?.matchAll(/wasm-function\[(\d+)\]:0x([0-9a-f]+)/g) ?? [], (match) => ({
    index: Number(match[1]),
    offset: parseInt(match[2]!, 16),
  }));
}

/** WASI's error numbers, which the C library uses, as NuttX's. */
const wasiErrno: Record<number, number> = {
  1: 7, 2: 13, 6: 11, 8: 9, 10: 16, 12: 10, 18: 33, 20: 17, 21: 14, 25: 84, 27: 4, 28: 22, 29: 5, 31: 21, 37: 36,
  44: 2, 48: 12, 51: 28, 52: 38, 54: 20, 58: 95, 61: 75, 63: 1, 68: 34, 70: 29, 71: 3, 73: 110,
}; // prettier-ignore
