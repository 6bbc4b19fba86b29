// Electron's binary: where it is, and an attempt to fetch it.
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root, say } from './prepare.mjs';
import { runCommand } from './run-command.mjs';

const program =
  { darwin: 'Electron.app/Contents/MacOS/Electron', win32: 'electron.exe' }[process.platform] ?? 'electron';
const failure = join(root, '.cache', 'electron-failed');
const fetchLimitMs = 180_000;

/** Path of Electron's binary (ELECTRON_OVERRIDE_DIST_PATH first), or null. */
export function findElectron() {
  const dist = process.env.ELECTRON_OVERRIDE_DIST_PATH ?? join(root, 'node_modules', 'electron', 'dist');
  const path = join(dist, program);
  return existsSync(path) ? path : null;
}

function failedToday(today) {
  try {
    return readFileSync(failure, 'utf8') === today;
  } catch {
    return false;
  }
}

/** Downloads Electron's binary, unless that failed today already, and returns its path, or null. */
export async function fetchElectron() {
  const today = new Date().toDateString();
  if (process.env.ELECTRON_SKIP_BINARY_DOWNLOAD || failedToday(today)) return null;
  say('fetching Electron (once)');
  const installer = join(root, 'node_modules', 'electron', 'install.js');
  await runCommand(process.execPath, [installer], { cwd: root, timeout: fetchLimitMs, stdout: process.stderr });
  const path = findElectron();
  if (path) {
    rmSync(failure, { force: true });
  } else {
    say('Electron could not be fetched; not trying again today. A browser window does the same.');
    mkdirSync(join(root, '.cache'), { recursive: true });
    writeFileSync(failure, today);
  }
  return path;
}
