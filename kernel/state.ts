/**
 * Everything that changes as a machine runs, apart from the board's memory: one tree of plain data. Kernel code is
 * functions over it; a checkpoint is a structured clone of it plus a copy of the memory.
 */
import type { ConfigValue } from './config';
import { FRAMES_START } from './binfmt/abi';
import type { Activation, NativeRun, Upcall } from './binfmt/activation';
import type { Adjustment } from './clock/adjtime';
import { createWander, type Oscillator, type Wander } from './clock/oscillator';
import { steadyRate, type RealtimeRate } from './clock/realtime';
import type { Expiry } from './clock/timeout';
import type { PosixTimer } from './clock/timer';
import type { Wdog } from './clock/wdog';
import { createConsole, SIMULATED } from './fs/console';
import { newAsyncIo, type AsyncIo } from './fs/aio/transfer';
import type { Driver } from './fs/driver';
import type { Descriptor, OpenFile } from './fs/file';
import type { Arrival, HardwareEvent } from './hardware';
import { createNet, type NetState } from './net/state';
import type { DirectoryEntry, Mount } from './fs/filesystem';
import type { Inode } from './fs/inode';
import type { Mapping } from './fs/mmap';
import type { Pipe } from './fs/pipe';
import type { Polled } from './fs/poll';
import type { RamDisk } from './fs/ramdisk';
import type { QueueNotification } from './mqueue/notify';
import type { SyncObject } from './pthread/objects';
import type { GroupThreads, ThreadLocal, ThreadState } from './pthread/state';
import { createInterruptController, type InterruptController } from './irq';
import { seedRandom, type RandomState } from './random';
import type { Cancellation } from './sched/cancel';
import type { ExitFunction } from './sched/atexit';
import type { ChildStatus } from './sched/children';
import type { DriverWait } from './sched/driverwait';
import type { GroupExit } from './sched/exit';
import type { Sporadic } from './sched/sporadic';
import type { WorkQueue } from './sched/wqueue';
import type { Tty } from './serial/tty';
import type { Segment } from './shm/shm';
import type { GroupSignals, TaskSignals } from './signal/state';

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
  Stopped: 9,
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
  kind: 'idle' | 'kthread' | 'task' | 'pthread';
  /** Id of its group: the pid of the task that the group began with. */
  group: number;
  state: number;
  /** Neighbours in the one list that the task is in. */
  next: number;
  prev: number;
  priority: number;
  /** Priority without inheritance. */
  basePriority: number;
  /** Priority that it was made with, for task_restart. */
  initPriority: number;
  policy: number;
  /** Ticks left of a SCHED_RR slice. */
  timeslice: number;
  /** SCHED_SPORADIC only. */
  sporadic: Sporadic | null;
  lockCount: number;
  /** It takes no interrupts (irq.ts). */
  irqMasked: boolean;
  /** Cycles spent on the CPU since it was created, and lately: see {@link KernelState.loadCycles}. */
  cycles: number;
  load: number;

  /** The function that it began in (a function pointer or a built-in app, binfmt/entry.ts) or is in now, and its arguments. */
  entry: number;
  arg0: number;
  arg1: number;
  arg2: number;
  /** Address of the allocation, and its size; thread-local data lies at its start, the stack pointer starts at its end. */
  stackBase: number;
  stackSize: number;
  /** The stack came from the heap for this task and goes back there; false for one that the creator gave or lent. */
  ownsStack: boolean;
  stackPointer: number;
  /** Linear addresses of the area for frames while off the CPU; those of the current activation begin at frameStart. */
  frameBase: number;
  frameStart: number;
  frameTop: number;
  frameLimit: number;
  /** What it was in when the kernel called a function on its stack, outermost first (binfmt/activation.ts). */
  suspended: Activation[];
  /** A function to call before the task goes on. */
  upcall: Upcall | null;
  /** There is an upcall, or a signal to deliver: looked at before the task goes on. */
  attention: boolean;
  /** Of a native program: what it has been given so far; null for C. */
  native: NativeRun | null;
  /** System call that the task is in: an index of the system-call table, or NONE; and its arguments, if it has a resume. */
  call: number;
  args: number[];
  /** What the call returns, or what woke the wait: 0, or a negated errno. */
  result: number;
  /** Semaphore address, queue id or group id that is waited for; minus the pid of a thread that is joined; 0 for none. */
  waitFor: number;
  /** Semaphores with priority inheritance of which the task holds a count, by address. */
  holds: number[];
  /** Tick at which the wait times out; 0 for never. */
  deadline: number;
  /** How far the call has come that waits: bytes written, or the open file that is not of use yet. */
  progress: number;
  /** What it waits for in poll or select. */
  polled: Polled[] | null;
  /** What a driver of the firmware has answered to the call that asked it; or null. */
  answer: number | null;

  signals: TaskSignals;
  cancel: Cancellation;
  /** What only pthreads have; null for others. */
  thread: ThreadState | null;
  local: ThreadLocal;
  /** It is on its way out: exit functions, cleanup handlers and destructors run, and it cannot be cancelled again. */
  exiting: boolean;
  /** The task that waits for it to leave the stack that both share, when vfork made it; or NONE. */
  vforkParent: number;
}

