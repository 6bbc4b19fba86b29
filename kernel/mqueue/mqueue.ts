/** POSIX message queues: their names, descriptors and attributes (manual 2.4; NuttX: fs/mqueue, mq_msgqalloc.c). */
import { Errno } from '../errno';
import { closeDescriptor, install, lookUpFile, type OpenFile } from '../fs/file';
import { addInode, canonical, inodeAt } from '../fs/inode';
import { O_CREAT, O_EXCL, O_NONBLOCK } from '../fs/openflags';
import { PollEvent } from '../fs/poll';
import { running, type Kernel } from '../kernel';
import { allocate, release } from '../mm/heap';
import { groupOf } from '../sched/group';
import { NONE, emptyList, type Group, type MessageQueue } from '../state';
import { freeMessage } from './message';
import { detachNotification } from './notify';

const DEFAULT_MAX_MESSAGES = 16;
/** NuttX keeps the number in an int16_t. */
const MAX_MESSAGES = 0x7fff;
/** Where queues have their names in the tree of files. */
const FOLDER = '/var/mqueue';
/** What NuttX keeps of a queue, in bytes of the heap. */
const QUEUE_SIZE = 96;

/** struct mq_attr: mq_maxmsg, mq_msgsize, mq_flags, mq_curmsgs (manual 3.4). */
const Attr = { maxmsg: 0, msgsize: 4, flags: 8, curmsgs: 12 } as const;

const pathOf = (name: string) => canonical(`${FOLDER}/${name}`);

/** The queue of a descriptor of the running task; null when it is none. */
export function lookUp(k: Kernel, mqd: number): { queue: MessageQueue; file: OpenFile } | null {
  const file = lookUpFile(k, mqd);
  return file?.kind === 'mqueue' ? { queue: k.state.queues.get(file.object)!, file } : null;
}

/**
 * Manual 2.4.1. Opens a queue, or makes one with O_CREAT; `varargs` points at mode, which is ignored, and attributes,
 * which may be null for 16 messages of CONFIG_MQ_MAXMSGSIZE bytes.
 *
 * @returns a descriptor, or -EINVAL: no name, or attributes that a queue cannot have; -ENAMETOOLONG; -ENOENT: no such
 *   queue, without O_CREAT; -EEXIST: there is one, with O_CREAT and O_EXCL; -ENXIO: something else has the name; -ENOSPC: no
 *   RAM for it; -EMFILE: too many descriptors
 */
export function mq_open(k: Kernel, nameAddress: number, flags: number, varargs: number): number {
  if (nameAddress === 0) return -Errno.EINVAL;
  const name = k.memory.string(nameAddress).replace(/^\/+/, '');
  const nameMax = Number(k.state.settings.config.CONFIG_NAME_MAX);
  if (name === '') return -Errno.EINVAL;
  if (name.length > nameMax) return -Errno.ENAMETOOLONG;
  const inode = inodeAt(k, pathOf(name));
  if (!inode && !(flags & O_CREAT)) return -Errno.ENOENT;
  if (inode && inode.kind !== 'mqueue') return -Errno.ENXIO;
  if (inode && flags & O_CREAT && flags & O_EXCL) return -Errno.EEXIST;
  const id = inode?.object ?? create(k, name, k.memory.load32(varargs + 4));
  if (id < 0) return id;
  k.state.queues.get(id)!.openCount++;
  return install(k, 'mqueue', id, flags);
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
  const id = k.state.nextQueue;
  const added = addInode(k, pathOf(name), { kind: 'mqueue', object: id });
  if (added < 0) {
    release(k, address);
    return added;
  }
  k.state.nextQueue++;
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
  return id;
}

/**
 * Manual 2.4.2. Closes a descriptor; a queue that was unlinked goes with its last one. What the caller attached with
 * mq_notify by this descriptor is detached. -EBADF: no queue.
 */
export function mq_close(k: Kernel, mqd: number): number {
  if (!lookUp(k, mqd)) return -Errno.EBADF;
  closeDescriptor(k, groupOf(k, running(k)), mqd);
  return 0;
}

/** A group has one descriptor less. */
export function leaveQueue(k: Kernel, { object }: OpenFile, group: Group, mqd: number): void {
  detachNotification(k, k.state.queues.get(object)!, group.id, mqd);
}

/** An open file less. */
export function closeQueue(k: Kernel, { object }: OpenFile): void {
  k.state.queues.get(object)!.openCount--;
  destroyUnused(k);
}

/** What poll finds, whatever the descriptor was opened for. */
export function pollQueue(k: Kernel, { object }: OpenFile): number {
  const { messages, maxMessages } = k.state.queues.get(object)!;
  return (messages.length < maxMessages ? PollEvent.Out : 0) | (messages.length > 0 ? PollEvent.In : 0);
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
  const inode = inodeAt(k, pathOf(name));
  if (inode?.kind !== 'mqueue') return -Errno.ENOENT;
  k.state.inodes.delete(pathOf(name));
  k.state.queues.get(inode.object)!.unlinked = true;
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
  const { file } = found;
  file.flags = (file.flags & ~O_NONBLOCK) | (flags & O_NONBLOCK);
  return 0;
}

/** Manual 2.4.9. Stores a queue's attributes and a descriptor's flags. -EBADF: no queue; -EINVAL: nowhere to put them. */
export function mq_getattr(k: Kernel, mqd: number, attr: number): number {
  const found = lookUp(k, mqd);
  if (!found) return -Errno.EBADF;
  if (attr === 0) return -Errno.EINVAL;
  const { queue, file } = found;
  k.memory.store32(attr + Attr.maxmsg, queue.maxMessages);
  k.memory.store32(attr + Attr.msgsize, queue.messageSize);
  k.memory.store32(attr + Attr.flags, file.flags);
  k.memory.store32(attr + Attr.curmsgs, queue.messages.length);
  return 0;
}
