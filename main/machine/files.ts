/** Looks at a machine's file system from outside, and leaves it as it is. */
import type { Machine } from '../../boards/machine';
import { listPlace } from '../../kernel/fs/directory';
import { discardFile } from '../../kernel/fs/file';
import { isDirectory, Mode, typeOf } from '../../kernel/fs/mode';
import { openPath } from '../../kernel/fs/open';
import { O_RDONLY } from '../../kernel/fs/openflags';
import { locateAbsolute } from '../../kernel/fs/path';
import { statPlace } from '../../kernel/fs/stat';
import { Errno } from '../../kernel/errno';
import type { Kernel } from '../../kernel/kernel';
import { joinBytes } from '../../kernel/net/bytes';
import type { FileEntry, FilePiece, FileTree, FileType, Folder } from '../contract/files';

const types: readonly (readonly [mode: number, type: FileType])[] = [
  [Mode.Directory, 'directory'],
  [Mode.Regular, 'file'],
  [Mode.Character, 'character'],
  [Mode.Block, 'block'],
  [Mode.Fifo, 'fifo'],
  [Mode.MessageQueue, 'queue'],
  [Mode.Semaphore, 'semaphore'],
  [Mode.Link, 'link'],
];

/** A volume may have any number of files; nobody looks at more. */
const MAX_ENTRIES = 4000;

/** Every directory from the root on. Whatever a file system does to find out is taken back. */
export function readTree(machine: Machine): FileTree {
  return machine.peek((k) => {
    const folders: Folder[] = [];
    let room = MAX_ENTRIES;
    const waiting = ['/'];
    while (waiting.length > 0 && room > 0) {
      const folder = listFolder(k, waiting.shift()!, room);
      room -= folder.entries.length;
      folders.push(folder);
      for (const { name, type } of folder.entries) if (type === 'directory') waiting.push(join(folder.path, name));
    }
    return { folders, whole: room > 0 };
  });
}

function listFolder(k: Kernel, path: string, most: number): Folder {
  const place = locateAbsolute(k, path);
  const entries = typeof place === 'number' ? place : listPlace(k, place);
  if (typeof entries === 'number') return { path, entries: [], error: reason(entries) };
  return { path, entries: entries.slice(0, most).map(({ name }) => describe(k, join(path, name), name)), error: null };
}

const join = (path: string, name: string) => (path === '/' ? `/${name}` : `${path}/${name}`);

function describe(k: Kernel, path: string, name: string): FileEntry {
  const place = locateAbsolute(k, path, false);
  const stat = typeof place === 'number' ? place : statPlace(k, place);
  if (typeof place === 'number' || typeof stat === 'number') return { name, type: 'other', size: null, detail: '' };
  const type = types.find(([mode]) => mode === typeOf(stat.mode))?.[1] ?? 'other';
  const { mount, rest, inode } = place;
  const source = mount && rest === '' ? [mount.type, ...(mount.source ? ['on', mount.source] : [])].join(' ') : '';
  const size = type === 'file' || type === 'block' ? stat.size : null;
  return { name, type, size, detail: source || (inode?.target ?? '') };
}

/** Bytes of a file or a block device, as many as there are from an offset on. */
export function readPiece(machine: Machine, path: string, offset: number, length: number): FilePiece {
  return machine.peek((k) => {
    const place = locateAbsolute(k, path);
    const stat = typeof place === 'number' ? place : statPlace(k, place);
    if (typeof stat === 'number') return nothing(reason(stat));
    if (isDirectory(stat)) return nothing('it is a directory');
    if (![Mode.Regular, Mode.Block].some((mode) => mode === typeOf(stat.mode))) {
      return nothing('only files and block devices have contents that can be looked at without taking them');
    }
    const id = openPath(k, path, O_RDONLY);
    if (id < 0) return nothing(reason(id));
    const parts: Uint8Array[] = [];
    const file = k.state.files.get(id)!;
    file.offset = offset;
    // The idle task's stack is as good a place as any: nobody is on it now, and it is put back.
    const { stackBase: buffer, stackSize: room } = k.state.tasks[0]!;
    for (let wanted = length; wanted > 0;) {
      const got = k.drivers[file.kind]!.read?.(k, file, buffer, Math.min(wanted, room)) ?? -Errno.ENOSYS;
      if (got < 0) return nothing(reason(got));
      if (got === 0) break;
      parts.push(k.memory.slice(buffer, got).slice());
      wanted -= got;
    }
    discardFile(k, id);
    const data = joinBytes(parts);
    return { size: Math.max(stat.size, offset + data.length), data, error: null };
  });
}

const nothing = (error: string): FilePiece => ({ size: 0, data: new Uint8Array(), error });

/** A negated errno in words. */
function reason(error: number): string {
  return Object.keys(Errno).find((name) => Errno[name as keyof typeof Errno] === -error) ?? `errno ${-error}`;
}
