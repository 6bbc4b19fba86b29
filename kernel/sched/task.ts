/** Life and death of tasks (manual 2.1). */
import { Cell } from '../binfmt/abi';
import { cancelTimeout } from '../clock/timeout';
import { Errno } from '../errno';
import { groupOf, standardDescriptors } from '../fs/descriptor';
import { note, Note, running, taskOf, type Kernel } from '../kernel';
import { allocate, release } from '../mm/heap';
import { releaseQueue } from '../mqueue/mqueue';
import { dropHolder } from '../semaphore/holder';
import { NONE, PIDHASH_SIZE, Policy, PRIORITY_IDLE, PRIORITY_MAX, PRIORITY_MIN, TaskState, type Tcb } from '../state';
import { addReady, removeFrom, removeReady } from './readytorun';
import { isWaiting, leaveSemaphore, waitListOf } from './waitlist';

/** Thread-local data at the start of a stack: errno. */
export const TLS_SIZE = 16;
/** clang lets a leaf function use this much below the stack pointer. */
const RED_ZONE = 128;
/** NuttX's STACK_COLOR, by which the high-water mark is found. */
export const STACK_COLOR = 0xdeadbeef | 0;
const STACK_ALIGNMENT = 16;
/** A smaller stack would be all guard. */
const MIN_STACK = 512;

/** Frame areas start this small; the executor doubles one that is full. */
const FRAME_AREA = 1024;

function newTcb(pid: number, name: string, kind: Tcb['kind'], priority: number): Tcb {
  return {
    pid, name, kind, priority, basePriority: priority, parent: 0, group: pid, state: TaskState.Inactive, next: NONE,
    prev: NONE, policy: Policy.Fifo, timeslice: 0, lockCount: 0, cycles: 0, load: 0, entry: 0, argc: 0, argv: 0, stackBase: 0,
    stackSize: 0, stackPointer: 0, frameBase: 0, frameTop: 0, frameLimit: 0, call: NONE, args: [],
    result: 0, waitFor: 0, holds: [], deadline: 0,
  }; // prettier-ignore
}

/** The task that runs when no other does: pid 0, and the head of the list at boot. */
export function createIdleTask(k: Kernel): void {
  const idle = newTcb(0, 'Idle_Task', 'idle', PRIORITY_IDLE);
  idle.state = TaskState.Running;
  k.state.tasks[0] = idle;
  k.state.readyToRun = { head: 0, tail: 0 };
  k.state.groups.set(0, { id: 0, members: 1, descriptors: standardDescriptors() });
}

/** Pids count up and skip those whose place in the table is taken, as on NuttX. */
function allocatePid({ state }: Kernel): number {
  for (let tries = 0; tries < PIDHASH_SIZE; tries++) {
    const pid = ++state.lastPid;
    if (state.tasks[pid & (PIDHASH_SIZE - 1)] === null) return pid;
  }
  return NONE;
}

export interface TaskOptions {
  name: string;
  priority: number;
  stackSize: number;
  /** Index of the entry in the firmware's function table. */
  entry: number;
  args: string[];
}

/**
 * Creates a task and makes it ready; gives its pid, or a negated errno: ENOMEM also when the arguments find no room on
 * the stack. The parent of what starts at boot is 0.
 */
