/** ping: echo requests of ICMP, and how long the replies take (NuttX apps: system/ping). */
import type { NativeFunction, Program, System } from '../../../kernel/binfmt/native';
import { Errno } from '../../../kernel/errno';
import { ipv4Text } from '../../../kernel/net/address';
import { get16, put16 } from '../../../kernel/net/bytes';
import { Failure } from '../errors';
import { latin1 } from '../io';
import { flagOf, GOES_ON, keep, kept, newBlock } from '../kept';
import { microseconds, pause, TIMESPEC_SIZE } from '../net/clock';
import { resolve } from '../net/resolve';
import {
  awaitReadable,
  IPPROTO_ICMP,
  newEndpoint,
  openSocket,
  Option,
  SOCK_DGRAM,
  SOCKADDR_SIZE,
  SOL_SOCKET,
} from '../net/socket';
import { catchInterrupts } from '../nsh/interrupt';
import { print, say } from '../print';

const DEFAULT_SIZE = 56;
const DEFAULT_COUNT = 10;
const DEFAULT_MS = 1000;
const LARGEST = 0xffff;

const ECHO_REQUEST = 8;
const ECHO_REPLY = 0;
/** Type, code, checksum, identifier, sequence number. */
const HEADER = 8;
const Field = { type: 0, id: 4, sequence: 6 } as const;

const usage = (name: string) => `
Usage: ${name} [-c <count>] [-i <interval>] [-W <timeout>] [-s <size>] <hostname>
       ${name} -h

Where:
  <hostname> is either an IPv4 address or the name of the remote host
   that is requested the ICMPv4 ECHO reply.
  -c <count> determines the number of pings.  Default ${DEFAULT_COUNT}.
  -i <interval> is the default delay between pings (milliseconds).
    Default ${DEFAULT_MS}.
  -W <timeout> is the timeout for wait response (milliseconds).
    Default ${DEFAULT_MS}.
  -s <size> specifies the number of data bytes to be sent.  Default ${DEFAULT_SIZE}.
  -I <interface> is the bind device for traffic
  -h shows this text and exits.
`;

interface Options {
  host: string;
  count: number;
  interval: number;
  timeout: number;
  size: number;
  device: string | null;
}

/** How far it has come; times in microseconds. */
interface Run extends Omit<Options, 'host' | 'device'> {
  sd: number;
  buffer: number;
  id: number;
  address: number;
  began: number;
  sent: number;
  received: number;
  least: number;
  most: number;
  sum: number;
  squares: number;
}

const BLOCK_SIZE = 512;

/** What is wrong with the arguments, or nothing: the text was asked for. */
class Usage extends Error {}

const limits = { c: 'count', i: 'interval', W: 'timeout', s: 'size' } as const;

function parse(args: readonly string[]): Options {
  const options: Options = {
    ...{ host: '', count: DEFAULT_COUNT, interval: DEFAULT_MS, timeout: DEFAULT_MS, size: DEFAULT_SIZE, device: null },
  };
  const rest = [...args];
  while (/^-./.test(rest[0] ?? '')) {
    const [, letter = '', attached = ''] = /^-(.)(.*)$/s.exec(rest.shift()!)!;
    if (letter === 'h') throw new Usage();
    if (!'ciWsI'.includes(letter)) throw new Usage('Unrecognized option');
    const value = attached === '' ? rest.shift() : attached;
    if (value === undefined) throw new Usage('Missing required argument');
    if (letter === 'I') {
      options.device = value;
      continue;
    }
    const name = limits[letter as keyof typeof limits];
    const number = /^\d+$/.test(value) ? Number(value) : 0;
    if (number < 1 || number > LARGEST) throw new Usage(`<${name}> out of range: ${value}`);
    options[name] = number;
  }
  if (rest[0] === undefined) throw new Usage('Missing required <ip-address> argument');
  return { ...options, host: rest[0] };
}

export const ping: NativeFunction = function* (sys, arg0, argv, phase) {
  if (phase === GOES_ON) return yield* goOn(sys, arg0);
  const [name = '', ...args] = yield* sys.argv(arg0, argv);
  try {
    const block = yield* begin(sys, parse(args));
    return yield* sys.again(block, 0, GOES_ON);
  } catch (error) {
    if (error instanceof Usage) {
      if (error.message !== '') yield* say(sys, 2, `ERROR: ${error.message}\n`);
      yield* print(sys, usage(name));
      return error.message === '' ? 0 : 1;
    }
    if (!(error instanceof Failure)) throw error;
    yield* say(sys, 2, `ERROR: ${error.message}\n`);
    return 1;
  }
};

function* begin(sys: System, { host, device, ...options }: Options): Program {
  const address = yield* resolve(sys, host);
  if (address === null) throw new Failure(`ping_gethostip(${host}) failed`);
  const sd = yield* openSocket(sys, 'ping', SOCK_DGRAM, IPPROTO_ICMP);
  if (device !== null) {
    const name = yield* sys.alloc(device.length + 1);
    yield* sys.store(name, latin1(`${device}\0`));
    if ((yield* sys.setsockopt(sd, SOL_SOCKET, Option.BindToDevice, name, device.length + 1)) < 0) {
      throw new Failure(`setsockopt error: ${yield* sys.errno()}`);
    }
  }
  const block = yield* newBlock(sys, BLOCK_SIZE);
  const buffer = yield* sys.malloc(HEADER + options.size);
  if (block === 0 || buffer === 0) throw new Failure('Failed to allocate memory');
  yield* catchInterrupts({ sys, interruptFlag: flagOf(block) });
  const clock = yield* sys.alloc(TIMESPEC_SIZE);
  yield* print(sys, `PING ${ipv4Text(address)} ${options.size} bytes of data\n`);
  const run: Run = {
    ...options,
    ...{ sd, buffer, address, id: (yield* sys.getpid()) & 0xffff, began: yield* microseconds(sys, clock) },
    ...{ sent: 0, received: 0, least: LARGEST * 1000, most: 0, sum: 0, squares: 0 },
  };
  yield* keep(sys, block, run);
  return block;
}

