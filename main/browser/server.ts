/** HTTP and WebSocket on 127.0.0.1: the page for everyone on this machine, the session for who has the token. */
import { createHash, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { decode, encode } from '@msgpack/msgpack';
import { type RawData, type WebSocket, WebSocketServer } from 'ws';
import { type Channel, serve } from '../host/connection';
import { pageHeaders, readPage } from '../host/page';
import type { SessionHost } from '../host/types';

/** No request is larger; the largest is text pasted into the console. */
const MAX_REQUEST_BYTES = 1024 * 1024;
/** A window this far behind is gone; it connects again if it is not. */
const MAX_BACKLOG_BYTES = 256 * 1024 * 1024;
const LOOPBACK = ['127.0.0.1', 'localhost'];

export interface BrowserServerOptions {
  session: SessionHost;
  /** Folder of the built renderer. */
  pageRoot: string;
  /** What a window must know to talk to the session. */
  token: string;
  /** 0: any free one. */
  port: number;
}

export interface BrowserServer {
  port: number;
  /** The page's address, with the token after the #, where it is in no request and so in no log. */
  url: string;
  close(): Promise<void>;
}

/** Starts listening. Rejects when the port is taken (EADDRINUSE). */
export async function startServer(options: BrowserServerOptions): Promise<BrowserServer> {
  const sockets = new WebSocketServer({ noServer: true, maxPayload: MAX_REQUEST_BYTES });
  const server = createServer((request, response) => void respond(options.pageRoot, request, response));
  server.on('upgrade', (request, stream, head) => {
    const refusal = refuseSocket(request, options.token);
    if (refusal) return refuse(stream, refusal);
    sockets.handleUpgrade(request, stream, head, (socket) => serve(socketChannel(socket), options.session));
  });
  const port = await listen(server, options.port);
  return {
    port,
    url: `http://127.0.0.1:${port}/#token=${options.token}`,
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets.clients) socket.terminate();
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });
}

async function respond(pageRoot: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const end = (status: number, type: string, body: string | Buffer, more: Record<string, string> = {}) => {
    const headers = { ...pageHeaders, 'Content-Type': type, 'Content-Length': Buffer.byteLength(body), ...more };
    response.writeHead(status, headers).end(request.method === 'HEAD' ? undefined : body);
  };
  if (!isLocal(request)) return end(403, 'text/plain', 'Tickscope answers only to 127.0.0.1 and localhost.\n');
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    return end(405, 'text/plain', 'Only GET and HEAD.\n', { Allow: 'GET, HEAD' });
  }
  const file = await readPage(pageRoot, (request.url ?? '/').replace(/\?.*/s, ''));
  if (!file) return end(404, 'text/plain', 'There is no such file.\n');
  // The page of the next version has the same address.
  end(200, file.type, file.body, { 'Cache-Control': 'no-cache' });
}

/** Why a WebSocket may not be opened: the status to refuse it with, or null. */
function refuseSocket(request: IncomingMessage, token: string): string | null {
  const [path, query] = (request.url ?? '').split('?');
  if (path !== '/socket') return '404 Not Found';
  // Another site's page can reach this port, but cannot choose these headers.
  if (!isLocal(request) || request.headers.origin !== `http://${request.headers.host}`) return '403 Forbidden';
  const given = new URLSearchParams(query).get('token') ?? '';
  return timingSafeEqual(sha256(given), sha256(token)) ? null : '401 Unauthorized';
}

/** False when the browser was led here by a name that someone else's DNS points to this machine. */
function isLocal(request: IncomingMessage): boolean {
  return LOOPBACK.includes((request.headers.host ?? '').replace(/:\d+$/, ''));
}

/** Digests have one length, which comparing in constant time needs. */
function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

function refuse(stream: Duplex, status: string): void {
  stream.on('error', () => stream.destroy());
  stream.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}

/** The contract's messages as MessagePack in binary frames. */
function socketChannel(socket: WebSocket): Channel {
  socket.on('error', () => socket.terminate());
  return {
    send: (message) => {
      if (socket.bufferedAmount > MAX_BACKLOG_BYTES) socket.terminate();
      else socket.send(encode(message));
    },
    onMessage: (callback) =>
      socket.on('message', (data, isBinary) => {
        const message = isBinary ? tryDecode(data) : undefined;
        if (message === undefined) socket.close(1003, 'MessagePack in binary frames, please');
        else callback(message);
      }),
    onClose: (callback) => socket.on('close', callback),
    bufferedAmount: () => socket.bufferedAmount,
  };
}

/** undefined for what is not MessagePack, which has no undefined. */
function tryDecode(data: RawData): unknown {
  try {
    // A copy: the bytes in the message would else be Buffers, on memory that other frames share.
    return decode(new Uint8Array(data as Buffer));
  } catch {
    return undefined;
  }
}
