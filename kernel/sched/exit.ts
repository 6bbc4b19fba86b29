/** The end of tasks and threads (manual 2.1; NuttX: task_exithook.c, task_exit.c, task_delete.c). */
import { requestUpcall } from '../binfmt/activation';
import { cancelTimeout } from '../clock/timeout';
import { Errno } from '../errno';
import { note, Note, running, taskOf, type Kernel } from '../kernel';
import { releaseQueue } from '../mqueue/mqueue';
import { completeJoin, exitThread } from '../pthread/exit';
import { dropHolds } from '../semaphore/holder';
import { TaskState, type Tcb } from '../state';
import { cancelTask } from './cancel';
import { groupOf } from './group';
import { removeFrom, removeReady } from './readytorun';
import { stopSporadic } from './sporadic';
import { discardTask } from './task';
import { isBlocked, leaveSemaphore, waitListOf } from './waitlist';

/** The function that a task or thread began in has returned a value. */
export function entryReturned(k: Kernel, tcb: Tcb, value: number): void {
  if (tcb.kind === 'pthread') exitThread(k, tcb, value);
  else exitTask(k, tcb, value);
}

/**
 * Manual 2.1.4. The caller itself for pid 0 or its own, without its exit functions. With CONFIG_CANCELLATION_POINTS a
 * task goes at its next cancellation point, and one that does not let itself be cancelled goes when it does. ESRCH: no
 * such task.
 */
export function task_delete(k: Kernel, pid: number): number {
  const self = running(k);
  const tcb = pid === 0 ? self : pid < 0 ? null : taskOf(k, pid);
  if (!tcb || tcb.kind === 'idle' || tcb.kind === 'pthread') return -Errno.ESRCH;
  if (tcb.kind === 'kthread' && self.kind !== 'kthread') return -Errno.EACCES;
  if (cancelTask(k, tcb)) return 0;
  endTask(k, tcb, EXIT_SUCCESS);
  return 0;
}

/** Manual 2.1.9. Calls the exit functions, last registered first, writes out stdio, and ends the task with all its threads. */
export function exit(k: Kernel, status: number): number {
  exitTask(k, running(k), status);
  return 0;
}

/** What {@link exit} does, for the running task. It is not over when this returns: exit functions run on its stack. */
export function exitTask(k: Kernel, tcb: Tcb, status: number): void {
  tcb.exiting = true;
  const next = groupOf(k, tcb).exitFunctions.pop();
  if (next) {
    requestUpcall(tcb, next.entry, next.arg === null ? [] : [status, next.arg], 'exit', [status]);
    return;
  }
  k.firmware.flushStdio();
  endGroup(k, tcb, status);
}

/** An exit function has returned: the next one, or the end. It may have registered another. */
export function exitFunctionReturned(k: Kernel, tcb: Tcb, _value: number, [status]: number[]): void {
  exitTask(k, tcb, status!);
}

/** Manual 2.1.9. Ends the task with all its threads at once: no exit function is called, nothing is written out. */
export function _exit(k: Kernel, status: number): number {
  endGroup(k, running(k), status);
  return 0;
}

/** Cancels all other threads of the task's group and ends this one. */
function endGroup(k: Kernel, tcb: Tcb, status: number): void {
  killChildren(k, tcb);
  endTask(k, tcb, status & 0xff);
}

/** NuttX: group_kill_children. Every thread of the group goes but this one, whether it lets itself be cancelled or not. */
export function killChildren(k: Kernel, tcb: Tcb): void {
  for (const pid of groupOf(k, tcb).members.filter((member) => member !== tcb.pid)) {
    const sibling = taskOf(k, pid)!;
    sibling.cancel.state = CANCEL_ENABLE;
    if (!cancelTask(k, sibling)) endTask(k, sibling, EXIT_SUCCESS);
  }
}
const CANCEL_ENABLE = 0;
const EXIT_SUCCESS = 0;

/**
 * The end of one thread, of whatever kind and in whatever state: takes it out of everything it is in and frees what it
 * has; with the last of them goes the group. `status` is what exit was given.
 */
export function endTask(k: Kernel, tcb: Tcb, status: number): void {
  note(k, Note.stop, tcb.pid, status);
  cancelTimeout(k, tcb);
  stopSporadic(k, tcb);
  if (isBlocked(tcb)) {
    leaveSemaphore(k, tcb);
    removeFrom(k, waitListOf(k, tcb), tcb);
  } else {
    removeReady(k, tcb);
  }
  tcb.state = TaskState.Invalid;
  if (tcb.thread) completeJoin(k, tcb);
  dropHolds(k, tcb);
  leaveGroup(k, tcb, status);
  discardTask(k, tcb);
}

function leaveGroup(k: Kernel, tcb: Tcb, status: number): void {
  const { state } = k;
  const group = groupOf(k, tcb);
  group.members = group.members.filter((pid) => pid !== tcb.pid);
  if (group.members.length > 0) return;
  for (const descriptor of group.descriptors) {
    if (descriptor?.kind === 'mqueue') releaseQueue(k, state.queues.get(descriptor.queue)!);
  }
  state.groups.delete(group.id);
  if (group.parent === 0) state.exits.set(group.id, status & 0xff);
}
