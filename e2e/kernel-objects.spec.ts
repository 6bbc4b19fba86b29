/** Signals, timers, mutexes, thread groups, and what NuttX does against POSIX, as the panes show them. */
import type { Page } from '@playwright/test';
import { expect, test } from './fixtures';
import { button, demo, openFolder, pane, status, stepTo, tab, taskCell, withProject } from './window';

const signals = (page: Page) => pane(page, 'Signals');
const traceRows = (page: Page) => signals(page).locator('[data-step]');
const cells = (page: Page, name: string, rows: string, column: string) =>
  pane(page, name).locator(`${rows} [data-column=${column}]`);
const object = (page: Page, label: string, column: string) =>
  cells(page, 'Synchronization', `[data-sync="${label}"]`, column);
const task = (page: Page, name: string) =>
  pane(page, 'Tasks')
    .getByRole('row')
    .filter({ has: page.locator('[data-column=name]', { hasText: new RegExp(`^\\s*${name}`) }) });

/** The trace, a line for each step: `10 queued SIGUSR1 20 3 operator > 2 pump`, and the latency. */
function trace(page: Page): Promise<string[]> {
  return traceRows(page).evaluateAll((rows) =>
    rows.map((row) => {
      const cell = (column: string) => row.querySelector(`[data-column=${column}]`)!.textContent.trim();
      const steps = ['tick', 'kind', 'signal', 'value', 'sender'].map(cell).join(' ');
      return `${steps} > ${cell('receiver')} ${cell('latency')}`.trim();
    }),
  );
}

const FIRST = [
  '7 sent SIGUSR1 10 3 operator > 2 pump',
  '7 delivered SIGUSR1 10 3 operator > 2 pump 0 ticks',
  '7 handled SIGUSR1 10 3 operator > 2 pump 0 ticks',
];
const SECOND = ['10 sent SIGUSR1 20 3 operator > 2 pump', '10 queued SIGUSR1 20 3 operator > 2 pump'];
const THIRD = [
  '11 sent SIGRTMIN 0 timer > 1 tank',
  '11 accepted SIGRTMIN 0 timer > 1 tank 0 ticks',
  '11 delivered SIGUSR1 20 3 operator > 2 pump 1 tick',
  '11 handled SIGUSR1 20 3 operator > 2 pump 0 ticks',
];

test.beforeEach(async ({ page }) => {
  await expect(status(page, 'Run state')).not.toHaveText('No firmware', { timeout: 60_000 });
});

test('a SIGUSR1 with its value goes from one task to another, tick by tick, and back', async ({ page }) => {
  await openFolder(page, demo('signals'));
  await tab(page, 'Signals').click();
  await expect(signals(page)).toContainText('No signals yet');
  const pump = (column: string) => cells(page, 'Signals', '[data-pid="2"]', column);

  await stepTo(page, 7);
  await expect(signals(page)).toContainText('No signals yet');
  await expect(pump('actions')).toHaveText('SIGUSR1 on_order');
  await stepTo(page, 8);
  await expect.poll(() => trace(page)).toEqual(FIRST);
  await stepTo(page, 10);
  await expect.poll(() => trace(page)).toEqual(FIRST);
  await stepTo(page, 11);
  await expect.poll(() => trace(page)).toEqual([...FIRST, ...SECOND, ...THIRD.slice(0, 2)]);
  await expect(pump('pending')).toHaveText('SIGUSR1 20 from 3 operator');
  await expect(pump('mask')).toHaveText('SIGUSR1');
  await stepTo(page, 12);
  await expect.poll(() => trace(page)).toEqual([...FIRST, ...SECOND, ...THIRD]);
  await expect(pump('pending')).toHaveText('');

  // A row selects its task and its moment, which the event log shows.
  await traceRows(page).filter({ hasText: 'queued' }).click();
  await expect(task(page, 'pump')).toHaveAttribute('aria-selected', 'true');
  await tab(page, 'Events').click();
  const event = pane(page, 'Events').locator('[aria-selected=true]');
  await expect(event).toContainText('signal_queue');
  await expect(event).toContainText('signo=SIGUSR1 from_pid=3 operator code=SI_QUEUE value=20');

  await tab(page, 'Signals').click();
  await stepTo(page, 10);
  await expect.poll(() => trace(page)).toEqual(FIRST);
  await stepTo(page, 7);
  await expect(signals(page)).toContainText('No signals yet');
});

test('what expires stands in its order', async ({ page }) => {
  await openFolder(page, demo('signals'));
  await tab(page, 'Timers').click();
  await stepTo(page, 2);
  const kinds = cells(page, 'Timers', '[data-timer]', 'kind');
  const owners = cells(page, 'Timers', '[data-timer]', 'owner');
  await expect(kinds).toHaveText(['Sleep', 'Sleep', 'Timer']);
  await expect(owners).toHaveText([/filler/, /operator/, /tank/]);
  const timer = pane(page, 'Timers').locator('[data-timer=timer]');
  await expect(timer.locator('[data-column=action]')).toHaveText('sends SIGRTMIN, value 0');
  await expect(timer.locator('[data-column=clock]')).toHaveText('CLOCK_MONOTONIC');
  await expect(timer.locator('[data-column=left]')).toHaveText(/^89\.\d+.ms$/);
  await stepTo(page, 5);
  await expect(timer.locator('[data-column=left]')).toHaveText(/^59\.\d+.ms$/);
});

