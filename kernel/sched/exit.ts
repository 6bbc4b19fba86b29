/** The end of tasks and threads (manual 2.1; NuttX: task_exithook.c, task_exit.c, task_delete.c). */
import { requestUpcall } from '../binfmt/activation';
import type { SystemCall } from '../call';
import { usleep } from '../clock/sleep';
import { cancelTimeout } from '../clock/timeout';
import { deleteTimersOf } from '../clock/timer';
import { releaseEnvironment } from '../environ/environ';
import { Errno } from '../errno';
import { abandonCalls } from '../fs/abandon';
import { closesDriver } from '../fs/chardriver';
import { closeAll } from '../fs/file';
import { flushFunction, releaseTaskInfo } from '../libc/taskinfo';
import { BLOCKED, note, Note, running, taskOf, type Kernel } from '../kernel';
import { MachineFault } from '../memory';
import { cancelNow, pthread_cancel } from '../pthread/cancel';
import { completeJoin, exitThread } from '../pthread/exit';
import { abandonMutexes } from '../pthread/mutex';
import { dropHolds } from '../semaphore/holder';
import { detachAll } from '../shm/shm';
import { dropPending } from '../signal/pending';
import { sendToThread } from '../signal/send';
import { SIGTERM } from '../signal/signo';
import { SigCode } from '../signal/state';
import { NONE, TaskState, type Tcb } from '../state';
import { CANCEL_DISABLE, CANCEL_ENABLE, cancelTask } from './cancel';
import { forgetChildren, signalParent } from './children';
import { groupOf } from './group';
import { removeFrom, removeReady } from './readytorun';
import { stopSporadic } from './sporadic';
import { discardTask } from './task';
import { leaveStack } from './vfork';
import { wakeExitWaiters } from './wait';
import { isBlocked, isWaiting, leaveSemaphore, waitListOf } from './waitlist';

/** The function that a task or thread began in has returned a value. */
export function entryReturned(k: Kernel, tcb: Tcb, value: number): void {
  if (tcb.kind === 'pthread') exitThread(k, tcb, value);
  else exitTask(k, tcb, value);
}

/**
 * Manual 2.1.4. Deletes a task; for pid 0 or its own the caller, as {@link _exit}. No exit function is called. With
 * CONFIG_CANCELLATION_POINTS a task goes at its next cancellation point, and one that does not let itself be cancelled
 * goes when it does. Other threads of its group go on.
 *
 * @returns 0, or -ESRCH: no such task; -EACCES: it is a kernel thread, and the caller is none
 */
export function task_delete(k: Kernel, pid: number): number {
  const self = running(k);
  const tcb = pid === 0 ? self : pid < 0 ? null : taskOf(k, pid);
  if (tcb === self) return _exit(k, EXIT_SUCCESS);
  if (!tcb || tcb.kind === 'idle' || tcb.kind === 'pthread') return -Errno.ESRCH;
  if (tcb.kind === 'kthread' && self.kind !== 'kthread') return -Errno.EACCES;
  if (cancelTask(k, tcb)) return 0;
  endTask(k, tcb, EXIT_SUCCESS);
  return 0;
}

/**
 * Manual 2.1.9. Calls what atexit and on_exit registered, last registered first, writes out stdio, and ends the task
 * with all its threads. Does not return.
 */
export function exit(k: Kernel, status: number): number {
  exitTask(k, running(k), status);
  return 0;
}

/** The same with what at_quick_exit registered instead, and nothing is written out. */
export function quick_exit(k: Kernel, status: number): number {
  callExitFunctions(k, running(k), status, true);
  return 0;
}

/** What {@link exit} does, for the running task. It is not over when this returns: exit functions run on its stack. */
function exitTask(k: Kernel, tcb: Tcb, status: number): void {
  callExitFunctions(k, tcb, status, false);
}

function callExitFunctions(k: Kernel, tcb: Tcb, status: number, quick: boolean): void {
  const { exitFunctions } = groupOf(k, tcb);
  for (let next = exitFunctions.pop(); next; next = exitFunctions.pop()) {
    if ((next.kind === 'at_quick_exit') !== quick) continue;
    requestUpcall(tcb, next.entry, next.kind === 'on_exit' ? [status, next.arg] : [], 'exit', [status, Number(quick)]);
    return;
  }
  const flush = quick ? 0 : flushFunction(k, groupOf(k, tcb));
  if (flush !== 0) requestUpcall(tcb, flush, [], 'streamsWritten', [status]);
  else endGroup(k, tcb, status);
}

/** Everything that the task has printed is written. */
export function streamsWritten(k: Kernel, tcb: Tcb, _value: number, [status]: number[]): void {
  endGroup(k, tcb, status!);
}

/** An exit function has returned: the next one, or the end. It may have registered another. */
export function exitFunctionReturned(k: Kernel, tcb: Tcb, _value: number, [status, quick]: number[]): void {
  callExitFunctions(k, tcb, status!, quick === 1);
}

/** Manual 2.1.9. Ends the task with all its threads: no exit function is called, nothing is written out. */
export function _exit(k: Kernel, status: number): number {
  endGroup(k, running(k), status);
  return 0;
}

/** The thread comes back to its exit. */
export function resumeExit(k: Kernel, status: number): number {
  const tcb = running(k);
  endGroup(k, tcb, status);
  return tcb.state === TaskState.Invalid ? 0 : BLOCKED;
}

/** A group on its way out. */
export interface GroupExit {
  /** The first thread that called exit, and what it gave it. */
  pid: number;
  status: number;
  /** Turns for which that thread still waits for the others to follow SIGTERM; negative for as long as it takes. */
  patience: number;
  /** The others have been cancelled. */
  forced: boolean;
}

