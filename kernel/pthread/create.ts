/** The making of threads (NuttX: pthread_create.c). */
import { Errno } from '../errno';
import { running, type Kernel } from '../kernel';
import { groupOf } from '../sched/group';
import { checkSporadic, startSporadic } from '../sched/sporadic';
import { activateTask, initThread } from '../sched/task';
import { Policy, PRIORITY_MIN } from '../state';
import { loadAttributes } from './attr';
import { newThreadState } from './state';

/**
 * Manual 2.8.11. Makes a thread of the caller's group and lets it begin. It blocks the signals that the caller blocks
 * and has its name. Without attributes it has the caller's priority and the policy that SCHED_OTHER stands for.
 *
 * @returns 0, or -EINVAL: no function to begin in, or priority 0, or parameters that a sporadic thread
 *   cannot have; -ENOMEM: no room for the stack; -EAGAIN: no more pids
 */
export function pthread_create(k: Kernel, thread: number, attr: number, start: number, arg: number): number {
  const creator = running(k);
  if (start === 0) return -Errno.EINVAL;
  const { policy, param, detached, stackBase, stackSize } = loadAttributes(k, attr, creator);
  if (param.priority < PRIORITY_MIN) return -Errno.EINVAL;
  if (policy === Policy.Sporadic && !checkSporadic(k, param)) return -Errno.EINVAL;
  const tcb = initThread(
    k,
    {
      name: creator.name,
      kind: 'pthread',
      priority: param.priority,
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
  if (policy === Policy.Sporadic) startSporadic(k, tcb, param);
  if (thread !== 0) k.memory.store32(thread, tcb.pid);
  activateTask(k, tcb);
  return 0;
}
