/** Sending a signal to a thread or to a group (NuttX: sig_dispatch.c, group_signal.c). */
import { Errno } from '../errno';
import { note, Note, taskOf, type Kernel } from '../kernel';
import { groupOf } from '../sched/group';
import { abortWait, isWaiting } from '../sched/waitlist';
import { NONE, TaskState, type Group, type Tcb } from '../state';
import { actionOf } from './action';
import { continueGroup } from './default';
import { storeInfo } from './info';
import { emptySet, has } from './set';
import { SIGCONT, SIGRTMIN } from './signo';
import type { PendingSignal, SigInfo } from './state';

/** Sends a signal to one thread. ESRCH: it is on its way out. */
export function sendToThread(k: Kernel, tcb: Tcb, info: SigInfo): number {
  if (tcb.exiting) return -Errno.ESRCH;
  if (info.signo === 0) return 0;
  note(k, Note.signal_send, info.pid, info.signo, tcb.pid, info.code, info.value);
  dispatch(k, tcb, info, tcb.pid);
  return 0;
}

/**
 * Sends a signal to a group, of which one thread gets it: one that waits for it with sigwaitinfo, or else one that does
 * not block it, the oldest first. When all block it, it is pending for the first that does so no longer. ESRCH: all are
 * on their way out.
 */
export function sendToGroup(k: Kernel, group: Group, info: SigInfo): number {
  const threads = group.members.map((pid) => taskOf(k, pid)!).filter((tcb) => !tcb.exiting && tcb.kind !== 'idle');
  const [first] = threads;
  if (!first) return -Errno.ESRCH;
  const { signo } = info;
  if (signo === 0) return 0;
  note(k, Note.signal_send, info.pid, signo, group.id, info.code, info.value);
  const target =
    threads.find((tcb) => waitsFor(tcb, signo)) ?? threads.find((tcb) => !has(tcb.signals.mask, signo)) ?? first;
  dispatch(k, target, info, NONE);
  return 0;
}

function waitsFor(tcb: Tcb, signo: number): boolean {
  return tcb.state === TaskState.WaitSig && has(tcb.signals.waited, signo);
}

/** A signal has found its thread. When that blocks it, it is pending: for `thread` alone, or for the group with NONE. */
export function dispatch(k: Kernel, tcb: Tcb, info: SigInfo, thread: number): void {
  const accepted = waitsFor(tcb, info.signo);
  if (!has(tcb.signals.mask, info.signo)) act(k, tcb, info, accepted);
  else if (!accepted) addPending(k, tcb, info, thread);
  if (accepted) accept(k, tcb, info);
}

/** Nothing blocks the signal: its action is due, and whatever the thread waits for, the wait is over. */
function act(k: Kernel, tcb: Tcb, info: SigInfo, accepted: boolean): void {
  const { signo, pid, code, value } = info;
  const action = actionOf(k, groupOf(k, tcb), signo);
  if (action) {
    tcb.signals.queue.push({ info, action });
    tcb.attention = true;
  } else if (!accepted) {
    note(k, Note.signal_ignore, tcb.pid, signo, pid, code, value);
  }
  if (signo === SIGCONT) continueGroup(k, groupOf(k, tcb), info.pid);
  if (isWaiting(tcb) && !accepted) abortWait(k, tcb, -Errno.EINTR);
}

/** sigwaitinfo gets the signal. */
function accept(k: Kernel, tcb: Tcb, info: SigInfo): void {
  const { signals } = tcb;
  noteAccepted(k, tcb, info);
  if (signals.infoAddress !== 0) storeInfo(k, signals.infoAddress, info);
  signals.waited = emptySet();
  signals.accepted = info;
  abortWait(k, tcb, info.signo);
}

export function noteAccepted(k: Kernel, tcb: Tcb, { signo, pid, code, value }: SigInfo): void {
  note(k, Note.signal_accept, tcb.pid, signo, pid, code, value);
}

/** Of a standard signal that is pending for the same taker already the last value counts; real-time signals queue. */
function addPending(k: Kernel, tcb: Tcb, info: SigInfo, thread: number): void {
  const { pending } = groupOf(k, tcb).signals;
  const same = (other: PendingSignal) => other.signo === info.signo && other.thread === thread;
  const before = info.signo < SIGRTMIN ? pending.find(same) : undefined;
  if (before) {
    note(k, Note.signal_discard, tcb.pid, before.signo, before.pid, before.code, before.value);
    Object.assign(before, info);
  } else {
    pending.push({ ...info, thread });
  }
  note(k, Note.signal_queue, tcb.pid, info.signo, info.pid, info.code, info.value);
}
