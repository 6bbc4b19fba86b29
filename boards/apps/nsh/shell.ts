/**
 * A shell: what it knows is plain data, kept in the board's RAM from one step to the next, since the generator that runs
 * it begins anew each time (`sys.again`).
 */
import type { Program, System } from '../../../kernel/binfmt/native';
import { Errno } from '../../../kernel/errno';
import { errnoName, Failure } from '../errors';
import { IO_SIZE, latin1, textOf } from '../io';
import type { Control } from './control';
import type { Editing } from './editor';
import type { Separator } from './parse';

/** Where commands come from. */
export interface Frame {
  /** A person at the console, a script, or just the text that is there; or a file, that is to be written out. */
  input: 'console' | 'script' | 'text' | 'copy';
  /** Of the script or the file; -1 for none yet. */
  fd: number;
  /** What has been read and is still needed, and how far it has been executed; of a file that is to be written its path. */
  text: string;
  at: number;
  control: Control[];
  /** What stood behind the last command. */
  separator: Separator;
  /** Descriptors to put back when it ends: what was redirected, and a copy of what it was. */
  redirected: Redirected[];
  /** Of `time`: when it began. */
  began: { sec: number; nsec: number } | null;
}

export interface Redirected {
  fd: number;
  saved: number;
}

export interface ShellState {
  /** Innermost last. */
  frames: Frame[];
  history: string[];
  /** What the first words of commands stand for, by name. */
  aliases: Record<string, string>;
  /** The line that is being typed. */
  editing: Editing | null;
  /** The console gives bytes as they are typed, for that line. */
  isRaw: boolean;
  /** The last command failed: `$?`. */
  failed: boolean;
  /** Pid of what was last started in the background, `$!`; 0 for none. */
  background: number;
  /** `set -e`: a script ends with its first error. `set -x`: the lines of scripts are shown. */
  exitOnError: boolean;
  trace: boolean;
  /** It is to end. */
  exiting: boolean;
}

/** Kept in RAM: flag of an interrupt, address, length and room of the state; then the buffer for input and output. */
const Block = { interrupted: 0, state: 4, length: 8, room: 12, buffer: 16 } as const;

/** A frame that begins. */
export function newFrame(input: Frame['input'], given: Partial<Frame> = {}): Frame {
  return { input, fd: -1, text: '', at: 0, control: [], separator: '', redirected: [], began: null, ...given };
}

/** The result of a command: it went well, it did not, or its commands come first. */
export const OK = 0;
export const FAILED = 1;
export const PUSHED = 2;

export class Shell {
  /** What is still to be written to standard output, and the errno of what could not be. */
  private output = '';
  private unwritten = 0;

  private constructor(
    readonly sys: System,
    readonly block: number,
    readonly state: ShellState,
  ) {}

  /** A new one; null when RAM is out. */
  static *create(sys: System, frame: Frame): Program<Shell | null> {
    const block = yield* sys.malloc(Block.buffer + IO_SIZE);
    if (block === 0) return null;
    yield* sys.store(block, new Uint8Array(Block.buffer));
    return new Shell(sys, block, {
      frames: [frame],
      history: [],
      aliases: {},
      editing: null,
      isRaw: false,
      failed: false,
      background: 0,
      exitOnError: true,
      trace: false,
      exiting: false,
    });
  }

  /** The one that was kept at an address. */
  static *restore(sys: System, block: number): Program<Shell> {
    const bytes = yield* sys.load(yield* sys.load32(block + Block.state), yield* sys.load32(block + Block.length));
    return new Shell(sys, block, JSON.parse(textOf(bytes)) as ShellState);
  }

  /** Keeps the state, at the address that {@link restore} takes. False when RAM is out. */
  *keep(): Program<boolean> {
    const { sys, block } = this;
    const bytes = latin1(JSON.stringify(this.state));
    if ((yield* sys.load32(block + Block.room)) < bytes.length) {
      const room = Math.ceil(bytes.length / ROOM_STEP) * ROOM_STEP;
      const address = yield* sys.realloc(yield* sys.load32(block + Block.state), room);
      if (address === 0) return false;
      yield* sys.store32(block + Block.state, address);
      yield* sys.store32(block + Block.room, room);
    }
    yield* sys.store(yield* sys.load32(block + Block.state), bytes);
    yield* sys.store32(block + Block.length, bytes.length);
    return true;
  }

  /** Gives back what it has of RAM. */
  *release(): Program<void> {
    yield* this.sys.free(yield* this.sys.load32(this.block + Block.state));
    yield* this.sys.free(this.block);
  }

  get frame(): Frame {
    return this.state.frames.at(-1)!;
  }

  /** Address of {@link IO_SIZE} bytes for whatever command is being executed. */
  get buffer(): number {
    return this.block + Block.buffer;
  }

  /** Whether ^C was pressed since the last time that this was asked. */
  *wasInterrupted(): Program<boolean> {
    const interrupted = (yield* this.sys.load32(this.block + Block.interrupted)) !== 0;
    if (interrupted) yield* this.sys.store32(this.block + Block.interrupted, 0);
    return interrupted;
  }

  /** As if ^C was pressed. */
  *interrupt(): Program<void> {
    yield* this.sys.store32(this.interruptFlag, 1);
  }

  /** Address of the flag that the handler of SIGINT sets. */
  get interruptFlag(): number {
    return this.block + Block.interrupted;
  }

  /** Writes to standard output, sooner or later. */
  *print(text: string): Program<void> {
    this.output += text;
    if (this.output.length >= IO_SIZE) yield* this.flush();
  }

  /** Writes what is still to be written. */
  *flush(): Program<void> {
    const text = this.output;
    this.output = '';
    if (text === '') return;
    yield* this.sys.spend(text.length * CYCLES_PER_BYTE);
    this.unwritten ||= yield* this.write(1, latin1(text));
  }

  /** The same at the end of a command. Throws a Failure when not all of its output could be written. */
  *finish(command: string): Program<void> {
    yield* this.flush();
    const errno = this.unwritten;
    this.unwritten = 0;
    // Whoever closes a pipe or presses ^C does not want more.
    if (errno !== 0 && errno !== Errno.EPIPE && errno !== Errno.EINTR)
      throw new Failure(`${command}: write failed: ${errnoName(errno)}`);
  }

  /** Writes bytes to a descriptor, at once; an errno, or 0. */
  *write(fd: number, bytes: Uint8Array): Program {
    const { sys, buffer } = this;
    for (let at = 0; at < bytes.length;) {
      const piece = bytes.subarray(at, at + IO_SIZE);
      yield* sys.store(buffer, piece);
      const written = yield* sys.write(fd, buffer, piece.length);
      if (written < 0) return yield* sys.errno();
      at += written;
    }
    return 0;
  }

  /** Says on standard error what went wrong, and gives FAILED. */
  *complain(text: string): Program {
    yield* this.flush();
    yield* this.write(2, latin1(`nsh: ${text}\n`));
    return FAILED;
  }

  /** The same for a call that failed with errno. */
  *failed(command: string, call: string): Program {
    return yield* this.complain(`${command}: ${call} failed: ${errnoName(yield* this.sys.errno())}`);
  }

  /** Does something that ends with a {@link Failure}, maybe: then that is said. */
  *attempt(work: () => Program): Program {
    try {
      return yield* work();
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      return yield* this.complain(error.message);
    }
  }
}

const ROOM_STEP = 512;
/** What it takes to make a byte of output. */
const CYCLES_PER_BYTE = 20;
