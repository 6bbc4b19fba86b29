/** Who uses the CPU, lately (NuttX: CONFIG_SCHED_CPULOAD). */
import { cyclesNow, taskOf, type Kernel } from '../kernel';
import type { Tcb } from '../state';

/** Ticks after which everything counts half. */
const HALF_LIFE = 100;

/** Books the cycles since the last switch to the task on the CPU. */
export function chargeCpu(k: Kernel): void {
  const { state } = k;
  const now = cyclesNow(k);
  const cycles = now - state.switchedAt;
  state.switchedAt = now;
  state.loadCycles += cycles;
  const tcb = taskOf(k, state.onCpu);
  if (!tcb) return;
  tcb.cycles += cycles;
  tcb.load += cycles;
}

/** The share that a task has had lately, from 0 to 1. */
export function loadOf(k: Kernel, tcb: Tcb): number {
  const { state } = k;
  const since = cyclesNow(k) - state.switchedAt;
  const total = state.loadCycles + since;
  return total > 0 ? (tcb.load + (tcb.pid === state.onCpu ? since : 0)) / total : 0;
}

/** The share of the time in which there was nothing to do. */
export const idleShare = (k: Kernel): number => loadOf(k, taskOf(k, 0)!);

/** At each tick: now and then the past fades. */
export function fadeLoad(k: Kernel): void {
  if (k.state.ticks % HALF_LIFE !== 0) return;
  chargeCpu(k);
  k.state.loadCycles /= 2;
  for (const tcb of k.state.tasks) if (tcb) tcb.load /= 2;
}
