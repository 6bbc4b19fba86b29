/** The browser shell lets its own page in, and nobody else. */
import { once } from 'node:events';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Page } from '@playwright/test';
import { expect, test } from './fixtures';

/** What becomes of a WebSocket that the page opens. */
function tryWebSocket(page: Page, url: string): Promise<string> {
  return page.evaluate(
    (address) =>
      new Promise<string>((resolve) => {
        const socket = new WebSocket(address);
        socket.onopen = () => resolve('open');
        socket.onerror = () => resolve('refused');
      }),
    url,
  );
}

const socketUrl = (origin: string, token: string) => `${origin.replace('http:', 'ws:')}/socket?token=${token}`;

test('shows its page, which breaks no rule of its security policy', async ({ page }) => {
  const complaints: string[] = [];
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(error.message));
  // The token survives a reload although it has left the address bar.
  const framed = new Promise((resolve) => page.once('websocket', (socket) => socket.once('framereceived', resolve)));
  await page.reload();
  await framed;
  await expect(page).toHaveTitle(/Tickscope/);
  expect(complaints).toEqual([]);
});

test('sends a strict security policy', async ({ page }) => {
  const response = await page.reload();
  const headers = response!.headers();
  expect(headers['content-security-policy']).toMatch(/^default-src 'none'; script-src 'self';/);
  expect(headers['x-content-type-options']).toBe('nosniff');
});

test('keeps foreign scripts out of its page', async ({ page }) => {
  const ran = await page.evaluate(() => {
    const script = document.createElement('script');
    script.textContent = 'window.foreign = true';
    document.head.append(script);
    return 'foreign' in window;
  });
  expect(ran).toBe(false);
});

test('refuses a wrong token', async ({ page, shell }) => {
  expect(await tryWebSocket(page, socketUrl(shell.origin, shell.token))).toBe('open');
  expect(await tryWebSocket(page, socketUrl(shell.origin, `${shell.token.slice(0, -1)}_`))).toBe('refused');
  expect(await tryWebSocket(page, socketUrl(shell.origin, ''))).toBe('refused');
});

test("refuses another site's page, even with the token", async ({ page, shell }) => {
  const other = createServer((_, response) => response.setHeader('Content-Type', 'text/html').end('<!doctype html>'));
  other.listen(0, '127.0.0.1');
  await once(other, 'listening');
  try {
    await page.goto(`http://127.0.0.1:${(other.address() as AddressInfo).port}/`);
    expect(await tryWebSocket(page, socketUrl(shell.origin, shell.token))).toBe('refused');
  } finally {
    other.close();
    other.closeAllConnections();
  }
});

test('serves nothing but its page', async ({ shell }) => {
  const { port } = new URL(shell.origin);
  // Not fetch, which would tidy the path.
  for (const path of [
    '/../../package.json',
    '/%2e%2e/%2e%2e/package.json',
    '/..%2f..%2fpackage.json',
    '//etc/passwd',
  ]) {
    const status = await new Promise((resolve, reject) => {
      const sent = request({ host: '127.0.0.1', port, path }, (response) => resolve(response.resume().statusCode));
      sent.on('error', reject).end();
    });
    expect(status, path).toBe(404);
  }
});
