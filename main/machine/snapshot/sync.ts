/** Semaphores and what pthreads have beside them. */
import type { Semaphore } from '../../../kernel/state';
import type { SyncSnapshot } from '../../contract/objects';
import { dataLabel, pidsOf, type Target } from './target';

export function syncSnapshots(target: Target): SyncSnapshot[] {
  return [...target.machine.kernel.state.semaphores.values()].map((sem) => semaphore(target, sem));
}

/** The object of which the semaphore at an address is, or is a part. */
export function objectAt(target: Target, address: number): SyncSnapshot {
  return semaphore(target, target.machine.kernel.state.semaphores.get(address)!);
}

function semaphore(target: Target, sem: Semaphore): SyncSnapshot {
  return {
    kind: 'semaphore',
    id: sem.address,
    label: dataLabel(target, sem.address, 'sem_s'),
    address: sem.address,
    count: target.machine.kernel.memory.load32(sem.address),
    protocol: sem.inherit ? 'inherit' : 'none',
    holders: sem.holders.map(({ pid, counts }) => ({ pid, counts })),
    waiters: pidsOf(target, sem.waiters),
  };
}
