/**
 * I/O buffers (NuttX: mm/iob): what packets are kept in between the wire and the sockets. There are CONFIG_IOB_NBUFFERS of
 * CONFIG_IOB_BUFSIZE bytes, in the board's RAM from boot on. The bytes themselves are in the state; whoever keeps some takes
 * buffers for them first, and gives them back with them.
 */
import type { Kernel } from '../kernel';
import { allocate } from '../mm/heap';
import { sendersGoOn } from './datagram';

export interface IobPool {
  total: number;
  size: number;
  free: number;
  /** The fewest that were ever free, and how often there were not enough. */
  lowest: number;
  failed: number;
  /** Somebody waits for some to come back. */
  awaited: boolean;
}

export const createIobPool = (total: number, size: number): IobPool => ({
  total,
  size,
  free: total,
  lowest: total,
  failed: 0,
  awaited: false,
});

/** Takes the pool's memory, at boot; false when RAM has no room for it. */
export function reserveIobs(k: Kernel): boolean {
  const { total, size } = k.state.net.iobs;
  return total === 0 || allocate(k, total * size) !== 0;
}

/** Bytes that all buffers together hold. */
export const poolSize = ({ state }: Kernel): number => state.net.iobs.total * state.net.iobs.size;

const buffersFor = ({ size }: IobPool, bytes: number) => Math.max(1, Math.ceil(bytes / size));

/** Bytes of the buffers that hold so many: even of nothing, one is held. */
export const heldFor = ({ state }: Kernel, bytes: number): number =>
  buffersFor(state.net.iobs, bytes) * state.net.iobs.size;

/** Takes buffers for so many bytes; false when there are not enough. */
export function takeIobs({ state }: Kernel, bytes: number): boolean {
  const pool = state.net.iobs;
  const count = buffersFor(pool, bytes);
  if (count > pool.free) {
    pool.failed++;
    return false;
  }
  pool.free -= count;
  pool.lowest = Math.min(pool.lowest, pool.free);
  return true;
}

/** The share of the buffers that is for what is on its way, and not for what sockets keep (NuttX: CONFIG_IOB_THROTTLE). */
const THROTTLE = 1 / 8;

/** Bytes for which sockets can have buffers. */
export function roomToKeep({ state }: Kernel): number {
  const { free, total, size } = state.net.iobs;
  return Math.max(0, free - Math.floor(total * THROTTLE)) * size;
}

/** Takes buffers for what a socket keeps; false when there are not enough. */
export const takeToKeep = (k: Kernel, bytes: number): boolean =>
  heldFor(k, bytes) <= roomToKeep(k) && takeIobs(k, bytes);

/** The share that what waits to be sent leaves to what comes in: who sends all the time is to hear something, too. */
const RESERVE = 1 / 4;

/** Takes buffers for a frame that is to wait behind others; false when there are not enough. */
export function takeToSend(k: Kernel, bytes: number): boolean {
  const { free, total, size } = k.state.net.iobs;
  return bytes <= Math.max(0, free - Math.floor(total * RESERVE)) * size && takeIobs(k, bytes);
}

/** Gives back those of so many bytes. */
export function giveIobs(k: Kernel, bytes: number): void {
  const pool = k.state.net.iobs;
  pool.free += buffersFor(pool, bytes);
  if (pool.awaited) sendersGoOn(k);
}
