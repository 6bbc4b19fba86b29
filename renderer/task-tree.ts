/** Tasks as a tree: under each task its threads and the tasks that it made, those that have ended but are not forgotten too. */
import type { RetainedStatus, TaskSnapshot } from '../main/contract/target';

export interface TaskRow {
  pid: number;
  /** One of the two. */
  task: TaskSnapshot | null;
  ended: RetainedStatus | null;
  branches: TaskRow[];
}

/** The roots: what started at boot, and whatever has lost its parent. */
export function taskTree(tasks: readonly TaskSnapshot[], retained: readonly RetainedStatus[]): TaskRow[] {
  const rows = new Map<number, TaskRow>();
  for (const ended of retained) rows.set(ended.pid, { pid: ended.pid, task: null, ended, branches: [] });
  for (const task of tasks) rows.set(task.pid, { pid: task.pid, task, ended: null, branches: [] });
  const roots: TaskRow[] = [];
  for (const row of [...rows.values()].sort((a, b) => a.pid - b.pid)) {
    const parent = (row.task ?? row.ended)!.parent;
    // The idle task is every boot task's parent, and would be the root of all.
    const above = parent === null || parent === 0 || parent === row.pid ? undefined : rows.get(parent);
    (above?.branches ?? roots).push(row);
  }
  return roots;
}
