/** Signals that came while they were blocked (NuttX: sig_pending.c, sig_unmaskpendingsignal.c). */
import { Errno } from '../errno';
import { note, Note, running, type Kernel } from '../kernel';
import { groupOf } from '../sched/group';
import { NONE, type Group, type Tcb } from '../state';
import { dispatch } from './send';
import { emptySet, has, only, storeSet, union, without, type SignalSet } from './set';
import type { PendingSignal } from './state';

function mayTake(tcb: Tcb, { thread }: PendingSignal): boolean {
  return thread === NONE || thread === tcb.pid;
}

/** What is pending for the thread or for its group. */
function pendingSet(k: Kernel, tcb: Tcb): SignalSet {
  return groupOf(k, tcb)
    .signals.pending.filter((signal) => mayTake(tcb, signal))
    .reduce((set, { signo }) => union(set, only(signo)), emptySet());
}

/** Takes the oldest pending signal of the lowest number in the set that the thread may take. */
export function takePending(k: Kernel, tcb: Tcb, set: SignalSet): PendingSignal | null {
  const { pending } = groupOf(k, tcb).signals;
  let found: PendingSignal | null = null;
  for (const signal of pending) {
    if (has(set, signal.signo) && mayTake(tcb, signal) && signal.signo < (found?.signo ?? Infinity)) found = signal;
  }
  if (found) pending.splice(pending.indexOf(found), 1);
  return found;
}

/**
 * The running thread's mask has changed: what is pending and no longer blocked is let through, one of each number,
 * lowest first. As on NuttX the first handler runs at once, and what else is let through comes when it has returned.
 * Whether there was anything.
 */
export function unmaskPending(k: Kernel, tcb: Tcb): boolean {
  const { signals } = tcb;
  let open = without(pendingSet(k, tcb), signals.mask);
  for (let any = false; ; any = true) {
    const signal = takePending(k, tcb, open);
    if (!signal) return any;
    open = without(open, only(signal.signo));
    dispatch(k, tcb, signal, signal.thread);
    if (signals.queue.length > 0 && signals.handling === 0) return true;
  }
}

/** Manual 2.7.12. Stores the set of signals that are pending for the calling thread. EINVAL: nowhere to store it. */
export function sigpending(k: Kernel, set: number): number {
  if (set === 0) return -Errno.EINVAL;
  storeSet(k, set, pendingSet(k, running(k)));
  return 0;
}

/** A thread has left its group: nobody gets what was pending for it, nor, when it was the last, for the group. */
export function dropPending(k: Kernel, { members, signals }: Group, tcb: Tcb): void {
  const stays = ({ thread }: PendingSignal) => members.length > 0 && thread !== tcb.pid;
  for (const signal of signals.pending) {
    if (!stays(signal)) note(k, Note.signal_discard, tcb.pid, signal.signo, signal.pid, signal.code, signal.value);
  }
  signals.pending = signals.pending.filter(stays);
}
