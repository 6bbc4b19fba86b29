/**
 * Locks that many may read under, or one may write under (NuttX: libs/libc/pthread/pthread_rwlock*.c). Who wants to write
 * goes before those who come to read later. All wait for the semaphore of the lock's condition variable; whenever the
 * lock is free all of them wake and look for themselves, by priority.
 */
import { cancelTimeout } from '../clock/timeout';
import { Errno } from '../errno';
import { BLOCKED, running, type Kernel } from '../kernel';
import { lockCpu, unlockCpu } from '../sched/priority';
import * as sem from '../semaphore/sem';
import { clearer, sharing } from './attribute';
import { pthread_cond_init } from './cond';
import { pthread_mutex_init } from './mutex';
import { forget, know } from './objects';

/** Offsets in pthread_rwlock_t, which begins with a mutex that is not needed here. */
export const Lock = { condition: 32, readers: 56, writers: 60, writing: 64 } as const;
const ATTR_SIZE = 4;
const MOST = 0xffff_ffff;

/** -EINVAL: null. */
export const pthread_rwlockattr_init = clearer(ATTR_SIZE);
export const pthread_rwlockattr_destroy = clearer(ATTR_SIZE);

/** All memory is shared, whatever this says. -EINVAL: null, or neither private nor shared. */
export function pthread_rwlockattr_setpshared({ memory }: Kernel, attr: number, pshared: number): number {
  if (attr === 0 || !sharing.includes(pshared)) return -Errno.EINVAL;
  memory.store32(attr, pshared);
  return 0;
}

/** -EINVAL: null. */
export function pthread_rwlockattr_getpshared({ memory }: Kernel, attr: number, pshared: number): number {
  if (attr === 0 || pshared === 0) return -Errno.EINVAL;
  memory.store32(pshared, memory.load32(attr));
  return 0;
}

const readersOf = ({ memory }: Kernel, lock: number) => memory.load32(lock + Lock.readers) >>> 0;
const writersOf = ({ memory }: Kernel, lock: number) => memory.load32(lock + Lock.writers) >>> 0;
const isWriting = ({ memory }: Kernel, lock: number) => memory.load8(lock + Lock.writing) !== 0;

function addWriters({ memory }: Kernel, lock: number, count: number): void {
  memory.store32(lock + Lock.writers, memory.load32(lock + Lock.writers) + count);
}

/** -EINVAL: null. */
export function pthread_rwlock_init(k: Kernel, lock: number, _attr: number): number {
  if (lock === 0) return -Errno.EINVAL;
  pthread_mutex_init(k, lock, 0);
  pthread_cond_init(k, lock + Lock.condition, 0);
  forget(k, lock + Lock.condition);
  k.memory.store32(lock + Lock.readers, 0);
  k.memory.store32(lock + Lock.writers, 0);
  k.memory.store8(lock + Lock.writing, 0);
  know(k, lock, 'rwlock');
  return 0;
}

/** -EINVAL: null; -EBUSY: threads wait for it. */
export function pthread_rwlock_destroy(k: Kernel, lock: number): number {
  if (lock === 0) return -Errno.EINVAL;
  if (k.memory.load32(lock + Lock.condition) < 0) return -Errno.EBUSY;
  forget(k, lock);
  sem.sem_destroy(k, lock);
  return sem.sem_destroy(k, lock + Lock.condition);
}

/** -EINVAL: null; -EBUSY: one writes, or waits to write; -EAGAIN: too many read. */
export function pthread_rwlock_tryrdlock(k: Kernel, lock: number): number {
  if (lock === 0) return -Errno.EINVAL;
  know(k, lock, 'rwlock');
  if (writersOf(k, lock) > 0 || isWriting(k, lock)) return -Errno.EBUSY;
  const readers = readersOf(k, lock);
  if (readers === MOST) return -Errno.EAGAIN;
  k.memory.store32(lock + Lock.readers, readers + 1);
  return 0;
}

