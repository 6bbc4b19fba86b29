/** Waiting for other tasks to end (manual 2.3; NuttX: sched_waitpid.c, sched_waitid.c). */
import { Errno } from '../errno';
import { BLOCKED, running, taskOf, type Kernel } from '../kernel';
import { storeInfo } from '../signal/info';
import { takePending } from '../signal/pending';
import { noteAccepted } from '../signal/send';
import { emptySet, only } from '../signal/set';
import { SIGCHLD } from '../signal/signo';
import type { SigInfo } from '../signal/state';
import { NONE, TaskState, type Group } from '../state';
import { CLD_EXITED, findChild, forgetChild, hasParents, keepsStatus } from './children';
import { groupOf } from './group';
import { block, unblock } from './readytorun';
import { abortWait } from './waitlist';

/** include/sys/wait.h */
const WCONTINUED = 1 << 0;
const WNOHANG = 1 << 1;
const WUNTRACED = 1 << 2;
const WEXITED = 1 << 3;
const WSTOPPED = 1 << 4;
const WNOWAIT = 1 << 5;
const OPTIONS = WCONTINUED | WNOHANG | WUNTRACED | WEXITED | WSTOPPED | WNOWAIT;
const P_PID = 1;
const P_ALL = 3;

const ANY = -1;
const CLD_STOPPED = 9;
const CLD_CONTINUED = 10;
/** What waitpid stores for a child that goes on; the low byte for one that a signal has stopped. */
const CONTINUED = 0xffff;
const STOPPED = 0x7f;

/** A thread's wait for a child. */
interface Wait {
  /** Pid, or ANY. */
  child: number;
  options: number;
  /** Says what there is to say of a child, and gives the call's result. `status` is as waitpid stores it. */
  tell: (pid: number, status: number) => number;
}

function pidWait(k: Kernel, pid: number, statLoc: number, options: number): Wait {
  const tell = (child: number, status: number) => {
    if (statLoc !== 0) k.memory.store32(statLoc, status);
    return child;
  };
  return { child: pid < ANY ? -pid : pid, options: options | WEXITED, tell };
}

function idWait(k: Kernel, type: number, id: number, info: number, options: number): Wait {
  const tell = (pid: number, status: number) => {
    storeInfo(k, info, childInfo(pid, status));
    return 0;
  };
  return { child: type === P_ALL ? ANY : id, options, tell };
}

function childInfo(pid: number, status: number): SigInfo {
  const [code, number] =
    status === CONTINUED
      ? [CLD_CONTINUED, 0]
      : (status & 0xff) === STOPPED
        ? [CLD_STOPPED, status >> 8]
        : [CLD_EXITED, status >> 8];
  return { signo: SIGCHLD, code, value: 0, pid, status: number };
}

function isOff({ state }: Kernel): boolean {
  return state.settings.config.CONFIG_SCHED_WAITPID !== true;
}

/**
 * Manual 2.3.4. Waits until a task has ended: a child, any for -1, with CONFIG_SCHED_HAVE_PARENT; else any task. With
 * WUNTRACED and WCONTINUED also until it is stopped or goes on. With WNOHANG it does not wait, and gives 0. Every task is
 * a process group of its own. Gives the pid, and stores the status unless `statLoc` is null.
 *
 * @returns the pid, 0, or -ECHILD: no such child, or its status is not kept; -EINTR: a signal came; -EINVAL: options that
 *   there are not; -ENOSYS: without CONFIG_SCHED_WAITPID
 */
export function waitpid(k: Kernel, pid: number, statLoc: number, options: number): number {
  if (isOff(k)) return -Errno.ENOSYS;
  if ((options & ~OPTIONS) !== 0) return -Errno.EINVAL;
  return hasParents(k) ? begin(k, pidWait(k, pid, statLoc, options)) : waitForTask(k, pid, options);
}

/** {@link waitpid} is over, or has to look again. */
export function resumeWaitpid(k: Kernel, pid: number, statLoc: number, options: number): number {
  const { result } = running(k);
  return hasParents(k) ? goOn(k, pidWait(k, pid, statLoc, options)) : result;
}

/** Manual 2.3.6. {@link waitpid} for any child. -ENOSYS: without CONFIG_SCHED_HAVE_PARENT. */
export function wait(k: Kernel, statLoc: number): number {
  return isOff(k) || !hasParents(k) ? -Errno.ENOSYS : begin(k, pidWait(k, ANY, statLoc, 0));
}

export function resumeWait(k: Kernel, statLoc: number): number {
  return goOn(k, pidWait(k, ANY, statLoc, 0));
}

/**
 * Manual 2.3.5. Waits for a child, or any for P_ALL, to end (WEXITED), to be stopped (WSTOPPED) or to go on (WCONTINUED),
 * and stores a siginfo_t. With WNOWAIT the status is kept for others to ask; with WNOHANG it does not wait, and stores
 * nothing.
 *
 * @returns 0, or -ECHILD: no such child; -EINTR: a signal came; -EINVAL: options or a type that there are not, or nowhere
 *   to store; -ENOSYS: without CONFIG_SCHED_WAITPID or CONFIG_SCHED_HAVE_PARENT
 */
export function waitid(k: Kernel, type: number, id: number, info: number, options: number): number {
  if (isOff(k) || !hasParents(k)) return -Errno.ENOSYS;
  if (type < P_PID || type > P_ALL || info === 0) return -Errno.EINVAL;
  if ((options & ~OPTIONS) !== 0 || (options & (WEXITED | WSTOPPED | WCONTINUED)) === 0) return -Errno.EINVAL;
  return begin(k, idWait(k, type, id, info, options));
}

