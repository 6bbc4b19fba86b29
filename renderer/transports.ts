/** What carries messages to the host in each shell. */
import { decode, encode } from '@msgpack/msgpack';
import type { OpenTransport } from './connection';

declare global {
  interface Window {
    /** Put there by Electron's preload script, and so also the sign that this is Electron. */
    tickscopeShell?: { ready(): void };
  }
}

/** Waits for the MessagePort that Electron's preload script hands to the page. */
export const electronTransport: OpenTransport = (events) => {
  let port: MessagePort | undefined;
  window.addEventListener('message', (event) => {
    if (event.source !== window || event.data !== 'tickscope-port' || event.ports[0] === undefined) return;
    port?.close();
    port = event.ports[0];
    port.onmessage = (message) => events.message(message.data);
    events.open();
  });
  window.tickscopeShell?.ready();
  return { send: (message) => port?.postMessage(message) };
};

/** Opens a WebSocket to the server that served the page, with the token from its address. */
export const webSocketTransport: OpenTransport = (events) => {
  const address = new URL('/socket', location.href);
  address.protocol = address.protocol === 'https:' ? 'wss:' : 'ws:';
  address.searchParams.set('token', takeToken());
  const socket = new WebSocket(address);
  socket.binaryType = 'arraybuffer';
  socket.onopen = () => events.open();
  socket.onmessage = (message) => events.message(decode(new Uint8Array(message.data as ArrayBuffer)));
  socket.onclose = () => events.close();
  return { send: (message) => socket.send(encode(message)) };
};

const TOKEN_KEY = 'tickscope-token';

/** Reads the token from the address, once, and keeps it for reloads out of sight of a passer-by. */
function takeToken(): string {
  const token = new URLSearchParams(location.hash.slice(1)).get('token');
  if (token !== null) {
    sessionStorage.setItem(TOKEN_KEY, token);
    history.replaceState(null, '', location.pathname + location.search);
  }
  return sessionStorage.getItem(TOKEN_KEY) ?? '';
}

/** The transport of the shell this page runs in. */
export function shellTransport(): OpenTransport {
  return window.tickscopeShell === undefined ? webSocketTransport : electronTransport;
}
