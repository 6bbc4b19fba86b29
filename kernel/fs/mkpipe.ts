/** The making of pipes and FIFOs (manual 2.10.9). */
import { Errno } from '../errno';
import { running, type Kernel } from '../kernel';
import { groupOf } from '../sched/group';
import { allocateDescriptor, closeDescriptor, createFile, discardFile } from './file';
import { addInode } from './inode';
import { O_CLOEXEC, O_NONBLOCK, O_RDONLY, O_WRONLY } from './openflags';
import { createPipe, openPipe, unlinkPipe } from './pipe';

const arePipes = ({ state }: Kernel) => state.settings.config.CONFIG_PIPES === true;

/**
 * Manual 2.10.9.1. Makes a pipe and stores two descriptors of it: the first can read, the second write.
 *
 * @returns 0, or -EFAULT: nowhere to store them; -ENOMEM: no room for the pipe's CONFIG_DEV_PIPE_SIZE bytes; -EMFILE: too
 *   many descriptors; -ENOSYS: without CONFIG_PIPES
 */
export function pipe(k: Kernel, fds: number): number {
  return pipe2(k, fds, 0);
}

/** As {@link pipe}, with O_NONBLOCK and O_CLOEXEC for both. -EINVAL: another flag. */
export function pipe2(k: Kernel, fds: number, flags: number): number {
  if (!arePipes(k)) return -Errno.ENOSYS;
  if (fds === 0) return -Errno.EFAULT;
  if (flags & ~(O_NONBLOCK | O_CLOEXEC)) return -Errno.EINVAL;
  const address = createPipe(k, Number(k.state.settings.config.CONFIG_DEV_PIPE_SIZE), true);
  if (address < 0) return address;
  // The end to write comes first, as on NuttX, and has the lower number.
  const writer = openEnd(k, address, O_WRONLY | flags);
  const reader = writer < 0 ? writer : openEnd(k, address, O_RDONLY | flags);
  if (reader < 0 && writer >= 0) closeDescriptor(k, groupOf(k, running(k)), writer);
  unlinkPipe(k, address);
  if (reader < 0) return reader;
  k.memory.store32(fds, reader);
  k.memory.store32(fds + 4, writer);
  return 0;
}

/** A descriptor of the running task, or a negated errno. */
function openEnd(k: Kernel, address: number, flags: number): number {
  const id = createFile(k, 'pipe', address, flags);
  const opened = openPipe(k, k.state.files.get(id)!);
  if (opened < 0) {
    k.state.files.delete(id);
    return opened;
  }
  const fd = allocateDescriptor(k, groupOf(k, running(k)), id, (flags & O_CLOEXEC) !== 0);
  if (fd < 0) discardFile(k, id);
  return fd;
}

/**
 * Manual 2.10.9.2. Makes a FIFO, which holds CONFIG_DEV_FIFO_SIZE bytes; nobody asks for the mode.
 *
 * @returns 0, or -EINVAL: no path; -EEXIST: something has the name; -ENAMETOOLONG; -ENOMEM: no room; -ENOSYS: without
 *   CONFIG_PIPES
 */
export function mkfifo(k: Kernel, path: number): number {
  if (!arePipes(k)) return -Errno.ENOSYS;
  if (path === 0) return -Errno.EINVAL;
  const address = createPipe(k, Number(k.state.settings.config.CONFIG_DEV_FIFO_SIZE), true);
  if (address < 0) return address;
  const added = addInode(k, k.memory.string(path), { kind: 'pipe', object: address });
  if (added < 0) unlinkPipe(k, address);
  return added;
}
