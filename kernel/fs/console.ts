/** The simulator's console: what is written is shown, and what is typed has come, at once. */
import { note, Note, running, type Kernel } from '../kernel';
import { takeBytes } from '../serial/queue';
import { consoleTermios, OutputFlag } from '../serial/termios';
import { CONSOLE, createTty, receive, ttyOf, type SerialLine, type Tty } from '../serial/tty';

/** Name of its terminal, and kind of its files. */
export const SIMULATED = 'console';

/** Nothing is lost between a person and the simulator. */
const UNLIMITED = Number.MAX_SAFE_INTEGER;

/** What shows it goes to the beginning of the line by itself. */
export const createConsole = (): Tty => {
  const termios = consoleTermios(115200);
  termios.oflag &= ~OutputFlag.ONLCR;
  return createTty({ device: SIMULATED, label: CONSOLE, kinds: [SIMULATED], termios }, UNLIMITED, UNLIMITED);
};

export const simulatedLine: SerialLine = {
  send(k, { output, stopped }) {
    if (stopped || output.used === 0) return;
    const bytes = new Uint8Array(output.used);
    takeBytes(output, bytes);
    writeConsole(k, bytes);
  },
  isDrained: () => true,
  configure: () => 0,
  setBreak: () => undefined,
  sendBreak: () => undefined,
  counts: () => [0, 0, 0, 0, 0, 0],
};

export function writeConsole(k: Kernel, bytes: Uint8Array): void {
  if (bytes.length === 0) return;
  note(k, Note.console_write, running(k).pid, bytes.length);
  showOnConsole(k, bytes);
}

/** The console, which may be a UART, has given bytes to whoever looks at it. */
export function showOnConsole(k: Kernel, bytes: Uint8Array): void {
  k.state.console.written += bytes.length;
  k.onConsole(bytes);
}

/** Somebody types. */
export function consoleInput(k: Kernel, bytes: Uint8Array): void {
  note(k, Note.console_input, running(k).pid, bytes.length);
  receive(k, ttyOf(k, SIMULATED), bytes);
}
