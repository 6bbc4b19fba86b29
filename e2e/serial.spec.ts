/** Terminals on real serial devices, of which socat plays one. */
import { readFileSync, writeFileSync } from 'node:fs';
import type { Page } from '@playwright/test';
import { hasSocat, SerialCable } from '../main/testing/serial-cable';
import { expect, test } from './fixtures';
import { button, demo, openFolder, pane, status, tab, typeAtConsole } from './window';

test.skip(!hasSocat, 'socat is not installed (npm test installs it on Debian, as root)');

let cable: SerialCable;
test.beforeEach(async () => {
  cable = new SerialCable();
  await cable.plug();
});
test.afterEach(() => cable.remove());

const serial = (page: Page) => pane(page, 'Serial');
const screen = (page: Page) => serial(page).locator('.xterm-rows');
const state = (page: Page) => serial(page).getByLabel('Line state');

async function runCommand(page: Page, id: string): Promise<void> {
  await page.keyboard.press('Control+Shift+p');
  await page.locator(`[data-command=${id}]`).click();
}

/** Attaches the device by its path, as a person types it. */
async function attach(page: Page): Promise<void> {
  await runCommand(page, 'serial-devices');
  await serial(page).getByRole('textbox', { name: 'Path of a device' }).fill(cable.path);
  await page.keyboard.press('Enter');
  await expect(state(page)).toHaveText('Attached');
}

async function type(page: Page, text: string): Promise<void> {
  await serial(page).locator('.xterm').click();
  await page.keyboard.type(text);
}

test('attaches a device from the palette, talks to it, and breaks no rule of the security policy', async ({ page }) => {
  const complaints: string[] = [];
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
  cable.onData = (data) => data.includes(13) && cable.send('\r\nNuttX 12.4.0\r\nnsh> ');
  await expect(serial(page)).toHaveCount(0);
  await runCommand(page, 'show-serial');
  await expect(serial(page)).toContainText(/Plug in a board|double click attaches/);
  await attach(page);
  await type(page, 'uname\n');
  await expect(screen(page)).toContainText('NuttX 12.4.0');
  await expect.poll(() => cable.got.toString()).toBe('uname\r');
  await expect(serial(page).getByLabel('Traffic')).toContainText('6 out');

  await button(page, 'Hex').click();
  const dump = serial(page).getByRole('log', { name: 'Received bytes' });
  await expect(dump).toContainText('00000000');
  await expect(dump).toContainText('0d 0a 4e 75 74 74 58 20');
  await expect(dump).toContainText('..NuttX 12.4.0..');
  await button(page, 'Hex').click();
  await expect(screen(page)).toContainText('nsh>');

  // A window that comes later finds the terminal as it was.
  await page.reload();
  await runCommand(page, 'show-serial');
  await serial(page).locator(`[data-device="${cable.path}"]`).dblclick();
  await expect(screen(page)).toContainText('NuttX 12.4.0');
  expect(complaints).toEqual([]);
});

test('shows that the device was pulled, keeps what is typed, and goes on when it is back', async ({ page }) => {
  await attach(page);
  await type(page, 'one ');
  await expect.poll(() => cable.got.toString()).toBe('one ');
  await cable.unplug();
  await expect(state(page)).toHaveText('Waiting');
  await expect(serial(page).getByRole('alert')).toContainText('Is the device plugged in');
  await type(page, 'two ');
  await expect(serial(page).getByLabel('Queue')).toContainText('4 bytes typed wait');
  await cable.plug();
  await expect(state(page)).toHaveText('Attached');
  await expect(serial(page).getByLabel('Queue')).toHaveCount(0);
  await type(page, 'three');
  await expect.poll(() => cable.got.toString()).toBe('one two three');

  await cable.unplug();
  await expect(state(page)).toHaveText('Waiting');
  await type(page, 'oops');
  await serial(page).getByRole('button', { name: 'Discard' }).click();
  await expect(serial(page).getByLabel('Queue')).toHaveCount(0);
  await cable.plug();
  await expect(state(page)).toHaveText('Attached');
  await type(page, '!');
  await expect.poll(() => cable.got.toString()).toBe('one two three!');
});

