/**
 * Watchdog timers: functions of the firmware that run at interrupt level (nuttx/wdog.h; NuttX: sched/wdog). The wdog_s is
 * the firmware's own; what is in it shows what the state here says.
 */
import { Errno } from '../errno';
import type { Kernel } from '../kernel';
import { allocate, release } from '../mm/heap';
import { cancelExpiry, startExpiry } from './timeout';

/** One that runs. */
export interface Wdog {
  address: number;
  tick: number;
  entry: number;
  arg: number;
}

/** Offsets in struct wdog_s. */
const Field = { arg: 4, func: 8, expired: 12, flags: 16 } as const;
const WDOG_SIZE = 20;
/** wd_create made it. */
const WDOGF_ALLOCED = 1;

/** A watchdog from the heap; 0 when that is full. */
export function wd_create(k: Kernel): number {
  const address = allocate(k, WDOG_SIZE);
  if (address === 0) return 0;
  wd_init(k, address);
  k.memory.store32(address + Field.flags, WDOGF_ALLOCED);
  return address;
}

/** Makes a watchdog of a wdog_s that the firmware has. */
export function wd_init(k: Kernel, wdog: number): number {
  k.memory.slice(wdog, WDOG_SIZE).fill(0);
  return 0;
}

/** Stops a watchdog, and gives it back to the heap if it came from there. Returns -EINVAL: there is none. */
export function wd_delete(k: Kernel, wdog: number): number {
  if (wdog === 0) return -Errno.EINVAL;
  wd_cancel(k, wdog);
  if (k.memory.load32(wdog + Field.flags) === WDOGF_ALLOCED) release(k, wdog);
  return 0;
}

/**
 * Lets `entry` be called with `arg` at interrupt level, `delay` ticks and one from now; one that runs starts anew.
 * Returns -EINVAL: no watchdog, no function, or a delay below 0.
 */
export function wd_start(k: Kernel, wdog: number, delay: number, entry: number, arg: number): number {
  if (wdog === 0 || delay < 0 || entry === 0) return -Errno.EINVAL;
  wd_cancel(k, wdog);
  const tick = k.state.ticks + delay + 1;
  k.state.wdogs.set(wdog, { address: wdog, tick, entry, arg });
  startExpiry(k, 'wdog', wdog, tick);
  k.memory.store32(wdog + Field.arg, arg);
  k.memory.store32(wdog + Field.func, entry);
  k.memory.store32(wdog + Field.expired, tick);
  return 0;
}

/** Stops a watchdog. Returns -EINVAL: there is none, or it does not run. */
export function wd_cancel(k: Kernel, wdog: number): number {
  const found = k.state.wdogs.get(wdog);
  if (!found) return -Errno.EINVAL;
  cancelExpiry(k, 'wdog', wdog, found.tick);
  stop(k, wdog);
  return 0;
}

/** Ticks until it is due; 0 when it does not run. */
export function wd_gettime({ state }: Kernel, wdog: number): number {
  const found = state.wdogs.get(wdog);
  return found ? Math.max(found.tick - state.ticks, 0) : 0;
}

/** Its tick has come. */
export function expireWdog(k: Kernel, address: number): void {
  const { entry, arg } = k.state.wdogs.get(address)!;
  stop(k, address);
  k.firmware.interrupt(entry, arg, 0);
}

function stop(k: Kernel, wdog: number): void {
  k.state.wdogs.delete(wdog);
  k.memory.store32(wdog + Field.func, 0);
}
