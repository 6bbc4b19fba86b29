/** One board with a firmware on it: boots, runs, takes input, is checkpointed and restored. */
import { appEntry, nativeEntry } from '../kernel/binfmt/entry';
import { Executor, type FaultReport, type RunEnd, type RunLimit } from '../kernel/binfmt/executor';
import type { NativeFunction, NativeProgram } from '../kernel/binfmt/native';
import { ARENA_SIZE, Cell, IDLE_STACK, PAGE_SIZE, RAM_BASE } from '../kernel/binfmt/abi';
import { perfectOscillator, setTemperature, type Oscillator } from '../kernel/clock/oscillator';
import { setClock } from '../kernel/clock/clock';
import { secondsOf, type Timespec } from '../kernel/clock/timespec';
import type { ConfigValue } from '../kernel/config';
import { cycleFrom } from '../kernel/hardware';
import { consoleInput } from '../kernel/fs/console';
import { ticksPassed } from '../kernel/irq';
import { makeRamDisk, RDFLAG_FUNLINK, RDFLAG_WRENABLED } from '../kernel/fs/ramdisk';
import { cyclesNow, note, Note, taskOf, timeNs, type Kernel } from '../kernel/kernel';
import { mountAt } from '../kernel/fs/mount';
import { Memory } from '../kernel/memory';
import { NoteLog } from '../kernel/note/note';
import { reserveIobs } from '../kernel/net/iob';
import { makeHostsFile, type KnownHost } from '../kernel/net/netdb/etc';
import { initializeNetwork } from '../kernel/net/netinit';
import { createMessagePool } from '../kernel/mqueue/message';
import { createIdleTask, createTask } from '../kernel/sched/task';
import { startWorkQueues } from '../kernel/sched/wqueue';
import { createState, type KernelState, type Settings, type Tcb } from '../kernel/state';
import { systemCalls } from '../kernel/syscall';
import type { Board } from './board';
import type { DeviceInput } from './device';
import { hashMachine } from './hash';
import { killProgram, startProgram, switchOn } from './outside';
import { connect, powerUp } from './power';
import { reboot } from './reset';

export interface App {
  name: string;
  /** Exported function. */
  entry: string;
  priority: number;
  stackSize: number;
  /** Starts when the board boots, with these arguments. */
  boot: boolean;
  args: string[];
}

export interface MachineOptions {
  module: WebAssembly.Module;
  board: Board;
  config: Readonly<Record<string, ConfigValue>>;
  apps: App[];
  /** Programs that come with the board. */
  programs?: readonly NativeProgram[];
  /** Of the board's random numbers. */
  seed: number;
  /** Its place on the bench; 0 by default. */
  place?: number;
  /** Boards that are with it on the bench, and itself: what is in its hosts file. */
  hosts?: readonly KnownHost[];
  /** What is different about its oscillator from the board's. */
  oscillator?: Partial<Oscillator>;
  /** {@link PlacePlan.stampJitterNs} */
  stampJitterNs?: number;
  /** Hears what the board writes to its console. */
  onConsole: (bytes: Uint8Array) => void;
  /** Hears what leaves the board otherwise. */
  onOutput?: Kernel['onOutput'];
  /** Hears of every frame that passes a port of the board. */
  onFrame?: Kernel['onFrame'];
  /** Another board with this firmware, before its first instruction: what is the same is kept once. */
  like?: Checkpoint | undefined;
  /** Whether two pieces of memory, equally long, are equal: whoever runs the board may know of a faster way. */
  sameMemory?: typeof same;
  /** Events to keep in the log; the oldest are dropped beyond. Unlimited by default. */
  keepNotes?: number;
}

/** What comes from outside, kept in the input log. */
export type MachineInput =
  /** For a device of the board by its name, or for `console`, whatever that is. */
  | { device: string; value: DeviceInput }
  /** CLOCK_REALTIME is set, as by clock_settime. */
  | { time: Timespec }
  /** The power is switched off; or on again, and the board boots. */
  | { power: boolean }
  /** Of its oscillator, degrees Celsius. */
  | { temperature: number }
  /** A program of the board or an app starts; or all tasks that run it are gone at once. */
  | { program: string; runs: boolean; args?: string[] };

export const CONSOLE = 'console';

