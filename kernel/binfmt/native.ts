/**
 * Native programs: TypeScript generators that make the same system calls as C. All state of such a program is local to
 * it or in kernel objects, and all that it learns it learns from what it yields: calls, and reads of the board's
 * memory. So its state is the list of what it was given, and it is restored by giving it that list again.
 */
import { CLOCK_REALTIME, readClock } from '../clock/clock';
import { subtract, timespecOf } from '../clock/timespec';
import { note, Note, timeNs, type Kernel } from '../kernel';
import { MachineFault } from '../memory';
import { stackLimit, stackOverflow } from '../sched/task';
import type { Tcb } from '../state';
import { systemCalls, type table } from '../syscall';
import { Cell } from './abi';
import { beginNative, STACK_ALIGNMENT, type NativeRun } from './activation';
import { nativeEntry, nativeIndex } from './entry';

/** What a native program asks of the kernel. */
export type Request =
  | { do: 'call'; index: number; args: readonly (number | string)[] }
  | { do: 'alloc'; size: number }
  | { do: 'again'; args: readonly number[] }
  | { do: 'pointer'; to: NativeFunction }
  | { do: 'spend'; cycles: number }
  | { do: 'show'; data: object }
  | { do: 'note'; type: number; args: readonly number[] }
  | { do: 'noteClock'; device: string; frequency: number }
  | { do: 'config'; name: string }
  | { do: 'isRam'; address: number; size: number }
  | { do: 'load'; address: number; size: number }
  | { do: 'store'; address: number; bytes: Uint8Array };

/** What is done for a program and answered. */
type Action = Exclude<Request, { do: 'again' }>;
type Given = number | string | Uint8Array;
export type Program<Result = number> = Generator<Request, Result, Given>;

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

const callIndex = new Map(systemCalls.map(({ name }, index) => [name, index]));

function* call(index: number, args: readonly (number | string)[]): Program {
  return (yield { do: 'call', index, args }) as number;
}

function* load(address: number, size: number): Program<Uint8Array> {
  return (yield { do: 'load', address, size }) as Uint8Array;
}

function* load32(address: number): Program {
  const bytes = yield* load(address, 4);
  return new DataView(bytes.buffer, bytes.byteOffset).getInt32(0, true);
}

/** RAM ends at a multiple of this, so there is no harm in reading on up to the next. */
const STRING_STEP = 64;

function* string(address: number): Program<string> {
  let text = '';
  for (let at = address; ; at += STRING_STEP - (at % STRING_STEP)) {
    for (const byte of yield* load(at, STRING_STEP - (at % STRING_STEP))) {
      if (byte === 0) return text;
      text += String.fromCharCode(byte);
    }
  }
}

const helpers = {
  *errno(): Program {
    return yield* load32(yield* call(callIndex.get('__errno')!, []));
  },
  *alloc(size: number): Program {
    return (yield { do: 'alloc', size }) as number;
  },
  *again(...args: number[]): Program<never> {
    yield { do: 'again', args };
    throw new Error('a program that begins again does not go on');
  },
  *pointer(to: NativeFunction): Program {
    return (yield { do: 'pointer', to }) as number;
  },
  *spend(cycles: number): Program<void> {
    yield { do: 'spend', cycles };
  },
  *isRam(address: number, size: number): Program {
    return (yield { do: 'isRam', address, size }) as number;
  },
  *show(data: object): Program<void> {
    yield { do: 'show', data };
  },
  *note(type: number, ...args: number[]): Program<void> {
    yield { do: 'note', type, args };
  },
  *noteClock(device: string, frequency: number): Program<void> {
    yield { do: 'noteClock', device, frequency };
  },
  *config(name: string): Program<number | string> {
    return (yield { do: 'config', name }) as number | string;
  },
  load,
  load32,
  string,
  *store(address: number, bytes: Uint8Array): Program<void> {
    yield { do: 'store', address, bytes };
  },
  *store32(address: number, value: number): Program<void> {
    const bytes = new Uint8Array(4);
    new DataView(bytes.buffer).setInt32(0, value, true);
    yield { do: 'store', address, bytes };
  },
  *argv(argc: number, argv: number): Program<string[]> {
    const args: string[] = [];
    for (let i = 0; i < argc; i++) args.push(yield* string(yield* load32(argv + 4 * i)));
    return args;
  },
};

