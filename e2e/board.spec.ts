/** The devices of a board on screen, and what happens on their wires. */
import { readFileSync } from 'node:fs';
import type { Page } from '@playwright/test';
import { parseVcd } from '../renderer/logic/read-vcd';
import { expect, test } from './fixtures';
import { button, demo, openFolder, pane, status, tab, withProject } from './window';

const board = (page: Page) => pane(page, 'Board');
const logic = (page: Page) => pane(page, 'Logic');
const device = (page: Page, name: string) => board(page).locator(`[data-device="${name}"]`);
const led = (page: Page, channel: number) => device(page, 'leds').locator(`.led[data-channel="${channel}"]`);
const wave = (page: Page, id: string) => logic(page).locator(`[data-wave="${id}"]`);

/** Nanoseconds that a part of the window shows as seconds. */
const nanoseconds = (text: string) => Number(text.replace(/[^\d]/g, ''));

async function showPanes(page: Page): Promise<void> {
  await tab(page, 'Board').click();
  await tab(page, 'Logic').click();
}

async function run(page: Page): Promise<void> {
  await button(page, 'Run').click();
  await expect(status(page, 'Run state')).toHaveText('Running');
}

async function pause(page: Page): Promise<void> {
  await button(page, 'Pause').click();
  await expect(status(page, 'Run state')).toHaveText('Paused');
}

/** Goes along the edges of a wave from boot to now, and gives their times. */
async function edges(page: Page, id: string): Promise<number[]> {
  const readings = logic(page).getByRole('group', { name: 'Cursors' });
  const cursor = logic(page).getByRole('group', { name: 'Cursor A', exact: true });
  await wave(page, id).click();
  await logic(page).getByRole('grid').focus();
  await page.keyboard.press('Escape');
  await page.keyboard.press('0');
  const times: number[] = [];
  for (;;) {
    const before = await readings.innerText();
    await page.keyboard.press('ArrowRight');
    const moved = await expect(readings)
      .not.toHaveText(before, { timeout: 2000 })
      .then(
        () => true,
        () => false,
      );
    if (!moved) return times;
    times.push(nanoseconds(await cursor.innerText()));
  }
}

/** Times and arguments of the events that the log shows for these words. */
async function loggedEvents(page: Page, words: string): Promise<{ timeNs: number; args: string }[]> {
  await tab(page, 'Events').click();
  const events = pane(page, 'Events');
  await events.getByRole('searchbox', { name: 'Filter events' }).fill(words);
  await expect(events.getByRole('row').nth(1)).toBeVisible();
  const found = await events.locator('[data-event]').evaluateAll((rows) =>
    rows.map((row) => ({
      time: row.querySelector('[data-column=time]')!.textContent,
      args: row.querySelector('[data-column=args]')!.textContent,
    })),
  );
  return found.map(({ time, args }) => ({ timeNs: nanoseconds(time), args }));
}

test.beforeEach(async ({ page }) => {
  await expect(status(page, 'Run state')).not.toHaveText('No firmware', { timeout: 60_000 });
});

