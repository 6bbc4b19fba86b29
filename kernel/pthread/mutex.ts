/**
 * Mutexes (manual 2.8.37 to 2.8.42; NuttX: sched/pthread/pthread_mutex*.c). A mutex is a semaphore in the firmware's
 * memory with who holds it behind it, so that waiting and priority inheritance are the semaphore's.
 */
import { cancelTimeout } from '../clock/timeout';
import { Errno } from '../errno';
import { running, taskOf, type Kernel } from '../kernel';
import { lockCpu, unlockCpu } from '../sched/priority';
import * as sem from '../semaphore/sem';
import type { Tcb } from '../state';
import { loadMutexAttributes, MutexType, robustness } from './mutexattr';
import { forget, know } from './objects';

/** Offsets in pthread_mutex_t. */
export const Mutex = { holder: 16, flags: 20, type: 21, locks: 22 } as const;

const ROBUST = 1;
const INCONSISTENT = 2;
const NO_HOLDER = -1;
const MOST_LOCKS = 0x7fff;

export const holderOf = ({ memory }: Kernel, mutex: number) => memory.load32(mutex + Mutex.holder);
const typeOf = ({ memory }: Kernel, mutex: number) => memory.load8(mutex + Mutex.type);
const flagsOf = ({ memory }: Kernel, mutex: number) => memory.load8(mutex + Mutex.flags);
const isInconsistent = (k: Kernel, mutex: number) => (flagsOf(k, mutex) & INCONSISTENT) !== 0;

export const locksOf = ({ memory }: Kernel, mutex: number) => memory.load16(mutex + Mutex.locks);

function setHolder({ memory }: Kernel, mutex: number, holder: number, locks: number): void {
  memory.store32(mutex + Mutex.holder, holder);
  memory.store16(mutex + Mutex.locks, locks);
}

/** Whether NuttX looks who holds the mutex: when it is robust, and always unless it is normal. */
function isChecked(k: Kernel, mutex: number): boolean {
  const kind = robustness(k);
  const robust = kind === 'all' || (kind === 'each' && (flagsOf(k, mutex) & ROBUST) !== 0);
  return robust || typeOf(k, mutex) !== MutexType.Normal;
}

/** Its holder ended without unlocking it. */
function isOrphan(k: Kernel, mutex: number): boolean {
  const holder = holderOf(k, mutex);
  return holder > 0 && taskOf(k, holder) === null;
}

/** Manual 2.8.37. Null attributes are the default ones. -EINVAL: null. */
export function pthread_mutex_init(k: Kernel, mutex: number, attr: number): number {
  if (mutex === 0) return -Errno.EINVAL;
  const { type, inherit, robust } = loadMutexAttributes(k, attr);
  sem.sem_init(k, mutex, 0, 1);
  sem.sem_setprotocol(k, mutex, Number(inherit));
  k.memory.store8(mutex + Mutex.flags, robust ? ROBUST : 0);
  k.memory.store8(mutex + Mutex.type, type);
  setHolder(k, mutex, NO_HOLDER, 0);
  know(k, mutex, 'mutex');
  return 0;
}

/** Manual 2.8.38. -EINVAL: null; -EBUSY: a thread holds it. One whose holder has ended can be destroyed. */
export function pthread_mutex_destroy(k: Kernel, mutex: number): number {
  if (mutex === 0) return -Errno.EINVAL;
  if (isOrphan(k, mutex)) release(k, mutex);
  if (holderOf(k, mutex) >= 0) return -Errno.EBUSY;
  forget(k, mutex);
  return sem.sem_destroy(k, mutex);
}

/** Manual 2.8.39. Waits until the mutex is free, without end. Errors are those of {@link pthread_mutex_timedlock}. */
export function pthread_mutex_lock(k: Kernel, mutex: number): number {
  return pthread_mutex_timedlock(k, mutex, 0);
}

/**
 * Manual 2.8.40. Waits until the mutex is free, or CLOCK_REALTIME shows a time. Signals do not end the wait, and it is no
 * cancellation point.
 *
 * @returns 0, or -EINVAL: null, or a time that is none; -EDEADLK: the caller holds it, whatever its type, unless it is
 *   recursive; -EOVERFLOW: locked too often; -ETIMEDOUT; -EOWNERDEAD: its holder ended, and it is not the caller's
 *   either until pthread_mutex_consistent and another lock
 */
export function pthread_mutex_timedlock(k: Kernel, mutex: number, abstime: number): number {
  if (mutex === 0) return -Errno.EINVAL;
  know(k, mutex, 'mutex');
  if (holderOf(k, mutex) === running(k).pid) {
    return typeOf(k, mutex) === MutexType.Recursive ? lockOnceMore(k, mutex) : -Errno.EDEADLK;
  }
  if (robustness(k) !== 'none' && isChecked(k, mutex) && isOrphan(k, mutex)) return -Errno.EOWNERDEAD;
  return isInconsistent(k, mutex) ? -Errno.EOWNERDEAD : taken(k, mutex, take(k, mutex, abstime));
}

function lockOnceMore(k: Kernel, mutex: number): number {
  const locks = locksOf(k, mutex);
  if (locks === MOST_LOCKS) return -Errno.EOVERFLOW;
  k.memory.store16(mutex + Mutex.locks, locks + 1);
  return 0;
}

