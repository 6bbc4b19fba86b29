/** One renderer's connection to the session: requests in, answers and events out. */
import { type HostMessage, type Method, methods, type Payload, Request } from '../contract/messages';
import type { SessionHost } from './types';

/** What carries messages between a shell's window and the host. */
export interface Channel {
  send(message: HostMessage): void;
  onMessage(callback: (message: unknown) => void): void;
  onClose(callback: () => void): void;
  /** Bytes sent that have not left yet. */
  bufferedAmount(): number;
}

/** Above this many bytes waiting, the window cannot follow, and gets only what it cannot do without. */
const HIGH_WATER = 4 * 1024 * 1024;
const RETRY_MS = 50;

/**
 * Serves a session to one renderer until the channel closes. Whatever arrives is checked against the contract first;
 * what does not fit is answered with an error that names the field. When the channel backs up, batches of notes are
 * left out (the contract allows gaps) and of several snapshots the last one is sent.
 */
export function serve(channel: Channel, session: SessionHost): void {
  let open = true;
  let snapshot: Payload<'snapshot'> | null = null;
  let retry: NodeJS.Timeout | null = null;
  const isBackedUp = () => channel.bufferedAmount() > HIGH_WATER;

  function stopRetrying(): void {
    if (retry) clearInterval(retry);
    retry = null;
  }

  function sendSnapshot(): void {
    stopRetrying();
    if (snapshot) channel.send({ event: 'snapshot', payload: snapshot });
    snapshot = null;
  }

  function answer(message: HostMessage): void {
    if (!open) return;
    sendSnapshot(); // what a request did is seen before its answer
    channel.send(message);
  }

  channel.onMessage((message) => void handle(message, session).then((reply) => reply && answer(reply)));

  const unsubscribe = session.subscribe((event, payload) => {
    if (event === 'snapshot') {
      snapshot = payload as Payload<'snapshot'>;
      if (!isBackedUp()) sendSnapshot();
      else retry ??= setInterval(() => isBackedUp() || sendSnapshot(), RETRY_MS);
    } else if (event !== 'notes' || !isBackedUp()) {
      channel.send({ event, payload });
    }
  });

  channel.onClose(() => {
    open = false;
    unsubscribe();
    stopRetrying();
  });
}

/** The answer to whatever arrived; null when it does not even say which request it is. */
async function handle(message: unknown, session: SessionHost): Promise<HostMessage | null> {
  const id = requestId(message);
  if (id === null) return null;
  const request = Request.safeParse(message);
  if (!request.success) return { id, error: `Malformed request: ${describe(request.error)}` };
  const { method } = request.data;
  const params = methods[method].params.safeParse(request.data.params);
  if (!params.success) return { id, error: `Malformed parameters of ${method}: ${describe(params.error)}` };
  try {
    return { id, result: await session.handle<Method>(method, params.data) };
  } catch (error) {
    return { id, error: error instanceof Error ? error.message : String(error) };
  }
}

function requestId(message: unknown): number | null {
  const id = Request.shape.id.safeParse((message as { id?: unknown } | null | undefined)?.id);
  return id.success ? id.data : null;
}

/** Says which fields are wrong, and what was expected of them. */
function describe(error: { issues: readonly { path: readonly PropertyKey[]; message: string }[] }): string {
  return error.issues.map(({ path, message }) => [...path, message].map(String).join(': ')).join('; ');
}
