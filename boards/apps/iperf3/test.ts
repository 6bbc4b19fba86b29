/** One test after the other, as a server, or one as a client; each step is short. */
import type { Program, System } from '../../../kernel/binfmt/native';
import { Errno } from '../../../kernel/errno';
import { ipv4Text } from '../../../kernel/net/address';
import { Failure } from '../errors';
import { latin1, textOf } from '../io';
import { microseconds, TIMESPEC_SIZE } from '../net/clock';
import { resolve } from '../net/resolve';
import {
  awaitReadable,
  callFailed,
  endpointOf,
  newEndpoint,
  openListener,
  openSocket,
  SOCK_CLOEXEC,
  SOCK_STREAM,
  SOCKADDR_SIZE,
} from '../net/socket';
import { print } from '../print';
import {
  COOKIE_SIZE,
  expectState,
  NAME,
  newCookie,
  receiveBytes,
  receiveJson,
  receiveState,
  sendJson,
  sendState,
  sendText,
  State,
} from './protocol';
import type { Options } from './index';

export interface Stream {
  sd: number;
  /** 1, 3, 4, 5 and so on: as both sides number them. */
  id: number;
  bytes: number;
}

/** Plain data; times in microseconds. */
export interface Test {
  options: Options;
  /** -1 for a client. */
  listener: number;
  control: number;
  streams: Stream[];
  /** This side sends. */
  sends: boolean;
  /** Bytes of a piece, and where it is; 0 for none yet. */
  length: number;
  buffer: number;
  began: number;
  /** Of the last line of figures: when, and how many bytes there were. */
  shownAt: number;
  shownBytes: number;
}

const BACKLOG = 16;
const CLOSED = -1;
const MSG_DONTWAIT = 0x40;
/** Pieces that are sent or received in one step, on each stream. */
const PIECES_PER_STEP = 16;
const MOST_STREAMS = 16;
const LONGEST_PIECE = 65536;
/** As much RAM as a board has to spare. */
const LARGEST_BUFFER = 8192;
const INTERVAL = 1e6;
/** What it takes to look at a piece. */
const CYCLES_PER_PIECE = 500;

const idOf = (index: number) => (index === 0 ? 1 : index + 2);

const newTest = (options: Options, listener: number): Test => ({
  ...{ options, listener, control: -1, streams: [], sends: false },
  ...{ length: options.length, buffer: 0, began: 0, shownAt: 0, shownBytes: 0 },
});

function* now(sys: System): Program {
  const at = yield* sys.alloc(TIMESPEC_SIZE);
  return yield* microseconds(sys, at);
}

const LINE = '-----------------------------------------------------------\n';

export function* openServer(sys: System, options: Options): Program<Test> {
  const listener = yield* openListener(sys, NAME, options.port, BACKLOG);
  yield* print(sys, `${LINE}Server listening on ${options.port}\n${LINE}`);
  return newTest(options, listener);
}

/** Goes on with the test; false when there is nothing more to do. */
export function* step(sys: System, test: Test): Program<boolean> {
  if (test.control < 0) {
    yield* begin(sys, test);
    return true;
  }
  const isServer = test.listener >= 0;
  try {
    const goesOn = isServer ? yield* serve(sys, test) : yield* drive(sys, test);
    if (goesOn) return true;
    yield* close(sys, test);
    if (isServer && !test.options.once) yield* print(sys, `${LINE}Server listening on ${test.options.port}\n${LINE}`);
    return isServer && !test.options.once;
  } catch (error) {
    yield* close(sys, test);
    if (!(error instanceof Failure) || !isServer || test.options.once) throw error;
    yield* print(sys, `${error.message}\n`);
    return true;
  }
}

function* closeStreams(sys: System, { streams }: Test): Program<void> {
  for (const stream of streams) {
    if (stream.sd >= 0) yield* sys.close(stream.sd);
    stream.sd = CLOSED;
  }
}

function* close(sys: System, test: Test): Program<void> {
  yield* closeStreams(sys, test);
  if (test.control >= 0) yield* sys.close(test.control);
  yield* sys.free(test.buffer);
  Object.assign(test, { ...newTest(test.options, test.listener) });
}

