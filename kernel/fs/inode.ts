/** The pseudo root file system: names, and what they are of (manual 2.10.1; NuttX: fs/inode). */
import { Errno } from '../errno';
import { BLOCKED, running, type Kernel } from '../kernel';
import { groupOf } from '../sched/group';
import { lockCpu, unlockCpu } from '../sched/priority';
import { allocateDescriptor, createFile, discardFile } from './file';
import { O_CLOEXEC, O_CREAT, O_TRUNC, O_WRONLY } from './openflags';
import { unlinkPipe } from './pipe';

export interface Inode {
  kind: string;
  /** Of the open files that it gives. */
  object: number;
}

/** A path with a slash before each name and none behind the last. */
function canonical(path: string): string {
  return path
    .split('/')
    .filter((name) => name !== '')
    .map((name) => `/${name}`)
    .join('');
}

/** Gives something a name. -EINVAL: the path has none; -ENAMETOOLONG; -EEXIST: something has it already. */
export function addInode(k: Kernel, path: string, inode: Inode): number {
  const { inodes, settings } = k.state;
  const full = canonical(path);
  if (full === '') return -Errno.EINVAL;
  const longest = Number(settings.config.CONFIG_NAME_MAX);
  if (full.length >= Number(settings.config.CONFIG_PATH_MAX)) return -Errno.ENAMETOOLONG;
  if (full.split('/').some((name) => name.length > longest)) return -Errno.ENAMETOOLONG;
  if (inodes.has(full)) return -Errno.EEXIST;
  inodes.set(full, inode);
  return 0;
}

/** The path of what open files are of; undefined for what has none. */
export function nameOf({ state }: Kernel, kind: string, object: number): string | undefined {
  return [...state.inodes].find(([, inode]) => inode.kind === kind && inode.object === object)?.[0];
}

/**
 * Opens what has a name, for as long as it gets a descriptor or is discarded. Gives the open file's id, or -ENOENT: nothing
 * has the name; or what opening it gives.
 */
export function openPath(k: Kernel, path: string, flags: number): number {
  const inode = k.state.inodes.get(canonical(path));
  if (!inode) return -Errno.ENOENT;
  const id = createFile(k, inode.kind, inode.object, flags);
  const result = k.drivers[inode.kind]!.open?.(k, k.state.files.get(id)!) ?? 0;
  if (result < 0) k.state.files.delete(id);
  return result < 0 ? result : id;
}

/**
 * Opens a device or a FIFO; what opens a FIFO either to read or to write waits for somebody who does the other.
 *
 * @returns a descriptor, or -EINVAL: no path; -ENOENT: nothing has that name, since only mkfifo makes files; -EMFILE: too
 *   many are open; -ENOMEM: no room for the FIFO's bytes; -EINTR: a signal came
 */
export function open(k: Kernel, path: number, flags: number): number {
  if (path === 0) return -Errno.EINVAL;
  // Who waited for this outranks the caller, maybe, but does not go on before the caller waits or is done.
  const tcb = lockCpu(k);
  const id = openPath(k, k.memory.string(path), flags);
  const fd = id < 0 ? id : arrive(k, id, flags);
  unlockCpu(k, tcb);
  return fd;
}

/** As {@link open} with O_WRONLY, O_CREAT and O_TRUNC. */
export function creat(k: Kernel, path: number): number {
  return open(k, path, O_WRONLY | O_CREAT | O_TRUNC);
}

/** The file gets its descriptor when it is of use; until then the task keeps its id. */
function arrive(k: Kernel, id: number, flags: number): number {
  const tcb = running(k);
  const file = k.state.files.get(id)!;
  if (k.drivers[file.kind]!.arrive?.(k, file) === BLOCKED) {
    tcb.progress = id;
    return BLOCKED;
  }
  const fd = allocateDescriptor(k, groupOf(k, tcb), id, (flags & O_CLOEXEC) !== 0);
  if (fd < 0) discardFile(k, id);
  return fd;
}

export function resumeOpen(k: Kernel, _path: number, flags: number): number {
  const { result, progress } = running(k);
  if (result >= 0) return arrive(k, progress, flags);
  discardFile(k, progress);
  return result;
}

export function resumeCreat(k: Kernel): number {
  return resumeOpen(k, 0, O_WRONLY);
}

/** Takes a name away; a FIFO that is open goes with its last descriptor. -EINVAL: no path; -ENOENT: nothing has it. */
export function unlink(k: Kernel, path: number): number {
  if (path === 0) return -Errno.EINVAL;
  const full = canonical(k.memory.string(path));
  const inode = k.state.inodes.get(full);
  if (!inode) return -Errno.ENOENT;
  k.state.inodes.delete(full);
  if (inode.kind === 'pipe') unlinkPipe(k, inode.object);
  return 0;
}
