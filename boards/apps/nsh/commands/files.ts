/** Commands on files (NuttX: nsh_fscmds.c). */
import type { Program } from '../../../../kernel/binfmt/native';
import { Errno } from '../../../../kernel/errno';
import { O_CREAT, O_RDONLY, O_TRUNC, O_WRONLY } from '../../../../kernel/fs/openflags';
import { Failure } from '../../errors';
import { IO_SIZE, textOf } from '../../io';
import { baseName, fullPath, isDirectory, isRegular, joined, listDirectory, statOf } from '../paths';
import { FAILED, newFrame, OK, PUSHED, type Shell } from '../shell';
import {
  ANY_NUMBER,
  argumentInvalid,
  argumentMissing,
  command,
  takeOptions,
  tooManyArguments,
  wholeNumber,
} from './command';
import { copyAll, failure, readSome, stopIfInterrupted, withFile } from './copying';

/** Files are written out in steps of the shell, since one may have no end; without any it is what is read. */
function* cat(shell: Shell, [, ...paths]: string[]): Program {
  yield* shell.flush();
  const frames = paths.map((text) => newFrame('copy', { text }));
  shell.state.frames.push(...(paths.length === 0 ? [newFrame('copy', { fd: 0 })] : frames.toReversed()));
  return PUSHED;
}

/** Into a directory under the same name; to what is no regular file as it is. */
function* cp(shell: Shell, args: string[]): Program {
  const name = args[0]!;
  const { options, rest } = takeOptions(args, 'r');
  const [from, to] = rest;
  if (from === undefined || to === undefined) throw argumentMissing(name);
  if (rest.length > 2) throw tooManyArguments(name);
  const found = yield* statOf(shell, to);
  const target = found && isDirectory(found) ? joined(to, baseName(from)) : to;
  if (options.has('r')) yield* copyTree(shell, name, from, target, 0);
  else yield* copyFile(shell, name, from, target);
  return OK;
}

function* copyFile(shell: Shell, name: string, from: string, to: string): Program<void> {
  yield* withFile(shell, name, from, O_RDONLY, function* (source) {
    const found = yield* statOf(shell, to);
    const flags = found && !isRegular(found) ? O_WRONLY : O_WRONLY | O_CREAT | O_TRUNC;
    yield* withFile(shell, name, to, flags, (target) => copyAll(shell, name, source, target));
  });
}

/** Directories that are deeper are not gone into: one that is copied into itself has no end. */
const DEEPEST = 16;

function* copyTree(shell: Shell, name: string, from: string, to: string, depth: number): Program<void> {
  const found = yield* statOf(shell, from);
  if (!found) throw yield* failure(shell, name, 'stat');
  if (!isDirectory(found)) return yield* copyFile(shell, name, from, to);
  if (depth > DEEPEST) throw new Failure(`${name}: nesting too deep`);
  const entries = (yield* listDirectory(shell, from)) ?? [];
  if ((yield* shell.sys.mkdir(to, 0o777)) < 0 && (yield* shell.sys.errno()) !== Errno.EEXIST) {
    throw yield* failure(shell, name, 'mkdir');
  }
  for (const entry of entries) {
    yield* copyTree(shell, name, joined(from, entry.name), joined(to, entry.name), depth + 1);
    yield* stopIfInterrupted(shell, name);
  }
}

function* cmp(shell: Shell, [name = '', path1 = '', path2 = '']: string[]): Program {
  return yield* withFile(shell, name, path1, O_RDONLY, (fd1) =>
    withFile(shell, name, path2, O_RDONLY, function* (fd2) {
      for (let at = 0; ;) {
        const one = yield* readSome(shell, name, fd1);
        const other = yield* readSome(shell, name, fd2);
        const length = Math.max(one.length, other.length);
        for (let i = 0; i < length; i++) {
          if (one[i] === other[i]) continue;
          yield* shell.print(`files differ: byte ${at + i + 1}\n`);
          return FAILED;
        }
        if (length === 0) return OK;
        at += length;
        yield* stopIfInterrupted(shell, name);
      }
    }),
  );
}

function* mv(shell: Shell, [name = '', from = '', to = '']: string[]): Program {
  return (yield* shell.sys.rename(from, to)) < 0 ? yield* shell.failed(name, 'rename') : OK;
}

function* rm(shell: Shell, args: string[]): Program {
  const name = args[0]!;
  const { options, rest } = takeOptions(args, 'rf');
  const path = rest[0];
  if (path === undefined) throw argumentMissing(name);
  const found = options.has('r') ? yield* statOf(shell, path) : null;
  if (found && isDirectory(found)) yield* removeTree(shell, name, yield* fullPath(shell, path), 0);
  else if ((yield* shell.sys.unlink(path)) < 0 && !options.has('f')) throw yield* failure(shell, name, 'unlink');
  return OK;
}

function* removeTree(shell: Shell, name: string, path: string, depth: number): Program<void> {
  if (depth > DEEPEST) throw new Failure(`${name}: nesting too deep`);
  for (const entry of (yield* listDirectory(shell, path)) ?? []) {
    const inner = joined(path, entry.name);
    if (entry.isDirectory) yield* removeTree(shell, name, inner, depth + 1);
    else if ((yield* shell.sys.unlink(inner)) < 0) throw yield* failure(shell, name, 'unlink');
    yield* stopIfInterrupted(shell, name);
  }
  if ((yield* shell.sys.rmdir(path)) < 0) throw yield* failure(shell, name, 'rmdir');
}

/** NuttX has soft links only, with or without -s. */
function* ln(shell: Shell, args: string[]): Program {
  const name = args[0]!;
  const { rest } = takeOptions(args, 's');
  const [target, path] = rest;
  if (target === undefined || path === undefined) throw argumentMissing(name);
  return (yield* shell.sys.link(target, path)) < 0 ? yield* shell.failed(name, 'link') : OK;
}

function* readlink(shell: Shell, [name = '', path = '']: string[]): Program {
  const { sys, buffer } = shell;
  const length = yield* sys.readlink(path, buffer, IO_SIZE);
  if (length < 0) return yield* shell.failed(name, 'readlink');
  yield* shell.print(`${textOf(yield* sys.load(buffer, length))}\n`);
  return OK;
}

function* mkfifo(shell: Shell, [name = '', path = '']: string[]): Program {
  return (yield* shell.sys.mkfifo(path, 0o777)) < 0 ? yield* shell.failed(name, 'mkfifo') : OK;
}

function* truncate(shell: Shell, [name = '', option, length = '', path = '']: string[]): Program {
  if (option !== '-s') throw argumentMissing(name);
  const size = wholeNumber(name, length);
  if (size < 0) throw argumentInvalid(name);
  return yield* withFile(shell, name, path, O_WRONLY | O_CREAT, function* (fd) {
    return (yield* shell.sys.ftruncate(fd, size)) < 0 ? yield* shell.failed(name, 'ftruncate') : OK;
  });
}

export const fileCommands = [
  command('cat', cat, 1, ANY_NUMBER, '[<path> [<path> [<path> ...]]]'),
  command('cmp', cmp, 3, 3, '<path1> <path2>'),
  command('cp', cp, 3, 4, '[-r] <source-path> <dest-path>'),
  command('ln', ln, 3, 4, '[-s] <target> <link>'),
  command('mkfifo', mkfifo, 2, 2, '<path>'),
  command('mv', mv, 3, 3, '<old-path> <new-path>'),
  command('readlink', readlink, 2, 2, '<link>'),
  command('rm', rm, 2, 3, '[-rf] <file-path>'),
  command('truncate', truncate, 4, 4, '-s <length> <file-path>'),
];
