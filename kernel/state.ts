/**
 * Everything that changes as a machine runs, apart from the board's memory: one tree of plain data. Kernel code is
 * functions over it; a checkpoint is a structured clone of it plus a copy of the memory.
 */
import type { ConfigValue } from './config';
import { FRAMES_START } from './binfmt/abi';
import { seedRandom, type RandomState } from './random';

/** Task states, NuttX's numbers and order (include/nuttx/sched.h). */
export const TaskState = {
  Invalid: 0,
  Pending: 1,
  ReadyToRun: 2,
  Running: 3,
  Inactive: 4,
  WaitSem: 5,
  WaitSig: 6,
  WaitMqNotEmpty: 7,
  WaitMqNotFull: 8,
} as const;

export const Policy = { Fifo: 1, Rr: 2, Sporadic: 3 } as const;

export const PRIORITY_IDLE = 0;
export const PRIORITY_MIN = 1;
export const PRIORITY_MAX = 255;

/** No task. */
export const NONE = -1;

/** A list of tasks, linked through {@link Tcb.next} and {@link Tcb.prev}; pids, or NONE. */
export interface TaskList {
  head: number;
  tail: number;
}

export const emptyList = (): TaskList => ({ head: NONE, tail: NONE });

export interface Tcb {
  pid: number;
  name: string;
  kind: 'idle' | 'task';
  parent: number;
  group: number;
  state: number;
  /** Neighbours in the one list that the task is in. */
  next: number;
  prev: number;
  priority: number;
  /** Priority without inheritance. */
  basePriority: number;
  policy: number;
  /** Ticks left of a SCHED_RR slice. */
  timeslice: number;
  lockCount: number;
  /** Cycles spent on the CPU since it was created, and lately: see {@link KernelState.loadCycles}. */
  cycles: number;
  load: number;

  /** Entry: an index of the firmware's function table, or a built-in app (executor.ts); and its arguments. */
  entry: number;
  argc: number;
  argv: number;
  /** Address of the allocation, and its size; thread-local data lies at its start, the stack pointer starts at its end. */
  stackBase: number;
  stackSize: number;
  stackPointer: number;
  /** Linear addresses of the area for frames while off the CPU. */
  frameBase: number;
  frameTop: number;
  frameLimit: number;
  /** System call that the task is in: an index of the system-call table, or NONE; and its arguments. */
  call: number;
  args: number[];
  /** What the call returns, or what woke the wait: 0, or a negated errno. */
  result: number;
  /** Semaphore address or queue id that is waited for; 0 for none. */
  waitFor: number;
  /** Semaphores with priority inheritance of which the task holds a count, by address. */
  holds: number[];
  /** Tick at which the wait times out; 0 for never. */
  deadline: number;
}

/** Descriptors and what else the threads of a task share. */
export interface Group {
  id: number;
  members: number;
  descriptors: (Descriptor | null)[];
}

export type Descriptor = { kind: 'console' } | { kind: 'mqueue'; queue: number; flags: number };

export interface Holder {
  pid: number;
  counts: number;
}

/** What the kernel knows of a semaphore; the count itself is in the firmware's sem_t, as on a real NuttX. */
export interface Semaphore {
  address: number;
  inherit: boolean;
  holders: Holder[];
  waiters: TaskList;
}

export interface Message {
  priority: number;
  data: Uint8Array;
}

export interface MessageQueue {
  id: number;
  name: string;
  maxMessages: number;
  messageSize: number;
  messages: Message[];
  openCount: number;
  unlinked: boolean;
  /** Waiting to send (the queue is full) and to receive (it is empty). */
  notFull: TaskList;
  notEmpty: TaskList;
}

export interface Heap {
  start: number;
  end: number;
  /** Free blocks by ascending address. */
  free: { address: number; size: number }[];
  /** Allocated blocks: usable address to size and owner. */
  used: Map<number, { size: number; pid: number }>;
}

/** A wait with a limit, in the order of expiry. */
export interface Timeout {
  tick: number;
  pid: number;
}

