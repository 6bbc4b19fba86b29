/** Tasks: what there is, signals to them, and waiting (NuttX: nsh_proccmds.c, nsh_wait.c). */
import type { Program } from '../../../../kernel/binfmt/native';
import { Errno } from '../../../../kernel/errno';
import { errnoName, Failure } from '../../errors';
import { listDirectory } from '../paths';
import { FAILED, OK, type Shell } from '../shell';
import { ANY_NUMBER, argumentInvalid, argumentMissing, command, takeOptions, wholeNumber } from './command';
import { readText, showFile, stopIfInterrupted } from './copying';

const PROC = '/proc';

/** Lines `Name:   value` of a file in /proc. */
function* fieldsOf(shell: Shell, name: string, path: string): Program<Map<string, string>> {
  const lines = (yield* readText(shell, name, path)).split('\n');
  return new Map(lines.map((line) => [line.split(':')[0]!, line.slice(line.indexOf(':') + 1).trim()]));
}

function* pids(shell: Shell): Program<number[]> {
  const entries = yield* listDirectory(shell, PROC);
  if (!entries) throw new Failure('ps: Could not open /proc (is procfs mounted?)');
  return entries.map(({ name }) => Number(name)).filter((pid) => Number.isInteger(pid));
}

/** One task as ps shows it; none when it ends meanwhile. */
function* psLine(shell: Shell, pid: number): Program<Record<string, string> | null> {
  try {
    const status = yield* fieldsOf(shell, 'ps', `${PROC}/${pid}/status`);
    const group = yield* fieldsOf(shell, 'ps', `${PROC}/${pid}/group/status`);
    const stack = yield* fieldsOf(shell, 'ps', `${PROC}/${pid}/stack`);
    const command = (yield* readText(shell, 'ps', `${PROC}/${pid}/cmdline`)).trim();
    const [state = '', event = ''] = (status.get('State') ?? '').split(',');
    const parent = group.get('Parent ID');
    const size = Number(stack.get('StackSize') ?? 0);
    const used = stack.get('StackUsed');
    const filled = size > 0 ? Math.floor((1000 * Number(used)) / size) : 0;
    return {
      TID: String(pid),
      PID: status.get('Group') ?? '',
      ...(parent !== undefined && { PPID: parent }),
      PRI: (status.get('Priority') ?? '').split(' ')[0]!,
      POLICY: (status.get('Scheduler') ?? '').replace('SCHED_', ''),
      TYPE: status.get('Type') ?? '',
      NPX: status.get('Flags') ?? '',
      STATE: state,
      EVENT: event,
      SIGMASK: status.get('SigMask') ?? '',
      STACK: String(size).padStart(7, '0'),
      ...(used !== undefined && {
        USED: used.padStart(7, '0'),
        FILLED: `${String(Math.floor(filled / 10)).padStart(3)}.${filled % 10}%${filled >= 800 ? '!' : ' '}`,
      }),
      COMMAND: command,
    };
  } catch (error) {
    if (error instanceof Failure) return null;
    throw error;
  }
}

/** Widths as NuttX has them; minus for what is aligned to the left. */
const widths: Readonly<Record<string, number>> = {
  TID: 5, PID: 5, PPID: 5, PRI: 3, POLICY: -8, TYPE: -7, NPX: 3, STATE: -8, EVENT: -9, SIGMASK: -16, STACK: 7, USED: 7,
  FILLED: 6, COMMAND: 0,
}; // prettier-ignore

function row(values: Record<string, string>): string {
  const cells = Object.entries(values).map(([column, value]) => {
    const width = widths[column]!;
    return width < 0 ? value.padEnd(-width) : value.padStart(width);
  });
  return `${cells.join(' ')}\n`;
}

function* ps(shell: Shell): Program {
  const lines: Record<string, string>[] = [];
  for (const pid of yield* pids(shell)) {
    const line = yield* psLine(shell, pid);
    if (line) lines.push(line);
  }
  const columns = Object.keys(lines[0] ?? widths);
  yield* shell.print(row(Object.fromEntries(columns.map((column) => [column, column]))));
  for (const line of lines) yield* shell.print(row(line));
  return OK;
}

/** Numbers of signals by their name. */
const signals: Readonly<Record<string, number>> = {
  HUP: 1, INT: 2, QUIT: 3, ABRT: 6, KILL: 9, USR1: 10, USR2: 12, PIPE: 13, ALRM: 14, TERM: 15, CHLD: 17, CONT: 18,
  STOP: 19, TSTP: 20,
}; // prettier-ignore

/** The signal of `-9`, `-KILL`, `-s 9` or `-s KILL` in front of the other arguments; SIGTERM by default. */
function takeSignal(name: string, args: string[]): number {
  const option = args[0]?.startsWith('-') ? args.shift()!.slice(1) : 'TERM';
  const text = option === 's' ? args.shift() : option;
  if (text === undefined) throw argumentMissing(name);
  return signals[text.toUpperCase().replace(/^SIG/, '')] ?? wholeNumber(name, text);
}