test('a button pressed on screen interrupts, a task switches an LED, and the waves have both edges', async ({
  page,
}) => {
  await openFolder(page, demo('button-led'));
  await showPanes(page);
  await run(page);
  const key = device(page, 'buttons').getByRole('button', { name: 'BTN1' });
  await expect(led(page, 0)).toHaveAttribute('data-on', 'false');

  await key.hover();
  await page.mouse.down();
  await expect(key).toHaveAttribute('aria-pressed', 'true');
  await expect(led(page, 0)).toHaveAttribute('data-on', 'true');
  await expect(led(page, 0)).toHaveAccessibleName('LED1 on');
  await page.mouse.up();
  await expect(key).toHaveAttribute('aria-pressed', 'false');
  await expect(led(page, 0)).toHaveAttribute('data-on', 'true');

  // By keyboard, too.
  await key.focus();
  await page.keyboard.down('Space');
  await expect(key).toHaveAttribute('aria-pressed', 'true');
  await expect(led(page, 0)).toHaveAttribute('data-on', 'false');
  await page.keyboard.up('Space');
  await expect(key).toHaveAttribute('aria-pressed', 'false');
  await pause(page);

  const pressed = await edges(page, 'gpio BTN1');
  const lit = await edges(page, 'gpio LED1');
  expect(pressed).toHaveLength(4);
  expect(lit).toHaveLength(2);
  // The task is there within a millisecond of each press.
  for (const [press, light] of [
    [pressed[0]!, lit[0]!],
    [pressed[2]!, lit[1]!],
  ]) {
    expect(light).toBeGreaterThan(press!);
    expect(light! - press!).toBeLessThan(1_000_000);
  }

  // Cursor A is the moment that is selected: the log shows the very event.
  await tab(page, 'Events').click();
  const selected = pane(page, 'Events').locator('[aria-selected=true]');
  await expect(selected).toHaveAttribute('data-event', 'wire');
  await expect.poll(async () => nanoseconds(await selected.locator('[data-column=time]').innerText())).toBe(lit[1]);

  // The log has the button's edge, the interrupt behind it, and the LED's edge.
  const interrupts = await loggedEvents(page, 'irq_enter irq=4');
  const first = interrupts.find(({ timeNs }) => timeNs >= pressed[0]!);
  expect(first!.timeNs).toBeLessThan(lit[0]!);
  const wires = async (wire: number) => (await loggedEvents(page, `wire=${wire} value=`)).map(({ timeNs }) => timeNs);
  // Four wires of UARTs come first, then the port's.
  await expect.poll(() => wires(8)).toEqual(expect.arrayContaining(lit));
  await expect.poll(() => wires(12)).toEqual(expect.arrayContaining(pressed));

  // The dump that is saved has the same edges.
  await tab(page, 'Logic').click();
  await page.keyboard.press('Escape');
  const saving = page.waitForEvent('download');
  await button(page, 'Logic: export as VCD').click();
  const download = await saving;
  expect(download.suggestedFilename()).toBe('button-led.vcd');
  const { timescale, signals } = parseVcd(readFileSync(await download.path(), 'utf8'));
  expect(timescale).toBe('1 ns');
  const dumped = (name: string) =>
    signals.get(name)!.slice(1).map(([time]) => time); // prettier-ignore
  expect(dumped('gpio.BTN1')).toEqual(pressed);
  expect(dumped('gpio.LED1')).toEqual(lit);
});

const METER = `
#include <nuttx/config.h>
#include <nuttx/analog/adc.h>
#include <nuttx/analog/ioctl.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <unistd.h>

volatile int g_millivolts;

int main(int argc, FAR char *argv[])
{
  struct adc_msg_s sample;
  int fd = open("/dev/adc0", O_RDONLY);
  for (; ; )
    {
      ioctl(fd, ANIOC_TRIGGER, 0);
      for (int i = 0; i < 4; i++)
        {
          read(fd, &sample, sizeof(sample));
          if (sample.am_channel == 0)
            {
              g_millivolts = sample.am_data * 3300 / 4096;
            }
        }

      usleep(20000);
    }
}
`;

