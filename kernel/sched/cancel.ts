/**
 * Cancellation of threads and tasks (manual 2.1.6 to 2.1.8, 2.8.14 to 2.8.17; NuttX: nxnotify_cancellation,
 * lib_task_cancelpt.c). Deferred cancellation needs CONFIG_CANCELLATION_POINTS; without, all cancellation is
 * asynchronous.
 */
import { Errno } from '../errno';
import { note, Note, running, type Kernel } from '../kernel';
import { PTHREAD_CANCELED } from '../pthread/state';
import { exitThread } from '../pthread/exit';
import { NONE, type Tcb } from '../state';
import { abortWait, isWaiting } from './waitlist';

export const CANCEL_ENABLE = 0;
export const CANCEL_DISABLE = 1;
const CANCEL_DEFERRED = 0;
const CANCEL_ASYNCHRONOUS = 1;

export interface Cancellation {
  /** {@link CANCEL_ENABLE} or {@link CANCEL_DISABLE}. */
  state: number;
  /** {@link CANCEL_DEFERRED} or {@link CANCEL_ASYNCHRONOUS}. */
  type: number;
  /** It was asked to go and has not gone yet. */
  pending: boolean;
}

export const newCancellation = (): Cancellation => ({ state: CANCEL_ENABLE, type: CANCEL_DEFERRED, pending: false });

function isDeferred({ state }: Kernel, { cancel }: Tcb): boolean {
  return state.settings.config.CONFIG_CANCELLATION_POINTS === true && cancel.type === CANCEL_DEFERRED;
}

/**
 * Asks a thread to go (NuttX: nxnotify_cancellation). True when it goes later by itself: at its next cancellation point,
 * which is now when it waits in one, or when it lets itself be cancelled. False when the caller has to end it now.
 */
export function cancelTask(k: Kernel, tcb: Tcb): boolean {
  note(k, Note.cancel, tcb.pid, running(k).pid);
  if (tcb.cancel.state === CANCEL_DISABLE) {
    tcb.cancel.pending = true;
    return true;
  }
  if (!isDeferred(k, tcb)) return false;
  if (tcb.cancel.pending) return true;
  tcb.cancel.pending = true;
  if (isWaiting(tcb) && tcb.call !== NONE && k.calls[tcb.call]!.cancels) {
    abortWait(k, tcb, -Errno.ECANCELED);
  }
  return true;
}

/**
 * At a cancellation point of a task with a cancellation pending: it goes, unless it does not let itself be cancelled.
 * True when it goes.
 */
export function atCancellationPoint(k: Kernel, tcb: Tcb): boolean {
  if (tcb.cancel.state === CANCEL_DISABLE || !isDeferred(k, tcb)) return false;
  goNow(k, tcb);
  return true;
}

/** The running thread acts upon its cancellation. A task's main thread goes alone, too: no exit functions are called. */
function goNow(k: Kernel, tcb: Tcb): void {
  tcb.cancel.pending = false;
  exitThread(k, tcb, PTHREAD_CANCELED);
}

/**
 * Manual 2.1.6. Says whether the caller can be cancelled, and stores how it was, unless `oldState` is null. An
 * asynchronous cancellation that was waiting for this happens.
 *
 * @returns 0, or -EINVAL: no such state
 */
export function task_setcancelstate(k: Kernel, state: number, oldState: number): number {
  const tcb = running(k);
  if (oldState !== 0) k.memory.store32(oldState, tcb.cancel.state);
  if (state !== CANCEL_ENABLE && state !== CANCEL_DISABLE) return -Errno.EINVAL;
  tcb.cancel.state = state;
  goIfAsynchronous(k, tcb);
  return 0;
}

/**
 * Manual 2.1.7. Says when the caller is cancelled, and stores how it was, unless `oldType` is null. To become
 * asynchronous with a cancellation pending is to go.
 *
 * @returns 0, or -EINVAL: no such type, or deferred without CONFIG_CANCELLATION_POINTS
 */
export function task_setcanceltype(k: Kernel, type: number, oldType: number): number {
  const tcb = running(k);
  const points = k.state.settings.config.CONFIG_CANCELLATION_POINTS === true;
  if (oldType !== 0) k.memory.store32(oldType, isDeferred(k, tcb) ? CANCEL_DEFERRED : CANCEL_ASYNCHRONOUS);
  if (type !== CANCEL_ASYNCHRONOUS && !(type === CANCEL_DEFERRED && points)) return -Errno.EINVAL;
  tcb.cancel.type = type;
  goIfAsynchronous(k, tcb);
  return 0;
}

function goIfAsynchronous(k: Kernel, tcb: Tcb): void {
  if (tcb.cancel.pending && tcb.cancel.state === CANCEL_ENABLE && !isDeferred(k, tcb)) goNow(k, tcb);
}

/** Manual 2.1.8. A cancellation point and nothing else: the table says so. */
export function task_testcancel(): number {
  return 0;
}
