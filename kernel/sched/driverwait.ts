/**
 * Waiting in a driver: for a byte, for room, for a sample. What is waited for has a name, which says it to a person, and a
 * place in the state, by whose number a waiting task knows it.
 */
import { cancelTimeout } from '../clock/timeout';
import { BLOCKED, running, taskOf, type Kernel } from '../kernel';
import { emptyList, NONE, TaskState, type TaskList } from '../state';
import { block, unblock } from './readytorun';

export interface DriverWait {
  /** `data from /dev/ttyS0`. */
  what: string;
  waiters: TaskList;
}

/** {@link Tcb.waitFor} of the first; above every pid, and below every address. */
const FIRST = 0x1000_0000;

/** Whether what a task in TaskState.WaitSem waits for is something of a driver. */
export const isDriverWait = (waitFor: number): boolean => waitFor >= FIRST && waitFor < 2 * FIRST;

/** What a task waits for that waits in a driver. */
export function driverWaitOf({ state }: Kernel, waitFor: number): DriverWait {
  return state.driverWaits[waitFor - FIRST]!;
}

/** The running task waits until {@link wakeDriverWait}; whoever calls this gives BLOCKED on. */
export function waitInDriver(k: Kernel, what: string): typeof BLOCKED {
  const { driverWaits } = k.state;
  const tcb = running(k);
  let at = driverWaits.findIndex((wait) => wait.what === what);
  if (at < 0) at = driverWaits.push({ what, waiters: emptyList() }) - 1;
  tcb.waitFor = FIRST + at;
  block(k, tcb, TaskState.WaitSem, driverWaits[at]!.waiters);
  return BLOCKED;
}

/** The first of those who wait for something goes on, and its wait gives `result`; false when nobody waits. */
export function wakeDriverWait(k: Kernel, what: string, result = 0): boolean {
  const waiters = k.state.driverWaits.find((wait) => wait.what === what)?.waiters;
  if (!waiters || waiters.head === NONE) return false;
  const tcb = taskOf(k, waiters.head)!;
  cancelTimeout(k, tcb);
  unblock(k, tcb, waiters, result);
  return true;
}

/** All of them go on. */
export function wakeAllInDriver(k: Kernel, what: string, result = 0): void {
  while (wakeDriverWait(k, what, result));
}

/** Somebody waits in a driver: for something, or for anything. */
export function waitsInDriver({ state }: Kernel, wanted?: string): boolean {
  return state.driverWaits.some(
    ({ what, waiters }) => waiters.head !== NONE && (wanted === undefined || what === wanted),
  );
}
