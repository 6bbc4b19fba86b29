/** How much of the heap is in use (NuttX: mm_mallinfo.c), and what sysinfo says of it. */
import { Errno } from '../errno';
import { uptimeNs, type Kernel } from '../kernel';

export interface HeapUse {
  /** Bytes; those of a block include its header. */
  total: number;
  used: number;
  free: number;
  /** Most that was ever in use. */
  peak: number;
  largestFree: number;
  /** Blocks. */
  usedBlocks: number;
  freeBlocks: number;
}

export function heapUse({ state }: Kernel): HeapUse {
  const { start, end, inUse, peak, used, free } = state.heap;
  const largestFree = free.reduce((most, { size }) => Math.max(most, size), 0);
  const total = end - start;
  return {
    total,
    used: inUse,
    free: total - inUse,
    peak,
    largestFree,
    usedBlocks: used.size,
    freeBlocks: free.length,
  };
}

/** Stores a struct mallinfo at the address, which C passes for the structure that the function returns. */
export function mallinfo(k: Kernel, info: number): number {
  const { total, used, free, peak, largestFree, usedBlocks, freeBlocks } = heapUse(k);
  [total, freeBlocks, usedBlocks, largestFree, used, free, peak].forEach((value, i) =>
    k.memory.store32(info + 4 * i, value),
  );
  return 0;
}

/** Bytes that a block has room for, at least those that were asked for; 0 for null. */
export function malloc_usable_size({ state }: Kernel, address: number): number {
  return state.heap.used.get(address >>> 0)?.size ?? 0;
}

/** struct sysinfo. */
const Field = { uptime: 0, loads: 4, total: 16, free: 20, processes: 40, unit: 52 } as const;
const SYSINFO_SIZE = 56;

/** Stores a struct sysinfo: seconds since boot, RAM, and how many tasks there are. -EFAULT: nowhere to store it. */
export function sysinfo(k: Kernel, info: number): number {
  if (info === 0) return -Errno.EFAULT;
  const { total, free } = heapUse(k);
  k.memory.slice(info, SYSINFO_SIZE).fill(0);
  k.memory.store32(info + Field.uptime, Math.floor(uptimeNs(k) / 1e9));
  k.memory.store32(info + Field.total, total);
  k.memory.store32(info + Field.free, free);
  k.memory.store16(info + Field.processes, k.state.tasks.filter((tcb) => tcb !== null).length);
  k.memory.store32(info + Field.unit, 1);
  return 0;
}
