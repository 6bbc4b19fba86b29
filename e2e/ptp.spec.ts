/** PTP on screen: a laboratory of clocks that settle, lose their master and find another; and scenarios. */
import { readFileSync } from 'node:fs';
import type { Page } from '@playwright/test';
import { expect, test } from './fixtures';
import { button, count, demo, openFolder, pane, status, taskCell, typeAtConsole } from './window';

const ptp = (page: Page) => pane(page, 'PTP');
const clock = (page: Page, board: string) => ptp(page).locator(`[data-clock="${board}"]`);
const cell = (page: Page, board: string, column: string) => clock(page, board).locator(`[data-column="${column}"]`);
const reading = (page: Page, line: string) => ptp(page).locator(`[data-reading="${line}"]`);

async function runCommand(page: Page, id: string): Promise<void> {
  await page.keyboard.press('Control+Shift+p');
  await page.locator(`[data-command=${id}]`).click();
}

/** Nanoseconds of a time as the pane writes it: `-81.23 ns`, `1.5 µs`; NaN for none. */
function nsOf(text: string): number {
  const [, value, unit] = /(-?[\d.]+)\s*(s|ms|µs|ns)/.exec(text.replaceAll('\u2009', ' ')) ?? [];
  return Number(value) * { s: 1e9, ms: 1e6, '\u00b5s': 1e3, ns: 1 }[unit as 's' | 'ms' | '\u00b5s' | 'ns'];
}

async function openLab(page: Page): Promise<void> {
  await expect(status(page, 'Run state')).not.toHaveText('No firmware', { timeout: 60_000 });
  await openFolder(page, demo('ptp-lab'));
  await runCommand(page, 'show-ptp');
}

test('clocks settle on their master; when it is gone another takes over, and the chart shows it', async ({ page }) => {
  await openLab(page);
  // What is behind another tab takes no part: it is not laid out, and asks the host nothing.
  await expect.poll(() => page.locator('[data-pane=packets]').evaluate((element) => element.clientHeight)).toBe(0);
  await runCommand(page, 'speed-flat');
  await ptp(page).getByRole('button', { name: 'Run', exact: true }).click();
  await expect(cell(page, 'gm', 'role')).toContainText('Grandmaster', { timeout: 30_000 });
  await expect(cell(page, 'slave1', 'role')).toContainText('Slave', { timeout: 30_000 });
  await expect(cell(page, 'slave1', 'parent')).toHaveText('gm');
  await expect(cell(page, 'slave1', 'servo')).toHaveText('locked', { timeout: 30_000 });
  await clock(page, 'slave1').click();
  await expect
    .poll(async () => Math.abs(nsOf(await cell(page, 'slave1', 'true').innerText())), { timeout: 30_000 })
    .toBeLessThan(1000);
  await expect(ptp(page).locator('[data-node=slave1]')).toHaveAttribute('data-role', 'slave');
  await expect(ptp(page).locator('[data-decision]').first()).toContainText('S1');

  // The master's daemon is stopped from its shell.
  const pid = (await taskCell(page, 'PTPD', 'pid').innerText()).trim();
  await typeAtConsole(page, `ptpd -d ${pid}\n`);
  await expect(cell(page, 'slave1', 'parent')).toHaveText('spare', { timeout: 30_000 });
  await expect(cell(page, 'spare', 'role')).toContainText('Grandmaster');
  await expect(clock(page, 'gm')).toHaveCount(0);
  await expect(ptp(page).locator('[data-node=gm]')).toHaveAttribute('data-role', 'none');
  await expect(cell(page, 'slave1', 'servo')).toHaveText('locked', { timeout: 30_000 });
  await button(page, 'Pause').click();

  // The charts: the one that took over was a slave before, and the slave is near the new master.
  await clock(page, 'spare').click();
  await runCommand(page, 'ptp-charts');
  await runCommand(page, 'ptp-fit');
  const chart = ptp(page).locator('[data-chart=offset] canvas');
  await expect(chart).toHaveAttribute('aria-description', /SLAVE at .*MASTER at /);
  await runCommand(page, 'ptp-next-clock');
  await expect(chart).toHaveAttribute('aria-description', /SLAVE at .*SLAVE at /);
  await expect(reading(page, 'trueOffset slave1')).not.toBeEmpty();
  expect(Math.abs(nsOf(await reading(page, 'trueOffset slave1').innerText()))).toBeLessThan(100_000);
  await ptp(page).getByRole('button', { name: 'Clocks to compare with' }).click();
  await page.getByRole('menuitemcheckbox', { name: 'slave2' }).click();
  await page.keyboard.press('Escape');
  await expect(reading(page, 'trueOffset slave2')).not.toBeEmpty();
  const saved = page.waitForEvent('download');
  await button(page, 'PTP: export the charts as PNG').click();
  const png = readFileSync(await (await saved).path());
  expect(png.subarray(1, 4).toString()).toBe('PNG');
  expect(png.length).toBeGreaterThan(10_000);
  const table = page.waitForEvent('download');
  await button(page, 'PTP: export the charts as CSV').click();
  const lines = readFileSync(await (await table).path(), 'utf8')
    .trim()
    .split(/\r?\n/);
  expect(lines.length).toBeGreaterThan(100);
  expect(lines.some((line) => line.includes('slave1') && line.includes('trueOffset'))).toBe(true);
});

