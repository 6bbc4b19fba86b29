/** telnetd: gives whoever connects by Telnet a shell of its own, on a terminal of its own (NuttX apps: netutils/telnetd). */
import type { NativeFunction, Program, System } from '../../../kernel/binfmt/native';
import { Errno } from '../../../kernel/errno';
import { O_CLOEXEC, O_RDONLY, O_RDWR } from '../../../kernel/fs/openflags';
import { Failure } from '../errors';
import { latin1 } from '../io';
import { GOES_ON } from '../kept';
import { pause } from '../net/clock';
import { callFailed, openListener, SOCK_CLOEXEC } from '../net/socket';
import { launch } from '../nsh/launch';
import { say } from '../print';

const NAME = 'telnetd';
const PORT = 23;
const BACKLOG = 5;

/** What makes terminals of connections, and what it is asked with: struct telnet_session_s (nuttx/net/telnet.h). */
const FACTORY = '/dev/telnet';
const SIOCTELNET = 0x729;
const Session = { socket: 0, path: 4, size: 24 } as const;

const PRIORITY = 100;
const STACK_SIZE = 3072;
/** After an error that may pass: no memory, too many sessions. */
const REST_MS = 1000;

/** Starts the daemon: `telnetd [-p <port>]`. */
export const telnetd: NativeFunction = function* (sys, argc, argv) {
  const [, ...args] = yield* sys.argv(argc, argv);
  const port = args.length === 0 ? PORT : portOf(args);
  if (port === null) {
    yield* say(sys, 2, `Usage: ${NAME} [-p <port>]\n`);
    return 1;
  }
  try {
    // What is wrong is said here.
    yield* sys.close(yield* openListener(sys, NAME, port, BACKLOG));
    const words = yield* sys.alloc(16);
    yield* sys.store(words + 8, latin1(`${port}\0`));
    yield* sys.store32(words, words + 8);
    yield* sys.store32(words + 4, 0);
    const entry = yield* sys.pointer(telnetDaemon);
    if ((yield* sys.task_create(NAME, PRIORITY, STACK_SIZE, entry, words)) < 0) {
      throw yield* callFailed(sys, NAME, 'task_create');
    }
    return 0;
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    yield* say(sys, 2, `ERROR: ${error.message}\n`);
    return 1;
  }
};

function portOf([option, value = '', ...others]: string[]): number | null {
  const port = /^\d+$/.test(value) ? Number(value) : 0;
  return option === '-p' && others.length === 0 && port > 0 && port <= 0xffff ? port : null;
}

/** Its first argument is the port; when it begins again, the listener. */
export const telnetDaemon: NativeFunction = function* (sys, arg0, argv, phase) {
  if (phase === GOES_ON) {
    yield* serveOne(sys, arg0);
    return yield* sys.again(arg0, 0, GOES_ON);
  }
  const [, port] = yield* sys.argv(arg0, argv);
  try {
    return yield* sys.again(yield* openListener(sys, NAME, Number(port), BACKLOG), 0, GOES_ON);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    yield* say(sys, 2, `ERROR: ${error.message}\n`);
    return 1;
  }
};

/** Waits for somebody who connects, and starts a shell. */
function* serveOne(sys: System, listener: number): Program<void> {
  const socket = yield* sys.accept4(listener, 0, 0, SOCK_CLOEXEC);
  if (socket < 0) {
    const errno = yield* sys.errno();
    if (errno !== Errno.EINTR && errno !== Errno.ECONNABORTED) yield* pause(sys, REST_MS);
    return;
  }
  const terminal = yield* openTerminal(sys, socket);
  if (terminal < 0) {
    yield* sys.close(socket);
    return;
  }
  const all = [0, 1, 2].map((fd) => [terminal, fd] as const);
  yield* launch({ sys }, ['sh'], all);
  // Without the shell nobody has it open then, and the connection is closed.
  yield* sys.close(terminal);
}

/** Makes a terminal of a socket; negative with errno. */
function* openTerminal(sys: System, socket: number): Program {
  const factory = yield* sys.open(FACTORY, O_RDONLY | O_CLOEXEC);
  if (factory < 0) return -1;
  const session = yield* sys.alloc(Session.size);
  yield* sys.store(session, new Uint8Array(Session.size));
  yield* sys.store32(session + Session.socket, socket);
  const result = yield* sys.ioctl(factory, SIOCTELNET, session);
  yield* sys.close(factory);
  return result < 0 ? -1 : yield* sys.open(yield* sys.string(session + Session.path), O_RDWR);
}