/** Descriptors and what else the threads of a task share. */
export interface Group {
  id: number;
  /** Group of the parent; 0, the idle task's, for what starts at boot. It may be gone. */
  parent: number;
  /** Pids of its threads, oldest first. */
  members: number[];
  descriptors: (Descriptor | null)[];
  /** Address of what the C library keeps for it, 0 for nothing yet (libc/taskinfo.ts). */
  taskInfo: number;
  /** Address of its environment, a null-terminated array of strings in the heap; 0 for none (environ/environ.ts). */
  environ: number;
  /** What atexit and on_exit registered, in that order. */
  exitFunctions: ExitFunction[];
  /** Statuses of children, with CONFIG_SCHED_CHILD_STATUS, newest first. */
  children: ChildStatus[];
  /** No statuses are kept: sigaction was told SA_NOCLDWAIT for SIGCHLD. */
  noChildStatus: boolean;
  /** Children that it ever had, counted without CONFIG_SCHED_CHILD_STATUS (NuttX: tg_nchildren, which does not go down). */
  childCount: number;
  /** Status of the child whose main thread ended last, which is what SIGCHLD says (NuttX: tg_exitcode). */
  childExitCode: number;
  signals: GroupSignals;
  threads: GroupThreads;
  /** Threads of other groups that wait for this one to end, without CONFIG_SCHED_HAVE_PARENT. */
  exitWaiters: TaskList;
  /** What its main thread ended with. */
  status: number;
  /** How far it has come on its way out; null as long as no thread has called exit. */
  exit: GroupExit | null;
  /** That it was stopped or continued, as waitpid stores it, until the parent was told; null for no news. */
  news: number | null;
}

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

/** What sem_open made. */
export interface NamedSemaphore {
  name: string;
  openCount: number;
  unlinked: boolean;
}

export interface Message {
  priority: number;
  /** Of its bytes, in the board's RAM. */
  address: number;
  size: number;
  /** Where it came from and goes back to: mqueue/message.ts. */
  source: 'pool' | 'reserve' | 'heap';
}

export interface MessageQueue {
  id: number;
  /** Of what NuttX keeps of it, in the heap; nothing is written there. */
  address: number;
  name: string;
  maxMessages: number;
  messageSize: number;
  messages: Message[];
  openCount: number;
  unlinked: boolean;
  /** Waiting to send (the queue is full) and to receive (it is empty). */
  notFull: TaskList;
  notEmpty: TaskList;
  /** What mq_notify attached. */
  notification: QueueNotification | null;
}

export interface Heap {
  start: number;
  end: number;
  /** Free blocks by ascending address. */
  free: { address: number; size: number }[];
  /** Allocated blocks: usable address to size and owner. */
  used: Map<number, { size: number; pid: number }>;
  /** Bytes of them with their headers, now and at most so far. */
  inUse: number;
  peak: number;
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
  /** CONFIG_DEBUG_FEATURES, on which CONFIG_DEBUG_ASSERTIONS depends: some calls check their arguments only then. */
  debugFeatures: boolean;
  /** Cycles that a system call costs. */
  callCycles: number;
  /** Cycles from the timer's tick to its interrupt handler. */
  irqLatencyCycles: number;
  /** CLOCK_REALTIME at boot, in seconds since 1970. */
  startSec: number;
  /** Of the random numbers. */
  seed: number;
  /** Its place on the bench, from zero on: its addresses follow from that. */
  place: number;
  /** Of its PTP clock, and of CLOCK_REALTIME where the bench says so: it agrees with CLOCK_MONOTONIC else. */
  oscillator: Oscillator;
  realtimeOscillates: boolean;
  /** Time stamps that software makes of frames are late by chance, by up to that many nanoseconds. */
  stampJitterNs: number;
  /** The programs under /bin. */
  apps: readonly BuiltinApp[];
}

