/** What a stopped or running machine shows of itself, in the contract's words. */
import type { Machine } from '../../boards/machine';
import { cyclesNow, members, taskOf, timeNs } from '../../kernel/kernel';
import { noteTypes } from '../../kernel/note/note';
import { groupOf } from '../../kernel/sched/group';
import { STACK_COLOR, TLS_SIZE } from '../../kernel/sched/task';
import { Policy, TaskState, type MessageQueue, type Semaphore, type TaskList, type Tcb } from '../../kernel/state';
import { systemCalls } from '../../kernel/syscall';
import type {
  CrashDump,
  Frame,
  MqueueSnapshot,
  SemaphoreSnapshot,
  Snapshot,
  StateClass,
  TaskSnapshot,
} from '../contract/target';
import { crashDump } from './dump';
import type { Firmware } from './firmware';
import { stackOf } from './stack';

/** What the session adds to what the machine knows. */
export type SessionPart = Pick<
  Snapshot,
  'generation' | 'runState' | 'pausedAt' | 'canStepBack' | 'speed' | 'speedReached' | 'eventsPerSecond'
>;

/** Bytes of a message that are shown. */
const MESSAGE_HEAD = 16;

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

/** Everything that the panes show. Call it between runs only. */
export function snapshot(machine: Machine, firmware: Firmware, session: SessionPart): Snapshot {
  const { kernel } = machine;
  const { state } = kernel;
  const crash = crashDump(machine, firmware);
  const view = new View(machine, firmware, session.runState !== 'running', crash);
  return {
    ...session,
    timeNs: timeNs(kernel),
    tick: state.ticks,
    tickNs: state.settings.tickNs,
    cycles: cyclesNow(kernel),
    notes: kernel.notes.count,
    tasks: state.tasks
      .filter((tcb) => tcb !== null)
      .sort((a, b) => a.pid - b.pid)
      .map((tcb) => view.task(tcb)),
    semaphores: [...state.semaphores.values()].map((sem) => view.semaphore(sem)),
    mqueues: [...state.queues.values()].map((queue) => view.mqueue(queue)),
    crash,
  };
}

class View {
  constructor(
    private readonly machine: Machine,
    private readonly firmware: Firmware,
    private readonly stopped: boolean,
    private readonly crash: CrashDump | null,
  ) {}

  task(tcb: Tcb): TaskSnapshot {
    const { settings } = this.machine.kernel.state;
    const [state, stateClass] = states[tcb.state]!;
    const crashed = tcb.pid === this.crash?.pid;
    const used = tcb.kind === 'idle' ? 0 : tcb.stackBase + tcb.stackSize - tcb.stackPointer;
    return {
      pid: tcb.pid,
      name: tcb.name,
      kind: tcb.kind,
      state: crashed ? 'Crashed' : state,
      stateClass: crashed ? 'stopped' : stateClass,
      priority: tcb.priority,
      basePriority: tcb.basePriority,
      policy: policies[tcb.policy]!,
      timesliceLeftMs: tcb.policy === Policy.Rr ? (tcb.timeslice * settings.tickNs) / 1e6 : null,
      stackSize: tcb.stackSize,
      stackUsed: used,
      // What was reserved last need not have been written yet.
      stackPeak: Math.max(used, this.stackPeak(tcb)),
      cpuPercent: this.cpuPercent(tcb),
      waitsFor: this.waitsFor(tcb),
      lockCount: tcb.lockCount,
      parent:
        tcb.kind === 'idle' ? null : tcb.kind === 'pthread' ? tcb.group : groupOf(this.machine.kernel, tcb).parent,
      entry: tcb.kind === 'idle' ? '' : (this.machine.appEntry(tcb) ?? this.firmware.pointerName(tcb.entry)),
      at: this.stopped ? this.placeOf(tcb) : null,
    };
  }

  /** Where a task stands in the project's own source, or else wherever it is. */
  private placeOf(tcb: Tcb): Frame | null {
    const frames = stackOf(this.machine, this.firmware, tcb, this.crash);
    return frames.find((frame) => frame.file !== null) ?? frames[0] ?? null;
  }