test('sets the line, remembers it, and says what cannot be', async ({ page }) => {
  await attach(page);
  const baudRate = serial(page).getByLabel('Baud rate');
  await expect(baudRate).toHaveValue('115200');
  await baudRate.fill('none');
  await baudRate.press('Enter');
  await expect(baudRate).toHaveValue('115200');
  await baudRate.fill('250000');
  await baudRate.press('Enter');
  await serial(page).getByRole('combobox', { name: 'Parity' }).click();
  await page.getByRole('option', { name: 'Mark' }).click();
  await expect(serial(page).getByRole('alert')).toContainText('on Windows only');
  await serial(page).getByRole('combobox', { name: 'Parity' }).click();
  await page.getByRole('option', { name: 'Even' }).click();
  await expect(state(page)).toHaveText('Attached');
  // A pseudo terminal has neither.
  await expect(serial(page).getByRole('button', { name: 'DTR' })).toBeDisabled();
  await expect(button(page, 'Serial: send a break')).toBeDisabled();

  await button(page, 'Serial: detach the device').click();
  const row = serial(page).locator(`[data-device="${cable.path}"]`);
  await expect(row).toContainText('250000 8E1');
  await row.dblclick();
  await expect(baudRate).toHaveValue('250000');
});

test('logs to a file and sends one', async ({ page }, info) => {
  await attach(page);
  await button(page, 'Log').click();
  const note = serial(page).getByLabel('Log file');
  await expect(note).toContainText('serial-logs');
  cable.send('ready\r\n');
  await expect(screen(page)).toContainText('ready');

  const file = info.outputPath('firmware.bin');
  const data = Buffer.from(Array.from({ length: 400_000 }, (_, i) => (i * 31) & 0xff));
  writeFileSync(file, data);
  const choosing = page.waitForEvent('filechooser');
  await button(page, 'Serial: send a file...').click();
  await (await choosing).setFiles(file);
  await expect(serial(page).getByLabel('File', { exact: true })).toContainText('Sent firmware.bin');
  await expect.poll(() => cable.got.equals(data)).toBe(true);

  cable.forget();
  cable.hold(true);
  const choosingAgain = page.waitForEvent('filechooser');
  await button(page, 'Serial: send a file...').click();
  await (await choosingAgain).setFiles(file);
  await expect(serial(page).getByRole('progressbar')).toBeVisible();
  await serial(page).getByRole('button', { name: 'Cancel' }).click();
  await expect(serial(page).getByLabel('File', { exact: true })).toContainText('Cancelled firmware.bin after');
  cable.hold(false);

  const path = await note.locator('.data').innerText();
  await button(page, 'Log').click();
  await expect(note).toHaveCount(0);
  await expect.poll(() => readFileSync(path, 'utf8')).toMatch(/^\S+Z --- .*115200 8N1\n\d{4}-\S+Z ready\r\n$/);
});

test("exposes the board's console as a pty, attaches it, and talks to NSH", async ({ page }) => {
  await openFolder(page, demo('shell'));
  await runCommand(page, 'serial-devices');
  await expect(serial(page)).toContainText('The board Simulator has no UARTs');
  await page.getByRole('combobox', { name: 'Board', exact: true }).click();
  await page.getByRole('option', { name: 'Controller', exact: true }).click();
  const uart = serial(page).getByRole('group', { name: 'uart0 /dev/ttyS0', exact: true });
  await expect(uart).toContainText('console');
  await uart.getByRole('button', { name: 'Expose uart0 /dev/ttyS0 as pty' }).click();
  await expect(uart.getByLabel('pty of uart0 /dev/ttyS0')).toHaveText(/^\/dev\//);
  await uart.getByRole('button', { name: 'Attach' }).click();
  await expect(state(page)).toHaveText('Attached');

  await button(page, 'Run').click();
  await expect(screen(page)).toContainText('NuttShell (NSH)');
  await type(page, 'hello you\n');
  await expect(screen(page)).toContainText('Hello, you!');
  // The console has another terminal, on the same line.
  await typeAtConsole(page, 'hello me\n');
  await expect(pane(page, 'Console').locator('.xterm-rows')).toContainText(/Hello, you!.*Hello, me!/s);
  await tab(page, 'Serial').click();
  await expect(screen(page)).toContainText('Hello, me!');
  await button(page, 'Pause').click();
  await expect(status(page, 'Run state')).toHaveText('Paused');

  await runCommand(page, 'serial-detach');
  await page.keyboard.press('Control+Shift+p');
  await page.keyboard.type('stop exposing uart0');
  await page.keyboard.press('Enter');
  await expect(uart.getByLabel('pty of uart0 /dev/ttyS0')).toHaveCount(0);
});
