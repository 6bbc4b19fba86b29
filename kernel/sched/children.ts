/** What a parent is told of its children (manual 2.3; NuttX: group_childstatus.c, task_exithook.c). */
import type { Kernel } from '../kernel';
import { quirk } from '../quirks';
import { sendToGroup } from '../signal/send';
import { SIGCHLD } from '../signal/signo';
import { PIDHASH_SIZE, type Group, type Tcb } from '../state';
import { groupOf } from './group';

/** A child's status, from its creation on; kept until the parent asks for it. */
export interface ChildStatus {
  pid: number;
  /** Of its main thread, once that has ended. */
  name: string;
  exited: boolean;
  /** What it gave to exit. */
  status: number;
}

export const CLD_EXITED = 5;

export function hasParents({ state }: Kernel): boolean {
  return state.settings.config.CONFIG_SCHED_HAVE_PARENT === true;
}

/** Statuses of children outlive them. */
export function keepsStatus(k: Kernel): boolean {
  return hasParents(k) && k.state.settings.config.CONFIG_SCHED_CHILD_STATUS === true;
}

/** How many statuses can be kept. */
export function childStatusPlaces({ state }: Kernel): number {
  return Number(state.settings.config.CONFIG_PREALLOC_CHILDSTATUS) || 2 * PIDHASH_SIZE;
}

/** A task gets a child. Its status takes one of CONFIG_PREALLOC_CHILDSTATUS places; when there is none, it is lost. */
export function adopt(k: Kernel, parent: Group, pid: number): void {
  const { childStatuses } = k.state;
  // The idle task asks for nobody's status.
  if (!hasParents(k) || parent.id === 0) return;
  if (!keepsStatus(k)) {
    parent.childCount++;
    return;
  }
  if (parent.noChildStatus) return;
  if (childStatuses.kept >= childStatusPlaces(k)) {
    childStatuses.lost++;
    return;
  }
  childStatuses.kept++;
  parent.children.unshift({ pid, name: '', exited: false, status: 0 });
}

/** Takes {@link adopt} back. */
export function disown(k: Kernel, { id, parent }: Group): void {
  const group = k.state.groups.get(parent);
  if (!group) return;
  if (hasParents(k) && !keepsStatus(k) && parent !== 0) group.childCount--;
  forgetChild(k, group, id);
}

export function findChild(parent: Group, pid: number): ChildStatus | undefined {
  return parent.children.find((child) => child.pid === pid);
}

/** The parent has asked, or the child is another's. */
export function forgetChild(k: Kernel, parent: Group, pid: number): void {
  const before = parent.children.length;
  parent.children = parent.children.filter((child) => child.pid !== pid);
  k.state.childStatuses.kept -= before - parent.children.length;
}

/** The parent wants no statuses, or is no more. */
export function forgetChildren(k: Kernel, parent: Group): void {
  k.state.childStatuses.kept -= parent.children.length;
  parent.children = [];
}

/** sigaction with SA_NOCLDWAIT for SIGCHLD: statuses are not kept from now on. */
export function suppressChildStatus(k: Kernel, group: Group): void {
  group.noChildStatus = true;
  forgetChildren(k, group);
}

/**
 * A thread ends. The status of a task is that of its main thread, whoever called exit (kernel/quirks.ts); the last
 * thread, whatever it is, sends SIGCHLD to the parent, if that still lives.
 */
export function signalParent(k: Kernel, tcb: Tcb, status: number): void {
  const group = groupOf(k, tcb);
  const parent = hasParents(k) && group.parent !== 0 ? k.state.groups.get(group.parent) : undefined;
  const child = parent && findChild(parent, group.id);
  if (tcb.kind !== 'pthread') {
    group.status = status;
    if (parent) parent.childExitCode = status;
    if (child) Object.assign(child, { status, name: tcb.name });
  }
  if (group.members.length > 1) return;
  const seen = child?.status ?? parent?.childExitCode ?? group.status;
  if (group.exit && group.exit.status !== seen && !quirk(k, 'exitStatus', tcb.pid)) {
    group.status = group.exit.status;
    if (parent) parent.childExitCode = group.status;
    if (child) child.status = group.status;
  }
  if (child) child.exited = true;
  if (!parent) return;
  sendToGroup(k, parent, { signo: SIGCHLD, code: CLD_EXITED, value: 0, pid: group.id, status: parent.childExitCode });
}
