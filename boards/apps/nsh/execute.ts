/** One statement of the innermost frame: keywords, redirections, and whatever the command is. */
import type { Program } from '../../../kernel/binfmt/native';
import { Errno } from '../../../kernel/errno';
import { O_APPEND, O_CREAT, O_RDONLY, O_TRUNC, O_WRONLY } from '../../../kernel/fs/openflags';
import { errnoName, Failure } from '../errors';
import { withoutAlias } from './alias';
import { findCommand } from './commands';
import { decide, isEnabled, loopStart, takeKeywords } from './control';
import { expandOne, expandWords } from './expand';
import { asScript, runBeside, runInFront, runPipeline, type Files } from './launch';
import { endOfLine, parseStatement, SyntaxProblem, type Command, type Redirection, type Statement } from './parse';
import { FAILED, OK, PUSHED, type Frame, type Redirected, type Shell } from './shell';

const openFlags: Record<Redirection['operator'], number> = {
  '<': O_RDONLY,
  '>': O_WRONLY | O_CREAT | O_TRUNC,
  '>>': O_WRONLY | O_CREAT | O_APPEND,
};

/** What it takes to read a statement and to find out what it says: some hundred microseconds on a board. */
const CYCLES_PER_STATEMENT = 20_000;

/** Executes what comes next in the frame's text, where there is something. */
export function* executeNext(shell: Shell): Program<void> {
  const { frame, state } = shell;
  const { text, at, control } = frame;
  yield* shell.sys.spend(CYCLES_PER_STATEMENT);
  let statement: Statement;
  try {
    statement = parseStatement(text, at);
    frame.at = takeKeywords(control, statement.pipeline[0]!, at) ?? statement.next;
  } catch (error) {
    if (!(error instanceof SyntaxProblem)) throw error;
    frame.at = endOfLine(text, at);
    frame.control = [];
    frame.separator = '\n';
    yield* settle(shell, yield* shell.complain(error.message));
    return;
  }
  if (state.trace && frame.input === 'script') yield* shell.print(text.slice(at, statement.next));
  if (statement.pipeline[0]!.words.length === 0) return;
  const { separator: before } = frame;
  frame.separator = statement.separator;
  if (!isEnabled(control)) {
    if (!isChain(statement.separator)) decide(control, true);
  } else if (before === (state.failed ? '&&' : '||')) {
    yield* settle(shell, state.failed ? FAILED : OK);
  } else {
    const result = yield* shell.attempt(() => execute(shell, statement));
    if (result !== PUSHED) yield* settle(shell, result);
  }
}

const isChain = (separator: string) => separator === '&&' || separator === '||';

/** Forgets text that has been executed. */
export function trim(frame: Frame): void {
  const gone = Math.min(loopStart(frame.control) ?? frame.at, frame.at);
  frame.text = frame.text.slice(gone);
  frame.at -= gone;
  for (const each of frame.control) if (each.kind === 'loop') each.start -= gone;
}

/** A command of the innermost frame has ended: what follows from its result? */
export function* settle(shell: Shell, result: number): Program<void> {
  const { frame, state } = shell;
  state.failed = result !== OK;
  if (isChain(frame.separator)) return;
  if (decide(frame.control, state.failed)) {
    state.failed = false;
  } else if (state.failed && frame.input !== 'console' && state.exitOnError) {
    yield* endFrame(shell);
  } else if (state.failed && frame.control.length === 0 && frame.separator === ';') {
    // As on NuttX, what stands behind it in the same line is not executed.
    frame.at = endOfLine(frame.text, frame.at);
  }
}

/** The innermost frame is done; the command that it was of has the result of its last one. */
export function* endFrame(shell: Shell): Program<void> {
  const { sys, state } = shell;
  const { fd, redirected, began } = state.frames.pop()!;
  if (fd > 0) yield* sys.close(fd);
  if (began) yield* showElapsed(shell, began);
  yield* putBack(shell, redirected);
  if (state.frames.length > 0) yield* settle(shell, state.failed ? FAILED : OK);
}

function* showElapsed(shell: Shell, { sec, nsec }: { sec: number; nsec: number }): Program<void> {
  const now = yield* readClock(shell);
  const elapsed = (now.sec - sec) * 10_000 + Math.floor((now.nsec - nsec) / 100_000);
  yield* shell.print(`\n${Math.floor(elapsed / 10_000)}.${String(elapsed % 10_000).padStart(4, '0')} sec\n`);
}