/** What pieces are sent from and received into. */
function* prepare(sys: System, test: Test): Program<void> {
  test.length = Math.min(test.length, LARGEST_BUFFER);
  test.buffer = yield* sys.malloc(test.length);
  if (test.buffer === 0) throw new Failure(`${NAME}: out of memory`);
  test.began = test.shownAt = yield* now(sys);
  test.shownBytes = 0;
  yield* print(sys, '[ ID] Interval           Transfer     Bitrate\n');
}

// --- Server ----------------------------------------------------------------------------------------------------------

function* accept(sys: System, listener: number): Program<{ sd: number; from: string }> {
  const from = yield* sys.alloc(SOCKADDR_SIZE);
  const length = yield* sys.alloc(4);
  yield* sys.store32(length, SOCKADDR_SIZE);
  const sd = yield* sys.accept4(listener, from, length, SOCK_CLOEXEC);
  if (sd < 0) throw yield* callFailed(sys, NAME, 'accept');
  const { address, port } = endpointOf(yield* sys.load(from, SOCKADDR_SIZE));
  return { sd, from: `${ipv4Text(address)}, port ${port}` };
}

/** A client connects, says what it wants, and makes its streams. */
function* begin(sys: System, test: Test): Program<void> {
  const { sd, from } = yield* accept(sys, test.listener);
  test.control = sd;
  yield* print(sys, `Accepted connection from ${from}\n`);
  try {
    yield* agree(sys, test);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    yield* close(sys, test);
    if (test.options.once) throw error;
    yield* print(sys, `${error.message}\n`);
  }
}

function* agree(sys: System, test: Test): Program<void> {
  const { control } = test;
  const cookie = textOf(yield* receiveBytes(sys, control, COOKIE_SIZE));
  yield* sendState(sys, control, State.ParamExchange);
  const { tcp, parallel = 1, len = LARGEST_BUFFER, reverse, bidirectional } = yield* receiveJson(sys, control);
  const count = Number(parallel);
  if (tcp !== true || bidirectional === true || !(count >= 1 && count <= MOST_STREAMS)) {
    yield* sendState(sys, control, State.ServerTerminate);
    throw new Failure(`${NAME}: only tests of TCP in one direction, with up to ${MOST_STREAMS} streams`);
  }
  test.length = Math.min(Math.max(1, Number(len) || LARGEST_BUFFER), LONGEST_PIECE);
  test.sends = reverse === true;
  yield* sendState(sys, control, State.CreateStreams);
  while (test.streams.length < count) {
    const { sd, from } = yield* accept(sys, test.listener);
    if (textOf(yield* receiveBytes(sys, sd, COOKIE_SIZE)) !== cookie) {
      // Another client: one at a time.
      yield* sendState(sys, sd, State.AccessDenied);
      yield* sys.close(sd);
      continue;
    }
    const id = idOf(test.streams.length);
    test.streams.push({ sd, id, bytes: 0 });
    yield* print(sys, `[${String(id).padStart(3)}] local port ${test.options.port} connected to ${from}\n`);
  }
  yield* sendState(sys, control, State.TestStart);
  yield* prepare(sys, test);
  yield* sendState(sys, control, State.TestRunning);
}

/** Some of the test; false when it is over. */
function* serve(sys: System, test: Test): Program<boolean> {
  const { control } = test;
  if (!(yield* transfer(sys, test))) {
    yield* showFigures(sys, test, false);
    return true;
  }
  const state = yield* receiveState(sys, control);
  if (state === State.ClientTerminate) throw new Failure(`${NAME}: the client has terminated`);
  if (state !== State.TestEnd) return true;
  if (!test.sends) yield* receiveRest(sys, test);
  // A client that waits for the rest of a block learns that there is none.
  yield* closeStreams(sys, test);
  const took = (yield* now(sys)) - test.began;
  yield* sendState(sys, control, State.ExchangeResults);
  yield* receiveJson(sys, control);
  yield* sendJson(sys, control, resultsOf(test, took));
  yield* sendState(sys, control, State.DisplayResults);
  yield* showFigures(sys, test, true);
  yield* expectState(sys, control, State.IperfDone);
  return false;
}

