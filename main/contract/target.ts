/**
 * What a debugger's target shows of itself. The emulated machine is the first target; a live board, a recorded trace
 * or a NuttX behind a GDB server describe themselves with the same records, so the renderer never knows which it asks.
 *
 * Virtual times are nanoseconds since boot, as plain numbers (exact for the first 104 days).
 */
import { z } from 'zod';
import { BoardSnapshot, Wave } from './board';
import { DescriptorSnapshot } from './files';
import { NetworkSnapshot } from './network';
import { MqueueSnapshot, Pid, SyncSnapshot, ThreadSignals, TimerSnapshot } from './objects';
import { LabRun } from './lab';
import { PtpSnapshot } from './ptp';

/** A place in the firmware: where a task stands, or one call frame of it. */
export const Frame = z.object({
  function: z.string(),
  /** Path relative to the project's folder; null for code without line information (the C library, say). */
  file: z.string().nullable(),
  line: z.int().nullable(),
  /** Program counter: byte offset in the linked module's code. */
  pc: z.int(),
  /** No function, but the place where the kernel called the one above on the task's stack: a signal handler, say. */
  boundary: z.literal(true).optional(),
});
export type Frame = z.infer<typeof Frame>;

/** The state's colour and letter (look.md); several NuttX states share one. */
export const StateClass = z.enum(['running', 'ready', 'sem', 'mq', 'signal', 'sleep', 'stopped', 'inactive']);
export type StateClass = z.infer<typeof StateClass>;

const syncKinds = ['semaphore', 'mutex', 'condition', 'barrier', 'rwlock', 'spinlock'] as const;

/** What a blocked task waits for; `id` selects the object in its own pane. */
export const WaitsFor = z.object({
  kind: z.enum([
    ...syncKinds,
    'mqueue',
    'pipe',
    'poll',
    'signal',
    'child',
    'join',
    'work',
    'time',
    'unlock',
    'continue',
    'socket',
    'console',
    'device',
  ]),
  /** Id of the object or queue, or pid of the task, thread or worker; null for what has none. */
  id: z.number().nullable(),
  label: z.string(),
  /** Virtual time at which the wait times out; null when it has no limit. */
  untilNs: z.number().nullable(),
});

export const TaskSnapshot = z.object({
  pid: Pid,
  name: z.string(),
  kind: z.enum(['idle', 'kthread', 'task', 'pthread']),
  /** NuttX's own word, as `ps` prints it: Running, Ready, "Waiting,Semaphore", ... */
  state: z.string(),
  stateClass: StateClass,
  priority: z.int(),
  basePriority: z.int(),
  policy: z.string(),
  /** What is left of a SCHED_RR task's slice or of a SCHED_SPORADIC task's budget; null for SCHED_FIFO. */
  timesliceLeftMs: z.number().nullable(),
  /** Bytes. `stackUsed` is now, `stackPeak` the high-water mark. */
  stackSize: z.int(),
  stackUsed: z.int(),
  stackPeak: z.int(),
  /** Share of the CPU's cycles of late, 0..100; the past counts less the longer ago it is. */
  cpuPercent: z.number(),
  waitsFor: WaitsFor.nullable(),
  lockCount: z.int(),
  /** The task that it is a thread of: id of its group. */
  group: Pid,
  /** Its parent: the task that made the task, or for a pthread the task itself. */
  parent: Pid.nullable(),
  entry: z.string(),
  /** It was asked to go (pthread_cancel, task_delete) and has not gone yet. */
  cancelPending: z.boolean(),
  /** It is on its way out: exit functions, cleanup handlers or destructors run. */
  exiting: z.boolean(),
  /** Where it stands; null while the machine runs. */
  at: Frame.nullable(),
});
export type TaskSnapshot = z.infer<typeof TaskSnapshot>;

/** A task that has ended, and whose exit status is kept until its parent asks for it; or a thread that nobody has joined. */
export const RetainedStatus = z.object({
  pid: Pid,
  name: z.string(),
  parent: Pid,
  /** In words: `Exited with 3`, of a thread `Returned 3`. */
  status: z.string(),
});
export type RetainedStatus = z.infer<typeof RetainedStatus>;

