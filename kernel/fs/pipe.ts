/**
 * Pipes and FIFOs (manual 2.10.9; NuttX: drivers/pipes). The bytes are in the board's heap, and so are the two semaphores
 * for which readers and writers wait. A FIFO is a pipe with a name.
 */
import { Errno } from '../errno';
import { BLOCKED, running, type Kernel } from '../kernel';
import { MachineFault } from '../memory';
import { allocate, release } from '../mm/heap';
import { quirk } from '../quirks';
import { lockCpu, unlockCpu } from '../sched/priority';
import { sem_init, sem_post, sem_wait } from '../semaphore/sem';
import { isNonBlocking, type OpenFile } from './file';
import { isReadable, isWritable } from './openflags';
import { notifyPollers, PollEvent } from './poll';

export interface Pipe {
  /** Of its bytes; 0 while nobody has it open. */
  buffer: number;
  /** Bytes that it holds at most, and those in it; the first is at `start`. */
  size: number;
  used: number;
  start: number;
  /** Open files that can read, that can write, and all of them. */
  readers: number;
  writers: number;
  opened: number;
  /** It has a name, by which it can be opened again. */
  named: boolean;
}

/** What NuttX keeps of a pipe (struct pipe_dev_s), in bytes of the heap, and the two semaphores in it. */
const DEVICE_SIZE = 96;
const CAN_READ = 16;
const CAN_WRITE = 32;

/** nuttx/fs/ioctl.h */
const Request = { Readable: 0x0307, Unsent: 0x0308, Room: 0x0309 } as const;

/** Bytes that are written in one piece (limits.h). */
const PIPE_BUF = 512;

/** Makes a pipe that holds `size` bytes; gives its address, or -ENOMEM. */
export function createPipe(k: Kernel, size: number, named: boolean): number {
  const address = allocate(k, DEVICE_SIZE);
  if (address === 0) return -Errno.ENOMEM;
  sem_init(k, address + CAN_READ, 0, 0);
  sem_init(k, address + CAN_WRITE, 0, 0);
  k.state.pipes.set(address, { buffer: 0, size, used: 0, start: 0, readers: 0, writers: 0, opened: 0, named });
  return address;
}

const pipeOf = ({ state }: Kernel, { object }: OpenFile): Pipe => state.pipes.get(object)!;

/** Of the pipe in which the semaphore at an address is; undefined for any other. */
export function pipeAt({ state }: Kernel, semaphore: number): number | undefined {
  return [CAN_READ, CAN_WRITE].map((offset) => semaphore - offset).find((address) => state.pipes.has(address));
}

/** The name is gone; with nobody who has it open, the pipe too. */
export function unlinkPipe(k: Kernel, address: number): void {
  const pipe = k.state.pipes.get(address)!;
  pipe.named = false;
  if (pipe.opened === 0) destroy(k, address);
}

function destroy(k: Kernel, address: number): void {
  // Their descriptor was closed by another thread: they are to find that out.
  wakeAll(k, address + CAN_READ);
  wakeAll(k, address + CAN_WRITE);
  k.state.pipes.delete(address);
  release(k, address);
}

/** Everybody who waits, and whoever comes next, looks again. */
function wakeAll(k: Kernel, semaphore: number): void {
  while (k.memory.load32(semaphore) <= 0) sem_post(k, semaphore);
}

/** A reader or a writer more; the buffer comes with the first. -ENOMEM. */
export function openPipe(k: Kernel, file: OpenFile): number {
  const pipe = pipeOf(k, file);
  if (pipe.buffer === 0) pipe.buffer = allocate(k, pipe.size);
  if (pipe.buffer === 0) return -Errno.ENOMEM;
  pipe.opened++;
  if (isWritable(file.flags) && ++pipe.writers === 1) wakeAll(k, file.object + CAN_READ);
  if (isReadable(file.flags) && ++pipe.readers === 1) wakeAll(k, file.object + CAN_WRITE);
  return 0;
}

/** Opening a FIFO for one thing only waits for somebody who does the other, unless there are bytes in it already. */
export function awaitOtherEnd(k: Kernel, file: OpenFile): number {
  const pipe = pipeOf(k, file);
  const reads = isReadable(file.flags);
  const both = reads && isWritable(file.flags);
  while (!both && (reads ? pipe.writers : pipe.readers) === 0 && pipe.used === 0 && !isNonBlocking(file)) {
    if (sem_wait(k, file.object + (reads ? CAN_READ : CAN_WRITE)) === BLOCKED) return BLOCKED;
  }
  return 0;
}

