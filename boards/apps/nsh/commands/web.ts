/** Files over HTTP (NuttX: nsh_netcmds.c; its get and put speak TFTP). */
import type { Program } from '../../../../kernel/binfmt/native';
import { O_CREAT, O_RDONLY, O_TRUNC, O_WRONLY } from '../../../../kernel/fs/openflags';
import { Failure } from '../../errors';
import { latin1, textOf } from '../../io';
import { parseResponse, parseUrl, requestText, type Url } from '../../net/http';
import { resolve } from '../../net/resolve';
import { newEndpoint, openSocket, sendAll, SOCK_STREAM, SOCKADDR_SIZE } from '../../net/socket';
import { baseName, fullPath, statOf } from '../paths';
import { OK, type Shell } from '../shell';
import { argumentInvalid, argumentMissing, networkCommand, takeOptions, tooManyArguments } from './command';
import { failure, stopIfInterrupted, withFile } from './copying';

/** Bytes that are received at a time. */
const PIECE = 1460;
const LONGEST_HEADER = 8192;

/** Connects to a server, uses the connection with a buffer of {@link PIECE} bytes, and closes it whatever happens. */
function* withConnection(
  shell: Shell,
  name: string,
  { host, port }: Url,
  use: (sd: number, buffer: number) => Program<void>,
): Program<void> {
  const { sys } = shell;
  const address = yield* resolve(sys, host);
  if (address === null) throw new Failure(`${name}: ${host}: host not found`);
  const buffer = yield* sys.malloc(PIECE);
  if (buffer === 0) throw new Failure(`${name}: out of memory`);
  const sd = yield* openSocket(sys, name, SOCK_STREAM);
  try {
    const there = yield* newEndpoint(sys, { address, port });
    if ((yield* sys.connect(sd, there, SOCKADDR_SIZE)) < 0) throw yield* failure(shell, name, 'connect');
    yield* use(sd, buffer);
  } finally {
    yield* sys.close(sd);
    yield* sys.free(buffer);
  }
}

function* sendText(shell: Shell, name: string, sd: number, buffer: number, text: string): Program<void> {
  for (let at = 0; at < text.length; at += PIECE) {
    const bytes = latin1(text.slice(at, at + PIECE));
    yield* shell.sys.store(buffer, bytes);
    if (!(yield* sendAll(shell.sys, sd, buffer, bytes.length))) throw yield* failure(shell, name, 'send');
  }
}

function* receive(shell: Shell, name: string, sd: number, buffer: number): Program {
  yield* stopIfInterrupted(shell, name);
  const count = yield* shell.sys.recv(sd, buffer, PIECE, 0);
  if (count < 0) throw yield* failure(shell, name, 'recv');
  return count;
}

/** What comes in front of the body, which has to say that all is well; what came of the body with it is in the buffer. */
function* receiveHeader(
  shell: Shell,
  name: string,
  sd: number,
  buffer: number,
): Program<{ length: number | null; from: number; to: number }> {
  for (let text = ''; ;) {
    const count = yield* receive(shell, name, sd, buffer);
    const before = text.length;
    text += textOf(yield* shell.sys.load(buffer, count));
    const response = parseResponse(text);
    if (response === 'broken' || count === 0 || text.length > LONGEST_HEADER) {
      throw new Failure(`${name}: the server does not speak HTTP`);
    }
    if (!response) continue;
    const { status, length, body } = response;
    if (status < 200 || status > 299) throw new Failure(`${name}: the server says ${status}`);
    return { length, from: body - before, to: count };
  }
}

/** Fetches a page into a file. */
function* fetch(shell: Shell, name: string, url: Url, path: string): Program {
  const { sys } = shell;
  yield* withFile(shell, name, path, O_WRONLY | O_CREAT | O_TRUNC, (fd) =>
    withConnection(shell, name, url, function* (sd, buffer) {
      yield* sendText(shell, name, sd, buffer, requestText('GET', url, null));
      const { length, from, to } = yield* receiveHeader(shell, name, sd, buffer);
      let received = 0;
      for (let [start, end] = [from, to]; end > 0; [start, end] = [0, yield* receive(shell, name, sd, buffer)]) {
        for (let at = start; at < end;) {
          const written = yield* sys.write(fd, buffer + at, end - at);
          if (written < 0) throw yield* failure(shell, name, 'write');
          at += written;
        }
        received += end - start;
        yield* sys.spend(CYCLES_PER_PIECE + end);
        if (length !== null && received >= length) return;
      }
      if (length !== null) throw new Failure(`${name}: the connection ended after ${received} of ${length} bytes`);
    }),
  );
  return OK;
}

/** What it takes to move a piece, beside a cycle for each byte. */
const CYCLES_PER_PIECE = 1000;

/** Without -o into a file of the page's name in the working directory. */
function* wget(shell: Shell, args: string[]): Program {
  const name = args[0]!;
  const { options, rest } = takeOptions(args, 'o:');
  if (rest.length === 0) throw argumentMissing(name);
  if (rest.length > 1) throw tooManyArguments(name);
  const url = parseUrl(rest[0]!);
  if (!url) throw argumentInvalid(name);
  return yield* fetch(shell, name, url, yield* fullPath(shell, options.get('o') ?? baseName(rest[0]!)));
}

/** What get and put have in common: a server, and paths there and here. -b and -n are of TFTP, and change nothing. */
function transferOf(args: readonly string[]): { name: string; host: string; path: string; other: string } {
  const name = args[0]!;
  const { options, rest } = takeOptions(args, 'bnf:h:');
  const host = options.get('h');
  const path = rest[0];
  if (host === undefined || path === undefined) throw argumentMissing(name);
  if (rest.length > 1) throw tooManyArguments(name);
  return { name, host, path, other: options.get('f') ?? baseName(path) };
}

function urlOf(name: string, host: string, path: string): Url {
  const url = parseUrl(`http://${host}/${path.replace(/^\//, '')}`);
  if (!url) throw argumentInvalid(name);
  return url;
}

function* get(shell: Shell, args: string[]): Program {
  const { name, host, path, other } = transferOf(args);
  return yield* fetch(shell, name, urlOf(name, host, path), yield* fullPath(shell, other));
}

function* put(shell: Shell, args: string[]): Program {
  const { name, host, path, other } = transferOf(args);
  const url = urlOf(name, host, other);
  const { sys } = shell;
  const local = yield* fullPath(shell, path);
  yield* withFile(shell, name, local, O_RDONLY, function* (fd) {
    const size = (yield* statOf(shell, local))?.size ?? 0;
    yield* withConnection(shell, name, url, function* (sd, buffer) {
      yield* sendText(shell, name, sd, buffer, requestText('PUT', url, size));
      for (;;) {
        yield* stopIfInterrupted(shell, name);
        const count = yield* sys.read(fd, buffer, PIECE);
        if (count < 0) throw yield* failure(shell, name, 'read');
        if (count === 0) break;
        if (!(yield* sendAll(sys, sd, buffer, count))) throw yield* failure(shell, name, 'send');
      }
      yield* receiveHeader(shell, name, sd, buffer);
    });
  });
  return OK;
}

export const webCommands = [
  networkCommand('get', get, 4, 7, '[-b|-n] [-f <local-path>] -h <ip-address> <remote-path>'),
  networkCommand('put', put, 4, 7, '[-b|-n] [-f <remote-path>] -h <ip-address> <local-path>'),
  networkCommand('wget', wget, 2, 4, '[-o <local-path>] <url>'),
];
