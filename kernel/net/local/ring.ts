/** Bytes on their way between local sockets: in the board's heap, as NuttX has them in a FIFO's buffer. */
import type { Kernel } from '../../kernel';
import { allocate, release } from '../../mm/heap';

export interface Ring {
  /** 0 for none. */
  address: number;
  size: number;
  start: number;
  used: number;
}

export const noRing = (): Ring => ({ address: 0, size: 0, start: 0, used: 0 });

/** Room for so many bytes; false when the heap has none. */
export function makeRing(k: Kernel, ring: Ring, size: number): boolean {
  const address = allocate(k, size);
  if (address !== 0) Object.assign(ring, { address, size, start: 0, used: 0 });
  return address !== 0;
}

export function releaseRing(k: Kernel, ring: Ring): void {
  if (ring.address !== 0) release(k, ring.address);
  Object.assign(ring, noRing());
}

/** Puts bytes behind those that are there; there is room. */
export function putBytes(k: Kernel, ring: Ring, bytes: Uint8Array): void {
  const { address, size, start, used } = ring;
  const at = (start + used) % size;
  const head = Math.min(bytes.length, size - at);
  k.memory.slice(address + at, head).set(bytes.subarray(0, head));
  k.memory.slice(address, bytes.length - head).set(bytes.subarray(head));
  ring.used += bytes.length;
}

/** The first bytes; they stay. */
export function peekBytes(k: Kernel, { address, size, start }: Ring, count: number): Uint8Array {
  const bytes = new Uint8Array(count);
  const head = Math.min(count, size - start);
  bytes.set(k.memory.slice(address + start, head));
  bytes.set(k.memory.slice(address, count - head), head);
  return bytes;
}

/** The first bytes go. */
export function dropBytes(ring: Ring, count: number): void {
  ring.start = (ring.start + count) % ring.size;
  ring.used -= count;
}
