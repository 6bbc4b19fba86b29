/** The window as a person finds their way in it. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { expect, root } from './fixtures';

export const demo = (name: string) => join(root, 'boards', 'demos', name);

export const status = (page: Page, label: string) => page.getByLabel(label, { exact: true });
export const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });
export const pane = (page: Page, name: string) => page.getByRole('region', { name, exact: true });
export const tab = (page: Page, name: string | RegExp) => page.getByRole('tab', { name });
export const taskCell = (page: Page, name: string, column: string) =>
  pane(page, 'Tasks').getByRole('row').filter({ hasText: name }).locator(`[data-column=${column}]`);

/** The number that a field of the status bar shows. */
export async function count(page: Page, label: string): Promise<number> {
  return Number((await status(page, label).innerText()).replace(/[^\d.]/g, ''));
}

/** Types at the board's console. */
export async function typeAtConsole(page: Page, text: string): Promise<void> {
  await tab(page, 'Console').click();
  await pane(page, 'Console').locator('.xterm').click();
  await page.keyboard.type(text);
}

/** Opens a project by its path, as a person types it, and waits until it has booted. */
export async function openFolder(page: Page, path: string): Promise<void> {
  // The folder may be open already, stopped at its boot as well: what tells the two apart is that it booted again.
  const boot = () => pane(page, 'Status').getAttribute('data-boot');
  const before = await boot();
  await page.keyboard.press('Control+o');
  await page.getByRole('textbox', { name: 'Path', exact: true }).fill(path);
  await button(page, 'Go').click();
  await button(page, 'Open').click();
  await expect(button(page, 'Project')).toContainText(path.split('/').at(-1)!, { timeout: 90_000 });
  await expect(page.getByRole('status', { name: 'Build' })).toContainText('Built', { timeout: 90_000 });
  await expect.poll(boot).not.toBe(before);
  await expect(status(page, 'Paused at')).toContainText('boot');
}

/** A folder with these files, for as long as the test runs. */
export async function withProject(files: Record<string, string>, use: (path: string) => Promise<void>): Promise<void> {
  const parent = mkdtempSync(join(tmpdir(), 'tickscope-project-'));
  const path = join(parent, 'firmware');
  mkdirSync(path);
  try {
    for (const [name, text] of Object.entries(files)) writeFileSync(join(path, name), text);
    await use(path);
  } finally {
    rmSync(parent, { recursive: true, force: true });
  }
}

/** Steps tick by tick, forwards or back, until the clock shows a tick. */
export async function stepTo(page: Page, tick: number): Promise<void> {
  for (let now = await count(page, 'Tick'); now !== tick;) {
    await page.keyboard.press(now < tick ? 'F10' : 'Shift+F10');
    now += now < tick ? 1 : -1;
    await expect.poll(() => count(page, 'Tick'), { intervals: [50] }).toBe(now);
  }
}
