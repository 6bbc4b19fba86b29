import { spawn } from 'node:child_process';
import { constants, openSync, closeSync, write as writeFile } from 'node:fs';
import { connect } from 'node:net';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, test } from 'vitest';
import { hasSocat } from '../testing/serial-cable';
import { PtyOutlet, TcpOutlet, type Outlet } from './outlets';

let outlet: Outlet | null = null;
afterEach(async () => {
  await outlet?.close();
  outlet = null;
});

/** Bytes that tell where they belong. */
const pattern = (length: number) => Uint8Array.from({ length }, (_, i) => (i * 7 + (i >> 8)) & 255);

describe.skipIf(!hasSocat)('a pseudo terminal (needs socat)', () => {
  test('passes every byte on, both ways, as it is', async () => {
    const sent = pattern(300_000);
    const fed: Uint8Array[] = [];
    outlet = await PtyOutlet.open(async (data) => {
      fed.push(data);
      await sleep(1);
    });
    const terminal = spawn('socat', ['STDIO', `${outlet.address},raw,echo=0`]);
    const received: Buffer[] = [];
    terminal.stdout.on('data', (data: Buffer) => received.push(data));
    terminal.stdin.write(Buffer.from(sent));
    // Until somebody reads, what is sent is lost.
    await expect.poll(() => fed.length).toBeGreaterThan(0);
    for (let at = 0; at < sent.length; at += 10_000) await outlet.send(sent.subarray(at, at + 10_000));
    await expect.poll(() => Buffer.concat(received).length).toBe(sent.length);
    await expect.poll(() => Buffer.concat(fed).length).toBe(sent.length);
    expect(Buffer.concat(received).equals(Buffer.from(sent))).toBe(true);
    expect(Buffer.concat(fed).equals(Buffer.from(sent))).toBe(true);
    terminal.kill();
    await once(terminal, 'exit');
  });

  test('goes on when a terminal has left, and keeps nobody waiting when there is none', async () => {
    const fed: string[] = [];
    outlet = await PtyOutlet.open((data) => Promise.resolve(void fed.push(Buffer.from(data).toString())));
    for (const word of ['one', 'two']) {
      const fd = openSync(outlet.address, constants.O_RDWR | constants.O_NOCTTY);
      await new Promise((resolve) => writeFile(fd, word, resolve));
      closeSync(fd);
      await expect.poll(() => fed.join(' ')).toContain(word);
    }
    // More than any terminal holds: most of it is lost.
    for (let i = 0; i < 50; i++) await outlet.send(pattern(10_000));
    await outlet.send(new TextEncoder().encode('x'));
  });
});

describe('a TCP port', () => {
  test('passes every byte on to all who are connected, and from them', async () => {
    const sent = pattern(1_000_000);
    const fed: Uint8Array[] = [];
    const port = await TcpOutlet.open(
      0,
      (data) => Promise.resolve(void fed.push(data)),
      () => {},
    );
    outlet = port;
    expect(port.address).toMatch(/^127\.0\.0\.1:\d+$/);
    const sockets = [1, 2].map(() => connect(Number(port.address.split(':')[1]), '127.0.0.1'));
    const received = sockets.map(() => [] as Buffer[]);
    sockets.forEach((socket, i) => socket.on('data', (data: Buffer) => received[i]!.push(data)));
    await expect.poll(() => port.clients).toBe(2);
    sockets[0]!.write(sent);
    await port.send(sent);
    for (const chunks of received) {
      await expect.poll(() => Buffer.concat(chunks).length).toBe(sent.length);
      expect(Buffer.concat(chunks).equals(Buffer.from(sent))).toBe(true);
    }
    await expect.poll(() => Buffer.concat(fed).equals(Buffer.from(sent))).toBe(true);
    for (const socket of sockets) socket.destroy();
    await expect.poll(() => port.clients).toBe(0);
    await port.send(sent);
  });

  test('says when another program has the port', async () => {
    const feed = () => Promise.resolve();
    const port = await TcpOutlet.open(0, feed, () => {});
    outlet = port;
    await expect(TcpOutlet.open(Number(port.address.split(':')[1]), feed, () => {})).rejects.toThrow('is in use');
  });
});
