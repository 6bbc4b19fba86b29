/** A session in a worker thread, as the main thread calls it. */
import { Worker } from 'node:worker_threads';
import { workerFile } from '../host/paths';
import type { Command, RemoteSession, SessionMethod, WorkerMessage } from './protocol';
import type { SessionEvents } from './session';

interface Waiting {
  resolve(result: unknown): void;
  reject(error: Error): void;
}

/** Starts the worker. `send` hears the session's events. */
export function startSession(send: (event: SessionEvents) => void): { session: RemoteSession; close(): Promise<void> } {
  const worker = new Worker(workerFile('machine'));
  const waiting = new Map<number, Waiting>();
  let nextId = 0;

  worker.on('message', (message: WorkerMessage) => {
    if ('event' in message) return send(message);
    const { resolve, reject } = waiting.get(message.id)!;
    waiting.delete(message.id);
    if ('error' in message) reject(new Error(message.error));
    else resolve(message.result);
  });
  worker.on('error', (error) => {
    for (const { reject } of waiting.values()) reject(new Error(`The machine's thread failed: ${error.message}`));
    waiting.clear();
  });

  const call = (name: SessionMethod, args: unknown[]) =>
    new Promise((resolve, reject) => {
      const id = nextId++;
      waiting.set(id, { resolve, reject });
      worker.postMessage({ id, name, args } satisfies Command);
    });
  const session = new Proxy({} as RemoteSession, {
    get:
      (_, name: SessionMethod) =>
      (...args: unknown[]) =>
        call(name, args),
  });
  return { session, close: async () => void (await worker.terminate()) };
}