export function createTask(k: Kernel, options: TaskOptions, parent = running(k).pid): number {
  const { config, rrTicks } = k.state.settings;
  if (options.priority < PRIORITY_MIN || options.priority > PRIORITY_MAX) return -Errno.EINVAL;
  const stackSize = Math.ceil(Math.max(options.stackSize >>> 0, MIN_STACK) / STACK_ALIGNMENT) * STACK_ALIGNMENT;
  const argumentSize = [options.name, ...options.args].reduce((sum, text) => sum + text.length + 5, 4);
  if (argumentSize > stackSize - MIN_STACK / 2) return -Errno.ENOMEM;
  const stackBase = allocate(k, stackSize, STACK_ALIGNMENT);
  if (stackBase === 0) return -Errno.ENOMEM;
  const pid = allocatePid(k);
  if (pid === NONE) {
    release(k, stackBase);
    return -Errno.EAGAIN;
  }
  const tcb = newTcb(pid, options.name.slice(0, Number(config.CONFIG_TASK_NAME_SIZE)), 'task', options.priority);
  k.state.tasks[pid & (PIDHASH_SIZE - 1)] = tcb;
  tcb.parent = parent;
  tcb.policy = rrTicks > 0 ? Policy.Rr : Policy.Fifo;
  tcb.timeslice = rrTicks;
  tcb.entry = options.entry;
  tcb.stackBase = stackBase;
  tcb.stackSize = stackSize;
  k.memory.words.fill(
    STACK_COLOR,
    k.memory.linear(stackBase, stackSize) >> 2,
    (k.memory.linear(stackBase, 1) + stackSize) >> 2,
  );
  k.memory.store32(stackBase, 0);
  pushArguments(k, tcb, [options.name, ...options.args]);
  allocateFrames(k, tcb);
  k.state.groups.set(pid, { id: pid, members: 1, descriptors: standardDescriptors() });
  note(k, Note.start, pid, options.priority);
  addReady(k, tcb);
  return pid;
}

/** argv at the top of the stack, as NuttX has it: the strings, then the array with its closing null. */
function pushArguments({ memory }: Kernel, tcb: Tcb, args: string[]): void {
  let top = tcb.stackBase + tcb.stackSize;
  const addresses = args.map((text) => {
    top -= text.length + 1;
    memory.storeString(top, text);
    return top;
  });
  const argv = (top - 4 * (args.length + 1)) & -STACK_ALIGNMENT;
  [...addresses, 0].forEach((address, i) => memory.store32(argv + 4 * i, address));
  tcb.argc = args.length;
  tcb.argv = argv;
  tcb.stackPointer = argv;
}

/** Lowest address that the task's stack pointer may take. */
export function stackLimit(tcb: Tcb): number {
  return tcb.stackBase + TLS_SIZE + RED_ZONE;
}

function allocateFrames(k: Kernel, tcb: Tcb, size = FRAME_AREA): void {
  const { arena } = k.state;
  const freed = arena.free.get(size)?.pop();
  tcb.frameBase = freed ?? arena.next;
  if (freed === undefined) arena.next += size;
  tcb.frameTop = tcb.frameBase;
  tcb.frameLimit = tcb.frameBase + size;
}

function freeFrames(k: Kernel, tcb: Tcb): void {
  const { arena } = k.state;
  const size = tcb.frameLimit - tcb.frameBase;
  const free = arena.free.get(size);
  if (free) free.push(tcb.frameBase);
  else arena.free.set(size, [tcb.frameBase]);
}

/**
 * Gives a task that is leaving the CPU an area twice as large and moves its frames; false when that would be larger
 * than `limit` bytes, which only endless recursion reaches.
 */
export function growFrames(k: Kernel, tcb: Tcb, wanted: number, limit: number): boolean {
  const { words, bytes } = k.memory;
  const [base, used] = [tcb.frameBase, words[Cell.FrameTop]! - tcb.frameBase];
  let size = tcb.frameLimit - base;
  while (size < used + wanted) size *= 2;
  if (size > limit || k.state.arena.next + size > limit * 8) return false;
  freeFrames(k, tcb);
  allocateFrames(k, tcb, size);
  bytes.copyWithin(tcb.frameBase, base, base + used);
  words[Cell.FrameTop] = tcb.frameBase + used;
  words[Cell.FrameLimit] = tcb.frameLimit;
  return true;
}

