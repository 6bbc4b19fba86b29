/**
 * The NuttShell. It runs in steps, each of which begins the generator anew (`sys.again`): a byte that is typed, a piece of
 * a script, a command.
 */
import type { NativeFunction, Program, System } from '../../../kernel/binfmt/native';
import { O_CLOEXEC, O_RDONLY } from '../../../kernel/fs/openflags';
import { errnoName } from '../errors';
import { IO_SIZE, latin1, textOf } from '../io';
import { say } from '../print';
import { copySome, openFile } from './commands/copying';
import { endFrame, executeNext, trim } from './execute';
import { catchInterrupts } from './interrupt';
import { readConsole } from './readline';
import { FAILED, newFrame, OK, PUSHED, Shell, type Frame } from './shell';

const GREETING = '\nNuttShell (NSH)\n';
const NO_MEMORY = 'nsh: out of memory\n';
/** Longer lines of scripts are cut in pieces. */
const LONGEST_SCRIPT_LINE = 1024;

/** The third argument: the first is not argc but the address of what the last step kept. */
const GOES_ON = 1;

/**
 * nsh, and sh: without arguments a session on the console; a script's path; or `-c` and commands. Ends with 0, or with 1
 * when the last command failed or the script cannot be read.
 */
export const nsh: NativeFunction = function* (sys, arg0, argv, phase) {
  const shell = phase === GOES_ON ? yield* Shell.restore(sys, arg0) : yield* begin(sys, yield* sys.argv(arg0, argv));
  if (typeof shell === 'number') return shell;
  if (yield* shell.wasInterrupted()) yield* abandon(shell);
  const { state } = shell;
  if (state.frames.length > 0 && !state.exiting) yield* step(shell);
  yield* shell.flush();
  if (state.frames.length > 0 && !state.exiting) {
    if (yield* shell.keep()) return yield* sys.again(shell.block, 0, GOES_ON);
    yield* shell.write(2, latin1(NO_MEMORY));
  }
  while (state.frames.length > 0) yield* endFrame(shell);
  yield* shell.release();
  return state.failed ? 1 : 0;
};

/** A new shell, or the status with which there is none. */
function* begin(sys: System, args: string[]): Program<Shell | number> {
  const frame = yield* firstFrame(sys, args);
  if (typeof frame === 'string') {
    yield* say(sys, 2, `nsh: ${args[0]}: ${frame}\n`);
    return 1;
  }
  const shell = yield* Shell.create(sys, frame);
  if (!shell) {
    yield* say(sys, 2, NO_MEMORY);
    return 1;
  }
  yield* catchInterrupts(shell);
  if (frame.input === 'console') yield* shell.print(GREETING);
  return shell;
}

/** What the arguments ask for, or what is wrong with them. */
function* firstFrame(sys: System, [, ...args]: string[]): Program<Frame | string> {
  const [option, text] = args;
  if (option === '-c') return text === undefined ? 'missing required argument(s)' : newFrame('text', { text });
  if (option === undefined) return (yield* sys.isatty(0)) === 1 ? newFrame('console') : newFrame('script', { fd: 0 });
  const fd = yield* sys.open(option, O_RDONLY | O_CLOEXEC);
  return fd < 0 ? `open failed: ${errnoName(yield* sys.errno())}` : newFrame('script', { fd });
}

function* step(shell: Shell): Program<void> {
  const { frame } = shell;
  const rest = frame.text.slice(frame.at);
  if (frame.input === 'script' && !rest.includes('\n') && rest.length < LONGEST_SCRIPT_LINE) {
    yield* readScript(shell);
  } else if (frame.input === 'copy') {
    yield* writeOut(shell);
  } else if (rest !== '') {
    yield* executeNext(shell);
    trim(frame);
  } else if (frame.input === 'console') {
    yield* readConsole(shell);
  } else {
    yield* endFrame(shell);
  }
}

/** Pieces of a file that are written in one step. */
const PIECES_PER_STEP = 16;

/** Some of a file, for cat. */
function* writeOut(shell: Shell): Program<void> {
  const { frame, state } = shell;
  const result = yield* shell.attempt(function* () {
    if (frame.fd < 0) frame.fd = yield* openFile(shell, 'cat', frame.text);
    for (let i = 0; i < PIECES_PER_STEP; i++) if (!(yield* copySome(shell, 'cat', frame.fd, 1))) return OK;
    return PUSHED;
  });
  if (result === PUSHED) return;
  state.failed = result === FAILED;
  yield* endFrame(shell);
}

function* readScript({ sys, frame, buffer }: Shell): Program<void> {
  const count = yield* sys.read(frame.fd, buffer, IO_SIZE);
  if (count > 0) frame.text += textOf(yield* sys.load(buffer, count));
  else frame.input = 'text';
}

/** ^C: whatever was being executed is not gone on with. */
function* abandon(shell: Shell): Program<void> {
  const { state } = shell;
  while (state.frames.length > 0 && shell.frame.input !== 'console') {
    shell.frame.separator = '&&';
    yield* endFrame(shell);
  }
  state.failed = true;
  if (state.frames.length > 0) Object.assign(shell.frame, { text: '', at: 0, control: [], separator: '' });
}
