/** The board's console, as the descriptors 0 to 2 see it. */
import { Errno } from '../errno';
import { BLOCKED, note, Note, running, taskOf, type Kernel } from '../kernel';
import { block, unblock } from '../sched/readytorun';
import { NONE, TaskState } from '../state';
import { groupOf } from '../sched/group';

/** Writes bytes to a descriptor; gives the number written. EBADF: it is not the console. */
export function write(k: Kernel, fd: number, data: number, length: number): number {
  if (groupOf(k, running(k)).descriptors[fd]?.kind !== 'console') return -Errno.EBADF;
  writeConsole(k, k.memory.slice(data, length).slice());
  return length;
}

export function writeConsole(k: Kernel, bytes: Uint8Array): void {
  if (bytes.length === 0) return;
  k.state.console.written += bytes.length;
  note(k, Note.console_write, running(k).pid, bytes.length);
  k.onConsole(bytes);
}

/** Reads what was typed, at least one byte, at most up to the end of a line; waits while there is nothing. */
export function read(k: Kernel, fd: number, data: number, length: number): number {
  const tcb = running(k);
  if (groupOf(k, tcb).descriptors[fd]?.kind !== 'console') return -Errno.EBADF;
  if (length === 0) return 0;
  const { input } = k.state.console;
  if (input.length === 0) {
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

/** Looks again, unless a signal ended the wait. */
export function resumeRead(k: Kernel, fd: number, data: number, length: number): number {
  const { result } = running(k);
  return result < 0 ? result : read(k, fd, data, length);
}

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
  k.state.entries++;
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
  wakeReader(k);
}
