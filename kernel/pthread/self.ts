/** Threads as such: who one is, its name, its scheduling parameters. A thread's handle is its pid. */
import { Errno } from '../errno';
import { running, taskOf, type Kernel } from '../kernel';
import { setBasePriority } from '../sched/priority';
import * as scheduler from '../sched/setscheduler';
import { PRIORITY_MAX, PRIORITY_MIN, type Tcb } from '../state';

const threadOf = (k: Kernel, thread: number): Tcb | null => (thread <= 0 ? null : taskOf(k, thread));

/** Manual 2.8.22. The caller's handle. */
export function pthread_self(k: Kernel): number {
  return running(k).pid;
}

/** Whether two handles are of one thread. */
export function pthread_equal(_: Kernel, a: number, b: number): number {
  return Number(a === b);
}

/** The thread's id, as gettid gives it to the thread itself. */
export function pthread_gettid_np(_: Kernel, thread: number): number {
  return thread;
}

/**
 * Names a thread; what is longer than CONFIG_TASK_NAME_SIZE lets it be is cut off. -EINVAL: null; -ESRCH: no such
 * thread.
 */
export function pthread_setname_np(k: Kernel, thread: number, name: number): number {
  if (name === 0) return -Errno.EINVAL;
  const tcb = threadOf(k, thread);
  if (!tcb) return -Errno.ESRCH;
  tcb.name = k.memory.string(name, Math.max(Number(k.state.settings.config.CONFIG_TASK_NAME_SIZE) - 1, 0));
  return 0;
}

/** Stores a thread's name, as much as there is room for. -EINVAL: null, or no room; -ESRCH: no such thread. */
export function pthread_getname_np(k: Kernel, thread: number, name: number, size: number): number {
  if (name === 0 || size === 0) return -Errno.EINVAL;
  const tcb = threadOf(k, thread);
  if (!tcb) return -Errno.ESRCH;
  k.memory.storeString(name, tcb.name.slice(0, (size >>> 0) - 1));
  return 0;
}

/** Manual 2.8.23. The priority is the one that counts now. -EINVAL: null; -ESRCH: no such thread. */
export function pthread_getschedparam(k: Kernel, thread: number, policy: number, param: number): number {
  if (policy === 0 || param === 0) return -Errno.EINVAL;
  const tcb = threadOf(k, thread);
  if (!tcb) return -Errno.ESRCH;
  k.memory.store32(policy, tcb.policy);
  return scheduler.sched_getparam(k, tcb.pid, param);
}

/** Manual 2.8.24. As sched_setscheduler. -EINVAL: no such policy or priority, or null; -ESRCH: no such thread. */
export function pthread_setschedparam(k: Kernel, thread: number, policy: number, param: number): number {
  const tcb = threadOf(k, thread);
  return tcb ? scheduler.sched_setscheduler(k, tcb.pid, policy, param) : -Errno.ESRCH;
}

/** As sched_setparam of a thread that is not sporadic. -EINVAL: a priority outside 1..255; -ESRCH: no such thread. */
export function pthread_setschedprio(k: Kernel, thread: number, priority: number): number {
  if (priority < PRIORITY_MIN || priority > PRIORITY_MAX) return -Errno.EINVAL;
  const tcb = threadOf(k, thread);
  if (!tcb) return -Errno.ESRCH;
  setBasePriority(k, tcb, priority);
  return 0;
}
