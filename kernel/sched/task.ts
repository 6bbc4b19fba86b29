/** The making of tasks and threads (manual 2.1). */
import { Cell } from '../binfmt/abi';
import { beginNative, RED_ZONE, STACK_ALIGNMENT } from '../binfmt/activation';
import { isNative } from '../binfmt/entry';
import { Errno } from '../errno';
import { initEnvironment, releaseEnvironment, stringsAt } from '../environ/environ';
import { closeAll, inheritDescriptors, setDescriptor } from '../fs/file';
import { openPath } from '../fs/open';
import { O_RDWR } from '../fs/openflags';
import { note, Note, running, type Kernel } from '../kernel';
import { MachineFault } from '../memory';
import { allocate, release } from '../mm/heap';
import { newThreadLocal } from '../pthread/state';
import { newTaskSignals } from '../signal/state';
import { NONE, PIDHASH_SIZE, Policy, PRIORITY_IDLE, PRIORITY_MAX, PRIORITY_MIN, TaskState, type Tcb } from '../state';
import { newCancellation } from './cancel';
import { disown } from './children';
import { groupOf, joinGroup, newGroup } from './group';
import { addReady } from './readytorun';

/** Thread-local data at the start of a stack: errno. */
export const TLS_SIZE = 16;
/** NuttX's STACK_COLOR, by which the high-water mark is found. */
export const STACK_COLOR = 0xdeadbeef | 0;
/** A smaller stack would be all guard. */
const MIN_STACK = 512;

/** Frame areas start this small; the executor doubles one that is full. */
const FRAME_AREA = 1024;

function newTcb(pid: number, name: string, kind: Tcb['kind'], priority: number, group: number): Tcb {
  return {
    pid, name, kind, group, priority, basePriority: priority, initPriority: priority, state: TaskState.Inactive,
    next: NONE, prev: NONE,
    policy: Policy.Fifo, timeslice: 0, sporadic: null, lockCount: 0, irqMasked: false, cycles: 0, load: 0, entry: 0, arg0: 0, arg1: 0, arg2: 0,
    stackBase: 0, stackSize: 0, ownsStack: true, stackPointer: 0, frameBase: 0, frameStart: 0, frameTop: 0, frameLimit: 0,
    suspended: [], upcall: null, attention: false, native: null, call: NONE, args: [], result: 0, waitFor: 0, holds: [],
    deadline: 0, signals: newTaskSignals(), cancel: newCancellation(), thread: null, local: newThreadLocal(),
    exiting: false, vforkParent: NONE, progress: 0, polled: null, answer: null,
  }; // prettier-ignore
}

/**
 * The task that runs when no other does: pid 0, and the head of the list at boot. It never runs code of the firmware,
 * but interrupt handlers do on its stack, whose lowest address and size these are.
 */
export function createIdleTask(k: Kernel, stackBase: number, stackSize: number): void {
  const idle = newTcb(0, 'Idle_Task', 'idle', PRIORITY_IDLE, 0);
  idle.state = TaskState.Running;
  Object.assign(idle, { stackBase, stackSize, stackPointer: stackBase + stackSize });
  k.state.tasks[0] = idle;
  k.state.readyToRun = { head: 0, tail: 0 };
  const group = newGroup(k, 0, null);
  const console = openPath(k, '/dev/console', O_RDWR);
  for (let fd = 0; fd < 3; fd++) setDescriptor(k, group, fd, { file: console, closeOnExec: false });
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
  /** 'task' by default. */
  kind?: Tcb['kind'];
  priority: number;
  /** Bytes. */
  stackSize: number;
  /** Lowest address of a stack that the creator gives; from the heap by default. */
  stackBase?: number;
  /** Function pointer (binfmt/entry.ts). */
  entry: number;
  /** Of a task: argv[1] and so on. */
  args: string[];
  /** Environment of a task, the creator's by default. */
  environ?: string[];
}

/**
 * Makes a task in a group of its own, not yet activated; gives it, or a negated errno: EAGAIN when there are no more
 * pids, ENOMEM when the stack or the environment finds no room or the arguments none on the stack. `parent` is null for
 * what starts at boot.
 */
