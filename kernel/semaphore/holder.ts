/**
 * Who holds a semaphore, and the priority they are lent (NuttX: sem_holder.c). Holders are known by records from a pool
 * of CONFIG_SEM_PREALLOCHOLDERS; without a pool each semaphore has room for two.
 */
import { taskOf, type Kernel } from '../kernel';
import { MachineFault } from '../memory';
import { quirk } from '../quirks';
import { setPriority } from '../sched/priority';
import { NONE, type Semaphore, type Tcb } from '../state';

const HOLDERS_WITHOUT_POOL = 2;

function tracks(k: Kernel, sem: Semaphore): boolean {
  return sem.inherit && k.state.settings.priorityInheritance;
}

function holderOf(sem: Semaphore, pid: number) {
  return sem.holders.find((holder) => holder.pid === pid);
}

/**
 * The task has taken a count. When no record is left for it, it is no known holder and is lent nothing.
 * @throws MachineFault in that case, with CONFIG_DEBUG_ASSERTIONS
 */
export function addHolder(k: Kernel, sem: Semaphore, tcb: Tcb): void {
  if (!tracks(k, sem)) return;
  const holder = holderOf(sem, tcb.pid);
  if (holder) {
    holder.counts++;
    return;
  }
  const { config } = k.state.settings;
  const pool = Number(config.CONFIG_SEM_PREALLOCHOLDERS ?? 0);
  if (pool > 0 ? k.state.holders < pool : sem.holders.length < HOLDERS_WITHOUT_POOL) {
    k.state.holders++;
    sem.holders.unshift({ pid: tcb.pid, counts: 1 });
    tcb.holds.unshift(sem.address);
  } else if (config.CONFIG_DEBUG_ASSERTIONS === true) {
    throw new MachineFault(
      'Insufficient pre-allocated holders of semaphores',
      `Task "${tcb.name}" took a semaphore with priority inheritance, and CONFIG_SEM_PREALLOCHOLDERS (${pool}) holders are known already. Raise it, or look for semaphores that are taken and never given back.`,
    );
  }
}

/** The task gives a count back. When it is no known holder, but another task is the only one, that gives it back. */
export function releaseHolder(sem: Semaphore, tcb: Tcb): void {
  const holder = holderOf(sem, tcb.pid) ?? (sem.holders.length === 1 ? sem.holders[0]! : null);
  if (holder) holder.counts--;
}

function dropHolder(k: Kernel, sem: Semaphore, pid: number): void {
  k.state.holders--;
  sem.holders = sem.holders.filter((holder) => holder.pid !== pid);
  const tcb = taskOf(k, pid)!;
  tcb.holds = tcb.holds.filter((address) => address !== sem.address);
}

/** Nobody counts as a holder any more. As on NuttX, what they were lent for this semaphore stays until it is reckoned again. */
export function dropHolders(k: Kernel, sem: Semaphore): void {
  for (const { pid } of sem.holders) dropHolder(k, sem, pid);
}

/** A task that ends holds nothing any more; NuttX does not give the counts back either. */
export function dropHolds(k: Kernel, tcb: Tcb): void {
  for (const address of tcb.holds) dropHolder(k, k.state.semaphores.get(address)!, tcb.pid);
}

/** The running task is about to wait: whoever holds the semaphore runs at its priority at least. */
export function boostHolders(k: Kernel, sem: Semaphore, waiter: Tcb): void {
  if (!tracks(k, sem)) return;
  for (const { pid } of sem.holders) {
    const holder = taskOf(k, pid)!;
    if (holder.priority < waiter.priority) setPriority(k, holder, waiter.priority);
  }
}

/**
 * A count was given back. When a waiter got it, every holder keeps only what those lend it who still wait for what it
 * holds. When nobody waited, priorities stay as they are, also what a waiter left behind that gave up.
 */
export function restoreHolders(k: Kernel, sem: Semaphore, poster: Tcb, waiterGotIt: boolean): void {
  if (!waiterGotIt) {
    const empty = sem.holders.find(({ counts }) => counts <= 0);
    if (empty) dropHolder(k, sem, empty.pid);
    return;
  }
  // The running task comes last, since it loses the CPU with what it was lent.
  const holders = sem.holders.toSorted((a, b) => Number(a.pid === poster.pid) - Number(b.pid === poster.pid));
  for (const { pid, counts } of holders) {
    if (counts <= 0) dropHolder(k, sem, pid);
    const tcb = taskOf(k, pid)!;
    if (tcb.priority !== tcb.basePriority) setPriority(k, tcb, owedPriority(k, tcb));
  }
}

/** The base priority, or what the first of those who wait for something that the task holds lends it. */
function owedPriority(k: Kernel, tcb: Tcb, exceptFor: number = NONE): number {
  let priority = tcb.basePriority;
  for (const address of tcb.holds) {
    const { head } = k.state.semaphores.get(address)!.waiters;
    const first = head === exceptFor && head !== NONE ? taskOf(k, head)!.next : head;
    if (first !== NONE) priority = Math.max(priority, taskOf(k, first)!.priority);
  }
  return priority;
}

/**
 * A waiter is giving up. NuttX reckons what the holders are owed while the waiter is still in the list, so that they
 * keep what it lent them.
 */
export function withdrawBoost(k: Kernel, sem: Semaphore, waiter: Tcb): void {
  if (!tracks(k, sem)) return;
  for (const { pid } of [...sem.holders]) {
    const tcb = taskOf(k, pid)!;
    if (tcb.priority === tcb.basePriority) continue;
    const kept = owedPriority(k, tcb);
    const due = owedPriority(k, tcb, waiter.pid);
    setPriority(k, tcb, kept === due || quirk(k, 'boost', pid) ? kept : due);
  }
}
