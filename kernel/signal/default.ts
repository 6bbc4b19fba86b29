/** What signals do that have no action of their own, with CONFIG_SIG_DEFAULT (manual 2.7; NuttX: sig_default.c). */
import { Errno } from '../errno';
import { note, Note, taskOf, type Kernel } from '../kernel';
import { exitThread, pthread_exit } from '../pthread/exit';
import { _exit, goOnIn, killChildren } from '../sched/exit';
import { hasParents } from '../sched/children';
import { groupOf } from '../sched/group';
import { tellNews } from '../sched/wait';
import { addPrioritized, addReady, removeFrom, removeReady } from '../sched/readytorun';
import { isWaiting, leaveWait } from '../sched/waitlist';
import { TaskState, type Group, type Tcb } from '../state';
import { sendToGroup } from './send';
import { SIGCHLD, SIGCONT, SIGKILL, SIGSTOP } from './signo';
import type { DefaultAction, SigInfo } from './state';

/** Which option makes signals do what. */
const defaults: readonly { option: string; action: DefaultAction; signals: readonly number[] }[] = [
  { option: 'CONFIG_SIG_SIGUSR1_ACTION', action: 'terminate', signals: [10] },
  { option: 'CONFIG_SIG_SIGUSR2_ACTION', action: 'terminate', signals: [12] },
  { option: 'CONFIG_SIG_SIGALRM_ACTION', action: 'terminate', signals: [14] },
  { option: 'CONFIG_SIG_SIGPOLL_ACTION', action: 'terminate', signals: [29] },
  { option: 'CONFIG_SIG_SIGPIPE_ACTION', action: 'terminate', signals: [13] },
  // HUP INT QUIT ILL TRAP ABRT BUS FPE KILL SEGV TERM XCPU XFSZ SYS
  {
    option: 'CONFIG_SIG_SIGKILL_ACTION',
    action: 'terminate',
    signals: [1, 2, 3, 4, 5, 6, 7, 8, SIGKILL, 11, 15, 24, 25, 31],
  },
  // STOP TSTP TTIN TTOU
  { option: 'CONFIG_SIG_SIGSTOP_ACTION', action: 'stop', signals: [SIGSTOP, 20, 21, 22] },
  { option: 'CONFIG_SIG_SIGSTOP_ACTION', action: 'continue', signals: [SIGCONT] },
];

export const SIG_IGN = 0;

/** SIG_DFL; without default actions it is SIG_IGN. */
export function sigDfl(k: Kernel): number {
  return hasDefaults(k) ? 1 : SIG_IGN;
}

export function sigHold(k: Kernel): number {
  return sigDfl(k) + 1;
}

function hasDefaults({ state }: Kernel): boolean {
  return state.settings.config.CONFIG_SIG_DEFAULT === true;
}

/** What the signal does by default; null for nothing. */
export function defaultAction(k: Kernel, signo: number): DefaultAction | null {
  if (!hasDefaults(k)) return null;
  const { config } = k.state.settings;
  const found = defaults.find(({ option, signals }) => config[option] === true && signals.includes(signo));
  return found?.action ?? null;
}

/** SIGKILL and SIGSTOP cannot be caught or ignored while they have their default actions. */
export function isCatchable(k: Kernel, signo: number): boolean {
  return (signo !== SIGKILL && signo !== SIGSTOP) || defaultAction(k, signo) === null;
}

const EXIT_FAILURE = 1;

/** The running thread does what its signal does by default; it may be gone, or stopped, when this returns. */
export function takeDefault(k: Kernel, tcb: Tcb, { signo, pid }: SigInfo, action: DefaultAction): void {
  note(k, Note.signal_default, tcb.pid, signo, pid, ['terminate', 'stop', 'continue'].indexOf(action));
  if (action === 'stop') stopGroup(k, tcb, signo);
  else if (action === 'terminate') terminate(k, tcb);
}

function terminate(k: Kernel, tcb: Tcb): void {
  if (tcb.kind !== 'pthread') {
    _exit(k, EXIT_FAILURE);
    return;
  }
  tcb.exiting = true;
  killChildren(k, tcb);
  // It may have cleanup handlers of the others to run first.
  if (tcb.upcall) goOnIn(k, tcb, pthread_exit, [0]);
  else exitThread(k, tcb, 0);
}

/** Takes every thread of the group off the CPU, or out of what it waits for, until {@link continueGroup}. */
function stopGroup(k: Kernel, tcb: Tcb, signo: number): void {
  const group = groupOf(k, tcb);
  for (const pid of group.members) stop(k, taskOf(k, pid)!);
  tellParent(k, group, CLD_STOPPED, signo, (signo << 8) | STOPPED);
}

/**
 * A wait that is broken off gives EINTR when the thread goes on. One that waits for its vfork child is off the CPU as it
 * is, and goes on with the child's end.
 */
function stop(k: Kernel, tcb: Tcb): void {
  if (tcb.state === TaskState.Stopped || tcb.state === TaskState.Inactive) return;
  if (isWaiting(tcb)) {
    leaveWait(k, tcb);
    tcb.result = -Errno.EINTR;
  } else {
    removeReady(k, tcb);
  }
  tcb.state = TaskState.Stopped;
  addPrioritized(k, k.state.stopped, tcb);
}

/** SIGCONT, which `sender` sent, has come to a group. If that is stopped, it goes on. */
export function continueGroup(k: Kernel, group: Group, sender: number): void {
  const stopped = group.members.map((pid) => taskOf(k, pid)!).filter(({ state }) => state === TaskState.Stopped);
  if (stopped.length === 0) return;
  for (const tcb of stopped) {
    removeFrom(k, k.state.stopped, tcb);
    note(k, Note.ready, tcb.pid, sender, tcb.priority);
    addReady(k, tcb);
  }
  tellParent(k, group, CLD_CONTINUED, SIGCONT, CONTINUED);
}
/** What waitpid stores: with the signal in the second byte, and for SIGCONT. */
const STOPPED = 0x7f;
const CONTINUED = 0xffff;
const CLD_STOPPED = 9;
const CLD_CONTINUED = 10;
const SA_NOCLDSTOP = 1 << 0;

/** The parent gets SIGCHLD, unless it has SA_NOCLDSTOP for that, and waitpid hears of it with WUNTRACED and WCONTINUED. */
function tellParent(k: Kernel, group: Group, code: number, signo: number, status: number): void {
  const parent = hasParents(k) && group.parent !== 0 ? k.state.groups.get(group.parent) : undefined;
  if (parent && !((parent.signals.actions.get(SIGCHLD)?.flags ?? 0) & SA_NOCLDSTOP)) {
    sendToGroup(k, parent, { signo: SIGCHLD, code, value: 0, pid: group.id, status: signo });
  }
  tellNews(k, group, status);
}
