/** Which list a waiting task is in, for those who take it out without being what it waits for: timeouts, deletion. */
import { taskOf, type Kernel } from '../kernel';
import { withdrawBoost } from '../semaphore/holder';
import { TaskState, type TaskList, type Tcb } from '../state';

/** The list that a task in a waiting state is in. */
export function waitListOf(k: Kernel, tcb: Tcb): TaskList {
  const { state } = k;
  switch (tcb.state) {
    case TaskState.WaitSem:
      if (tcb.waitFor < 0) return taskOf(k, -tcb.waitFor)!.thread!.joiners;
      return tcb.waitFor === 0 ? state.console.readers : state.semaphores.get(tcb.waitFor)!.waiters;
    case TaskState.WaitMqNotEmpty:
      return state.queues.get(tcb.waitFor)!.notEmpty;
    case TaskState.WaitMqNotFull:
      return state.queues.get(tcb.waitFor)!.notFull;
    default:
      return state.waitingForSignal;
  }
}

export function isWaiting(tcb: Tcb): boolean {
  return tcb.state >= TaskState.WaitSem;
}

/**
 * A task that gives up waiting for a semaphore gives back the count that its wait had taken. To be called while it is
 * still in the list.
 */
export function leaveSemaphore(k: Kernel, tcb: Tcb): void {
  if (tcb.state !== TaskState.WaitSem || tcb.waitFor <= 0) return;
  withdrawBoost(k, k.state.semaphores.get(tcb.waitFor)!, tcb);
  k.memory.store32(tcb.waitFor, k.memory.load32(tcb.waitFor) + 1);
}