/** What the board and the configuration fix at boot, in the units that the kernel counts in. */
export interface Settings {
  config: Readonly<Record<string, ConfigValue>>;
  cpuHz: number;
  /** Where that is a whole number, which spares a division per event; else 0. */
  nsPerCycle: number;
  cyclesPerTick: number;
  /** Nanoseconds. */
  tickNs: number;
  /** SCHED_RR slice in ticks; 0 when there is no round robin. */
  rrTicks: number;
  priorityInheritance: boolean;
  /** Cycles that a system call costs. */
  callCycles: number;
  /** Cycles from the timer's tick to its interrupt handler. */
  irqLatencyCycles: number;
  /** CLOCK_REALTIME at boot, in seconds since 1970. */
  startSec: number;
  /** Of the random numbers. */
  seed: number;
}

export interface KernelState {
  settings: Settings;
  /** CPU cycles since boot: the machine's time. */
  cycles: number;
  /** Cycles that the running task was given; what it has used is this minus the fuel cell. */
  budget: number;
  /** System ticks since boot. */
  ticks: number;
  /** Kernel entries (system calls, interrupts) since boot: the exact position in a run, for replay. */
  entries: number;
  /** CLOCK_REALTIME minus CLOCK_MONOTONIC. */
  realtimeOffset: { sec: number; nsec: number };

  /** Tasks by pid modulo the table's size, as NuttX's g_pidhash. */
  tasks: (Tcb | null)[];
  lastPid: number;
  readyToRun: TaskList;
  /** Ready, but kept off by sched_lock. */
  pending: TaskList;
  /** Asleep or waiting for something that is no object with a list of its own. */
  waitingForSignal: TaskList;
  /** The task that was last entered, and the cycle count at which it got the CPU. */
  onCpu: number;
  switchedAt: number;
  /** Sum of every task's `load`; all are halved now and then, so that the past fades (NuttX: CONFIG_SCHED_CPULOAD). */
  loadCycles: number;
  timeouts: Timeout[];

  groups: Map<number, Group>;
  semaphores: Map<number, Semaphore>;
  queues: Map<number, MessageQueue>;
  /** Names to queue ids. */
  queueNames: Map<string, number>;
  nextQueue: number;
  heap: Heap;
  /** Next free linear address of the arena, and freed frame areas by size. */
  arena: { next: number; free: Map<number, number[]> };
  console: ConsoleState;
  /** Exit status by pid of boot apps, for whoever started the machine. */
  exits: Map<number, number>;
  random: RandomState;
  crashed: boolean;
}

export interface ConsoleState {
  /** Lines typed, not yet read; and the line that is being typed. */
  input: number[];
  line: number[];
  /** Bytes written since boot. */
  written: number;
  readers: TaskList;
}

/** Places in the table of tasks, a power of two. */
export const PIDHASH_SIZE = 1024;

/** State of a machine before boot. */
export function createState(settings: Settings, heapStart: number, heapEnd: number): KernelState {
  return {
    settings,
    cycles: 0,
    budget: 0,
    ticks: 0,
    entries: 0,
    realtimeOffset: { sec: settings.startSec, nsec: 0 },
    tasks: new Array<Tcb | null>(PIDHASH_SIZE).fill(null),
    lastPid: 0,
    readyToRun: emptyList(),
    pending: emptyList(),
    waitingForSignal: emptyList(),
    onCpu: 0,
    switchedAt: 0,
    loadCycles: 0,
    timeouts: [],
    groups: new Map(),
    semaphores: new Map(),
    queues: new Map(),
    queueNames: new Map(),
    nextQueue: 1,
    heap: {
      start: heapStart,
      end: heapEnd,
      free: [{ address: heapStart, size: heapEnd - heapStart }],
      used: new Map(),
    },
    arena: { next: FRAMES_START, free: new Map() },
    console: { input: [], line: [], written: 0, readers: emptyList() },
    exits: new Map(),
    random: seedRandom(settings.seed),
    crashed: false,
  };
}
