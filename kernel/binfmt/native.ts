/**
 * Native programs: TypeScript generators that make the same system calls as C. All state of such a program is local to
 * it or in kernel objects, and all that it learns it learns by asking: from calls, and from reads of the board's memory.
 * So its state is the list of what it was given, and it is restored by giving it that list again. What it asks for it
 * gets at once, without leaving its functions; only where its task leaves the CPU does it yield, to the very top.
 */
import { CLOCK_REALTIME, readClock } from '../clock/clock';
import { subtract, timespecOf } from '../clock/timespec';
import { note, Note, timeNs, type Kernel } from '../kernel';
import { MachineFault, type Memory } from '../memory';
import { stackLimit, stackOverflow } from '../sched/task';
import type { Tcb } from '../state';
import { systemCalls, type table } from '../syscall';
import { Cell } from './abi';
import { beginNative, STACK_ALIGNMENT, type NativeRun } from './activation';
import { nativeEntry, nativeIndex } from './entry';

/** What a native program asks the kernel for. */
type Question =
  | { ask: 'call'; index: number; args: (number | string)[] }
  | { ask: 'alloc'; size: number }
  | { ask: 'pointer'; to: NativeFunction }
  | { ask: 'config'; name: string }
  | { ask: 'isRam'; address: number; size: number }
  | { ask: 'load'; address: number; size: number }
  | { ask: 'load32'; address: number };

/** What it has done, and learns nothing by. */
type Order =
  | { do: 'spend'; cycles: number }
  | { do: 'note'; type: number; args: readonly number[] }
  | { do: 'noteClock'; device: string; frequency: number }
  | { do: 'store'; address: number; bytes: Uint8Array }
  | { do: 'store32'; address: number; value: number };

type Given = number | string | Uint8Array;
/** What yields does so because its task has left the CPU, and gets what the call then gave. */
export type Program<Result = number> = Generator<void, Result, Given>;

/** A function of a native program. A task's entry gets argc and the address of argv. */
export type NativeFunction = (sys: System, arg0: number, arg1: number, arg2: number) => Program;

/** What the board installs under /bin. */
export interface NativeProgram {
  name: string;
  entry: NativeFunction;
  priority: number;
  /** Bytes. */
  stackSize: number;
  /** What else of it the kernel calls: signal handlers, say. */
  functions?: readonly NativeFunction[];
  /** Option of the configuration without which it is not there, and with which it starts at boot. */
  needs?: string;
  boot?: string;
  /** Its task's name when it starts at boot, argv[0]; its own by default. */
  bootName?: string;
}

type LastWord<S extends string> = S extends `${string} ${infer Rest}` ? LastWord<Rest> : S;
type WithoutStars<S extends string> = S extends `*${infer Rest}` ? WithoutStars<Rest> : S;
/** The name of a function by its prototype. */
type NameOf<P extends string> = P extends `${infer Head}(${string}` ? WithoutStars<LastWord<Head>> : never;
type ArgumentOf<A extends string> = A extends `const char *${string}` ? string | number : number;
type Split<A extends string> = A extends `${infer First}, ${infer Rest}`
  ? [ArgumentOf<First>, ...Split<Rest>]
  : A extends '...'
    ? number[]
    : [ArgumentOf<A>];
/** The arguments of a function by its prototype: strings may be given where it takes a `const char *`. */
type ArgumentsOf<P extends string> = P extends `${string}(${infer A})`
  ? A extends 'void'
    ? []
    : A extends `${string}(${string}`
      ? (number | string)[]
      : Split<A>
  : never;

type Prototypes = (typeof table)[number]['prototype'];
type Calls = { [P in Prototypes as NameOf<P>]: (...args: ArgumentsOf<P>) => Program };

