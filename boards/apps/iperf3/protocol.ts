/** What goes over the control connection of iperf3: states as single bytes, a cookie, and JSON behind its length. */
import type { Program, System } from '../../../kernel/binfmt/native';
import { get32, put32 } from '../../../kernel/net/bytes';
import { Failure } from '../errors';
import { latin1, textOf } from '../io';
import { callFailed, sendAll } from '../net/socket';

export const NAME = 'iperf3';
export const PORT = 5201;

/** Of both sides, in the order in which they come. */
export const State = {
  TestStart: 1, TestRunning: 2, TestEnd: 4, ParamExchange: 9, CreateStreams: 10, ServerTerminate: 11, ClientTerminate: 12,
  ExchangeResults: 13, DisplayResults: 14, IperfStart: 15, IperfDone: 16, ServerError: 254, AccessDenied: 255,
} as const; // prettier-ignore

/** By which connections of one test are known: 36 characters and a zero. */
export const COOKIE_SIZE = 37;
const COOKIE_CHARACTERS = 'abcdefghijklmnopqrstuvwxyz234567';

/** Longer ones make no sense. */
const LONGEST_JSON = 8192;

export function* newCookie(sys: System): Program<string> {
  let cookie = '';
  while (cookie.length < COOKIE_SIZE - 1) cookie += COOKIE_CHARACTERS[(yield* sys.arc4random_uniform(32)) & 31]!;
  return cookie;
}

/** Sends text as it is. Throws a Failure. */
export function* sendText(sys: System, sd: number, bytes: Uint8Array): Program<void> {
  const buffer = yield* sys.malloc(bytes.length);
  if (buffer === 0) throw new Failure(`${NAME}: out of memory`);
  yield* sys.store(buffer, bytes);
  const isSent = yield* sendAll(sys, sd, buffer, bytes.length);
  const failure = isSent ? null : yield* callFailed(sys, NAME, 'send');
  yield* sys.free(buffer);
  if (failure) throw failure;
}

/** Receives exactly so many bytes. Throws a Failure, also when the other side is gone. */
export function* receiveBytes(sys: System, sd: number, size: number): Program<Uint8Array> {
  const buffer = yield* sys.malloc(size);
  if (buffer === 0) throw new Failure(`${NAME}: out of memory`);
  let failure: Failure | null = null;
  for (let at = 0; at < size && !failure;) {
    const count = yield* sys.recv(sd, buffer + at, size - at, 0);
    if (count < 0) failure = yield* callFailed(sys, NAME, 'recv');
    else if (count === 0) failure = new Failure(`${NAME}: the control connection was closed`);
    else at += count;
  }
  const bytes = yield* sys.load(buffer, size);
  yield* sys.free(buffer);
  if (failure) throw failure;
  return bytes;
}

export const sendState = (sys: System, sd: number, state: number): Program<void> =>
  sendText(sys, sd, Uint8Array.of(state));

export function* receiveState(sys: System, sd: number): Program {
  return (yield* receiveBytes(sys, sd, 1))[0]!;
}

/** The same, for one that has to come now. */
export function* expectState(sys: System, sd: number, wanted: number): Program<void> {
  const state = yield* receiveState(sys, sd);
  if (state === State.AccessDenied) throw new Failure(`${NAME}: the server is busy running a test. try again later`);
  if (state !== wanted) throw new Failure(`${NAME}: the other side is in state ${state}, not ${wanted}`);
}

export function* sendJson(sys: System, sd: number, value: object): Program<void> {
  const text = latin1(JSON.stringify(value));
  const bytes = new Uint8Array(4 + text.length);
  put32(bytes, 0, text.length);
  bytes.set(text, 4);
  yield* sendText(sys, sd, bytes);
}

/** Throws a Failure for what is none. */
export function* receiveJson(sys: System, sd: number): Program<Record<string, unknown>> {
  const length = get32(yield* receiveBytes(sys, sd, 4), 0);
  if (length === 0 || length > LONGEST_JSON) throw new Failure(`${NAME}: the other side does not speak its protocol`);
  try {
    return JSON.parse(textOf(yield* receiveBytes(sys, sd, length))) as Record<string, unknown>;
  } catch (error) {
    if (error instanceof SyntaxError) throw new Failure(`${NAME}: the other side does not speak its protocol`);
    throw error;
  }
}
