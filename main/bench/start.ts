/** Opening a project: from its folder to the first tick of its board. */
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { appRoot } from '../host/paths';
import { createToolchain } from '../machine/build';
import { benchFirmware, bootApp, buildFirmware } from './firmware';
import { percent, table, verdict } from './table';

const AIM_MS = 300;
const demo = join(appRoot, 'boards', 'demos', 'producer-consumer');

/**
 * Cold is a first start, with nothing in the cache and no compiler loaded; warm is a start after it that finds the
 * project unchanged. This has to be measured before anything else in the process loads the compiler.
 */
export async function measureStart(): Promise<string> {
  const project = existsSync(demo) ? demo : benchFirmware;
  const cacheDir = await mkdtemp(join(tmpdir(), 'tickscope-bench-'));
  try {
    const cold = await start(project, cacheDir);
    const warm = Math.min(
      await start(project, cacheDir),
      await start(project, cacheDir),
      await start(project, cacheDir),
    );
    const name = project === demo ? 'Demo producer-consumer' : 'Benchmark firmware';
    return table(
      `${name}, to the first tick`,
      ['time', 'share of cold', 'aim'],
      [
        ['cold: compile, link, instrument, boot', `${cold.toFixed(0)} ms`, percent(1), ''],
        [
          'warm: found in the cache',
          `${warm.toFixed(0)} ms`,
          percent(warm / cold),
          verdict(warm < AIM_MS, `< ${AIM_MS} ms`),
        ],
      ],
    );
  } finally {
    await rm(cacheDir, { recursive: true, force: true });
  }
}

async function start(project: string, cacheDir: string): Promise<number> {
  const begin = performance.now();
  const toolchain = createToolchain({ resources: appRoot, cacheDir });
  const machine = bootApp(await buildFirmware(toolchain, project));
  machine.run({ ticks: 1 });
  const ms = performance.now() - begin;
  await toolchain.close();
  return ms;
}
