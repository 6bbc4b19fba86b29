/**
 * What is to happen at a tick (NuttX: the list of active watchdogs): limits of waits, watchdogs, timers, delayed work.
 */
import { note, Note, running, taskOf, type Kernel } from '../kernel';
import { Errno } from '../errno';
import { isWaiting, leaveSemaphore, waitListOf } from '../sched/waitlist';
import { unblock } from '../sched/readytorun';
import { expireNet } from '../net/timer';
import { expireSporadic } from '../sched/sporadic';
import { expireWork } from '../sched/wqueue';
import { TaskState, type Tcb } from '../state';
import { expireTimer } from './timer';
import { expireWdog } from './wdog';

/** One thing to happen. `id` says to what: a pid, a timer's id, an address. */
export interface Expiry {
  tick: number;
  kind: ExpiryKind;
  id: number;
}

export type ExpiryKind = 'wait' | 'wdog' | 'timer' | 'work' | 'sporadic' | 'net';

const expirations: Record<ExpiryKind, (k: Kernel, id: number) => void> = {
  wait: expireWait,
  wdog: expireWdog,
  timer: expireTimer,
  work: expireWork,
  sporadic: expireSporadic,
  net: expireNet,
};

/** In the order of the numbers in the event log. */
export const expiryKinds = Object.keys(expirations) as ExpiryKind[];

/** Value of {@link Tcb.deadline} for a limit that came while the task was not waiting. */
export const EXPIRED = -1;

/** Lets something happen at a tick; what happens on the same tick keeps its order. */
export function startExpiry({ state }: Kernel, kind: ExpiryKind, id: number, tick: number): void {
  state.timeouts.splice(firstFrom(state.timeouts, tick + 1), 0, { tick, kind, id });
}

/** Takes back what {@link startExpiry} was told, which has not happened yet. */
export function cancelExpiry({ state }: Kernel, kind: ExpiryKind, id: number, tick: number): void {
  let at = firstFrom(state.timeouts, tick);
  while (state.timeouts[at]!.id !== id || state.timeouts[at]!.kind !== kind) at++;
  state.timeouts.splice(at, 1);
}

/** Ends the task's wait at a tick, unless something else does before. */
export function startTimeout(k: Kernel, tcb: Tcb, tick: number): void {
  tcb.deadline = tick;
  startExpiry(k, 'wait', tcb.pid, tick);
}

export function cancelTimeout(k: Kernel, tcb: Tcb): void {
  if (tcb.deadline > 0) cancelExpiry(k, 'wait', tcb.pid, tcb.deadline);
  tcb.deadline = 0;
}

/** Gives a task the limit back that it had before it was suspended. */
export function resumeTimeout(k: Kernel, tcb: Tcb, deadline: number): void {
  if (deadline > k.state.ticks) startTimeout(k, tcb, deadline);
  else tcb.deadline = deadline === 0 ? 0 : EXPIRED;
}

/** Index of the first expiry at this tick or later. */
function firstFrom(timeouts: Expiry[], tick: number): number {
  let low = 0;
  for (let high = timeouts.length; low < high;) {
    const middle = (low + high) >> 1;
    if (timeouts[middle]!.tick < tick) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Lets everything happen whose time has come. */
export function expireTimeouts(k: Kernel): void {
  const { state } = k;
  while (state.timeouts.length > 0 && state.timeouts[0]!.tick <= state.ticks) {
    const { kind, id } = state.timeouts.shift()!;
    if (kind !== 'wait') note(k, Note.expire, running(k).pid, expiryKinds.indexOf(kind), id);
    expirations[kind](k, id);
  }
}

/**
 * A wait has lasted long enough. A sleep ends with success, every other wait with ETIMEDOUT. As on NuttX, a holder that
 * was boosted by a waiter keeps the boost when that waiter gives up (docs/fidelity.md).
 */
function expireWait(k: Kernel, pid: number): void {
  const tcb = taskOf(k, pid)!;
  // One that was woken, but has to look whether there is something for it, may not wait again.
  tcb.deadline = isWaiting(tcb) ? 0 : EXPIRED;
  if (!isWaiting(tcb)) return;
  note(k, Note.timeout, pid, k.state.ticks);
  leaveSemaphore(k, tcb);
  unblock(k, tcb, waitListOf(k, tcb), tcb.state === TaskState.WaitSig ? 0 : -Errno.ETIMEDOUT);
}
