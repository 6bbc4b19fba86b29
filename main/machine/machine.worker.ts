/** The worker thread in which a machine runs, so that nothing it does freezes a window. */
import { parentPort } from 'node:worker_threads';
import { Session } from './session';
import type { Command, WorkerMessage } from './protocol';

const port = parentPort!;
const session = new Session((event) => port.postMessage(event satisfies WorkerMessage));

port.on('message', ({ id, name, args }: Command) => {
  try {
    const result = (session[name] as (...args: unknown[]) => unknown)(...args);
    port.postMessage({ id, result } satisfies WorkerMessage);
  } catch (error) {
    port.postMessage({ id, error: error instanceof Error ? error.message : String(error) } satisfies WorkerMessage);
  }
});