/** The function that a program starts in, as CONFIG_INIT_ENTRYPOINT names it. */
const initName = ({ name }: NativeProgram) => `${name}_main`;

/** The board cannot boot with this firmware; says what to change. */
export class BootError extends Error {}

/** A machine's whole state at one position. Pages that did not change are shared with the checkpoint before. */
export interface Checkpoint {
  state: KernelState;
  /** Linear memory in pages: the used part of the arena, then RAM. */
  arena: Int32Array[];
  ram: Int32Array[];
  notes: number;
}

const CHECKPOINT_PAGE_WORDS = 1024;
const NOTES_PER_CHUNK = 32768;
/** Bytes of a RAM disk's sector. */
const SECTOR = 512;

export class Machine {
  readonly kernel: Kernel;
  readonly board: Board;
  private readonly executor: Executor;
  /** Before the first instruction. */
  readonly boot: Checkpoint;
  private readonly bootLog: Int32Array;
  private readonly apps: readonly App[];
  private readonly same: typeof same;
  /** Pid of the program that CONFIG_INIT_ENTRYPOINT names; undefined for none. */
  initPid: number | undefined;
  /** Pids of the apps that start at boot, by index of the app. */
  private readonly bootPids = new Map<number, number>();

  constructor(options: MachineOptions) {
    const { module, apps } = options;
    this.apps = apps;
    this.board = options.board;
    this.same = options.sameMemory ?? same;
    let kernel: Kernel | undefined;
    this.executor = Executor.create(
      module,
      apps.map((app) => app.entry),
      (exports) => (kernel = createKernel(options, exports)),
    );
    this.kernel = kernel!;
    this.kernel.firmware = this.executor;
    apps.forEach((app, index) => {
      if (!app.boot) return;
      const pid = createTask(this.kernel, { ...app, entry: appEntry(index) }, null);
      if (pid < 0)
        throw new BootError(`app "${app.name}" does not fit: its stack of ${app.stackSize} bytes finds no room in RAM`);
      this.bootPids.set(index, pid);
    });
    if (options.config.CONFIG_INIT_ENTRYPOINT) this.startInit(options);
    this.startServices(options);
    this.run({ entries: 0 });
    this.boot = this.checkpoint(options.like);
    this.bootLog = this.kernel.notes.slice(0, this.boot.notes);
    // Not a change of the state, but of its objects' hidden classes: cloned ones differ from those made here, and
    // kernel code that never meets the latter runs a fifth faster.
    this.kernel.state = cloneState(this.boot.state);
  }

  /** The program of CONFIG_INIT_ENTRYPOINT is the first task, beside the apps that start at boot. */
  private startInit({ config, programs = [] }: MachineOptions): void {
    const name = String(config.CONFIG_INIT_ENTRYPOINT);
    const index = programs.findIndex((program) => initName(program) === name);
    if (index < 0) {
      throw new BootError(
        `CONFIG_INIT_ENTRYPOINT is "${name}"; there is ${programs.map(initName).join(', ') || 'none'}`,
      );
    }
    // On NuttX a kernel thread, AppBringUp, starts it and is gone.
    this.kernel.state.lastPid++;
    const stackSize = Number(config.CONFIG_INIT_STACKSIZE);
    const priority = Number(config.CONFIG_INIT_PRIORITY);
    const pid = createTask(this.kernel, { name, entry: nativeEntry(index), priority, stackSize, args: [] }, null);
    if (pid < 0) throw new BootError(`${name} does not fit: its stack of ${stackSize} bytes finds no room in RAM`);
    this.initPid = pid;
  }

  /** Programs that the configuration lets run from boot on. */
  private startServices({ config, programs = [] }: MachineOptions): void {
    for (const [index, program] of programs.entries()) {
      if (!isInstalled(program, config) || config[program.boot ?? ''] !== true) continue;
      const name = program.bootName ?? program.name;
      const pid = createTask(this.kernel, { ...program, name, entry: nativeEntry(index), args: [] }, null);
      if (pid < 0) throw new BootError(`${program.name} does not fit: its stack finds no room in RAM`);
    }
  }

  /** What a fault left, while the machine is crashed. */
  get fault(): FaultReport | null {
    return this.kernel.state.crashed ? this.executor.fault : null;
  }

