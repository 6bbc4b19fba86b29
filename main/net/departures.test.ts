import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { wallNs } from '../machine/wall';
import { Departures } from './departures';

test('all leave at their times or later, in the order of these, whatever the order in which they came', async () => {
  const departures = new Departures();
  const left: string[] = [];
  const start = wallNs();
  const leave = (name: string, ms: number) =>
    departures.add(start + ms * 1e6, (lateNs) => {
      left.push(name);
      expect(lateNs).toBeGreaterThanOrEqual(0);
      expect(wallNs() - start - ms * 1e6).toBeGreaterThanOrEqual(lateNs);
    });
  leave('third', 500);
  leave('first', 5);
  leave('second', 5.5);
  await expect.poll(() => left).toEqual(['first', 'second', 'third']);
  leave('what is late already', 1);
  expect(left).toHaveLength(4);
});

test('nothing leaves after the end', async () => {
  const departures = new Departures();
  let count = 0;
  for (const ms of [50, 100]) departures.add(wallNs() + ms * 1e6, () => count++);
  departures.close();
  await sleep(150);
  expect(count).toBe(0);
});