/** Takes the count, or begins to wait for it. */
export function take(k: Kernel, mutex: number, abstime: number): number {
  return abstime === 0 ? sem.sem_wait(k, mutex) : sem.sem_timedwait(k, mutex, abstime);
}

/** What the call gives when the semaphore has given this: the count is the caller's, or it is not, or not yet. */
function taken(k: Kernel, mutex: number, result: number): number {
  if (result !== 0) return result;
  if (isInconsistent(k, mutex)) return -Errno.EOWNERDEAD;
  own(k, mutex, running(k), 1);
  return 0;
}

/** The caller, which has taken the count, is the holder; when it ends, those who wait are to know. */
function own(k: Kernel, mutex: number, tcb: Tcb, locks: number): void {
  setHolder(k, mutex, tcb.pid, locks);
  tcb.local.mutexes.push(mutex);
}

/** The wait is over; what a signal interrupted goes on. */
export function lockAgain(k: Kernel, mutex: number): number {
  return timedlockAgain(k, mutex, 0);
}

export function timedlockAgain(k: Kernel, mutex: number, abstime: number): number {
  const tcb = running(k);
  if (tcb.result !== -Errno.EINTR) return taken(k, mutex, tcb.result);
  cancelTimeout(k, tcb);
  return taken(k, mutex, take(k, mutex, abstime));
}

/**
 * Manual 2.8.41. -EINVAL: null; -EBUSY: it is locked, by whomever, unless it is recursive and the caller's; -EOVERFLOW:
 * locked too often; -EOWNERDEAD.
 */
export function pthread_mutex_trylock(k: Kernel, mutex: number): number {
  if (mutex === 0) return -Errno.EINVAL;
  know(k, mutex, 'mutex');
  if (isInconsistent(k, mutex)) return -Errno.EOWNERDEAD;
  const result = sem.sem_trywait(k, mutex);
  if (result !== -Errno.EAGAIN) return taken(k, mutex, result);
  const mine = typeOf(k, mutex) === MutexType.Recursive && holderOf(k, mutex) === running(k).pid;
  return mine ? lockOnceMore(k, mutex) : -Errno.EBUSY;
}

/**
 * Manual 2.8.42. The first who waits gets it. -EINVAL: null; -EPERM: it is not locked, or it is not the caller's and is
 * robust or of a type that is checked.
 */
export function pthread_mutex_unlock(k: Kernel, mutex: number): number {
  if (mutex === 0) return -Errno.EINVAL;
  if (k.memory.load32(mutex) > 0) return -Errno.EPERM;
  if (isChecked(k, mutex) && holderOf(k, mutex) !== running(k).pid) return -Errno.EPERM;
  const locks = locksOf(k, mutex);
  if (typeOf(k, mutex) === MutexType.Recursive && locks > 1) {
    k.memory.store16(mutex + Mutex.locks, locks - 1);
    return 0;
  }
  give(k, mutex);
  return 0;
}

/** It is nobody's, and the first who waits gets the count. */
export function give(k: Kernel, mutex: number): void {
  const holder = taskOf(k, holderOf(k, mutex));
  if (holder) holder.local.mutexes = holder.local.mutexes.filter((address) => address !== mutex);
  setHolder(k, mutex, NO_HOLDER, 0);
  sem.sem_post(k, mutex);
}

/**
 * The caller, which gave the mutex away, has the count again. When one that is cancelled ends without unlocking it, the
 * mutex is not inconsistent, but locked for good: so it is on a real NuttX. -EOWNERDEAD: another ended while it had it.
 */
export function ownAgain(k: Kernel, mutex: number, locks: number, cancelled: boolean): number {
  if (isInconsistent(k, mutex)) return -Errno.EOWNERDEAD;
  if (cancelled) setHolder(k, mutex, running(k).pid, locks);
  else own(k, mutex, running(k), locks);
  return 0;
}

/**
 * Makes a mutex usable again whose holder has ended. It is then locked by nobody. -EINVAL: null, or a thread holds it
 * that lives.
 */
export function pthread_mutex_consistent(k: Kernel, mutex: number): number {
  if (mutex === 0) return -Errno.EINVAL;
  if (isOrphan(k, mutex)) release(k, mutex);
  else if (holderOf(k, mutex) >= 0) return -Errno.EINVAL;
  k.memory.store8(mutex + Mutex.flags, flagsOf(k, mutex) & ROBUST);
  return 0;
}

/** NuttX: nxsem_reset. The mutex is free again, but for who waits for it: the first of those gets it. */
function release(k: Kernel, mutex: number): void {
  setHolder(k, mutex, NO_HOLDER, 0);
  k.memory.store8(mutex + Mutex.flags, flagsOf(k, mutex) & ROBUST);
  if (k.memory.load32(mutex) < 0) sem.sem_post(k, mutex);
  else k.memory.store32(mutex, 1);
}

/** A thread has ended: mutexes that it holds are inconsistent, and the first who waits for one finds that out. */
export function abandonMutexes(k: Kernel, tcb: Tcb): void {
  if (robustness(k) === 'none' || tcb.local.mutexes.length === 0) return;
  const caller = lockCpu(k);
  for (const mutex of tcb.local.mutexes.toReversed()) {
    k.memory.store8(mutex + Mutex.flags, flagsOf(k, mutex) | INCONSISTENT);
    sem.sem_post(k, mutex);
  }
  unlockCpu(k, caller);
}
