/**
 * Work queues (nuttx/wqueue.h; NuttX: sched/wqueue): functions of the firmware that two kernel threads call, `hpwork` and
 * `lpwork`, now or after a delay. The work_s in the firmware's memory shows what the state here says.
 */
import { requestUpcall } from '../binfmt/activation';
import { cancelExpiry, startExpiry } from '../clock/timeout';
import { Errno } from '../errno';
import { BLOCKED, note, Note, running, taskOf, type Kernel } from '../kernel';
import { NONE, TaskState, emptyList, type TaskList, type Tcb } from '../state';
import { runTransfer } from '../fs/aio/transfer';
import { addPrioritized, block, unblock } from './readytorun';
import { initThread } from './task';

/** A function to call. */
export interface Work {
  /** Of the work_s; of a notification's function whatever makes out whose it is, below zero. */
  id: number;
  /** 0 for an asynchronous transfer, whose id is the argument (fs/aio/transfer.ts). */
  entry: number;
  arg: number;
  /** Words that are put on the stack, and given by their address instead of `arg`. */
  words: number[] | null;
}

export interface WorkQueue {
  name: 'hpwork' | 'lpwork';
  /** Its thread. */
  pid: number;
  /** The thread, when it has nothing to do; and those that wait for the work in hand to end. */
  idle: TaskList;
  waiters: TaskList;
  /** What its thread is to call, in order; what waits for its tick; and what it is in, or null. */
  pending: Work[];
  delayed: Map<number, Work & { tick: number }>;
  current: Work | null;
}

/** Offsets in struct work_s, which begins with a wdog_s. */
const Field = { expired: 12, worker: 20, arg: 24, queue: 28 } as const;

const HPWORK = 0;
const LPWORK = 1;

/** Starts the threads that the configuration asks for, at boot before the first task; false when RAM has no room for them. */
export function startWorkQueues(k: Kernel): boolean {
  const { config } = k.state.settings;
  const { CONFIG_SCHED_HPWORK: high, CONFIG_SCHED_LPWORK: low } = config;
  return (
    (high !== true || startWorkQueue(k, 'hpwork', Number(config.CONFIG_SCHED_HPWORKPRIORITY))) &&
    (low !== true || startWorkQueue(k, 'lpwork', Number(config.CONFIG_SCHED_LPWORKPRIORITY)))
  );
}

/** A kernel thread belongs to the idle task's group. It waits for work from the first. */
function startWorkQueue(k: Kernel, name: WorkQueue['name'], priority: number): boolean {
  const stackSize = Number(k.state.settings.config.CONFIG_DEFAULT_TASK_STACKSIZE);
  const tcb = initThread(k, { name, kind: 'kthread', priority, stackSize, entry: 0, args: [] }, 0);
  if (typeof tcb === 'number') return false;
  const queue: WorkQueue = {
    name,
    pid: tcb.pid,
    idle: emptyList(),
    waiters: emptyList(),
    pending: [],
    delayed: new Map(),
    current: null,
  };
  k.state.workQueues.push(queue);
  note(k, Note.start, tcb.pid, tcb.priority);
  tcb.state = TaskState.WaitSem;
  tcb.waitFor = -tcb.pid;
  addPrioritized(k, queue.idle, tcb);
  return true;
}

/** The queue of a number; without a low-priority one the high-priority one is both, as the header has it. */
function queueOf({ state }: Kernel, qid: number): WorkQueue | undefined {
  const [high, low] = ['hpwork', 'lpwork'].map((name) => state.workQueues.find((queue) => queue.name === name));
  return qid === HPWORK ? (high ?? low) : qid === LPWORK ? (low ?? high) : undefined;
}

function queueOfWorker({ state }: Kernel, worker: Tcb): WorkQueue {
  return state.workQueues.find(({ pid }) => pid === worker.pid)!;
}

/** The list that a task is in which waits for a worker: the worker itself for work, others for the end of it. */
export function workWaitListOf(k: Kernel, worker: Tcb, tcb: Tcb): TaskList {
  const queue = queueOfWorker(k, worker);
  return worker === tcb ? queue.idle : queue.waiters;
}

/**
 * Queues work: `worker` is called with `arg` by the queue's thread, at once, or `delay` ticks and one from now. Work that
 * is queued already is queued anew. Returns -EINVAL: no such queue, or no function.
 */
export function work_queue(k: Kernel, qid: number, work: number, worker: number, arg: number, delay: number): number {
  const queue = queueOf(k, qid);
  if (!queue || work === 0 || worker === 0) return -Errno.EINVAL;
  cancelWork(k, work);
  const item: Work = { id: work, entry: worker, arg, words: null };
  const { memory, state } = k;
  memory.store32(work + Field.worker, worker);
  memory.store32(work + Field.arg, arg);
  memory.store32(work + Field.queue, queue.pid);
  if (delay === 0) {
    append(k, queue, item);
    return 0;
  }
  const tick = state.ticks + (delay >>> 0) + 1;
  memory.store32(work + Field.expired, tick);
  queue.delayed.set(work, { ...item, tick });
  startExpiry(k, 'work', work, tick);
  return 0;
}

