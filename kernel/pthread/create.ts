/** The making of threads (NuttX: pthread_create.c). */
import { Errno } from '../errno';
import { running, type Kernel } from '../kernel';
import { groupOf } from '../sched/group';
import { activateTask, initThread } from '../sched/task';
import { Policy } from '../state';
import { loadAttributes } from './attr';
import { newThreadState } from './state';

/**
 * Manual 2.8.11. Makes a thread of the caller's group and lets it begin. Without attributes it has the caller's
 * priority; its policy is SCHED_RR where there is round robin.
 *
 * @returns 0, or -EINVAL: no function to begin in, or attributes that are none; -ENOMEM: no room for the stack; -EAGAIN:
 *   no more pids
 */
export function pthread_create(k: Kernel, thread: number, attr: number, start: number, arg: number): number {
  const creator = running(k);
  if (start === 0) return -Errno.EINVAL;
  const { detached, policy, priority, stackBase, stackSize } = loadAttributes(k, attr, creator);
  const tcb = initThread(
    k,
    {
      name: creator.name,
      kind: 'pthread',
      priority: priority,
      stackSize,
      ...(stackBase !== 0 && { stackBase }),
      entry: start,
      args: [],
    },
    groupOf(k, creator).id,
  );
  if (typeof tcb === 'number') return tcb;
  tcb.arg0 = arg;
  tcb.thread = newThreadState(detached);
  if (policy === Policy.Fifo) tcb.policy = Policy.Fifo;
  if (thread !== 0) k.memory.store32(thread, tcb.pid);
  activateTask(k, tcb);
  return 0;
}
