/** Changing a task's priority in whatever state it is (NuttX: sched_setpriority.c). */
import { note, Note, running, taskOf, type Kernel } from '../kernel';
import { NONE, TaskState, type Tcb } from '../state';
import { addPrioritized, addReady, mergePending, removeFrom } from './readytorun';
import { isWaiting, waitListOf } from './waitlist';

/** Sets the priority that counts; the base priority stays. The task goes behind its new equals. */
export function setPriority(k: Kernel, tcb: Tcb, priority: number): void {
  if (tcb.priority !== priority) note(k, Note.priority, tcb.pid, tcb.priority, priority);
  if (tcb.state === TaskState.Running) setRunningPriority(k, tcb, priority);
  else if (tcb.state === TaskState.ReadyToRun || tcb.state === TaskState.Pending) setReadyPriority(k, tcb, priority);
  else if (isWaiting(tcb)) {
    const list = waitListOf(k, tcb);
    removeFrom(k, list, tcb);
    tcb.priority = priority;
    addPrioritized(k, list, tcb);
  } else {
    tcb.priority = priority;
  }
}

/**
 * The running task gives way to whoever outranks it now; with the scheduler locked those wait until it is unlocked.
 * Among equals it goes on, and the first of them goes behind the others, as a real NuttX has it.
 */
function setRunningPriority(k: Kernel, tcb: Tcb, priority: number): void {
  const { readyToRun, pending } = k.state;
  tcb.priority = priority;
  let next = tcb.next === NONE ? null : taskOf(k, tcb.next)!;
  if (!next || next.priority < priority) return;
  if (next.priority === priority) {
    removeFrom(k, readyToRun, next);
    addPrioritized(k, readyToRun, next);
    return;
  }
  if (tcb.lockCount === 0) {
    removeFrom(k, readyToRun, tcb);
    tcb.state = TaskState.ReadyToRun;
    addPrioritized(k, readyToRun, tcb);
    running(k).state = TaskState.Running;
    mergePending(k);
    return;
  }
  while (next && next.priority > priority) {
    removeFrom(k, readyToRun, next);
    next.state = TaskState.Pending;
    addPrioritized(k, pending, next);
    next = tcb.next === NONE ? null : taskOf(k, tcb.next)!;
  }
}

function setReadyPriority(k: Kernel, tcb: Tcb, priority: number): void {
  const { readyToRun, pending } = k.state;
  removeFrom(k, tcb.state === TaskState.Pending ? pending : readyToRun, tcb);
  tcb.priority = priority;
  addReady(k, tcb);
}
