/** What the parts of a snapshot are made from, and what several of them need. */
import type { Machine } from '../../../boards/machine';
import { cyclesToNs, members, taskOf } from '../../../kernel/kernel';
import type { TaskList } from '../../../kernel/state';
import type { CrashDump } from '../../contract/target';
import type { Firmware } from '../firmware';

export interface Target {
  machine: Machine;
  firmware: Firmware;
  /** While it runs, no task stands anywhere. */
  stopped: boolean;
  crash: CrashDump | null;
}

/** Pids of a list, first to last. */
export function pidsOf({ machine }: Target, list: TaskList): number[] {
  return members(machine.kernel, list).map((tcb) => tcb.pid);
}

/** A task as the window names it: `5 producer`. */
export function taskName({ machine }: Target, pid: number): string {
  return `${pid} ${taskOf(machine.kernel, pid)?.name ?? ''}`.trim();
}

/** C's name of what lies at an address, else the address; `struct` is the tag of what is looked for there. */
export function dataLabel({ firmware }: Target, address: number, struct: string): string {
  return firmware.dataName(address, struct) ?? hexLabel(address);
}

export function hexLabel(address: number): string {
  return `0x${(address >>> 0).toString(16)}`;
}

/** C's name of a function by its pointer. */
export function functionLabel({ firmware }: Target, pointer: number): string {
  return firmware.pointerName(pointer);
}

/** Nanoseconds since the power came on, of a tick. */
export function tickTime({ machine }: Target, tick: number): number {
  const { state } = machine.kernel;
  // The timer began anew when the board was reset.
  return cyclesToNs(state, state.boot.cycle) + (tick - state.boot.tick) * state.settings.tickNs;
}

/** A clockid_t. */
export function clockName(clock: number): string {
  return CLOCKS[clock] ?? `clock ${clock}`;
}
const CLOCKS: readonly string[] = [
  'CLOCK_REALTIME',
  'CLOCK_MONOTONIC',
  'CLOCK_PROCESS_CPUTIME_ID',
  'CLOCK_THREAD_CPUTIME_ID',
  'CLOCK_BOOTTIME',
];
