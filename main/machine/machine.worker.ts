/** The worker thread in which a machine runs, so that nothing it does freezes a window. */
import { parentPort } from 'node:worker_threads';
import { Session } from './session';
import type { Command, WorkerMessage } from './protocol';

const port = parentPort!;
const session = new Session((event) => port.postMessage(event satisfies WorkerMessage));

async function answer({ id, name, args }: Command): Promise<void> {
  try {
    const result = await (session[name] as (...args: unknown[]) => unknown)(...args);
    port.postMessage({ id, result } satisfies WorkerMessage);
  } catch (error) {
    port.postMessage({ id, error: error instanceof Error ? error.message : String(error) } satisfies WorkerMessage);
  }
}

port.on('message', (command: Command) => void answer(command));
