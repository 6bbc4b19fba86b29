/** Waits with a limit (NuttX: a watchdog per task), and the tick that ends them. */
import { note, Note, taskOf, type Kernel } from '../kernel';
import { Errno } from '../errno';
import { isWaiting, leaveSemaphore, waitListOf } from '../sched/waitlist';
import { unblock } from '../sched/readytorun';
import { TaskState, type Tcb, type Timeout } from '../state';

/** Value of {@link Tcb.deadline} for a limit that came while the task was not waiting. */
export const EXPIRED = -1;

/** Ends the task's wait at a tick, unless something else does before; what expires on the same tick keeps its order. */
export function startTimeout({ state }: Kernel, tcb: Tcb, tick: number): void {
  tcb.deadline = tick;
  state.timeouts.splice(firstFrom(state.timeouts, tick + 1), 0, { tick, pid: tcb.pid });
}

export function cancelTimeout({ state }: Kernel, tcb: Tcb): void {
  if (tcb.deadline <= 0) {
    tcb.deadline = 0;
    return;
  }
  let at = firstFrom(state.timeouts, tcb.deadline);
  while (state.timeouts[at]!.pid !== tcb.pid) at++;
  state.timeouts.splice(at, 1);
  tcb.deadline = 0;
}

/** Index of the first timeout at this tick or later. */
function firstFrom(timeouts: Timeout[], tick: number): number {
  let low = 0;
  for (let high = timeouts.length; low < high;) {
    const middle = (low + high) >> 1;
    if (timeouts[middle]!.tick < tick) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * Wakes everybody whose limit has come. A sleep ends with success, every other wait with ETIMEDOUT. As on NuttX, a
 * holder that was boosted by a waiter keeps the boost when that waiter gives up (docs/fidelity.md).
 */
export function expireTimeouts(k: Kernel): void {
  const { state } = k;
  while (state.timeouts.length > 0 && state.timeouts[0]!.tick <= state.ticks) {
    const { pid } = state.timeouts.shift()!;
    const tcb = taskOf(k, pid)!;
    // One that was woken, but has to look whether there is something for it, may not wait again.
    tcb.deadline = isWaiting(tcb) ? 0 : EXPIRED;
    if (!isWaiting(tcb)) continue;
    note(k, Note.timeout, pid, state.ticks);
    leaveSemaphore(k, tcb);
    unblock(k, tcb, waitListOf(k, tcb), tcb.state === TaskState.WaitSig ? 0 : -Errno.ETIMEDOUT);
  }
}
