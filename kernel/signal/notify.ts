/** struct sigevent: how timers, queues and the like tell that something has happened (NuttX: sig_notification.c). */
import { Errno } from '../errno';
import { running, taskOf, type Kernel } from '../kernel';
import { quirk } from '../quirks';
import { groupOf } from '../sched/group';
import { queueCallback } from '../sched/wqueue';
import { sendToGroup } from './send';

const SIGEV_SIGNAL = 1;
const SIGEV_THREAD = 3;

export interface SigEvent {
  /** SIGEV_NONE (0), SIGEV_SIGNAL (1) or SIGEV_THREAD (3). */
  notify: number;
  signo: number;
  value: number;
  /** SIGEV_THREAD: a function pointer. */
  entry: number;
}

/** Bytes for kind and signal, then the value and the function. */
export function loadSigevent({ memory }: Kernel, address: number): SigEvent {
  const head = memory.load32(address);
  return {
    notify: head & 0xff,
    signo: (head >> 8) & 0xff,
    value: memory.load32(address + 4),
    entry: memory.load32(address + 8),
  };
}

/**
 * Tells the group of the thread `pid`, with a signal or by a function that the low-priority work queue calls. `code` is
 * siginfo_t's, `owner` the timer or queue that tells, as {@link queueCallback} has it. ESRCH: the group is gone; ENOSYS:
 * another kind of notification, or SIGEV_THREAD without CONFIG_SIG_EVTHREAD.
 */
export function notify(k: Kernel, pid: number, event: SigEvent, code: number, owner: number): number {
  if (event.notify === SIGEV_SIGNAL) {
    const tcb = taskOf(k, pid);
    const group = tcb ? groupOf(k, tcb) : k.state.groups.get(pid);
    if (!group) return -Errno.ESRCH;
    const { signo, value } = event;
    return sendToGroup(k, group, { signo, code, value, pid: running(k).pid, status: 0 });
  }
  if (event.notify === SIGEV_THREAD && !quirk(k, 'evthread', pid)) {
    // A union is passed by its address.
    queueCallback(k, 'lp', event.entry, [event.value], owner);
    return 0;
  }
  return event.notify === 0 ? 0 : -Errno.ENOSYS;
}
