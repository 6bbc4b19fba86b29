/**
 * Sending and receiving (manual 2.4.4 to 2.4.6; NuttX: mq_send.c, mq_receive.c). As on NuttX, message, priority, size and
 * access are checked only with CONFIG_DEBUG_FEATURES; without it only a message that no queue could take is refused.
 */
import { deadlineTick } from '../clock/clock';
import { EXPIRED, cancelTimeout, startTimeout } from '../clock/timeout';
import { isValid, loadTimespec } from '../clock/timespec';
import { Errno } from '../errno';
import { isNonBlocking, type OpenFile } from '../fs/file';
import { isReadable, isWritable } from '../fs/openflags';
import { notifyPollers, PollEvent } from '../fs/poll';
import { BLOCKED, running, taskOf, type Kernel } from '../kernel';
import { quirk } from '../quirks';
import { block, unblock } from '../sched/readytorun';
import { NONE, TaskState, type MessageQueue, type TaskList } from '../state';
import { createMessage, freeMessage } from './message';
import { destroyUnused, lookUp } from './mqueue';
import { notifyArrival } from './notify';

const MQ_PRIO_MAX = 255;

/**
 * Manual 2.4.4. Puts a message behind all of its priority or a higher one, and wakes the first who waits for one. Waits
 * while the queue is full; an interrupt handler does not.
 *
 * @returns 0, or -EBADF: no queue; -EINVAL: no message, or a priority above MQ_PRIO_MAX; -EPERM: not open for writing;
 *   -EMSGSIZE: longer than the queue takes; -EAGAIN: full, with O_NONBLOCK or in an interrupt handler; -ENOMEM: no RAM
 *   for it; -EINTR: a signal came
 */
export function mq_send(k: Kernel, mqd: number, data: number, size: number, priority: number): number {
  return mq_timedsend(k, mqd, data, size, priority, null);
}

/**
 * Manual 2.4.4. As {@link mq_send}, but waits until CLOCK_REALTIME shows a time at most; null is without end.
 *
 * @returns as {@link mq_send}, or -EINVAL: no time, or one that is none, or, as on NuttX, one that is past when the call
 *   would have to wait; -ETIMEDOUT: the time has come
 */
export function mq_timedsend(
  k: Kernel,
  mqd: number,
  data: number,
  size: number,
  priority: number,
  abstime: number | null,
): number {
  const found = lookUp(k, mqd);
  if (!found) return -Errno.EBADF;
  const { queue, file } = found;
  if (isNoTime(k, abstime)) return -Errno.EINVAL;
  if (size >>> 0 > Number(k.state.settings.config.CONFIG_MQ_MAXMSGSIZE)) return -Errno.EMSGSIZE;
  const wrong = sendMisuse(queue, file, data, size, priority);
  if (wrong !== 0 && !goesUnseen(k)) return wrong;
  if (queue.messages.length >= queue.maxMessages) {
    return waitFor(k, queue, file, TaskState.WaitMqNotFull, queue.notFull, abstime);
  }
  const message = createMessage(k, data, size, priority & 0xff);
  if (!message) return -Errno.ENOMEM;
  const at = queue.messages.findIndex((other) => other.priority < message.priority);
  if (at < 0) queue.messages.push(message);
  else queue.messages.splice(at, 0, message);
  notifyArrival(k, queue);
  if (runsHandlerFirst(k, queue)) return BLOCKED;
  wakeReceiver(k, queue, file);
  return 0;
}

/** {@link Tcb.result} of a sender whose message is in the queue, while its own handler runs. */
const SENT = 1;

/** As on NuttX, a handler of the sender itself runs before the receiver wakes; then {@link resumeQueueCall} goes on. */
function runsHandlerFirst(k: Kernel, queue: MessageQueue): boolean {
  const tcb = running(k);
  if (!tcb.attention || queue.notEmpty.head === NONE || k.state.interrupts > 0) return false;
  tcb.result = SENT;
  return true;
}

/**
 * Manual 2.4.5. Takes the oldest of the messages with the highest priority, and wakes the first who waits for room.
 * Waits while there is none. `priority` may be null.
 *
 * @returns the message's size, or -EBADF: no queue; -EINVAL: no buffer; -EPERM: not open for reading; -EMSGSIZE: a buffer
 *   smaller than the queue's messages may be; -EAGAIN: empty, with O_NONBLOCK; -EINTR: a signal came
 */
export function mq_receive(k: Kernel, mqd: number, data: number, size: number, priority: number): number {
  return mq_timedreceive(k, mqd, data, size, priority, null);
}