/**
 * Ends the running thread and all others of its group (NuttX: group_kill_children). With default actions of signals the
 * others are sent SIGTERM first and get CONFIG_GROUP_KILL_CHILDREN_TIMEOUT_MS to follow it. While the thread waits for
 * that, or others that outrank it run first, it is in the system call _exit.
 */
export function endGroup(k: Kernel, tcb: Tcb, status: number): void {
  assertMayEnd(tcb);
  cancelTimeout(k, tcb);
  const group = groupOf(k, tcb);
  tcb.exiting = true;
  tcb.cancel = { ...tcb.cancel, state: CANCEL_DISABLE, pending: false };
  group.exit ??= beginExit(k, tcb, status);
  const { exit } = group;
  if (exit.pid === tcb.pid && !exit.forced) {
    if (exit.patience !== 0 && group.members.length > 1) {
      exit.patience--;
      if (running(k) === tcb) usleep(k, USEC_PER_MSEC);
    } else {
      exit.forced = true;
      cancelSiblings(k, tcb);
    }
  }
  // It may have cleanup handlers of the others to run first, and drivers to close.
  if (running(k) === tcb && !tcb.upcall && !closesDriver(k, tcb)) {
    endTask(k, tcb, status & 0xff);
  } else {
    goOnIn(k, tcb, _exit, [status]);
  }
}

/** What the thread was in is given up: when it next goes on, it is in the middle of this system call. */
export function goOnIn(k: Kernel, tcb: Tcb, call: SystemCall['call'], args: number[]): void {
  k.calls[tcb.call]?.abandon?.(k, tcb);
  tcb.call = k.calls.findIndex((row) => row.call === call);
  tcb.args = args;
}

function beginExit(k: Kernel, tcb: Tcb, status: number): GroupExit {
  const { config } = k.state.settings;
  const patience = config.CONFIG_SIG_DEFAULT === true ? Number(config.CONFIG_GROUP_KILL_CHILDREN_TIMEOUT_MS) : 0;
  const info = { signo: SIGTERM, code: SigCode.User, value: 0, pid: tcb.pid, status: 0 };
  if (patience !== 0) for (const sibling of siblings(k, tcb)) sendToThread(k, sibling, info);
  return { pid: tcb.pid, status: status & 0xff, patience, forced: false };
}

function siblings(k: Kernel, tcb: Tcb): Tcb[] {
  return groupOf(k, tcb)
    .members.filter((pid) => pid !== tcb.pid)
    .map((pid) => taskOf(k, pid)!);
}

/** NuttX: group_kill_children. Nothing to do when the group is on its way out already. */
export function killChildren(k: Kernel, tcb: Tcb): void {
  if (!groupOf(k, tcb).exit) cancelSiblings(k, tcb);
}

/**
 * Cancels every thread of the group but this one, whether it lets itself be cancelled or not: at its cancellation point
 * if it waits in one, else at once. One that is on its way out already is left alone.
 */
function cancelSiblings(k: Kernel, tcb: Tcb): void {
  for (const sibling of siblings(k, tcb)) {
    if (sibling.exiting) continue;
    sibling.cancel.state = CANCEL_ENABLE;
    if (waitsInCancellationPoint(k, sibling)) pthread_cancel(k, sibling.pid);
    else if (sibling.kind === 'pthread') cancelNow(k, sibling);
    else endTask(k, sibling, EXIT_SUCCESS);
  }
}

function waitsInCancellationPoint(k: Kernel, tcb: Tcb): boolean {
  return isWaiting(tcb) && tcb.call !== NONE && k.calls[tcb.call]!.cancels;
}
const EXIT_SUCCESS = 0;
const USEC_PER_MSEC = 1000;

/**
 * The end of one thread, of whatever kind and in whatever state: takes it out of everything it is in and frees what it
 * has; with the last of them goes the group. `status` is what exit was given.
 */
export function endTask(k: Kernel, tcb: Tcb, status: number): void {
  note(k, Note.stop, tcb.pid, status);
  leaveStack(k, tcb);
  signalParent(k, tcb, status);
  removeTask(k, tcb);
}

/** The idle task and the threads of the work queues are there as long as the machine is. */
function assertMayEnd(tcb: Tcb): void {
  if (tcb.group !== 0) return;
  throw new MachineFault(
    `${tcb.name} was made to end`,
    'A function that a work queue calls has to return: it may not exit, nor may a signal end it.',
  );
}

/** The same without a word to its parent. */
export function removeTask(k: Kernel, tcb: Tcb): void {
  assertMayEnd(tcb);
  cancelTimeout(k, tcb);
  stopSporadic(k, tcb);
  if (isBlocked(tcb)) {
    leaveSemaphore(k, tcb);
    removeFrom(k, waitListOf(k, tcb), tcb);
  } else if (tcb.state !== TaskState.Inactive) {
    removeReady(k, tcb);
  }
  tcb.state = TaskState.Invalid;
  abandonCalls(k, tcb);
  if (tcb.thread) completeJoin(k, tcb);
  dropHolds(k, tcb);
  abandonMutexes(k, tcb);
  leaveGroup(k, tcb);
  discardTask(k, tcb);
}

function leaveGroup(k: Kernel, tcb: Tcb): void {
  const { state } = k;
  const group = groupOf(k, tcb);
  group.members = group.members.filter((pid) => pid !== tcb.pid);
  dropPending(k, group, tcb);
  if (group.members.length > 0) return;
  closeAll(k, group);
  deleteTimersOf(k, group.id);
  releaseTaskInfo(k, group);
  detachAll(k, group);
  releaseEnvironment(k, group);
  forgetChildren(k, group);
  wakeExitWaiters(k, group);
  state.groups.delete(group.id);
  if (group.parent === 0) state.exits.set(group.id, group.status);
}