/** A reader or a writer less: those at the other end hear of the last one. What nobody reads any more is lost. */
export function closePipe(k: Kernel, file: OpenFile): void {
  const pipe = pipeOf(k, file);
  pipe.opened--;
  if (isWritable(file.flags) && --pipe.writers === 0) {
    notifyPollers(k, file, PollEvent.HangUp);
    wakeAll(k, file.object + CAN_READ);
  }
  if (isReadable(file.flags) && --pipe.readers === 0) {
    notifyPollers(k, file, PollEvent.Error);
    wakeAll(k, file.object + CAN_WRITE);
  }
  if (pipe.opened > 0) return;
  release(k, pipe.buffer);
  pipe.buffer = pipe.used = pipe.start = 0;
  if (!pipe.named) destroy(k, file.object);
}

/** Takes what there is, and waits for it as long as somebody can write. 0: nobody can; EAGAIN: with O_NONBLOCK. */
export function readPipe(k: Kernel, file: OpenFile, data: number, length: number): number {
  const pipe = pipeOf(k, file);
  while (pipe.used === 0) {
    if (pipe.writers === 0) return 0;
    if (isNonBlocking(file)) return -Errno.EAGAIN;
    if (sem_wait(k, file.object + CAN_READ) === BLOCKED) return BLOCKED;
  }
  const count = Math.min(length, pipe.used);
  const head = Math.min(count, pipe.size - pipe.start);
  k.memory.slice(data, head).set(k.memory.slice(pipe.buffer + pipe.start, head));
  k.memory.slice(data + head, count - head).set(k.memory.slice(pipe.buffer, count - head));
  pipe.start = (pipe.start + count) % pipe.size;
  pipe.used -= count;
  notifyPollers(k, file, PollEvent.Out);
  wakeAll(k, file.object + CAN_WRITE);
  return count;
}

function put(k: Kernel, pipe: Pipe, data: number, count: number): void {
  const end = (pipe.start + pipe.used) % pipe.size;
  const head = Math.min(count, pipe.size - end);
  k.memory.slice(pipe.buffer + end, head).set(k.memory.slice(data, head));
  k.memory.slice(pipe.buffer, count - head).set(k.memory.slice(data + head, count - head));
  pipe.used += count;
}

/**
 * Writes all of the bytes, and waits for room. With O_NONBLOCK as many as there is room for. EPIPE: nobody can read, of
 * which no signal tells, as on NuttX; EAGAIN: no room, with O_NONBLOCK.
 */
export function writePipe(k: Kernel, file: OpenFile, data: number, length: number): number {
  if (k.state.interrupts > 0) {
    throw new MachineFault(
      'A pipe was written to from an interrupt handler',
      'It may have to wait, which an interrupt handler cannot. Was standard output redirected, and something printed?',
    );
  }
  // Readers who outrank the writer go on when it has written all, or waits.
  const tcb = lockCpu(k);
  const result = transfer(k, file, data, length);
  unlockCpu(k, tcb);
  return result;
}

function transfer(k: Kernel, file: OpenFile, data: number, length: number): number {
  const pipe = pipeOf(k, file);
  const tcb = running(k);
  for (;;) {
    if (pipe.readers === 0) return tcb.progress || -Errno.EPIPE;
    const room = Math.min(pipe.size - pipe.used, length - tcb.progress);
    if (room > 0 && (room === length || goesInPieces(k, length, tcb.progress))) {
      put(k, pipe, data + tcb.progress, room);
      tcb.progress += room;
      notifyPollers(k, file, PollEvent.In);
      wakeAll(k, file.object + CAN_READ);
      if (tcb.progress === length) return length;
    }
    if (isNonBlocking(file)) return tcb.progress || -Errno.EAGAIN;
    if (sem_wait(k, file.object + CAN_WRITE) === BLOCKED) return BLOCKED;
  }
}

/** POSIX keeps the bytes of a short write together; NuttX writes what there is room for, and others may come between. */
function goesInPieces(k: Kernel, length: number, written: number): boolean {
  return length > PIPE_BUF || written > 0 || quirk(k, 'pipeWrite', running(k).pid);
}

/** FIONREAD and FIONWRITE: bytes in it; FIONSPACE: bytes that there is room for. -ENOTTY: something else. */
export function controlPipe(k: Kernel, file: OpenFile, request: number, arg: number): number {
  const { used, size } = pipeOf(k, file);
  if (request !== Request.Readable && request !== Request.Unsent && request !== Request.Room) return -Errno.ENOTTY;
  k.memory.store32(arg, request === Request.Room ? size - used : used);
  return 0;
}

/** What poll finds. */
export function pollPipe(k: Kernel, file: OpenFile): number {
  const { used, size, readers, writers } = pipeOf(k, file);
  let events = 0;
  if (isWritable(file.flags) && used < size) events |= PollEvent.Out | (readers === 0 ? PollEvent.Error : 0);
  if (isReadable(file.flags) && used > 0) events |= PollEvent.In;
  if (used === 0 && writers === 0) events |= PollEvent.HangUp;
  return events;
}
