/** Kernel objects as a target shows them: what tasks wait for, what expires, and signals. Part of {@link ./target}. */
import { z } from 'zod';

export const Pid = z.int().min(0);

// --- What tasks wait for -------------------------------------------------------------------------------------------

const syncObject = {
  /** Its address: no two lie at one place. */
  id: z.number(),
  /** Name of a named semaphore, else the C symbol (`buffer.free`), else the address in hex. */
  label: z.string(),
  address: z.number(),
  /** Who holds it, and how many of its counts; a mutex is held once, however often it was locked. */
  holders: z.array(z.object({ pid: Pid, counts: z.int() })),
  /** In the order in which they would wake. */
  waiters: z.array(Pid),
};
const protocol = z.enum(['none', 'inherit']);

export const SemaphoreSnapshot = z.object({
  kind: z.literal('semaphore'),
  ...syncObject,
  count: z.int(),
  protocol,
});
export type SemaphoreSnapshot = z.infer<typeof SemaphoreSnapshot>;

export const MutexSnapshot = z.object({
  kind: z.literal('mutex'),
  ...syncObject,
  /** How often the holder has locked it: more than once only when it is recursive. */
  locks: z.int(),
  type: z.enum(['normal', 'errorcheck', 'recursive']),
  robust: z.boolean(),
  /** Inconsistent: its holder died. Not recoverable: it was unlocked without being made consistent. */
  condition: z.enum(['usable', 'inconsistent', 'not recoverable']),
  protocol,
});
export type MutexSnapshot = z.infer<typeof MutexSnapshot>;

export const ConditionSnapshot = z.object({
  kind: z.literal('condition'),
  ...syncObject,
  /** Of the limits of timed waits. */
  clock: z.string(),
});

export const BarrierSnapshot = z.object({
  kind: z.literal('barrier'),
  ...syncObject,
  /** Threads that must arrive, and those that have. */
  needed: z.int(),
  arrived: z.int(),
});

export const RwlockSnapshot = z.object({
  kind: z.literal('rwlock'),
  ...syncObject,
  readers: z.int(),
  writing: z.boolean(),
});

export const SpinlockSnapshot = z.object({ kind: z.literal('spinlock'), ...syncObject, locked: z.boolean() });

/** What tasks of one program synchronize by. */
export const SyncSnapshot = z.discriminatedUnion('kind', [
  SemaphoreSnapshot,
  MutexSnapshot,
  ConditionSnapshot,
  BarrierSnapshot,
  RwlockSnapshot,
  SpinlockSnapshot,
]);
export type SyncSnapshot = z.infer<typeof SyncSnapshot>;

export const MqueueSnapshot = z.object({
  id: z.number(),
  name: z.string(),
  maxMessages: z.int(),
  messageSize: z.int(),
  /** In the order in which they would be received. `head` holds the first bytes. */
  messages: z.array(z.object({ priority: z.int(), size: z.int(), head: z.array(z.int()) })),
  sendWaiters: z.array(Pid),
  receiveWaiters: z.array(Pid),
  openCount: z.int(),
  unlinked: z.boolean(),
});
export type MqueueSnapshot = z.infer<typeof MqueueSnapshot>;

// --- What expires --------------------------------------------------------------------------------------------------

/**
 * Something that is to happen at a time: a POSIX timer, a watchdog, delayed work, the end of a sleep, the limit of a
 * wait, the replenishment of a sporadic task's budget, or what a network protocol does then.
 */
export const TimerSnapshot = z.object({
  kind: z.enum(['timer', 'watchdog', 'work', 'sleep', 'wait', 'replenishment', 'protocol']),
  /** Of a timer its id, of a watchdog or work its address, else a pid; unique within its kind. */
  id: z.number(),
  label: z.string(),
  /** Whom it concerns: the task that is told, or that sleeps or waits; null where the kernel does not know. */
  owner: Pid.nullable(),
  /** CLOCK_REALTIME or CLOCK_MONOTONIC, of a POSIX timer. */
  clock: z.string().nullable(),
  /** Null for a POSIX timer that is not armed. */
  expiresNs: z.number().nullable(),
  /** Null for what happens once. */
  intervalNs: z.number().nullable(),
  /** Of a POSIX timer: expiries since its last notification that could not be notified. */
  overruns: z.int().nullable(),
  /** What happens then, in words: `sends SIGUSR1, value 5`, `calls blink`. */
  action: z.string(),
});
export type TimerSnapshot = z.infer<typeof TimerSnapshot>;

// --- Signals -------------------------------------------------------------------------------------------------------

/** Name of a signal: `SIGUSR1`, `SIGRTMIN+2`. */
const SignalName = z.string();

/** Whose call sent it; null for a timer, which sends by itself. */
const Sender = Pid.nullable();

export const PendingSignal = z.object({
  signal: SignalName,
  /** `SI_QUEUE` and so on. */
  code: z.string(),
  value: z.int(),
  sender: Sender,
  /**
   * Where it waits: at this thread, which blocks it; at the task, for the first of its threads that lets it in; or let
   * in, for the thread to go on and run the handler.
   */
  at: z.enum(['thread', 'task', 'handler']),
});
export type PendingSignal = z.infer<typeof PendingSignal>;

export const SignalAction = z.object({
  signal: SignalName,
  /** C function, or SIG_IGN or SIG_DFL. */
  handler: z.string(),
  /** `SA_SIGINFO` and so on. */
  flags: z.array(z.string()),
  /** Blocked beside the signal itself while the handler runs. */
  mask: z.array(SignalName),
});
export type SignalAction = z.infer<typeof SignalAction>;

/** What one thread has to do with signals. */
export const ThreadSignals = z.object({
  pid: Pid,
  /** It blocks these. */
  mask: z.array(SignalName),
  /** In the order of delivery. */
  pending: z.array(PendingSignal),
  /** Signals whose handlers it is in, innermost first. */
  handling: z.array(SignalName),
  /** What it does with signals, which it shares with the threads of its task. */
  actions: z.array(SignalAction),
});
export type ThreadSignals = z.infer<typeof ThreadSignals>;

/**
 * One step on a signal's way. Sent: somebody called kill, sigqueue and the like, or a timer expired. Queued: every
 * thread blocks it, so it is pending. Delivered: its handler begins. Handled: the handler has returned. Accepted: a
 * thread that waited for it has it. Default: it stopped, continued or ended the task. Ignored and discarded: nobody
 * will see it.
 */
export const SignalEvent = z.object({
  /** Number of the event in the log. */
  number: z.number(),
  timeNs: z.number(),
  tick: z.int(),
  kind: z.enum(['sent', 'queued', 'delivered', 'handled', 'accepted', 'default', 'ignored', 'discarded']),
  signal: SignalName,
  sender: Sender,
  receiver: Pid,
  code: z.string(),
  value: z.int(),
  /** Since it was sent, or for `handled` since it was delivered; null for `sent` and where that is no longer known. */
  latency: z.object({ ticks: z.int(), ns: z.number() }).nullable(),
});
export type SignalEvent = z.infer<typeof SignalEvent>;