  /** Bytes from the lowest address of the stack that was ever written to its top. */
  private stackPeak(tcb: Tcb): number {
    if (tcb.kind === 'idle') return 0;
    const { memory } = this.machine.kernel;
    const end = tcb.stackBase + tcb.stackSize;
    let address = tcb.stackBase + TLS_SIZE;
    while (address < end && memory.load32(address) === STACK_COLOR) address += 4;
    return end - address;
  }

  private cpuPercent(tcb: Tcb): number {
    const { kernel } = this.machine;
    const { state } = kernel;
    const since = cyclesNow(kernel) - state.switchedAt;
    const total = state.loadCycles + since;
    const load = tcb.load + (tcb.pid === state.onCpu ? since : 0);
    return total > 0 ? (load / total) * 100 : 0;
  }

  private waitsFor(tcb: Tcb): TaskSnapshot['waitsFor'] {
    const { state } = this.machine.kernel;
    const untilNs = tcb.deadline > 0 ? tcb.deadline * state.settings.tickNs : null;
    switch (tcb.state) {
      case TaskState.WaitSem:
        return tcb.waitFor === 0
          ? { kind: 'console', id: null, label: 'console input', untilNs }
          : { kind: 'semaphore', id: tcb.waitFor, label: this.semaphoreLabel(tcb.waitFor), untilNs };
      case TaskState.WaitMqNotEmpty:
      case TaskState.WaitMqNotFull:
        return { kind: 'mqueue', id: tcb.waitFor, label: `/${state.queues.get(tcb.waitFor)!.name}`, untilNs };
      case TaskState.WaitSig:
        return { kind: 'time', id: null, label: 'time', untilNs };
      default:
        return null;
    }
  }

  private semaphoreLabel(address: number): string {
    return this.firmware.dataName(address, 'sem_s') ?? `0x${address.toString(16)}`;
  }

  semaphore(sem: Semaphore): SemaphoreSnapshot {
    return {
      id: sem.address,
      label: this.semaphoreLabel(sem.address),
      address: sem.address,
      count: this.machine.kernel.memory.load32(sem.address),
      protocol: sem.inherit ? 'inherit' : 'none',
      holders: sem.holders.map(({ pid, counts }) => ({ pid, counts })),
      waiters: this.pids(sem.waiters),
    };
  }

  mqueue(queue: MessageQueue): MqueueSnapshot {
    return {
      id: queue.id,
      name: `/${queue.name}`,
      maxMessages: queue.maxMessages,
      messageSize: queue.messageSize,
      messages: queue.messages.map(({ priority, data }) => ({
        priority,
        size: data.length,
        head: [...data.subarray(0, MESSAGE_HEAD)],
      })),
      sendWaiters: this.pids(queue.notFull),
      receiveWaiters: this.pids(queue.notEmpty),
      openCount: queue.openCount,
      unlinked: queue.unlinked,
    };
  }

  private pids(list: TaskList): number[] {
    return members(this.machine.kernel, list).map((tcb) => tcb.pid);
  }
}

/** Why the machine stands where it stands, by the last thing that it logged. */
export function lastEvent(machine: Machine, firmware: Firmware): string {
  const { kernel } = machine;
  const { notes, state } = kernel;
  if (notes.count === 0 || notes.count <= notes.first) return 'boot';
  const words = notes.slice(notes.count - 1, notes.count);
  const [type, pid, a, b] = [words[2]!, words[3]!, words[4]!, words[5]!];
  const task = (id: number) => `${id} ${taskOf(kernel, id)?.name ?? ''}`.trim();
  const argument = firmware.dataName(b, 'sem_s');
  switch (noteTypes[type]!.name) {
    case 'switch':
      return `context switch to ${task(pid)}`;
    case 'syscall_enter':
      return `${systemCalls[a]!.name}(${argument ?? ''}) of ${task(pid)}`;
    case 'syscall_leave':
      return `${systemCalls[a]!.name} of ${task(pid)} gave ${b}`;
    case 'irq_leave':
      return `tick ${state.ticks}`;
    case 'fault':
      return machine.fault?.reason ?? 'fault';
    case 'stop':
      return `end of task ${pid}`;
    case 'start':
      return state.entries === 0 ? 'boot' : `start of task ${task(pid)}`;
    default:
      return noteTypes[type]!.name;
  }
}
