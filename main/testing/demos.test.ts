import { join } from 'node:path';
import { expect, test } from 'vitest';
import { demos } from '../../boards/demos';
import { TaskState } from '../../kernel/state';
import { buildFolder, compileFolder, root } from './firmware';

const folder = (name: string) => join(root, 'boards', 'demos', name);
const stateNames = new Map(Object.entries(TaskState).map(([name, number]) => [number as number, name]));

test.each(demos.map(({ name }) => name))('%s builds without a warning', async (name) => {
  expect((await buildFolder(folder(name))).problems).toEqual([]);
});

test('producer and consumer: ten ticks show something of every kind', async () => {
  const target = (await compileFolder(folder('producer-consumer'))).boot();
  const seen = new Set<string>();
  for (let tick = 1; tick <= 20; tick++) {
    target.run({ ticks: tick });
    for (const tcb of target.machine.kernel.state.tasks) if (tcb) seen.add(stateNames.get(tcb.state)!);
    if (tick === 10) {
      expect([...seen].sort()).toEqual(['ReadyToRun', 'Running', 'WaitMqNotFull', 'WaitSem', 'WaitSig']);
    }
  }
  expect(seen).toContain('WaitMqNotEmpty');
  expect(target.lines).toEqual(['report 1: 8 readings from 20.758 to 21.135 C']);
  target.run({ ticks: 200 });
  expect(target.lines.length).toBeGreaterThan(6);
});

test('priority inversion: inheritance shortens the worst wait to what the low task needs', async () => {
  const worst = async (on: boolean) => {
    const target = (
      await compileFolder(folder('priority-inversion'), { config: { CONFIG_PRIORITY_INHERITANCE: on } })
    ).run();
    expect(target.status).toBe(0);
    return Number(/^Worst wait of the high task: (\d+) ms/m.exec(target.console)![1]);
  };
  expect(await worst(true)).toBeLessThanOrEqual(40);
  expect(await worst(false)).toBeGreaterThan(150);
});

test('signals: an order that comes while the pump is busy is pending until it waits again', async () => {
  const target = (await compileFolder(folder('signals'))).boot();
  target.run({ ticks: 11 });
  const { state } = target.machine.kernel;
  const pending = [...state.groups.values()].flatMap(({ signals }) => signals.pending.map(({ value }) => value));
  expect(pending).toEqual([20]);
  expect([...state.syncObjects.values()].sort()).toEqual(['condition', 'mutex']);
  target.run({ ticks: 60 });
  const speeds = target.lines.filter((line) => line.startsWith('pump'));
  expect(speeds.slice(0, 4)).toEqual(['pump: 10%', 'pump: 20%', 'pump: 30%', 'pump: 40%']);
});

test('philosophers: they eat for four dinners, then each holds one fork and waits for the next', async () => {
  const target = (await compileFolder(folder('philosophers'))).boot();
  expect(target.finish()).toBe('idle');
  expect(target.lines).toHaveLength(20);
  const forks = [...target.machine.kernel.state.semaphores.values()].filter(({ inherit }) => inherit);
  expect(forks).toHaveLength(5);
  for (const { holders, waiters } of forks) {
    expect(holders).toHaveLength(1);
    expect(waiters.head).toBe(waiters.tail);
  }
  const next = new Map(forks.map(({ holders, waiters }) => [waiters.head, holders[0]!.pid]));
  let [at] = next.keys();
  const ring = Array.from(forks, () => (at = next.get(at!)));
  expect(new Set(ring).size).toBe(5);
});
