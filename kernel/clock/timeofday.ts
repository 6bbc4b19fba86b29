/** CLOCK_REALTIME in other words (manual 2.6.18), and what the C library asks the system for. */
import { Errno } from '../errno';
import type { Kernel } from '../kernel';
import { CLOCK_REALTIME, readClock, setRealtime } from './clock';
import { isTimeval } from './timeval';

/** Seconds since 1970. `address` may be null. */
export function time(k: Kernel, address: number): number {
  const { sec } = readClock(k, CLOCK_REALTIME)!;
  if (address !== 0) k.memory.store64(address, sec);
  return sec;
}

/** Manual 2.6.18. The time zone is ignored. EINVAL: nowhere to put the time. */
export function gettimeofday(k: Kernel, address: number): number {
  if (address === 0) return -Errno.EINVAL;
  const { sec, nsec } = readClock(k, CLOCK_REALTIME)!;
  k.memory.store64(address, sec);
  k.memory.store64(address + 8, Math.floor(nsec / 1000));
  return 0;
}

/** Sets CLOCK_REALTIME; the time zone is ignored. EINVAL: no time, or microseconds that are none. */
export function settimeofday(k: Kernel, address: number): number {
  if (address === 0 || !isTimeval(k, address)) return -Errno.EINVAL;
  setRealtime(k, { sec: k.memory.load64(address), nsec: k.memory.load64(address + 8) * 1000 });
  return 0;
}
