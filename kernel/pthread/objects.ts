/**
 * Where mutexes, condition variables and the like are. What they are in is the firmware's own memory, as on a flat
 * NuttX; the kernel only remembers what it has met at which address, for those who look at it.
 */
import type { Kernel } from '../kernel';

export type SyncObject = 'mutex' | 'condition' | 'barrier' | 'rwlock' | 'spinlock';

/** One is initialised or used. */
export function know({ state }: Kernel, address: number, kind: SyncObject): void {
  if (state.syncObjects.get(address) !== kind) state.syncObjects.set(address, kind);
}

/** It is destroyed. */
export function forget({ state }: Kernel, address: number): void {
  state.syncObjects.delete(address);
}

/** The memory from `start` up to `end` is no longer in use. */
export function forgetSyncObjects({ state }: Kernel, start: number, end: number): void {
  for (const address of state.syncObjects.keys()) {
    if (address >= start && address < end) state.syncObjects.delete(address);
  }
}
