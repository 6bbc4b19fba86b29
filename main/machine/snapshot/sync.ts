/** Semaphores, and what pthreads have beside them, which is semaphores with more behind them in the firmware's memory. */
import { pipeAt } from '../../../kernel/fs/pipe';
import { Barrier } from '../../../kernel/pthread/barrier';
import { Cond } from '../../../kernel/pthread/cond';
import { holderOf, locksOf, Mutex } from '../../../kernel/pthread/mutex';
import { MutexType } from '../../../kernel/pthread/mutexattr';
import type { SyncObject } from '../../../kernel/pthread/objects';
import { Lock } from '../../../kernel/pthread/rwlock';
import { Spin } from '../../../kernel/pthread/spin';
import type { MutexSnapshot, SyncSnapshot } from '../../contract/objects';
import { clockName, hexLabel, pidsOf, type Target } from './target';

/** Pthread objects first, then the semaphores that are no part of one, nor of a pipe. */
export function syncSnapshots(target: Target): SyncSnapshot[] {
  const { kernel } = target.machine;
  const { semaphores, syncObjects } = kernel.state;
  const objects = [...syncObjects].map(([address, kind]) => describe[kind](target, address));
  const alone = [...semaphores.keys()].filter(
    (address) => !within(target, address) && pipeAt(kernel, address) === undefined,
  );
  return [...objects, ...alone.map((address) => semaphore(target, address))];
}

/** The object that the semaphore at an address is, or is a part of. */
export function objectAt(target: Target, address: number): SyncSnapshot {
  const found = within(target, address);
  return found ? describe[found.kind](target, found.address) : semaphore(target, address);
}

/** Tags in C, and sizes in bytes. */
const structs: Record<SyncObject, { tag: string; size: number }> = {
  mutex: { tag: 'pthread_mutex_s', size: 32 },
  condition: { tag: 'pthread_cond_s', size: 24 },
  barrier: { tag: 'pthread_barrier_s', size: 56 },
  rwlock: { tag: 'pthread_rwlock_s', size: 68 },
  spinlock: { tag: 'pthread_spinlock_s', size: 8 },
};

/** The pthread object of which the semaphore at an address is a part. */
function within({ machine }: Target, address: number): { kind: SyncObject; address: number } | null {
  const { syncObjects } = machine.kernel.state;
  const own = syncObjects.get(address);
  if (own) return { kind: own, address };
  for (const [start, kind] of syncObjects) {
    if (address >= start && address < start + structs[kind].size) return { kind, address: start };
  }
  return null;
}

/** Name of a named semaphore, else C's name of the object at an address, else null. */
export function objectName(
  { machine, firmware }: Pick<Target, 'machine' | 'firmware'>,
  address: number,
): string | null {
  const { namedSemaphores, syncObjects } = machine.kernel.state;
  const named = namedSemaphores.get(address);
  if (named) return `/${named.name}`;
  // A whole mutex, say, rather than the semaphore that it begins with.
  const kind = syncObjects.get(address);
  return firmware.dataName(address, kind ? structs[kind].tag : 'sem_s');
}

/** What all of them have; who waits is known to the semaphore that they begin with, or that is at `waitsAt`. */
function base(target: Target, address: number, waitsAt = address) {
  const waiters = target.machine.kernel.state.semaphores.get(waitsAt)?.waiters;
  return {
    id: address,
    label: objectName(target, address) ?? hexLabel(address),
    address,
    holders: [] as SyncSnapshot['holders'],
    waiters: waiters ? pidsOf(target, waiters) : [],
  };
}

function semaphore(target: Target, address: number): SyncSnapshot {
  const { memory, state } = target.machine.kernel;
  const { inherit, holders } = state.semaphores.get(address)!;
  return {
    kind: 'semaphore',
    ...base(target, address),
    holders: holders.map(({ pid, counts }) => ({ pid, counts })),
    count: memory.load32(address),
    protocol: inherit ? 'inherit' : 'none',
  };
}

const mutexTypes: Record<number, MutexSnapshot['type']> = {
  [MutexType.Normal]: 'normal',
  [MutexType.ErrorCheck]: 'errorcheck',
  [MutexType.Recursive]: 'recursive',
};
/** Bits of its flags. */
const MUTEX_ROBUST = 1;
const MUTEX_INCONSISTENT = 2;
const MUTEX_LOST = 4;

const describe: Record<SyncObject, (target: Target, address: number) => SyncSnapshot> = {
  mutex: (target, address) => {
    const { kernel } = target.machine;
    const [holder, flags] = [holderOf(kernel, address), kernel.memory.load8(address + Mutex.flags)];
    return {
      kind: 'mutex',
      ...base(target, address),
      holders: holder > 0 ? [{ pid: holder, counts: 1 }] : [],
      locks: holder > 0 ? locksOf(kernel, address) : 0,
      type: mutexTypes[kernel.memory.load8(address + Mutex.type)] ?? 'normal',
      robust: (flags & MUTEX_ROBUST) !== 0,
      condition: flags & MUTEX_LOST ? 'not recoverable' : flags & MUTEX_INCONSISTENT ? 'inconsistent' : 'usable',
      protocol: kernel.state.semaphores.get(address)?.inherit ? 'inherit' : 'none',
    };
  },
  condition: (target, address) => ({
    kind: 'condition',
    ...base(target, address),
    clock: clockName(target.machine.kernel.memory.load32(address + Cond.clock)),
  }),
  barrier: (target, address) => ({
    kind: 'barrier',
    ...base(target, address),
    needed: target.machine.kernel.memory.load32(address + Barrier.count),
    arrived: target.machine.kernel.memory.load32(address + Barrier.arrived),
  }),
  rwlock: (target, address) => ({
    kind: 'rwlock',
    ...base(target, address, address + Lock.condition),
    readers: target.machine.kernel.memory.load32(address + Lock.readers),
    writing: target.machine.kernel.memory.load8(address + Lock.writing) !== 0,
  }),
  spinlock: (target, address) => {
    const { memory } = target.machine.kernel;
    const locked = memory.load32(address + Spin.locked) !== 0;
    return {
      kind: 'spinlock',
      ...base(target, address),
      holders: locked ? [{ pid: memory.load32(address + Spin.holder), counts: 1 }] : [],
      locked,
    };
  },
};
