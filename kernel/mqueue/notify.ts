/** Telling a task that a message has come (manual 2.4.7; NuttX: mq_notify.c). */
import type { Kernel } from '../kernel';
import { notify, type SigEvent } from '../signal/notify';
import type { MessageQueue } from '../state';

/** Whom to tell, and how. */
export interface QueueNotification {
  /** The thread that asked, and its group. */
  pid: number;
  group: number;
  event: SigEvent;
}

/** si_code of such a signal. */
const SI_MESGQ = 4;

/** A message has come: whoever asked is told, once, whether the queue was empty or not and whoever waits for messages. */
export function notifyArrival(k: Kernel, queue: MessageQueue): void {
  const { notification } = queue;
  if (!notification) return;
  queue.notification = null;
  notify(k, notification.pid, notification.event, SI_MESGQ, queue.id);
}

/** A group has closed the queue: it is not told any more. */
export function detachNotification(queue: MessageQueue, group: number): void {
  if (queue.notification?.group === group) queue.notification = null;
}
