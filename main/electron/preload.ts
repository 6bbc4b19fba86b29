/** Hands the page its port to the host. All that the page gets of Electron is `tickscopeShell.ready()`. */
import { contextBridge, ipcRenderer } from 'electron';

// The page's window; the rest of the DOM is none of the host's business.
declare const window: { postMessage(message: unknown, targetOrigin: string, transfer: readonly unknown[]): void };
declare const location: { origin: string };

contextBridge.exposeInMainWorld('tickscopeShell', { ready: () => ipcRenderer.send('tickscope:ready') });

ipcRenderer.on('tickscope:port', (event) => {
  window.postMessage('tickscope-port', location.origin, event.ports);
});