// --- Client ----------------------------------------------------------------------------------------------------------

function* connect(sys: System, address: number, port: number, cookie: string): Program {
  const sd = yield* openSocket(sys, NAME, SOCK_STREAM);
  const there = yield* newEndpoint(sys, { address, port });
  if ((yield* sys.connect(sd, there, SOCKADDR_SIZE)) < 0) {
    const failure = yield* callFailed(sys, NAME, 'connect');
    yield* sys.close(sd);
    throw failure;
  }
  yield* sendText(sys, sd, latin1(`${cookie}\0`));
  return sd;
}

export function* openClient(sys: System, options: Options, host: string): Program<Test> {
  const test = newTest(options, -1);
  const address = yield* resolve(sys, host);
  if (address === null) throw new Failure(`${NAME}: ${host}: host not found`);
  const cookie = yield* newCookie(sys);
  yield* print(sys, `Connecting to host ${host}, port ${options.port}\n`);
  const control = yield* connect(sys, address, options.port, cookie);
  test.control = control;
  test.sends = !options.reverse;
  yield* expectState(sys, control, State.ParamExchange);
  yield* sendJson(sys, control, {
    ...{ tcp: true, omit: 0, time: options.seconds, num: 0, blockcount: 0, parallel: options.streams },
    ...(options.reverse && { reverse: true }),
    ...{ len: options.length, pacing_timer: 1000, client_version: '3.9' },
  });
  yield* expectState(sys, control, State.CreateStreams);
  while (test.streams.length < options.streams) {
    const id = idOf(test.streams.length);
    test.streams.push({ sd: yield* connect(sys, address, options.port, cookie), id, bytes: 0 });
    yield* print(sys, `[${String(id).padStart(3)}] connected to ${ipv4Text(address)}, port ${options.port}\n`);
  }
  yield* expectState(sys, control, State.TestStart);
  yield* expectState(sys, control, State.TestRunning);
  yield* prepare(sys, test);
  return test;
}

/** Some of the test; false when it is over. */
function* drive(sys: System, test: Test): Program<boolean> {
  const { control, options, began } = test;
  if (yield* transfer(sys, test))
    throw new Failure(`${NAME}: the server is in state ${yield* receiveState(sys, control)}`);
  const took = (yield* now(sys)) - began;
  if (took < options.seconds * 1e6) {
    yield* showFigures(sys, test, false);
    return true;
  }
  yield* sendState(sys, control, State.TestEnd);
  yield* awaitState(sys, test, State.ExchangeResults);
  yield* sendJson(sys, control, resultsOf(test, took));
  const theirs = yield* receiveJson(sys, control);
  yield* expectState(sys, control, State.DisplayResults);
  yield* showFigures(sys, test, true);
  yield* showTheirs(sys, test, theirs);
  yield* sendState(sys, control, State.IperfDone);
  return false;
}

/** A server that sends goes on until it has heard of the end; what it sends has to be taken meanwhile. */
function* awaitState(sys: System, test: Test, wanted: number): Program<void> {
  while (!test.sends && !(yield* transfer(sys, test)));
  yield* expectState(sys, test.control, wanted);
}

// --- Both ------------------------------------------------------------------------------------------------------------

/** Sends or receives some on each stream that is ready; true when the control connection has something to say. */
function* transfer(sys: System, test: Test): Program<boolean> {
  const { control, streams, sends } = test;
  const waits = sends ? [control] : [control, ...streams.map(({ sd }) => sd)];
  const ready = yield* awaitReadable(sys, waits, sends ? 0 : INTERVAL / 1000);
  if (ready === null) throw yield* callFailed(sys, NAME, 'poll');
  if (ready.includes(control)) return true;
  for (const stream of streams) {
    if (sends) yield* sendSome(sys, test, stream);
    else if (ready.includes(stream.sd)) yield* receiveSome(sys, test, stream);
  }
  return false;
}

