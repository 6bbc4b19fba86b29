/** Files of character drivers that the firmware registered. `node` is the address of the struct file, `object` of the inode. */
import { requestUpcall } from '../binfmt/activation';
import { Errno } from '../errno';
import { BLOCKED, running, type Kernel } from '../kernel';
import { allocate, release } from '../mm/heap';
import { groupOf } from '../sched/group';
import type { Tcb } from '../state';
import { ask, callNow, countUser, driverAt, Operation, unlinkDriver } from './driver';
import { closeDescriptor, type OpenFile } from './file';
import { Mode } from './mode';
import type { FileOperations } from './operations';
import { seekFreely } from './seek';

/** Offsets in struct file_operations and in struct file. */
const Ops = {
  open: 0, close: 4, read: 8, write: 12, seek: 16, ioctl: 20, truncate: 28, poll: 32, unlink: 36,
} as const; // prettier-ignore
const Field = { flags: 0, position: 8, inode: 16, private: 20 } as const;
const FILE_SIZE = 24;

function has(k: Kernel, inode: number, operation: number): boolean {
  return k.memory.load32(driverAt(k, inode).ops + operation) !== 0;
}

/** Asks the driver, which sees and may change the position in its struct file. */
function askFile(k: Kernel, file: OpenFile, operation: number, a = 0, b = 0, offset = 0): number {
  const isAsked = running(k).answer === null;
  if (isAsked) tell(k, file);
  const result = ask(k, file, operation, a, b, offset);
  if (!isAsked) file.offset = k.memory.load64(file.node + Field.position);
  return result;
}

function tell(k: Kernel, { node, flags, offset }: OpenFile): void {
  k.memory.store32(node + Field.flags, flags);
  k.memory.store64(node + Field.position, offset);
}

function open(k: Kernel, file: OpenFile): number {
  const node = allocate(k, FILE_SIZE);
  if (node === 0) return -Errno.ENOMEM;
  k.memory.slice(node, FILE_SIZE).fill(0);
  k.memory.store32(node + Field.inode, file.object);
  file.node = node;
  countUser(k, file.object, 1);
  return 0;
}

function arrive(k: Kernel, file: OpenFile): number {
  if (!has(k, file.object, Ops.open)) return 0;
  const result = askFile(k, file, Operation.Open);
  return result === BLOCKED ? BLOCKED : opened(k, file, result);
}

function arriveNow(k: Kernel, file: OpenFile): number {
  if (!has(k, file.object, Ops.open)) return 0;
  tell(k, file);
  return opened(k, file, callNow(k, file.object, Operation.Open, file.node));
}

/** One that the driver does not open is not closed by it either. */
function opened(k: Kernel, file: OpenFile, result: number): number {
  if (result < 0) {
    forget(k, file.object, file.node);
    file.node = 0;
  }
  return result;
}

function forget(k: Kernel, inode: number, node: number): void {
  release(k, node);
  countUser(k, inode, -1);
}

/** The running task closes it: the driver's function runs on its stack before it goes on. */
function close(k: Kernel, file: OpenFile): void {
  const tcb = running(k);
  const { object, node } = file;
  if (tcb.upcall || k.state.interrupts > 0 || node === 0 || !has(k, object, Ops.close)) return closeOrphan(k, file);
  tell(k, file);
  const words = [Operation.Close, node, 0, 0, 0, 0, 0, 0];
  requestUpcall(tcb, driverAt(k, object).call, [], 'driverClosed', [object, node], { words, arg: 0 });
}

export function driverClosed(k: Kernel, _tcb: Tcb, _value: number, [inode, node]: number[]): void {
  forget(k, inode!, node!);
}

/** Nobody is there to close it. */
function closeOrphan(k: Kernel, file: OpenFile): void {
  const { object, node } = file;
  if (node === 0) return;
  tell(k, file);
  if (has(k, object, Ops.close)) callNow(k, object, Operation.Close, node);
  forget(k, object, node);
}

/** A task that ends closes such a file of its group, on its own stack; false when there is none. */
export function closesDriver(k: Kernel, tcb: Tcb): boolean {
  const group = groupOf(k, tcb);
  const fd = group.descriptors.findIndex((descriptor) => {
    const file = descriptor && k.state.files.get(descriptor.file);
    return file?.kind === 'driver' && file.references === 1;
  });
  if (fd < 0) return false;
  closeDescriptor(k, group, fd);
  return tcb.upcall !== null;
}

export const charDriver: FileOperations = {
  open,
  arrive,
  arriveNow,
  abandonArrival: (k, file) => void opened(k, file, -Errno.EINTR),
  close,
  closeOrphan,
  read: (k, file, data, length) =>
    has(k, file.object, Ops.read) ? askFile(k, file, Operation.Read, data, length) : -Errno.EBADF,
  write: (k, file, data, length) =>
    has(k, file.object, Ops.write) ? askFile(k, file, Operation.Write, data, length) : -Errno.EBADF,
  seek: (k, file, offset, whence) =>
    has(k, file.object, Ops.seek)
      ? askFile(k, file, Operation.Seek, whence, 0, offset)
      : seekFreely(file, offset, whence),
  ioctl: (k, file, request, arg) =>
    has(k, file.object, Ops.ioctl) ? askFile(k, file, Operation.Ioctl, request, arg) : -Errno.ENOTTY,
  truncate: (k, file, length) =>
    has(k, file.object, Ops.truncate) ? askFile(k, file, Operation.Truncate, 0, 0, length) : -Errno.EINVAL,
  askPoll(k, file, pollfd, setup) {
    if (!has(k, file.object, Ops.poll)) return null;
    tell(k, file);
    return { entry: driverAt(k, file.object).call, words: [Operation.Poll, file.node, pollfd, setup, 0, 0, 0, 0] };
  },
  abandonPoll: (k, file, pollfd) => void callNow(k, file.object, Operation.Poll, file.node, pollfd, 0),
  unlink: (k, inode) => unlinkDriver(k, inode, Ops.unlink),
  stat(k, { object }) {
    const mode = Mode.Character | (has(k, object, Ops.read) ? 0o444 : 0) | (has(k, object, Ops.write) ? 0o222 : 0);
    return { mode, size: 0, blockSize: 0, blocks: 0, atime: 0, mtime: 0, ctime: 0 };
  },
};
