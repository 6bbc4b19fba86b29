/**
 * Scenarios of our own for what s01 to s05 of the recorded ones test (see oracle.test.ts). The expected order follows
 * from these rules, which a real NuttX keeps:
 *
 * - Creating or waking a task of equal priority never preempts; it goes behind its equals.
 * - A slice is exactly CONFIG_RR_INTERVAL; at its end a SCHED_RR task goes behind its equals, SCHED_FIFO ones too, and
 *   such a one then keeps the CPU.
 * - A task that outranks the caller runs before the call that makes it ready returns.
 * - sched_lock nests; whoever blocks under it lets others run and has its lock back afterwards; at the last unlock
 *   those who were kept off run by priority.
 * - Waiters wake by priority, equals in order. sem_getvalue gives minus their number. A waiter that is given a
 *   priority, be it the same, goes behind its new equals.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { compileFolder, type TestFirmware } from '../firmware';

let firmware: TestFirmware;
beforeAll(async () => {
  firmware = await compileFolder(join(import.meta.dirname, 'firmware'));
});

test.each(['fifo', 'round_robin', 'preemption', 'locking', 'semaphores'])('%s', (scenario) => {
  const { console: printed, dump } = firmware.run(scenario);
  expect(dump?.text).toBeUndefined();
  expect(printed).toBe(readFileSync(join(import.meta.dirname, 'expected', `${scenario}.txt`), 'utf8'));
});
