/** telnet: a terminal on another computer (NuttX apps: system/telnet). It says yes to what its telnetd wants, and no to all else. */
import type { NativeFunction, Program, System } from '../../../kernel/binfmt/native';
import { Local } from '../../../kernel/serial/termios';
import { Failure } from '../errors';
import { word } from '../io';
import { GOES_ON, keep, kept, newBlock } from '../kept';
import { resolve } from '../net/resolve';
import { awaitReadable, callFailed, newEndpoint, openSocket, sendAll, SOCK_STREAM, SOCKADDR_SIZE } from '../net/socket';
import { print, say } from '../print';

const PORT = 23;
/** ^]: the connection is closed from here. */
const ESCAPE = 0x1d;
const PIECE = 256;
const BLOCK_SIZE = 256;

const TCGETS = 0x101;
const TCSETS = 0x102;
const TERMIOS_SIZE = 32;
const LFLAG = 12;

const Telnet = { SE: 240, SB: 250, WILL: 251, WONT: 252, DO: 253, DONT: 254, IAC: 255 } as const;
/** What the other side may do: echo, and send without asking for its turn. */
const WANTED: readonly number[] = [1, 3];

interface Client {
  sd: number;
  buffer: number;
  /** c_lflag of the terminal, as it was; -1: standard input is none. */
  flags: number;
  state: 'data' | 'command' | 'option' | 'sub' | 'subcommand';
  command: number;
}

export const telnet: NativeFunction = function* (sys, arg0, argv, phase) {
  if (phase === GOES_ON) return yield* goOn(sys, arg0);
  const [name, host, port = String(PORT), ...others] = yield* sys.argv(arg0, argv);
  if (host === undefined || others.length > 0 || !(Number(port) > 0 && Number(port) <= 0xffff)) {
    yield* say(sys, 2, `Usage: ${name} <server-IP-address> [<port>]\n`);
    return 1;
  }
  try {
    return yield* sys.again(yield* begin(sys, host, Number(port)), 0, GOES_ON);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    yield* say(sys, 2, `${error.message}\n`);
    return 1;
  }
};

function* begin(sys: System, host: string, port: number): Program {
  const address = yield* resolve(sys, host);
  if (address === null) throw new Failure(`telnet: ${host}: host not found`);
  const sd = yield* openSocket(sys, 'telnet', SOCK_STREAM);
  const there = yield* newEndpoint(sys, { address, port });
  if ((yield* sys.connect(sd, there, SOCKADDR_SIZE)) < 0) throw yield* callFailed(sys, 'telnet', 'connect');
  const block = yield* newBlock(sys, BLOCK_SIZE);
  const buffer = yield* sys.malloc(PIECE);
  if (block === 0 || buffer === 0) throw new Failure('telnet: out of memory');
  yield* print(sys, `Connected to ${host}. ^] closes the connection.\n`);
  const flags = yield* setFlags(sys, 0);
  yield* keep(sys, block, { sd, buffer, flags, state: 'data', command: 0 } satisfies Client);
  return block;
}

/** Sets what the terminal does itself with what is typed; gives what that was, or -1: there is no terminal. */
function* setFlags(sys: System, flags: number): Program {
  const termios = yield* sys.alloc(TERMIOS_SIZE);
  if ((yield* sys.ioctl(0, TCGETS, termios)) < 0) return -1;
  const before = word(yield* sys.load(termios, TERMIOS_SIZE), LFLAG);
  const own = Local.ICANON | Local.ECHO | Local.ISIG;
  yield* sys.store32(termios + LFLAG, (before & ~own) | (flags & own));
  yield* sys.ioctl(0, TCSETS, termios);
  return before;
}

function* goOn(sys: System, block: number): Program {
  const client = yield* kept<Client>(sys, block);
  const ready = (yield* awaitReadable(sys, [0, client.sd], -1)) ?? [];
  const isOpen =
    (!ready.includes(client.sd) || (yield* receive(sys, client))) && (!ready.includes(0) || (yield* send(sys, client)));
  if (isOpen) {
    yield* keep(sys, block, client);
    return yield* sys.again(block, 0, GOES_ON);
  }
  if (client.flags >= 0) yield* setFlags(sys, client.flags);
  yield* sys.close(client.sd);
  yield* sys.free(client.buffer);
  yield* sys.free(block);
  yield* print(sys, '\nConnection closed.\n');
  return 0;
}

/** What is typed; false at its end. */
function* send(sys: System, { sd, buffer }: Client): Program<boolean> {
  const count = yield* sys.read(0, buffer, PIECE / 2);
  if (count <= 0) return false;
  const bytes = yield* sys.load(buffer, count);
  if (bytes.includes(ESCAPE)) return false;
  return yield* transmit(
    sys,
    sd,
    buffer,
    [...bytes].flatMap((byte) => (byte === Telnet.IAC ? [byte, byte] : byte === NEWLINE ? [RETURN, 0] : [byte])),
  );
}

const NEWLINE = 10;
const RETURN = 13;

function* transmit(sys: System, sd: number, buffer: number, bytes: number[]): Program<boolean> {
  yield* sys.store(buffer, Uint8Array.from(bytes));
  return yield* sendAll(sys, sd, buffer, bytes.length);
}

/** What comes; false when the other side has closed the connection. */
function* receive(sys: System, client: Client): Program<boolean> {
  const { sd, buffer } = client;
  const count = yield* sys.recv(sd, buffer, PIECE, 0);
  if (count <= 0) return false;
  const data: number[] = [];
  const answers: number[] = [];
  for (const byte of yield* sys.load(buffer, count)) take(client, byte, data, answers);
  yield* sys.store(buffer, Uint8Array.from(data));
  for (let at = 0; at < data.length;) {
    const written = yield* sys.write(1, buffer + at, data.length - at);
    if (written < 0) return false;
    at += written;
  }
  return answers.length === 0 || (yield* transmit(sys, sd, buffer, answers.slice(0, PIECE)));
}

function take(client: Client, byte: number, data: number[], answers: number[]): void {
  switch (client.state) {
    case 'data':
      if (byte === Telnet.IAC) client.state = 'command';
      else if (byte !== RETURN && byte !== 0) data.push(byte);
      return;
    case 'command':
      client.command = byte;
      client.state = byte === Telnet.SB ? 'sub' : byte >= Telnet.WILL && byte !== Telnet.IAC ? 'option' : 'data';
      if (byte === Telnet.IAC) data.push(byte);
      return;
    case 'option':
      client.state = 'data';
      if (client.command === Telnet.DO) answers.push(Telnet.IAC, Telnet.WONT, byte);
      if (client.command === Telnet.WILL) {
        answers.push(Telnet.IAC, WANTED.includes(byte) ? Telnet.DO : Telnet.DONT, byte);
      }
      return;
    case 'sub':
      if (byte === Telnet.IAC) client.state = 'subcommand';
      return;
    case 'subcommand':
      client.state = byte === Telnet.SE ? 'data' : 'sub';
  }
}
