/** What a terminal answers to (nuttx/serial/tioctl.h). */
import { Errno } from '../errno';
import { BLOCKED, running, type Kernel } from '../kernel';
import { NONE } from '../state';
import { loadTermios, storeTermios } from './termios';
import { roomIn } from './queue';
import { drain, flow, flushInput, flushOutput, lineOf, setTermios, type Tty } from './tty';

export const Request = {
  TCGETS: 0x101, TCSETS: 0x102, TCSETSW: 0x103, TCSETSF: 0x104, TIOCGWINSZ: 0x10b, TIOCSWINSZ: 0x10c, TCSBRK: 0x10d,
  TCSBRKP: 0x10e, TIOCSBRK: 0x10f, TIOCCBRK: 0x110, TCXONC: 0x111, TIOCINQ: 0x112, TIOCOUTQ: 0x113, TCFLSH: 0x114,
  TCDRN: 0x115, TIOCSCTTY: 0x118, TIOCNOTTY: 0x119, TIOCGICOUNT: 0x12a, FIONREAD: 0x307, FIONWRITE: 0x308,
  FIONSPACE: 0x309,
} as const; // prettier-ignore

/** tcsendbreak's, of no given duration. */
const BREAK_NS = 250_000_000;
const NSEC_PER_MSEC = 1_000_000;

type Command = (k: Kernel, tty: Tty, arg: number) => number;

const store =
  (value: (tty: Tty) => number): Command =>
  (k, tty, arg) => {
    k.memory.store32(arg, value(tty));
    return 0;
  };

const unread = store(({ input }) => input.used);
const unsent = store(({ output }) => output.used);

/** A break, of so many milliseconds or of the usual length, behind what was written before. */
const sendBreak: Command = (k, tty, ms) => {
  lineOf(k, tty).sendBreak(k, ms > 0 ? ms * NSEC_PER_MSEC : BREAK_NS);
  return 0;
};

const setBreak =
  (on: boolean): Command =>
  (k, tty) => {
    lineOf(k, tty).setBreak(k, on);
    return 0;
  };

const control =
  (pid: (k: Kernel, arg: number) => number): Command =>
  (k, tty, arg) => {
    tty.controller = pid(k, arg);
    return 0;
  };

/** When all output has left. */
const whenDrained =
  (flushes: boolean): Command =>
  (k, tty, arg) => {
    if (drain(k, tty) === BLOCKED) return BLOCKED;
    if (flushes) flushInput(tty);
    return setTermios(k, tty, loadTermios(k, arg));
  };

const commands: ReadonlyMap<number, Command> = new Map<number, Command>([
  [
    Request.TCGETS,
    (k, tty, arg) => {
      storeTermios(k, arg, tty.termios);
      return 0;
    },
  ],
  [Request.TCSETS, (k, tty, arg) => setTermios(k, tty, loadTermios(k, arg))],
  [Request.TCSETSW, whenDrained(false)],
  [Request.TCSETSF, whenDrained(true)],
  [
    Request.TIOCGWINSZ,
    (k, { window }, arg) => {
      k.memory.store32(arg, window.rows | (window.columns << 16));
      k.memory.store32(arg + 4, 0);
      return 0;
    },
  ],
  [
    Request.TIOCSWINSZ,
    (k, tty, arg) => {
      const word = k.memory.load32(arg);
      tty.window = { rows: word & 0xffff, columns: word >>> 16 };
      return 0;
    },
  ],
  [Request.TCSBRK, sendBreak],
  [Request.TCSBRKP, sendBreak],
  [Request.TIOCSBRK, setBreak(true)],
  [Request.TIOCCBRK, setBreak(false)],
  [Request.TCXONC, flow],
  [Request.TIOCINQ, unread],
  [Request.FIONREAD, unread],
  [Request.TIOCOUTQ, unsent],
  [Request.FIONWRITE, unsent],
  [Request.FIONSPACE, store(({ output }) => roomIn(output))],
  [Request.TCFLSH, flush],
  [Request.TCDRN, drain],
  [Request.TIOCSCTTY, control((k, arg) => (arg > 0 ? arg : running(k).pid))],
  [Request.TIOCNOTTY, control(() => NONE)],
  [
    Request.TIOCGICOUNT,
    (k, tty, arg) => {
      [...lineOf(k, tty).counts(k), tty.lost].forEach((count, i) => k.memory.store32(arg + 4 * i, count));
      return 0;
    },
  ],
]);

const FLUSH_INPUT = 0;
const FLUSH_BOTH = 2;

/** -EINVAL: no such queue. */
function flush(k: Kernel, tty: Tty, which: number): number {
  if (which < FLUSH_INPUT || which > FLUSH_BOTH) return -Errno.EINVAL;
  if (which === FLUSH_INPUT || which === FLUSH_BOTH) flushInput(tty);
  if (which !== FLUSH_INPUT) flushOutput(k, tty);
  return 0;
}

const POINTERS: ReadonlySet<number> = new Set<number>([
  Request.TCGETS, Request.TCSETS, Request.TCSETSW, Request.TCSETSF, Request.TIOCGWINSZ, Request.TIOCSWINSZ,
  Request.TIOCINQ, Request.TIOCOUTQ, Request.FIONREAD, Request.FIONWRITE, Request.FIONSPACE, Request.TIOCGICOUNT,
]); // prettier-ignore

/** -ENOTTY: no command of terminals; -EINVAL: no address, or what the command says. */
export function ioctlTty(k: Kernel, tty: Tty, request: number, arg: number): number {
  const command = commands.get(request);
  if (!command) return -Errno.ENOTTY;
  return arg === 0 && POINTERS.has(request) ? -Errno.EINVAL : command(k, tty, arg);
}
