/** SCHED_SPORADIC: a budget of high priority, replenished a period after its use (manual 2.2). */
import type { Kernel } from '../kernel';

export interface Sporadic {
  lowPriority: number;
}

/** A replenishment is due. */
export function expireSporadic(_k: Kernel, _pid: number): void {}
