/** Task groups: what the threads of a task share (manual 2.3; NuttX: sched/group). */
import type { Kernel } from '../kernel';
import { newGroupThreads } from '../pthread/state';
import { newGroupSignals } from '../signal/state';
import { emptyList, type Descriptor, type Group, type Tcb } from '../state';

/** A child's status, from its creation on; kept until the parent asks for it. */
export interface ChildStatus {
  pid: number;
  exited: boolean;
  /** As waitpid stores it. */
  status: number;
}

/** What atexit and on_exit registered. */
export interface ExitFunction {
  entry: number;
  /** on_exit's argument; null for atexit. */
  arg: number | null;
}

export function groupOf({ state }: Kernel, tcb: Tcb): Group {
  return state.groups.get(tcb.group)!;
}

/** The group of a task that is being made; its environment and what else is inherited come from the parent's. */
export function newGroup(k: Kernel, pid: number, parent: Tcb | null): Group {
  const group: Group = {
    id: pid,
    parent: parent?.group ?? 0,
    members: [pid],
    descriptors: standardDescriptors(),
    environ: parent ? [...groupOf(k, parent).environ] : [],
    exitFunctions: [],
    children: [],
    childCount: 0,
    signals: newGroupSignals(),
    threads: newGroupThreads(),
    exitWaiters: emptyList(),
    childWaiters: emptyList(),
    status: 0,
  };
  k.state.groups.set(pid, group);
  return group;
}

/** One more thread. */
export function joinGroup(k: Kernel, tcb: Tcb): void {
  groupOf(k, tcb).members.push(tcb.pid);
}

function standardDescriptors(): (Descriptor | null)[] {
  return [{ kind: 'console' }, { kind: 'console' }, { kind: 'console' }];
}