/** Every function of the API, with C's results: -1 and errno, say. Called as `yield* sys.sem_wait(sem)`. */
export interface System extends Calls {
  /** errno of the last call that failed. */
  errno(): Program;
  /**
   * Begins the program's function again, with these arguments, and forgets what it was given so far: what it still needs
   * has to be in the board's memory. A program that runs for ever does this now and then, since the list of what it was
   * given is its state.
   */
  again(...args: number[]): Program<never>;
  /** Takes CPU time: what is computed between calls takes none by itself. */
  spend(cycles: number): Program<void>;
  /**
   * Lets the debugger look into the program, as it looks into the memory of C: at plain data that the program works on, and
   * goes on changing.
   */
  show(data: object): Program<void>;
  /** Logs an event: a trace point of the program. */
  note(type: number, ...args: number[]): Program<void>;
  /**
   * Logs how far a clock is from the time that only the emulator knows (Note.ptp_clock), which the program does not learn.
   *
   * @param device that it is part of; '' for CLOCK_REALTIME
   * @param frequency that the program has set it to, in thousandths of a billionth
   */
  noteClock(device: string, frequency: number): Program<void>;
  /** An option of the board's configuration, `CONFIG_...`: a number, 1 or 0 for one that is on or off, or a text. */
  config(name: string): Program<number | string>;
  /** The function pointer of one of the functions that a program has. */
  pointer(to: NativeFunction): Program;
  /** Room on the program's stack until it ends or begins again: an address, aligned to 16 bytes. */
  alloc(size: number): Program;
  /** A 32-bit integer of the board's memory. */
  load32(address: number): Program;
  store32(address: number, value: number): Program<void>;
  /** 1 when all of that is RAM; what is not cannot be read or written. */
  isRam(address: number, size: number): Program;
  /** Bytes of the board's memory. */
  load(address: number, size: number): Program<Uint8Array>;
  store(address: number, bytes: Uint8Array): Program<void>;
  /** A C string, as Latin-1. */
  string(address: number): Program<string>;
  /** The arguments of a task's entry, its name first. */
  argv(argc: number, argv: number): Program<string[]>;
}

/** How the functions of {@link System} know whose they are. */
interface Asking extends System {
  live: Live;
}

function* call(live: Live, index: number, args: (number | string)[]): Program {
  return (live.answer({ ask: 'call', index, args }) ?? (yield)) as number;
}

const ERRNO = systemCalls.findIndex(({ name }) => name === '__errno');

/** RAM ends at a multiple of this, so there is no harm in reading on up to the next. */
const STRING_STEP = 64;

const helpers = {
  *errno(this: Asking): Program {
    return yield* this.load32(yield* call(this.live, ERRNO, []));
  },
  *alloc(this: Asking, size: number): Program {
    return (this.live.answer({ ask: 'alloc', size }) ?? (yield)) as number;
  },
  *again(this: Asking, ...args: number[]): Program<never> {
    this.live.again = args;
    yield;
    throw new Error('a program that begins again does not go on');
  },
  *pointer(this: Asking, to: NativeFunction): Program {
    return (this.live.answer({ ask: 'pointer', to }) ?? (yield)) as number;
  },
  *spend(this: Asking, cycles: number): Program<void> {
    if (!this.live.perform({ do: 'spend', cycles })) yield;
  },
  *isRam(this: Asking, address: number, size: number): Program {
    return (this.live.answer({ ask: 'isRam', address, size }) ?? (yield)) as number;
  },
  // eslint-disable-next-line require-yield -- as all others, it is called with yield*
  *show(this: Asking, data: object): Program<void> {
    this.live.shown = data;
  },
  *note(this: Asking, type: number, ...args: number[]): Program<void> {
    if (!this.live.perform({ do: 'note', type, args })) yield;
  },
  *noteClock(this: Asking, device: string, frequency: number): Program<void> {
    if (!this.live.perform({ do: 'noteClock', device, frequency })) yield;
  },
  *config(this: Asking, name: string): Program<number | string> {
    return (this.live.answer({ ask: 'config', name }) ?? (yield)) as number | string;
  },
  *load(this: Asking, address: number, size: number): Program<Uint8Array> {
    return (this.live.answer({ ask: 'load', address, size }) ?? (yield)) as Uint8Array;
  },
  *load32(this: Asking, address: number): Program {
    return (this.live.answer({ ask: 'load32', address }) ?? (yield)) as number;
  },
  *store(this: Asking, address: number, bytes: Uint8Array): Program<void> {
    if (!this.live.perform({ do: 'store', address, bytes })) yield;
  },
  *store32(this: Asking, address: number, value: number): Program<void> {
    if (!this.live.perform({ do: 'store32', address, value })) yield;
  },
  *string(this: Asking, address: number): Program<string> {
    let text = '';
    for (let at = address; ; at += STRING_STEP - (at % STRING_STEP)) {
      for (const byte of yield* this.load(at, STRING_STEP - (at % STRING_STEP))) {
        if (byte === 0) return text;
        text += String.fromCharCode(byte);
      }
    }
  },
  *argv(this: Asking, argc: number, argv: number): Program<string[]> {
    const args: string[] = [];
    for (let i = 0; i < argc; i++) args.push(yield* this.string(yield* this.load32(argv + 4 * i)));
    return args;
  },
};

