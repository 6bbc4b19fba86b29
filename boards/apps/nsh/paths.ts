/** Files and directories as commands see them. */
import type { Program } from '../../../kernel/binfmt/native';
import { Mode } from '../../../kernel/fs/mode';
import { O_CLOEXEC, O_RDONLY } from '../../../kernel/fs/openflags';
import { STAT_SIZE } from '../../../kernel/fs/stat';
import { IO_SIZE, textOf, wide, word } from '../io';
import type { Shell } from './shell';

export interface Entry {
  name: string;
  isDirectory: boolean;
}

/** struct dirent: d_type, the type of st_mode shifted, and d_name. */
const TYPE_SHIFT = 12;

/** What is in a directory; null with errno when it cannot be read. Its entries are read from it as from a file. */
export function* listDirectory({ sys, buffer }: Shell, path: string): Program<Entry[] | null> {
  const fd = yield* sys.open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return null;
  const entries: Entry[] = [];
  let count: number;
  while ((count = yield* sys.read(fd, buffer, IO_SIZE)) > 0) {
    const [type, ...name] = yield* sys.load(buffer, count);
    entries.push({
      name: textOf(Uint8Array.from(name)).split('\0')[0]!,
      isDirectory: type! << TYPE_SHIFT === Mode.Directory,
    });
  }
  yield* sys.close(fd);
  return count < 0 ? null : entries;
}

export interface FileStat {
  /** st_mode. */
  mode: number;
  size: number;
}

/** Offsets in struct stat. */
const Stat = { mode: 16, size: 48 } as const;

/** What is known of a file; null with errno for none. */
export function* statOf(shell: Shell, path: string): Program<FileStat | null> {
  return (yield* shell.sys.stat(path, shell.buffer)) < 0 ? null : yield* loadStat(shell);
}

/** What the last call has put into the buffer. */
export function* loadStat({ sys, buffer }: Shell): Program<FileStat> {
  const bytes = yield* sys.load(buffer, STAT_SIZE);
  return { mode: word(bytes, Stat.mode), size: wide(bytes, Stat.size) };
}

export const isDirectory = ({ mode }: FileStat): boolean => (mode & Mode.Type) === Mode.Directory;
export const isRegular = ({ mode }: FileStat): boolean => (mode & Mode.Type) === Mode.Regular;

export function* workingDirectory({ sys }: Shell): Program<string> {
  const address = yield* sys.getenv('PWD');
  return address === 0 ? '/' : yield* sys.string(address);
}

/** From the root; without the slashes at its end. */
export function* fullPath(shell: Shell, path: string): Program<string> {
  const start = path.startsWith('/') ? '' : yield* workingDirectory(shell);
  const full = path === '.' || path === '' ? start : joined(start, path);
  return full.replace(/(.)\/+$/, '$1');
}

/** A name in a directory. */
export const joined = (directory: string, name: string): string =>
  directory === '' ? name : `${directory.replace(/\/$/, '')}/${name}`;

export function baseName(path: string): string {
  const trimmed = path.replace(/(.)\/+$/, '$1');
  return trimmed === '/' ? '/' : trimmed.slice(trimmed.lastIndexOf('/') + 1) || '.';
}

export function directoryName(path: string): string {
  const trimmed = path.replace(/(.)\/+$/, '$1');
  const slash = trimmed.lastIndexOf('/');
  return slash < 0 ? '.' : slash === 0 ? '/' : trimmed.slice(0, slash);
}