/** -EINVAL: null; -EBUSY: one reads or writes. */
export function pthread_rwlock_trywrlock(k: Kernel, lock: number): number {
  if (lock === 0) return -Errno.EINVAL;
  know(k, lock, 'rwlock');
  if (readersOf(k, lock) > 0 || isWriting(k, lock)) return -Errno.EBUSY;
  k.memory.store8(lock + Lock.writing, 1);
  return 0;
}

/** Waits until nobody writes or wants to. A cancellation point. Errors are those of {@link pthread_rwlock_timedrdlock}. */
export function pthread_rwlock_rdlock(k: Kernel, lock: number): number {
  return pthread_rwlock_timedrdlock(k, lock, 0);
}

/** The same until CLOCK_REALTIME shows a time. -EINVAL: null, or a time that is none; -ETIMEDOUT; -EAGAIN: too many read. */
export function pthread_rwlock_timedrdlock(k: Kernel, lock: number, abstime: number): number {
  for (;;) {
    const tried = pthread_rwlock_tryrdlock(k, lock);
    if (tried !== -Errno.EBUSY) return tried;
    const result = wait(k, lock, abstime);
    if (result !== 0) return result;
  }
}

export const rdlockAgain = (k: Kernel, lock: number) => timedrdlockAgain(k, lock, 0);
export const timedrdlockAgain = (k: Kernel, lock: number, abstime: number) =>
  woken(k) ?? pthread_rwlock_timedrdlock(k, lock, abstime);

/** Waits until nobody reads or writes. A cancellation point. Errors are those of {@link pthread_rwlock_timedwrlock}. */
export function pthread_rwlock_wrlock(k: Kernel, lock: number): number {
  return pthread_rwlock_timedwrlock(k, lock, 0);
}

/** The same until CLOCK_REALTIME shows a time. -EINVAL: null, or a time that is none; -ETIMEDOUT; -EAGAIN: too many wait. */
export function pthread_rwlock_timedwrlock(k: Kernel, lock: number, abstime: number): number {
  if (lock === 0) return -Errno.EINVAL;
  if (writersOf(k, lock) === MOST) return -Errno.EAGAIN;
  addWriters(k, lock, 1);
  return write(k, lock, abstime);
}

function write(k: Kernel, lock: number, abstime: number): number {
  let result = 0;
  while (result === 0) {
    result = pthread_rwlock_trywrlock(k, lock);
    if (result !== -Errno.EBUSY) break;
    result = wait(k, lock, abstime);
  }
  if (result !== BLOCKED) addWriters(k, lock, -1);
  return result;
}

export const wrlockAgain = (k: Kernel, lock: number) => timedwrlockAgain(k, lock, 0);

export function timedwrlockAgain(k: Kernel, lock: number, abstime: number): number {
  const failed = woken(k);
  if (failed === null) return write(k, lock, abstime);
  addWriters(k, lock, -1);
  return failed;
}

function wait(k: Kernel, lock: number, abstime: number): number {
  const condition = lock + Lock.condition;
  return abstime === 0 ? sem.sem_wait(k, condition) : sem.sem_timedwait(k, condition, abstime);
}

/** Why the wait has failed; null when it is time to look again: the lock was free, or a signal came. */
function woken(k: Kernel): number | null {
  const tcb = running(k);
  if (tcb.result !== 0 && tcb.result !== -Errno.EINTR) return tcb.result;
  cancelTimeout(k, tcb);
  return null;
}

/** Gives up reading or writing; who wants the lock can have it if that was the last. -EINVAL: null, or nobody has it. */
export function pthread_rwlock_unlock(k: Kernel, lock: number): number {
  if (lock === 0) return -Errno.EINVAL;
  const readers = readersOf(k, lock);
  if (readers > 0) k.memory.store32(lock + Lock.readers, readers - 1);
  else if (isWriting(k, lock)) k.memory.store8(lock + Lock.writing, 0);
  else return -Errno.EINVAL;
  if (readers <= 1) wakeAll(k, lock + Lock.condition);
  return 0;
}

function wakeAll(k: Kernel, condition: number): void {
  const caller = lockCpu(k);
  while (k.memory.load32(condition) < 0) sem.sem_post(k, condition);
  unlockCpu(k, caller);
}
