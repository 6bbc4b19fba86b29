/** From what a caller gives as a path to what is there (NuttX: fs/inode/fs_inodesearch.c), and the working directory. */
import { setVariable, variable } from '../environ/environ';
import { Errno } from '../errno';
import { running, type Kernel } from '../kernel';
import { allocate } from '../mm/heap';
import { groupOf } from '../sched/group';
import { lookUpFile } from './file';
import type { Mount } from './filesystem';
import { inodeAt, namesOf, ROOT, written, type Inode } from './inode';
import { isDirectory } from './mode';
import { statPlace } from './stat';

/** Soft links that a path may lead over (NuttX: SYMLOOP_MAX). */
const MOST_LINKS = 8;

/** Where a path leads. */
export interface Place {
  /** Canonical, without soft links. */
  path: string;
  /** What the pseudo file system has there, the mount point for what is on a volume; undefined for nothing. */
  inode: Inode | undefined;
  /** The volume that it is on, and the path there; null, and empty, for the pseudo file system. */
  mount: Mount | null;
  rest: string;
}

/** The working directory of a task's group is its variable PWD, as on NuttX. */
function workingDirectory(k: Kernel): string {
  return variable(k, groupOf(k, running(k)), 'PWD') ?? '/';
}

/** A path from the root, for one of the running task. */
export function absolute(k: Kernel, path: string): string {
  return path.startsWith('/') ? path : `${workingDirectory(k)}/${path}`;
}

/**
 * Finds what a path of the running task leads to. Nothing need be there. A soft link at its end is followed unless told
 * otherwise.
 *
 * @returns -ENOENT: the path is empty; -ELOOP: too many soft links
 */
export function locate(k: Kernel, path: string, follow = true): Place | number {
  return path === '' ? -Errno.ENOENT : locateAbsolute(k, absolute(k, path), follow);
}

/** The same of a path from the root. */
export function locateAbsolute(k: Kernel, path: string, follow = true): Place | number {
  let names = namesOf(path);
  let links = 0;
  let at = ROOT;
  for (let i = 0; ; i++) {
    const inode = inodeAt(k, at);
    const last = i === names.length;
    if (inode?.kind === 'link' && (follow || !last)) {
      if (++links > MOST_LINKS) return -Errno.ELOOP;
      names = namesOf([inode.target!, ...names.slice(i)].join('/'));
      at = ROOT;
      i = -1;
    } else if (inode?.kind === 'mount') {
      return { path: pathOf(names), inode, mount: k.state.mounts.get(inode.object)!, rest: names.slice(i).join('/') };
    } else if (last || !inode) {
      return { path: pathOf(names), inode: last ? inode : undefined, mount: null, rest: '' };
    } else {
      at += `/${names[i]}`;
    }
  }
}

const pathOf = (names: readonly string[]) => names.map((name) => `/${name}`).join('');

/** The path of a system call, and what is done with where it leads. -EINVAL: no path; and as {@link locate}. */
export function atPath(k: Kernel, path: number, use: (place: Place) => number, follow = true): number {
  if (path === 0) return -Errno.EINVAL;
  const place = locate(k, k.memory.string(path), follow);
  return typeof place === 'number' ? place : use(place);
}

/**
 * Manual 2.10.4. Makes a directory the working directory of the caller's task: its variable PWD, and OLDPWD is what that
 * was.
 *
 * @returns 0, or -EINVAL: no path; -ENOENT: nothing is there; -ENOTDIR: no directory; -ENOMEM; -ELOOP; -ENOSYS:
 *   CONFIG_DISABLE_ENVIRON
 */
export function chdir(k: Kernel, path: number): number {
  return atPath(k, path, (place) => enter(k, place));
}

function enter(k: Kernel, place: Place): number {
  if (k.state.settings.config.CONFIG_DISABLE_ENVIRON === true) return -Errno.ENOSYS;
  const stat = statPlace(k, place);
  if (typeof stat === 'number') return stat;
  if (!isDirectory(stat)) return -Errno.ENOTDIR;
  const old = setVariable(k, 'OLDPWD', workingDirectory(k));
  return old < 0 ? old : setVariable(k, 'PWD', written(place.path));
}

/** As {@link chdir}, to an open directory. -EBADF: not open; and as chdir. */
export function fchdir(k: Kernel, fd: number): number {
  const file = lookUpFile(k, fd);
  if (!file) return -Errno.EBADF;
  const place = file.path === '' && file.kind !== 'directory' ? -Errno.ENOTDIR : locateAbsolute(k, file.path);
  return typeof place === 'number' ? place : enter(k, place);
}

/**
 * Manual 2.10.4. Stores the path of the working directory; in memory of the heap, which the caller frees, for a null
 * buffer. Gives the address.
 *
 * @returns -EINVAL: a buffer of no size; -ERANGE: it is too small; -ENOMEM
 */
export function getcwd(k: Kernel, buffer: number, size: number): number {
  const path = workingDirectory(k);
  if (buffer !== 0 && size === 0) return -Errno.EINVAL;
  if (size !== 0 && path.length >= size >>> 0) return -Errno.ERANGE;
  const address = buffer || allocate(k, size || path.length + 1);
  if (address === 0) return -Errno.ENOMEM;
  k.memory.storeString(address, path);
  return address;
}
