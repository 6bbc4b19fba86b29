/** The scenarios that were run on a real NuttX, where their folder is beside the repository. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { ConfigValue } from '../contract/project';
import { compileFolder, root, type TestFirmware } from './firmware';

const oracle = join(root, '..', 'shared', 'oracle');
const read = (...path: string[]) => readFileSync(join(oracle, ...path), 'utf8');

const scenarios = [
  { machine: 'a', name: 's01_fifo' },
  // The simulator loses one of a task's own ticks at each switch, so the other machine is the reference here.
  { machine: 'qemu', name: 's02_rr' },
  { machine: 'a', name: 's03_preempt' },
  { machine: 'a', name: 's04_lock' },
  { machine: 'a', name: 's05_semorder' },
  { machine: 'qemu', name: 's14_setsched' },
];

const built = new Map<string, Promise<TestFirmware>>();

function firmware(machine: string): Promise<TestFirmware> {
  let result = built.get(machine);
  if (!result) {
    const config = JSON.parse(read('config', `${machine}.json`)) as Record<string, ConfigValue>;
    built.set(machine, (result = compileFolder(join(oracle, 'src'), { config })));
  }
  return result;
}

describe.skipIf(!existsSync(oracle))('what a real NuttX printed', () => {
  test.each(scenarios)('$name, machine $machine', async ({ machine, name }) => {
    const { lines, dump } = (await firmware(machine)).run(name);
    expect(dump?.text).toBeUndefined();
    expect(lines.slice(lines.indexOf(`@@BEGIN ${name}`))).toEqual(
      read('logs', machine, `${name}.txt`).trimEnd().split('\n'),
    );
  });
});