const calls = systemCalls.map(({ name }, index) => [
  name,
  function (this: Asking, ...args: (number | string)[]) {
    return call(this.live, index, args);
  },
]);

const system = { ...Object.fromEntries(calls), ...helpers } as unknown as System;

/** A program that was begun, and is somewhere in its functions. */
class Live {
  readonly program: Program;
  /** What it shows of itself. */
  shown: object | null = null;
  /** It begins again, with these arguments; else null. */
  again: readonly number[] | null = null;
  /** What was wrong with what it wanted: it does not get to know, and never goes on. */
  fault: Error | null = null;
  /** It is only brought to where it was, so that one can look at it. */
  onlyLooked = false;
  /** How many of the results it has been given. */
  private given = 0;
  private isBegun = false;

  constructor(
    private readonly runner: NativeRunner,
    private readonly tcb: Tcb,
    private readonly run: NativeRun,
    entry: NativeFunction,
    arg0: number,
    arg1: number,
    arg2: number,
  ) {
    const sys = Object.assign(Object.create(system) as Asking, { live: this });
    this.program = entry(sys, arg0, arg1, arg2);
  }

  /** Goes on until it yields or ends. One that is only begun gets all that it was given before, another what is new. */
  goOn(): IteratorResult<void, number> {
    const { results } = this.run;
    if (this.isBegun) this.given = results.length;
    this.isBegun = true;
    return this.program.next(results.at(-1) ?? 0);
  }

  /** What it asked for; undefined: it has to yield. */
  answer(question: Question): Given | undefined {
    const { results } = this.run;
    if (this.given < results.length) return results[this.given++];
    if (this.onlyLooked) return undefined;
    try {
      const answer = this.runner.answer(this.tcb, question);
      if (answer !== undefined) this.given = results.push(answer);
      return answer;
    } catch (fault) {
      this.fault = fault as Error;
      return undefined;
    }
  }

  /** Does what has not been done before. False: it has to yield. */
  perform(order: Order): boolean {
    if (this.onlyLooked || this.given < this.run.results.length) return true;
    try {
      this.runner.perform(this.tcb, order);
      return true;
    } catch (fault) {
      this.fault = fault as Error;
      return false;
    }
  }
}

/** Runs native programs. What is alive here can be thrown away at any time: it is made again from the task's state. */
export class NativeRunner {
  private readonly live = new WeakMap<NativeRun, Live>();

  /** @param systemCall makes a call for the running task; undefined when the task left the CPU in it */
  constructor(
    private readonly kernel: Kernel,
    private readonly systemCall: (index: number, args: number[]) => number | undefined,
  ) {}

  /** A function begins on a task. */
  begin(tcb: Tcb): NativeRun {
    return beginNative(tcb);
  }

  /** Lets the task's program go on until the task leaves the CPU, or to its end: then it gives what that returned. */
  run(tcb: Tcb): number | undefined {
    const run = tcb.native!;
    if (run.waits) {
      run.waits = false;
      tcb.stackPointer = run.stackPointer;
      run.results.push(tcb.result);
      tcb.result = 0;
    }
    let live = this.live.get(run) ?? this.make(tcb, run);
    let step = live.goOn();
    while (!step.done) {
      if (live.fault) throw live.fault;
      if (!live.again) {
        run.waits = true;
        return undefined;
      }
      [tcb.arg0 = 0, tcb.arg1 = 0, tcb.arg2 = 0] = live.again;
      run.results = [];
      tcb.stackPointer = run.stackPointer = run.stackTop;
      live = this.make(tcb, run);
      step = live.goOn();
    }
    return step.value | 0;
  }

  /** What a task's program shows of itself, if it waits: not to be changed. */
  shown(tcb: Tcb): object | null {
    const run = tcb.native;
    if (!run) return null;
    let live = this.live.get(run);
    if (!live && run.waits) {
      live = this.make(tcb, run);
      live.onlyLooked = true;
      live.goOn();
      live.onlyLooked = false;
    }
    return live?.shown ?? null;
  }

  private make(tcb: Tcb, run: NativeRun): Live {
    const live = new Live(this, tcb, run, this.functionOf(tcb.entry), tcb.arg0, tcb.arg1, tcb.arg2);
    this.live.set(run, live);
    return live;
  }

  private functionOf(entry: number): NativeFunction {
    const found = this.kernel.natives[nativeIndex(entry)];
    if (found) return found;
    throw new MachineFault(
      `0x${entry.toString(16)} is no function of a native program`,
      'Was the pointer overwritten?',
    );
  }

