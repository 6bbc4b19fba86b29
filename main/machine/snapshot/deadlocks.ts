/** Tasks that wait for each other, so that none of them will ever go on. */
import type { SyncSnapshot } from '../../contract/objects';
import type { RuntimeWarning, TaskSnapshot } from '../../contract/target';

/** One warning for each circle of tasks that wait, without a limit, for mutexes of each other or for each other's end. */
export function deadlockWarnings(tasks: readonly TaskSnapshot[], sync: readonly SyncSnapshot[]): RuntimeWarning[] {
  const byPid = new Map(tasks.map((task) => [task.pid, task]));
  const holders = new Map(sync.map(({ id, holders: [holder] }) => [id, holder?.pid]));
  /** The one task that can end the wait of another. */
  const next = ({ waitsFor }: TaskSnapshot): TaskSnapshot | undefined => {
    if (!waitsFor || waitsFor.id === null || waitsFor.untilNs !== null) return undefined;
    if (waitsFor.kind === 'join') return byPid.get(waitsFor.id);
    return waitsFor.kind === 'mutex' ? byPid.get(holders.get(waitsFor.id) ?? -1) : undefined;
  };
  const seen = new Set<TaskSnapshot>();
  const circles: TaskSnapshot[][] = [];
  for (const task of tasks) {
    const path: TaskSnapshot[] = [];
    let at: TaskSnapshot | undefined = task;
    for (; at && !seen.has(at); at = next(at)) {
      seen.add(at);
      path.push(at);
    }
    if (at && path.includes(at)) circles.push(path.slice(path.indexOf(at)));
  }
  return circles.map((circle) => ({
    id: `deadlock ${circle[0]!.pid}`,
    message: `Deadlock: ${circle.map((task) => describe(task, next(task)!)).join('; ')}. Lock mutexes in the same order everywhere, or with pthread_mutex_timedlock.`,
    pid: circle[0]!.pid,
    count: 1,
    option: null,
  }));
}

const named = ({ pid, name }: TaskSnapshot): string => `${pid} ${name}`;

function describe(task: TaskSnapshot, other: TaskSnapshot): string {
  const what = task.waitsFor!.label;
  if (task.waitsFor!.kind === 'join') return `${named(task)} waits for the ${what}`;
  return `${named(task)} waits for ${what}, which ${task === other ? 'it holds itself' : `${named(other)} holds`}`;
}