/**
 * Manual 2.4.6. As {@link mq_receive}, but waits until CLOCK_REALTIME shows a time at most; null is without end.
 *
 * @returns as {@link mq_receive}, or -EINVAL and -ETIMEDOUT as {@link mq_timedsend}
 */
export function mq_timedreceive(
  k: Kernel,
  mqd: number,
  data: number,
  size: number,
  priority: number,
  abstime: number | null,
): number {
  const found = lookUp(k, mqd);
  if (!found) return -Errno.EBADF;
  const { queue, file } = found;
  if (isNoTime(k, abstime)) return -Errno.EINVAL;
  const wrong = receiveMisuse(queue, file, data, size);
  if (wrong !== 0 && !goesUnseen(k)) return wrong;
  const message = queue.messages.shift();
  if (!message) return waitFor(k, queue, file, TaskState.WaitMqNotEmpty, queue.notEmpty, abstime);
  k.memory.slice(data, message.size).set(k.memory.slice(message.address, message.size));
  if (priority !== 0) k.memory.store32(priority, message.priority);
  freeMessage(k, message);
  if (queue.messages.length === queue.maxMessages - 1) notifyPollers(k, file, PollEvent.Out);
  wakeFirst(k, queue.notFull);
  return message.size;
}

/** The error that a sender should get for its arguments, or 0. */
function sendMisuse(queue: MessageQueue, { flags }: OpenFile, data: number, size: number, priority: number): number {
  if (data === 0 || priority >>> 0 > MQ_PRIO_MAX) return -Errno.EINVAL;
  if (!isWritable(flags)) return -Errno.EPERM;
  return size >>> 0 > queue.messageSize ? -Errno.EMSGSIZE : 0;
}

/** The same for a receiver. */
function receiveMisuse(queue: MessageQueue, { flags }: OpenFile, data: number, size: number): number {
  if (data === 0) return -Errno.EINVAL;
  if (!isReadable(flags)) return -Errno.EPERM;
  return size >>> 0 < queue.messageSize ? -Errno.EMSGSIZE : 0;
}

/** Whether NuttX would not look: the misuse is named then, once, also when the call is made again after a wait. */
function goesUnseen(k: Kernel): boolean {
  if (k.state.settings.debugFeatures) return false;
  const { call, pid } = running(k);
  return call !== NONE || quirk(k, 'unchecked', pid);
}

/** NuttX looks at a time that is given before anything else, needed or not. */
function isNoTime(k: Kernel, abstime: number | null): boolean {
  return abstime !== null && abstime !== 0 && !isValid(loadTimespec(k, abstime));
}

function waitFor(
  k: Kernel,
  queue: MessageQueue,
  file: OpenFile,
  state: number,
  list: TaskList,
  abstime: number | null,
): number {
  if (isNonBlocking(file) || k.state.interrupts > 0) return -Errno.EAGAIN;
  const tcb = running(k);
  if (tcb.deadline === EXPIRED) return -Errno.ETIMEDOUT;
  // A task that was woken, but whose message or room another one took, waits again with the limit that it had.
  if (abstime !== null && tcb.deadline === 0) {
    if (abstime === 0) return -Errno.EINVAL;
    const deadline = deadlineTick(k, loadTimespec(k, abstime));
    // NuttX has EINVAL for a time that is past, where POSIX has ETIMEDOUT.
    if (deadline === null) return -Errno.EINVAL;
    startTimeout(k, tcb, deadline);
  }
  tcb.waitFor = queue.id;
  block(k, tcb, state, list);
  return BLOCKED;
}

function wakeFirst(k: Kernel, list: TaskList): void {
  if (list.head !== NONE) unblock(k, taskOf(k, list.head)!, list, 0);
}

/** There is a message more. */
function wakeReceiver(k: Kernel, queue: MessageQueue, file: OpenFile): void {
  if (queue.messages.length === 1) notifyPollers(k, file, PollEvent.In);
  wakeFirst(k, queue.notEmpty);
}

/** The sender's handler has run, and may have closed the queue. */
function resumeSent(k: Kernel, mqd: number): number {
  const found = lookUp(k, mqd);
  if (found) wakeReceiver(k, found.queue, found.file);
  return 0;
}

/** What a woken sender or receiver does: look again, unless the wait itself ended in an error. */
export function resumeQueueCall(call: (k: Kernel, ...args: number[]) => number) {
  return (k: Kernel, ...args: number[]): number => {
    const tcb = running(k);
    const result = tcb.result === SENT ? resumeSent(k, args[0]!) : tcb.result < 0 ? tcb.result : call(k, ...args);
    if (result === BLOCKED) return result;
    cancelTimeout(k, tcb);
    if (!lookUp(k, args[0]!)) destroyUnused(k);
    return result;
  };
}
