/** Tasks and threads, and what is kept of those that have ended. */
import { RAM_BASE } from '../../../kernel/binfmt/abi';
import { loadOf } from '../../../kernel/clock/cpuload';
import { PTHREAD_CANCELED } from '../../../kernel/pthread/state';
import { groupOf } from '../../../kernel/sched/group';
import { stackPeak } from '../../../kernel/sched/stack';
import { Policy, TaskState, type Tcb } from '../../../kernel/state';
import type { Frame, RetainedStatus, StateClass, TaskSnapshot } from '../../contract/target';
import { stackOf } from '../stack';
import { hexLabel, type Target } from './target';
import { waitOf } from './waits';

/** NuttX's words for the states (procfs), and the class by which they are coloured. */
const states: Record<number, [string, StateClass]> = {
  [TaskState.Invalid]: ['Invalid', 'inactive'],
  [TaskState.Pending]: ['Waiting,Unlock', 'ready'],
  [TaskState.ReadyToRun]: ['Ready', 'ready'],
  [TaskState.Running]: ['Running', 'running'],
  [TaskState.Inactive]: ['Inactive', 'inactive'],
  [TaskState.WaitSem]: ['Waiting,Semaphore', 'sem'],
  [TaskState.WaitSig]: ['Waiting,Signal', 'sleep'],
  [TaskState.WaitMqNotEmpty]: ['Waiting,MQ empty', 'mq'],
  [TaskState.WaitMqNotFull]: ['Waiting,MQ full', 'mq'],
  [TaskState.Stopped]: ['Stopped', 'stopped'],
};

/** NuttX's words by the number of a state. */
export const stateWords: string[] = Object.values(TaskState).map((state) => states[state]![0]);

const policies: Record<number, string> = { [Policy.Fifo]: 'FIFO', [Policy.Rr]: 'RR', [Policy.Sporadic]: 'SPORADIC' };

export function taskSnapshots(target: Target): TaskSnapshot[] {
  return target.machine.kernel.state.tasks
    .filter((tcb) => tcb !== null)
    .sort((a, b) => a.pid - b.pid)
    .map((tcb) => task(target, tcb));
}

function task(target: Target, tcb: Tcb): TaskSnapshot {
  const { machine, firmware, crash, stopped } = target;
  const { settings } = machine.kernel.state;
  const [state, stateClass] = states[tcb.state]!;
  const crashed = tcb.pid === crash?.pid;
  const used = tcb.kind === 'idle' ? 0 : tcb.stackBase + tcb.stackSize - tcb.stackPointer;
  const waitsFor = waitOf(target, tcb);
  return {
    pid: tcb.pid,
    name: tcb.name,
    kind: tcb.kind,
    state: crashed ? 'Crashed' : state,
    stateClass: crashed ? 'stopped' : classOf(stateClass, waitsFor),
    priority: tcb.priority,
    basePriority: tcb.basePriority,
    policy: policies[tcb.policy]!,
    // Of a sporadic task it is below zero while the end of the budget waits for the scheduler to be unlocked.
    timesliceLeftMs: tcb.policy === Policy.Fifo ? null : (Math.max(0, tcb.timeslice) * settings.tickNs) / 1e6,
    stackSize: tcb.stackSize,
    stackUsed: used,
    // What was reserved last need not have been written yet.
    stackPeak: Math.max(used, stackPeak(target.machine.kernel, tcb)),
    cpuPercent: 100 * loadOf(target.machine.kernel, tcb),
    waitsFor,
    lockCount: tcb.lockCount,
    group: tcb.group,
    parent: tcb.kind === 'idle' ? null : tcb.kind === 'pthread' ? tcb.group : groupOf(machine.kernel, tcb).parent,
    // Of what it is in, the outermost is what it began in.
    entry: tcb.kind === 'idle' ? '' : (machine.appEntry(tcb) ?? firmware.pointerName((tcb.suspended[0] ?? tcb).entry)),
    cancelPending: tcb.cancel.pending,
    exiting: tcb.exiting || [...tcb.suspended, tcb.upcall].some((called) => called?.then === 'exit'),
    at: stopped ? placeOf(target, tcb) : null,
  };
}

/** Where a task stands in the project's own source, or else wherever it is. */
function placeOf({ machine, firmware, crash }: Target, tcb: Tcb): Frame | null {
  const frames = stackOf(machine, firmware, tcb, crash);
  return frames.find((frame) => frame.file !== null) ?? frames[0] ?? null;
}

/** The colour of a wait for signals, SIGCHLD too: most tasks in that state only pass the time. */
function classOf(stateClass: StateClass, waitsFor: TaskSnapshot['waitsFor']): StateClass {
  return waitsFor?.kind === 'signal' || waitsFor?.kind === 'child' ? 'signal' : stateClass;
}

/** Exit statuses of tasks and values of threads that are kept, in the order of the parents; of one parent, oldest first. */
export function retainedStatuses({ machine }: Target): RetainedStatus[] {
  return [...machine.kernel.state.groups.values()].flatMap(({ id, children, threads }) => [
    ...children
      .filter(({ exited }) => exited)
      .map(({ pid, name, status }) => ({ pid, name, parent: id, status: `Exited with ${status & 0xff}` }))
      .reverse(),
    ...[...threads.exited].map(([pid, { value, name }]) => ({ pid, name, parent: id, status: returned(value) })),
  ]);
}

/** What a thread ended with, in words. */
function returned(value: number): string {
  if (value === PTHREAD_CANCELED) return 'Cancelled';
  return `Returned ${value >= RAM_BASE ? hexLabel(value) : value}`;
}
