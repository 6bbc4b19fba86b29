/** Scheduling parameters, policies and yielding (manual 2.2). struct sched_param begins with an int sched_priority. */
import { Errno } from '../errno';
import { note, Note, running, taskOf, type Kernel } from '../kernel';
import { NONE, Policy, PRIORITY_MAX, PRIORITY_MIN, TaskState, type Tcb } from '../state';
import { lockCpu, setBasePriority, unlockCpu } from './priority';
import { addPrioritized, mergePending, removeFrom } from './readytorun';
import {
  loadSporadicParam,
  startSporadic,
  stopSporadic,
  storeSporadicParam,
  unlockSporadic,
  type SporadicParam,
} from './sporadic';
import { NSEC_PER_SEC, storeTimespec } from '../clock/timespec';

/** SCHED_OTHER and SCHED_NORMAL are one policy in NuttX, and become SCHED_RR. */
const SCHED_OTHER = 0;

/** pid 0 is the caller. */
function target(k: Kernel, pid: number): Tcb | null {
  return pid === 0 ? running(k) : pid < 0 ? null : taskOf(k, pid);
}

/**
 * Manual 2.2.1. Sets the priority of a task, 0 for the caller, and begins a new period of a sporadic one with the other
 * parameters. The task goes behind its new equals, as does the first of the caller's equals, whereas the caller goes on.
 *
 * @returns 0, or -EINVAL: no parameters, a priority outside 1..255, or parameters that a sporadic task cannot have;
 *   -ESRCH: no such task. EPERM is not ours: any task may change any other
 */
export function sched_setparam(k: Kernel, pid: number, param: number): number {
  if (param === 0) return -Errno.EINVAL;
  const priority = k.memory.load32(param);
  if (priority < PRIORITY_MIN || priority > PRIORITY_MAX) return -Errno.EINVAL;
  const tcb = target(k, pid);
  if (!tcb) return -Errno.ESRCH;
  if (tcb.policy !== Policy.Sporadic) {
    setBasePriority(k, tcb, priority);
    return 0;
  }
  const sporadic = loadSporadicParam(k, param);
  return typeof sporadic === 'number' ? sporadic : becomeSporadic(k, tcb, sporadic);
}

function becomeSporadic(k: Kernel, tcb: Tcb, param: SporadicParam): number {
  const caller = lockCpu(k);
  startSporadic(k, tcb, param);
  setBasePriority(k, tcb, param.priority);
  unlockCpu(k, caller);
  return 0;
}

/**
 * Manual 2.2.2. The priority that counts now, a boost included, and the parameters of a sporadic task.
 *
 * @returns 0, or -EINVAL: nowhere to put it; -ESRCH: no such task
 */
export function sched_getparam(k: Kernel, pid: number, param: number): number {
  if (param === 0) return -Errno.EINVAL;
  const tcb = target(k, pid);
  if (!tcb) return -Errno.ESRCH;
  k.memory.store32(param, tcb.priority);
  storeSporadicParam(k, param, tcb);
  return 0;
}

/**
 * Manual 2.2.3. Sets policy and priority, and the parameters of SCHED_SPORADIC. The task goes behind its new equals.
 *
 * @returns 0, or -EINVAL: no such policy, no parameters, a priority outside 1..255, or parameters that a sporadic task
 *   cannot have; -ESRCH: no such task
 */
export function sched_setscheduler(k: Kernel, pid: number, policy: number, param: number): number {
  const sporadic = policy === Policy.Sporadic && k.state.settings.config.CONFIG_SCHED_SPORADIC === true;
  if (policy !== Policy.Fifo && policy !== Policy.Rr && policy !== SCHED_OTHER && !sporadic) return -Errno.EINVAL;
  const tcb = target(k, pid);
  if (!tcb) return -Errno.ESRCH;
  if (param === 0) return -Errno.EINVAL;
  if (sporadic) {
    const parameters = loadSporadicParam(k, param);
    return typeof parameters === 'number' ? parameters : becomeSporadic(k, tcb, parameters);
  }
  const priority = k.memory.load32(param);
  if (priority < PRIORITY_MIN || priority > PRIORITY_MAX) return -Errno.EINVAL;
  const { rrTicks } = k.state.settings;
  stopSporadic(k, tcb);
  tcb.policy = policy === Policy.Fifo || rrTicks === 0 ? Policy.Fifo : Policy.Rr;
  tcb.timeslice = tcb.policy === Policy.Rr ? rrTicks : 0;
  setBasePriority(k, tcb, priority);
  return 0;
}

