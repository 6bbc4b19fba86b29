/** For tests: a toolchain that really compiles, and folders with files. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build as bundle } from 'esbuild';
import { Toolchain, type BuildOptions } from './build';
import type { Board } from './project';

export const root = resolve(import.meta.dirname, '../..');

export const testBoard: Board = { name: 'test', ramSize: 256 * 1024, config: { CONFIG_RR_INTERVAL: 200 } };

/** What a build needs to know; the kernel provides what stdio and the tests use. */
export const testOptions: BuildOptions = {
  board: (name) => (name === null || name === 'test' ? testBoard : null),
  userConfig: {},
  implemented: new Set([
    'sem_wait',
    'sem_post',
    'usleep',
    '__errno',
    'lseek',
    'close',
    'write',
    'malloc',
    'free',
    'abort',
  ]),
};

/** Writes files into a new folder and gives its path. */
export async function folderWith(files: Record<string, string>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'tickscope-'));
  await writeFiles(folder, files);
  return folder;
}

export async function writeFiles(folder: string, files: Record<string, string>): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
}

/** Bundles the worker into the repository, from where it finds the compiler's package. */
async function bundleWorker(): Promise<string> {
  const outfile = join(root, '.cache', `test-${process.pid}-${Date.now()}`, 'compile.worker.js');
  const entry = join(import.meta.dirname, 'compile.worker.ts');
  await bundle({ entryPoints: [entry], outfile, bundle: true, platform: 'node', format: 'esm', packages: 'external' });
  return outfile;
}

export interface TestToolchain {
  toolchain: Toolchain;
  cacheDir: string;
  close(): Promise<void>;
}

/** A toolchain with an empty cache of its own. */
export async function startToolchain(): Promise<TestToolchain> {
  const [worker, cacheDir] = await Promise.all([bundleWorker(), mkdtemp(join(tmpdir(), 'tickscope-cache-'))]);
  const toolchain = new Toolchain({ cacheDir, resources: root, workerUrl: pathToFileURL(worker) });
  const close = async () => {
    await toolchain.close();
    await rm(cacheDir, { recursive: true, force: true });
    await rm(dirname(worker), { recursive: true, force: true });
  };
  return { toolchain, cacheDir, close };
}