test('tick by tick, forwards and back: the pane shows the moment at which the boards are', async ({ page }) => {
  await openLab(page);
  await runCommand(page, 'speed-flat');
  await ptp(page).getByRole('button', { name: 'Run', exact: true }).click();
  await expect(cell(page, 'slave1', 'servo')).toHaveText('locked', { timeout: 30_000 });

  // A packet is chosen where the button goes down, though the list moves on under it.
  await runCommand(page, 'ptp-packets');
  const shown = ptp(page).getByRole('status', { name: 'Packets shown' });
  const list = (await ptp(page).getByRole('grid', { name: 'Packets' }).boundingBox())!;
  await page.mouse.move(list.x + 100, list.y + list.height - 40);
  await expect(ptp(page).locator('[data-packet]').last()).toBeInViewport();
  const known = await shown.innerText();
  await page.mouse.down();
  await expect(shown).not.toHaveText(known);
  await page.mouse.up();
  await expect(ptp(page).getByRole('tree')).toContainText('Precision Time Protocol');
  await runCommand(page, 'ptp-clocks');

  await button(page, 'Pause').click();
  await expect(status(page, 'Run state')).toHaveText('Paused');
  await clock(page, 'slave1').click();
  const syncs = ptp(page).getByRole('table', { name: 'Messages of port 1' }).locator('[data-message=Sync] td').last();
  const age = cell(page, 'slave1', 'sync');
  const before = { age: await age.innerText(), offset: await cell(page, 'slave1', 'offset').innerText() };
  await expect(syncs).not.toBeEmpty();
  const received = await syncs.innerText();
  // A Sync each eighth of a second: after fifteen ticks of 10 ms there is another.
  for (let i = 0; i < 15; i++) {
    const tick = await count(page, 'Tick');
    await page.keyboard.press('F10');
    await expect.poll(() => count(page, 'Tick'), { intervals: [30] }).toBe(tick + 1);
  }
  await expect(syncs).not.toHaveText(received);
  for (let i = 0; i < 15; i++) {
    const tick = await count(page, 'Tick');
    await page.keyboard.press('Shift+F10');
    await expect.poll(() => count(page, 'Tick'), { intervals: [30] }).toBe(tick - 1);
  }
  await expect(syncs).toHaveText(received);
  await expect(age).toHaveText(before.age);
  await expect(cell(page, 'slave1', 'offset')).toHaveText(before.offset);

  // What the last reading was made of: its sums are right.
  await runCommand(page, 'ptp-exchange');
  const sums = ptp(page).getByRole('table', { name: 'Arithmetic of the last exchange' });
  const line = async (name: string): Promise<number> =>
    Number((await sums.locator(`[data-line="${name}"]`).last().innerText()).replace(/[^\d.-]/g, ''));
  await expect(sums.locator('[data-line=Offset]')).toBeVisible();
  const [there, mean, offset] = [await line('There'), await line('Mean path delay'), await line('Offset')];
  expect(Math.abs(there - mean - offset)).toBeLessThan(0.01);
  await expect(ptp(page).locator('[data-type=Sync]').first()).toBeVisible();

  // Figures of what the charts show.
  await runCommand(page, 'ptp-statistics');
  await expect(ptp(page).locator('[data-figure=Points]')).not.toBeEmpty();
  await expect(ptp(page).locator('[data-chart=stability] canvas')).toBeVisible();

  // A level that is lower than what there is.
  await runCommand(page, 'ptp-clocks');
  await runCommand(page, 'ptp-levels');
  const level = ptp(page).getByRole('textbox', { name: 'Path delay: warn' });
  await level.fill('1 ns');
  await level.press('Enter');
  await expect(cell(page, 'slave1', 'delay').locator('[data-grade]')).toHaveAttribute('data-grade', 'warn');
});

test('a scenario runs, and its masks are judged', async ({ page }) => {
  await openLab(page);
  await runCommand(page, 'ptp-lab');
  await ptp(page).getByRole('option', { name: 'Two boards settle' }).click();
  await runCommand(page, 'lab-run');
  const masks = ptp(page).getByRole('list', { name: 'Masks' }).getByRole('listitem');
  await expect(ptp(page).getByRole('status', { name: 'Scenario' })).toHaveText('Passed', { timeout: 90_000 });
  expect(await masks.count()).toBeGreaterThan(2);
  await expect(ptp(page).locator('[data-verdict=passed]')).toHaveCount(await masks.count());
  const saved = page.waitForEvent('download');
  await runCommand(page, 'lab-save');
  const result = JSON.parse(readFileSync(await (await saved).path(), 'utf8')) as object;
  expect(JSON.stringify(result)).toContain('passed');
  // A moment before the end: what was judged then is not known yet.
  await runCommand(page, 'back-tick');
  await expect(ptp(page).getByRole('status', { name: 'Scenario' })).toContainText('Running');

  // A board's power, by its place in the topology.
  await runCommand(page, 'ptp-clocks');
  await ptp(page).locator('[data-node=gm]').click({ button: 'right' });
  await page.getByRole('menuitem', { name: 'Switch gm off' }).click();
  await expect(ptp(page).locator('[data-node=gm]')).toContainText('off');
  await expect(clock(page, 'gm')).toHaveCount(0);
  await expect(cell(page, 'slave', 'parent')).toHaveText('gm');
});
