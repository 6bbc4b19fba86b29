import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { expect, test } from './fixtures';
import { button, count, demo, openFolder, pane, status, tab, taskCell, withProject } from './window';

/** States of consumer, producer and logger behind each of the demo's first ten ticks. */
const TEN_TICKS = [
  ['Z Waiting,Signal', 'R Running', 'r Ready'],
  ['R Running', 'r Ready', 'r Ready'],
  ['Z Waiting,Signal', 'R Running', 'r Ready'],
  ['R Running', 'Q Waiting,MQ full', 'S Waiting,Semaphore'],
  ['Z Waiting,Signal', 'Q Waiting,MQ full', 'S Waiting,Semaphore'],
  ['R Running', 'Q Waiting,MQ full', 'S Waiting,Semaphore'],
  ['Z Waiting,Signal', 'Q Waiting,MQ full', 'S Waiting,Semaphore'],
  ['R Running', 'Q Waiting,MQ full', 'S Waiting,Semaphore'],
  ['Z Waiting,Signal', 'Z Waiting,Signal', 'S Waiting,Semaphore'],
  ['R Running', 'Z Waiting,Signal', 'S Waiting,Semaphore'],
];

async function states(page: Page, tasks: string[]): Promise<string[]> {
  const texts = await Promise.all(tasks.map((task) => taskCell(page, task, 'state').innerText()));
  return texts.map((text) => text.replace(/\s+/g, ' ').trim());
}

test.beforeEach(async ({ page }) => {
  // A window that comes later finds the session as the one before left it; the first waits for the first demo.
  await expect(status(page, 'Run state')).not.toHaveText('No firmware', { timeout: 60_000 });
});

test('steps the demo ten ticks, one by one, and back', async ({ page }) => {
  await openFolder(page, demo('producer-consumer'));
  const tasks = ['consumer', 'producer', 'logger'];
  const seen: string[][] = [];
  for (let tick = 1; tick <= 10; tick++) {
    await page.keyboard.press('F10');
    await expect.poll(() => count(page, 'Tick')).toBe(tick);
    await expect(status(page, 'Paused at')).toContainText(`tick ${tick}`);
    seen.push(await states(page, tasks));
  }
  expect(seen).toEqual(TEN_TICKS);

  for (let tick = 9; tick > 0; tick--) {
    await page.keyboard.press('Shift+F10');
    await expect.poll(() => count(page, 'Tick')).toBe(tick);
    expect(await states(page, tasks)).toEqual(TEN_TICKS[tick - 1]);
  }
  await page.keyboard.press('Shift+F10');
  await expect.poll(() => count(page, 'Tick')).toBe(0);
  await expect(button(page, 'Step back one tick')).toBeDisabled();
});

test('steps by events and context switches, and shows them in the log', async ({ page }) => {
  await openFolder(page, demo('producer-consumer'));
  await page.keyboard.press('F8');
  await expect(status(page, 'Paused at')).toContainText('context switch to 3 consumer');
  await expect(taskCell(page, 'consumer', 'state')).toContainText('Running');
  await page.keyboard.press('F11');
  await tab(page, 'Events').click();
  const events = pane(page, 'Events').getByRole('row');
  await expect(events.last()).toContainText('mq_open');
  const before = await events.count();
  await page.keyboard.press('Shift+F11');
  await expect.poll(() => events.count()).toBeLessThan(before);
  await expect(events.last()).toContainText('switch');
});

test('runs, pauses and resets', async ({ page }) => {
  await openFolder(page, demo('producer-consumer'));
  await page.keyboard.press('F5');
  await expect(status(page, 'Run state')).toHaveText('Running');
  await expect(page.locator('.xterm-rows')).toContainText('report 1:');
  await expect.poll(() => count(page, 'Speed reached')).toBeGreaterThan(0);
  await page.keyboard.press('F6');
  await expect(status(page, 'Run state')).toHaveText('Paused');
  const tick = await count(page, 'Tick');
  expect(tick).toBeGreaterThan(10);
  await page.waitForTimeout(300);
  expect(await count(page, 'Tick')).toBe(tick);
  await button(page, 'Reset').click();
  await expect.poll(() => count(page, 'Tick')).toBe(0);
  await expect(page.locator('.xterm-rows')).not.toContainText('report');
});

