/** What a group does with a signal (manual 2.7; NuttX: sig_action.c). */
import { Errno } from '../errno';
import { running, type Kernel } from '../kernel';
import { keepsStatus, suppressChildStatus } from '../sched/children';
import { groupOf } from '../sched/group';
import type { Group } from '../state';
import { SIG_IGN, defaultAction, isCatchable, sigDfl, sigHold } from './default';
import { changeMask, SIG_BLOCK, SIG_UNBLOCK } from './mask';
import { emptySet, isSignal, loadSet, only, storeSet } from './set';
import { SIGCHLD } from './signo';
import type { DefaultAction, SignalAction } from './state';

const SA_NOCLDWAIT = 1 << 2;

/** Offsets in struct sigaction. */
const Action = { handler: 0, mask: 4, flags: 12, user: 16 } as const;

/** What is due when a signal comes; null for nothing. The kernel's own threads have no default actions. */
export function actionOf(k: Kernel, group: Group, signo: number): SignalAction | DefaultAction | null {
  const action = group.signals.actions.get(signo);
  if (!action) return group.id === 0 ? null : defaultAction(k, signo);
  return action.handler === SIG_IGN ? null : action;
}

/** Manual 2.7.6. Examines and sets the action of a signal. EINVAL: no signal, or one that cannot be caught. */
export function sigaction(k: Kernel, signo: number, act: number, old: number): number {
  if (!isSignal(signo)) return -Errno.EINVAL;
  if (old !== 0) storeAction(k, old, signo);
  return act === 0 ? 0 : setAction(k, signo, loadAction(k, act));
}

/** Sets the action of a signal for the running task's group. */
function setAction(k: Kernel, signo: number, action: SignalAction): number {
  if (!isCatchable(k, signo)) return -Errno.EINVAL;
  const group = groupOf(k, running(k));
  // As on NuttX, once said it stays so.
  if (signo === SIGCHLD && action.flags & SA_NOCLDWAIT && keepsStatus(k)) suppressChildStatus(k, group);
  if (action.handler === sigDfl(k)) group.signals.actions.delete(signo);
  else group.signals.actions.set(signo, action);
  return 0;
}

/**
 * Sets what runs when a signal comes: a function, SIG_DFL or SIG_IGN. Gives what was there, or SIG_ERR with errno EINVAL:
 * no signal, or one that cannot be caught.
 */
export function signal(k: Kernel, signo: number, handler: number): number {
  if (!isSignal(signo)) return -Errno.EINVAL;
  const before = handlerOf(k, signo);
  const result = setAction(k, signo, { handler, mask: emptySet(), flags: 0, user: 0 });
  return result < 0 ? result : before;
}

/** Manual 2.7.8. As {@link signal}, and the signal is no longer blocked; SIG_HOLD blocks it and changes nothing else. */
export function sigset(k: Kernel, signo: number, handler: number): number {
  if (!isSignal(signo)) return -Errno.EINVAL;
  if (handler === sigHold(k)) {
    changeMask(k, running(k), SIG_BLOCK, only(signo));
    return handler;
  }
  const before = signal(k, signo, handler);
  if (before >= 0) changeMask(k, running(k), SIG_UNBLOCK, only(signo));
  return before;
}

/** Manual 2.7.7. EINVAL: no signal, or one that cannot be ignored. */
export function sigignore(k: Kernel, signo: number): number {
  const before = signal(k, signo, SIG_IGN);
  return before < 0 ? before : 0;
}

function handlerOf(k: Kernel, signo: number): number {
  return groupOf(k, running(k)).signals.actions.get(signo)?.handler ?? sigDfl(k);
}

function loadAction(k: Kernel, address: number): SignalAction {
  const { memory } = k;
  return {
    handler: memory.load32(address + Action.handler),
    mask: loadSet(k, address + Action.mask),
    flags: memory.load32(address + Action.flags),
    user: memory.load32(address + Action.user),
  };
}

function storeAction(k: Kernel, address: number, signo: number): void {
  const { memory } = k;
  const action = groupOf(k, running(k)).signals.actions.get(signo);
  memory.store32(address + Action.handler, handlerOf(k, signo));
  storeSet(k, address + Action.mask, action?.mask ?? emptySet());
  memory.store32(address + Action.flags, action?.flags ?? 0);
  memory.store32(address + Action.user, action?.user ?? 0);
}