/** What the firmware has met that it had better know of, although nothing is wrong with the machine. */
export const RuntimeWarning = z.object({
  id: z.string(),
  /** What happens, and what to do about it. */
  message: z.string(),
  /** Whom it concerns, or whom first. */
  pid: Pid.nullable(),
  /** How often. */
  count: z.int(),
  /** CONFIG_ option that changes it. */
  option: z.string().nullable(),
});
export type RuntimeWarning = z.infer<typeof RuntimeWarning>;

/** What the board prints when the firmware traps. */
export const CrashDump = z.object({
  /** The idle task when it was in an interrupt handler, which runs on that one's stack. */
  pid: Pid,
  task: z.string(),
  /** It was in an interrupt handler, the function of a watchdog, say. */
  interrupt: z.boolean(),
  reason: z.string(),
  /** What to look at, in words a firmware developer can act on. */
  hint: z.string(),
  frames: z.array(Frame),
  registers: z.record(z.string(), z.number()),
  timeNs: z.number(),
  tick: z.int(),
  /** The whole dump as the console shows it. */
  text: z.string(),
});
export type CrashDump = z.infer<typeof CrashDump>;

/**
 * `empty`: nothing is loaded. `ended`: every application task has exited and nothing can wake another.
 */
export const RunState = z.enum(['empty', 'running', 'paused', 'ended', 'crashed']);
export type RunState = z.infer<typeof RunState>;

/** A board of those that run together. */
export const BoardState = z.object({
  name: z.string(),
  title: z.string(),
  runState: RunState,
  /** It has power, and has not crashed. */
  alive: z.boolean(),
});
export type BoardState = z.infer<typeof BoardState>;

export const Snapshot = z.object({
  /** Counts up with every load and reset; a pane forgets what it highlighted when it changes. */
  generation: z.int(),
  /** Of all boards together: one that crashes or ends does not stop the others. */
  runState: RunState,
  /** The boards, and the name of the one that is looked at, which everything else here is about. */
  boards: z.array(BoardState).min(1),
  boardName: z.string(),
  timeNs: z.number(),
  tick: z.int(),
  tickNs: z.int(),
  cycles: z.number(),
  /** Events logged since boot. */
  notes: z.number(),
  /** Why the machine stands where it stands: "sem_wait(buf_free)", "tick 1284", "context switch to 5". */
  pausedAt: z.string(),
  canStepBack: z.boolean(),
  /** Speed asked for as a multiple of real time; null is flat out. */
  speed: z.number().nullable(),
  /** Virtual seconds per wall second reached over the last half second of running; 0 when paused. */
  speedReached: z.number(),
  /** Events logged per wall second over the same span. */
  eventsPerSecond: z.number(),
  tasks: z.array(TaskSnapshot),
  retained: z.array(RetainedStatus),
  sync: z.array(SyncSnapshot),
  mqueues: z.array(MqueueSnapshot),
  /** Of every task group. */
  descriptors: z.array(DescriptorSnapshot),
  /** In the order of expiry; what is not armed comes last. */
  timers: z.array(TimerSnapshot),
  /** One for each task and thread. */
  signals: z.array(ThreadSignals),
  board: BoardSnapshot,
  network: NetworkSnapshot,
  ptp: PtpSnapshot,
  /** Null: no scenario has been run. */
  lab: LabRun.nullable(),
  /** What can be looked at over time. */
  waves: z.array(Wave),
  warnings: z.array(RuntimeWarning),
  crash: CrashDump.nullable(),
});
export type Snapshot = z.infer<typeof Snapshot>;

/** One kind of event that the target logs, and the names of its arguments. */
export const NoteType = z.object({
  id: z.int(),
  name: z.string(),
  args: z.array(z.string()),
  /** Of arguments that are numbers of something: the words for them. */
  labels: z.record(z.string(), z.array(z.string())).optional(),
});
export type NoteType = z.infer<typeof NoteType>;

/**
 * Layout of one event in a batch: eight 32-bit words, little endian.
 * 0-1 virtual time in nanoseconds (unsigned 64-bit, low word first), 2 type, 3 pid, 4-7 arguments.
 */
export const NOTE_WORDS = 8;
