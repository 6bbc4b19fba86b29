/** A session in a worker thread, as the main thread calls it. */
import { Worker } from 'node:worker_threads';
import { workerFile } from '../host/paths';
import type { Command, RemoteSession, SessionMethod, WorkerMessage } from './protocol';
import type { SessionEvents } from './session';

interface Waiting {
  resolve(result: unknown): void;
  reject(error: Error): void;
}

/** Starts the worker, and another one when it dies. `send` hears the session's events. */
export function startSession(send: (event: SessionEvents) => void): { session: RemoteSession; close(): Promise<void> } {
  let thread = new SessionThread(send);
  const session = new Proxy({} as RemoteSession, {
    get:
      (_, name: SessionMethod) =>
      (...args: unknown[]) => {
        // A new firmware is a new beginning.
        if (thread.failure && name === 'load') thread = new SessionThread(send);
        return thread.call(name, args);
      },
  });
  return { session, close: () => thread.close() };
}

class SessionThread {
  /** Why it can answer no more. */
  failure: Error | null = null;
  private readonly worker = new Worker(workerFile('machine'));
  private readonly waiting = new Map<number, Waiting>();
  private nextId = 0;

  constructor(send: (event: SessionEvents) => void) {
    this.worker.on('message', (message: WorkerMessage) => {
      if ('event' in message) return send(message);
      const { resolve, reject } = this.waiting.get(message.id)!;
      this.waiting.delete(message.id);
      if ('error' in message) reject(new Error(message.error));
      else resolve(message.result);
    });
    this.worker.on('error', (error) => this.fail(error.message));
    this.worker.on('exit', () => this.fail('it has ended'));
  }

  call(name: SessionMethod, args: unknown[]): Promise<unknown> {
    return new Promise((resolve, reject) => {
      if (this.failure) return reject(this.failure);
      const id = this.nextId++;
      this.waiting.set(id, { resolve, reject });
      this.worker.postMessage({ id, name, args } satisfies Command);
    });
  }

  async close(): Promise<void> {
    await this.worker.terminate();
  }

  private fail(why: string): void {
    this.failure ??= new Error(`The machine's thread failed: ${why}. Build again to start a new one.`);
    for (const { reject } of this.waiting.values()) reject(this.failure);
    this.waiting.clear();
  }
}
