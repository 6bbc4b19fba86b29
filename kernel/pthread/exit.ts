/** The end of a thread: cleanup handlers, then destructors of its keys, then whoever joins it gets its value. */
import { requestUpcall } from '../binfmt/activation';
import type { Continuation } from '../binfmt/continuations';
import { running, taskOf, type Kernel } from '../kernel';
import { CANCEL_DISABLE } from '../sched/cancel';
import { endTask } from '../sched/exit';
import { groupOf } from '../sched/group';
import { unblock } from '../sched/readytorun';
import { NONE, type Tcb } from '../state';

/** Rounds over the keys, in case a destructor sets a value again (NuttX: PTHREAD_DESTRUCTOR_ITERATIONS). */
const DESTRUCTOR_ROUNDS = 4;

/** Manual 2.8.13. Ends the calling thread with a value for pthread_join. In the main thread of a task it ends that thread only. */
export function pthread_exit(k: Kernel, value: number): number {
  exitThread(k, running(k), value);
  return 0;
}

/** Begins the end of a thread; the value is what pthread_join gives. Its handlers and destructors run on its own stack. */
export function exitThread(k: Kernel, tcb: Tcb, value: number): void {
  tcb.exiting = true;
  tcb.cancel.state = CANCEL_DISABLE;
  if (!requestCleanup(k, tcb, 'threadExit', [value])) endThread(k, tcb, value);
}

/** A cleanup handler or destructor has returned: the next one, or the end. */
export function threadExitReturned(k: Kernel, tcb: Tcb, _value: number, [value]: number[]): void {
  exitThread(k, tcb, value!);
}

/**
 * Asks for the next cleanup handler of a thread that ends, last pushed first, or for the next destructor of a value
 * that it has set; false when there is none left.
 */
function requestCleanup(k: Kernel, tcb: Tcb, then: Continuation, context: number[]): boolean {
  const { cleanups, values } = tcb.local;
  const handler = cleanups.pop();
  if (handler) {
    requestUpcall(tcb, handler.routine, [handler.arg], then, context);
    return true;
  }
  const { keys } = groupOf(k, tcb).threads;
  const count = Number(k.state.settings.config.CONFIG_TLS_NELEM);
  while (tcb.local.destructed < DESTRUCTOR_ROUNDS * count) {
    const key = tcb.local.destructed++ % count;
    const value = values[key] ?? 0;
    if (value === 0) continue;
    values[key] = 0;
    if (keys[key]) {
      requestUpcall(tcb, keys[key], [value], then, context);
      return true;
    }
  }
  return false;
}

/** The end itself, of a pthread in whatever state, and of a task's main thread. */
export function endThread(k: Kernel, tcb: Tcb, value: number): void {
  if (tcb.thread) tcb.thread.value = value;
  endTask(k, tcb, 0);
}

/** A pthread is no more: its value goes to those who wait for it, or is kept for who asks later. */
export function completeJoin(k: Kernel, tcb: Tcb): void {
  const { detached, value, joiners } = tcb.thread!;
  if (joiners.head === NONE && !detached) groupOf(k, tcb).threads.exited.set(tcb.pid, { value, name: tcb.name });
  while (joiners.head !== NONE) {
    const joiner = taskOf(k, joiners.head)!;
    const address = joiner.args[1]!;
    if (address !== 0) k.memory.store32(address, value);
    unblock(k, joiner, joiners, 0);
  }
}
