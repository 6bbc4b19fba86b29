/** POSIX message queues (manual 2.4). */
import { deadlineTick } from '../clock/clock';
import { EXPIRED, cancelTimeout, startTimeout } from '../clock/timeout';
import { isValid, loadTimespec } from '../clock/timespec';
import { Errno } from '../errno';
import { allocateDescriptor } from '../fs/descriptor';
import { groupOf } from '../sched/group';
import { BLOCKED, running, taskOf, type Kernel } from '../kernel';
import { block, unblock } from '../sched/readytorun';
import { NONE, TaskState, emptyList, type Descriptor, type MessageQueue, type TaskList } from '../state';

const O_RDONLY = 1;
const O_WRONLY = 2;
const O_CREAT = 4;
const O_EXCL = 8;
const O_NONBLOCK = 64;
const MQ_PRIO_MAX = 255;
const DEFAULT_MAX_MESSAGES = 16;
/** NuttX keeps the number in an int16_t. */
const MAX_MESSAGES = 0x7fff;

/** struct mq_attr: mq_maxmsg, mq_msgsize, mq_flags, mq_curmsgs (manual 3.4). */
const Attr = { maxmsg: 0, msgsize: 4, flags: 8, curmsgs: 12 } as const;

type QueueDescriptor = Extract<Descriptor, { kind: 'mqueue' }>;

function lookUp(k: Kernel, mqd: number): { queue: MessageQueue; descriptor: QueueDescriptor } | null {
  const descriptor = groupOf(k, running(k)).descriptors[mqd];
  return descriptor?.kind === 'mqueue' ? { queue: k.state.queues.get(descriptor.queue)!, descriptor } : null;
}

/** Manual 2.4.1. `varargs` points at mode and attr, which come with O_CREAT. */
export function mq_open(k: Kernel, nameAddress: number, flags: number, varargs: number): number {
  if (nameAddress === 0) return -Errno.EINVAL;
  const name = k.memory.string(nameAddress).replace(/^\/+/, '');
  const nameMax = Number(k.state.settings.config.CONFIG_NAME_MAX);
  if (name === '') return -Errno.EINVAL;
  if (name.length > nameMax) return -Errno.ENAMETOOLONG;
  let id = k.state.queueNames.get(name);
  if (id === undefined && !(flags & O_CREAT)) return -Errno.ENOENT;
  if (id !== undefined && flags & O_CREAT && flags & O_EXCL) return -Errno.EEXIST;
  const descriptors = groupOf(k, running(k)).descriptors;
  const mqd = allocateDescriptor(descriptors);
  if (id === undefined) {
    const created = create(k, name, k.memory.load32(varargs + 4));
    if (!created) return -Errno.EINVAL;
    id = created.id;
  }
  k.state.queues.get(id)!.openCount++;
  descriptors[mqd] = { kind: 'mqueue', queue: id, flags };
  return mqd;
}

function create(k: Kernel, name: string, attr: number): MessageQueue | null {
  const largest = Number(k.state.settings.config.CONFIG_MQ_MAXMSGSIZE);
  const maxMessages = attr === 0 ? DEFAULT_MAX_MESSAGES : k.memory.load32(attr + Attr.maxmsg);
  const messageSize = attr === 0 ? largest : k.memory.load32(attr + Attr.msgsize);
  if (maxMessages <= 0 || maxMessages > MAX_MESSAGES || messageSize <= 0 || messageSize > largest) return null;
  const queue: MessageQueue = {
    id: k.state.nextQueue++,
    name,
    maxMessages,
    messageSize,
    messages: [],
    openCount: 0,
    unlinked: false,
    notFull: emptyList(),
    notEmpty: emptyList(),
  };
  k.state.queues.set(queue.id, queue);
  k.state.queueNames.set(name, queue.id);
  return queue;
}

/** Manual 2.4.2. A queue that was unlinked goes with its last descriptor. */
export function mq_close(k: Kernel, mqd: number): number {
  const found = lookUp(k, mqd);
  if (!found) return -Errno.EBADF;
  groupOf(k, running(k)).descriptors[mqd] = null;
  releaseQueue(k, found.queue);
  return 0;
}

/** One descriptor less. */
export function releaseQueue(k: Kernel, queue: MessageQueue): void {
  queue.openCount--;
  if (queue.unlinked && queue.openCount === 0) k.state.queues.delete(queue.id);
}

/** Manual 2.4.3. The name goes at once, the queue when nobody has it open any more. */
export function mq_unlink(k: Kernel, nameAddress: number): number {
  if (nameAddress === 0) return -Errno.EINVAL;
  const name = k.memory.string(nameAddress).replace(/^\/+/, '');
  const id = k.state.queueNames.get(name);
  if (id === undefined) return -Errno.ENOENT;
  k.state.queueNames.delete(name);
  const queue = k.state.queues.get(id)!;
  queue.unlinked = true;
  if (queue.openCount === 0) k.state.queues.delete(id);
  return 0;
}

/** Manual 2.4.4. Waits while the queue is full. */
export function mq_send(k: Kernel, mqd: number, data: number, length: number, priority: number): number {
  return mq_timedsend(k, mqd, data, length, priority, null);
}