/** Manual 2.1.1. `argv` may be null; the new task's argv[0] is its name. errno: EINVAL, ENOMEM, EAGAIN. */
export function task_create(
  k: Kernel,
  name: number,
  priority: number,
  stackSize: number,
  entry: number,
  argv: number,
): number {
  const args: string[] = [];
  for (let at = argv; argv !== 0; at += 4) {
    const address = k.memory.load32(at);
    if (address === 0) break;
    args.push(k.memory.string(address));
  }
  return createTask(k, { name: name === 0 ? '<noname>' : k.memory.string(name), priority, stackSize, entry, args });
}

/** Manual 2.1.4. The caller itself for pid 0 or its own. ESRCH: no such task. EACCES is not ours: any task may be deleted. */
export function task_delete(k: Kernel, pid: number): number {
  const self = running(k);
  if (pid === 0 || pid === self.pid) {
    endTask(k, self, 0);
    return 0;
  }
  const tcb = pid < 0 ? null : taskOf(k, pid);
  if (!tcb || tcb.kind === 'idle') return -Errno.ESRCH;
  endTask(k, tcb, 0);
  return 0;
}

/** Manual 2.1.10. Writes out stdio, then ends the task. */
export function exit(k: Kernel, status: number): number {
  k.firmware.flushStdio();
  return _exit(k, status);
}

/** Manual 2.1.11. */
export function _exit(k: Kernel, status: number): number {
  endTask(k, running(k), status);
  return 0;
}

/** Manual 2.1.12. */
export function getpid(k: Kernel): number {
  return running(k).pid;
}

/** Takes a task out of everything it is in and frees what it has. */
function endTask(k: Kernel, tcb: Tcb, status: number): void {
  const { state } = k;
  note(k, Note.stop, tcb.pid, status);
  cancelTimeout(k, tcb);
  if (isWaiting(tcb)) {
    leaveSemaphore(k, tcb);
    removeFrom(k, waitListOf(k, tcb), tcb);
  } else {
    removeReady(k, tcb);
  }
  tcb.state = TaskState.Invalid;
  releaseHeld(k, tcb);
  closeGroup(k, tcb);
  freeFrames(k, tcb);
  release(k, tcb.stackBase);
  state.tasks[tcb.pid & (PIDHASH_SIZE - 1)] = null;
  if (tcb.parent === 0) state.exits.set(tcb.pid, status & 0xff);
}

/** A dead task holds no semaphore; NuttX does not give the counts back either. */
function releaseHeld(k: Kernel, tcb: Tcb): void {
  for (const address of tcb.holds) {
    dropHolder(k.state.semaphores.get(address)!, tcb);
  }
}

function closeGroup(k: Kernel, tcb: Tcb): void {
  const group = groupOf(k, tcb);
  if (--group.members > 0) return;
  for (const descriptor of group.descriptors) {
    if (descriptor?.kind === 'mqueue') releaseQueue(k, k.state.queues.get(descriptor.queue)!);
  }
  k.state.groups.delete(group.id);
}

/** Address of the errno of a task. The idle task has none of its own and is never asked. */
export function errnoAddress(tcb: Tcb): number {
  return tcb.stackBase;
}

/** PR_SET_NAME and PR_GET_NAME; the arguments follow the option. EINVAL: another option, or no name. */
export function prctl(k: Kernel, option: number, varargs: number): number {
  const [name, pid] = [k.memory.load32(varargs), k.memory.load32(varargs + 4)];
  const tcb = pid === 0 ? running(k) : taskOf(k, pid);
  if (!tcb) return -Errno.ESRCH;
  if (name === 0) return -Errno.EFAULT;
  const size = Number(k.state.settings.config.CONFIG_TASK_NAME_SIZE);
  if (option === PR_SET_NAME) tcb.name = k.memory.string(name, size);
  else if (option === PR_GET_NAME) k.memory.storeString(name, tcb.name);
  else return -Errno.EINVAL;
  return 0;
}
const PR_SET_NAME = 1;
const PR_GET_NAME = 2;