test('a mutex is shown with its holder, beside the condition variable', async ({ page }) => {
  await openFolder(page, demo('signals'));
  await tab(page, 'Synchronization').click();
  await stepTo(page, 3);
  await expect(object(page, 'g_tank', 'kind')).toHaveText('Mutex');
  await expect(object(page, 'g_tank', 'count')).toHaveText('free');
  await expect(object(page, 'g_changed', 'kind')).toHaveText('Condition');
  await expect(object(page, 'g_changed', 'waiters')).toHaveText(/drain/);

  // The drain opens with the fourth litre and keeps the mutex while it is open.
  await stepTo(page, 16);
  await expect(object(page, 'g_tank', 'holders')).toHaveText(/drain/);
  await expect(object(page, 'g_tank', 'count')).toHaveText('locked');
  await expect(object(page, 'g_tank', 'waiters')).toHaveText(/filler/);
  await task(page, 'filler').getByRole('button', { name: 'g_tank' }).click();
  await expect(pane(page, 'Synchronization').locator('[data-sync=g_tank]')).toHaveAttribute('aria-selected', 'true');
});

test('threads lie under their task and can be folded away', async ({ page }) => {
  await openFolder(page, demo('signals'));
  await stepTo(page, 3);
  await expect(task(page, 'tank')).toHaveAttribute('aria-level', '1');
  await expect(task(page, 'filler')).toHaveAttribute('aria-level', '2');
  await expect(task(page, 'filler')).toHaveAttribute('data-kind', 'pthread');
  await task(page, 'tank').getByRole('button', { name: 'Collapse' }).click();
  await expect(task(page, 'filler')).toHaveCount(0);
  await expect(task(page, 'pump')).toHaveCount(1);
  await task(page, 'tank').click();
  await page.keyboard.press('ArrowRight');
  await expect(task(page, 'filler')).toHaveCount(1);
});

test('exit statuses that nobody asks for stay under the parent, and become a warning', async ({ page }) => {
  const files = {
    'tickscope.json': JSON.stringify({
      config: { CONFIG_SCHED_HAVE_PARENT: true, CONFIG_SCHED_CHILD_STATUS: true, CONFIG_PREALLOC_CHILDSTATUS: 4 },
    }),
    'main.c': [
      '#include <nuttx/config.h>',
      '#include <sched.h>',
      '#include <unistd.h>',
      'static int child(int argc, FAR char *argv[]) { usleep(10000); return 3; }',
      'int main(int argc, FAR char *argv[])',
      '{',
      '  for (int i = 0; i < 3; i++)',
      '    {',
      '      task_create("child", 110, 2048, child, NULL);',
      '      usleep(900000);',
      '    }',
      '  for (; ; ) usleep(1000000);',
      '}',
    ].join('\n'),
  };
  await withProject(files, async (path) => {
    await openFolder(page, path);
    const warning = pane(page, 'Tasks').getByRole('status', { name: 'Warning' });
    await stepTo(page, 3);
    const ended = pane(page, 'Tasks').locator('[data-kind=ended]');
    await expect(ended).toHaveCount(1);
    await expect(ended.locator('[data-column=name]')).toContainText('child');
    await expect(ended.locator('[data-column=state]')).toContainText('Exited with 3');
    await expect(ended).toHaveAttribute('aria-level', '2');
    await expect(warning).toHaveCount(0);
    // A child that ends sends SIGCHLD, which also ends the parent's sleep.
    await stepTo(page, 5);
    await expect(ended).toHaveCount(2);
    await expect(warning).toContainText('nobody has asked for them');
    await stepTo(page, 3);
    await expect(warning).toHaveCount(0);
  });
});

test('what NuttX does against POSIX is named when it happens, with the option that changes it', async ({ page }) => {
  const files = {
    'main.c': [
      '#include <nuttx/config.h>',
      '#include <sched.h>',
      '#include <signal.h>',
      '#include <stdio.h>',
      '#include <unistd.h>',
      'static void on_usr1(int signo) {}',
      'static int sleeper(int argc, FAR char *argv[])',
      '{',
      '  signal(SIGUSR1, on_usr1);',
      '  printf("usleep gives %d\\n", usleep(1000000));',
      '  return 0;',
      '}',
      'int main(int argc, FAR char *argv[])',
      '{',
      '  int pid = task_create("sleeper", 110, 2048, sleeper, NULL);',
      '  usleep(20000);',
      '  kill(pid, SIGUSR1);',
      '  for (; ; ) usleep(1000000);',
      '}',
    ].join('\n'),
  };
  await withProject(files, async (path) => {
    await openFolder(page, path);
    await stepTo(page, 5);
    await tab(page, 'Problems (1)').click();
    const warning = pane(page, 'Problems').locator('[data-severity=warning]');
    await expect(warning).toContainText('A signal interrupted nanosleep, which returned 0');
    await expect(warning).toContainText('sleeper');
    await warning.getByRole('button', { name: 'Show option' }).click();
    const option = pane(page, 'Configuration').locator('[data-option=CONFIG_TICKSCOPE_POSIX_NANOSLEEP]');
    await expect(option).toHaveAttribute('aria-selected', 'true');
    await option.getByRole('checkbox').click();
    await expect(status(page, 'Paused at')).toContainText('boot', { timeout: 30_000 });
    await stepTo(page, 5);
    await expect(tab(page, 'Problems')).toHaveText('Problems');
    await expect(page.locator('.xterm-rows')).toContainText('usleep gives -1');
    await expect(taskCell(page, 'main', 'state')).toContainText('Waiting,Signal');
    await expect(button(page, 'Run')).toBeEnabled();
  });
});
