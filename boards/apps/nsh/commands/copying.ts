/** Reading and writing whole files, for the commands that do. */
import type { Program } from '../../../../kernel/binfmt/native';
import { Errno } from '../../../../kernel/errno';
import { O_CLOEXEC, O_RDONLY } from '../../../../kernel/fs/openflags';
import { errnoName, Failure } from '../../errors';
import { IO_SIZE, textOf } from '../../io';
import { isDirectory as hasDirectoryMode, loadStat } from '../paths';
import type { Shell } from '../shell';

/** `open failed: ENOENT`, of the call that has just failed. */
export function* failure({ sys }: Shell, name: string, call: string): Program<Failure> {
  const errno = yield* sys.errno();
  return new Failure(
    errno === Errno.EINTR ? `${name}: Interrupted by signal` : `${name}: ${call} failed: ${errnoName(errno)}`,
  );
}

/** Opens a file for a command. Throws a Failure when it cannot be. */
export function* openFile(shell: Shell, name: string, path: string, flags = O_RDONLY): Program {
  const fd = yield* shell.sys.open(path, flags | O_CLOEXEC, 0o666);
  if (fd < 0) throw yield* failure(shell, name, 'open');
  const isDirectory = (yield* shell.sys.fstat(fd, shell.buffer)) === 0 && hasDirectoryMode(yield* loadStat(shell));
  if (!isDirectory) return fd;
  yield* shell.sys.close(fd);
  throw new Failure(`${name}: open failed: EISDIR`);
}

/** Opens a file, uses it, and closes it whatever happens. */
export function* withFile<Result>(
  shell: Shell,
  name: string,
  path: string,
  flags: number,
  use: (fd: number) => Program<Result>,
): Program<Result> {
  const fd = yield* openFile(shell, name, path, flags);
  try {
    return yield* use(fd);
  } finally {
    yield* shell.sys.close(fd);
  }
}

/** The next bytes of a file, none at its end. Throws a Failure, also when ^C is pressed. */
export function* readSome(shell: Shell, name: string, fd: number, size = IO_SIZE): Program<Uint8Array> {
  const { sys, buffer } = shell;
  yield* stopIfInterrupted(shell, name);
  const count = yield* sys.read(fd, buffer, Math.min(size, IO_SIZE));
  if (count < 0) throw yield* failure(shell, name, 'read');
  return yield* sys.load(buffer, count);
}

/** Writes what is left of one file to another. */
export function* copyAll(shell: Shell, name: string, from: number, to: number): Program<void> {
  while (yield* copySome(shell, name, from, to));
}

/** A piece of a file for another; false at its end. */
export function* copySome(shell: Shell, name: string, from: number, to: number): Program<boolean> {
  const { sys, buffer } = shell;
  yield* stopIfInterrupted(shell, name);
  const count = yield* sys.read(from, buffer, IO_SIZE);
  if (count < 0) throw yield* failure(shell, name, 'read');
  yield* sys.spend(CYCLES_PER_PIECE + count);
  for (let at = 0; at < count;) {
    const written = yield* sys.write(to, buffer + at, count - at);
    if (written < 0) throw yield* failure(shell, name, 'write');
    at += written;
  }
  return count > 0;
}

/** What it takes to move a piece of a file, beside a cycle for each byte. */
const CYCLES_PER_PIECE = 1000;

/** ^C ends commands that go on for long; the flag stays for the shell. */
export function* stopIfInterrupted({ sys, interruptFlag }: Shell, name: string): Program<void> {
  if ((yield* sys.load32(interruptFlag)) !== 0) throw new Failure(`${name}: Interrupted by signal`);
}

/** A small file, whole. Throws a Failure. */
export function* readText(shell: Shell, name: string, path: string): Program<string> {
  return yield* withFile(shell, name, path, O_RDONLY, function* (fd) {
    let text = '';
    for (;;) {
      const bytes = yield* readSome(shell, name, fd);
      if (bytes.length === 0) return text;
      text += textOf(bytes);
    }
  });
}

/** Writes a file to standard output. Throws a Failure. */
export function* showFile(shell: Shell, name: string, path: string): Program<void> {
  yield* shell.flush();
  yield* withFile(shell, name, path, O_RDONLY, (fd) => copyAll(shell, name, fd, 1));
}