test('a slider changes what the firmware reads from the ADC, and a variable is drawn', async ({ page }) => {
  const files = { 'main.c': METER, 'tickscope.json': JSON.stringify({ board: 'controller' }) };
  await withProject(files, async (path) => {
    await openFolder(page, path);
    await showPanes(page);
    const variable = logic(page).getByLabel('Variable to watch');
    await variable.fill('g_nothing');
    await variable.press('Enter');
    await expect(page.getByText('There is no global variable g_nothing')).toBeVisible();
    await variable.fill('g_millivolts');
    await variable.press('Enter');
    const value = wave(page, '= g_millivolts').locator('[data-column=value]');
    await run(page);
    await expect(value).toHaveText('0');

    const adc = device(page, 'adc0');
    await adc.getByRole('slider', { name: 'IN0' }).fill('1.65');
    await expect(value).toHaveText(/^16(49|50)$/);
    await adc.getByRole('spinbutton', { name: 'IN0, V' }).fill('3');
    await page.keyboard.press('Enter');
    await expect(value).toHaveText(/^(2999|3000)$/);
    await expect(adc.getByRole('slider', { name: 'IN0' })).toHaveValue('3');
    await expect(wave(page, 'adc0 IN0').locator('[data-column=value]')).toHaveText('3 V');

    // A generator: the voltage goes up and down.
    await adc.getByRole('combobox', { name: 'Shape of IN0' }).click();
    await page.getByRole('option', { name: 'Sine' }).click();
    await adc.getByRole('spinbutton', { name: 'Offset of IN0, V' }).fill('1.5');
    await page.keyboard.press('Enter');
    await adc.getByRole('spinbutton', { name: 'Amplitude of IN0, V' }).fill('1');
    await page.keyboard.press('Enter');
    await adc.getByRole('spinbutton', { name: 'Frequency of IN0, Hz' }).fill('2');
    await page.keyboard.press('Enter');
    // Looked at once a second, as polls are after a while, two hertz may stay the same.
    const often = { intervals: [130], timeout: 30_000 };
    await expect.poll(async () => Number(await value.innerText()), often).toBeGreaterThan(2200);
    await expect.poll(async () => Number(await value.innerText()), often).toBeLessThan(800);
    await pause(page);

    // Going back forgets what has not happened yet.
    const before = await value.innerText();
    for (let i = 0; i < 12; i++) await page.keyboard.press('Shift+F10');
    await expect(value).not.toHaveText(before);

    const registers = button(page, 'Registers');
    if ((await registers.getAttribute('aria-pressed')) === 'false') await registers.click();
    await expect(board(page).locator('[data-register="adc0 DR"] [data-column=hex]')).toHaveText(/^0x[0-9A-F]{3}$/);

    await wave(page, '= g_millivolts').getByRole('button', { name: 'Stop watching g_millivolts' }).click();
    await expect(wave(page, '= g_millivolts')).toHaveCount(0);
  });
});

test('panes say what would fill them where a board has nothing', async ({ page }) => {
  await openFolder(page, demo('producer-consumer'));
  await showPanes(page);
  await expect(board(page)).toContainText('The board Simulator has no devices');
  await expect(logic(page)).toContainText('No signals yet');
});

test('waves can be zoomed, measured, moved and hidden', async ({ page }) => {
  await openFolder(page, demo('button-led'));
  await showPanes(page);
  await run(page);
  await expect(led(page, 2)).toHaveAttribute('data-on', 'true');
  await pause(page);
  await button(page, 'Logic: hide signals without a change').click();
  await expect(wave(page, 'gpio PA0')).toHaveCount(0);
  await expect(wave(page, 'gpio LED2')).toHaveCount(1);
  const ids = () => logic(page).locator('[data-wave]').evaluateAll((rows) => rows.map((row) => row.dataset['wave'])); // prettier-ignore
  const [first, second] = await ids();
  await wave(page, second!).click();
  await logic(page).getByRole('grid').focus();
  await page.keyboard.press('Alt+ArrowUp');
  await expect.poll(async () => (await ids()).slice(0, 2)).toEqual([second, first]);
  await page.keyboard.press('Delete');
  await expect(wave(page, second!)).toHaveCount(0);
  await logic(page)
    .getByRole('button', { name: /hidden$/ })
    .click();
  await expect(wave(page, 'gpio PA0')).toHaveCount(1);

  // The light walks from the second LED to the third in 200 ms: measured with both cursors.
  await wave(page, 'gpio LED2').click();
  await logic(page).getByRole('grid').focus();
  await page.keyboard.press('0');
  await page.keyboard.press('Escape');
  await page.keyboard.press('ArrowRight');
  await expect(logic(page).getByRole('group', { name: 'Cursor A', exact: true })).toHaveText(/^0\.0/);
  await page.keyboard.press('Shift+ArrowRight');
  await expect(logic(page).getByRole('group', { name: 'Cursor B', exact: true })).toHaveText(/^0\.0/);
  await page.keyboard.press('Shift+ArrowRight');
  await expect(logic(page).getByRole('group', { name: 'Difference' })).toHaveText(/^2[01]\d(\.\d+)?.ms$/);
  await expect(logic(page).getByRole('group', { name: 'Frequency' })).toHaveText(/^4\.\d+.Hz$/);
});