/** A program that exec and posix_spawn find by its name. */
export interface BuiltinApp {
  name: string;
  /** Function that it begins in (binfmt/entry.ts). */
  entry: number;
  priority: number;
  stackSize: number;
}

/** Why a board was reset: BOARDIOC_RESETCAUSE_... of sys/boardctl.h, and a number that says more. */
export interface ResetCause {
  cause: number;
  flag: number;
}

export interface Boot extends ResetCause {
  cycle: number;
  tick: number;
}

/** BOARDIOC_RESETCAUSE_SYS_CHIPPOR: the power came on. */
export const POWER_ON = 1;

export interface KernelState {
  settings: Settings;
  /** CPU cycles since boot: the machine's time. */
  cycles: number;
  /** Cycles that the running task was given; what it has used is this minus the fuel cell. */
  budget: number;
  /** System ticks since boot. */
  ticks: number;
  /** When and why the board booted last; cycles and ticks are counted since the power came on. */
  boot: Boot;
  /** The board runs; or it is off, or about to boot again, and why. */
  power: 'on' | 'off' | ResetCause;
  /** Kernel entries (system calls, interrupts) since boot: the exact position in a run, for replay. */
  entries: number;
  /** CLOCK_REALTIME minus CLOCK_MONOTONIC, what adjtime adds to it, and its rate. */
  realtimeOffset: { sec: number; nsec: number };
  adjustment: Adjustment | null;
  realtimeRate: RealtimeRate;
  /** Of its oscillator, since the power came on. */
  wander: Wander;

  /** Tasks by pid modulo the table's size, as NuttX's g_pidhash. */
  tasks: (Tcb | null)[];
  lastPid: number;
  readyToRun: TaskList;
  /** Ready, but kept off by sched_lock. */
  pending: TaskList;
  /** Asleep or waiting for something that is no object with a list of its own. */
  waitingForSignal: TaskList;
  /** Stopped by a signal (signal/default.ts). */
  stopped: TaskList;
  /** The task that was last entered, and the cycle count at which it got the CPU. */
  onCpu: number;
  switchedAt: number;
  /** Sum of every task's `load`; all are halved now and then, so that the past fades (NuttX: CONFIG_SCHED_CPULOAD). */
  loadCycles: number;
  /** Everything that is to happen at a tick: limits of waits, watchdogs, timers, delayed work; in the order of expiry. */
  timeouts: Expiry[];
  /** Handlers of interrupts that the CPU is in. */
  interrupts: number;
  /** What of a group they have. */
  handlers: Pick<Group, 'taskInfo'>;

