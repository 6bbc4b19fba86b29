/** Which list a waiting task is in, for those who take it out without being what it waits for: timeouts, deletion. */
import { cancelTimeout } from '../clock/timeout';
import { RAM_BASE } from '../binfmt/abi';
import { taskOf, type Kernel } from '../kernel';
import { isSocketWait, socketWaiters } from '../net/wait';
import { withdrawBoost } from '../semaphore/holder';
import { TaskState, type TaskList, type Tcb } from '../state';
import { driverWaitOf, isDriverWait } from './driverwait';
import { removeFrom, unblock } from './readytorun';
import { workWaitListOf } from './wqueue';

/** Whether what a thread in TaskState.WaitSem waits for is the end of a group. */
export function isGroup(waitFor: number): boolean {
  return waitFor > 0 && waitFor < RAM_BASE && !isDriverWait(waitFor) && !isSocketWait(waitFor);
}

/** The list that a task in a waiting state is in. */
export function waitListOf(k: Kernel, tcb: Tcb): TaskList {
  const { state } = k;
  switch (tcb.state) {
    case TaskState.WaitSem:
      if (tcb.waitFor < 0) return waitListAt(k, taskOf(k, -tcb.waitFor)!, tcb);
      if (tcb.waitFor === 0) return state.pollers;
      if (isDriverWait(tcb.waitFor)) return driverWaitOf(k, tcb.waitFor).waiters;
      if (isSocketWait(tcb.waitFor)) return socketWaiters(k, tcb.waitFor);
      if (isGroup(tcb.waitFor)) return state.groups.get(tcb.waitFor)!.exitWaiters;
      return state.semaphores.get(tcb.waitFor)!.waiters;
    case TaskState.WaitMqNotEmpty:
      return state.queues.get(tcb.waitFor)!.notEmpty;
    case TaskState.WaitMqNotFull:
      return state.queues.get(tcb.waitFor)!.notFull;
    case TaskState.Stopped:
      return state.stopped;
    default:
      return state.waitingForSignal;
  }
}

/** The list of those that wait for a thread: to join it, or for a worker. */
function waitListAt(k: Kernel, other: Tcb, tcb: Tcb): TaskList {
  return other.thread ? other.thread.joiners : workWaitListOf(k, other, tcb);
}

/** It waits for something; a stopped task does not. */
export function isWaiting(tcb: Tcb): boolean {
  return isBlocked(tcb) && tcb.state !== TaskState.Stopped;
}

/** It is in a list that {@link waitListOf} gives. */
export function isBlocked(tcb: Tcb): boolean {
  return tcb.state >= TaskState.WaitSem;
}

/**
 * A task that gives up waiting for a semaphore gives back the count that its wait had taken. To be called while it is
 * still in the list.
 */
export function leaveSemaphore(k: Kernel, tcb: Tcb): void {
  if (tcb.state !== TaskState.WaitSem || tcb.waitFor < RAM_BASE) return;
  withdrawBoost(k, k.state.semaphores.get(tcb.waitFor)!, tcb);
  k.memory.store32(tcb.waitFor, k.memory.load32(tcb.waitFor) + 1);
}

/** Takes a task out of its wait, without making it ready. A sleep keeps its limit, which says what is left of it. */
export function leaveWait(k: Kernel, tcb: Tcb): void {
  giveUp(k, tcb);
  removeFrom(k, waitListOf(k, tcb), tcb);
}

/** Ends a task's wait by something else than what it waits for; `result` is what the wait gives. */
export function abortWait(k: Kernel, tcb: Tcb, result: number): void {
  giveUp(k, tcb);
  unblock(k, tcb, waitListOf(k, tcb), result);
}

function giveUp(k: Kernel, tcb: Tcb): void {
  if (tcb.state !== TaskState.WaitSig) cancelTimeout(k, tcb);
  leaveSemaphore(k, tcb);
}
