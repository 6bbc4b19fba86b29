/** Which signals a thread blocks (manual 2.7; NuttX: sig_procmask.c). */
import { Errno } from '../errno';
import { running, type Kernel } from '../kernel';
import type { Tcb } from '../state';
import { unmaskPending } from './pending';
import { isSignal, loadSet, only, storeSet, union, without, type SignalSet } from './set';
import { SIGKILL, SIGSTOP } from './signo';

export const SIG_BLOCK = 1;
export const SIG_UNBLOCK = 2;
const SIG_SETMASK = 3;

const unmaskable = union(only(SIGKILL), only(SIGSTOP));

/** What the thread blocks from now on; SIGKILL and SIGSTOP cannot be blocked. */
export function setMask(tcb: Tcb, mask: SignalSet): void {
  tcb.signals.mask = without(mask, unmaskable);
}

/**
 * Manual 2.7.9. Changes what the calling thread blocks, and stores what it blocked before; either may be null. What was
 * pending and is no longer blocked is handled before this returns. EINVAL: `how` is none of SIG_BLOCK, SIG_UNBLOCK and
 * SIG_SETMASK.
 */
export function sigprocmask(k: Kernel, how: number, set: number, old: number): number {
  const tcb = running(k);
  const before = tcb.signals.mask;
  const result = set === 0 ? 0 : changeMask(k, tcb, how, loadSet(k, set));
  if (result === 0 && old !== 0) storeSet(k, old, before);
  return result;
}

export function changeMask(k: Kernel, tcb: Tcb, how: number, set: SignalSet): number {
  const { mask } = tcb.signals;
  if (how === SIG_BLOCK) setMask(tcb, union(mask, set));
  else if (how === SIG_UNBLOCK) setMask(tcb, without(mask, set));
  else if (how === SIG_SETMASK) setMask(tcb, set);
  else return -Errno.EINVAL;
  unmaskPending(k, tcb);
  return 0;
}

/** Manual 2.7.10. Blocks one signal. EINVAL: no signal. */
export function sighold(k: Kernel, signo: number): number {
  return isSignal(signo) ? changeMask(k, running(k), SIG_BLOCK, only(signo)) : -Errno.EINVAL;
}

/** Manual 2.7.11. Blocks one signal no longer. EINVAL: no signal. */
export function sigrelse(k: Kernel, signo: number): number {
  return isSignal(signo) ? changeMask(k, running(k), SIG_UNBLOCK, only(signo)) : -Errno.EINVAL;
}
