/** The window's side of main/contract: requests with typed answers, and the host's events, both checked. */
import {
  events,
  HostMessage,
  methods,
  type EventName,
  type Method,
  type Params,
  type Payload,
  type Request,
  type Result,
} from '../main/contract/messages';

/** What carries messages. It tells when it opens and closes; after closing it is not used again. */
export interface Transport {
  send(message: Request): void;
}
export interface TransportEvents {
  open(): void;
  message(data: unknown): void;
  close(): void;
}
export type OpenTransport = (events: TransportEvents) => Transport;

/** An error that the host answered, or the loss of the host. The message is fit for a person. */
export class HostError extends Error {}

export interface ConnectionHandlers {
  /** The transport is open, for the first time or again; the host expects `hello` now. */
  open(): void;
  /** The transport is gone; another attempt follows. */
  lost(): void;
  /** The host sent something that the contract does not know. */
  malformed(message: string): void;
  event<E extends EventName>(name: E, payload: Payload<E>): void;
}

export interface Connection {
  /** Asks the host. Rejects with {@link HostError}. */
  request<M extends Method>(method: M, params: Params<M>): Promise<Result<M>>;
}

interface Pending {
  method: Method;
  resolve: (result: unknown) => void;
  reject: (error: HostError) => void;
}

const RETRY_MS = 1000;

/** Connects to the host, and again whenever the transport closes. */
export function connect(openTransport: OpenTransport, handlers: ConnectionHandlers): Connection {
  const pending = new Map<number, Pending>();
  let transport: Transport | null = null;
  let nextId = 0;

  function attempt(): void {
    const candidate = openTransport({
      open() {
        transport = candidate;
        handlers.open();
      },
      message: receive,
      close() {
        transport = null;
        for (const { reject } of pending.values()) reject(new HostError('The connection to the host was lost.'));
        pending.clear();
        handlers.lost();
        setTimeout(attempt, RETRY_MS);
      },
    });
  }

  function receive(data: unknown): void {
    const parsed = HostMessage.safeParse(data);
    if (!parsed.success) return handlers.malformed(describe('message', parsed.error));
    const message = parsed.data;
    if ('event' in message) return receiveEvent(message.event, message.payload);
    const request = pending.get(message.id);
    pending.delete(message.id);
    if (request === undefined) return;
    if ('error' in message) return request.reject(new HostError(message.error));
    const result = methods[request.method].result.safeParse(message.result);
    if (result.success) request.resolve(result.data);
    else request.reject(new HostError(describe(`answer to ${request.method}`, result.error)));
  }

  function receiveEvent(name: EventName, payload: unknown): void {
    const parsed = events[name].safeParse(payload);
    if (parsed.success) handlers.event(name, parsed.data);
    else handlers.malformed(describe(`event ${name}`, parsed.error));
  }

  attempt();
  return {
    request(method, params) {
      return new Promise((resolve, reject) => {
        if (transport === null) return reject(new HostError('There is no connection to the host.'));
        const id = nextId++;
        pending.set(id, { method, resolve: resolve as (result: unknown) => void, reject });
        transport.send({ id, method, params });
      });
    },
  };
}

/** Says what the host sent, and where it is wrong. */
function describe(
  what: string,
  error: { issues: readonly { path: readonly PropertyKey[]; message: string }[] },
): string {
  const issue = error.issues[0];
  const where = issue === undefined || issue.path.length === 0 ? '' : ` at ${issue.path.map(String).join('.')}`;
  return `The host sent a malformed ${what}${where}: ${issue?.message ?? 'unknown reason'}. Window and host may be of different versions; restart Tickscope.`;
}