function* kill(shell: Shell, [name = '', ...args]: string[]): Program {
  const signo = takeSignal(name, args);
  const [text] = args;
  if (text === undefined) throw argumentMissing(name);
  return yield* send(shell, name, wholeNumber(name, text), signo);
}

function* send(shell: Shell, name: string, pid: number, signo: number): Program {
  if ((yield* shell.sys.kill(pid, signo)) === 0) return OK;
  const errno = yield* shell.sys.errno();
  if (errno === Errno.EINVAL) throw argumentInvalid(name);
  if (errno === Errno.ESRCH) throw new Failure(`${name}: no such task: ${pid}`);
  throw new Failure(`${name}: kill failed: ${errnoName(errno)}`);
}

/** Tasks of a name, as ps shows it without arguments. */
function* tasksOf(shell: Shell, name: string): Program<number[]> {
  const found: number[] = [];
  for (const pid of yield* pids(shell)) {
    if ((yield* psLine(shell, pid))?.COMMAND?.split(' ')[0] === name) found.push(pid);
  }
  return found;
}

function* pidof(shell: Shell, [command = '', name = '']: string[]): Program {
  const found = yield* tasksOf(shell, name);
  if (found.length === 0) throw new Failure(`${command}: no such task: ${name}`);
  yield* shell.print(`${found.join(' ')}\n`);
  return OK;
}

function* pkill(shell: Shell, [command = '', ...args]: string[]): Program {
  const signo = takeSignal(command, args);
  const [name] = args;
  if (name === undefined) throw argumentMissing(command);
  const found = yield* tasksOf(shell, name);
  if (found.length === 0) throw new Failure(`${command}: no such task: ${name}`);
  for (const pid of found) yield* send(shell, command, pid, signo);
  return OK;
}

/** The longest that fits a useconds_t. */
const LONGEST_SLEEP = 0xffff_ffff;

function* usleep(shell: Shell, [name = '', text = '']: string[]): Program {
  return yield* pause(shell, name, wholeNumber(name, text), 1e6);
}

function* sleep(shell: Shell, [name = '', text = '']: string[]): Program {
  return yield* pause(shell, name, wholeNumber(name, text), 1);
}

/** struct timespec with 64 bits of seconds. */
const TIMESPEC = 16;

/** ^C ends it early. */
function* pause(shell: Shell, name: string, count: number, perSecond: number): Program {
  if (count <= 0 || count > LONGEST_SLEEP) throw argumentInvalid(name);
  const { sys } = shell;
  yield* shell.flush();
  const timespec = yield* sys.alloc(TIMESPEC);
  yield* sys.store(timespec, new Uint8Array(TIMESPEC));
  yield* sys.store32(timespec, Math.floor(count / perSecond));
  yield* sys.store32(timespec + 8, Math.round((count % perSecond) * (1e9 / perSecond)));
  yield* stopIfInterrupted(shell, name);
  yield* sys.clock_nanosleep(CLOCK_REALTIME, 0, timespec, 0);
  return OK;
}

const CLOCK_REALTIME = 0;

/** For the tasks that are given; without any for none, as on NuttX. One that has ended is not waited for. */
function* wait(shell: Shell, [name = '', ...args]: string[]): Program {
  const { sys } = shell;
  const status = yield* sys.alloc(4);
  let result = OK;
  yield* shell.flush();
  for (const text of args) {
    const pid = wholeNumber(name, text);
    yield* sys.store32(status, 0);
    if ((yield* sys.waitpid(pid, status, 0)) < 0) {
      const errno = yield* sys.errno();
      if (errno !== Errno.ECHILD) result = yield* shell.complain(`${name}: wait failed: ${errnoName(errno)}`);
    } else if ((yield* sys.load32(status)) !== 0) {
      result = FAILED;
    }
  }
  return result;
}

/** The open files of one task, or of all. */
function* fdinfo(shell: Shell, args: string[]): Program {
  const { rest } = takeOptions(args, '');
  const name = args[0]!;
  for (const pid of rest.length > 0 ? rest.map((text) => wholeNumber(name, text)) : yield* pids(shell)) {
    yield* shell.print(`${rest.length > 0 ? '' : '\n'}pid:${pid}`);
    const line = yield* psLine(shell, pid);
    if (!line) throw new Failure(`${name}: no such task: ${pid}`);
    yield* shell.print(` ${line.COMMAND}\n`);
    yield* showFile(shell, name, `${PROC}/${pid}/group/fd`);
  }
  return OK;
}

export const taskCommands = [
  command('fdinfo', fdinfo, 1, 2, '[pid]'),
  command('kill', kill, 2, 4, '[-<signal>] <pid>'),
  command('pidof', pidof, 2, 2, '<name>'),
  command('pkill', pkill, 2, 4, '[-<signal>] <name>'),
  command('ps', ps, 1, 1),
  command('sleep', sleep, 2, 2, '<sec>'),
  command('usleep', usleep, 2, 2, '<usec>'),
  command('wait', wait, 1, ANY_NUMBER, 'pid1 [pid2 pid3 ...]'),
];
