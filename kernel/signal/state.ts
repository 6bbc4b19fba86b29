/** What the kernel knows of signals, per thread and per group (manual 2.7). */
import { emptySet, type SignalSet } from './set';

/** What siginfo_t says. */
export interface SigInfo {
  signo: number;
  /** {@link SigCode}. */
  code: number;
  /** sival_int or sival_ptr. */
  value: number;
  /** Sender: a thread. */
  pid: number;
  /** SIGCHLD: the child's status. */
  status: number;
}

export const SigCode = { User: 0, Queue: 1, Timer: 2, AsyncIo: 3, MessageQueue: 4 } as const;

/** What sigaction was given. */
export interface SignalAction {
  /** Function pointer; 0 is SIG_IGN. */
  handler: number;
  /** Blocked while it runs, beside the signal itself. */
  mask: SignalSet;
  flags: number;
  /** sa_user, for siginfo_t.si_user. */
  user: number;
}

/** What a signal does that has no action of its own, with CONFIG_SIG_DEFAULT. */
export type DefaultAction = 'terminate' | 'stop' | 'continue';

/** A signal that was let through to a thread, which has still to act on it. */
export interface QueuedSignal {
  info: SigInfo;
  action: SignalAction | DefaultAction;
}

/** A signal that came while it was blocked. */
export interface PendingSignal extends SigInfo {
  /** The only thread that may take it, or NONE when it was sent to the group. */
  thread: number;
}

export interface TaskSignals {
  /** Blocked signals. */
  mask: SignalSet;
  /** What it waits for with sigwaitinfo and its kin, while it is in TaskState.WaitSig; and where siginfo_t is to be put. */
  waited: SignalSet;
  infoAddress: number;
  /** The signal that it waited for and got. */
  accepted: SigInfo | null;
  /** Masks that sigsuspend put others in place of: the innermost last, since handlers may call it too. */
  suspendedMasks: SignalSet[];
  /** Signals to act on, in their order, before the thread goes on. */
  queue: QueuedSignal[];
  /** The signal whose handler runs; 0 for none. The next one's has to wait until it returns. */
  handling: number;
}

export interface GroupSignals {
  /** In the order of their coming: one of each standard signal, any number of each real-time signal. */
  pending: PendingSignal[];
  /** Actions by signal; one that is not here takes its default. */
  actions: Map<number, SignalAction>;
}

/** A new thread blocks what its creator blocks. */
export const newTaskSignals = (creator?: TaskSignals): TaskSignals => ({
  mask: creator ? [...creator.mask] : emptySet(),
  waited: emptySet(),
  infoAddress: 0,
  accepted: null,
  suspendedMasks: [],
  queue: [],
  handling: 0,
});

export const newGroupSignals = (): GroupSignals => ({
  pending: [],
  actions: new Map(),
});
