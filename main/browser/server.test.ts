import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decode, encode } from '@msgpack/msgpack';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import type { Method, Params, Result } from '../contract/messages';
import type { HostListener, SessionHost } from '../host/types';
import { type BrowserServer, startServer } from './server';

const token = 'the-token';
const listeners = new Set<HostListener>();

/** A session whose console echoes. */
const session: SessionHost = {
  async handle<M extends Method>(method: M, params: Params<M>): Promise<Result<M>> {
    if (method !== 'consoleInput') throw new Error('This session only has a console.');
    for (const listener of listeners) listener('console', { reset: false, ...(params as Params<'consoleInput'>) });
    return {} as Result<M>;
  },
  subscribe(listener) {
    listeners.add(listener);
    return () => listeners.delete(listener);
  },
};

const folder = mkdtempSync(join(tmpdir(), 'tickscope-server-'));
let server: BrowserServer;
const sockets: WebSocket[] = [];

beforeAll(async () => {
  writeFileSync(join(folder, 'index.html'), '<!doctype html>');
  server = await startServer({ session, pageRoot: folder, token, port: 0 });
});
afterEach(() => sockets.splice(0).forEach((socket) => socket.terminate()));
afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true });
});

interface Answer {
  status: number;
  headers: NodeJS.Dict<string | string[]>;
  body: string;
}

/** One HTTP request with the path exactly as given. */
function http(path: string, options: { method?: string; headers?: Record<string, string> } = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port: server.port, path, ...options }, (response) => {
      let body = '';
      response.on('data', (chunk: Buffer) => (body += chunk.toString()));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }));
    });
    sent.on('error', reject).end();
  });
}

interface SocketOptions {
  path?: string;
  origin?: string;
  host?: string;
}

/** Opens a WebSocket; rejects with "Unexpected server response: STATUS" when refused. */
async function open({
  path = `/socket?token=${token}`,
  host = `127.0.0.1:${server.port}`,
  origin = `http://${host}`,
}: SocketOptions = {}): Promise<WebSocket> {
  const socket = new WebSocket(`ws://127.0.0.1:${server.port}${path}`, { headers: { host, origin } });
  sockets.push(socket);
  await once(socket, 'open');
  return socket;
}

describe('the page', () => {
  it('comes with a content security policy that begins at nothing', async () => {
    const { status, headers, body } = await http('/');
    expect({ status, body }).toEqual({ status: 200, body: '<!doctype html>' });
    expect(headers['content-type']).toBe('text/html; charset=utf-8');
    expect(headers['content-security-policy']).toMatch(/^default-src 'none'; script-src 'self';/);
    expect(headers['content-security-policy']).toContain("frame-ancestors 'none'");
    expect(headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
    });
  });

  it('answers HEAD without a body', async () => {
    expect(await http('/', { method: 'HEAD' })).toMatchObject({
      status: 200,
      headers: { 'content-length': '15' },
      body: '',
    });
  });

  it.each(['POST', 'PUT', 'DELETE', 'OPTIONS'])('does not answer %s', async (method) => {
    expect(await http('/', { method })).toMatchObject({ status: 405, headers: { allow: 'GET, HEAD' } });
  });

  it.each(['/../package.json', '/%2e%2e/package.json', '//etc/passwd', '/socket', '/none', '/%'])(
    'has nothing at %s',
    async (path) => {
      expect(await http(path)).toMatchObject({ status: 404 });
    },
  );

  it('answers only to names of this machine', async () => {
    expect(await http('/', { headers: { host: `evil.example:${server.port}` } })).toMatchObject({ status: 403 });
    expect(await http('/', { headers: { host: `localhost:${server.port}` } })).toMatchObject({ status: 200 });
  });

  it('has the token after the # of its address only', () => {
    expect(server.url).toBe(`http://127.0.0.1:${server.port}/#token=${token}`);
  });
});

describe('the socket', () => {
  it('carries requests, answers and events', async () => {
    const socket = await open();
    const messages: unknown[] = [];
    socket.on('message', (data) => messages.push(decode(new Uint8Array(data as Buffer))));
    socket.send(encode({ id: 1, method: 'consoleInput', params: { data: new Uint8Array([10]) } }));
    socket.send(encode({ id: 2, method: 'run', params: {} }));
    await expect.poll(() => messages).toHaveLength(3);
    expect(messages).toEqual([
      { event: 'console', payload: { reset: false, data: new Uint8Array([10]) } },
      { id: 1, result: {} },
      { id: 2, error: 'This session only has a console.' },
    ]);
  });

  it.each([
    ['a wrong token', { path: '/socket?token=the-tokem' }, 401],
    ['no token', { path: '/socket' }, 401],
    ['another path', { path: `/?token=${token}` }, 404],
    ['the page of another site', { origin: 'https://evil.example' }, 403],
    ['the page of another port', { origin: 'http://127.0.0.1:1' }, 403],
    ['a name that someone else made up', { host: 'evil.example', origin: 'http://evil.example' }, 403],
  ])('refuses %s', async (_, options: SocketOptions, status) => {
    await expect(open(options)).rejects.toThrow(`Unexpected server response: ${status}`);
  });

  it('refuses who does not say where they come from', async () => {
    const socket = new WebSocket(`ws://127.0.0.1:${server.port}/socket?token=${token}`);
    await expect(once(socket, 'open')).rejects.toThrow('403');
  });

  it.each([
    ['text', '{"id":1}', 1003],
    ['bytes that are not MessagePack', new Uint8Array([0xc1]), 1003],
    ['MessagePack that breaks off', encode({ id: 1 }).slice(0, 2), 1003],
    ['more than a request can be', new Uint8Array(2 * 1024 * 1024), 1009],
  ])('closes on %s, and lives on', async (_, data, code) => {
    const socket = await open();
    socket.send(data);
    expect((await once(socket, 'close'))[0]).toBe(code);
    expect((await open()).readyState).toBe(WebSocket.OPEN);
  });

  it('lets go of the session when it closes', async () => {
    const socket = await open();
    await expect.poll(() => listeners.size).toBe(1);
    socket.close();
    await expect.poll(() => listeners.size).toBe(0);
  });
});

describe('the server', () => {
  it('says when its port is taken', async () => {
    await expect(startServer({ session, pageRoot: folder, token, port: server.port })).rejects.toThrow('EADDRINUSE');
  });

  it('survives a client that speaks no HTTP', async () => {
    const stream = connect(server.port, '127.0.0.1');
    stream.write('\0\0\0\r\n\r\n');
    stream.resume();
    await once(stream, 'close');
    expect(await http('/')).toMatchObject({ status: 200 });
  });
});
