/** What kernel functions work on: the state, the board's memory, and the log. */
import { Cell } from './binfmt/abi';
import type { SystemCall } from './call';
import type { BlockOperations } from './fs/block';
import type { FileSystem } from './fs/filesystem';
import type { FileOperations } from './fs/operations';
import type { Hardware, Output } from './hardware';
import type { NativeFunction } from './binfmt/native';
import type { Memory } from './memory';
import { Note, type NoteLog } from './note/note';
import { NONE, PIDHASH_SIZE, type KernelState, type Tcb } from './state';

export interface Kernel {
  state: KernelState;
  memory: Memory;
  notes: NoteLog;
  /** Whoever shows the console's output; called within system calls. */
  onConsole(bytes: Uint8Array): void;
  /** Something leaves the board at a cycle: bytes on a UART's line, a level on a pin (channel). */
  onOutput(device: string, output: Output, cycle: number): void;
  /** A frame passes a port of the board at a time (nanoseconds since power on); `event` is the number of its event. */
  onFrame(device: string, direction: 'in' | 'out', bytes: Uint8Array, atNs: number, event: number): void;
  /** Functions of the firmware that the kernel calls; set by the executor. */
  firmware: FirmwareHooks;
  /** The system-call table; what the calls do cannot import it, since it imports them. */
  calls: readonly SystemCall[];
  /** What can be done with open files, by their kind: the kernel's own and those of the board's device nodes. */
  drivers: Readonly<Record<string, FileOperations>>;
  /** What block devices have beside that, by the same kinds. */
  blocks: Readonly<Record<string, BlockOperations>>;
  /** What can be mounted, by the names that mount is given. */
  filesystems: Readonly<Record<string, FileSystem>>;
  /** The board's devices, by name. */
  hardware: Readonly<Record<string, Hardware>>;
  /** Number of the first of each device's wires, in the event log. */
  wireBase: Readonly<Record<string, number>>;
  /** Functions of native programs that the board installs; their place is their function pointer (binfmt/entry.ts). */
  natives: readonly NativeFunction[];
}

export interface FirmwareHooks {
  /** Takes and clears the C library's own error number, as NuttX's number; 0 for none. */
  takeLibraryErrno(): number;
  /**
   * Runs a function at interrupt level, on the interrupt stack, to its end. It may not wait.
   * @throws MachineFault when it runs without end
   */
  interrupt(entry: number, arg0: number, arg1: number, arg2?: number): void;
}

/** What a system call gives that cannot answer yet: the task waits. */
export const BLOCKED = -0x8000_0000;

/** The task with this pid, if it lives. */
export function taskOf({ state }: Kernel, pid: number): Tcb | null {
  const tcb = state.tasks[pid & (PIDHASH_SIZE - 1)];
  return tcb && tcb.pid === pid ? tcb : null;
}

/** The running task: the first that is ready. */
export function running({ state }: Kernel): Tcb {
  return state.tasks[state.readyToRun.head & (PIDHASH_SIZE - 1)]!;
}

/** Tasks of a list, first to last. */
export function members(k: Kernel, list: { head: number }): Tcb[] {
  const found: Tcb[] = [];
  for (let pid = list.head; pid !== NONE;) {
    const tcb = taskOf(k, pid)!;
    found.push(tcb);
    pid = tcb.next;
  }
  return found;
}

/** CPU cycles since the power came on, to the instruction. */
export function cyclesNow({ state, memory }: Kernel): number {
  return state.cycles + state.budget - memory.words[Cell.Fuel]!;
}

/** Nanoseconds since the power came on. */
export function timeNs(k: Kernel): number {
  return cyclesToNs(k.state, cyclesNow(k));
}

/** The same since the board booted last, which is what its clocks show. */
export function uptimeNs(k: Kernel): number {
  return cyclesToNs(k.state, cyclesNow(k) - k.state.boot.cycle);
}

export function cyclesToNs({ settings }: KernelState, cycles: number): number {
  const { nsPerCycle } = settings;
  return nsPerCycle > 0 ? cycles * nsPerCycle : Math.floor((cycles * 1e9) / settings.cpuHz);
}

/** Logs an event at this moment. */
export function note(k: Kernel, type: number, pid: number, a = 0, b = 0, c = 0, d = 0): void {
  k.notes.add(timeNs(k), type, pid, a, b, c, d);
}

export { Note };