/**
 * Lets a queue's thread call a function of a notification with the address of the words. `owner`, below zero, is whose
 * notification it is: what of it has not begun yet gives way to this.
 */
export function queueCallback(k: Kernel, which: 'hp' | 'lp', entry: number, words: number[], owner: number): void {
  const queue = queueOf(k, which === 'hp' ? HPWORK : LPWORK);
  if (!queue) return;
  cancelWork(k, owner);
  append(k, queue, { id: owner, entry, arg: 0, words });
}

/** Lets the low-priority queue's thread do an asynchronous transfer. */
export function queueTransfer(k: Kernel, transfer: number, id: number): void {
  append(k, queueOf(k, LPWORK)!, { id, entry: 0, arg: transfer, words: null });
}

/** The low-priority queue's thread, if there is one. */
export function lpWorker(k: Kernel): Tcb | undefined {
  const queue = queueOf(k, LPWORK);
  return queue && taskOf(k, queue.pid)!;
}

/** The worker looks for itself when it is at work. */
function append(k: Kernel, queue: WorkQueue, work: Work): void {
  queue.pending.push(work);
  if (queue.idle.head !== NONE) unblock(k, taskOf(k, queue.pid)!, queue.idle, 0);
}

/** Takes back work, or a notification's function, that has not begun; false when there is nothing to take back. */
export function cancelWork(k: Kernel, id: number): boolean {
  let found = false;
  for (const queue of k.state.workQueues) {
    const delayed = queue.delayed.get(id);
    if (delayed) {
      queue.delayed.delete(id);
      cancelExpiry(k, 'work', id, delayed.tick);
    } else {
      const at = queue.pending.findIndex((work) => work.id === id);
      if (at < 0) continue;
      queue.pending.splice(at, 1);
    }
    if (id > 0) markAvailable(k, id);
    found = true;
  }
  return found;
}

/** work_available tells so by it. */
function markAvailable({ memory }: Kernel, work: number): void {
  memory.store32(work + Field.worker, 0);
}

/** Takes back work that has not begun. Returns 0, also when there is nothing to take back; -EINVAL: no such queue. */
export function work_cancel(k: Kernel, qid: number, work: number): number {
  if (!queueOf(k, qid) || work === 0) return -Errno.EINVAL;
  cancelWork(k, work);
  return 0;
}

/** The same, and waits until work that has begun is over, unless it is that work itself that calls. */
export function work_cancel_sync(k: Kernel, qid: number, work: number): number {
  const result = work_cancel(k, qid, work);
  return result < 0 ? result : awaitEnd(k, qid, work);
}

/** A signal was handled meanwhile: the wait goes on. Work that was queued since is left alone. */
export function cancelSyncAgain(k: Kernel, qid: number, work: number): number {
  const { result } = running(k);
  return result === -Errno.EINTR ? awaitEnd(k, qid, work) : result;
}

function awaitEnd(k: Kernel, qid: number, work: number): number {
  const queue = queueOf(k, qid)!;
  const tcb = running(k);
  if (queue.current?.id !== work || queue.pid === tcb.pid) return 0;
  tcb.waitFor = -queue.pid;
  block(k, tcb, TaskState.WaitSem, queue.waiters);
  return BLOCKED;
}

/** Ticks until delayed work is due; 0 for work that is not delayed. */
export function work_timeleft({ state }: Kernel, work: number): number {
  for (const { delayed } of state.workQueues) {
    const found = delayed.get(work);
    if (found) return Math.max(found.tick - state.ticks, 0);
  }
  return 0;
}

/** A delayed work's tick has come. */
export function expireWork(k: Kernel, id: number): void {
  const queue = k.state.workQueues.find(({ delayed }) => delayed.has(id))!;
  const { tick: _, ...work } = queue.delayed.get(id)!;
  queue.delayed.delete(id);
  append(k, queue, work);
}

/** What a worker does when it has nothing in hand: it asks for an upcall of the next work, or waits for one. */
export function nextWork(k: Kernel, tcb: Tcb): void {
  const queue = queueOfWorker(k, tcb);
  const work = queue.pending.shift();
  // What woke it is of no interest: it may have been a signal.
  tcb.result = 0;
  queue.current = work ?? null;
  if (!work) {
    tcb.waitFor = -tcb.pid;
    block(k, tcb, TaskState.WaitSem, queue.idle);
    return;
  }
  if (work.id > 0) markAvailable(k, work.id);
  if (work.entry === 0) {
    runTransfer(k, tcb, work.arg);
    return;
  }
  requestUpcall(tcb, work.entry, [work.arg], 'work', [], { words: work.words ?? [], arg: work.words ? 0 : NONE });
}

/** The work in hand is done. */
export function workReturned(k: Kernel, tcb: Tcb): void {
  const queue = queueOfWorker(k, tcb);
  queue.current = null;
  while (queue.waiters.head !== NONE) unblock(k, taskOf(k, queue.waiters.head)!, queue.waiters, 0);
}
