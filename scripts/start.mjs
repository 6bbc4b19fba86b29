// `npm start [-- [--no-window] [PROJECT]]`: Tickscope in the best window this machine has.
import { spawn } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { findChromium } from './chromium.mjs';
import { fetchElectron, findElectron } from './electron.mjs';
import { prepare, root, say } from './prepare.mjs';

const usage = 'usage: npm start [-- [--no-window] [PROJECT]]';
const isRoot = process.getuid?.() === 0;
const hasDisplay =
  ['darwin', 'win32'].includes(process.platform) || Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY);

const children = new Set();

/** Starts a program that ends with this one. */
function start(command, args, stdio) {
  const child = spawn(command, args, { cwd: root, stdio });
  children.add(child);
  child.ended = new Promise((resolve) => {
    child.on('exit', (code, signal) => resolve(code ?? signal));
    child.on('error', (error) => resolve(error.message));
  }).finally(() => children.delete(child));
  return child;
}

/** Ends every program started here, in earnest if it does not listen, and then this one. */
async function end(status) {
  const all = [...children];
  for (const child of all) child.kill('SIGTERM');
  const force = setTimeout(() => all.forEach((child) => child.kill('SIGKILL')), 5000);
  await Promise.all(all.map((child) => child.ended));
  clearTimeout(force);
  process.exit(status);
}

/** Runs the desktop app; false if it could not open its window. */
async function runElectron(binary, project) {
  say('opening the window (Electron)');
  const began = Date.now();
  const child = start(
    binary,
    [...(isRoot ? ['--no-sandbox'] : []), root, ...project],
    ['ignore', 'inherit', 'inherit'],
  );
  const status = await child.ended;
  // Electron dies at once where a system library or the sandbox lacks.
  return status === 0 || Date.now() - began > 10_000;
}

/** Opens the page in an app window of a browser with a profile of its own; resolves when it is closed. */
function runChromium(binary, url) {
  // One profile for each port: a second Tickscope must not hand its page to the first one's browser.
  const profile = join(root, '.cache', `window-${new URL(url).port}`);
  mkdirSync(profile, { recursive: true, mode: 0o700 });
  // Everybody on the machine can read a command line; the token goes through a file that only this person can read.
  const door = join(profile, 'open.html');
  rmSync(door, { force: true });
  writeFileSync(door, `<!doctype html><meta http-equiv="refresh" content="0; url=${url}" />`, { mode: 0o600 });
  const args = [
    `--app=${pathToFileURL(door).href}`,
    `--user-data-dir=${profile}`,
    ...['--no-first-run', '--no-default-browser-check', '--disable-background-networking'],
    ...['--disable-component-update', '--disable-sync', '--window-size=1440,900'],
    ...(isRoot ? ['--no-sandbox', '--disable-gpu'] : []),
  ];
  return start(binary, args, 'ignore').ended;
}

/** Runs the browser shell, with a window where there is one. */
async function runBrowser(window, project) {
  const host = start(
    process.execPath,
    [join(root, 'dist', 'main', 'browser.js'), ...project],
    ['ignore', 'pipe', 'inherit'],
  );
  const url = new Promise((found) => createInterface({ input: host.stdout }).on('line', found));
  const ended = await Promise.race([url.then(() => null), host.ended]);
  if (ended !== null) {
    say(`the host ended (${ended})`);
    return end(1);
  }
  const browser = window ? findChromium() : null;
  if (browser) {
    say('opening the window (browser); Ctrl+C ends Tickscope');
    const closed = await Promise.race([runChromium(browser, await url), host.ended.then(() => null)]);
    if (closed === 0) return end(0);
    if (closed !== null) say(`${browser} ended (${closed})`);
  }
  say('open this page in a browser on this machine; Ctrl+C ends Tickscope');
  console.log(await url);
  await host.ended;
  return end(1);
}

const { values, positionals } = (() => {
  try {
    return parseArgs({ allowPositionals: true, options: { 'no-window': { type: 'boolean', default: false } } });
  } catch (error) {
    say(`${error.message}\n${usage}`);
    process.exit(2);
  }
})();
if (positionals.length > 1) {
  say(`one project at a time, not ${positionals.length}\n${usage}`);
  process.exit(2);
}
const project = positionals.map((path) => resolve(process.env.INIT_CWD ?? '.', path));

await prepare();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => void end(0));
const window = hasDisplay && !values['no-window'];
const electron = window ? (findElectron() ?? (await fetchElectron())) : null;
if (electron && (await runElectron(electron, project))) await end(0);
if (electron) say('Electron did not start; trying a browser');
await runBrowser(window, project);
