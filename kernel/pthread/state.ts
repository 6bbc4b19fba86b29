/** What is kept of pthreads, and of what any thread has of its own (manual 2.8). */
import type { TaskList } from '../state';
import { emptyList } from '../state';

/** What only pthreads have. */
export interface ThreadState {
  /** Nobody will ask for its value. */
  detached: boolean;
  /** What pthread_join gives once the thread has ended. */
  value: number;
  /** Threads that wait for its end. */
  joiners: TaskList;
}

/** What each thread has of its own, the main one of a task too. */
export interface ThreadLocal {
  /** Cleanup handlers, the last pushed last. */
  cleanups: { routine: number; arg: number }[];
  /** Values by key. */
  values: number[];
  /** How far the destructors have come: so many times one of the keys was looked at. */
  destructed: number;
  /** Mutexes that it has locked, by address, the last one last. */
  mutexes: number[];
  /** Calls of pthread_cond_wait that it is in; the innermost, in a signal handler, last. */
  condWaits: CondWait[];
}

export interface CondWait {
  /** How often it had locked the mutex. */
  locks: number;
  /** What the wait gave; null while it waits. Then it waits for the mutex. */
  result: number | null;
}

/** What the threads of a group share. */
export interface GroupThreads {
  /** Threads that ended and that nobody joined yet, by pid. */
  exited: Map<number, { value: number; name: string }>;
  /** Destructor of each key, 0 for a key without one; null for a key that is not in use. */
  keys: (number | null)[];
}

/** What pthread_join gives for a thread that was cancelled. */
export const PTHREAD_CANCELED = -1;

export const newThreadState = (detached: boolean): ThreadState => ({
  detached,
  value: PTHREAD_CANCELED,
  joiners: emptyList(),
});
export const newThreadLocal = (): ThreadLocal => ({
  cleanups: [],
  values: [],
  destructed: 0,
  mutexes: [],
  condWaits: [],
});
export const newGroupThreads = (): GroupThreads => ({ exited: new Map(), keys: [] });