export function initTask(k: Kernel, options: TaskOptions, parent: Tcb | null = running(k)): Tcb | number {
  const tcb = initThread(k, options, null);
  if (typeof tcb === 'number') return tcb;
  const args = [options.name, ...options.args];
  if (args.reduce((sum, text) => sum + text.length + 5, 4) > tcb.stackSize - MIN_STACK / 2) {
    discardTask(k, tcb);
    return -Errno.ENOMEM;
  }
  pushArguments(k, tcb, args);
  return foundGroup(k, tcb, parent, options.environ);
}

/** Gives a task that is being made its group, with descriptors and an environment. */
function foundGroup(k: Kernel, tcb: Tcb, parent: Tcb | null, environ?: string[], isTwin = false): Tcb | number {
  const group = newGroup(k, tcb.pid, parent);
  inheritDescriptors(k, group, k.state.groups.get(parent?.group ?? 0)!, isTwin);
  if (initEnvironment(k, group, environ ?? (parent ? stringsAt(k, groupOf(k, parent).environ) : []))) return tcb;
  abandonTask(k, tcb);
  return -Errno.ENOMEM;
}

/** Takes back what {@link initTask} made. */
export function abandonTask(k: Kernel, tcb: Tcb): void {
  const group = groupOf(k, tcb);
  closeAll(k, group);
  releaseEnvironment(k, group);
  disown(k, group);
  k.state.groups.delete(group.id);
  discardTask(k, tcb);
}

/** Makes a task that shares a task's stack, and gets its frames when it is first entered; see vfork.ts. Errors as {@link initTask}. */
export function initTwin(k: Kernel, parent: Tcb): Tcb | number {
  const pid = allocatePid(k);
  if (pid === NONE) return -Errno.EAGAIN;
  const tcb = newTcb(pid, parent.name, parent.kind === 'kthread' ? 'kthread' : 'task', parent.basePriority, pid);
  k.state.tasks[pid & (PIDHASH_SIZE - 1)] = tcb;
  const { stackBase, stackSize, stackPointer } = parent;
  Object.assign(tcb, { stackBase, stackSize, stackPointer, ownsStack: false, signals: newTaskSignals(parent.signals) });
  setDefaultPolicy(k, tcb);
  return foundGroup(k, tcb, parent, undefined, true);
}

function setDefaultPolicy(k: Kernel, tcb: Tcb): void {
  const { rrTicks } = k.state.settings;
  tcb.policy = rrTicks > 0 ? Policy.Rr : Policy.Fifo;
  tcb.timeslice = rrTicks;
}

/** Makes a thread of a group, or of one that is yet to be made for null; not yet activated. Errors as {@link initTask}. */
export function initThread(k: Kernel, options: TaskOptions, group: number | null): Tcb | number {
  const { config } = k.state.settings;
  const priority = checkedPriority(k, options);
  const stack =
    options.stackBase === undefined ? newStack(k, options.stackSize) : givenStack(options.stackBase, options.stackSize);
  if (!stack) return -Errno.ENOMEM;
  const pid = allocatePid(k);
  if (pid === NONE) {
    if (options.stackBase === undefined) release(k, stack.base);
    return -Errno.EAGAIN;
  }
  const name = options.name.slice(0, Math.max(Number(config.CONFIG_TASK_NAME_SIZE) - 1, 0));
  const tcb = newTcb(pid, name, options.kind ?? 'task', priority, group ?? pid);
  k.state.tasks[pid & (PIDHASH_SIZE - 1)] = tcb;
  setDefaultPolicy(k, tcb);
  tcb.signals = newTaskSignals(running(k).signals);
  tcb.entry = options.entry;
  tcb.stackBase = stack.base;
  tcb.stackSize = stack.size;
  tcb.ownsStack = options.stackBase === undefined;
  tcb.stackPointer = stack.base + stack.size;
  const start = k.memory.linear(stack.base, stack.size) >> 2;
  k.memory.words.fill(STACK_COLOR, start, start + (stack.size >> 2));
  k.memory.store32(stack.base, 0);
  allocateFrames(k, tcb);
  if (group !== null) joinGroup(k, tcb);
  return tcb;
}

/** As on NuttX a priority that is none is one that is, unless assertions are on: eight bits of it count. */
function checkedPriority({ state }: Kernel, { priority, name }: TaskOptions): number {
  const good = priority >= PRIORITY_MIN && priority <= PRIORITY_MAX;
  if (good || state.settings.config.CONFIG_DEBUG_ASSERTIONS !== true) return priority & 0xff;
  throw new MachineFault(
    `Assertion failed: priority ${priority} of task "${name}"`,
    `A task's priority is from ${PRIORITY_MIN} to ${PRIORITY_MAX}.`,
  );
}

