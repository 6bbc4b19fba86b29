/** What is known of files (manual 2.10.5; NuttX: fs/vfs/fs_stat.c, fs_fstat.c, fs_statfs.c). */
import { Errno } from '../errno';
import type { Kernel } from '../kernel';
import { lookUpFile, type OpenFile } from './file';
import { statWithoutBlocks, type StatFs } from './filesystem';
import type { Inode } from './inode';
import { isDirectory, Mode, type Stat } from './mode';
import { locate, locateAbsolute, type Place } from './path';

/** Offsets in struct stat, and what its times are a struct timespec of. */
const Field = { mode: 16, size: 48, atime: 56, mtime: 72, ctime: 88, blockSize: 104, blocks: 112 } as const;
export const STAT_SIZE = 120;

/** Who may what: NuttX asks nobody, but shows it. */
const READ = 0o444;
const WRITE = 0o222;

const plain: Readonly<Omit<Stat, 'mode'>> = { size: 0, blockSize: 0, blocks: 0, atime: 0, mtime: 0, ctime: 0 };

/** What of the pseudo file system is no driver. */
const modes: Readonly<Record<string, number>> = {
  directory: Mode.Directory | READ,
  link: Mode.Link | READ | WRITE | 0o111,
  mqueue: Mode.MessageQueue | READ | WRITE,
  semaphore: Mode.Semaphore | READ | WRITE,
  pipe: Mode.Fifo | READ | WRITE,
};

/** A name of the pseudo file system, or an open file without one. */
function statNode(k: Kernel, { kind, object }: Pick<Inode, 'kind' | 'object'>): Stat {
  const mode = modes[kind];
  if (mode !== undefined) return { ...plain, mode };
  const { read, write } = k.drivers[kind]!;
  const permissions = (read ? READ : 0) | (write ? WRITE : 0);
  const block = k.blocks[kind]?.geometry(k, object);
  if (!block) return { ...plain, mode: Mode.Character | permissions };
  const { sectorSize, sectors, writable } = block;
  const size = sectorSize * sectors;
  return { ...plain, mode: Mode.Block | READ | (writable ? WRITE : 0), size, blockSize: sectorSize, blocks: sectors };
}

/** What is known of what a path leads to. -ENOENT: nothing is there. */
export function statPlace(k: Kernel, { mount, rest, inode, path }: Place): Stat | number {
  if (mount) return k.filesystems[mount.type]!.stat(k, mount, rest);
  if (!inode) return -Errno.ENOENT;
  // What is known of an open directory comes from here.
  const own = inode.kind === 'directory' ? undefined : k.drivers[inode.kind]?.stat;
  if (own) return own(k, { ...inode, id: 0, path, node: 0, flags: 0, offset: 0, references: 0 });
  return statNode(k, inode);
}

/** What is known of an open file. */
export function statFile(k: Kernel, file: OpenFile): Stat | number {
  return k.drivers[file.kind]!.stat?.(k, file) ?? statNode(k, file);
}

function store(k: Kernel, stat: Stat | number, buffer: number): number {
  if (typeof stat === 'number') return stat;
  k.memory.slice(buffer, STAT_SIZE).fill(0);
  k.memory.store32(buffer + Field.mode, stat.mode);
  k.memory.store64(buffer + Field.size, stat.size);
  k.memory.store64(buffer + Field.atime, stat.atime);
  k.memory.store64(buffer + Field.mtime, stat.mtime);
  k.memory.store64(buffer + Field.ctime, stat.ctime);
  k.memory.store32(buffer + Field.blockSize, stat.blockSize);
  k.memory.store64(buffer + Field.blocks, stat.blocks);
  return 0;
}

function statPath(k: Kernel, path: number, buffer: number, follow: boolean): number {
  if (path === 0 || buffer === 0) return -Errno.EFAULT;
  const place = locate(k, k.memory.string(path), follow);
  return store(k, typeof place === 'number' ? place : statPlace(k, place), buffer);
}

