/** A queue of bytes, as plain data: what a serial driver has received, or is to send. */

export interface ByteQueue {
  bytes: Uint8Array;
  start: number;
  used: number;
  /** Bytes that it is to hold; what cannot wait is put in all the same. */
  limit: number;
}

export const createQueue = (limit: number): ByteQueue => ({ bytes: new Uint8Array(64), start: 0, used: 0, limit });

export const roomIn = ({ used, limit }: ByteQueue): number => Math.max(0, limit - used);

export function putByte(queue: ByteQueue, byte: number): void {
  if (queue.used === queue.bytes.length) grow(queue, queue.used + 1);
  queue.bytes[(queue.start + queue.used++) % queue.bytes.length] = byte;
}

export function putBytes(queue: ByteQueue, bytes: Uint8Array): void {
  if (queue.used + bytes.length > queue.bytes.length) grow(queue, queue.used + bytes.length);
  const end = (queue.start + queue.used) % queue.bytes.length;
  const head = Math.min(bytes.length, queue.bytes.length - end);
  queue.bytes.set(bytes.subarray(0, head), end);
  queue.bytes.set(bytes.subarray(head), 0);
  queue.used += bytes.length;
}

/** Takes the first byte of a queue that has one. */
export function takeByte(queue: ByteQueue): number {
  const byte = queue.bytes[queue.start]!;
  queue.start = (queue.start + 1) % queue.bytes.length;
  queue.used--;
  return byte;
}

/** Takes as many bytes as `target` has room for, or as there are; gives how many. */
export function takeBytes(queue: ByteQueue, target: Uint8Array): number {
  const count = Math.min(target.length, queue.used);
  const head = Math.min(count, queue.bytes.length - queue.start);
  target.set(queue.bytes.subarray(queue.start, queue.start + head));
  target.set(queue.bytes.subarray(0, count - head), head);
  queue.start = (queue.start + count) % queue.bytes.length;
  queue.used -= count;
  return count;
}

export function clearQueue(queue: ByteQueue): void {
  queue.start = queue.used = 0;
}

function grow(queue: ByteQueue, least: number): void {
  const bytes = new Uint8Array(Math.max(least, 2 * queue.bytes.length));
  const { used } = queue;
  takeBytes(queue, bytes.subarray(0, used));
  Object.assign(queue, { bytes, start: 0, used });
}