const system = {
  ...Object.fromEntries(systemCalls.map(({ name }, i) => [name, (...args: (number | string)[]) => call(i, args)])),
  ...helpers,
} as unknown as System;

/** A program that was begun, and what it asks for next. */
interface Live {
  program: Program;
  step: IteratorResult<Request, number>;
  /** What it shows of itself. */
  shown: object | null;
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
    let live = this.live.get(run);
    if (live) goOn(live, run.results.at(-1)!);
    else this.live.set(run, (live = this.restore(tcb, run)));
    while (!live.step.done) {
      if (live.step.value.do === 'again') {
        [tcb.arg0 = 0, tcb.arg1 = 0, tcb.arg2 = 0] = live.step.value.args;
        run.results = [];
        tcb.stackPointer = run.stackPointer = run.stackTop;
        live = this.restore(tcb, run);
        this.live.set(run, live);
        continue;
      }
      const given = this.perform(tcb, live.step.value);
      if (given === undefined) {
        run.waits = true;
        return undefined;
      }
      run.results.push(given);
      goOn(live, given);
    }
    return live.step.value | 0;
  }

  /** What a task's program shows of itself, if it waits: not to be changed. */
  shown(tcb: Tcb): object | null {
    const run = tcb.native;
    if (!run) return null;
    let live = this.live.get(run);
    if (!live && run.waits) this.live.set(run, (live = this.restore(tcb, run)));
    return live?.shown ?? null;
  }

  private restore({ entry, arg0, arg1, arg2 }: Tcb, run: NativeRun): Live {
    const program = this.functionOf(entry)(system, arg0, arg1, arg2);
    const live: Live = { program, step: program.next(), shown: null };
    for (const given of run.results) goOn(live, given);
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
    const program = this.functionOf(entry)(system, arg0, arg1, arg2);
    for (let step = program.next(); !step.done;) step = program.next(this.perform(idle, step.value as Action)!);
    idle.stackPointer = stackPointer;
  }

  private perform(tcb: Tcb, request: Action): Given | undefined {
    const { memory } = this.kernel;
    switch (request.do) {
      case 'call':
        return this.call(tcb, request.index, request.args);
      case 'pointer':
        return nativeEntry(this.kernel.natives.indexOf(request.to));
      case 'alloc':
        tcb.stackPointer = below(tcb, tcb.stackPointer - request.size);
        if (tcb.native) tcb.native.stackPointer = tcb.stackPointer;
        return tcb.stackPointer;
      case 'spend':
        memory.words[Cell.Fuel]! -= request.cycles;
        return 0;
      case 'show':
        return 0;
      case 'note':
        note(this.kernel, request.type, tcb.pid, ...request.args);
        return 0;
      case 'noteClock':
        noteClock(this.kernel, tcb.pid, request.device, request.frequency);
        return 0;
      case 'config':
        return configured(this.kernel, request.name);
      case 'isRam':
        return memory.isRam(request.address, request.size) ? 1 : 0;
      case 'load':
        return memory.slice(request.address, request.size).slice();
      case 'store':
        memory.slice(request.address, request.bytes.length).set(request.bytes);
        return 0;
    }
  }

  /** Strings, and arguments in place of `...`, are on the stack for the time of the call. */
  private call(tcb: Tcb, index: number, given: readonly (number | string)[]): number | undefined {
    const { memory } = this.kernel;
    const before = tcb.stackPointer;
    const room = (size: number) => (tcb.stackPointer = below(tcb, tcb.stackPointer - size));
    const args = given.map((argument) => {
      if (typeof argument === 'number') return argument;
      const address = room(argument.length + 1);
      memory.storeString(address, argument);
      return address;
    });
    const { prototype } = systemCalls[index]!;
    if (prototype.includes('...')) {
      const fixed = prototype.split(',').length - 1;
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

/** The program gets what it asked for, and asks for the next. */
function goOn(live: Live, given: Given): void {
  const { value, done } = live.step;
  if (!done && value.do === 'show') live.shown = value.data;
  live.step = live.program.next(given);
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
