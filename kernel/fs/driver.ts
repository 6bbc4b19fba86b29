/**
 * Drivers that the firmware registers (NuttX: fs/driver). Their functions are C, and take struct file and struct inode,
 * which are in the heap. kernel/libc/driver.c calls them, by requests: on the stack of the task whose system call it is, where
 * they may wait; or at interrupt level, where nobody can wait for them.
 */
import { requestUpcall } from '../binfmt/activation';
import { Errno } from '../errno';
import { running, BLOCKED, type Kernel } from '../kernel';
import { MachineFault } from '../memory';
import { allocate, release } from '../mm/heap';
import type { Tcb } from '../state';
import { holdFile, letGoFile, type OpenFile } from './file';
import { addInode, nameIn } from './inode';
import { atPath } from './path';
import { unlinkPlace } from './names';

/** A driver of the firmware, by the address of its struct inode. */
export interface Driver {
  /** The function that is given requests. */
  call: number;
  /** Of its struct file_operations, or struct block_operations. */
  ops: number;
  /** Open files, or volumes; and whether it has a name. */
  users: number;
  named: boolean;
  /** Bytes of a sector of its medium, as it has said first; 0: it has not yet. */
  sectorSize: number;
}

/** What a request is for, as driver.c has it. */
export const Operation = {
  Open: 0, Close: 1, Read: 2, Write: 3, Seek: 4, Ioctl: 5, Truncate: 6, Poll: 7, Unlink: 8, Geometry: 9,
} as const; // prettier-ignore

/** Offsets in struct inode, behind which a request and a struct geometry have room; and in a request. */
const Inode = { users: 12, ops: 16, private: 20, name: 24 } as const;
const RESULT = 24;
const REQUEST_SIZE = 32;
const GEOMETRY_SIZE = 24;

const nameMax = ({ state }: Kernel) => Number(state.settings.config.CONFIG_NAME_MAX);
const requestOf = (k: Kernel, inode: number) => (inode + Inode.name + nameMax(k) + 1 + 15) & ~15;

/** Where the struct geometry of a block driver goes. */
export const geometryOf = (k: Kernel, inode: number): number => requestOf(k, inode) + REQUEST_SIZE;

export const driverAt = ({ state }: Kernel, inode: number): Driver => state.drivers.get(inode)!;

/**
 * register_driver and register_blockdriver: gives a path to what the functions at `ops` do. `priv` is the inode's i_private.
 *
 * @returns 0, or -EINVAL: no path, or one without a name, or no functions; -EEXIST: something has the name; -ENOTDIR:
 *   something on the way is no directory; -ENAMETOOLONG; -ENOMEM; -ENOSYS: it would be on a volume; -ELOOP
 */
export function registerDriver(
  k: Kernel,
  path: number,
  ops: number,
  isBlock: number,
  priv: number,
  call: number,
): number {
  if (ops === 0) return -Errno.EINVAL;
  return atPath(k, path, (place) => {
    if (place.mount) return -Errno.ENOSYS;
    const size = geometryOf(k, 0) + GEOMETRY_SIZE + nameMax(k) + 1;
    const inode = allocate(k, size);
    if (inode === 0) return -Errno.ENOMEM;
    const added = addInode(k, place.path, { kind: isBlock ? 'blockdriver' : 'driver', object: inode });
    if (added < 0) {
      release(k, inode);
      return added;
    }
    k.memory.slice(inode, size).fill(0);
    k.memory.store32(inode + Inode.ops, ops);
    k.memory.store32(inode + Inode.private, priv);
    k.memory.storeString(inode + Inode.name, nameIn(place.path));
    k.state.drivers.set(inode, { call, ops, users: 0, named: true, sectorSize: 0 });
    return 0;
  });
}

/** Takes the name of a driver away; files that are open stay so. -EINVAL: no path; and as unlink. */
export function unregister_driver(k: Kernel, path: number): number {
  return atPath(k, path, (place) => unlinkPlace(k, place), false);
}

/** One more who uses a driver, or one less. A driver without users and without a name goes. */
export function countUser(k: Kernel, inode: number, change: number): void {
  const driver = driverAt(k, inode);
  driver.users += change;
  k.memory.store16(inode + Inode.users, driver.users);
  discardUnused(k, inode);
}

function discardUnused(k: Kernel, inode: number): void {
  const { users, named } = driverAt(k, inode);
  if (users > 0 || named) return;
  k.state.drivers.delete(inode);
  release(k, inode);
}

/** Its name is gone: the driver is told, and goes if nobody uses it. */
export function unlinkDriver(k: Kernel, inode: number, unlinkField: number): void {
  const driver = driverAt(k, inode);
  driver.named = false;
  if (k.memory.load32(driver.ops + unlinkField) !== 0) callNow(k, inode, Operation.Unlink, inode);
  discardUnused(k, inode);
}

function wordsOf(operation: number, object: number, a: number, b: number, offset: number): number[] {
  return [operation, object, a, b, offset | 0, Math.floor(offset / 0x1_0000_0000), 0, 0];
}

/**
 * Has a function called on the stack of the running task, whose system call goes on when it returns: it is asked the same
 * again then, and gets the answer. BLOCKED until then, and the file stays open, whoever closes its descriptors.
 */
export function ask(k: Kernel, file: OpenFile, operation: number, a = 0, b = 0, offset = 0): number {
  const { id, object: inode, node } = file;
  const tcb = running(k);
  const { answer } = tcb;
  if (answer !== null) {
    tcb.answer = null;
    return answer;
  }
  if (k.state.interrupts > 0) {
    throw new MachineFault(
      'A driver of the firmware was used from an interrupt handler',
      'Its functions run in tasks, and may wait. Was standard output redirected, and something printed?',
    );
  }
  // One that ends writes out its streams, one after the other.
  if (tcb.upcall) return callNow(k, inode, operation, node, a, b, offset);
  const words = wordsOf(operation, node, a, b, offset);
  // One that is being opened is its opener's anyway.
  const held = operation === Operation.Open ? 0 : id;
  if (held !== 0) holdFile(k, held);
  requestUpcall(tcb, driverAt(k, inode).call, [], 'driver', [held], { words, arg: 0 });
  return BLOCKED;
}

/** The function has returned; the system call of the task goes on. */
export function driverReturned(k: Kernel, tcb: Tcb, value: number, [file]: number[]): void {
  tcb.answer = value;
  tcb.result = 0;
  if (file !== 0) letGoFile(k, file!);
}

/** Has a function called at interrupt level, at once; gives what it returns. */
export function callNow(k: Kernel, inode: number, operation: number, object: number, a = 0, b = 0, offset = 0): number {
  const request = requestOf(k, inode);
  wordsOf(operation, object, a, b, offset).forEach((word, i) => k.memory.store32(request + 4 * i, word));
  k.firmware.interrupt(driverAt(k, inode).call, request, 0);
  return k.memory.load32(request + RESULT);
}
