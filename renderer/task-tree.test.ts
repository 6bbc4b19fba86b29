import { expect, test } from 'vitest';
import type { TaskSnapshot } from '../main/contract/target';
import { taskTree, type TaskRow } from './task-tree';

const task = (pid: number, parent: number | null) => ({ pid, parent }) as TaskSnapshot;
const draw = (rows: TaskRow[]): string =>
  rows.map(({ pid, branches }) => (branches.length ? `${pid}(${draw(branches)})` : pid)).join(' ');

test('threads and children lie under their task, what has lost its parent beside what started at boot', () => {
  const tasks = [task(0, null), task(3, 0), task(7, 3), task(5, 3), task(6, 5), task(9, 8)];
  expect(draw(taskTree(tasks, []))).toBe('0 3(5(6) 7) 9');
});

test('a task that has ended stays under its parent for as long as its status is kept', () => {
  const rows = taskTree([task(0, null), task(3, 0)], [{ pid: 4, name: 'four', parent: 3, status: 'exited with 1' }]);
  expect(draw(rows)).toBe('0 3(4)');
  expect(rows[1]!.branches[0]).toMatchObject({ task: null, ended: { status: 'exited with 1' } });
});