  /** What a task's native program shows of itself (`sys.show`), also while it runs; null: nothing. */
  shownBy(pid: number): object | null {
    const tcb = taskOf(this.kernel, pid);
    return tcb ? this.executor.shown(tcb) : null;
  }

  /** What the native programs of tasks show of themselves (`sys.show`), by pid. */
  get shown(): Map<number, object> {
    const shown = new Map<number, object>();
    for (const { members } of this.kernel.state.groups.values()) {
      for (const pid of members) {
        const data = this.shownBy(pid);
        if (data) shown.set(pid, data);
      }
    }
    return shown;
  }

  /** Kernel entries since boot: where a run stands, exactly. */
  get position(): number {
    return this.kernel.state.entries;
  }

  get ticks(): number {
    return ticksPassed(this.kernel);
  }

  /** Pid of an app that starts at boot; undefined for one that does not. */
  pidOf(app: number): number | undefined {
    return this.bootPids.get(app);
  }

  /** Exported function that a built-in app's task entered; undefined for a task that the firmware created. */
  appEntry({ entry, suspended }: Tcb): string | undefined {
    const began = suspended[0]?.entry ?? entry;
    return this.apps.find((_, index) => appEntry(index) === began)?.entry;
  }

  /** Exit status of a task that has ended; undefined while it lives. */
  exitOf(pid: number): number | undefined {
    return this.kernel.state.exits.get(pid);
  }

  get timeNs(): number {
    return timeNs(this.kernel);
  }

  /** CPU cycles since the power came on. */
  get cycles(): number {
    return cyclesNow(this.kernel);
  }

  /** Nothing can run on it any more: it has crashed or is off. */
  get dead(): boolean {
    return this.kernel.state.crashed || this.kernel.state.power === 'off';
  }

  /** Its last task has ended, and what that sent has left; or nothing can run any more. */
  get done(): boolean {
    const { groups, transmitters } = this.kernel.state;
    return this.dead || (this.idle && groups.size === 1 && transmitters === 0);
  }

  /** The CPU has nothing to do. */
  get idle(): boolean {
    const { onCpu, readyToRun } = this.kernel.state;
    return onCpu === 0 && readyToRun.head === 0;
  }

  /** The CPU has nothing to do, and nothing on the board will change that. */
  get asleep(): boolean {
    const { timeouts, events } = this.kernel.state;
    return this.idle && timeouts.length === 0 && events.length === 0;
  }

  /** Every task waits, and only something from outside can wake one. */
  get stuck(): boolean {
    return this.asleep && !this.done;
  }

  /** The cycle before which it does nothing. */
  get nextCycle(): number {
    if (this.dead) return Infinity;
    const { nextDue } = this.executor;
    return this.idle ? nextDue : Math.min(this.cycles, nextDue);
  }

  /** Lets the run under way end at a cycle, if not before. */
  endAt(cycle: number): void {
    this.executor.endAt(cycle);
  }

  /** Runs until a limit is reached or nothing can run; see {@link RunLimit}. */
  run(limit: RunLimit): RunEnd {
    for (;;) {
      const end = this.executor.run(limit);
      if (end !== 'reset') return end;
      this.bootAgain();
      // What the board has sent by booting may have brought the end nearer.
      limit = this.executor.limit;
    }
  }

  /** What {@link run} does up to a cycle, quickly, when there is nothing but one tick; else nothing is done: false. */
  passTick(until: number): boolean {
    return this.executor.passTick(until);
  }

  /** The same when there is nothing at all. */
  passTime(until: number): boolean {
    return this.executor.passTime(until);
  }

  private bootAgain(): void {
    this.restoreRam(this.boot);
    reboot(this.kernel, this.boot.state, this.bootLog, this.board.devices);
  }

  /**
   * Something comes from outside, at the position where the machine stands; a board that is off has not come as far as that
   * time, nanoseconds. @throws Error when that cannot be
   */
  input(input: MachineInput, nowNs = this.timeNs): void {
    if ('power' in input) this.switch(input.power, nowNs);
    else if ('program' in input) this.setRunning(input.program, input.runs, input.args ?? []);
    else if ('temperature' in input) this.setTemperature(input.temperature, nowNs);
    else if ('time' in input) setClock(this.kernel, input.time);
    else this.inputOf(input.device, input.value);
    // What was refused is no part of the run.
    this.kernel.state.entries++;
    this.run({ entries: 0 });
  }