/** Waits for room for the first piece, and sends more as long as there is. */
function* sendSome(sys: System, { buffer, length }: Test, stream: Stream): Program<void> {
  for (let i = 0; i < PIECES_PER_STEP; i++) {
    const count = yield* sys.send(stream.sd, buffer, length, i === 0 ? 0 : MSG_DONTWAIT);
    if (count < 0) {
      const errno = yield* sys.errno();
      if (errno === Errno.EAGAIN || errno === Errno.EINTR) return;
      throw yield* callFailed(sys, NAME, 'send');
    }
    stream.bytes += count;
    yield* sys.spend(CYCLES_PER_PIECE);
  }
}

function* receiveSome(sys: System, { buffer, length }: Test, stream: Stream): Program {
  for (let i = 0; i < PIECES_PER_STEP; i++) {
    const count = yield* sys.recv(stream.sd, buffer, length, MSG_DONTWAIT);
    if (count <= 0) return 0;
    stream.bytes += count;
    yield* sys.spend(CYCLES_PER_PIECE);
  }
  return 1;
}

/** What is there already when the client says that it has sent everything. */
function* receiveRest(sys: System, test: Test): Program<void> {
  for (const stream of test.streams) while ((yield* receiveSome(sys, test, stream)) === 1);
}

const resultsOf = ({ streams }: Test, took: number) => ({
  ...{ cpu_util_total: 0, cpu_util_user: 0, cpu_util_system: 0, sender_has_retransmits: 0 },
  streams: streams.map(({ id, bytes }) => ({
    ...{ id, bytes, retransmits: 0, jitter: 0, errors: 0, packets: 0, start_time: 0, end_time: took / 1e6 },
  })),
});

/** `1.12 MBytes`, `94.1 Mbits/sec` */
function amount(value: number, step: number, unit: string): string {
  const prefixes = ['', 'K', 'M', 'G'];
  let [scaled, i] = [value, 0];
  while (scaled >= step && i < prefixes.length - 1) [scaled, i] = [scaled / step, i + 1];
  const digits = scaled < 10 ? 2 : scaled < 100 ? 1 : 0;
  return `${scaled.toFixed(digits).padStart(5)} ${prefixes[i]}${unit}`;
}

function line(id: string, from: number, to: number, bytes: number, role = ''): string {
  const interval = `${(from / 1e6).toFixed(2).padStart(6)}-${(to / 1e6).toFixed(2).padEnd(6)}`;
  const rate = amount((bytes * 8e6) / Math.max(1, to - from), 1000, 'bits/sec');
  return `[${id.padStart(3)}] ${interval} sec ${amount(bytes, 1024, 'Bytes')}  ${rate}${role}\n`;
}

const totalOf = (streams: readonly Stream[]) => streams.reduce((sum, { bytes }) => sum + bytes, 0);
const totalId = ({ streams }: Test) => (streams.length > 1 ? 'SUM' : String(streams[0]!.id));

/** A line each second, and in the end one for it all. */
function* showFigures(sys: System, test: Test, isEnd: boolean): Program<void> {
  const at = yield* now(sys);
  const { began, shownAt, shownBytes, streams, sends } = test;
  if (!isEnd && at - shownAt < INTERVAL) return;
  const bytes = totalOf(streams);
  if (isEnd) {
    const role = sends ? '  sender' : '  receiver';
    yield* print(
      sys,
      `- - - - - - - - - - - - - - - - - - - - - - - - -\n${line(totalId(test), 0, at - began, bytes, role)}`,
    );
  } else {
    yield* print(sys, line(totalId(test), shownAt - began, at - began, bytes - shownBytes));
  }
  Object.assign(test, { shownAt: at, shownBytes: bytes });
}

/** What the other side has counted. */
function* showTheirs(sys: System, test: Test, theirs: Record<string, unknown>): Program<void> {
  const streams = Array.isArray(theirs.streams) ? (theirs.streams as Record<string, unknown>[]) : [];
  const bytes = streams.reduce((sum, stream) => sum + (Number(stream.bytes) || 0), 0);
  const took = Math.max(0, ...streams.map((stream) => Number(stream.end_time) || 0)) * 1e6;
  const role = test.sends ? '  receiver' : '  sender';
  yield* print(sys, line(totalId(test), 0, took || (yield* now(sys)) - test.began, bytes, role));
}
