/** What the kernel knows of signals, per thread and per group (manual 2.7). Sets of signals are two words, bit n-1 of word 0 on. */

export interface SigInfo {
  signo: number;
  code: number;
  value: number;
  /** Sender. */
  pid: number;
  /** SIGCHLD: the child's status. */
  status: number;
}

export interface TaskSignals {
  /** Blocked signals. */
  mask: [number, number];
}

export interface GroupSignals {
  /** What came while every thread blocked it. */
  pending: SigInfo[];
}

export const newTaskSignals = (): TaskSignals => ({ mask: [0, 0] });
export const newGroupSignals = (): GroupSignals => ({ pending: [] });
