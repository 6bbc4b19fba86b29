/**
 * Spin locks (NuttX: libs/libc/pthread/pthread_spinlock.c). Who waits for one keeps the CPU busy, so that on one CPU a
 * thread of a lower priority never comes to give it back.
 */
import { Cell } from '../binfmt/abi';
import { Errno } from '../errno';
import { BLOCKED, running, type Kernel } from '../kernel';
import { sharing } from './attribute';
import { forget, know } from './objects';

/** Offsets in pthread_spinlock_t. */
export const Spin = { locked: 0, holder: 4 } as const;
const NOBODY = 0;

const isLocked = ({ memory }: Kernel, lock: number) => memory.load32(lock + Spin.locked) !== 0;
const holderOf = ({ memory }: Kernel, lock: number) => memory.load32(lock + Spin.holder);

function set({ memory }: Kernel, lock: number, locked: boolean, holder: number): void {
  memory.store32(lock + Spin.locked, Number(locked));
  memory.store32(lock + Spin.holder, holder);
}

/** -EINVAL: null, or neither private nor shared. */
export function pthread_spin_init(k: Kernel, lock: number, pshared: number): number {
  if (lock === 0 || !sharing.includes(pshared)) return -Errno.EINVAL;
  set(k, lock, false, NOBODY);
  know(k, lock, 'spinlock');
  return 0;
}

/** -EINVAL: null; -EBUSY: a thread holds it. */
export function pthread_spin_destroy(k: Kernel, lock: number): number {
  if (lock === 0) return -Errno.EINVAL;
  if (isLocked(k, lock)) return -Errno.EBUSY;
  forget(k, lock);
  return 0;
}

/** Takes the lock, or tries until it can. -EINVAL: null; -EDEADLK: the caller holds it. */
export function pthread_spin_lock(k: Kernel, lock: number): number {
  if (lock === 0) return -Errno.EINVAL;
  if (isLocked(k, lock) && holderOf(k, lock) === running(k).pid) return -Errno.EDEADLK;
  return pthread_spin_trylock(k, lock) === 0 ? 0 : BLOCKED;
}

/** The thread, which is ready all the time, tries again; each time costs what a call costs. */
export function spinAgain(k: Kernel, lock: number): number {
  k.memory.words[Cell.Fuel]! -= k.state.settings.callCycles;
  return pthread_spin_trylock(k, lock) === 0 ? 0 : BLOCKED;
}

/** -EINVAL: null; -EBUSY: a thread holds it. */
export function pthread_spin_trylock(k: Kernel, lock: number): number {
  if (lock === 0) return -Errno.EINVAL;
  know(k, lock, 'spinlock');
  if (isLocked(k, lock)) return -Errno.EBUSY;
  set(k, lock, true, running(k).pid);
  return 0;
}

/** -EINVAL: null; -EPERM: the caller does not hold it. */
export function pthread_spin_unlock(k: Kernel, lock: number): number {
  if (lock === 0) return -Errno.EINVAL;
  if (!isLocked(k, lock) || holderOf(k, lock) !== running(k).pid) return -Errno.EPERM;
  set(k, lock, false, NOBODY);
  return 0;
}
