/** Attributes of a condition variable (manual 2.8.42 and 2.8.43; NuttX: libs/libc/pthread/pthread_condattr_*.c). */
import { CLOCK_REALTIME, isWallClock } from '../clock/clock';
import { Errno } from '../errno';
import type { Kernel } from '../kernel';
import { byteGetter, byteSetter, clearer, sharing, wordGetter } from './attribute';

/** Offsets in pthread_condattr_t, and its size. */
const Attr = { pshared: 0, clock: 4, size: 8 } as const;

/** The clock of a condition variable that is to be; the address is null for the default attributes. */
export const loadCondClock = ({ memory }: Kernel, attr: number) =>
  attr === 0 ? CLOCK_REALTIME : memory.load32(attr + Attr.clock);

/** Manual 2.8.42. Private, CLOCK_REALTIME. -EINVAL: null. */
export const pthread_condattr_init = clearer(Attr.size);

/** Manual 2.8.43. -EINVAL: null. */
export const pthread_condattr_destroy = clearer(Attr.size);

/** -EINVAL: null. */
export const pthread_condattr_getpshared = byteGetter(Attr.pshared);

/** -EINVAL: null, or neither private nor shared. */
export const pthread_condattr_setpshared = byteSetter(Attr.pshared, sharing);

/** -EINVAL: null. */
export const pthread_condattr_getclock = wordGetter(Attr.clock);

/** The clock of pthread_cond_timedwait's times. -EINVAL: null, or no clock that one can wait on. */
export function pthread_condattr_setclock(k: Kernel, attr: number, clock: number): number {
  if (attr === 0 || !isWallClock(k, clock)) return -Errno.EINVAL;
  k.memory.store32(attr + Attr.clock, clock);
  return 0;
}
