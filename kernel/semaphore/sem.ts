/**
 * Counting semaphores (manual 2.5). The count is the firmware's own sem_t, as on a flat NuttX, negative when tasks
 * wait; what else the kernel knows of it is in the state, by its address.
 */
import { cancelTimeout, startTimeout } from '../clock/timeout';
import { CLOCK_REALTIME, deadlineTick, isWallClock } from '../clock/clock';
import { isValid, loadTimespec } from '../clock/timespec';
import { Errno } from '../errno';
import { BLOCKED, running, taskOf, type Kernel } from '../kernel';
import { block, unblock } from '../sched/readytorun';
import { NONE, TaskState, emptyList, type Semaphore } from '../state';
import { lockCpu, unlockCpu } from '../sched/priority';
import { addHolder, boostHolders, dropHolders, releaseHolder, restoreHolders } from './holder';

export const SEM_VALUE_MAX = 0x7fff_ffff;
const PRIO_NONE = 0;
const PRIO_INHERIT = 1;
const PRIO_PROTECT = 2;
/** Offset of sem_t.flags. */
const FLAGS = 4;

/**
 * A semaphore that was never initialised by a call (SEM_INITIALIZER, or zeroed memory) begins here. One whose memory was
 * put to another use, as that of a local variable is, may have another protocol than what is known of it.
 */
function lookUp(k: Kernel, address: number): Semaphore {
  const inherit = (k.memory.load32(address + FLAGS) & 0xff) === PRIO_INHERIT;
  let sem = k.state.semaphores.get(address);
  if (!sem) {
    sem = { address, inherit, holders: [], waiters: emptyList() };
    k.state.semaphores.set(address, sem);
  } else if (sem.inherit !== inherit) {
    dropHolders(k, sem);
    sem.inherit = inherit;
  }
  return sem;
}

/**
 * Manual 2.5.1. The protocol is SEM_PRIO_NONE until sem_setprotocol says otherwise. EINVAL: no semaphore, or a value above
 * SEM_VALUE_MAX.
 */
export function sem_init(k: Kernel, address: number, _pshared: number, value: number): number {
  if (address === 0 || value >>> 0 > SEM_VALUE_MAX) return -Errno.EINVAL;
  k.memory.store32(address, value);
  k.memory.store32(address + FLAGS, 0);
  // Who waits for what was there before goes on waiting, whatever comes of it.
  const waiters = k.state.semaphores.get(address)?.waiters ?? emptyList();
  forget(k, address);
  k.state.semaphores.set(address, { address, inherit: false, holders: [], waiters });
  return 0;
}

/** Manual 2.5.2. With tasks that wait nothing happens, and they go on waiting: undefined by POSIX, OK on NuttX. */
export function sem_destroy(k: Kernel, address: number): number {
  if (address === 0) return -Errno.EINVAL;
  const sem = lookUp(k, address);
  if (sem.waiters.head !== NONE) return 0;
  k.memory.store32(address, 1);
  forget(k, address);
  return 0;
}

/** The memory from `start` up to `end` is no longer in use: neither are the semaphores there that nobody waits for. */
export function forgetSemaphores(k: Kernel, start: number, end: number): void {
  for (const { address, waiters } of k.state.semaphores.values()) {
    if (address >= start && address < end && waiters.head === NONE) forget(k, address);
  }
}

function forget(k: Kernel, address: number): void {
  const sem = k.state.semaphores.get(address);
  if (sem) dropHolders(k, sem);
  k.state.semaphores.delete(address);
}

/**
 * Manual 2.5.6. Takes a count, or waits for one. Waiters are served by priority, equals in order.
 *
 * @returns 0, or -EINVAL: no semaphore; -EINTR: a signal came
 */
export function sem_wait(k: Kernel, address: number): number {
  return wait(k, address, 0);
}

function wait(k: Kernel, address: number, deadline: number): number {
  if (address === 0) return -Errno.EINVAL;
  const sem = lookUp(k, address);
  const tcb = running(k);
  const count = k.memory.load32(address) - 1;
  k.memory.store32(address, count);
  if (count >= 0) {
    addHolder(k, sem, tcb);
    return 0;
  }
  boostHolders(k, sem, tcb);
  tcb.waitFor = address;
  if (deadline > 0) startTimeout(k, tcb, deadline);
  block(k, tcb, TaskState.WaitSem, sem.waiters);
  return BLOCKED;
}

