/** Where the app keeps things on this computer. */
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * Folders for what can be made again and for what is remembered, by the platform's conventions (XDG on Linux).
 * They may not exist yet.
 */
export function appFolders(
  platform: NodeJS.Platform = process.platform,
  env: NodeJS.ProcessEnv = process.env,
  home: string = homedir(),
): { cacheDir: string; stateDir: string } {
  switch (platform) {
    case 'darwin':
      return {
        cacheDir: join(home, 'Library', 'Caches', 'Tickscope'),
        stateDir: join(home, 'Library', 'Application Support', 'Tickscope'),
      };
    case 'win32': {
      const local = env.LOCALAPPDATA ?? join(home, 'AppData', 'Local');
      return { cacheDir: join(local, 'Tickscope', 'Cache'), stateDir: join(local, 'Tickscope', 'State') };
    }
    default:
      return {
        cacheDir: join(env.XDG_CACHE_HOME || join(home, '.cache'), 'tickscope'),
        stateDir: join(env.XDG_STATE_HOME || join(home, '.local', 'state'), 'tickscope'),
      };
  }
}

/** The checkout (or what is packaged of it). Every bundle that asks is in dist/main/. */
export const appRoot = fileURLToPath(new URL('../..', import.meta.url));

/** The built renderer. */
export const pageRoot = join(appRoot, 'dist', 'renderer');

/**
 * Path of a built worker, by name ("machine", "compile"). In a package it is beside the archive that holds the rest:
 * a worker thread cannot read archives.
 */
export function workerFile(name: string): string {
  return join(appRoot, 'dist', 'main', `${name}.worker.js`).replace(/app\.asar(?=[\\/])/, 'app.asar.unpacked');
}
