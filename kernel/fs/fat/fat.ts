/** The file system type vfat: FAT12, FAT16 and FAT32 with long names (NuttX: fs/fat). */
import { Errno } from '../../errno';
import type { Kernel } from '../../kernel';
import type { OpenFile } from '../file';
import type { DirectoryEntry, FileSystem, Mount, StatFs } from '../filesystem';
import { Mode } from '../mode';
import { isWritable, O_CREAT, O_EXCL, O_TRUNC } from '../openflags';
import type { Stat } from '../operations';
import { attempt, deviceOf, fail, holdDevice, releaseDevice } from '../volume';
import { readLayout } from './boot';
import {
  addEntry,
  entriesOf,
  isDirectory,
  isEmpty,
  makeDirectory,
  removeEntry,
  setParent,
  writeEntry,
  type FatEntry,
  type FatFile,
} from './directory';
import { resize, statOf } from './file';
import { Attribute, checkName } from './names';
import { closeNode, nodeAt, openNode } from './node';
import { directoryOf, find, lookUp, type Found } from './path';
import { countFree, freeChain, writeInfo } from './table';
import { encodeName } from './text';
import { fatTimeNow } from './time';
import { clusterBytes, type FatVolume } from './volume';

/** statfs f_type: MSDOS_SUPER_MAGIC. */
const MAGIC = 0x4d44;
const NAME_LENGTH = 255;

const volumeOf = ({ data }: Mount) => data as FatVolume;

/** The volume, which is to be changed. EROFS: it was mounted to be read only. */
function writable(mount: Mount): FatVolume {
  return mount.readOnly ? fail(Errno.EROFS) : volumeOf(mount);
}

/** -ENOENT, -ENOTBLK: no such block device; -EINVAL: no FAT volume; -EACCES: only to be read; -EBUSY: mounted elsewhere. */
function bind(k: Kernel, mount: Mount): number {
  return attempt(() => {
    const device = deviceOf(k, mount.source, mount.readOnly);
    const layout = readLayout(k, device);
    const volume: FatVolume = { ...layout, device, free: 0, next: 2, nodes: new Map(), nextNode: 1 };
    volume.free = countFree(k, volume);
    mount.data = volume;
    holdDevice(k, device);
    return 0;
  });
}

/** What was unlinked and is still open goes with the volume. */
function unbind(k: Kernel, mount: Mount): number {
  const volume = volumeOf(mount);
  const result = attempt(() => {
    for (const { position, cluster } of volume.nodes.values()) if (position < 0) freeChain(k, volume, cluster);
    if (!mount.readOnly) writeInfo(k, volume);
    return 0;
  });
  releaseDevice(k, volume.device);
  return result;
}

const emptyFile = (k: Kernel, attributes: number, cluster = 0): FatFile => {
  const time = fatTimeNow(k);
  return { attributes, cluster, size: 0, created: time, modified: time, accessed: time };
};

/**
 * Opens a file, or makes it. -ENOENT; -ENOTDIR: a file is on the way; -EISDIR; -EEXIST: with O_EXCL; -EACCES: the file is
 * only to be read; -EROFS: the volume is; -EINVAL: there can be no such name; -ENAMETOOLONG; -ENOSPC; -EIO.
 */
function open(k: Kernel, mount: Mount, file: OpenFile, path: string): number {
  return attempt(() => {
    if (path === '') fail(Errno.EISDIR);
    const found = lookUp(k, volumeOf(mount), path);
    const entry = found.entry ?? create(k, mount, found, file.flags);
    const isNew = found.entry === undefined;
    if ((file.flags & O_CREAT) !== 0 && (file.flags & O_EXCL) !== 0 && !isNew) fail(Errno.EEXIST);
    if (isDirectory(entry)) fail(Errno.EISDIR);
    if (isWritable(file.flags)) {
      writable(mount);
      if (entry.attributes & Attribute.ReadOnly) fail(Errno.EACCES);
    }
    const volume = volumeOf(mount);
    file.node = openNode(volume, entry);
    if (!(file.flags & O_TRUNC) || !isWritable(file.flags) || isNew) return 0;
    const result = attempt(() => (resize(k, volume, volume.nodes.get(file.node)!, 0), 0));
    if (result < 0) closeNode(k, volume, file.node);
    return result;
  });
}

/** A new, empty file. */
function create(k: Kernel, mount: Mount, { directory, name }: Found, flags: number): FatFile & { position: number } {
  if (!(flags & O_CREAT)) fail(Errno.ENOENT);
  const volume = writable(mount);
  checkName(name);
  const file = emptyFile(k, Attribute.Archive);
  const position = addEntry(k, volume, directory, name, file);
  writeInfo(k, volume);
  return { ...file, position };
}

/** The root has no entry, and so no times. */
const root: FatFile = { attributes: Attribute.Directory, cluster: 0, size: 0, created: 0, modified: 0, accessed: 0 };

function list(k: Kernel, mount: Mount, path: string): DirectoryEntry[] | number {
  return attempt(() => {
    const volume = volumeOf(mount);
    const directory = path === '' ? 0 : directoryOf(volume, find(k, volume, path));
    return [...entriesOf(k, volume, directory)].map((entry) => ({
      name: encodeName(entry.name),
      mode: isDirectory(entry) ? Mode.Directory : Mode.Regular,
    }));
  });
}

function stat(k: Kernel, mount: Mount, path: string): Stat | number {
  return attempt(() => {
    const volume = volumeOf(mount);
    if (path === '') return statOf(volume, root);
    const entry = find(k, volume, path);
    return statOf(volume, nodeAt(volume, entry.position) ?? entry);
  });
}