/** Manual 2.2.4. The policy of a task, 0 for the caller. -ESRCH: no such task. */
export function sched_getscheduler(k: Kernel, pid: number): number {
  const tcb = target(k, pid);
  return tcb ? tcb.policy : -Errno.ESRCH;
}

/** Manual 2.2.5. Goes behind all of equal priority. */
export function sched_yield(k: Kernel): number {
  const tcb = running(k);
  if (tcb.lockCount === 0) toTailOfLevel(k, tcb);
  return 0;
}

/** The running task goes behind its equals; the next of them runs. */
function toTailOfLevel(k: Kernel, tcb: Tcb): void {
  const { readyToRun } = k.state;
  const next = tcb.next === NONE ? null : taskOf(k, tcb.next);
  if (!next || next.priority < tcb.priority) return;
  removeFrom(k, readyToRun, tcb);
  tcb.state = TaskState.ReadyToRun;
  addPrioritized(k, readyToRun, tcb);
  running(k).state = TaskState.Running;
  mergePending(k);
}

/** Manual 2.2.6. -EINVAL: no such policy. */
export function sched_get_priority_max(k: Kernel, policy: number): number {
  return isPolicy(k, policy) ? PRIORITY_MAX : -Errno.EINVAL;
}

/** Manual 2.2.7. -EINVAL: no such policy. */
export function sched_get_priority_min(k: Kernel, policy: number): number {
  return isPolicy(k, policy) ? PRIORITY_MIN : -Errno.EINVAL;
}

/** NuttX asserts that it is one, so that without assertions any is. */
function isPolicy(k: Kernel, policy: number): boolean {
  return !k.state.settings.debugFeatures || (policy >= SCHED_OTHER && policy <= Policy.Sporadic);
}

/**
 * Manual 2.2.8, as sched_get_rr_interval. The slice of a SCHED_RR task; zero for other policies, as a real NuttX answers.
 *
 * @returns 0, or -EINVAL: a negative pid, or nowhere to put the interval; -ESRCH: no such task. EFAULT and ENOSYS are not
 *   ours: a bad address is found as such, and the call is there
 */
export function sched_rr_get_interval(k: Kernel, pid: number, interval: number): number {
  if (pid < 0 || interval === 0) return -Errno.EINVAL;
  const tcb = target(k, pid);
  if (!tcb) return -Errno.ESRCH;
  const { rrTicks, tickNs } = k.state.settings;
  const ns = tcb.policy === Policy.Rr ? rrTicks * tickNs : 0;
  storeTimespec(k, interval, Math.floor(ns / NSEC_PER_SEC), ns % NSEC_PER_SEC);
  return 0;
}

/** Manual 2.3.1. Keeps every other task off the CPU until as many sched_unlock; blocking lets others run all the same. */
export function sched_lock(k: Kernel): number {
  // An interrupt handler has the CPU to itself, and the lock would be that of the task that it interrupts.
  if (k.state.interrupts > 0) return 0;
  const tcb = running(k);
  tcb.lockCount++;
  note(k, Note.preempt_lock, tcb.pid, tcb.lockCount);
  return 0;
}

/** Manual 2.3.2. At the last one, tasks that were kept off run by priority. */
export function sched_unlock(k: Kernel): number {
  const tcb = running(k);
  if (tcb.lockCount === 0 || k.state.interrupts > 0) return 0;
  tcb.lockCount--;
  note(k, Note.preempt_unlock, tcb.pid, tcb.lockCount);
  if (tcb.lockCount > 0) return 0;
  mergePending(k);
  // What would have taken the CPU from it during the lock does so now.
  if (tcb.policy === Policy.Rr && tcb.timeslice === 0 && running(k) !== tcb) tcb.timeslice = k.state.settings.rrTicks;
  if (tcb.policy === Policy.Sporadic) unlockSporadic(k, tcb);
  return 0;
}

/** Manual 2.3.3. */
export function sched_lockcount(k: Kernel): number {
  return running(k).lockCount;
}

/**
 * Round robin: at the end of its slice a task goes behind its equals, of whatever policy. Called at each tick with the
 * running task, when that is one.
 */
export function processRoundRobin(k: Kernel, tcb: Tcb): void {
  if (tcb.timeslice > 0) tcb.timeslice--;
  if (tcb.timeslice > 0 || tcb.lockCount > 0) return;
  tcb.timeslice = k.state.settings.rrTicks;
  toTailOfLevel(k, tcb);
}
