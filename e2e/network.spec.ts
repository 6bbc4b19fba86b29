/** The network on screen: packets between two boards, links whose settings change while they run, and files of packets. */
import { execFileSync, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import type { Page } from '@playwright/test';
import { readPackets } from '../main/packets/pcapng';
import { expect, test } from './fixtures';
import { button, count, demo, openFolder, pane, status, stepTo, tab, typeAtConsole, withProject } from './window';

/** Capitals for whoever connects to port 7 of the board on the right; the one on the left has a shell and a client. */
const FILES = {
  'tickscope.json': JSON.stringify({
    board: 'bench',
    config: { CONFIG_INIT_ENTRYPOINT: 'nsh_main' },
    apps: [
      { name: 'server', entry: 'server_main', priority: 100, stackSize: 4096, on: 'right' },
      { name: 'client', entry: 'client_main', priority: 100, stackSize: 4096, boot: false },
    ],
  }),
  'net.c': `
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

int server_main(int argc, char *argv[])
{
  struct sockaddr_in here = { .sin_family = AF_INET, .sin_port = htons(7) };
  int listener = socket(AF_INET, SOCK_STREAM, 0);
  char buffer[256];

  bind(listener, (struct sockaddr *)&here, sizeof here);
  listen(listener, 4);
  for (;;)
    {
      int fd = accept(listener, NULL, NULL);
      ssize_t got;
      while ((got = recv(fd, buffer, sizeof buffer, 0)) > 0)
        {
          for (ssize_t i = 0; i < got; i++) if (buffer[i] >= 'a' && buffer[i] <= 'z') buffer[i] -= 32;
          send(fd, buffer, got, 0);
        }
      close(fd);
    }
}

int client_main(int argc, char *argv[])
{
  struct sockaddr_in there = { .sin_family = AF_INET, .sin_port = htons(7) };
  int fd = socket(AF_INET, SOCK_STREAM, 0);
  char buffer[256];

  there.sin_addr.s_addr = inet_addr("10.0.0.3");
  if (connect(fd, (struct sockaddr *)&there, sizeof there) < 0)
    {
      perror("connect");
      return 1;
    }
  for (int i = 1; i <= 3; i++)
    {
      send(fd, buffer, snprintf(buffer, sizeof buffer, "message number %d\\n", i), 0);
      ssize_t got = recv(fd, buffer, sizeof buffer - 1, 0);
      buffer[got > 0 ? got : 0] = 0;
      printf("%s", buffer);
    }
  close(fd);
  return 0;
}
`,
};

const packets = (page: Page) => pane(page, 'Packets');
const network = (page: Page) => pane(page, 'Network');
const terminal = (page: Page) => pane(page, 'Console').locator('.xterm-rows');
const rows = (page: Page) => packets(page).locator('[data-packet]');
const filter = (page: Page) => packets(page).getByRole('combobox', { name: 'Filter packets' });
const shown = (page: Page) => packets(page).getByRole('status', { name: 'Packets shown' });
const field = (page: Page, name: string) => packets(page).getByRole('tree').locator(`[data-field="${name}"]`);
const hasTshark = spawnSync('tshark', ['--version']).status === 0;

async function runCommand(page: Page, id: string): Promise<void> {
  await page.keyboard.press('Control+Shift+p');
  await page.locator(`[data-command=${id}]`).click();
}

async function setFilter(page: Page, text: string): Promise<void> {
  await filter(page).fill(text);
  await filter(page).press('Enter');
}

/** Opens the two boards, with both panes, and lets them run. */
async function withBoards(page: Page, use: () => Promise<void>): Promise<void> {
  await expect(status(page, 'Run state')).not.toHaveText('No firmware', { timeout: 60_000 });
  await withProject(FILES, async (path) => {
    await openFolder(page, path);
    await runCommand(page, 'show-packets');
    await runCommand(page, 'network-links');
    await button(page, 'Run').click();
    await expect(terminal(page)).toContainText('nsh>');
    await use();
    await button(page, 'Pause').click();
  });
}

test('two boards ping each other, and no more when every frame is lost', async ({ page }) => {
  await withBoards(page, async () => {
    await typeAtConsole(page, 'ping -c 2 10.0.0.3\n');
    await expect(terminal(page)).toContainText('2 packets transmitted, 2 received');
    await setFilter(page, 'icmp.type == "Echo request" && frame.interface == "right/eth0"');
    await expect(rows(page)).toHaveCount(2);
    await expect(rows(page).first()).toContainText('Echo request');

    // Live: the next ping gets no answer.
    const link = network(page).locator('[data-link="left/eth0 \u2192 right/eth0"]');
    const loss = link.getByLabel('Loss of left/eth0 \u2192 right/eth0');
    await expect(loss).toHaveValue('0 %');
    await loss.fill('a lot');
    await expect(loss).toHaveAttribute('title', /a share from 0 % to 100 %/);
    await loss.fill('100');
    await loss.press('Enter');
    await expect(loss).toHaveValue('100 %');
    await typeAtConsole(page, 'ping -c 2 -i 200 -W 200 10.0.0.3\n');
    await expect(terminal(page)).toContainText('2 packets transmitted, 0 received');
    await expect(rows(page)).toHaveCount(2);
    await expect(link.locator('[data-column="count-lost"]')).not.toHaveText('0');

    const bursts = link.getByLabel('Bursts of left/eth0 \u2192 right/eth0');
    await bursts.fill('50 us for 10 ms every 1 s');
    await bursts.press('Enter');
    await expect(bursts).toHaveValue('50 \u00b5s for 10 ms every 1 s');

    // Down, and up again.
    const up = link.getByRole('button', { name: /is up$/ });
    await up.click();
    await expect(up).toHaveText('down');
    await runCommand(page, 'network-interfaces');
    await expect(network(page).locator('[data-interface=eth0]')).toContainText('up, no link');
    await runCommand(page, 'network-mend');
    await expect(network(page).locator('[data-interface=eth0]')).not.toContainText('no link');
  });
});

test('a packet is decoded, its bytes and fields show each other, and its event is one click away', async ({ page }) => {
  await withBoards(page, async () => {
    await typeAtConsole(page, 'client\n');
    await expect(terminal(page)).toContainText('MESSAGE NUMBER 3');
    await setFilter(page, 'tcp.len > 0 && frame.interface == "left/eth0"');
    await expect(shown(page)).toContainText('6 of');
    await rows(page).first().click();
    await field(page, 'tcp').getByRole('button', { name: 'Expand' }).click();
    await field(page, 'tcp.dstport').click();
    const bytes = packets(page).getByRole('group', { name: 'Bytes of the packet' });
    await expect(bytes.locator('.byte.in')).toHaveText(['00', '07']);
    // A byte of the destination address opens what it is in.
    await bytes.locator('.byte[data-at="33"]').click();
    await expect(field(page, 'ip.dst')).toHaveAttribute('aria-selected', 'true');
    await expect(field(page, 'ip.dst')).toHaveText(/Destination: 10\.0\.0\.3/);

    // A filter out of the tree.
    await field(page, 'tcp.flags').click({ button: 'right' });
    await page.getByRole('menuitem', { name: 'Filter: tcp.flags == 0x18' }).click();
    await expect(filter(page)).toHaveValue('tcp.flags == 0x18');

    // To the event, and from an event to its packet.
    await button(page, 'Packets: show the event of the packet').click();
    const selected = pane(page, 'Events').locator('[aria-selected=true]');
    await expect(selected).toHaveAttribute('data-event', /net_(send|receive)/);
    await tab(page, 'Packets').click();
    const number = await packets(page).locator('[aria-selected=true][data-packet]').getAttribute('data-packet');
    await tab(page, 'Events').click();
    await selected.click({ button: 'right' });
    await page.getByRole('menuitem', { name: 'Show the packet' }).click();
    await expect(packets(page).locator('[aria-selected=true][data-packet]')).toHaveAttribute('data-packet', number!);
  });
});

test('what is wrong with a filter is said at its place, and names are completed', async ({ page }) => {
  await withBoards(page, async () => {
    await typeAtConsole(page, 'ping -c 1 10.0.0.3\n');
    await expect(terminal(page)).toContainText('1 packets transmitted, 1 received');
    await setFilter(page, 'ip.sorce == 10.0.0.2');
    const problem = packets(page).getByRole('alert');
    await expect(problem).toContainText('There is no protocol or field "ip.sorce". Is it ip.src?');
    await expect(problem.locator('mark')).toHaveText('ip.sorce');
    await expect(rows(page)).not.toHaveCount(0);

    await filter(page).fill('');
    await filter(page).pressSequentially('arp.opc');
    await page.keyboard.press('Tab');
    await expect(filter(page)).toHaveValue('arp.opcode');
    await page.keyboard.type(' == request');
    await page.keyboard.press('Enter');
    await expect(problem).toHaveCount(0);
    await expect(rows(page).filter({ hasText: 'Who has 10.0.0.3?' }).first()).toBeVisible();
    await button(page, 'Remove the filter').click();
    await expect(shown(page)).toHaveText(/\d+ packets/);
  });
});

test('a conversation is followed, saved for tshark, and opened again', async ({ page }, info) => {
  await withBoards(page, async () => {
    await typeAtConsole(page, 'client\n');
    await expect(terminal(page)).toContainText('MESSAGE NUMBER 3');
    await setFilter(page, 'tcp.len > 0 && frame.interface == "left/eth0"');
    await expect(shown(page)).toContainText('6 of');
    await rows(page).first().click();
    await button(page, 'Packets: follow the conversation').click();
    const conversation = packets(page).getByRole('region', { name: 'Conversation' });
    await expect(conversation.locator('[data-end="0"] pre')).toHaveText(
      ['1', '2', '3'].map((n) => `message number ${n}`),
    );
    await expect(conversation.locator('[data-end="1"] pre').last()).toHaveText('MESSAGE NUMBER 3');
    await conversation.getByRole('button', { name: 'Second end' }).click();
    await expect(conversation.locator('[data-end="0"]')).toHaveCount(0);
    await conversation.getByRole('button', { name: 'Hex' }).click();
    await expect(conversation.locator('pre').first()).toContainText('4d 45 53 53 41 47 45');
    await expect(filter(page)).toHaveValue(/^tcp\.stream == \d+$/);

    const saving = page.waitForEvent('download');
    await button(page, 'Packets: save as pcapng what the filter lets through').click();
    const download = await saving;
    expect(download.suggestedFilename()).toBe('firmware.pcapng');
    const path = info.outputPath('saved.pcapng');
    await download.saveAs(path);
    const saved = readPackets(readFileSync(path));
    expect(saved.interfaces).toContain('left/eth0');
    expect(saved.end - saved.first).toBeGreaterThan(10);
    if (hasTshark) {
      const tshark = (...args: string[]) => execFileSync('tshark', ['-r', path, ...args], { encoding: 'utf8' }).trim();
      expect(tshark('-Y', '_ws.malformed || tcp.analysis.flags')).toBe('');
      expect(tshark('-q', '-z', 'follow,tcp,ascii,0')).toContain('MESSAGE NUMBER 2');
    }

    const choosing = page.waitForEvent('filechooser');
    await button(page, 'Packets: open a pcapng or pcap file...').click();
    await (await choosing).setFiles(path);
    const close = packets(page).getByRole('button', { name: 'Close saved.pcapng' });
    await expect(close).toBeVisible();
    await expect(shown(page)).toHaveText(`${saved.end - saved.first} packets`);
    await setFilter(page, 'tcp.flags.syn == 1');
    await expect(rows(page)).toHaveCount(2);
    await close.click();
    await setFilter(page, '');
    await expect(close).toHaveCount(0);
  });
});

test('sockets, neighbors and routes are those of the board that is looked at', async ({ page }) => {
  await withBoards(page, async () => {
    await typeAtConsole(page, 'client\n');
    await expect(terminal(page)).toContainText('MESSAGE NUMBER 3');
    await runCommand(page, 'network-neighbors');
    await expect(network(page).getByRole('grid', { name: 'ARP' })).toContainText('10.0.0.3');
    await expect(network(page).getByRole('grid', { name: 'Routes' })).toContainText('10.0.0.0');
    await page.keyboard.press('Control+Shift+b');
    await runCommand(page, 'network-sockets');
    const socket = network(page).locator('[data-socket=tcp]').first();
    await expect(socket).toContainText('LISTEN');
    await expect(socket).toContainText('*:7');
    await expect(socket).toContainText('server');
    await expect(network(page)).toContainText('I/O buffers free');
    await page.keyboard.press('Control+Shift+b');
  });
});

/** A TCP port of this computer that nobody has at the moment. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

test('a port is joined to this computer in user mode, and a browser reads the sensor', async ({ page }) => {
  await expect(status(page, 'Run state')).not.toHaveText('No firmware', { timeout: 60_000 });
  await openFolder(page, demo('sensor-node'));
  await runCommand(page, 'show-packets');
  await runCommand(page, 'network-host');
  await button(page, 'Run').click();
  const port = network(page).getByRole('region', { name: 'Port controller/eth0' });
  const state = port.getByRole('status', { name: 'State of controller/eth0' });
  const forwards = port.getByLabel('Ports forwarded to controller/eth0');
  await expect(state).toHaveText('Not joined');
  await forwards.fill('tcp 8080:80');
  await port.getByRole('button', { name: 'Connect' }).click();
  await expect(port.getByRole('alert')).toHaveText(/"tcp 8080:80" forwards no port: write tcp:8080->80/);

  const outside = await freePort();
  await forwards.fill(`tcp:${outside}->80`);
  await port.getByRole('button', { name: 'Connect' }).click();
  await expect(state).toHaveText('Joined');
  const read = async (): Promise<string> => {
    const answer = await fetch(`http://127.0.0.1:${outside}/`, { signal: AbortSignal.timeout(5000) });
    return answer.text();
  };
  // The board has an address by DHCP first.
  await expect.poll(() => read().catch(String), { timeout: 30_000 }).toMatch(/\d degrees Celsius/);
  await setFilter(page, 'http && frame.interface == "controller/eth0"');
  await expect(rows(page).filter({ hasText: 'GET / HTTP/1.1' }).first()).toBeVisible();
  await runCommand(page, 'network-interfaces');
  await expect(network(page).locator('[data-interface=eth0]')).toContainText('10.0.2.15');

  await runCommand(page, 'network-host');
  await port.getByRole('button', { name: 'Disconnect' }).click();
  await expect(state).toHaveText('Not joined');
  await runCommand(page, 'network-interfaces');
  await expect(network(page).locator('[data-interface=eth0]')).toContainText('up, no link');
  await button(page, 'Pause').click();
});

test('what takes a privilege or is not there says what to do', async ({ page }) => {
  await expect(status(page, 'Run state')).not.toHaveText('No firmware', { timeout: 60_000 });
  await openFolder(page, demo('sensor-node'));
  await runCommand(page, 'network-host');
  const port = network(page).getByRole('region', { name: 'Port controller/eth0' });
  await port.getByLabel('How controller/eth0 is joined').click();
  await page.getByRole('option', { name: 'Frames over UDP' }).click();
  await port.getByLabel('Local address for controller/eth0').fill('192.0.2.1:9000');
  await port.getByRole('button', { name: 'Connect' }).click();
  const problem = port.getByRole('alert');
  await expect(problem).toHaveText('Cannot receive at 192.0.2.1:9000: this computer has no such address.');
  await port.getByLabel('Local address for controller/eth0').fill('192.0.2.1');
  await port.getByRole('button', { name: 'Connect' }).click();
  await expect(problem).toHaveText('The local address is not right: write an address and a port: 127.0.0.1:9000.');
});

test('four boards on a switch: a meter pings a meter, and going back takes the packets along', async ({ page }) => {
  await expect(status(page, 'Run state')).not.toHaveText('No firmware', { timeout: 60_000 });
  await openFolder(page, demo('four-boards'));
  await runCommand(page, 'show-packets');
  await runCommand(page, 'network-links');
  await button(page, 'Run').click();
  await expect(terminal(page)).toContainText('10.0.0.3: reading');
  await expect(network(page).locator('[data-link]')).not.toHaveCount(0);
  await expect(network(page).getByRole('grid', { name: 'Switch ports' })).toContainText('02:00:00:00:00:01');

  await network(page).getByRole('img', { name: 'Sketch of the bench' }).getByText('meter1', { exact: true }).click();
  await typeAtConsole(page, 'ping -c 2 10.0.0.4\n');
  await expect(terminal(page)).toContainText('2 packets transmitted, 2 received');
  await button(page, 'Pause').click();
  await expect(status(page, 'Run state')).toHaveText('Paused');

  const tick = await count(page, 'Tick');
  // They are asked for behind the snapshot.
  let before = '';
  const settled = async () => before === (before = await shown(page).innerText());
  await expect.poll(settled, { intervals: [500] }).toBe(true);
  await stepTo(page, tick - 13);
  await expect(shown(page)).not.toHaveText(before);
  await stepTo(page, tick);
  await expect(shown(page)).toHaveText(before);
});
