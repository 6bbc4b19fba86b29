/** The board's file system on screen: the tree, what is in a file, and who has what open. */
import type { Page } from '@playwright/test';
import { expect, test } from './fixtures';
import { button, demo, openFolder, pane, status, stepTo, tab, typeAtConsole, withProject } from './window';

const files = (page: Page) => pane(page, 'Files');
const entry = (page: Page, path: string) => files(page).locator(`[data-path="${path}"]`);
const contents = (page: Page, path: string) => files(page).getByRole('region', { name: `Contents of ${path}` });
const descriptor = (page: Page, group: number, fd: number) =>
  files(page).locator(`[data-group="${group}"][data-fd="${fd}"]`);

test.beforeEach(async ({ page }) => {
  await expect(status(page, 'Run state')).not.toHaveText('No firmware', { timeout: 60_000 });
});

test('a file that the shell writes appears in the tree, as text and in hexadecimal', async ({ page }) => {
  await openFolder(page, demo('shell'));
  await tab(page, 'Files').click();
  await button(page, 'Run').click();
  await typeAtConsole(page, 'mount -t tmpfs /tmp\necho hello > /tmp/x\n');

  await entry(page, '/tmp').click();
  await expect(entry(page, '/tmp').locator('[data-column=type]')).toHaveText('tmpfs');
  await page.keyboard.press('ArrowRight');
  await expect(entry(page, '/tmp/x').locator('[data-column=size]')).toHaveText(/^6\sB$/);
  await page.keyboard.press('ArrowDown');
  await expect(contents(page, '/tmp/x').locator('pre')).toHaveText('hello\n');
  await contents(page, '/tmp/x').getByRole('button', { name: 'Hex' }).click();
  await expect(contents(page, '/tmp/x').locator('pre')).toHaveText(/^00000000 {2}68 65 6c 6c +6f 0a +hello\.$/);
  await contents(page, '/tmp/x').getByRole('button', { name: 'Text' }).click();

  // While the machine runs, too.
  await typeAtConsole(page, 'echo again >> /tmp/x\n');
  await expect(contents(page, '/tmp/x').locator('pre')).toHaveText('hello\nagain\n');
  await typeAtConsole(page, 'rm /tmp/x\n');
  await expect(entry(page, '/tmp/x')).toHaveCount(0);
  await expect(contents(page, '/tmp/x')).toHaveCount(0);

  await button(page, 'Open descriptors').click();
  await expect(descriptor(page, 4, 0).locator('[data-column=of]')).toHaveText('/dev/console');
  await button(page, 'Pause').click();
});

const WRITER = `
#include <nuttx/config.h>
#include <fcntl.h>
#include <sys/mount.h>
#include <unistd.h>

int main(int argc, FAR char *argv[])
{
  int fd;
  mount(NULL, "/tmp", "tmpfs", 0, NULL);
  usleep(10000);
  fd = open("/tmp/log", O_WRONLY | O_CREAT | O_APPEND, 0666);
  for (; ; )
    {
      write(fd, "tick ", 5);
      usleep(20000);
    }
}
`;

test('steps forward and back show the files and descriptors of their time', async ({ page }) => {
  await withProject({ 'main.c': WRITER }, async (path) => {
    await openFolder(page, path);
    await tab(page, 'Files').click();
    await expect(entry(page, '/tmp')).toHaveCount(0);
    const log = entry(page, '/tmp/log');
    const step = async (key: string, times: number) => {
      for (let i = 0; i < times; i++) await page.keyboard.press(key);
    };
    await stepTo(page, 4);
    await entry(page, '/tmp').click();
    await page.keyboard.press('ArrowRight');
    await log.click();
    const text = contents(page, '/tmp/log').locator('pre');
    await expect(text).toHaveText(/^(tick )+$/);
    const before = await text.innerText();
    await step('F10', 3);
    await expect(text).toHaveText(new RegExp(`^${before}(tick )+$`));
    await step('Shift+F10', 3);
    await expect(text).toHaveText(before);

    await button(page, 'Open descriptors').click();
    const row = files(page).locator('[data-group]').filter({ hasText: '/tmp/log' });
    await expect(row.locator('[data-column=access]')).toHaveText('w');
    await expect(row.locator('[data-column=flags]')).toHaveText('O_APPEND');
    await expect(row.locator('[data-column=offset]')).toHaveText(String(before.length));
    await button(page, 'Tree').click();
    await step('Shift+F10', 4);
    await expect(log).toHaveCount(0);
  });
});