  private switch(on: boolean, nowNs: number): void {
    if (on !== this.dead) return;
    if (!on) {
      const { state } = this.kernel;
      note(this.kernel, Note.power_off, state.onCpu);
      state.power = 'off';
      return;
    }
    switchOn(this.kernel, Math.max(this.cycles, cycleFrom(this.kernel, nowNs)));
    this.bootAgain();
  }

  private setTemperature(celsius: number, nowNs: number): void {
    const { settings, wander } = this.kernel.state;
    setTemperature(settings.oscillator, settings.seed, wander, Math.max(nowNs, this.timeNs), celsius);
  }

  private setRunning(program: string, runs: boolean, args: string[]): void {
    if (this.dead) return;
    if (runs) startProgram(this.kernel, program, args);
    else killProgram(this.kernel, program);
  }

  private inputOf(device: string, value: DeviceInput): void {
    const { kernel } = this;
    const found = this.board.devices.find(({ name }) => name === (device === CONSOLE ? this.board.console : device));
    if (found?.input) found.input(kernel, value);
    else if (found) throw new Error(`Nothing comes to ${device} from outside.`);
    else if (device === CONSOLE && value.type === 'bytes') consoleInput(kernel, value.bytes);
    else throw new Error(`The board ${this.board.title} has no device "${device}".`);
  }

  /** Types at the console. */
  type(bytes: Uint8Array): void {
    this.input({ device: CONSOLE, value: { type: 'bytes', bytes } });
  }

  /** Back to the moment before the first instruction. */
  reset(): void {
    this.restore(this.boot);
  }

  /** Freezes this position. `previous` is the checkpoint to share unchanged pages with; else it is that of boot. */
  checkpoint(previous: Checkpoint | undefined = this.boot): Checkpoint {
    const { words } = this.kernel.memory;
    const ramStart = ARENA_SIZE / 4;
    return {
      state: cloneState(this.kernel.state),
      arena: capture(words, 0, this.kernel.state.arena.next / 4, previous?.arena, this.same),
      ram: capture(words, ramStart, words.length, previous?.ram, this.same),
      notes: this.kernel.notes.count,
    };
  }

  restore(checkpoint: Checkpoint): void {
    const { memory, notes } = this.kernel;
    this.kernel.state = cloneState(checkpoint.state);
    checkpoint.arena.forEach((page, i) => memory.words.set(page, i * CHECKPOINT_PAGE_WORDS));
    this.restoreRam(checkpoint);
    notes.truncate(checkpoint.notes);
  }

  private restoreRam({ ram }: Checkpoint): void {
    const { words } = this.kernel.memory;
    ram.forEach((page, i) => words.set(page, ARENA_SIZE / 4 + i * CHECKPOINT_PAGE_WORDS));
  }

  /** Lets somebody look at the machine by means that change its state, and takes the changes back. */
  peek<T>(look: (k: Kernel) => T): T {
    const before = this.checkpoint();
    try {
      return look(this.kernel);
    } finally {
      this.restore(before);
    }
  }

  /** Two machines with the same hash are in the same state. */
  hash(): string {
    return hashMachine(this.kernel);
  }
}

/** A copy of a state; its settings, which never change, are the same. */
function cloneState(state: KernelState): KernelState {
  return Object.assign(structuredClone({ ...state, settings: null }), { settings: state.settings });
}

function capture(
  words: Int32Array,
  from: number,
  to: number,
  previous: Int32Array[] | undefined,
  isSame: typeof same,
): Int32Array[] {
  const pages: Int32Array[] = [];
  for (let start = from, i = 0; start < to; start += CHECKPOINT_PAGE_WORDS, i++) {
    const page = words.subarray(start, Math.min(start + CHECKPOINT_PAGE_WORDS, to));
    const before = previous?.[i];
    pages.push(before?.length === page.length && isSame(before, page) ? before : page.slice());
  }
  return pages;
}

