/** For tests: going back to a checkpoint changes nothing of what comes after it. */
import { expect } from 'vitest';
import type { TestMachine } from './firmware';

/**
 * Runs a machine from boot to its end, and again from checkpoints at every position, or at `most` in equal distances:
 * the end is always the same. Each checkpoint is taken in a run that goes on from the one before.
 *
 * @returns what the straight run wrote
 */
export function expectCheckpointsHold(test: TestMachine, most = Infinity): string[] {
  const { machine } = test;
  let checkpoint = machine.checkpoint();
  test.finish();
  const { lines } = test;
  const [end, hash] = [machine.position, machine.hash()];
  const step = Math.ceil(end / most) || 1;
  for (let at = 1; at < end; at += step) {
    machine.restore(checkpoint);
    machine.run({ entries: at });
    const { position } = machine;
    checkpoint = machine.checkpoint(checkpoint);
    test.finish();
    expect(machine.hash(), `the end, as it was at ${position}`).toBe(hash);
    machine.restore(checkpoint);
    expect(machine.position).toBe(position);
    test.finish();
    expect(machine.hash(), `the end, from the checkpoint at ${position}`).toBe(hash);
  }
  return lines;
}
