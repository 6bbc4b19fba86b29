/** POSIX message queues: their names, descriptors and attributes (manual 2.4; NuttX: fs/mqueue, mq_msgqalloc.c). */
import { Errno } from '../errno';
import { allocateDescriptor } from '../fs/descriptor';
import { O_CREAT, O_EXCL, O_NONBLOCK } from '../fs/openflags';
import { running, type Kernel } from '../kernel';
import { allocate, release } from '../mm/heap';
import { groupOf } from '../sched/group';
import { NONE, emptyList, type Descriptor, type MessageQueue } from '../state';
import { freeMessage } from './message';
import { detachNotification } from './notify';

const DEFAULT_MAX_MESSAGES = 16;
/** NuttX keeps the number in an int16_t. */
const MAX_MESSAGES = 0x7fff;
/** What NuttX keeps of a queue, in bytes of the heap. */
const QUEUE_SIZE = 96;

/** struct mq_attr: mq_maxmsg, mq_msgsize, mq_flags, mq_curmsgs (manual 3.4). */
const Attr = { maxmsg: 0, msgsize: 4, flags: 8, curmsgs: 12 } as const;

export type QueueDescriptor = Extract<Descriptor, { kind: 'mqueue' }>;

/** The queue of a descriptor of the running task; null when it is none. */
export function lookUp(k: Kernel, mqd: number): { queue: MessageQueue; descriptor: QueueDescriptor } | null {
  const descriptor = groupOf(k, running(k)).descriptors[mqd];
  return descriptor?.kind === 'mqueue' ? { queue: k.state.queues.get(descriptor.queue)!, descriptor } : null;
}

/**
 * Manual 2.4.1. Opens a queue, or makes one with O_CREAT; `varargs` points at mode, which is ignored, and attributes,
 * which may be null for 16 messages of CONFIG_MQ_MAXMSGSIZE bytes.
 *
 * @returns a descriptor, or -EINVAL: no name, or attributes that a queue cannot have; -ENAMETOOLONG; -ENOENT: no such
 *   queue, without O_CREAT; -EEXIST: there is one, with O_CREAT and O_EXCL; -ENOSPC: no RAM for it
 */
export function mq_open(k: Kernel, nameAddress: number, flags: number, varargs: number): number {
  if (nameAddress === 0) return -Errno.EINVAL;
  const name = k.memory.string(nameAddress).replace(/^\/+/, '');
  const nameMax = Number(k.state.settings.config.CONFIG_NAME_MAX);
  if (name === '') return -Errno.EINVAL;
  if (name.length > nameMax) return -Errno.ENAMETOOLONG;
  let id = k.state.queueNames.get(name);
  if (id === undefined && !(flags & O_CREAT)) return -Errno.ENOENT;
  if (id !== undefined && flags & O_CREAT && flags & O_EXCL) return -Errno.EEXIST;
  if (id === undefined) {
    id = create(k, name, k.memory.load32(varargs + 4));
    if (id < 0) return id;
  }
  k.state.queues.get(id)!.openCount++;
  const descriptors = groupOf(k, running(k)).descriptors;
  const mqd = allocateDescriptor(descriptors);
  descriptors[mqd] = { kind: 'mqueue', queue: id, flags };
  return mqd;
}

function create(k: Kernel, name: string, attr: number): number {
  const largest = Number(k.state.settings.config.CONFIG_MQ_MAXMSGSIZE);
  const maxMessages = attr === 0 ? DEFAULT_MAX_MESSAGES : k.memory.load32(attr + Attr.maxmsg);
  const messageSize = attr === 0 ? largest : k.memory.load32(attr + Attr.msgsize);
  if (maxMessages <= 0 || maxMessages > MAX_MESSAGES || messageSize <= 0 || messageSize > largest) {
    return -Errno.EINVAL;
  }
  const address = allocate(k, QUEUE_SIZE);
  if (address === 0) return -Errno.ENOSPC;
  const id = k.state.nextQueue++;
  k.state.queues.set(id, {
    id,
    address,
    name,
    maxMessages,
    messageSize,
    messages: [],
    openCount: 0,
    unlinked: false,
    notFull: emptyList(),
    notEmpty: emptyList(),
    notification: null,
  });
  k.state.queueNames.set(name, id);
  return id;
}

/**
 * Manual 2.4.2. Closes a descriptor; a queue that was unlinked goes with its last one. What the caller attached with
 * mq_notify by this descriptor is detached. -EBADF: no queue.
 */
export function mq_close(k: Kernel, mqd: number): number {
  const found = lookUp(k, mqd);
  if (!found) return -Errno.EBADF;
  const tcb = running(k);
  groupOf(k, tcb).descriptors[mqd] = null;
  detachNotification(k, found.queue, tcb.group, mqd);
  found.queue.openCount--;
  destroyUnused(k);
  return 0;
}

/** A group that ends, or gives a descriptor's number to something else, has one descriptor less. */
export function closeQueue(k: Kernel, queue: MessageQueue, group: number): void {
  detachNotification(k, queue, group);
  queue.openCount--;
  destroyUnused(k);
}

/**
 * Queues go that have no name, no descriptor and nobody who waits. A wait that goes on when its descriptor is closed
 * keeps the queue, as a call that is in progress does on NuttX.
 */
export function destroyUnused(k: Kernel): void {
  for (const queue of k.state.queues.values()) {
    const { unlinked, openCount, notFull, notEmpty } = queue;
    if (unlinked && openCount === 0 && notFull.head === NONE && notEmpty.head === NONE) destroy(k, queue);
  }
}

function destroy(k: Kernel, queue: MessageQueue): void {
  for (const message of queue.messages) freeMessage(k, message);
  release(k, queue.address);
  k.state.queues.delete(queue.id);
}

/**
 * Manual 2.4.3. The name goes at once, the queue when nobody has it open any more. -EINVAL: no name; -ENOENT: no such
 * queue.
 */
export function mq_unlink(k: Kernel, nameAddress: number): number {
  if (nameAddress === 0) return -Errno.EINVAL;
  const name = k.memory.string(nameAddress).replace(/^\/+/, '');
  const id = k.state.queueNames.get(name);
  if (id === undefined) return -Errno.ENOENT;
  k.state.queueNames.delete(name);
  k.state.queues.get(id)!.unlinked = true;
  destroyUnused(k);
  return 0;
}

/**
 * Manual 2.4.8. Sets a descriptor's O_NONBLOCK, the only attribute that can change, and stores what the attributes were
 * unless `old` is null. -EBADF: no queue; -EINVAL: no attributes.
 */
export function mq_setattr(k: Kernel, mqd: number, attr: number, old: number): number {
  const found = lookUp(k, mqd);
  if (!found) return -Errno.EBADF;
  if (attr === 0) return -Errno.EINVAL;
  const flags = k.memory.load32(attr + Attr.flags);
  if (old !== 0) mq_getattr(k, mqd, old);
  const { descriptor } = found;
  descriptor.flags = (descriptor.flags & ~O_NONBLOCK) | (flags & O_NONBLOCK);
  return 0;
}

/** Manual 2.4.9. Stores a queue's attributes and a descriptor's flags. -EBADF: no queue; -EINVAL: nowhere to put them. */
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
