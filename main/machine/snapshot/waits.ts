/** What a blocked task waits for. */
import { nameOf } from '../../../kernel/fs/inode';
import { pipeAt } from '../../../kernel/fs/pipe';
import { running, taskOf } from '../../../kernel/kernel';
import { isSocketWait, socketWaitOf } from '../../../kernel/net/wait';
import { driverWaitOf, isDriverWait } from '../../../kernel/sched/driverwait';
import { isGroup } from '../../../kernel/sched/waitlist';
import { CONSOLE_INPUT } from '../../../kernel/serial/tty';
import { NONE, TaskState, type Tcb } from '../../../kernel/state';
import { systemCalls } from '../../../kernel/syscall';
import type { TaskSnapshot } from '../../contract/target';
import { signalsOf } from '../signal-names';
import { objectAt } from './sync';
import { hexLabel, taskName, tickTime, type Target } from './target';

type Wait = Pick<NonNullable<TaskSnapshot['waitsFor']>, 'kind' | 'id' | 'label'>;

/** Null for a task that does not wait. */
export function waitOf(target: Target, tcb: Tcb): TaskSnapshot['waitsFor'] {
  const wait = subjectOf(target, tcb);
  return wait && { ...wait, untilNs: tcb.deadline > 0 ? tickTime(target, tcb.deadline) : null };
}

/** The system call that a task is in; empty for none. */
export function callName({ call }: Tcb): string {
  return call === NONE ? '' : systemCalls[call]!.name;
}

function subjectOf(target: Target, tcb: Tcb): Wait | null {
  switch (tcb.state) {
    case TaskState.WaitSem:
      if (tcb.waitFor === 0) return descriptors(tcb);
      if (isDriverWait(tcb.waitFor)) return inDriver(target, tcb);
      if (isSocketWait(tcb.waitFor)) return onSocket(target, tcb);
      if (tcb.waitFor < 0 || isGroup(tcb.waitFor)) return otherTask(target, tcb);
      return pipe(target, tcb) ?? object(target, tcb.waitFor);
    case TaskState.WaitMqNotEmpty:
    case TaskState.WaitMqNotFull:
      return {
        kind: 'mqueue',
        id: tcb.waitFor,
        label: `/${target.machine.kernel.state.queues.get(tcb.waitFor)!.name}`,
      };
    case TaskState.WaitSig:
      return signalOrTime(tcb);
    case TaskState.Pending: {
      const { pid } = running(target.machine.kernel);
      return { kind: 'unlock', id: pid, label: `sched_unlock by ${taskName(target, pid)}` };
    }
    case TaskState.Inactive:
      return vforkChild(target, tcb);
    case TaskState.Stopped:
      return { kind: 'continue', id: null, label: 'SIGCONT' };
    default:
      return null;
  }
}

function onSocket({ machine }: Target, { waitFor }: Tcb): Wait {
  const { socket, what } = socketWaitOf(machine.kernel, waitFor);
  return { kind: 'socket', id: socket.id, label: `${what} on ${socket.kind} socket ${socket.id}` };
}

/** Who made a task with vfork gets its stack back when that one leaves it. */
function vforkChild(target: Target, { pid }: Tcb): Wait | null {
  const child = target.machine.kernel.state.tasks.find((tcb) => tcb?.vforkParent === pid);
  return child ? { kind: 'child', id: child.pid, label: `exec or end of ${taskName(target, child.pid)}` } : null;
}

function inDriver({ machine }: Target, tcb: Tcb): Wait {
  const { what } = driverWaitOf(machine.kernel, tcb.waitFor);
  return { kind: what === CONSOLE_INPUT ? 'console' : 'device', id: null, label: what };
}

/** Of poll and select. */
function descriptors({ polled }: Tcb): Wait {
  const fds = polled!.map(({ fd }) => fd).filter((fd) => fd >= 0);
  const label = fds.length === 0 ? 'time' : `descriptor${fds.length > 1 ? 's' : ''} ${fds.join(', ')}`;
  return { kind: 'poll', id: null, label };
}

/** What is missing of a pipe, by the call; open is the other one that waits for it. */
const PIPE_WAITS: Record<string, string> = { read: 'data in', write: 'room in' };

function pipe({ machine }: Target, tcb: Tcb): Wait | null {
  const { kernel } = machine;
  const address = pipeAt(kernel, tcb.waitFor);
  if (address === undefined) return null;
  const name = nameOf(kernel, 'pipe', address) ?? `pipe ${hexLabel(address)}`;
  return { kind: 'pipe', id: null, label: `${PIPE_WAITS[callName(tcb)] ?? 'other end of'} ${name}` };
}

function object(target: Target, address: number): Wait {
  const { kind, id, label } = objectAt(target, address);
  return { kind, id, label };
}

/** A task that is waited for, a thread that is joined, or a worker. */
function otherTask(target: Target, tcb: Tcb): Wait {
  const pid = Math.abs(tcb.waitFor);
  if (pid === tcb.pid) return { kind: 'work', id: null, label: 'work' };
  const other = taskOf(target.machine.kernel, pid);
  const kind = tcb.waitFor > 0 ? 'child' : other?.thread ? 'join' : 'work';
  return { kind, id: pid, label: `${kind === 'work' ? 'work of' : 'end of'} ${taskName(target, pid)}` };
}

/** Waits of which only the call tells what they are for. */
const CHILD_CALLS = new Set(['wait', 'waitpid', 'waitid']);

function signalOrTime(tcb: Tcb): Wait {
  const call = callName(tcb);
  if (CHILD_CALLS.has(call)) return { kind: 'child', id: null, label: 'a child' };
  const signals = signalsOf(tcb.signals.waited);
  if (signals.length > 0) return { kind: 'signal', id: null, label: signals.join(', ') };
  return tcb.deadline > 0
    ? { kind: 'time', id: null, label: 'time' }
    : { kind: 'signal', id: null, label: 'any signal' };
}