function same(a: Int32Array, b: Int32Array): boolean {
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

function createKernel(options: MachineOptions, exports: WebAssembly.Instance['exports']): Kernel {
  const { board } = options;
  const memory = new Memory((exports.memory as WebAssembly.Memory).buffer);
  const global = (name: string) => (exports[name] as { value: number }).value >>> 0;
  const stackTop = global('__stack_pointer');
  memory.words[Cell.StackPointer] = stackTop;
  memory.words[Cell.StackLimit] = RAM_BASE;
  (exports.__wasm_call_ctors as () => void)();
  const heapStart = Math.ceil(global('__heap_base') / 16) * 16;
  const kernel: Kernel = {
    state: createState(settingsOf(options), heapStart, RAM_BASE + Math.floor(board.ramSize / PAGE_SIZE) * PAGE_SIZE),
    memory,
    notes: new NoteLog(Math.ceil((options.keepNotes ?? Infinity) / NOTES_PER_CHUNK)),
    onConsole: options.onConsole,
    onOutput: options.onOutput ?? (() => undefined),
    onFrame: options.onFrame ?? (() => undefined),
    firmware: { takeLibraryErrno: () => 0, interrupt: () => undefined },
    calls: systemCalls,
    ...connect(board.devices),
    natives: nativesOf(options.programs ?? []),
  };
  powerUp(kernel, board.devices);
  mountAt(kernel, '', '/bin', 'binfs');
  if (options.config.CONFIG_FS_PROCFS === true) mountAt(kernel, '', '/proc', 'procfs');
  createIdleTask(kernel, stackTop - IDLE_STACK, IDLE_STACK);
  createMessagePool(kernel);
  if (!reserveIobs(kernel)) throw new BootError('the I/O buffers (CONFIG_IOB_NBUFFERS) find no room in RAM');
  initializeNetwork(kernel);
  makeHostsFile(kernel, options.hosts ?? []);
  if (!startWorkQueues(kernel)) throw new BootError('the work queues do not fit: their stacks find no room in RAM');
  for (const [minor, sectors] of (board.ramDisks ?? []).entries()) {
    if (makeRamDisk(kernel, minor, sectors, SECTOR, RDFLAG_WRENABLED | RDFLAG_FUNLINK) < 0) {
      throw new BootError(`the RAM disk /dev/ram${minor} of ${sectors} sectors does not fit`);
    }
  }
  return kernel;
}

/** Their entries come first: {@link nativeEntry}. */
function nativesOf(programs: readonly NativeProgram[]): NativeFunction[] {
  return [...programs.map(({ entry }) => entry), ...programs.flatMap(({ functions = [] }) => functions)];
}

const isInstalled = ({ needs }: NativeProgram, config: MachineOptions['config']) =>
  needs === undefined || config[needs] === true;

function settingsOf(options: MachineOptions): Settings {
  const { board, config, seed, place = 0, oscillator, stampJitterNs = 0, apps, programs = [] } = options;
  const usecPerTick = Number(config.CONFIG_USEC_PER_TICK);
  return {
    config,
    cpuHz: board.cpuHz,
    nsPerCycle: 1e9 % board.cpuHz === 0 ? 1e9 / board.cpuHz : 0,
    cyclesPerTick: Math.round((board.cpuHz * usecPerTick) / 1e6),
    tickNs: usecPerTick * 1000,
    rrTicks: Math.ceil((Number(config.CONFIG_RR_INTERVAL ?? 0) * 1000) / usecPerTick),
    priorityInheritance: config.CONFIG_PRIORITY_INHERITANCE === true,
    debugFeatures: config.CONFIG_DEBUG_FEATURES === true || config.CONFIG_DEBUG_ASSERTIONS === true,
    callCycles: board.callCycles,
    irqLatencyCycles: board.irqLatencyCycles,
    startSec: secondsOf(
      Number(config.CONFIG_START_YEAR),
      Number(config.CONFIG_START_MONTH),
      Number(config.CONFIG_START_DAY),
    ),
    seed,
    place,
    oscillator: { ...(board.oscillator ?? perfectOscillator), ...oscillator },
    realtimeOscillates: oscillator !== undefined,
    stampJitterNs,
    apps: [
      ...apps.map(({ name, priority, stackSize }, i) => ({ name, priority, stackSize, entry: appEntry(i) })),
      ...programs
        .map((program, i) => ({ program, entry: nativeEntry(i) }))
        .filter(({ program }) => isInstalled(program, config))
        .map(({ program: { name, priority, stackSize }, entry }) => ({ name, priority, stackSize, entry })),
    ],
  };
}