const CLOCK_MONOTONIC = 1;

export function* readClock({ sys }: Shell): Program<{ sec: number; nsec: number }> {
  const timespec = yield* sys.alloc(16);
  yield* sys.clock_gettime(CLOCK_MONOTONIC, timespec);
  return { sec: yield* sys.load32(timespec), nsec: yield* sys.load32(timespec + 8) };
}

function* execute(shell: Shell, { pipeline, separator }: Statement): Program {
  const isBeside = separator === '&';
  const opened: number[] = [];
  try {
    const stages: { args: string[]; files: Files }[] = [];
    for (const command of pipeline) {
      const args = yield* expandWords(shell, withoutAlias(command.words, shell.state.aliases));
      stages.push({ args, files: yield* openFiles(shell, command, args[0]!, opened) });
    }
    yield* shell.flush();
    if (stages.length > 1) return yield* runPipeline(shell, stages, isBeside);
    const { args, files } = stages[0]!;
    return isBeside ? yield* executeBeside(shell, args, files) : yield* executeInFront(shell, args, files);
  } finally {
    for (const fd of opened) yield* shell.sys.close(fd);
  }
}

/** Opens what a command is redirected to; the descriptors are noted as soon as they are there. */
function* openFiles(shell: Shell, { redirections }: Command, name: string, opened: number[]): Program<Files> {
  const files: [number, number][] = [];
  for (const { operator, target } of redirections) {
    const path = yield* expandOne(shell, target);
    const fd = yield* shell.sys.open(path, openFlags[operator], 0o666);
    if (fd < 0) throw new Failure(`${name}: open failed: ${errnoName(yield* shell.sys.errno())}`);
    opened.push(fd);
    files.push([fd, operator === '<' ? 0 : 1]);
  }
  return files;
}

function* executeBeside(shell: Shell, args: string[], files: Files): Program {
  const result = yield* runBeside(shell, args, files);
  if (result !== -Errno.ENOENT) return yield* resultOf(shell, args, result);
  if (!findCommand(args[0]!)) return yield* shell.complain(`${args[0]}: command not found`);
  return yield* resultOf(shell, args, yield* runBeside(shell, asScript(args), files));
}

/** Programs come first: one may have the name of a command. */
function* executeInFront(shell: Shell, args: string[], files: Files): Program {
  const result = yield* runInFront(shell, args, files);
  if (result !== -Errno.ENOENT) return yield* resultOf(shell, args, result);
  const command = findCommand(args[0]!);
  if (!command) return yield* shell.complain(`${args[0]}: command not found`);
  if (args.length < command.least) return yield* shell.complain(`${args[0]}: missing required argument(s)`);
  if (args.length > command.most) return yield* shell.complain(`${args[0]}: too many arguments`);
  const redirected = yield* redirect(shell, files);
  const depth = shell.state.frames.length;
  const done = yield* shell.attempt(function* () {
    const result = yield* command.run(shell, args);
    yield* shell.finish(command.name);
    return result;
  });
  if (done === PUSHED) shell.state.frames[depth]!.redirected = redirected;
  else yield* putBack(shell, redirected);
  return done;
}

function* resultOf(shell: Shell, [name]: string[], result: number): Program {
  return result >= 0 ? result : yield* shell.complain(`${name}: exec failed: ${errnoName(-result)}`);
}

const F_SETFD = 8;
const FD_CLOEXEC = 1;

/** The shell's own descriptors become others, for the time of a command. */
function* redirect({ sys }: Shell, files: Files): Program<Redirected[]> {
  const redirected: Redirected[] = [];
  for (const [from, fd] of files) {
    const saved = yield* sys.dup(fd);
    if (saved >= 0) yield* sys.fcntl(saved, F_SETFD, FD_CLOEXEC);
    yield* sys.dup2(from, fd);
    redirected.push({ fd, saved });
  }
  return redirected;
}

function* putBack(shell: Shell, redirected: readonly Redirected[]): Program<void> {
  yield* shell.flush();
  for (const { fd, saved } of redirected.toReversed()) {
    if (saved < 0) continue;
    yield* shell.sys.dup2(saved, fd);
    yield* shell.sys.close(saved);
  }
}