export function resumeWaitid(k: Kernel, type: number, id: number, info: number, options: number): number {
  return goOn(k, idWait(k, type, id, info, options));
}

/** The status of a child is kept by the group until it asks. */
function retains(k: Kernel, group: Group): boolean {
  return keepsStatus(k) && !group.noChildStatus;
}

function begin(k: Kernel, wait: Wait): number {
  const group = groupOf(k, running(k));
  const keeps = retains(k, group);
  if (keeps ? group.children.length === 0 : !keepsStatus(k) && group.childCount === 0) return -Errno.ECHILD;
  if (wait.child !== ANY) {
    const tcb = taskOf(k, wait.child);
    if (tcb ? groupOf(k, tcb).parent !== group.id : !keepsStatus(k)) return -Errno.ECHILD;
    if (keeps && !findChild(group, wait.child)) return -Errno.ECHILD;
  }
  return look(k, wait);
}

/** Is there something to say of a child? If not, the thread waits for SIGCHLD, as on NuttX. */
function look(k: Kernel, wait: Wait): number {
  const self = running(k);
  const group = groupOf(k, self);
  const keeps = retains(k, group);
  const { child, options } = wait;
  if (options & WEXITED && keeps) {
    const dead = group.children.find(({ pid, exited }) => exited && (child === ANY || pid === child));
    if (dead) return reap(k, group, wait, dead.pid, dead.status << 8);
  }
  const changed = findNews(k, group, wait);
  if (changed) {
    const status = changed.news!;
    if (!(options & WNOWAIT)) changed.news = null;
    return wait.tell(changed.id, status);
  }
  if (child !== ANY && !keeps && !taskOf(k, child)) return -Errno.ECHILD;
  if (options & WNOHANG) return 0;
  const pending = takePending(k, self, only(SIGCHLD));
  if (pending) {
    noteAccepted(k, self, pending);
    return answer(k, wait, pending);
  }
  self.signals.waited = only(SIGCHLD);
  self.signals.infoAddress = 0;
  block(k, self, TaskState.WaitSig, k.state.waitingForSignal);
  return BLOCKED;
}

function reap(k: Kernel, group: Group, wait: Wait, pid: number, status: number): number {
  if (!(wait.options & WNOWAIT)) forgetChild(k, group, pid);
  return wait.tell(pid, status);
}

/** A child that was stopped or continued, of which the group was not told yet. */
function findNews(k: Kernel, group: Group, { child, options }: Wait): Group | undefined {
  const stopped = (options & (WUNTRACED | WSTOPPED)) !== 0;
  const continued = (options & WCONTINUED) !== 0;
  if (!stopped && !continued) return undefined;
  return [...k.state.groups.values()].find(
    ({ id, parent, news }) =>
      parent === group.id &&
      (child === ANY || id === child) &&
      news !== null &&
      (news === CONTINUED ? continued : stopped),
  );
}

/** SIGCHLD has come. */
function answer(k: Kernel, wait: Wait, { pid, status, code }: SigInfo): number {
  const { child, options } = wait;
  if (code !== CLD_EXITED || !(options & WEXITED) || (child !== ANY && child !== pid)) return look(k, wait);
  return reap(k, groupOf(k, running(k)), wait, pid, status << 8);
}

function goOn(k: Kernel, wait: Wait): number {
  const { signals, result } = running(k);
  const { accepted } = signals;
  signals.waited = emptySet();
  signals.accepted = null;
  if (result === SIGCHLD && accepted) return answer(k, wait, accepted);
  return result < 0 ? result : look(k, wait);
}

/** Without CONFIG_SCHED_HAVE_PARENT any thread can wait for any task but the kernel's own, which never end. */
function waitForTask(k: Kernel, pid: number, options: number): number {
  const tcb = pid > 0 ? taskOf(k, pid) : null;
  if (!tcb || tcb.group === 0) return -Errno.ECHILD;
  if (options & WNOHANG) return 0;
  const self = running(k);
  const group = groupOf(k, tcb);
  self.waitFor = group.id;
  block(k, self, TaskState.WaitSem, group.exitWaiters);
  return BLOCKED;
}

/** A group is no more: those who wait for it get the status of its main thread. */
export function wakeExitWaiters(k: Kernel, group: Group): void {
  tellExitWaiters(k, group, group.status << 8, 0);
}

/** Tells the threads that wait for any task, and asked for what one of these options says. */
function tellExitWaiters(k: Kernel, group: Group, status: number, options: number): void {
  for (let pid = group.exitWaiters.head, next; pid !== NONE; pid = next) {
    const waiter = taskOf(k, pid)!;
    next = waiter.next;
    const [child, statLoc, wanted] = waiter.args as [number, number, number];
    if ((wanted & options) !== options) continue;
    if (statLoc !== 0) k.memory.store32(statLoc, status);
    unblock(k, waiter, group.exitWaiters, child);
  }
}

/**
 * A group was stopped or goes on; `status` is as waitpid stores it. Who waits for that is told, also where SIGCHLD does
 * not do it.
 */
export function tellNews(k: Kernel, group: Group, status: number): void {
  group.news = status;
  if (!hasParents(k)) {
    tellExitWaiters(k, group, status, status === CONTINUED ? WCONTINUED : WUNTRACED);
    return;
  }
  for (const pid of k.state.groups.get(group.parent)?.members ?? []) {
    const tcb = taskOf(k, pid)!;
    // They look again.
    if (tcb.state === TaskState.WaitSig && tcb.call !== NONE && waits.has(k.calls[tcb.call]!.name))
      abortWait(k, tcb, 0);
  }
}
const waits = new Set(['waitpid', 'waitid']);