/** One request, and its reply. */
function* goOn(sys: System, block: number): Program {
  const run = yield* kept<Run>(sys, block);
  const isInterrupted = (yield* sys.load32(flagOf(block))) !== 0;
  if (run.sent === run.count || isInterrupted) return yield* finish(sys, block, run, 0);
  const clock = yield* sys.alloc(TIMESPEC_SIZE);
  const began = yield* microseconds(sys, clock);
  const error = yield* request(sys, run);
  if (error !== '') {
    yield* say(sys, 2, `ERROR: ${error}\n`);
    return yield* finish(sys, block, run, 1);
  }
  run.sent++;
  const taken = yield* awaitReply(sys, run, began, clock);
  if (taken === null) {
    if ((yield* sys.load32(flagOf(block))) === 0) {
      yield* print(sys, `No response from ${ipv4Text(run.address)}: icmp_seq=${run.sent - 1} time=${run.timeout} ms\n`);
    }
  } else {
    run.received++;
    run.least = Math.min(run.least, taken);
    run.most = Math.max(run.most, taken);
    run.sum += taken;
    run.squares += taken * taken;
    const time = `${Math.floor(taken / 1000)}.${Math.floor((taken % 1000) / 100)}`;
    yield* print(sys, `${run.size} bytes from ${ipv4Text(run.address)}: icmp_seq=${run.sent - 1} time=${time} ms\n`);
  }
  const left = run.interval - Math.floor(((yield* microseconds(sys, clock)) - began) / 1000);
  if (left > 0 && (yield* sys.load32(flagOf(block))) === 0) yield* pause(sys, left);
  yield* keep(sys, block, run);
  return yield* sys.again(block, 0, GOES_ON);
}

/** Sends one; what went wrong, or nothing. */
function* request(sys: System, { sd, buffer, size, id, sent, address }: Run): Program<string> {
  const bytes = new Uint8Array(HEADER + size);
  bytes[Field.type] = ECHO_REQUEST;
  put16(bytes, Field.id, id);
  put16(bytes, Field.sequence, sent);
  for (let i = 0; i < size; i++) bytes[HEADER + i] = payload(i);
  yield* sys.store(buffer, bytes);
  const to = yield* newEndpoint(sys, { address, port: 0 });
  const count = yield* sys.sendto(sd, buffer, bytes.length, 0, to, SOCKADDR_SIZE);
  if (count < 0) return `sendto failed at seqno ${sent}: ${yield* sys.errno()}`;
  return count === bytes.length ? '' : `sendto returned ${count}, expected ${bytes.length}`;
}

/** Printable characters, as NuttX fills requests. */
const payload = (i: number): number => 0x20 + (i % 95);

/** Waits for the reply to what was sent last; the time since then, or null when there is none in time. */
function* awaitReply(
  sys: System,
  { sd, buffer, size, id, sent, timeout }: Run,
  began: number,
  clock: number,
): Program<number | null> {
  const room = HEADER + size;
  for (;;) {
    const left = timeout - Math.floor(((yield* microseconds(sys, clock)) - began) / 1000);
    if (left <= 0) return null;
    const ready = yield* awaitReadable(sys, [sd], left);
    if (ready === null || ready.length === 0) return null;
    const count = yield* sys.recvfrom(sd, buffer, room, 0, 0, 0);
    const taken = (yield* microseconds(sys, clock)) - began;
    if (count < 0) {
      const errno = yield* sys.errno();
      if (errno !== Errno.EINTR) yield* say(sys, 2, `ERROR: recvfrom failed: ${errno}\n`);
      return null;
    }
    const bytes = yield* sys.load(buffer, count);
    if (count < HEADER || bytes[Field.type] !== ECHO_REPLY) continue;
    if (get16(bytes, Field.id) !== id) continue;
    if (get16(bytes, Field.sequence) !== sent - 1) {
      yield* say(sys, 2, 'WARNING: Received after timeout\n');
      continue;
    }
    if (count < room || bytes.subarray(HEADER).some((byte, i) => byte !== payload(i))) {
      yield* say(sys, 2, 'WARNING: Echoed data corrupted\n');
    }
    return taken;
  }
}

const milliseconds = (us: number) => `${Math.floor(us / 1000)}.${String(us % 1000).padStart(3, '0')}`;

function* finish(sys: System, block: number, run: Run, status: number): Program {
  yield* showFigures(sys, run);
  yield* sys.free(run.buffer);
  yield* sys.free(block);
  yield* sys.close(run.sd);
  return status;
}

function* showFigures(sys: System, { sent, received, began, least, most, sum, squares }: Run): Program<void> {
  if (sent === 0) return;
  const lost = Math.floor((100 * (sent - received) + (sent >> 1)) / sent);
  const time = Math.floor(((yield* microseconds(sys, yield* sys.alloc(TIMESPEC_SIZE))) - began) / 1000);
  yield* print(sys, `${sent} packets transmitted, ${received} received, ${lost}% packet loss, time ${time} ms\n`);
  if (received === 0) return;
  const mean = Math.floor(sum / received);
  const deviation = Math.floor(Math.sqrt(Math.max(0, Math.floor(squares / received) - mean * mean)));
  const figures = [least, mean, most, deviation].map(milliseconds).join('/');
  yield* print(sys, `rtt min/avg/max/mdev = ${figures} ms\n`);
}
