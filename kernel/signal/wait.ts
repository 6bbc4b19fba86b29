/** Waiting for signals (manual 2.7; NuttX: sig_timedwait.c, sig_suspend.c). */
import { isValid, loadTimespec, NSEC_PER_SEC, ticksOf, type Timespec } from '../clock/timespec';
import { cancelTimeout, startTimeout } from '../clock/timeout';
import { Errno } from '../errno';
import { BLOCKED, running, type Kernel } from '../kernel';
import { block } from '../sched/readytorun';
import { sched_yield } from '../sched/setscheduler';
import { TaskState } from '../state';
import { storeInfo } from './info';
import { setMask } from './mask';
import { takePending, unmaskPending } from './pending';
import { noteAccepted } from './send';
import { emptySet, isSignal, loadSet, only, without, type SignalSet } from './set';

/**
 * Waits for one of the signals in a set, blocked or not, at most until a tick; 0 is for ever. Whatever other signal is
 * not blocked ends the wait as well.
 */
function waitFor(k: Kernel, set: SignalSet, infoAddress: number, deadline: number): number {
  const tcb = running(k);
  tcb.signals.waited = set;
  tcb.signals.infoAddress = infoAddress;
  if (deadline > 0) startTimeout(k, tcb, deadline);
  block(k, tcb, TaskState.WaitSig, k.state.waitingForSignal);
  return BLOCKED;
}

/** What {@link waitFor} gives when it is over: the signal's number, or EAGAIN for the limit, EINTR for another signal. */
export function waited(k: Kernel): number {
  const tcb = running(k);
  cancelTimeout(k, tcb);
  tcb.signals.waited = emptySet();
  return tcb.result === 0 ? -Errno.EAGAIN : tcb.result;
}

/**
 * Manual 2.7.16. Takes a pending signal of the set, the lowest first, or waits for one, at most for a time, which is
 * counted in whole ticks and one more; null is for ever. Stores what is known of the signal unless `info` is null, and
 * gives its number. EAGAIN: the time is over; EINTR: another signal came; EINVAL: no set, or a time that is none.
 */
export function sigtimedwait(k: Kernel, set: number, info: number, timeout: number): number {
  if (set === 0) return -Errno.EINVAL;
  const time = timeout === 0 ? null : loadTimespec(k, timeout);
  return timedWait(k, loadSet(k, set), info, time);
}

/** The same of what was loaded. When it gives BLOCKED, the wait's result is that of {@link waited}. */
export function timedWait(k: Kernel, wanted: SignalSet, info: number, time: Timespec | null): number {
  const tcb = running(k);
  const signal = takePending(k, tcb, wanted);
  if (signal) {
    noteAccepted(k, tcb, signal);
    if (info !== 0) storeInfo(k, info, signal);
    return signal.signo;
  }
  if (!time) return waitFor(k, wanted, info, 0);
  if (!isValid(time)) return -Errno.EINVAL;
  const ticks = ticksOf(k.state, time.sec * NSEC_PER_SEC + time.nsec);
  if (ticks > 0) return waitFor(k, wanted, info, k.state.ticks + ticks + 1);
  sched_yield(k);
  return -Errno.EAGAIN;
}

export const resumeSigtimedwait = waited;

/** Manual 2.7.15. {@link sigtimedwait} without a limit. */
export function sigwaitinfo(k: Kernel, set: number, info: number): number {
  return sigtimedwait(k, set, info, 0);
}

/** {@link sigwaitinfo} that stores the signal's number and gives the errno. EINVAL: no set, or nowhere to store it; EINTR. */
export function sigwait(k: Kernel, set: number, signo: number): number {
  return signo === 0 ? -Errno.EINVAL : storeSigno(k, sigtimedwait(k, set, 0, 0), signo);
}

export function resumeSigwait(k: Kernel, _set: number, signo: number): number {
  return storeSigno(k, waited(k), signo);
}

function storeSigno(k: Kernel, result: number, signo: number): number {
  if (result < 0) return result;
  k.memory.store32(signo, result);
  return 0;
}

/** Manual 2.7.19. Waits for any signal that is not blocked. EINTR: it came. */
export function pause(k: Kernel): number {
  return waitFor(k, emptySet(), 0, 0);
}

/**
 * Manual 2.7.13. Blocks the signals of a set in place of those that are blocked, until a signal comes or when one that
 * is pending is no longer blocked. EINTR: it came; EINVAL: no set.
 */
export function sigsuspend(k: Kernel, set: number): number {
  return set === 0 ? -Errno.EINVAL : suspend(k, loadSet(k, set));
}

/** Manual 2.7.14. {@link sigsuspend} with what is blocked but for one signal. EINTR: a signal came; EINVAL: no signal. */
export function sigpause(k: Kernel, signo: number): number {
  return isSignal(signo) ? suspend(k, without(running(k).signals.mask, only(signo))) : -Errno.EINVAL;
}

/** What is let through at once is handled before the call goes on, so this stays unanswered then too. */
function suspend(k: Kernel, mask: SignalSet): number {
  const tcb = running(k);
  tcb.signals.suspendedMasks.push(tcb.signals.mask);
  setMask(tcb, mask);
  return unmaskPending(k, tcb) ? BLOCKED : waitFor(k, emptySet(), 0, 0);
}

export function resumeSigsuspend(k: Kernel): number {
  const tcb = running(k);
  tcb.signals.mask = tcb.signals.suspendedMasks.pop()!;
  unmaskPending(k, tcb);
  return -Errno.EINTR;
}
