/**
 * What the kernel knows, as text files (NuttX: fs/procfs). A file's text is made anew at each read, as it is then. /proc/self
 * is the folder of whoever looks.
 */
import { Errno } from '../../errno';
import { running, type Kernel } from '../../kernel';
import { PIDHASH_SIZE } from '../../state';
import type { OpenFile } from '../file';
import { statWithoutBlocks, type DirectoryEntry, type FileSystem } from '../filesystem';
import { Mode, type Stat } from '../mode';
import type { FileOperations } from '../operations';
import { seekWithin } from '../seek';
import { networkFiles } from './network';
import { processFiles, taskNamed } from './process';
import { systemFiles } from './system';

const PROCFS_MAGIC = 0x434f5250;
const plain: Readonly<Omit<Stat, 'mode'>> = { size: 0, blockSize: 0, blocks: 0, atime: 0, mtime: 0, ctime: 0 };
const file: Readonly<Stat> = { ...plain, mode: Mode.Regular | 0o444 };
const folder: Readonly<Stat> = { ...plain, mode: Mode.Directory | 0o444 };

/** Of a path below a task's folder: the task, and the rest of the path. */
function inProcess(k: Kernel, path: string) {
  const [first = '', ...rest] = path.split('/');
  const tcb = first === 'self' ? running(k) : taskNamed(k, first);
  return tcb && { tcb, rest: rest.join('/') };
}

/** The text of a file; undefined for none. */
function textAt(k: Kernel, path: string): string | undefined {
  const process = inProcess(k, path);
  return process ? processFiles[process.rest]?.(k, process.tcb) : filesOf(k)[path]?.(k);
}

const filesOf = (k: Kernel) => ({ ...systemFiles, ...networkFiles(k) });

const first = (path: string): string => path.split('/')[0]!;

/** With /proc/self where NuttX has it. */
const inOrder = (k: Kernel): string[] =>
  [...Object.keys(filesOf(k)), 'self/'].sort((a, b) => (first(a) < first(b) ? -1 : first(a) > first(b) ? 1 : 0));

/** What is in a folder; none for what is no folder. */
function entriesOf(k: Kernel, path: string): DirectoryEntry[] {
  const process = inProcess(k, path);
  const paths = process ? Object.keys(processFiles) : [...pidsOf(k), ...inOrder(k)];
  const prefix = process ? process.rest : path;
  const names = paths
    .filter((each) => prefix === '' || each.startsWith(`${prefix}/`))
    .map((each) => each.slice(prefix === '' ? 0 : prefix.length + 1));
  const found = new Map<string, number>();
  for (const each of names) {
    const [name = '', ...rest] = each.split('/');
    found.set(name, rest.length > 0 ? folder.mode : file.mode);
  }
  return [...found].map(([name, mode]) => ({ name, mode }));
}

function pidsOf({ state }: Kernel): string[] {
  const pids = state.tasks.filter((tcb) => tcb !== null).map(({ pid }) => pid);
  return pids.sort((a, b) => (a % PIDHASH_SIZE) - (b % PIDHASH_SIZE)).map((pid) => `${pid}/`);
}

const isFolder = (k: Kernel, path: string) => path === '' || entriesOf(k, path).length > 0;
const isFile = (k: Kernel, path: string) => textAt(k, path) !== undefined;

/** Path below the mount point of an open file. */
function pathOf({ state }: Kernel, { path, object }: OpenFile): string {
  return path.slice(state.mounts.get(object)!.path.length + 1);
}

export const procfs: FileSystem = {
  needsSource: false,
  bind(_k, mount) {
    mount.readOnly = true;
    return 0;
  },
  unbind: () => 0,
  open: (k, _mount, _file, path) => (isFile(k, path) ? 0 : -Errno.ENOENT),
  list(k, _mount, path) {
    if (isFolder(k, path)) return entriesOf(k, path);
    return isFile(k, path) ? -Errno.ENOTDIR : -Errno.ENOENT;
  },
  stat(k, _mount, path) {
    if (isFolder(k, path)) return folder;
    return isFile(k, path) ? file : -Errno.ENOENT;
  },
  statfs: (k: Kernel) => statWithoutBlocks(k, PROCFS_MAGIC),
};

/** -ENODEV: the task is gone. */
function read(k: Kernel, open: OpenFile, data: number, length: number): number {
  const text = textAt(k, pathOf(k, open));
  if (text === undefined) return -Errno.ENODEV;
  const part = text.slice(open.offset, open.offset + length);
  const target = k.memory.slice(data, part.length);
  for (let i = 0; i < part.length; i++) target[i] = part.charCodeAt(i);
  open.offset += part.length;
  return part.length;
}

export const procfsFiles: FileOperations = {
  read,
  seek: (k, open, offset, whence) => seekWithin(open, textAt(k, pathOf(k, open))?.length ?? 0, offset, whence),
  stat: () => file,
};
