/** The pseudo root file system: names, and what they are of (manual 2.10.1; NuttX: fs/inode). */
import { Errno } from '../errno';
import type { Kernel } from '../kernel';

export interface Inode {
  /** Of the open files that it gives; or `directory`, `link`, `mount`, or what open does not open. */
  kind: string;
  /** Of the open files that it gives: which one of its kind. Of a mount point the mount's id. */
  object: number;
  /** Where a soft link leads, as it was given. */
  target?: string;
}

/** Paths in the tree are canonical: a slash before each name and none behind the last, so the root is ''. */
export const ROOT = '';

/** The names on a path, '.' left out and '..' taking the one before away. */
export function namesOf(path: string): string[] {
  const names: string[] = [];
  for (const name of path.split('/')) {
    if (name === '..') names.pop();
    else if (name !== '' && name !== '.') names.push(name);
  }
  return names;
}

export function canonical(path: string): string {
  return namesOf(path)
    .map((name) => `/${name}`)
    .join('');
}

/** As people write it. */
export const written = (path: string) => path || '/';

export const parentOf = (path: string) => path.slice(0, path.lastIndexOf('/'));
export const nameIn = (path: string) => path.slice(path.lastIndexOf('/') + 1);

const directory: Readonly<Inode> = { kind: 'directory', object: 0 };

/** What has a name; undefined for nothing. */
export function inodeAt({ state }: Kernel, path: string): Inode | undefined {
  return path === ROOT ? directory : state.inodes.get(path);
}

/**
 * Gives something a name; directories on the way that are not there are made, as NuttX does. -EINVAL: the path has no
 * name; -ENAMETOOLONG; -EEXIST: something has it already; -ENOTDIR: what is on the way is no directory.
 */
export function addInode(k: Kernel, path: string, inode: Inode): number {
  const { inodes, settings } = k.state;
  const full = canonical(path);
  if (full === ROOT) return -Errno.EINVAL;
  const longest = Number(settings.config.CONFIG_NAME_MAX);
  if (full.length >= Number(settings.config.CONFIG_PATH_MAX)) return -Errno.ENAMETOOLONG;
  const names = namesOf(full);
  if (names.some((name) => name.length > longest)) return -Errno.ENAMETOOLONG;
  if (inodes.has(full)) return -Errno.EEXIST;
  const above = names.slice(0, -1).map((_, i) => `/${names.slice(0, i + 1).join('/')}`);
  if (above.some((folder) => (inodeAt(k, folder)?.kind ?? 'directory') !== 'directory')) return -Errno.ENOTDIR;
  for (const folder of above) if (!inodes.has(folder)) inodes.set(folder, { ...directory });
  inodes.set(full, inode);
  return 0;
}

/** Names right below a path, in the order in which NuttX lists them. */
export function childrenOf({ state }: Kernel, path: string): string[] {
  const start = `${path}/`;
  const names = [...state.inodes.keys()]
    .filter((other) => other.startsWith(start) && !other.includes('/', start.length))
    .map((other) => other.slice(start.length));
  return names.sort((a, b) => (a < b ? -1 : 1));
}

/** The path of what open files are of; undefined for what has none. */
export function nameOf({ state }: Kernel, kind: string, object: number): string | undefined {
  return [...state.inodes].find(([, inode]) => inode.kind === kind && inode.object === object)?.[0];
}
