/** Which list a waiting task is in, for those who take it out without being what it waits for: timeouts, deletion. */
import type { Kernel } from '../kernel';
import { TaskState, type TaskList, type Tcb } from '../state';

/** The list that a task in a waiting state is in. */
export function waitListOf({ state }: Kernel, tcb: Tcb): TaskList {
  switch (tcb.state) {
    case TaskState.WaitSem:
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

/** A task that gives up waiting for a semaphore gives back the count that its wait had taken. */
export function leaveSemaphore(k: Kernel, tcb: Tcb): void {
  if (tcb.state !== TaskState.WaitSem || tcb.waitFor === 0) return;
  k.memory.store32(tcb.waitFor, k.memory.load32(tcb.waitFor) + 1);
}
