/** Waiting for a thread to end, and giving that up (NuttX: pthread_join.c, pthread_detach.c). */
import { Errno } from '../errno';
import { BLOCKED, running, taskOf, type Kernel } from '../kernel';
import { groupOf } from '../sched/group';
import { block } from '../sched/readytorun';
import { TaskState } from '../state';

/**
 * Manual 2.8.20. Waits for the end of a thread of the caller's group and stores its value, unless `value` is null. Any
 * number of threads may wait. Signals do not end the wait.
 *
 * @returns 0, or -EDEADLK: it is the caller; -EINVAL: a detached thread, or no pthread of this group; -ESRCH: no such
 *   thread, or one that was joined or that ended detached
 */
export function pthread_join(k: Kernel, thread: number, value: number): number {
  const self = running(k);
  if (thread === self.pid) return -Errno.EDEADLK;
  const { exited } = groupOf(k, self).threads;
  const kept = exited.get(thread);
  if (kept !== undefined) {
    exited.delete(thread);
    if (value !== 0) k.memory.store32(value, kept.value);
    return 0;
  }
  const tcb = thread <= 0 ? null : taskOf(k, thread);
  if (!tcb) return -Errno.ESRCH;
  if (!tcb.thread || tcb.thread.detached || tcb.group !== self.group) return -Errno.EINVAL;
  self.waitFor = -thread;
  block(k, self, TaskState.WaitSem, tcb.thread.joiners);
  return BLOCKED;
}

/** A signal was handled meanwhile: the wait goes on. */
export function joinAgain(k: Kernel, thread: number, value: number): number {
  const { result } = running(k);
  return result === -Errno.EINTR ? pthread_join(k, thread, value) : result;
}

/**
 * Manual 2.8.12. The value of the thread is not kept when it ends, or is forgotten if it has ended.
 *
 * @returns 0, or -EINVAL: detached already, or no pthread of the caller's group; -ESRCH: no such thread
 */
export function pthread_detach(k: Kernel, thread: number): number {
  const self = running(k);
  if (groupOf(k, self).threads.exited.delete(thread)) return 0;
  const tcb = thread <= 0 ? null : taskOf(k, thread);
  if (!tcb) return -Errno.ESRCH;
  if (!tcb.thread || tcb.thread.detached || tcb.group !== self.group) return -Errno.EINVAL;
  tcb.thread.detached = true;
  return 0;
}
