/**
 * Open files, and the descriptors by which groups know them (NuttX: fs/inode/fs_files.c). Descriptors that were
 * duplicated, by dup or for a new task, are of one open file: they share its flags and position.
 */
import { Errno } from '../errno';
import { running, type Kernel } from '../kernel';
import { groupOf } from '../sched/group';
import type { Group } from '../state';
import { O_CLOEXEC, O_NONBLOCK } from './openflags';

export interface OpenFile {
  /** Of {@link KernelState.files}; 0 for none. */
  id: number;
  kind: string;
  /** Which one of its kind: address of a pipe, id of a queue or a mount. */
  object: number;
  /** By which it was opened, canonical; empty for what has none. */
  path: string;
  /** What the file system that it is of knows it by. */
  node: number;
  /** Of open, all of them: access mode, O_NONBLOCK and the like. */
  flags: number;
  /** Position, in bytes. */
  offset: number;
  /** Descriptors that it has, and calls that are in the middle of something with it. */
  references: number;
}

/** One of the first few numbers that a group's threads know an open file by. */
export interface Descriptor {
  /** Of {@link KernelState.files}. */
  file: number;
  /** A program that the task starts does not get it. */
  closeOnExec: boolean;
}

/** Descriptors that a group can have (NuttX: OPEN_MAX). */
export const OPEN_MAX = 256;

/** An open file that has no descriptor yet; gives its id. */
export function createFile({ state }: Kernel, kind: string, object: number, flags: number, path = ''): number {
  const id = state.nextFile++;
  state.files.set(id, { id, kind, object, path, node: 0, flags, offset: 0, references: 0 });
  return id;
}

/** One that got no descriptor is closed; by the end of a group if it is said so. */
export function discardFile(k: Kernel, id: number, isOrphan = false): void {
  const file = k.state.files.get(id)!;
  k.state.files.delete(id);
  const driver = k.drivers[file.kind]!;
  if (isOrphan && driver.closeOrphan) driver.closeOrphan(k, file);
  else driver.close?.(k, file);
}

/** It stays open until it is let go, whoever closes its descriptors. */
export function holdFile({ state }: Kernel, id: number): void {
  state.files.get(id)!.references++;
}

/** One less who has it; with the last it is closed. */
export function letGoFile(k: Kernel, id: number, isOrphan = false): void {
  if (--k.state.files.get(id)!.references === 0) discardFile(k, id, isOrphan);
}

/** The open file of a group's descriptor; undefined for none. */
export function fileOf({ state }: Kernel, { descriptors }: Group, fd: number): OpenFile | undefined {
  const descriptor = descriptors[fd];
  return descriptor ? state.files.get(descriptor.file) : undefined;
}

/** The same of the running task. */
export function lookUpFile(k: Kernel, fd: number): OpenFile | undefined {
  return fileOf(k, groupOf(k, running(k)), fd);
}

/** The lowest free descriptor from one on becomes the file's. -EMFILE: there is none. */
export function allocateDescriptor(k: Kernel, group: Group, file: number, closeOnExec: boolean, lowest = 0): number {
  const { descriptors } = group;
  let fd = lowest;
  while (descriptors[fd]) fd++;
  if (fd >= OPEN_MAX) return -Errno.EMFILE;
  setDescriptor(k, group, fd, { file, closeOnExec });
  return fd;
}

/** A descriptor, which is free, becomes that of an open file. */
export function setDescriptor(k: Kernel, { descriptors }: Group, fd: number, descriptor: Descriptor): void {
  while (descriptors.length <= fd) descriptors.push(null);
  descriptors[fd] = descriptor;
  holdFile(k, descriptor.file);
}

/** Gives the running task a descriptor of something that it opens; -EMFILE: it has too many. */
export function install(k: Kernel, kind: string, object: number, flags: number): number {
  const id = createFile(k, kind, object, flags);
  const fd = allocateDescriptor(k, groupOf(k, running(k)), id, (flags & O_CLOEXEC) !== 0);
  if (fd < 0) discardFile(k, id);
  return fd;
}

/** Closes a group's descriptor, if it is open; with its last one the file is closed. */
export function closeDescriptor(k: Kernel, group: Group, fd: number, isEnd = false): void {
  const descriptor = group.descriptors[fd];
  if (!descriptor) return;
  group.descriptors[fd] = null;
  const file = k.state.files.get(descriptor.file)!;
  k.drivers[file.kind]!.leave?.(k, file, group, fd);
  letGoFile(k, descriptor.file, isEnd);
}

/** A group ends. */
export function closeAll(k: Kernel, group: Group): void {
  for (let fd = group.descriptors.length - 1; fd >= 0; fd--) closeDescriptor(k, group, fd, true);
}

/** Descriptors of a group that every task has when CONFIG_FDCLONE_STDIO is set. */
const STDIO = 3;

/**
 * A new task gets its creator's descriptors: all but those that are to be closed then, or with CONFIG_FDCLONE_STDIO the
 * first three (manual 2.1). What vfork makes gets the former, too.
 */
export function inheritDescriptors(k: Kernel, group: Group, from: Group, isVfork: boolean): void {
  const end = k.state.settings.config.CONFIG_FDCLONE_STDIO === true ? STDIO : from.descriptors.length;
  from.descriptors.slice(0, end).forEach((descriptor, fd) => {
    if (descriptor && (isVfork || !descriptor.closeOnExec)) setDescriptor(k, group, fd, { ...descriptor });
  });
}

/** Whether a call on the file is to fail rather than to wait. */
export const isNonBlocking = ({ flags }: OpenFile): boolean => (flags & O_NONBLOCK) !== 0;