/** Manual 2.5.8. EAGAIN: there is no count to take. */
export function sem_trywait(k: Kernel, address: number): number {
  if (address === 0) return -Errno.EINVAL;
  const sem = lookUp(k, address);
  const count = k.memory.load32(address);
  if (count <= 0) return -Errno.EAGAIN;
  k.memory.store32(address, count - 1);
  addHolder(k, sem, running(k));
  return 0;
}

/**
 * Manual 2.5.7. Takes a count, or waits for one until CLOCK_REALTIME shows a time at most.
 *
 * @returns 0, or -EINVAL: no semaphore, or a time that is none, needed or not; -ETIMEDOUT: the time has come, or was past;
 *   -EINTR: a signal came. EDEADLK is not ours: no deadlock is looked for
 */
export function sem_timedwait(k: Kernel, address: number, abstime: number): number {
  return sem_clockwait(k, address, CLOCK_REALTIME, abstime);
}

/** As {@link sem_timedwait}, by any clock that shows a time of day or since boot. -EINVAL: another clock. */
export function sem_clockwait(k: Kernel, address: number, clock: number, abstime: number): number {
  if (address === 0 || abstime === 0 || !isWallClock(k, clock)) return -Errno.EINVAL;
  const time = loadTimespec(k, abstime);
  if (!isValid(time)) return -Errno.EINVAL;
  const taken = sem_trywait(k, address);
  if (taken !== -Errno.EAGAIN) return taken;
  const deadline = deadlineTick(k, time, clock);
  return deadline === null ? -Errno.ETIMEDOUT : wait(k, address, deadline);
}

/** Manual 2.5.9. Gives a count back; the first waiter gets it and runs at once if it outranks the caller. */
export function sem_post(k: Kernel, address: number): number {
  if (address === 0) return -Errno.EINVAL;
  const sem = lookUp(k, address);
  const count = k.memory.load32(address);
  // A real NuttX answers OK here, where POSIX has EOVERFLOW (docs/fidelity.md).
  if (count === SEM_VALUE_MAX) return 0;
  k.memory.store32(address, count + 1);
  if (!sem.inherit) {
    giveToWaiter(k, sem);
    return 0;
  }
  // The caller must not lose the CPU to the waiter before it has lost what it was lent.
  const poster = lockCpu(k);
  releaseHolder(sem, poster);
  restoreHolders(k, sem, poster, giveToWaiter(k, sem));
  unlockCpu(k, poster);
  return 0;
}

/** The first waiter gets the count that was given back; false when there is none. */
function giveToWaiter(k: Kernel, sem: Semaphore): boolean {
  if (sem.waiters.head === NONE) return false;
  const waiter = taskOf(k, sem.waiters.head)!;
  cancelTimeout(k, waiter);
  addHolder(k, sem, waiter);
  unblock(k, waiter, sem.waiters, 0);
  return true;
}

/** Manual 2.5.10. Minus the number of waiters when tasks wait. */
export function sem_getvalue(k: Kernel, address: number, value: number): number {
  if (address === 0 || value === 0) return -Errno.EINVAL;
  k.memory.store32(value, k.memory.load32(address));
  return 0;
}

/** Manual 2.5.11. SEM_PRIO_NONE (0) or SEM_PRIO_INHERIT (1). */
export function sem_getprotocol(k: Kernel, address: number, protocol: number): number {
  if (address === 0 || protocol === 0) return -Errno.EINVAL;
  k.memory.store32(protocol, lookUp(k, address).inherit ? PRIO_INHERIT : PRIO_NONE);
  return 0;
}

/**
 * Manual 2.5.12. SEM_PRIO_INHERIT lends waiters' priorities to holders from now on; SEM_PRIO_NONE forgets the holders.
 *
 * @returns 0, or -EINVAL: no semaphore, or no such protocol; -ENOTSUP: SEM_PRIO_PROTECT, or SEM_PRIO_INHERIT without
 *   CONFIG_PRIORITY_INHERITANCE
 */
export function sem_setprotocol(k: Kernel, address: number, protocol: number): number {
  if (address === 0 || protocol < PRIO_NONE || protocol > PRIO_PROTECT) return -Errno.EINVAL;
  const { priorityInheritance } = k.state.settings;
  if (protocol === PRIO_PROTECT || (protocol === PRIO_INHERIT && !priorityInheritance)) return -Errno.ENOTSUP;
  const sem = lookUp(k, address);
  if (protocol !== PRIO_INHERIT) dropHolders(k, sem);
  sem.inherit = protocol === PRIO_INHERIT;
  k.memory.store32(address + FLAGS, protocol);
  return 0;
}
