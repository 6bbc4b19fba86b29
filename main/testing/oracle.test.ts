/**
 * The scenarios that were run on a real NuttX, where their folder is beside the repository: every line has to be the
 * same, but for those that docs/fidelity.md lists one by one.
 */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { ConfigValue } from '../contract/project';
import { compileFolder, root, type TestFirmware } from './firmware';

const oracle = join(root, '..', 'shared', 'oracle');
const there = existsSync(oracle);
const read = (...path: string[]) => readFileSync(join(oracle, ...path), 'utf8');

const logs = ['a', 'b', 'qemu'].flatMap((machine) =>
  (there ? readdirSync(join(oracle, 'logs', machine)).sort() : []).map((file) => ({ machine, file })),
);

interface Difference {
  line: number;
  nuttx: string;
  tickscope: string;
}

/** The rows of the table of differing lines: machine, scenario, line, both texts, why. */
function listedDifferences(machine: string, scenario: string): Difference[] {
  const rows = readFileSync(join(root, 'docs', 'fidelity.md'), 'utf8').matchAll(
    /^\| (a|b|qemu) +\| (s\d\d) +\| +(\d+) +\| `(.*?)` +\| `(.*?)` +\| .+ \|$/gm,
  );
  return [...rows]
    .filter((row) => row[1] === machine && scenario.startsWith(row[2]!))
    .map((row) => ({ line: Number(row[3]), nuttx: row[4]!, tickscope: row[5]! }));
}

/** What a scenario's log has; a live one ends where the real kernel's assertion failed. */
function scenarioOf(file: string) {
  const [name, live] = file.replace('.txt', '').split('-') as [string, string?];
  return { name, args: live ? [name, live] : [name] };
}

function logLines(lines: string[], live: boolean, name: string): string[] {
  if (live) return lines.filter((line) => line.startsWith('LIVE '));
  return lines.slice(
    lines.indexOf(`@@BEGIN ${name}`) + 1,
    lines.findIndex((line) => line.startsWith(`@@END ${name}`)),
  );
}

const built = new Map<string, Promise<TestFirmware>>();

function firmware(machine: string): Promise<TestFirmware> {
  let result = built.get(machine);
  if (!result) {
    const config = JSON.parse(read('config', `${machine}.json`)) as Record<string, ConfigValue>;
    built.set(machine, (result = compileFolder(join(oracle, 'src'), { config })));
  }
  return result;
}

describe.skipIf(!there)('what a real NuttX printed', () => {
  let matching = 0;
  let all = 0;

  test.each(logs)('$file, machine $machine', async ({ machine, file }) => {
    const { name, args } = scenarioOf(file);
    const live = args.length > 1;
    const run = (await firmware(machine)).run(...args);
    const wanted = logLines(read('logs', machine, file).replaceAll('\r', '').split('\n'), live, name);
    const got = logLines(run.lines, live, name).slice(0, live ? wanted.length : undefined);
    const differences = wanted.flatMap((nuttx, i): Difference[] =>
      nuttx === got[i] ? [] : [{ line: i + 1, nuttx, tickscope: got[i] ?? '(no line)' }],
    );
    all += wanted.length;
    matching += wanted.length - differences.length;
    expect(run.dump?.text).toBeUndefined();
    expect(differences).toEqual(listedDifferences(machine, name));
    expect(got.length).toBeLessThanOrEqual(wanted.length);
  });

  afterAll(() => console.log(`Lines of a real NuttX's logs that match: ${matching} of ${all}`));
});
