/** Two boards that run together: one is looked at, and both are stepped. */
import type { Page } from '@playwright/test';
import { expect, test } from './fixtures';
import { button, count, demo, openFolder, pane, status, stepTo } from './window';

const lookedAt = (page: Page) => page.getByRole('combobox', { name: 'Board looked at' });
const tasks = (page: Page) => pane(page, 'Tasks');
const terminal = (page: Page) => pane(page, 'Console').locator('.xterm-rows');

test.beforeEach(async ({ page }) => {
  await expect(status(page, 'Run state')).not.toHaveText('No firmware', { timeout: 60_000 });
});

test('the panes show the board that is chosen, and steps move both', async ({ page }) => {
  await openFolder(page, demo('two-boards'));
  await expect(lookedAt(page)).toHaveText('Left');
  await expect(tasks(page)).toContainText('serve');
  await stepTo(page, 2);
  await expect(terminal(page)).toContainText('ping 1, pong 1');

  await lookedAt(page).click();
  await page.getByRole('option', { name: 'Right' }).click();
  await expect(tasks(page)).toContainText('return');
  await expect(tasks(page)).not.toContainText('serve');
  await expect(terminal(page)).not.toContainText('ping');
  expect(await count(page, 'Tick')).toBe(2);

  await page.keyboard.press('Control+Shift+p');
  await page.keyboard.type('look at board left');
  await page.keyboard.press('Enter');
  await expect(lookedAt(page)).toHaveText('Left');
  await expect(terminal(page)).toContainText('ping 1, pong 1');
  await page.keyboard.press('Control+Shift+b');
  await expect(lookedAt(page)).toHaveText('Right');
  await stepTo(page, 0);
  await page.keyboard.press('Control+Shift+b');
  await expect(terminal(page)).not.toContainText('ping');

  await openFolder(page, demo('philosophers'));
  await expect(lookedAt(page)).toHaveCount(0);
  await expect(button(page, 'Run')).toBeEnabled();
});