test('shows semaphores and message queues with who waits', async ({ page }) => {
  await openFolder(page, demo('producer-consumer'));
  for (let tick = 0; tick < 10; tick++) await page.keyboard.press('F10');
  await expect.poll(() => count(page, 'Tick')).toBe(10);
  await tab(page, 'Synchronization').click();
  await expect(pane(page, 'Synchronization').locator('[data-sync=g_report_ready]')).toContainText('logger');
  await tab(page, 'Message queues').click();
  const queue = pane(page, 'Message queues').locator('[data-mqueue="/readings"]');
  await expect(queue).toContainText('/ 3');
  await taskCell(page, 'logger', 'waitsFor').click();
  await expect(taskCell(page, 'logger', 'waitsFor')).toContainText('g_report_ready');
});

test('shows the call stack of the selected task, and its source', async ({ page }) => {
  await openFolder(page, demo('producer-consumer'));
  for (let tick = 0; tick < 5; tick++) await page.keyboard.press('F10');
  await expect.poll(() => count(page, 'Tick')).toBe(5);
  await taskCell(page, 'logger', 'name').click();
  await tab(page, 'Call stack').click();
  const frame = pane(page, 'Call stack').getByRole('button', { name: 'logger_main' });
  await expect(frame).toContainText('logger.c:19');
  await tab(page, 'Events').click();
  await frame.click();
  await expect(pane(page, 'Source').locator('.cm-standing-selected')).toHaveText(/sem_wait\(&g_report_ready\);/);
  await page.keyboard.press('F5');
  await expect(pane(page, 'Call stack')).toContainText('Pause it (F6)');
});

test('a source that breaks shows its problem and leaves the firmware running; mended, it runs on', async ({ page }) => {
  const parent = mkdtempSync(join(tmpdir(), 'tickscope-project-'));
  const path = join(parent, 'copy');
  cpSync(demo('producer-consumer'), path, { recursive: true });
  const file = join(path, 'logger.c');
  const good = readFileSync(file, 'utf8');
  try {
    await openFolder(page, path);
    await page.keyboard.press('F5');
    await expect(page.locator('.xterm-rows')).toContainText('report 1:');

    writeFileSync(file, good.replace('struct report_s report;', 'struct report_s report'));
    await expect(
      button(page, 'Build')
        .or(page.getByRole('button', { name: /Build.*changed/ }))
        .first(),
    ).toBeVisible();
    await page.keyboard.press('Control+b');
    const problem = pane(page, 'Problems').locator('[data-severity=error]').first();
    await expect(problem).toContainText("expected ';'", { timeout: 30_000 });
    await expect(problem).toContainText('logger.c');
    await expect(status(page, 'Run state')).toHaveText('Running');
    await problem.dblclick();
    await expect(pane(page, 'Source').locator('.cm-content')).toContainText('logger_main');
    await expect(pane(page, 'Source').locator('.cm-lint-marker-error')).toBeVisible();

    writeFileSync(file, good.replace('report %u:', 'mended %u:'));
    await page.keyboard.press('Control+b');
    await expect(status(page, 'Paused at')).toContainText('boot', { timeout: 30_000 });
    await page.keyboard.press('F5');
    await expect(page.locator('.xterm-rows')).toContainText('mended 1:');
  } finally {
    rmSync(parent, { recursive: true, force: true });
  }
});

