/**
 * ptpd: a clock of the Precision Time Protocol, IEEE 1588-2008 (NuttX apps: netutils/ptpd, system/ptpd). As `ptpd` it is the
 * command that starts, asks and stops daemons; the daemon is the same program under the name `PTPD`.
 */
import type { NativeFunction, Program, System } from '../../../kernel/binfmt/native';
import { errnoName, Failure } from '../errors';
import { latin1 } from '../io';
import { GOES_ON } from '../kept';
import { microseconds, pause, TIMESPEC_SIZE } from '../net/clock';
import { print, say } from '../print';
import { begin, goOn, release } from './daemon';
import { parseArguments, usage, Usage } from './options';
import { askStatus, stop } from './request';
import { statusText } from './status';

export { onSignal } from './request';

/** Name of the daemon's task. */
export const DAEMON = 'PTPD';

export const ptpd: NativeFunction = function* (sys, arg0, argv, phase) {
  if (phase === GOES_ON) return yield* daemon(sys, arg0);
  const [name = '', ...args] = yield* sys.argv(arg0, argv);
  try {
    const command = parseArguments(args);
    if (command.do === 'start') {
      if (name !== DAEMON) return yield* start(sys, args);
      return yield* sys.again(yield* begin(sys, command.options), 0, GOES_ON);
    }
    return yield* command.do === 'status' ? showStatus(sys, command.pid) : stopDaemon(sys, command.pid);
  } catch (error) {
    if (error instanceof Usage) {
      if (error.message !== '') yield* say(sys, 2, `ERROR: ${error.message}\n`);
      yield* print(sys, usage('ptpd'));
      return error.message === '' ? 0 : 1;
    }
    if (!(error instanceof Failure)) throw error;
    yield* say(sys, 2, `ERROR: ptpd: ${error.message}\n`);
    return 1;
  }
};

/** The daemon, from one beginning to the next. */
function* daemon(sys: System, room: number): Program {
  let status = 0;
  try {
    if (yield* goOn(sys, room)) return yield* sys.again(room, 0, GOES_ON);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    yield* say(sys, 2, `ERROR: ptpd: ${error.message}\n`);
    status = 1;
  }
  yield* release(sys, room);
  return status;
}

/** struct posix_spawnattr_s. */
const Attributes = { priority: 1, stackSize: 20, size: 64 } as const;
const START_MS = 10;

/** Starts a daemon with arguments, and says so if it is still there a little later. */
function* start(sys: System, args: readonly string[]): Program {
  const texts = [DAEMON, ...args].map((arg) => latin1(`${arg}\0`));
  const argv = yield* sys.alloc(4 * (texts.length + 1));
  for (const [i, text] of texts.entries()) {
    const at = yield* sys.alloc(text.length);
    yield* sys.store(at, text);
    yield* sys.store32(argv + 4 * i, at);
  }
  yield* sys.store32(argv + 4 * texts.length, 0);
  const attributes = yield* sys.alloc(Attributes.size);
  const bytes = new Uint8Array(Attributes.size);
  bytes[Attributes.priority] = Number(yield* sys.config('CONFIG_NETUTILS_PTPD_SERVERPRIO'));
  yield* sys.store(attributes, bytes);
  yield* sys.store32(attributes + Attributes.stackSize, Number(yield* sys.config('CONFIG_NETUTILS_PTPD_STACKSIZE')));
  const pid = yield* sys.alloc(4);
  const error = yield* sys.posix_spawn(pid, '/bin/ptpd', 0, attributes, argv, 0);
  if (error !== 0) throw new Failure(`cannot start: ${errnoName(error)}`);
  const daemon = yield* sys.load32(pid);
  yield* pause(sys, START_MS);
  // What was wrong with it, it has said.
  if ((yield* sys.kill(daemon, 0)) < 0) return 1;
  yield* print(sys, `Started the PTP daemon as PID=${daemon}\n`);
  return 0;
}

function* showStatus(sys: System, pid: number): Program {
  const status = yield* askStatus(sys, pid);
  if (!status) throw new Failure(`no daemon with the pid ${pid} answers`);
  const now = 1000 * (yield* microseconds(sys, yield* sys.alloc(TIMESPEC_SIZE)));
  yield* print(sys, statusText(pid, status, now));
  return 0;
}

function* stopDaemon(sys: System, pid: number): Program {
  if (!(yield* stop(sys, pid))) throw new Failure(`cannot stop ${pid}: ${errnoName(yield* sys.errno())}`);
  yield* print(sys, `Stopped ptpd\n`);
  return 0;
}
