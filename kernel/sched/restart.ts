/** task_restart (manual 2.1.5). */
import { cancelTimeout } from '../clock/timeout';
import { Errno } from '../errno';
import { running, taskOf, type Kernel } from '../kernel';
import { abandonMutexes } from '../pthread/mutex';
import { newThreadLocal } from '../pthread/state';
import { newTaskSignals } from '../signal/state';
import { NONE, TaskState, type Tcb } from '../state';
import { newCancellation } from './cancel';
import { abandonCalls } from '../fs/abandon';
import { killChildren } from './exit';
import { groupOf } from './group';
import { removeFrom, removeReady } from './readytorun';
import { activateTask } from './task';
import { isBlocked, leaveSemaphore, waitListOf } from './waitlist';

/**
 * Manual 2.1.5. Ends a task and lets it begin anew with its pid, its first priority and its arguments. Its threads are
 * gone then; its memory, what it has open and its environment stay. A semaphore that it waited for gets its count back.
 *
 * @returns 0, or -ENOSYS: the caller itself; -ESRCH: no such task, or a pthread; -EBUSY: a vfork child is on its stack
 */
export function task_restart(k: Kernel, pid: number): number {
  const self = running(k);
  if (pid === 0 || pid === self.pid) return -Errno.ENOSYS;
  const tcb = pid < 0 ? null : taskOf(k, pid);
  if (!tcb || tcb.kind === 'pthread' || tcb.group === 0) return -Errno.ESRCH;
  if (tcb.state === TaskState.Inactive || tcb.vforkParent !== NONE) return -Errno.EBUSY;
  killChildren(k, tcb);
  cancelTimeout(k, tcb);
  if (isBlocked(tcb)) {
    leaveSemaphore(k, tcb);
    removeFrom(k, waitListOf(k, tcb), tcb);
  } else {
    removeReady(k, tcb);
  }
  // It is in no list now, which those have to know who take back what they lent it.
  tcb.state = TaskState.Inactive;
  abandonMutexes(k, tcb);
  abandonCalls(k, tcb);
  reset(tcb);
  groupOf(k, tcb).exit = null;
  activateTask(k, tcb);
  return 0;
}

/**
 * As it was before its first instruction: argv is at the top of its stack still. Only a pthread's vfork child, which has
 * its stack for itself since the pthread has ended, has no argv.
 */
function reset(tcb: Tcb): void {
  const { entry, arg0, arg1, arg2 } = tcb.suspended[0] ?? tcb;
  Object.assign(tcb, {
    entry,
    arg0,
    arg1,
    arg2,
    stackPointer: arg1 === 0 ? tcb.stackBase + tcb.stackSize : arg1,
    frameStart: tcb.frameBase,
    frameTop: tcb.frameBase,
  });
  Object.assign(tcb, { suspended: [], upcall: null, attention: false, native: null, call: NONE, args: [], result: 0 });
  Object.assign(tcb, {
    waitFor: 0,
    polled: null,
    answer: null,
    lockCount: 0,
    irqMasked: false,
    priority: tcb.initPriority,
    basePriority: tcb.initPriority,
  });
  Object.assign(tcb, {
    signals: newTaskSignals(),
    cancel: newCancellation(),
    local: newThreadLocal(),
    exiting: false,
  });
}