function statfs(_k: Kernel, mount: Mount): StatFs {
  const volume = volumeOf(mount);
  const { clusters, free } = volume;
  return {
    type: MAGIC,
    nameLength: NAME_LENGTH,
    blockSize: clusterBytes(volume),
    blocks: clusters,
    freeBlocks: free,
    availableBlocks: free,
    files: 0,
    freeFiles: free,
  };
}

/** Takes a file's entry away, and its clusters, unless it is open: then they go when it is closed. */
function removeFile(k: Kernel, volume: FatVolume, entry: FatEntry): void {
  removeEntry(k, volume, entry);
  releaseClusters(k, volume, entry);
}

/** The entry is no more that of its file. */
function releaseClusters(k: Kernel, volume: FatVolume, { position, cluster }: FatEntry): void {
  const node = nodeAt(volume, position);
  if (node) node.position = -1;
  else freeChain(k, volume, cluster);
}

/** -ENOENT; -EISDIR; -EACCES: only to be read; -EROFS; -EIO. */
function unlink(k: Kernel, mount: Mount, path: string): number {
  return attempt(() => {
    const volume = writable(mount);
    if (path === '') fail(Errno.EISDIR);
    const entry = find(k, volume, path);
    if (isDirectory(entry)) fail(Errno.EISDIR);
    if (entry.attributes & Attribute.ReadOnly) fail(Errno.EACCES);
    removeFile(k, volume, entry);
    writeInfo(k, volume);
    return 0;
  });
}

/** -EEXIST; -ENOENT, -ENOTDIR: of what is on the way; -EINVAL, -ENAMETOOLONG: of the name; -ENOSPC; -EROFS; -EIO. */
function mkdir(k: Kernel, mount: Mount, path: string): number {
  return attempt(() => {
    if (path === '') fail(Errno.EEXIST);
    const volume = writable(mount);
    const { directory, name, entry } = lookUp(k, volume, path);
    if (entry) fail(Errno.EEXIST);
    checkName(name);
    const cluster = makeDirectory(k, volume, directory, fatTimeNow(k));
    const result = attempt(() => addEntry(k, volume, directory, name, emptyFile(k, Attribute.Directory, cluster)));
    if (result < 0) freeChain(k, volume, cluster);
    writeInfo(k, volume);
    return Math.min(result, 0);
  });
}

/** -ENOENT; -ENOTDIR; -ENOTEMPTY; -EBUSY: the root; -EROFS; -EIO. */
function rmdir(k: Kernel, mount: Mount, path: string): number {
  return attempt(() => {
    const volume = writable(mount);
    if (path === '') fail(Errno.EBUSY);
    const entry = find(k, volume, path);
    if (!isEmpty(k, volume, directoryOf(volume, entry))) fail(Errno.ENOTEMPTY);
    removeFile(k, volume, entry);
    writeInfo(k, volume);
    return 0;
  });
}

/**
 * Gives a file or directory another name, maybe in another directory; what has that name is replaced. -ENOENT; -EINVAL: a
 * directory into itself, or no name; -EISDIR, -ENOTDIR: what is replaced is of the other kind; -ENOTEMPTY: it is not empty;
 * -EACCES: it is only to be read; -ENAMETOOLONG; -EBUSY: the root; -ENOSPC; -EROFS; -EIO.
 */
function rename(k: Kernel, mount: Mount, from: string, to: string): number {
  return attempt(() => {
    const volume = writable(mount);
    if (from === '' || to === '') fail(Errno.EBUSY);
    const entry = find(k, volume, from);
    const target = lookUp(k, volume, to);
    if (isDirectory(entry) && target.way.includes(directoryOf(volume, entry))) fail(Errno.EINVAL);
    const replaces = target.entry && target.entry.position !== entry.position ? target.entry : undefined;
    const moved: FatFile = nodeAt(volume, entry.position) ?? entry;
    let position: number;
    if (replaces) {
      checkReplacement(k, volume, entry, replaces);
      releaseClusters(k, volume, replaces);
      position = replaces.position;
      writeEntry(k, volume, position, moved);
    } else {
      checkName(target.name);
      position = addEntry(k, volume, target.directory, target.name, moved, entry);
    }
    removeEntry(k, volume, entry);
    const node = nodeAt(volume, entry.position);
    if (node) node.position = position;
    if (isDirectory(entry) && entry.directory !== target.directory)
      setParent(k, volume, entry.cluster, target.directory);
    writeInfo(k, volume);
    return 0;
  });
}

/** Whether both are names of one file: in another case, say. */
function isSame(k: Kernel, mount: Mount, path: string, other: string): boolean {
  const volume = volumeOf(mount);
  const position = (name: string) => attempt(() => find(k, volume, name).position);
  return path !== '' && other !== '' && position(path) >= 0 && position(path) === position(other);
}

/** Whether an entry can be put into the place of another one. */
function checkReplacement(k: Kernel, volume: FatVolume, entry: FatEntry, replaced: FatEntry): void {
  if (isDirectory(replaced)) {
    if (!isDirectory(entry)) fail(Errno.EISDIR);
    if (!isEmpty(k, volume, directoryOf(volume, replaced))) fail(Errno.ENOTEMPTY);
  } else {
    if (isDirectory(entry)) fail(Errno.ENOTDIR);
    if (replaced.attributes & Attribute.ReadOnly) fail(Errno.EACCES);
  }
}

export const vfat: FileSystem = {
  needsSource: true,
  bind,
  unbind,
  open,
  list,
  stat,
  statfs,
  unlink,
  mkdir,
  rmdir,
  rename,
  isSame,
};
