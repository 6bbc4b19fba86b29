/** Barriers (manual 2.8.50 to 2.8.56; NuttX: sched/pthread/pthread_barrier*.c): a semaphore, and how many wait for it. */
import { Errno } from '../errno';
import { running, type Kernel } from '../kernel';
import { lockCpu, unlockCpu } from '../sched/priority';
import * as sem from '../semaphore/sem';
import { clearer, sharing } from './attribute';
import { forget, know } from './objects';

/** Offsets in pthread_barrier_t. */
export const Barrier = { count: 16, arrived: 20 } as const;
const ATTR_SIZE = 4;

const SERIAL_THREAD = 0x1000;

/** Manual 2.8.50. -EINVAL: null. */
export const pthread_barrierattr_init = clearer(ATTR_SIZE);

/** Manual 2.8.51. -EINVAL: null. */
export const pthread_barrierattr_destroy = clearer(ATTR_SIZE);

/** Manual 2.8.52. All memory is shared, whatever this says. -EINVAL: null, or neither private nor shared. */
export function pthread_barrierattr_setpshared({ memory }: Kernel, attr: number, pshared: number): number {
  if (attr === 0 || !sharing.includes(pshared)) return -Errno.EINVAL;
  memory.store32(attr, pshared);
  return 0;
}

/** Manual 2.8.53. -EINVAL: null. */
export function pthread_barrierattr_getpshared({ memory }: Kernel, attr: number, pshared: number): number {
  if (attr === 0 || pshared === 0) return -Errno.EINVAL;
  memory.store32(pshared, memory.load32(attr));
  return 0;
}

/** Threads wait at it. What is no known barrier may be any memory. */
function isBusy({ memory, state }: Kernel, barrier: number): boolean {
  return state.syncObjects.get(barrier) === 'barrier' && memory.load32(barrier + Barrier.arrived) > 0;
}

/** Manual 2.8.54. -EINVAL: null, or a count of 0; -EBUSY: threads wait at it. */
export function pthread_barrier_init(k: Kernel, barrier: number, _attr: number, count: number): number {
  if (barrier === 0 || count === 0) return -Errno.EINVAL;
  if (isBusy(k, barrier)) return -Errno.EBUSY;
  sem.sem_init(k, barrier, 0, 0);
  k.memory.store32(barrier + Barrier.count, count);
  k.memory.store32(barrier + Barrier.arrived, 0);
  know(k, barrier, 'barrier');
  return 0;
}

/** Manual 2.8.55. -EINVAL: null; -EBUSY: threads wait at it. */
export function pthread_barrier_destroy(k: Kernel, barrier: number): number {
  if (barrier === 0) return -Errno.EINVAL;
  if (isBusy(k, barrier)) return -Errno.EBUSY;
  forget(k, barrier);
  return sem.sem_destroy(k, barrier);
}

/**
 * Manual 2.8.56. Waits until as many threads as the barrier's count have come. It is no cancellation point, and signals
 * do not end the wait. -EINVAL: null.
 *
 * @returns 0; PTHREAD_BARRIER_SERIAL_THREAD to the one that came last
 */
export function pthread_barrier_wait(k: Kernel, barrier: number): number {
  if (barrier === 0) return -Errno.EINVAL;
  know(k, barrier, 'barrier');
  const { memory } = k;
  const arrived = memory.load32(barrier + Barrier.arrived);
  if (arrived + 1 < memory.load32(barrier + Barrier.count)) {
    memory.store32(barrier + Barrier.arrived, arrived + 1);
    return sem.sem_wait(k, barrier);
  }
  memory.store32(barrier + Barrier.arrived, 0);
  const caller = lockCpu(k);
  for (let i = 0; i < arrived; i++) sem.sem_post(k, barrier);
  unlockCpu(k, caller);
  return SERIAL_THREAD;
}

/** A signal was handled meanwhile: the wait goes on, unless it is over. */
export function barrierAgain(k: Kernel, barrier: number): number {
  const { result } = running(k);
  return result === -Errno.EINTR ? sem.sem_wait(k, barrier) : result;
}