  /** At interrupt level: from beginning to end. */
  interrupt(entry: number, arg0: number, arg1: number, arg2: number): void {
    const idle = this.kernel.state.tasks[0]!;
    const { stackPointer } = idle;
    const live = new Live(this, idle, beginNative(idle), this.functionOf(entry), arg0, arg1, arg2);
    if (!live.goOn().done) throw live.fault ?? new Error('an interrupt handler does not wait');
    idle.stackPointer = stackPointer;
  }

  /** Answers a question; undefined: the task has left the CPU with it. */
  answer(tcb: Tcb, question: Question): Given | undefined {
    const { memory } = this.kernel;
    switch (question.ask) {
      case 'call':
        return this.call(tcb, question.index, question.args);
      case 'pointer':
        return nativeEntry(this.kernel.natives.indexOf(question.to));
      case 'alloc':
        tcb.stackPointer = below(tcb, tcb.stackPointer - question.size);
        if (tcb.native) tcb.native.stackPointer = tcb.stackPointer;
        return tcb.stackPointer;
      case 'config':
        return configured(this.kernel, question.name);
      case 'isRam':
        return memory.isRam(question.address, question.size) ? 1 : 0;
      case 'load':
        return loaded(memory, question.address, question.size);
      case 'load32':
        return memory.load32(question.address);
    }
  }

  /** Does what it is told. */
  perform(tcb: Tcb, order: Order): void {
    const { memory } = this.kernel;
    switch (order.do) {
      case 'spend':
        memory.words[Cell.Fuel]! -= order.cycles;
        break;
      case 'note':
        note(this.kernel, order.type, tcb.pid, ...order.args);
        break;
      case 'noteClock':
        noteClock(this.kernel, tcb.pid, order.device, order.frequency);
        break;
      case 'store':
        if (order.bytes.length > 0) memory.bytes.set(order.bytes, memory.linear(order.address, order.bytes.length));
        break;
      case 'store32':
        memory.store32(order.address, order.value);
        break;
    }
  }

  /** Strings, and arguments in place of `...`, are on the stack for the time of the call. */
  private call(tcb: Tcb, index: number, given: (number | string)[]): number | undefined {
    const fixed = fixedArguments[index]!;
    if (fixed === Infinity && given.every(isNumber)) return this.systemCall(index, given);
    const { memory } = this.kernel;
    const before = tcb.stackPointer;
    const room = (size: number) => (tcb.stackPointer = below(tcb, tcb.stackPointer - size));
    const args = given.map((argument) => {
      if (typeof argument === 'number') return argument;
      const address = room(argument.length + 1);
      memory.storeString(address, argument);
      return address;
    });
    if (fixed !== Infinity) {
      const rest = args.splice(fixed);
      const varargs = room(4 * rest.length);
      rest.forEach((argument, i) => memory.store32(varargs + 4 * i, argument));
      args.push(varargs);
    }
    const value = this.systemCall(index, args);
    if (value !== undefined) tcb.stackPointer = before;
    return value;
  }
}

/** By number of the call: how many arguments it has before those in place of `...`; Infinity: it has none of those. */
const fixedArguments = systemCalls.map(({ prototype }) =>
  prototype.includes('...') ? prototype.split(',').length - 1 : Infinity,
);

const isNumber = (argument: number | string): argument is number => typeof argument === 'number';

/** A copy, made without a view of the memory first: up to 64 bytes, V8 has it in its own heap, and that costs next to nothing. */
function loaded(memory: Memory, address: number, size: number): Uint8Array {
  const start = size === 0 ? 0 : memory.linear(address, size);
  return memory.bytes.slice(start, start + size);
}

function configured({ state }: Kernel, name: string): number | string {
  const value = state.settings.config[name] ?? 0;
  return typeof value === 'boolean' ? Number(value) : value;
}

function noteClock(k: Kernel, pid: number, device: string, frequency: number): void {
  const { sec, nsec } = k.hardware[device]?.time?.(k) ?? readClock(k, CLOCK_REALTIME)!;
  const error = subtract({ sec, nsec: Math.round(nsec) }, timespecOf(timeNs(k)));
  note(k, Note.ptp_clock, pid, error.sec, error.nsec, frequency);
}

/** The next stack pointer down from an address. */
function below(tcb: Tcb, address: number): number {
  const stackPointer = address & -STACK_ALIGNMENT;
  if (stackPointer < stackLimit(tcb)) throw stackOverflow(tcb, stackPointer);
  return stackPointer;
}
