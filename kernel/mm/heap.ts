/**
 * The heap (manual: malloc and free are the kernel's on a flat build). First fit over free blocks by address. Every
 * block is preceded in RAM by a header that the firmware can only change by writing out of bounds, which free notices.
 */
import { Errno } from '../errno';
import { note, Note, running, type Kernel } from '../kernel';
import { MachineFault } from '../memory';
import { forgetSyncObjects } from '../pthread/objects';
import { forgetSemaphores } from '../semaphore/sem';

const ALIGNMENT = 16;
/** size, size ^ MAGIC, owner's pid, 0 */
const HEADER = 16;
const MAGIC = 0x6e757478;

const roundUp = (value: number, to: number) => Math.ceil(value / to) * to;

/** Address of a new block, or 0. `alignment` is a power of two. */
export function allocate(k: Kernel, size: number, alignment = ALIGNMENT): number {
  const { heap } = k.state;
  const { free, used } = heap;
  const wanted = roundUp(Math.max(size, 1), ALIGNMENT);
  for (let i = 0; i < free.length; i++) {
    const block = free[i]!;
    const address = roundUp(block.address + HEADER, alignment);
    const end = address + wanted;
    if (end > block.address + block.size) continue;
    const rest = [
      { address: block.address, size: address - HEADER - block.address },
      { address: end, size: block.address + block.size - end },
    ].filter((part) => part.size > 0);
    free.splice(i, 1, ...rest);
    const { pid } = running(k);
    used.set(address, { size: wanted, pid });
    heap.inUse += wanted + HEADER;
    heap.peak = Math.max(heap.peak, heap.inUse);
    writeHeader(k, address, wanted, pid);
    note(k, Note.heap_alloc, pid, address, size);
    return address;
  }
  return 0;
}

function writeHeader({ memory }: Kernel, address: number, size: number, pid: number): void {
  memory.store32(address - HEADER, size);
  memory.store32(address - HEADER + 4, size ^ MAGIC);
  memory.store32(address - HEADER + 8, pid);
  memory.store32(address - HEADER + 12, 0);
}

/** @throws MachineFault when the address is no allocated block or the block's header was overwritten. */
export function release(k: Kernel, address: number): void {
  const { free, used } = k.state.heap;
  const block = checked(k, address, 'free');
  used.delete(address);
  k.state.heap.inUse -= block.size + HEADER;
  forgetSemaphores(k, address, address + block.size);
  forgetSyncObjects(k, address, address + block.size);
  note(k, Note.heap_free, running(k).pid, address);
  // Join with the neighbours, so that the free list stays short.
  const start = address - HEADER;
  const at = free.findIndex((other) => other.address > start);
  const index = at < 0 ? free.length : at;
  free.splice(index, 0, { address: start, size: block.size + HEADER });
  join(free, index);
  join(free, index - 1);
}

function join(free: { address: number; size: number }[], index: number): void {
  const block = free[index];
  const next = free[index + 1];
  if (!block || !next || block.address + block.size !== next.address) return;
  block.size += next.size;
  free.splice(index + 1, 1);
}

function checked(k: Kernel, address: number, call: string): { size: number; pid: number } {
  const hex = `0x${(address >>> 0).toString(16).padStart(8, '0')}`;
  const block = k.state.heap.used.get(address >>> 0);
  if (!block) {
    throw new MachineFault(
      `${call} of ${hex}, which is no allocated block`,
      'It was freed before, or never came from malloc, or is an address inside of a block.',
    );
  }
  const header = address - HEADER;
  if (k.memory.load32(header) !== block.size || k.memory.load32(header + 4) !== (block.size ^ MAGIC)) {
    throw new MachineFault(
      `heap corrupted: the header of the block at ${hex} was overwritten`,
      `Something wrote past the end of the block before it, or in front of this one (${block.size} bytes, allocated by task ${block.pid}).`,
    );
  }
  return block;
}

/** Address of a new block. ENOMEM: no free block is large enough. */
export function malloc(k: Kernel, size: number): number {
  return allocate(k, size >>> 0) || -Errno.ENOMEM;
}

/** The same for `count` objects of `size` bytes, zeroed. */
export function calloc(k: Kernel, count: number, size: number): number {
  const bytes = (count >>> 0) * (size >>> 0);
  const address = allocate(k, bytes);
  if (!address) return -Errno.ENOMEM;
  k.memory.slice(address, bytes).fill(0);
  return address;
}

/** A block of another size with the same contents; for size 0 it is freed. ENOMEM: the old one stays as it is. */
export function realloc(k: Kernel, old: number, size: number): number {
  if (old === 0) return malloc(k, size);
  if (size === 0) {
    checked(k, old, 'realloc');
    release(k, old);
    return 0;
  }
  return reallocate(k, old, size >>> 0) || -Errno.ENOMEM;
}

/** A block becomes larger: where it is, if what follows is free, else elsewhere. Its address, or 0: it stays as it is. */
export function reallocate(k: Kernel, old: number, size: number): number {
  const block = checked(k, old, 'realloc');
  if (size <= block.size || extend(k, old, block.size, roundUp(size, ALIGNMENT))) return old;
  const address = allocate(k, size);
  if (address === 0) return 0;
  k.memory.slice(address, block.size).set(k.memory.slice(old, block.size));
  release(k, old);
  return address;
}

/** Takes from the free block behind; false when there is none, or too little in it. */
function extend(k: Kernel, address: number, size: number, wanted: number): boolean {
  const { heap } = k.state;
  const index = heap.free.findIndex((other) => other.address === address + size);
  const next = heap.free[index];
  const more = wanted - size;
  if (!next || next.size < more) return false;
  if (next.size === more) heap.free.splice(index, 1);
  else Object.assign(next, { address: next.address + more, size: next.size - more });
  const { pid } = running(k);
  heap.used.set(address, { size: wanted, pid });
  heap.inUse += more;
  heap.peak = Math.max(heap.peak, heap.inUse);
  writeHeader(k, address, wanted, pid);
  note(k, Note.heap_free, pid, address);
  note(k, Note.heap_alloc, pid, address, wanted);
  return true;
}

/** A block at a multiple of `alignment`. EINVAL: that is no power of two; ENOMEM. */
export function memalign(k: Kernel, alignment: number, size: number): number {
  if (alignment <= 0 || (alignment & (alignment - 1)) !== 0) return -Errno.EINVAL;
  return allocate(k, size >>> 0, Math.max(alignment, ALIGNMENT)) || -Errno.ENOMEM;
}

export function free(k: Kernel, address: number): number {
  if (address !== 0) release(k, address);
  return 0;
}
