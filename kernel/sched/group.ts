/** Task groups: what the threads of a task share (manual 2.3; NuttX: sched/group). */
import { newGroupThreads } from '../pthread/state';
import { newGroupSignals } from '../signal/state';
import type { Kernel } from '../kernel';
import { emptyList, type Group, type Tcb } from '../state';
import { adopt } from './children';

export function groupOf({ state }: Kernel, tcb: Tcb): Group {
  return state.groups.get(tcb.group)!;
}

/** The group of a task that is being made, a child of the parent's group. It has no descriptors yet. */
export function newGroup(k: Kernel, pid: number, parent: Tcb | null): Group {
  const group: Group = {
    id: pid,
    parent: parent?.group ?? 0,
    members: [pid],
    descriptors: [],
    environ: 0,
    taskInfo: 0,
    exitFunctions: [],
    children: [],
    noChildStatus: false,
    childCount: 0,
    childExitCode: 0,
    signals: newGroupSignals(),
    threads: newGroupThreads(),
    exitWaiters: emptyList(),
    status: 0,
    exit: null,
    news: null,
  };
  k.state.groups.set(pid, group);
  if (parent) adopt(k, groupOf(k, parent), pid);
  return group;
}

/** One more thread. */
export function joinGroup(k: Kernel, tcb: Tcb): void {
  groupOf(k, tcb).members.push(tcb.pid);
}
