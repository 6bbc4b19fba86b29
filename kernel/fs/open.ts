/** Opening what has a name (manual 2.10.2.1; NuttX: fs/vfs/fs_open.c). */
import { Errno } from '../errno';
import { BLOCKED, running, type Kernel } from '../kernel';
import { groupOf } from '../sched/group';
import { lockCpu, unlockCpu } from '../sched/priority';
import type { Tcb } from '../state';
import { openDirectory } from './directory';
import { allocateDescriptor, createFile, discardFile } from './file';
import { isWritable, O_CLOEXEC, O_CREAT, O_DIRECTORY, O_EXCL, O_NOFOLLOW, O_TRUNC, O_WRONLY } from './openflags';
import { Mode, typeOf } from './mode';
import { locate, type Place } from './path';
import { statPlace } from './stat';

/**
 * Opens what has a name, or makes a file on a volume, for as long as it gets a descriptor or is discarded.
 *
 * @returns the open file's id, or a negated errno as {@link open}
 */
export function openPath(k: Kernel, path: string, flags: number, mode = 0): number {
  const place = locate(k, path, (flags & O_NOFOLLOW) === 0);
  if (typeof place === 'number') return place;
  const stat = statPlace(k, place);
  if (typeof stat === 'number' && stat !== -Errno.ENOENT) return stat;
  const type = typeof stat === 'number' ? 0 : typeOf(stat.mode);
  if (type === Mode.Directory) return isWritable(flags) ? -Errno.EISDIR : openDirectory(k, place, flags);
  if (type !== 0 && flags & O_DIRECTORY) return -Errno.ENOTDIR;
  return place.mount ? openOnVolume(k, place, flags, mode) : openNode(k, place, flags);
}

function openOnVolume(k: Kernel, { path, mount, rest }: Place, flags: number, mode: number): number {
  if (mount!.readOnly && (isWritable(flags) || flags & (O_CREAT | O_TRUNC))) return -Errno.EROFS;
  const id = createFile(k, mount!.type, mount!.id, flags, path);
  const result = k.filesystems[mount!.type]!.open(k, mount!, k.state.files.get(id)!, rest, mode);
  if (result < 0) k.state.files.delete(id);
  return result < 0 ? result : id;
}

/** What of the pseudo file system has a name of which no files are opened. */
const unopened = new Set(['mqueue', 'semaphore']);

function openNode(k: Kernel, { path, inode }: Place, flags: number): number {
  if (!inode) return -Errno.ENOENT;
  if (inode.kind === 'link') return -Errno.ELOOP;
  if (unopened.has(inode.kind)) return -Errno.ENXIO;
  if ((flags & O_CREAT) !== 0 && (flags & O_EXCL) !== 0) return -Errno.EEXIST;
  const id = createFile(k, inode.kind, inode.object, flags, path);
  const result = k.drivers[inode.kind]!.open?.(k, k.state.files.get(id)!) ?? 0;
  if (result < 0) k.state.files.delete(id);
  return result < 0 ? result : id;
}

/**
 * Manual 2.10.2.1. Opens a file, a device, a FIFO or, to read, a directory; with O_CREAT a file on a mounted volume is made,
 * not one in the pseudo file system. What opens a FIFO either to read or to write waits for somebody who does the other.
 * `varargs` is the address of the mode of a file that is made.
 *
 * @returns a descriptor, or -EINVAL: no path; -ENOENT: nothing has that name; -EEXIST: something has, with O_CREAT and
 *   O_EXCL; -EISDIR: a directory, to write; -ENOTDIR: none, with O_DIRECTORY; -ELOOP: too many soft links, or one with
 *   O_NOFOLLOW; -ENXIO: a message queue or a semaphore; -EROFS: to write to a volume that is read only; -EMFILE: too many
 *   are open; -ENOSPC: the volume is full; -ENOMEM: no room for the FIFO's bytes; -EINTR: a signal came
 */
export function open(k: Kernel, path: number, flags: number, varargs: number): number {
  return openMode(k, path, flags, flags & O_CREAT && varargs !== 0 ? k.memory.load32(varargs) : 0);
}

/** Manual 2.10.2.1. As {@link open} with O_WRONLY, O_CREAT and O_TRUNC. */
export function creat(k: Kernel, path: number, mode: number): number {
  return openMode(k, path, O_WRONLY | O_CREAT | O_TRUNC, mode);
}

function openMode(k: Kernel, path: number, flags: number, mode: number): number {
  if (path === 0) return -Errno.EINVAL;
  // Who waited for this outranks the caller, maybe, but does not go on before the caller waits or is done.
  const tcb = lockCpu(k);
  const id = openPath(k, k.memory.string(path), flags, mode);
  const fd = id < 0 ? id : arrive(k, id, flags);
  unlockCpu(k, tcb);
  return fd;
}

/** The file gets its descriptor when it is of use; until then the task keeps its id. */
function arrive(k: Kernel, id: number, flags: number): number {
  const tcb = running(k);
  const file = k.state.files.get(id)!;
  const arrived = k.drivers[file.kind]!.arrive?.(k, file) ?? 0;
  if (arrived === BLOCKED) {
    tcb.progress = id;
    return BLOCKED;
  }
  const fd = arrived < 0 ? arrived : allocateDescriptor(k, groupOf(k, tcb), id, (flags & O_CLOEXEC) !== 0);
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

/** A task that waits for it has come to its end. */
export function abandonOpen(k: Kernel, { progress, answer }: Pick<Tcb, 'progress' | 'answer'>): void {
  const file = k.state.files.get(progress)!;
  if (answer === null) k.drivers[file.kind]!.abandonArrival?.(k, file);
  discardFile(k, progress, true);
}
