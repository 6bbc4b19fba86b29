/** Programs that the shell starts: in front, in the background, with pipes between them, or for what they write. */
import type { Program, System } from '../../../kernel/binfmt/native';
import { Errno } from '../../../kernel/errno';
import { errnoName, Failure } from '../errors';
import { IO_SIZE, textOf } from '../io';
import { quote } from './parse';
import { FAILED, OK, type Shell } from './shell';
import { SIGINT } from './interrupt';
import { takeControl } from './terminal';

/** For a new program: descriptors of the shell, and what they are in it. All of them are closed beside that. */
export type Files = readonly (readonly [from: number, to: number])[];

const WUNTRACED = 4;

/**
 * Starts a program that the board has. Gives its pid, or a negated errno: ENOENT, there is none of that name.
 *
 * @param internal descriptors that it must not have
 */
export function* launch(
  { sys }: Pick<Shell, 'sys'>,
  args: readonly string[],
  files: Files = [],
  internal: readonly number[] = [],
): Program {
  const argv = yield* storeArguments(sys, args);
  if (argv === 0) return -Errno.ENOMEM;
  const words = yield* sys.alloc(8);
  const [actions, pid] = [words, words + 4];
  yield* sys.posix_spawn_file_actions_init(actions);
  for (const [from, to] of files) yield* sys.posix_spawn_file_actions_adddup2(actions, from, to);
  for (const fd of new Set([...files.map(([from]) => from), ...internal])) {
    yield* sys.posix_spawn_file_actions_addclose(actions, fd);
  }
  const error = yield* sys.posix_spawnp(pid, args[0]!, actions, 0, argv, 0);
  yield* sys.posix_spawn_file_actions_destroy(actions);
  yield* sys.free(argv);
  return error === 0 ? yield* sys.load32(pid) : -error;
}

/** A null-terminated array of strings, in one allocation; 0 when RAM is out. */
function* storeArguments(sys: System, args: readonly string[]): Program {
  const text = args.map((arg) => `${arg}\0`).join('');
  const array = 4 * (args.length + 1);
  const address = yield* sys.malloc(array + text.length);
  if (address === 0) return 0;
  const bytes = new Uint8Array(array + text.length);
  const view = new DataView(bytes.buffer);
  let at = array;
  args.forEach((arg, i) => {
    view.setInt32(4 * i, address + at, true);
    for (const char of `${arg}\0`) bytes[at++] = char.charCodeAt(0);
  });
  yield* sys.store(address, bytes);
  return address;
}

/** Runs a program in front: waits for its end. Gives the command's result, or a negated errno when it did not start. */
export function* runInFront(shell: Shell, args: readonly string[], files: Files): Program {
  const { sys } = shell;
  // Locked, so that it does not end before somebody waits for it: NuttX would not know its status then.
  yield* sys.sched_lock();
  const pid = yield* launch(shell, args, files);
  const result = pid < 0 ? pid : yield* waitInFront(shell, args[0]!, [pid]);
  yield* sys.sched_unlock();
  return result;
}

/**
 * Waits for programs to end; the last one's result is what counts. ^C comes to the shell, so that it stops executing what
 * it was given, and is passed on to all of them.
 */
function* waitInFront(shell: Shell, command: string, pids: readonly number[]): Program {
  const { sys } = shell;
  const status = yield* sys.alloc(4);
  let result = OK;
  let isInterrupted = false;
  for (const pid of pids.toReversed()) {
    yield* sys.store32(status, 0);
    let errno: number = Errno.EINTR;
    while (errno === Errno.EINTR) {
      if (yield* shell.wasInterrupted()) {
        isInterrupted = true;
        for (const each of pids) yield* sys.kill(each, SIGINT);
      }
      errno = (yield* sys.waitpid(pid, status, WUNTRACED)) < 0 ? yield* sys.errno() : 0;
    }
    if (pid !== pids.at(-1)) continue;
    if (errno === 0) result = (yield* sys.load32(status)) === 0 ? OK : FAILED;
    else if (errno !== Errno.ECHILD) result = yield* shell.complain(`${command}: waitpid failed: ${errnoName(errno)}`);
  }
  if (isInterrupted) yield* shell.interrupt();
  // One that was a shell itself has made itself whom ^C is for.
  yield* takeControl(shell);
  return result;
}