test('a crash stops the machine, marks the task and leads to the source', async ({ page }) => {
  const files = {
    'main.c': [
      '#include <nuttx/config.h>',
      '#include <stddef.h>',
      '#include <unistd.h>',
      'struct item { int next; int value; };',
      'static int *volatile g_pointer;',
      'int main(int argc, FAR char *argv[])',
      '{',
      '  usleep(20000);',
      '  return *g_pointer;',
      '}',
    ].join('\n'),
  };
  await withProject(files, async (path) => {
    await openFolder(page, path);
    await page.keyboard.press('F5');
    await expect(status(page, 'Run state')).toHaveText('Crashed');
    await expect(taskCell(page, 'main', 'state')).toContainText('Crashed');
    const crash = pane(page, 'Crash');
    await expect(crash).toContainText('null pointer');
    await expect(crash).toContainText('main.c:9');
    await tab(page, 'Console').click();
    await expect(page.locator('.xterm-rows')).toContainText('Bad memory access');
    await page.keyboard.press('Shift+F10');
    await expect(status(page, 'Run state')).toHaveText('Paused');
    await button(page, 'Reset').click();
    await expect(status(page, 'Paused at')).toContainText('boot');
  });
});

test('what is typed at the console reaches the firmware, and comes again after going back', async ({ page }) => {
  const files = {
    'main.c': [
      '#include <stdio.h>',
      'int main(void)',
      '{',
      '  char line[40];',
      '  while (fgets(line, sizeof line, stdin)) printf("you said %s", line);',
      '  return 0;',
      '}',
    ].join('\n'),
  };
  await withProject(files, async (path) => {
    await openFolder(page, path);
    await page.keyboard.press('F5');
    await page.locator('.xterm').click();
    await page.keyboard.type('hello\n');
    await expect(page.locator('.xterm-rows')).toContainText('you said hello');
    await page.keyboard.press('F6');
    await page.keyboard.press('Shift+F10');
    await page.keyboard.press('F10');
    await expect(page.locator('.xterm-rows')).toContainText('you said hello');
  });
});

test('a config switch changes what the demo does', async ({ page }) => {
  await openFolder(page, demo('priority-inversion'));
  await page.keyboard.press('F5');
  await expect(page.locator('.xterm-rows')).toContainText('Priority inheritance is on');
  await tab(page, 'Configuration').click();
  const option = pane(page, 'Configuration').locator('[data-option=CONFIG_PRIORITY_INHERITANCE]');
  await pane(page, 'Configuration').getByRole('textbox').first().fill('INHERITANCE');
  await option.getByRole('checkbox').click();
  await expect(status(page, 'Paused at')).toContainText('boot', { timeout: 30_000 });
  await page.keyboard.press('F5');
  await expect(page.locator('.xterm-rows')).toContainText('Priority inheritance is off');
});

test('a deadlock is said to be one', async ({ page }) => {
  await openFolder(page, demo('philosophers'));
  await page.getByRole('combobox', { name: 'Speed' }).click();
  await page.getByRole('option', { name: 'Flat out' }).click();
  await page.keyboard.press('F5');
  await expect(status(page, 'Paused at')).toContainText('deadlock', { timeout: 30_000 });
  await expect(pane(page, 'Synchronization').getByRole('row').filter({ hasText: 'g_fork' }).first()).toBeVisible();
  await page.getByRole('combobox', { name: 'Speed' }).click();
  await page.getByRole('option', { name: '1x', exact: true }).click();
});

test('layout and theme are remembered', async ({ page, shell }) => {
  await page.keyboard.press('Control+Shift+p');
  await page.locator('[data-command=toggle-theme]').click();
  const dark = (await page.locator('html.dark').count()) === 1;
  await tab(page, 'Events').click();
  await page.goto('about:blank');
  await page.goto(shell.url);
  await expect(page.locator('html.dark')).toHaveCount(dark ? 1 : 0);
  await expect(pane(page, 'Events')).toBeVisible();
  await page.keyboard.press('Control+Shift+p');
  await page.locator('[data-command=reset-layout]').click();
  await expect(pane(page, 'Source')).toBeVisible();
});

test('folders that are no projects say so', async ({ page }) => {
  await withProject({ 'notes.txt': 'nothing to compile' }, async (path) => {
    const before = await button(page, 'Project').innerText();
    await page.keyboard.press('Control+o');
    await page.getByRole('textbox', { name: 'Path', exact: true }).fill(path);
    await button(page, 'Go').click();
    await button(page, 'Open').click();
    await expect(pane(page, 'Problems').locator('[data-severity=error]').first()).toContainText('C file');
    await expect(button(page, 'Project')).toHaveText(before);
  });
});
