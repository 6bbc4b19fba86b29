/** Changing a task's priority in whatever state it is (NuttX: sched_setpriority.c). */
import { note, Note, running, taskOf, type Kernel } from '../kernel';
import { NONE, TaskState, type Tcb } from '../state';
import { addPrioritized, addReady, mergePending, removeFrom } from './readytorun';
import { isBlocked, waitListOf } from './waitlist';

/** Sets the priority that counts; the base priority stays. The task goes behind its new equals, also at the same priority. */
export function setPriority(k: Kernel, tcb: Tcb, priority: number): void {
  if (tcb.priority !== priority) note(k, Note.priority, tcb.pid, tcb.priority, priority);
  if (tcb.state === TaskState.Running) setRunningPriority(k, tcb, priority);
  else if (tcb.state === TaskState.ReadyToRun || tcb.state === TaskState.Pending) setReadyPriority(k, tcb, priority);
  else if (isBlocked(tcb)) {
    const list = waitListOf(k, tcb);
    removeFrom(k, list, tcb);
    tcb.priority = priority;
    addPrioritized(k, list, tcb);
  } else {
    tcb.priority = priority;
  }
}

/** Sets the priority of a task for good; what it was lent is forgotten. As a call does it: see {@link setRunningPriority}. */
export function setBasePriority(k: Kernel, tcb: Tcb, priority: number): void {
  const caller = lockCpu(k);
  tcb.basePriority = priority;
  setPriority(k, tcb, priority);
  unlockCpu(k, caller);
}

/** The running task keeps the CPU until {@link unlockCpu}, as with sched_lock; the kernel's own locks are not logged. */
export function lockCpu(k: Kernel): Tcb {
  const caller = running(k);
  caller.lockCount++;
  return caller;
}

export function unlockCpu(k: Kernel, caller: Tcb): void {
  if (--caller.lockCount === 0) mergePending(k);
}

/**
 * The running task gives way to whoever outranks it now. Without the scheduler locked it goes behind its new equals.
 * With it those that outrank it have to wait, and so has the first of its equals when nobody outranks it: when the
 * lock goes, that one is behind the others, and the task has gone on.
 */
function setRunningPriority(k: Kernel, tcb: Tcb, priority: number): void {
  const { readyToRun, pending } = k.state;
  let next = follower(k, tcb);
  tcb.priority = priority;
  if (!next || next.priority < priority) return;
  if (tcb.lockCount === 0) {
    removeFrom(k, readyToRun, tcb);
    tcb.state = TaskState.ReadyToRun;
    addPrioritized(k, readyToRun, tcb);
    running(k).state = TaskState.Running;
    mergePending(k);
    return;
  }
  do {
    removeFrom(k, readyToRun, next);
    next.state = TaskState.Pending;
    addPrioritized(k, pending, next);
    next = follower(k, tcb);
  } while (next && next.priority > priority);
}

function follower(k: Kernel, tcb: Tcb): Tcb | null {
  return tcb.next === NONE ? null : taskOf(k, tcb.next);
}

function setReadyPriority(k: Kernel, tcb: Tcb, priority: number): void {
  const { readyToRun, pending } = k.state;
  removeFrom(k, tcb.state === TaskState.Pending ? pending : readyToRun, tcb);
  tcb.priority = priority;
  addReady(k, tcb);
}