/** Starts a program beside the shell, and says so. Gives the command's result, or a negated errno. */
export function* runBeside(shell: Shell, args: readonly string[], files: Files): Program {
  const { sys } = shell;
  const pid = yield* launch(shell, args, files);
  if (pid < 0) return pid;
  const param = yield* sys.alloc(4 * PARAM_WORDS);
  const known = yield* sys.sched_getparam(pid, param);
  shell.state.background = pid;
  yield* shell.print(`${args[0]} [${pid}:${known === 0 ? yield* sys.load32(param) : 0}]\n`);
  return OK;
}

/** struct sched_param with what SCHED_SPORADIC has in it. */
const PARAM_WORDS = 16;

/** What a shell has to be told to execute a command. */
export const asScript = (args: readonly string[]): string[] => ['sh', '-c', args.map(quote).join(' ')];

/** Runs commands at once, each writing to the pipe that the next reads from. */
export function* runPipeline(
  shell: Shell,
  stages: readonly { args: readonly string[]; files: Files }[],
  isBeside: boolean,
): Program {
  const { sys } = shell;
  const pids: number[] = [];
  let input = -1;
  let result = OK;
  yield* sys.sched_lock();
  for (const [i, { args, files }] of stages.entries()) {
    const isLast = i === stages.length - 1;
    const [reader, writer] = isLast ? [-1, -1] : yield* openPipe(sys);
    const ends: [number, number][] = [];
    if (input >= 0) ends.push([input, 0]);
    if (writer >= 0) ends.push([writer, 1]);
    const internal = reader >= 0 ? [reader] : [];
    let pid = reader < 0 && !isLast ? -Errno.EMFILE : yield* launch(shell, args, [...ends, ...files], internal);
    if (pid === -Errno.ENOENT) pid = yield* launch(shell, asScript(args), [...ends, ...files], internal);
    for (const [fd] of ends) yield* sys.close(fd);
    input = reader;
    if (pid >= 0) pids.push(pid);
    else result = yield* shell.complain(`${args[0]}: exec failed: ${errnoName(-pid)}`);
    if (pid < 0) break;
  }
  if (input >= 0) yield* sys.close(input);
  const name = stages.at(-1)!.args[0]!;
  if (pids.length > 0 && !isBeside) result = (yield* waitInFront(shell, name, pids)) || result;
  else if (pids.length > 0) shell.state.background = pids.at(-1)!;
  yield* sys.sched_unlock();
  return result;
}

function* openPipe(sys: System): Program<[number, number]> {
  const fds = yield* sys.alloc(8);
  if ((yield* sys.pipe(fds)) < 0) return [-1, -1];
  return [yield* sys.load32(fds), yield* sys.load32(fds + 4)];
}

/** What a command line writes. Throws a Failure when it cannot be started. */
export function* capture(shell: Shell, line: string): Program<string> {
  const { sys, buffer } = shell;
  const [reader, writer] = yield* openPipe(sys);
  if (reader < 0) throw new Failure(`\`\`: pipe failed: ${errnoName(yield* sys.errno())}`);
  const pid = yield* launch(shell, ['sh', '-c', line], [[writer, 1]], [reader]);
  yield* sys.close(writer);
  let text = '';
  for (;;) {
    const count = pid < 0 ? 0 : yield* sys.read(reader, buffer, IO_SIZE);
    if (count <= 0) break;
    if (text.length < LONGEST_CAPTURE) text += textOf(yield* sys.load(buffer, count));
  }
  yield* sys.close(reader);
  if (pid < 0) throw new Failure(`\`\`: exec failed: ${errnoName(-pid)}`);
  return text;
}

/** What comes beyond is read and dropped. */
const LONGEST_CAPTURE = 4096;
