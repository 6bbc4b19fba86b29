/**
 * Condition variables (manual 2.8.44 to 2.8.49; NuttX: sched/pthread/pthread_cond*.c). One is a semaphore in the
 * firmware's memory, with how many wait for it behind it. A wait gives the mutex away and takes it back, also when its
 * thread is cancelled, so that cleanup handlers find it locked. Signals do not end a wait.
 */
import { cancelTimeout } from '../clock/timeout';
import { Errno } from '../errno';
import { BLOCKED, running, type Kernel } from '../kernel';
import { lockCpu, unlockCpu } from '../sched/priority';
import * as sem from '../semaphore/sem';
import { loadCondClock } from './condattr';
import { give, holderOf, locksOf, ownAgain, take } from './mutex';
import { forget, know } from './objects';

/** Offsets in pthread_cond_t. */
export const Cond = { clock: 16, waiters: 20 } as const;

/** Manual 2.8.44. Null attributes are the default ones. -EINVAL: null. */
export function pthread_cond_init(k: Kernel, cond: number, attr: number): number {
  if (cond === 0) return -Errno.EINVAL;
  sem.sem_init(k, cond, 0, 0);
  k.memory.store32(cond + Cond.clock, loadCondClock(k, attr));
  k.memory.store32(cond + Cond.waiters, 0);
  know(k, cond, 'condition');
  return 0;
}

/** Manual 2.8.45. -EINVAL: null; -EBUSY: a thread waits. */
export function pthread_cond_destroy(k: Kernel, cond: number): number {
  if (cond === 0) return -Errno.EINVAL;
  if (k.memory.load32(cond) < 0) return -Errno.EBUSY;
  forget(k, cond);
  return sem.sem_destroy(k, cond);
}

/** Manual 2.8.47. Wakes the first who waits, if any. -EINVAL: null. */
export function pthread_cond_signal(k: Kernel, cond: number): number {
  return wake(k, cond, 1);
}

/** Manual 2.8.46. Wakes all who wait. -EINVAL: null. */
export function pthread_cond_broadcast(k: Kernel, cond: number): number {
  return wake(k, cond, Infinity);
}

function wake(k: Kernel, cond: number, most: number): number {
  if (cond === 0) return -Errno.EINVAL;
  know(k, cond, 'condition');
  const caller = lockCpu(k);
  for (let count = Math.min(most, waiters(k, cond)); count > 0; count--) {
    addWaiters(k, cond, -1);
    sem.sem_post(k, cond);
  }
  unlockCpu(k, caller);
  return 0;
}

const waiters = ({ memory }: Kernel, cond: number) => memory.load32(cond + Cond.waiters);

function addWaiters({ memory }: Kernel, cond: number, count: number): void {
  memory.store32(cond + Cond.waiters, Math.max(memory.load32(cond + Cond.waiters) + count, 0));
}

/** The clock and the address of the time at which a wait ends; null for one without end. */
type Limit = { clock: number; abstime: number } | null;

const clockOf = ({ memory }: Kernel, cond: number) => memory.load32(cond + Cond.clock);

/**
 * Manual 2.8.48. Unlocks the mutex and waits, in one step, then locks it again.
 *
 * @returns 0, or -EINVAL: null; -EPERM: the mutex is not the caller's; -EOWNERDEAD: who had the mutex meanwhile ended
 */
export function pthread_cond_wait(k: Kernel, cond: number, mutex: number): number {
  return begin(k, cond, mutex, null);
}

/** Manual 2.8.49. The same until the clock of the condition shows a time. -EINVAL: a time that is none; -ETIMEDOUT. */
export function pthread_cond_timedwait(k: Kernel, cond: number, mutex: number, abstime: number): number {
  if (cond === 0 || abstime === 0) return -Errno.EINVAL;
  return begin(k, cond, mutex, { clock: clockOf(k, cond), abstime });
}

/** The same until a clock of the caller's choice shows a time. */
export function pthread_cond_clockwait(k: Kernel, cond: number, mutex: number, clock: number, abstime: number): number {
  if (abstime === 0) return -Errno.EINVAL;
  return begin(k, cond, mutex, { clock, abstime });
}

function begin(k: Kernel, cond: number, mutex: number, limit: Limit): number {
  const tcb = running(k);
  if (cond === 0 || mutex === 0) return -Errno.EINVAL;
  if (holderOf(k, mutex) !== tcb.pid) return -Errno.EPERM;
  know(k, cond, 'condition');
  tcb.local.condWaits.push({ locks: locksOf(k, mutex), result: null });
  addWaiters(k, cond, 1);
  // Whoever gets the mutex does not run before this thread waits, be it for the mutex.
  const caller = lockCpu(k);
  give(k, mutex);
  const waited = wait(k, cond, limit);
  const result = waited === BLOCKED ? BLOCKED : relock(k, cond, mutex, waited);
  unlockCpu(k, caller);
  return result;
}

function wait(k: Kernel, cond: number, limit: Limit): number {
  return limit ? sem.sem_clockwait(k, cond, limit.clock, limit.abstime) : sem.sem_wait(k, cond);
}

/** What goes on when the wait for the condition, or then for the mutex, is over or interrupted. */
export const waitAgain = (k: Kernel, cond: number, mutex: number) => goOn(k, cond, mutex, null);
export const timedwaitAgain = (k: Kernel, cond: number, mutex: number, abstime: number) =>
  goOn(k, cond, mutex, { clock: clockOf(k, cond), abstime });
export const clockwaitAgain = (k: Kernel, cond: number, mutex: number, clock: number, abstime: number) =>
  goOn(k, cond, mutex, { clock, abstime });

function goOn(k: Kernel, cond: number, mutex: number, limit: Limit): number {
  const tcb = running(k);
  const { result } = tcb;
  if (tcb.local.condWaits.at(-1)!.result !== null) return result === 0 ? end(k, mutex) : takeBack(k, mutex);
  if (result !== -Errno.EINTR) return relock(k, cond, mutex, result);
  cancelTimeout(k, tcb);
  const again = wait(k, cond, limit);
  return again === BLOCKED ? BLOCKED : relock(k, cond, mutex, again);
}

/** The wait for the condition has given this; the mutex is next. */
function relock(k: Kernel, cond: number, mutex: number, result: number): number {
  if (result !== 0) addWaiters(k, cond, -1);
  running(k).local.condWaits.at(-1)!.result = result;
  return takeBack(k, mutex);
}

function takeBack(k: Kernel, mutex: number): number {
  return take(k, mutex, 0) === BLOCKED ? BLOCKED : end(k, mutex);
}

/** The mutex is the caller's again. */
function end(k: Kernel, mutex: number): number {
  const { locks, result } = running(k).local.condWaits.pop()!;
  const owned = ownAgain(k, mutex, locks, result === -Errno.ECANCELED);
  return result === 0 ? owned : result!;
}
