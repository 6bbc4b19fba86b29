/** The lists of tasks: ready to run, kept off by sched_lock, and waiting (NuttX: sched_addreadytorun.c and its kin). */
import { note, running, taskOf, Note, type Kernel } from '../kernel';
import { NONE, TaskState, type TaskList, type Tcb } from '../state';

/** Puts a task into a list behind all of its own priority or a higher one. */
export function addPrioritized(k: Kernel, list: TaskList, tcb: Tcb): void {
  let before = list.tail;
  let other: Tcb | null = null;
  while (before !== NONE && (other = taskOf(k, before)!).priority < tcb.priority) before = other.prev;
  if (before === NONE) {
    tcb.next = list.head;
    list.head = tcb.pid;
  } else {
    tcb.next = other!.next;
    other!.next = tcb.pid;
  }
  tcb.prev = before;
  if (tcb.next === NONE) list.tail = tcb.pid;
  else taskOf(k, tcb.next)!.prev = tcb.pid;
}

export function removeFrom(k: Kernel, list: TaskList, tcb: Tcb): void {
  if (tcb.prev === NONE) list.head = tcb.next;
  else taskOf(k, tcb.prev)!.next = tcb.next;
  if (tcb.next === NONE) list.tail = tcb.prev;
  else taskOf(k, tcb.next)!.prev = tcb.prev;
  tcb.next = tcb.prev = NONE;
}

/**
 * Makes a task ready. It runs at once if it outranks the running task, unless that holds the scheduler lock. A task of
 * equal priority goes behind its equals and preempts nobody (manual 2.2).
 */
export function addReady(k: Kernel, tcb: Tcb): void {
  const { readyToRun, pending } = k.state;
  const current = running(k);
  if (current.lockCount > 0 && current.priority < tcb.priority) {
    tcb.state = TaskState.Pending;
    addPrioritized(k, pending, tcb);
    return;
  }
  tcb.state = TaskState.ReadyToRun;
  addPrioritized(k, readyToRun, tcb);
  if (readyToRun.head === tcb.pid) {
    current.state = TaskState.ReadyToRun;
    tcb.state = TaskState.Running;
  }
}

/** Takes a ready task off its list; the caller says what it is next. */
export function removeReady(k: Kernel, tcb: Tcb): void {
  const { readyToRun, pending } = k.state;
  if (tcb.state === TaskState.Pending) {
    removeFrom(k, pending, tcb);
    return;
  }
  removeFrom(k, readyToRun, tcb);
  if (tcb.state !== TaskState.Running) return;
  running(k).state = TaskState.Running;
  // The one that gets the CPU may not hold the lock that kept others off.
  mergePending(k);
}

/** Lets tasks run that the scheduler lock kept off, unless the running task holds a lock itself. */
export function mergePending(k: Kernel): void {
  const { pending } = k.state;
  if (pending.head === NONE || running(k).lockCount > 0) return;
  for (let pid = pending.head; pid !== NONE; pid = pending.head) {
    const tcb = taskOf(k, pid)!;
    removeFrom(k, pending, tcb);
    addReady(k, tcb);
  }
}

/** Takes the running task off the CPU into a waiting state. */
export function block(k: Kernel, tcb: Tcb, state: number, list: TaskList): void {
  removeReady(k, tcb);
  tcb.state = state;
  addPrioritized(k, list, tcb);
}

/** Makes a waiting task ready; `result` is what its wait gives: 0 or a negated errno. */
export function unblock(k: Kernel, tcb: Tcb, list: TaskList, result: number): void {
  removeFrom(k, list, tcb);
  tcb.result = result;
  tcb.waitFor = 0;
  note(k, Note.ready, tcb.pid, running(k).pid, tcb.priority);
  addReady(k, tcb);
}
