/** The desktop app. Runs where Electron's binary and a display are. */
import { _electron as electron, expect, test } from '@playwright/test';
import { findElectron } from '../scripts/electron.mjs';
import { root, withEmptyHome } from './fixtures';

const executablePath = findElectron();
const hasDisplay = process.platform !== 'linux' || Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY);

test.skip(executablePath === null, "Electron's binary is not installed (npm start fetches it)");
test.skip(!hasDisplay, 'there is no display');

test('opens a locked-down window', async () => {
  await withEmptyHome(async (env) => {
    const args = process.getuid?.() === 0 ? ['--no-sandbox', root] : [root];
    const app = await electron.launch({ executablePath: executablePath!, args, env });
    try {
      const page = await app.firstWindow();
      await expect(page).toHaveTitle(/Tickscope/);
      expect(page.url()).toBe('app://tickscope/');
      await expect(page.getByLabel('Run state', { exact: true })).toHaveText('Paused', { timeout: 60_000 });

      expect(await page.evaluate(() => [typeof globalThis.require, typeof globalThis.process])).toEqual([
        'undefined',
        'undefined',
      ]);
      expect(await page.evaluate(() => window.open('https://example.com'))).toBeNull();
      await page.evaluate(() => location.assign('https://example.com'));
      expect(page.url()).toBe('app://tickscope/');
      expect(app.windows()).toHaveLength(1);
      expect(await page.evaluate(() => Notification.requestPermission())).toBe('denied');

      const state = await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]!.isVisible());
      expect(state).toBe(true);
    } finally {
      await app.close();
    }
  });
});
