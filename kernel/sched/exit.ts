/** The end of tasks and threads (manual 2.1; NuttX: task_exithook.c, task_exit.c, task_delete.c). */
import { cancelTimeout } from '../clock/timeout';
import { Errno } from '../errno';
import { note, Note, running, taskOf, type Kernel } from '../kernel';
import { releaseQueue } from '../mqueue/mqueue';
import { exitThread } from '../pthread/exit';
import { dropHolder } from '../semaphore/holder';
import { TaskState, type Tcb } from '../state';
import { groupOf } from './group';
import { removeFrom, removeReady } from './readytorun';
import { discardTask } from './task';
import { isWaiting, leaveSemaphore, waitListOf } from './waitlist';

/** The function that a task or thread began in has returned a value. */
export function entryReturned(k: Kernel, tcb: Tcb, value: number): void {
  if (tcb.kind === 'pthread') exitThread(k, tcb, value);
  else exit(k, value);
}

/** Manual 2.1.4. The caller itself for pid 0 or its own. ESRCH: no such task. EACCES is not ours: any task may be deleted. */
export function task_delete(k: Kernel, pid: number): number {
  const self = running(k);
  if (pid === 0 || pid === self.pid) {
    endTask(k, self, 0);
    return 0;
  }
  const tcb = pid < 0 ? null : taskOf(k, pid);
  if (!tcb || tcb.kind === 'idle') return -Errno.ESRCH;
  endTask(k, tcb, 0);
  return 0;
}

/** Manual 2.1.10. Writes out stdio, then ends the task. */
export function exit(k: Kernel, status: number): number {
  k.firmware.flushStdio();
  return _exit(k, status);
}

/** An exit function has returned: the next one, or the end. */
export function exitFunctionReturned(_k: Kernel, _tcb: Tcb, _value: number, _context: number[]): void {}

/** Manual 2.1.11. */
export function _exit(k: Kernel, status: number): number {
  endTask(k, running(k), status);
  return 0;
}

/** Takes a task or thread out of everything it is in and frees what it has. `status` is what exit was given. */
export function endTask(k: Kernel, tcb: Tcb, status: number): void {
  note(k, Note.stop, tcb.pid, status);
  cancelTimeout(k, tcb);
  if (isWaiting(tcb)) {
    leaveSemaphore(k, tcb);
    removeFrom(k, waitListOf(k, tcb), tcb);
  } else {
    removeReady(k, tcb);
  }
  tcb.state = TaskState.Invalid;
  releaseHeld(k, tcb);
  leaveGroup(k, tcb, status);
  discardTask(k, tcb);
}

/** A dead task holds no semaphore; NuttX does not give the counts back either. */
function releaseHeld(k: Kernel, tcb: Tcb): void {
  for (const address of tcb.holds) {
    dropHolder(k.state.semaphores.get(address)!, tcb);
  }
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
