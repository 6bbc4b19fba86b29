// Builds dist/: the host and its workers with esbuild, the window with Vite.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build as esbuild } from 'esbuild';
import { build as vite } from 'vite';
import { root } from './prepare.mjs';
import { stampBuild } from './sources.mjs';

const shared = {
  absWorkingDir: root,
  bundle: true,
  outdir: 'dist/main',
  platform: 'node',
  target: 'node20',
  sourcemap: true,
  logLevel: 'warning',
};

const entries = {
  cli: 'main/cli/index.ts',
  browser: 'main/browser/index.ts',
  electron: 'main/electron/index.ts',
  bench: 'main/bench/index.ts',
  'machine.worker': 'main/machine/machine.worker.ts',
  'compile.worker': 'main/toolchain/compile.worker.ts',
};

/** esbuild's options for each bundle of the host. */
export const hostBuilds = () => [
  { ...shared, entryPoints: entries, format: 'esm', packages: 'external' },
  // A sandboxed preload script is CommonJS and can require nothing but electron.
  {
    ...shared,
    entryPoints: { preload: 'main/electron/preload.ts' },
    format: 'cjs',
    external: ['electron'],
    outExtension: { '.js': '.cjs' },
  },
];

/** Where Vite finds the window, from whatever folder it is started. */
export const pageConfig = { root: join(root, 'renderer'), configFile: join(root, 'vite.config.ts') };

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  await stampBuild(root, async () => {
    await Promise.all(hostBuilds().map((options) => esbuild(options)));
    await vite({ ...pageConfig, logLevel: 'warn' });
  });
}
