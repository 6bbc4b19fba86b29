/** Sending signals from a program (manual 2.7; NuttX: sig_kill.c, sig_queue.c, sig_tgkill.c). */
import { Errno } from '../errno';
import { running, taskOf, type Kernel } from '../kernel';
import { groupOf } from '../sched/group';
import type { Group } from '../state';
import { sendToGroup, sendToThread } from './send';
import { isSignal } from './set';
import { SigCode, type SigInfo } from './state';

/** NuttX takes any thread's pid for its group's, and the group's when its first thread is gone. */
function groupFor(k: Kernel, pid: number): Group | null {
  const tcb = taskOf(k, pid);
  return (tcb ? groupOf(k, tcb) : k.state.groups.get(pid)) ?? null;
}

function fromCaller(k: Kernel, signo: number, code: number, value: number): SigInfo {
  return { signo, code, value, pid: running(k).pid, status: 0 };
}

/** The threads of the kernel's own group have nothing to do with each other. */
function send(k: Kernel, pid: number, info: SigInfo): number {
  const tcb = taskOf(k, pid);
  if (tcb?.group === 0) return sendToThread(k, tcb, info);
  const group = groupFor(k, pid);
  return group ? sendToGroup(k, group, info) : -Errno.ESRCH;
}

/**
 * Manual 2.7.18. Sends a signal to the group of a task or thread; signal 0 only asks whether there is such a group.
 * ENOSYS: pid is 0 or less, as there are no process groups; EINVAL: no signal; ESRCH: no such group.
 */
export function kill(k: Kernel, pid: number, signo: number): number {
  if (pid <= 0) return -Errno.ENOSYS;
  return isSignal(signo) ? send(k, pid, fromCaller(k, signo, SigCode.User, 0)) : -Errno.EINVAL;
}

/** {@link kill}, since a group is all there is of a process group. EINVAL: pgrp is 0 or less, or no signal; ESRCH. */
export function killpg(k: Kernel, pgrp: number, signo: number): number {
  return pgrp <= 0 ? -Errno.EINVAL : kill(k, pgrp, signo);
}

/**
 * Manual 2.7.17. {@link kill} with a value, of which the address is given. EINVAL: no signal; ESRCH: no such group. EAGAIN
 * does not happen, as memory for signals is not limited, nor does EPERM.
 */
export function sigqueue(k: Kernel, pid: number, signo: number, value: number): number {
  if (!isSignal(signo)) return -Errno.EINVAL;
  return pid <= 0 ? -Errno.ESRCH : send(k, pid, fromCaller(k, signo, SigCode.Queue, k.memory.load32(value)));
}

/** Sends a signal to one thread; NuttX does not look at the group's pid. EINVAL: no signal; ESRCH: no such thread. */
export function tgkill(k: Kernel, _pid: number, tid: number, signo: number): number {
  if (!isSignal(signo)) return -Errno.EINVAL;
  const tcb = tid <= 0 ? null : taskOf(k, tid);
  return tcb ? sendToThread(k, tcb, fromCaller(k, signo, SigCode.User, 0)) : -Errno.ESRCH;
}

/** Manual 2.8. {@link tgkill} that gives the errno. */
export function pthread_kill(k: Kernel, thread: number, signo: number): number {
  return tgkill(k, 0, thread, signo);
}

/** Sends a signal to the calling thread. EINVAL: no signal. */
export function raise(k: Kernel, signo: number): number {
  return tgkill(k, 0, running(k).pid, signo);
}
