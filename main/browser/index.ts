/**
 * The browser shell: `node dist/main/browser.js [--port N] [PROJECT]` serves the window to browsers on this machine and
 * prints its address on stdout. TICKSCOPE_TOKEN sets the token, so that `npm run dev` can restart the host unnoticed.
 */
import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { version } from '../../package.json';
import { createHost } from '../host/index';
import { appFolders, appRoot, pageRoot } from '../host/paths';
import { type BrowserServer, startServer } from './server';

const usage = 'usage: browser.js [--port N] [PROJECT]';

function fail(message: string): never {
  console.error(`tickscope: ${message}`);
  process.exit(2);
}

function parseCommandLine(): { port: number | null; project: string | null } {
  try {
    const { values, positionals } = parseArgs({ allowPositionals: true, options: { port: { type: 'string' } } });
    const port = values.port === undefined ? null : Number(values.port);
    if (port !== null && !(Number.isInteger(port) && port >= 0 && port <= 65535)) {
      return fail(`--port wants a number from 0 to 65535, not "${values.port}"\n${usage}`);
    }
    if (positionals.length > 1) return fail(`one project at a time, not ${positionals.length}\n${usage}`);
    return { port, project: positionals[0] === undefined ? null : resolve(positionals[0]) };
  } catch (error) {
    return fail(`${(error as Error).message}\n${usage}`);
  }
}

const { port, project } = parseCommandLine();
const folders = appFolders();
const host = createHost({ ...folders, resources: appRoot, shell: 'browser', version });
const token = process.env.TICKSCOPE_TOKEN || randomBytes(32).toString('base64url');

const listen = (wanted: number) => startServer({ session: host, pageRoot, token, port: wanted });

/** Listens on the port of last time where it is free: browsers keep a page's layout by its address. */
async function listenAsLastTime(): Promise<BrowserServer> {
  const memory = join(folders.stateDir, 'port');
  let last = 0;
  try {
    last = Number(readFileSync(memory, 'utf8')) || 0;
  } catch {
    // The first time.
  }
  const server = await listen(last).catch(() => listen(0));
  mkdirSync(folders.stateDir, { recursive: true });
  if (last === 0) writeFileSync(memory, `${server.port}`);
  return server;
}

const server = await (port === null ? listenAsLastTime() : listen(port)).catch((error: unknown) =>
  fail(`cannot listen on 127.0.0.1: ${(error as Error).message}`),
);
console.log(server.url);

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.once(signal, () => void Promise.all([server.close(), host.close()]).finally(() => process.exit(0)));
}

await host.start(project).catch((error: unknown) => console.error(`tickscope: ${(error as Error).message}`));
