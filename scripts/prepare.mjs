// Brings a checkout to where it can run: the right Node, the packages, a fresh build. Needs nothing installed itself.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runCommand } from './run-command.mjs';
import { isStale } from './sources.mjs';

export const root = fileURLToPath(new URL('..', import.meta.url));

/** Says what is going on. On stderr: stdout belongs to what the person asked for. */
export function say(text) {
  console.error(`tickscope: ${text}`);
}

function giveUp(text) {
  say(text);
  process.exit(1);
}

function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major < 20 || (major === 20 && minor < 19)) {
    giveUp(`Node 20.19 or newer is needed, this is ${process.versions.node}. Install a newer one and run this again.`);
  }
}

/** True when node_modules/ holds every package of the lock file in its version. */
export function isInstalled(folder) {
  const packages = (...path) => JSON.parse(readFileSync(join(folder, ...path), 'utf8')).packages;
  const wanted = packages('package-lock.json');
  let installed;
  try {
    installed = packages('node_modules', '.package-lock.json'); // npm's own note of what it put there
  } catch {
    return false;
  }
  return Object.entries(wanted).every(
    // An optional package is left out where it is not made for the platform.
    ([path, { version, optional }]) =>
      path === '' || (installed[path] ? installed[path].version === version : optional),
  );
}

/** Checks Node, installs packages where they lack, builds where dist/ is stale. Ends the process if one fails. */
export async function prepare() {
  checkNode();
  if (!isInstalled(root)) {
    say('installing packages (npm ci)');
    // Electron's binary is fetched by `npm start`, where its lack is no failure.
    const env = { ELECTRON_SKIP_BINARY_DOWNLOAD: '1' };
    if (await runCommand('npm', ['ci'], { cwd: root, env, stdout: process.stderr })) {
      giveUp('npm ci failed: see above. Is the npm registry reachable?');
    }
  }
  if (isStale(root)) {
    say('building');
    if (await runCommand(process.execPath, ['scripts/build.mjs'], { cwd: root, stdout: process.stderr })) {
      giveUp('the build failed: see above.');
    }
  }
}