interface Stack {
  base: number;
  size: number;
}

function newStack(k: Kernel, wanted: number): Stack | null {
  const size = Math.ceil(Math.max(wanted >>> 0, MIN_STACK) / STACK_ALIGNMENT) * STACK_ALIGNMENT;
  const base = allocate(k, size, STACK_ALIGNMENT);
  return base === 0 ? null : { base, size };
}

/** The aligned part of a stack that the creator gives; null when that is too small. */
function givenStack(address: number, bytes: number): Stack | null {
  const base = (address + STACK_ALIGNMENT - 1) & -STACK_ALIGNMENT;
  const size = (address + (bytes >>> 0) - base) & -STACK_ALIGNMENT;
  return size < MIN_STACK ? null : { base, size };
}

/** Lets a task that was made begin: it is ready. */
export function activateTask(k: Kernel, tcb: Tcb): void {
  if (isNative(tcb.entry)) tcb.native = beginNative(tcb);
  note(k, Note.start, tcb.pid, tcb.priority);
  addReady(k, tcb);
}

/** Makes a task and lets it begin; gives its pid, or a negated errno as {@link initTask}. */
export function createTask(k: Kernel, options: TaskOptions, parent: Tcb | null = running(k)): number {
  const tcb = initTask(k, options, parent);
  if (typeof tcb === 'number') return tcb;
  activateTask(k, tcb);
  return tcb.pid;
}

/** Takes back what {@link initThread} took: the task is no more. */
export function discardTask(k: Kernel, tcb: Tcb): void {
  freeFrames(k, tcb);
  if (tcb.ownsStack) release(k, tcb.stackBase);
  k.state.tasks[tcb.pid & (PIDHASH_SIZE - 1)] = null;
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
  tcb.arg0 = args.length;
  tcb.arg1 = argv;
  tcb.stackPointer = argv;
}

/** Lowest address that the task's stack pointer may take. */
export function stackLimit(tcb: Tcb): number {
  return tcb.stackBase + TLS_SIZE + RED_ZONE;
}

/** What stops the board when a task's stack pointer goes below that. On the idle task's stack interrupt handlers run. */
export function stackOverflow(tcb: Tcb, stackPointer: number): MachineFault {
  const missing = stackLimit(tcb) - stackPointer;
  const whose = tcb.kind === 'idle' ? 'interrupt stack' : 'stack';
  const remedy =
    tcb.kind === 'idle'
      ? 'Use less stack in the functions of watchdogs: they share one stack with each other.'
      : `Give task "${tcb.name}" a larger stack, or look for recursion and for large local arrays in the call stack.`;
  return new MachineFault(`Stack overflow: ${missing} bytes below the ${whose} of ${tcb.stackSize} bytes`, remedy);
}

export function allocateFrames(k: Kernel, tcb: Tcb, size = FRAME_AREA): void {
  const { arena } = k.state;
  const freed = arena.free.get(size)?.pop();
  tcb.frameBase = freed ?? arena.next;
  if (freed === undefined) arena.next += size;
  tcb.frameStart = tcb.frameTop = tcb.frameBase;
  tcb.frameLimit = tcb.frameBase + size;
}

function freeFrames(k: Kernel, tcb: Tcb): void {
  const { arena } = k.state;
  const size = tcb.frameLimit - tcb.frameBase;
  if (size === 0) return;
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
  const start = tcb.frameStart - base;
  freeFrames(k, tcb);
  allocateFrames(k, tcb, size);
  tcb.frameStart = tcb.frameBase + start;
  for (const activation of tcb.suspended) {
    activation.frameStart += tcb.frameBase - base;
    activation.frameTop += tcb.frameBase - base;
  }
  bytes.copyWithin(tcb.frameBase, base, base + used);
  words[Cell.FrameTop] = tcb.frameBase + used;
  words[Cell.FrameLimit] = tcb.frameLimit;
  return true;
}

/** Address of the errno of a thread. */
export function errnoAddress(tcb: Tcb): number {
  return tcb.stackBase;
}