/**
 * Manual 2.10.5. Stores what is known of a file. Permissions are what can be done with it at all.
 *
 * @returns 0, or -EFAULT: no path or no buffer; -ENOENT: nothing is there; -ELOOP: too many soft links
 */
export function stat(k: Kernel, path: number, buffer: number): number {
  return statPath(k, path, buffer, true);
}

/** As {@link stat}; of a soft link itself. */
export function lstat(k: Kernel, path: number, buffer: number): number {
  return statPath(k, path, buffer, false);
}

/** Manual 2.10.5. The same of an open file. -EBADF: not open; -EFAULT: no buffer. */
export function fstat(k: Kernel, fd: number, buffer: number): number {
  if (buffer === 0) return -Errno.EFAULT;
  const file = lookUpFile(k, fd);
  return file ? store(k, statFile(k, file), buffer) : -Errno.EBADF;
}

/** Bits of access. */
const MAY_WRITE = 2;
const MAY_READ = 4;
const MAY_EXECUTE = 1;

/**
 * Manual 2.10.4. Whether a file is there and can be read, written, executed; of a directory only the first is asked.
 *
 * @returns 0, or -EACCES: it cannot; -EINVAL: no path, or another question; -ENOENT: nothing is there; -ELOOP
 */
export function access(k: Kernel, path: number, questions: number): number {
  if (path === 0 || questions & ~(MAY_READ | MAY_WRITE | MAY_EXECUTE)) return -Errno.EINVAL;
  const place = locate(k, k.memory.string(path));
  const found = typeof place === 'number' ? place : statPlace(k, place);
  if (typeof found === 'number') return found;
  if (isDirectory(found)) return 0;
  // The owner's bits are in the order of the questions.
  return questions & ~(found.mode >> 6) ? -Errno.EACCES : 0;
}

/** The pseudo file system's own (NuttX: PROC_SUPER_MAGIC for it). */
const PSEUDO_MAGIC = 0x9fa0;

/** What is known of the volume that a place is on. */
export function statfsPlace(k: Kernel, { mount }: Pick<Place, 'mount'>): StatFs {
  return mount ? k.filesystems[mount.type]!.statfs(k, mount) : statWithoutBlocks(k, PSEUDO_MAGIC);
}

function storeStatfs(k: Kernel, found: StatFs, buffer: number): number {
  const { type, nameLength, blockSize, blocks, freeBlocks, availableBlocks, files, freeFiles } = found;
  k.memory.store32(buffer, type);
  k.memory.store32(buffer + 4, nameLength);
  k.memory.store32(buffer + 8, blockSize);
  [blocks, freeBlocks, availableBlocks, files, freeFiles].forEach((count, i) =>
    k.memory.store64(buffer + 16 + 8 * i, count),
  );
  return 0;
}

/**
 * Manual 2.10.5. Stores what is known of the file system that a path is of.
 *
 * @returns 0, or -EFAULT: no path or no buffer; -ENOENT: nothing is there; -ELOOP: too many soft links
 */
export function statfs(k: Kernel, path: number, buffer: number): number {
  if (path === 0 || buffer === 0) return -Errno.EFAULT;
  const place = locate(k, k.memory.string(path));
  const found = typeof place === 'number' ? place : statPlace(k, place);
  return typeof found === 'number' ? found : storeStatfs(k, statfsPlace(k, place as Place), buffer);
}

/** Manual 2.10.5. The same of an open file's. -EBADF: not open; -EFAULT: no buffer. */
export function fstatfs(k: Kernel, fd: number, buffer: number): number {
  if (buffer === 0) return -Errno.EFAULT;
  const file = lookUpFile(k, fd);
  if (!file) return -Errno.EBADF;
  const place = locateAbsolute(k, file.path);
  return storeStatfs(k, statfsPlace(k, typeof place === 'number' ? { mount: null } : place), buffer);
}
