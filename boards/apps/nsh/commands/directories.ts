/** Commands on directories (NuttX: nsh_fscmds.c, nsh_envcmds.c). */
import type { Program } from '../../../../kernel/binfmt/native';
import { Mode } from '../../../../kernel/fs/mode';
import { Failure } from '../../errors';
import {
  directoryName,
  fullPath,
  isDirectory,
  joined,
  listDirectory,
  statOf,
  workingDirectory,
  type FileStat,
} from '../paths';
import { OK, type Shell } from '../shell';
import { argumentMissing, command, takeOptions, tooManyArguments } from './command';
import { failure, stopIfInterrupted } from './copying';

const types: Readonly<Record<number, string>> = {
  [Mode.Directory]: 'd',
  [Mode.Character]: 'c',
  [Mode.Block]: 'b',
  [Mode.Link]: 'l',
  [Mode.Fifo]: 'p',
  [Mode.MessageQueue]: 'm',
  [Mode.Semaphore]: 's',
};

function permissions({ mode }: FileStat): string {
  const bits = Array.from('rwxrwxrwx', (letter, i) => (mode & (0o400 >> i) ? letter : '-'));
  return (types[mode & Mode.Type] ?? '-') + bits.join('');
}

interface Listing {
  isLong: boolean;
  hasSize: boolean;
  isRecursive: boolean;
}

function details({ isLong, hasSize }: Listing, stat: FileStat): string {
  return (isLong ? ` ${permissions(stat)}` : '') + (hasSize ? String(stat.size).padStart(12) : '');
}

function* ls(shell: Shell, args: string[]): Program {
  const name = args[0]!;
  const { options, rest } = takeOptions(args, 'lRsh');
  if (rest.length > 1) throw tooManyArguments(name);
  const path = yield* fullPath(shell, rest[0] ?? '.');
  const listing = {
    isLong: options.has('l'),
    hasSize: options.has('l') || options.has('s'),
    isRecursive: options.has('R'),
  };
  const stat = yield* statOf(shell, path);
  if (!stat) throw yield* failure(shell, name, 'stat');
  if (isDirectory(stat)) yield* list(shell, name, path, listing);
  else yield* shell.print(`${details(listing, stat)} ${path}\n`);
  return OK;
}

function* list(shell: Shell, name: string, path: string, listing: Listing): Program<void> {
  yield* shell.print(`${path}:\n`);
  const entries = yield* listDirectory(shell, path);
  if (!entries) throw new Failure(`${name}: no such directory: ${path}`);
  for (const entry of entries) {
    const stat = listing.hasSize ? yield* statOf(shell, joined(path, entry.name)) : null;
    const slash = entry.isDirectory ? '/' : '';
    yield* shell.print(`${stat ? details(listing, stat) : ''} ${entry.name}${slash}\n`);
    yield* stopIfInterrupted(shell, name);
  }
  if (!listing.isRecursive) return;
  for (const entry of entries) if (entry.isDirectory) yield* list(shell, name, joined(path, entry.name), listing);
}

function* cd(shell: Shell, [name = '', path = '~']: string[]): Program {
  let target = path === '~' ? '/' : path;
  if (path === '..') target = directoryName(yield* workingDirectory(shell));
  if (path === '-') {
    const old = yield* shell.sys.getenv('OLDPWD');
    target = old === 0 ? '/' : yield* shell.sys.string(old);
  }
  return (yield* shell.sys.chdir(target)) < 0 ? yield* shell.failed(name, 'chdir') : OK;
}

function* pwd(shell: Shell): Program {
  yield* shell.print(`${yield* workingDirectory(shell)}\n`);
  return OK;
}

/** With -p also the directories on the way, and one that is there is no error. */
function* mkdir(shell: Shell, args: string[]): Program {
  const name = args[0]!;
  const { options, rest } = takeOptions(args, 'p');
  if (rest[0] === undefined) throw argumentMissing(name);
  const path = yield* fullPath(shell, rest[0]);
  if (options.has('p')) {
    const names = path.split('/').filter((part) => part !== '');
    for (let i = 1; i < names.length; i++) yield* shell.sys.mkdir(`/${names.slice(0, i).join('/')}`, 0o777);
    const found = yield* statOf(shell, path);
    if (found && isDirectory(found)) return OK;
  }
  return (yield* shell.sys.mkdir(path, 0o777)) < 0 ? yield* shell.failed(name, 'mkdir') : OK;
}

function* rmdir(shell: Shell, [name = '', path = '']: string[]): Program {
  return (yield* shell.sys.rmdir(path)) < 0 ? yield* shell.failed(name, 'rmdir') : OK;
}

/** Bytes of files and what is in directories; with -s the sum alone, with -h in larger units. */
function* du(shell: Shell, args: string[]): Program {
  const name = args[0]!;
  const { options, rest } = takeOptions(args, 'hs');
  const path = rest[0] ?? '.';
  const show = (size: number) => String(options.has('h') ? inUnits(size) : Math.ceil(size / 1024)).padEnd(8);
  const stat = yield* statOf(shell, path);
  if (!stat) throw yield* failure(shell, name, 'stat');
  const total = yield* measure(shell, name, path, stat, function* (inner, size) {
    if (!options.has('s')) yield* shell.print(`${show(size)}${inner}\n`);
  });
  yield* shell.print(`${show(total)}${path}\n`);
  return OK;
}

/** Sum of a file or a tree; directories below it are reported. */
function* measure(
  shell: Shell,
  name: string,
  path: string,
  stat: FileStat,
  report: (path: string, size: number) => Program<void>,
): Program {
  if (!isDirectory(stat)) return stat.size;
  let sum = stat.size;
  for (const entry of (yield* listDirectory(shell, path)) ?? []) {
    const inner = joined(path, entry.name);
    const found = yield* statOf(shell, inner);
    if (!found) continue;
    const size = yield* measure(shell, name, inner, found, report);
    if (isDirectory(found)) yield* report(inner, size);
    sum += size;
    yield* stopIfInterrupted(shell, name);
  }
  return sum;
}

function inUnits(size: number): string {
  const unit = size < 1024 ? 0 : size < 1 << 20 ? 1 : 2;
  const value = size / 1024 ** unit;
  return `${unit === 0 ? value : value.toFixed(1)}${'BKM'[unit]}`;
}

export const directoryCommands = [
  command('cd', cd, 1, 2, '[<dir-path>|-|~|..]'),
  command('du', du, 1, 4, '[-hs] [<path>]'),
  command('ls', ls, 1, 5, '[-lRsh] <dir-path>'),
  command('mkdir', mkdir, 2, 3, '[-p] <path>'),
  command('pwd', pwd, 1, 1),
  command('rmdir', rmdir, 2, 2, '<dir-path>'),
];
