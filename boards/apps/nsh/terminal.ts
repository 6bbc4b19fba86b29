/** The console as a terminal: how it treats what is typed, and whom ^C is for. */
import type { Program } from '../../../kernel/binfmt/native';
import { Local } from '../../../kernel/serial/termios';
import { word } from '../io';
import type { Shell } from './shell';

const TCGETS = 0x101;
const TCSETS = 0x102;
const TIOCSCTTY = 0x118;

/** struct termios; c_lflag is its fourth word. */
const TERMIOS_SIZE = 32;
const LFLAG = 12;

const EDITED_BY_DRIVER = Local.ICANON | Local.ECHO | Local.ISIG;

function* setLocal({ sys }: Shell, flags: number): Program<boolean> {
  const termios = yield* sys.alloc(TERMIOS_SIZE);
  if ((yield* sys.ioctl(0, TCGETS, termios)) < 0) return false;
  const before = word(yield* sys.load(termios, TERMIOS_SIZE), LFLAG);
  const after = (before & ~EDITED_BY_DRIVER) | flags;
  if (after === before) return true;
  yield* sys.store32(termios + LFLAG, after);
  return (yield* sys.ioctl(0, TCSETS, termios)) === 0;
}

/** Bytes come as they are typed, and the shell shows them. False when what is read from is no terminal. */
export function* makeRaw(shell: Shell): Program<boolean> {
  return yield* setLocal(shell, 0);
}

/** Back to what commands expect: lines, shown as they are typed, and ^C interrupts. */
export function* makeCooked(shell: Shell): Program<void> {
  if (yield* setLocal(shell, EDITED_BY_DRIVER)) yield* takeControl(shell);
}

/** ^C is for the shell. */
export function* takeControl({ sys }: Shell): Program<void> {
  yield* sys.ioctl(0, TIOCSCTTY, 0);
}