  groups: Map<number, Group>;
  /** By id; and what has a name in the file system, by its path. */
  files: Map<number, OpenFile>;
  nextFile: number;
  inodes: Map<string, Inode>;
  /** Drivers that the firmware registered, by the address of their struct inode. */
  drivers: Map<number, Driver>;
  /** What open directories list, by the id of the open file. */
  directories: Map<number, DirectoryEntry[]>;
  /** Mounted volumes, by id. */
  mounts: Map<number, Mount>;
  nextMount: number;
  /** RAM and ROM disks, by id. */
  ramDisks: Map<number, RamDisk>;
  nextRamDisk: number;
  /** By address. */
  pipes: Map<number, Pipe>;
  /** Those that wait in poll and select. */
  pollers: TaskList;
  semaphores: Map<number, Semaphore>;
  /** Mutexes, condition variables and the like that were met, by address. */
  syncObjects: Map<number, SyncObject>;
  /** Records of holders in use, of all semaphores: see semaphore/holder.ts. */
  holders: number;
  /** By address. */
  namedSemaphores: Map<number, NamedSemaphore>;
  queues: Map<number, MessageQueue>;
  nextQueue: number;
  /** Addresses of messages not in use: mqueue/message.ts. */
  messages: { pool: number[]; reserve: number[] };
  heap: Heap;
  /** Next free linear address of the arena, and freed frame areas by size. */
  arena: { next: number; free: Map<number, number[]> };
  timers: Map<number, PosixTimer>;
  nextTimer: number;
  asyncIo: AsyncIo;
  /** What mmap gave, by address; and shared memory, by id. */
  mappings: Map<number, Mapping>;
  segments: Map<number, Segment>;
  /** Watchdogs that run, by the address of their wdog_s. */
  wdogs: Map<number, Wdog>;
  workQueues: WorkQueue[];
  /** What the hardware does next, by cycle; and the cycle of what it does now. */
  events: HardwareEvent[];
  hardwareCycle: number;
  /** What other boards have sent and is on its way, in the order in which it comes. */
  arrivals: Arrival[];
  /** State of the board's devices, by name: plain objects, known to the devices only. */
  hardware: Map<string, object>;
  /** Where devices that have memory of their own have it: linear addresses in the arena, and bytes. */
  deviceMemory: Map<string, { start: number; size: number }>;
  irq: InterruptController;
  /** Terminals, by the devices that their lines are of. */
  ttys: Map<string, Tty>;
  console: ConsoleState;
  net: NetState;
  /** What tasks wait for in drivers. */
  driverWaits: DriverWait[];
  /** Transmitters that are at work: before they are done the board is not at its end. */
  transmitters: number;
  /** What gethostname gives. */
  hostName: string;
  /** Statuses of children that are kept now, of CONFIG_PREALLOC_CHILDSTATUS, and how many found no room. */
  childStatuses: { kept: number; lost: number };
  /** Exit status by pid of boot apps, for whoever started the machine. */
  exits: Map<number, number>;
  /** What was met of kernel/quirks.ts, by name: how often, and by whom first. */
  quirks: Map<string, { count: number; pid: number }>;
  random: RandomState;
  crashed: boolean;
}

export interface ConsoleState {
  /** Bytes written since boot. */
  written: number;
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
    boot: { cycle: 0, tick: 0, cause: POWER_ON, flag: 0 },
    power: 'on',
    entries: 0,
    realtimeOffset: { sec: settings.startSec, nsec: 0 },
    adjustment: null,
    realtimeRate: steadyRate(),
    wander: createWander(),
    tasks: new Array<Tcb | null>(PIDHASH_SIZE).fill(null),
    lastPid: 0,
    readyToRun: emptyList(),
    pending: emptyList(),
    waitingForSignal: emptyList(),
    stopped: emptyList(),
    onCpu: 0,
    switchedAt: 0,
    loadCycles: 0,
    timeouts: [],
    interrupts: 0,
    handlers: { taskInfo: 0 },
    groups: new Map(),
    files: new Map(),
    nextFile: 1,
    inodes: new Map([
      ['/dev', { kind: 'directory', object: 0 }],
      ['/dev/console', { kind: 'console', object: 0 }],
      ['/dev/null', { kind: 'null', object: 0 }],
      ['/dev/zero', { kind: 'zero', object: 0 }],
    ]),
    drivers: new Map(),
    directories: new Map(),
    mounts: new Map(),
    nextMount: 1,
    ramDisks: new Map(),
    nextRamDisk: 1,
    pipes: new Map(),
    pollers: emptyList(),
    semaphores: new Map(),
    syncObjects: new Map(),
    holders: 0,
    namedSemaphores: new Map(),
    queues: new Map(),
    nextQueue: 1,
    messages: { pool: [], reserve: [] },
    heap: {
      start: heapStart,
      end: heapEnd,
      free: [{ address: heapStart, size: heapEnd - heapStart }],
      used: new Map(),
      inUse: 0,
      peak: 0,
    },
    arena: { next: FRAMES_START, free: new Map() },
    timers: new Map(),
    nextTimer: 1,
    asyncIo: newAsyncIo(),
    mappings: new Map(),
    segments: new Map(),
    wdogs: new Map(),
    workQueues: [],
    events: [],
    hardwareCycle: 0,
    arrivals: [],
    hardware: new Map(),
    deviceMemory: new Map(),
    irq: createInterruptController(),
    ttys: new Map([[SIMULATED, createConsole()]]),
    console: { written: 0 },
    net: createNet(settings.config),
    driverWaits: [],
    transmitters: 0,
    hostName: String(settings.config.CONFIG_LIBC_HOSTNAME ?? ''),
    childStatuses: { kept: 0, lost: 0 },
    exits: new Map(),
    quirks: new Map(),
    random: seedRandom(settings.seed),
    crashed: false,
  };
}
