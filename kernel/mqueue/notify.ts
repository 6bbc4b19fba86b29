/** Telling a task that a message has come (manual 2.4.7; NuttX: mq_notify.c). */
import { Errno } from '../errno';
import { running, taskOf, type Kernel } from '../kernel';
import { cancelWork } from '../sched/wqueue';
import { loadSigevent, notify, type SigEvent } from '../signal/notify';
import { isSignal } from '../signal/set';
import { SigCode } from '../signal/state';
import type { MessageQueue } from '../state';
import { lookUp } from './mqueue';

/** Whom to tell, once, and how. */
export interface QueueNotification {
  /** The thread that asked, its group, and the descriptor by which it did. */
  pid: number;
  group: number;
  mqd: number;
  event: SigEvent;
}

const SIGEV_NONE = 0;
const SIGEV_SIGNAL = 1;
const SIGEV_THREAD = 3;

/** Whose function it is that the work queue is to call; those of timers are from -1 down. */
const callbackOwner = ({ id }: MessageQueue) => -0x4000_0000 - id;

/**
 * Manual 2.4.7. Lets the caller be told of the next message as a struct sigevent says, or no longer for null.
 *
 * @returns 0, or -EBADF: no queue; -EINVAL: no such signal or kind of notification; -EBUSY: somebody is to be told
 *   already, or with null another thread is
 */
export function mq_notify(k: Kernel, mqd: number, event: number): number {
  const found = lookUp(k, mqd);
  if (!found) return -Errno.EBADF;
  const { queue } = found;
  const tcb = running(k);
  if (queue.notification) {
    if (event !== 0 || queue.notification.pid !== tcb.pid) return -Errno.EBUSY;
    detachNotification(k, queue, tcb.group);
  } else if (event !== 0) {
    const wanted = loadSigevent(k, event);
    if (!isPermitted(wanted)) return -Errno.EINVAL;
    queue.notification = { pid: tcb.pid, group: tcb.group, mqd, event: wanted };
  }
  return 0;
}

function isPermitted({ notify: kind, signo }: SigEvent): boolean {
  return kind === SIGEV_NONE || kind === SIGEV_THREAD || (kind === SIGEV_SIGNAL && isSignal(signo));
}

/** A message has come: whoever asked is told, whether the queue was empty or not and whoever waits for messages. */
export function notifyArrival(k: Kernel, queue: MessageQueue): void {
  if (!queue.notification) return;
  const { pid, group, event } = queue.notification;
  queue.notification = null;
  notify(k, taskOf(k, pid) ? pid : group, event, SigCode.MessageQueue, callbackOwner(queue));
}

/** A group has closed the descriptor by which it asked, or asks no longer: it is not told any more. */
export function detachNotification(k: Kernel, queue: MessageQueue, group: number, mqd: number | null = null): void {
  const { notification } = queue;
  if (notification?.group !== group || (mqd !== null && notification.mqd !== mqd)) return;
  queue.notification = null;
  cancelWork(k, callbackOwner(queue));
}
