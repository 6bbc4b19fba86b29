/** The board's console, as the descriptors 0 to 2 see it. */
import { Errno } from '../errno';
import { BLOCKED, note, Note, running, taskOf, type Kernel } from '../kernel';
import { block, unblock } from '../sched/readytorun';
import { NONE, TaskState } from '../state';
import { groupOf } from './descriptor';

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
  return taken.length;
}

/** Bytes arrive from outside: they are echoed, a carriage return as a new line, and whoever reads is woken. */
export function consoleInput(k: Kernel, bytes: Uint8Array): void {
  const { console } = k.state;
  k.state.entries++;
  note(k, Note.console_input, running(k).pid, bytes.length);
  const typed = Array.from(bytes, (byte) => (byte === 13 ? 10 : byte));
  console.input.push(...typed);
  writeConsole(k, Uint8Array.from(typed));
  if (console.readers.head !== NONE) unblock(k, taskOf(k, console.readers.head)!, console.readers, 0);
}
