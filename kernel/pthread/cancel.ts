/** Cancelling a thread, and the handlers that clean up after it (NuttX: pthread_cancel.c, tls_cleanup.c). */
import { requestUpcall } from '../binfmt/activation';
import { Errno } from '../errno';
import { running, taskOf, type Kernel } from '../kernel';
import { MachineFault } from '../memory';
import { quirk } from '../quirks';
import { cancelTask } from '../sched/cancel';
import { abortWait, isBlocked } from '../sched/waitlist';
import type { Tcb } from '../state';
import { endThread, exitThread } from './exit';
import { PTHREAD_CANCELED } from './state';

/**
 * Manual 2.8.14. Asks a thread to go. With deferred cancellation it goes at its next cancellation point, in its own
 * context; with asynchronous it is ended at once, after the caller has run its cleanup handlers (kernel/quirks.ts).
 *
 * @returns 0, or -ESRCH: no such thread
 */
export function pthread_cancel(k: Kernel, thread: number): number {
  const tcb = thread <= 0 ? null : taskOf(k, thread);
  if (!tcb || tcb.kind === 'kthread') return -Errno.ESRCH;
  if (!cancelTask(k, tcb)) cancelNow(k, tcb);
  return 0;
}

/** What is left to do when {@link cancelTask} says that the thread does not go by itself. */
export function cancelNow(k: Kernel, tcb: Tcb): void {
  const self = running(k);
  const { cleanups, values } = tcb.local;
  const leavesSomething = cleanups.length > 0 || values.some((value) => value !== 0);
  if (tcb === self || (leavesSomething && !quirk(k, 'asyncCancel', tcb.pid))) {
    if (isBlocked(tcb)) abortWait(k, tcb, -Errno.ECANCELED);
    exitThread(k, tcb, PTHREAD_CANCELED);
  } else if (self.upcall?.then === 'cancel') {
    self.upcall.context.push(tcb.pid);
  } else {
    cleanUpFor(k, self, [tcb.pid]);
  }
}

/** The canceller runs the next handler of the first of these threads; each is ended after its last one. */
function cleanUpFor(k: Kernel, canceller: Tcb, pids: number[]): void {
  for (const [i, pid] of pids.entries()) {
    const tcb = taskOf(k, pid);
    // It may have come to its end by itself while the canceller ran a handler.
    if (!tcb) continue;
    const handler = tcb.local.cleanups.pop();
    if (handler) {
      requestUpcall(canceller, handler.routine, [handler.arg], 'cancel', pids.slice(i));
      return;
    }
    endThread(k, tcb, PTHREAD_CANCELED);
  }
}

/** A handler has returned to the canceller. */
export function cancelCleanupReturned(k: Kernel, canceller: Tcb, _value: number, pids: number[]): void {
  cleanUpFor(k, canceller, pids);
}

/**
 * Manual 2.8.19. Pushes a function that is called when the thread exits or is cancelled.
 * @throws MachineFault for more than CONFIG_TLS_NCLEANUP of them
 */
export function pthread_cleanup_push(k: Kernel, routine: number, arg: number): number {
  const { cleanups } = running(k).local;
  const most = Number(k.state.settings.config.CONFIG_TLS_NCLEANUP);
  if (cleanups.length >= most) {
    throw new MachineFault(
      `More than ${most} cleanup handlers`,
      'A thread can push as many as CONFIG_TLS_NCLEANUP says. Raise it, or look for a push without a pop.',
    );
  }
  cleanups.push({ routine, arg });
  return 0;
}

/** Manual 2.8.18. Takes the function back that was pushed last, and calls it if `execute` is not 0. */
export function pthread_cleanup_pop(k: Kernel, execute: number): number {
  const tcb = running(k);
  const handler = tcb.local.cleanups.pop();
  if (handler && execute !== 0) requestUpcall(tcb, handler.routine, [handler.arg], 'nothing');
  return 0;
}
