/** Who holds a semaphore, and the priority they are lent (NuttX: sem_holder.c). */
import { members, taskOf, type Kernel } from '../kernel';
import { setPriority } from '../sched/priority';
import type { Semaphore, Tcb } from '../state';

function tracks(k: Kernel, sem: Semaphore): boolean {
  return sem.inherit && k.state.settings.priorityInheritance;
}

/** The task has taken a count. */
export function addHolder(k: Kernel, sem: Semaphore, tcb: Tcb): void {
  if (!tracks(k, sem)) return;
  const holder = sem.holders.find((h) => h.pid === tcb.pid);
  if (holder) {
    holder.counts++;
    return;
  }
  sem.holders.push({ pid: tcb.pid, counts: 1 });
  tcb.holds.push(sem.address);
}

/** The task has given a count back. */
export function releaseHolder(k: Kernel, sem: Semaphore, tcb: Tcb): void {
  if (!tracks(k, sem)) return;
  const holder = sem.holders.find((h) => h.pid === tcb.pid);
  if (holder && --holder.counts === 0) dropHolder(sem, tcb);
}

export function dropHolder(sem: Semaphore, tcb: Tcb): void {
  sem.holders = sem.holders.filter((h) => h.pid !== tcb.pid);
  tcb.holds = tcb.holds.filter((address) => address !== sem.address);
}

/** Nobody counts as a holder any more; what they were lent for this semaphore goes. */
export function releaseHolders(k: Kernel, sem: Semaphore): void {
  for (const { pid } of [...sem.holders]) {
    const tcb = taskOf(k, pid);
    if (!tcb) continue;
    dropHolder(sem, tcb);
    restorePriority(k, sem, tcb);
  }
}

/** The running task is about to wait: whoever holds the semaphore runs at its priority at least. */
export function boostHolders(k: Kernel, sem: Semaphore, waiter: Tcb): void {
  if (!tracks(k, sem)) return;
  for (const { pid } of sem.holders) {
    const holder = taskOf(k, pid);
    if (holder && holder.priority < waiter.priority) setPriority(k, holder, waiter.priority);
  }
}

/** A task that gave a count back keeps only the boosts of those who wait for what it still holds. */
export function restorePriority(k: Kernel, sem: Semaphore, tcb: Tcb): void {
  if (!tracks(k, sem)) return;
  let priority = tcb.basePriority;
  for (const address of tcb.holds) {
    const [first] = members(k, k.state.semaphores.get(address)!.waiters);
    if (first) priority = Math.max(priority, first.priority);
  }
  if (tcb.priority !== priority) setPriority(k, tcb, priority);
}
