/** What the e2e tests stand on: the built browser shell, one for each worker, and a page that shows it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { test as base } from '@playwright/test';

export { expect } from '@playwright/test';
export const root = fileURLToPath(new URL('..', import.meta.url));

export interface Shell {
  /** The page's address, with its token. */
  url: string;
  /** The same without. */
  origin: string;
  token: string;
}

/** Runs `use` with an environment in which the app finds an empty home, but what was compiled before, and removes that home afterwards. */
export async function withEmptyHome(use: (env: Record<string, string>) => Promise<void>): Promise<void> {
  const home = mkdtempSync(join(tmpdir(), 'tickscope-e2e-'));
  const inherited = Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined);
  try {
    await use({
      ...Object.fromEntries(inherited),
      HOME: home,
      LOCALAPPDATA: home,
      // What is compiled is found by its content; the unit tests compile the same library.
      XDG_CACHE_HOME: join(root, '.cache', 'testing'),
      XDG_STATE_HOME: join(home, 'state'),
    });
  } finally {
    rmSync(home, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** The first line on the process's stdout. Rejects when it ends before, or says nothing for 30 s. */
async function firstLine(child: ChildProcess): Promise<string> {
  const signal = AbortSignal.timeout(30_000);
  const line = once(createInterface({ input: child.stdout! }), 'line', { signal }) as Promise<[string]>;
  const ended = once(child, 'exit', { signal }).then(([code]) => {
    throw new Error(`The browser shell ended (${code}) before it printed its address; see its output above.`);
  });
  return (await Promise.race([line, ended]))[0];
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill();
  const force = setTimeout(() => child.kill('SIGKILL'), 5000);
  await ended;
  clearTimeout(force);
}

export const test = base.extend<object, { shell: Shell }>({
  shell: [
    // Playwright reads the fixtures that a fixture needs from this pattern.
    // eslint-disable-next-line no-empty-pattern
    async ({}, use) => {
      await withEmptyHome(async (env) => {
        const child = spawn(process.execPath, [join(root, 'dist', 'main', 'browser.js'), '--port', '0'], {
          env,
          stdio: ['ignore', 'pipe', 'inherit'],
        });
        try {
          const url = await firstLine(child);
          const { origin, hash } = new URL(url);
          await use({ url, origin, token: new URLSearchParams(hash.slice(1)).get('token') ?? '' });
        } finally {
          await end(child);
        }
      });
    },
    { scope: 'worker' },
  ],

  page: async ({ page, shell }, use) => {
    await page.goto(shell.url);
    await use(page);
  },
});
