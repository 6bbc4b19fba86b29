/** Functions on a sigset_t, which is the caller's own memory (manual 2.7.1 to 2.7.5). */
import { Errno } from '../errno';
import type { Kernel } from '../kernel';
import { emptySet, has, isSignal, loadSet, only, storeSet, union, without } from './set';

/** Manual 2.7.1. No signal at all. EINVAL: no set. */
export function sigemptyset(k: Kernel, set: number): number {
  if (set === 0) return -Errno.EINVAL;
  storeSet(k, set, emptySet());
  return 0;
}

/** Manual 2.7.2. All signals. EINVAL: no set. */
export function sigfillset(k: Kernel, set: number): number {
  if (set === 0) return -Errno.EINVAL;
  storeSet(k, set, [-1, -1]);
  return 0;
}

/** Manual 2.7.3. EINVAL: no set, or no signal. */
export function sigaddset(k: Kernel, set: number, signo: number): number {
  if (set === 0 || !isSignal(signo)) return -Errno.EINVAL;
  storeSet(k, set, union(loadSet(k, set), only(signo)));
  return 0;
}

/** Manual 2.7.4. EINVAL: no set, or no signal. */
export function sigdelset(k: Kernel, set: number, signo: number): number {
  if (set === 0 || !isSignal(signo)) return -Errno.EINVAL;
  storeSet(k, set, without(loadSet(k, set), only(signo)));
  return 0;
}

/** Manual 2.7.5. 1 when the signal is in the set, else 0. EINVAL: no set, or no signal. */
export function sigismember(k: Kernel, set: number, signo: number): number {
  if (set === 0 || !isSignal(signo)) return -Errno.EINVAL;
  return has(loadSet(k, set), signo) ? 1 : 0;
}
