/** The board's console: what is written to it is shown, what is typed is read in lines. */
import { Errno } from '../errno';
import { BLOCKED, note, Note, running, taskOf, type Kernel } from '../kernel';
import { block, unblock } from '../sched/readytorun';
import { NONE, TaskState } from '../state';
import { isNonBlocking, type OpenFile } from './file';
import { isPolled, notifyPollers, PollEvent } from './poll';

export function writeToConsole(k: Kernel, _file: OpenFile, data: number, length: number): number {
  writeConsole(k, k.memory.slice(data, length).slice());
  return length;
}

export function writeConsole(k: Kernel, bytes: Uint8Array): void {
  if (bytes.length === 0) return;
  k.state.console.written += bytes.length;
  note(k, Note.console_write, running(k).pid, bytes.length);
  k.onConsole(bytes);
}

/** Reads what was typed, at most up to the end of a line; waits while there is nothing. EAGAIN: with O_NONBLOCK. */
export function readConsole(k: Kernel, file: OpenFile, data: number, length: number): number {
  const tcb = running(k);
  const { input } = k.state.console;
  if (input.length === 0) {
    if (isNonBlocking(file)) return -Errno.EAGAIN;
    tcb.waitFor = 0;
    block(k, tcb, TaskState.WaitSem, k.state.console.readers);
    return BLOCKED;
  }
  const newline = input.indexOf(10);
  const taken = input.splice(0, Math.min(length, newline < 0 ? input.length : newline + 1));
  k.memory.slice(data, taken.length).set(taken);
  wakeReader(k);
  return taken.length;
}

/** What poll finds. */
export function pollConsole({ state }: Kernel): number {
  return PollEvent.Out | (state.console.input.length > 0 ? PollEvent.In : 0);
}

/** Somebody waits for what is typed, in read, poll or select. */
export function isConsoleAwaited(k: Kernel): boolean {
  return k.state.console.readers.head !== NONE || isPolled(k, CONSOLE);
}

const CONSOLE = { kind: 'console', object: 0 } as const;

/** There may be more lines than one reader takes. */
function wakeReader(k: Kernel): void {
  const { console } = k.state;
  if (console.input.length === 0 || console.readers.head === NONE) return;
  unblock(k, taskOf(k, console.readers.head)!, console.readers, 0);
}

const BACKSPACE = 8;
const NEWLINE = 10;
const RETURN = 13;
const SPACE = 32;
const DELETE = 127;

/**
 * Bytes arrive from outside. They are echoed, and a line can be mended until return is pressed; then whoever reads is
 * woken.
 */
export function consoleInput(k: Kernel, bytes: Uint8Array): void {
  const { console } = k.state;
  note(k, Note.console_input, running(k).pid, bytes.length);
  const echo: number[] = [];
  for (const byte of bytes) {
    if (byte === RETURN || byte === NEWLINE) {
      console.input = console.input.concat(console.line, NEWLINE);
      console.line = [];
      echo.push(NEWLINE);
    } else if (byte === BACKSPACE || byte === DELETE) {
      if (console.line.pop() !== undefined) echo.push(BACKSPACE, SPACE, BACKSPACE);
    } else if (byte >= SPACE || byte === 9) {
      console.line.push(byte);
      echo.push(byte);
    }
  }
  writeConsole(k, Uint8Array.from(echo));
  if (console.input.length > 0) notifyPollers(k, CONSOLE, PollEvent.In);
  wakeReader(k);
}
