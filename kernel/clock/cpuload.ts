/** Who uses the CPU, lately (NuttX: CONFIG_SCHED_CPULOAD). */
import { cyclesNow, taskOf, type Kernel } from '../kernel';

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

/** At each tick: now and then the past fades. */
export function fadeLoad(k: Kernel): void {
  if (k.state.ticks % HALF_LIFE !== 0) return;
  chargeCpu(k);
  k.state.loadCycles /= 2;
  for (const tcb of k.state.tasks) if (tcb) tcb.load /= 2;
}