/** Manual 2.4.5. Waits until CLOCK_REALTIME shows a time at most; null is without end. */
export function mq_timedsend(
  k: Kernel,
  mqd: number,
  data: number,
  length: number,
  priority: number,
  abstime: number | null,
): number {
  const found = lookUp(k, mqd);
  if (!found) return -Errno.EBADF;
  const { queue, descriptor } = found;
  if (data === 0 || priority >>> 0 > MQ_PRIO_MAX) return -Errno.EINVAL;
  if (!(descriptor.flags & O_WRONLY)) return -Errno.EPERM;
  if (length >>> 0 > queue.messageSize) return -Errno.EMSGSIZE;
  if (queue.messages.length >= queue.maxMessages) {
    return waitFor(k, queue, descriptor, TaskState.WaitMqNotFull, queue.notFull, abstime);
  }
  const at = queue.messages.findIndex((message) => message.priority < priority);
  const message = { priority, data: k.memory.slice(data, length).slice() };
  queue.messages.splice(at < 0 ? queue.messages.length : at, 0, message);
  wakeFirst(k, queue.notEmpty);
  return 0;
}

/** Manual 2.4.6. The oldest of the messages with the highest priority; waits while there is none. Gives its length. */
export function mq_receive(k: Kernel, mqd: number, data: number, length: number, priority: number): number {
  return mq_timedreceive(k, mqd, data, length, priority, null);
}

/** Manual 2.4.7. Waits until CLOCK_REALTIME shows a time at most; null is without end. */
export function mq_timedreceive(
  k: Kernel,
  mqd: number,
  data: number,
  length: number,
  priority: number,
  abstime: number | null,
): number {
  const found = lookUp(k, mqd);
  if (!found) return -Errno.EBADF;
  const { queue, descriptor } = found;
  if (data === 0) return -Errno.EINVAL;
  if (!(descriptor.flags & O_RDONLY)) return -Errno.EPERM;
  if (length >>> 0 < queue.messageSize) return -Errno.EMSGSIZE;
  const message = queue.messages.shift();
  if (!message) return waitFor(k, queue, descriptor, TaskState.WaitMqNotEmpty, queue.notEmpty, abstime);
  k.memory.slice(data, message.data.length).set(message.data);
  if (priority !== 0) k.memory.store32(priority, message.priority);
  wakeFirst(k, queue.notFull);
  return message.data.length;
}

function waitFor(
  k: Kernel,
  queue: MessageQueue,
  descriptor: QueueDescriptor,
  state: number,
  list: TaskList,
  abstime: number | null,
): number {
  if (descriptor.flags & O_NONBLOCK) return -Errno.EAGAIN;
  const tcb = running(k);
  if (tcb.deadline === EXPIRED) return -Errno.ETIMEDOUT;
  // A task that was woken, but whose message or room another one took, waits again with the limit that it had.
  if (abstime !== null && tcb.deadline === 0) {
    if (abstime === 0) return -Errno.EINVAL;
    const time = loadTimespec(k, abstime);
    if (!isValid(time)) return -Errno.EINVAL;
    const deadline = deadlineTick(k, time);
    // NuttX has EINVAL for a time that is past, where POSIX has ETIMEDOUT.
    if (deadline === null) return -Errno.EINVAL;
    startTimeout(k, tcb, deadline);
  }
  tcb.waitFor = queue.id;
  block(k, tcb, state, list);
  return BLOCKED;
}

function wakeFirst(k: Kernel, list: TaskList): void {
  if (list.head === NONE) return;
  const tcb = taskOf(k, list.head)!;
  unblock(k, tcb, list, 0);
}

/** What a woken sender or receiver does: look again, unless the wait itself ended in an error. */
export function resumeQueueCall(call: (k: Kernel, ...args: number[]) => number) {
  return (k: Kernel, ...args: number[]): number => {
    const tcb = running(k);
    const result = tcb.result < 0 ? tcb.result : call(k, ...args);
    if (result !== BLOCKED) cancelTimeout(k, tcb);
    return result;
  };
}

/** Manual 2.4.9. */
export function mq_setattr(k: Kernel, mqd: number, attr: number, old: number): number {
  if (attr === 0) return -Errno.EINVAL;
  const result = old === 0 ? 0 : mq_getattr(k, mqd, old);
  const found = lookUp(k, mqd);
  if (!found) return -Errno.EBADF;
  const { descriptor } = found;
  descriptor.flags = (descriptor.flags & ~O_NONBLOCK) | (k.memory.load32(attr + Attr.flags) & O_NONBLOCK);
  return result;
}

/** Manual 2.4.10. */
export function mq_getattr(k: Kernel, mqd: number, attr: number): number {
  const found = lookUp(k, mqd);
  if (!found) return -Errno.EBADF;
  if (attr === 0) return -Errno.EINVAL;
  const { queue, descriptor } = found;
  k.memory.store32(attr + Attr.maxmsg, queue.maxMessages);
  k.memory.store32(attr + Attr.msgsize, queue.messageSize);
  k.memory.store32(attr + Attr.flags, descriptor.flags);
  k.memory.store32(attr + Attr.curmsgs, queue.messages.length);
  return 0;
}
