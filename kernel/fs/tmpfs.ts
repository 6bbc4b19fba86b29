/**
 * Files in RAM (NuttX: fs/tmpfs). What is in them lies in the board's heap, and so does what NuttX keeps of each; the
 * latter's address is by what files and directories are known.
 */
import { Errno } from '../errno';
import type { Kernel } from '../kernel';
import { allocate, reallocate, release } from '../mm/heap';
import type { OpenFile } from './file';
import type { DirectoryEntry, FileSystem, Mount, StatFs } from './filesystem';
import { nameIn, parentOf } from './inode';
import { Mode, type Stat } from './mode';
import { isWritable, O_CREAT, O_EXCL, O_TRUNC } from './openflags';
import type { FileOperations } from './operations';
import { seekWithin } from './seek';

interface Node {
  /** Nodes by name; null for a file. */
  children: Map<string, number> | null;
  /** Of a file: its bytes in the heap, how many there is room for, and how many it has. */
  data: number;
  room: number;
  size: number;
  /** Open files, and whether it has a name. */
  users: number;
  named: boolean;
}

interface Volume {
  root: number;
  nodes: Map<number, Node>;
}

/** What NuttX keeps of a file or a directory, in bytes; nothing is written there. */
const NODE_SIZE = 64;
/** Room for the bytes of a file grows by that (CONFIG_FS_TMPFS_FILE_ALLOCGUARD). */
const GUARD = 512;
const BLOCK_SIZE = 512;
const TMPFS_MAGIC = 0x01021994;
const PERMISSIONS = 0o777;

const volumeOf = ({ data }: Mount): Volume => data as Volume;

function newNode(k: Kernel, { nodes }: Volume, isDirectory: boolean): number {
  const id = allocate(k, NODE_SIZE);
  if (id === 0) return -Errno.ENOMEM;
  nodes.set(id, { children: isDirectory ? new Map() : null, data: 0, room: 0, size: 0, users: 0, named: true });
  return id;
}

/** What a path leads to; -ENOENT: nothing is there; -ENOTDIR: something on the way is no directory. */
function find({ nodes, root }: Volume, path: string): number {
  let id = root;
  for (const name of path.split('/')) {
    if (name === '') continue;
    const { children } = nodes.get(id)!;
    if (!children) return -Errno.ENOTDIR;
    const child = children.get(name);
    if (child === undefined) return -Errno.ENOENT;
    id = child;
  }
  return id;
}

/** The directory in which a path is, as {@link find}. */
function folderOf(volume: Volume, path: string): Map<string, number> | number {
  const id = find(volume, parentOf(`/${path}`));
  if (id < 0) return id;
  return volume.nodes.get(id)!.children ?? -Errno.ENOTDIR;
}

function add(k: Kernel, volume: Volume, path: string, isDirectory: boolean): number {
  const name = nameIn(path);
  const folder = folderOf(volume, path);
  if (typeof folder === 'number') return folder;
  if (folder.has(name)) return -Errno.EEXIST;
  if (name.length > Number(k.state.settings.config.CONFIG_NAME_MAX)) return -Errno.ENAMETOOLONG;
  const id = newNode(k, volume, isDirectory);
  if (id >= 0) folder.set(name, id);
  return id;
}

/** A node without a name and without users goes, with its bytes. */
function discardUnused(k: Kernel, { nodes }: Volume, id: number): void {
  const { users, named, data } = nodes.get(id)!;
  if (users > 0 || named) return;
  if (data !== 0) release(k, data);
  release(k, id);
  nodes.delete(id);
}

function forget(k: Kernel, volume: Volume, path: string): number {
  const folder = folderOf(volume, path) as Map<string, number>;
  const id = folder.get(nameIn(path))!;
  folder.delete(nameIn(path));
  volume.nodes.get(id)!.named = false;
  discardUnused(k, volume, id);
  return 0;
}

function statNode({ children, size, room }: Node): Stat {
  const mode = (children ? Mode.Directory : Mode.Regular) | PERMISSIONS;
  return { mode, size, blockSize: BLOCK_SIZE, blocks: Math.ceil(room / BLOCK_SIZE), atime: 0, mtime: 0, ctime: 0 };
}

/** Makes the file as long as that; what comes is zero. -ENOMEM: the heap has no room for it. */
function resize(k: Kernel, node: Node, size: number): number {
  if (size === 0 && node.data !== 0) {
    release(k, node.data);
    Object.assign(node, { data: 0, room: 0 });
  }
  if (size > node.room) {
    const room = size + GUARD;
    const data = node.data === 0 ? allocate(k, room) : reallocate(k, node.data, room);
    if (data === 0) return -Errno.ENOMEM;
    Object.assign(node, { data, room });
  }
  if (size > node.size) k.memory.slice(node.data + node.size, size - node.size).fill(0);
  node.size = size;
  return 0;
}

function open(k: Kernel, mount: Mount, file: OpenFile, path: string): number {
  const volume = volumeOf(mount);
  let id = find(volume, path);
  if (id >= 0 && (file.flags & O_CREAT) !== 0 && (file.flags & O_EXCL) !== 0) return -Errno.EEXIST;
  if (id === -Errno.ENOENT && (file.flags & O_CREAT) !== 0) id = add(k, volume, path, false);
  if (id < 0) return id;
  const node = volume.nodes.get(id)!;
  if ((file.flags & O_TRUNC) !== 0 && isWritable(file.flags)) resize(k, node, 0);
  node.users++;
  file.node = id;
  return 0;
}

function list(_k: Kernel, mount: Mount, path: string): DirectoryEntry[] | number {
  const volume = volumeOf(mount);
  const id = find(volume, path);
  if (id < 0) return id;
  const { children } = volume.nodes.get(id)!;
  if (!children) return -Errno.ENOTDIR;
  return [...children].map(([name, child]) => ({ name, mode: statNode(volume.nodes.get(child)!).mode }));
}

function unlink(k: Kernel, mount: Mount, path: string): number {
  const volume = volumeOf(mount);
  const id = find(volume, path);
  if (id < 0) return id;
  return volume.nodes.get(id)!.children ? -Errno.EISDIR : forget(k, volume, path);
}

function rmdir(k: Kernel, mount: Mount, path: string): number {
  const volume = volumeOf(mount);
  const id = find(volume, path);
  if (id < 0) return id;
  const { children } = volume.nodes.get(id)!;
  if (!children) return -Errno.ENOTDIR;
  return children.size > 0 ? -Errno.ENOTEMPTY : forget(k, volume, path);
}

function rename(k: Kernel, mount: Mount, from: string, to: string): number {
  const volume = volumeOf(mount);
  const [source, target] = [folderOf(volume, from), folderOf(volume, to)];
  if (typeof source === 'number') return source;
  if (typeof target === 'number') return target;
  if (nameIn(to).length > Number(k.state.settings.config.CONFIG_NAME_MAX)) return -Errno.ENAMETOOLONG;
  if (target.has(nameIn(to))) forget(k, volume, to);
  target.set(nameIn(to), source.get(nameIn(from))!);
  source.delete(nameIn(from));
  return 0;
}

function statfs(k: Kernel, mount: Mount): StatFs {
  const nodes = [...volumeOf(mount).nodes.values()];
  const blocks = Math.ceil(nodes.reduce((sum, { room }) => sum + NODE_SIZE + room, 0) / BLOCK_SIZE);
  const freeBlocks = Math.floor(nodes.reduce((sum, { room, size }) => sum + room - size, 0) / BLOCK_SIZE);
  return {
    type: TMPFS_MAGIC,
    nameLength: Number(k.state.settings.config.CONFIG_NAME_MAX),
    blockSize: BLOCK_SIZE,
    blocks,
    freeBlocks,
    availableBlocks: freeBlocks,
    files: nodes.length,
    freeFiles: 0,
  };
}

export const tmpfs: FileSystem = {
  needsSource: false,
  bind(k, mount) {
    const volume: Volume = { root: 0, nodes: new Map() };
    const root = newNode(k, volume, true);
    if (root < 0) return root;
    volume.root = root;
    mount.data = volume;
    return 0;
  },
  unbind(k, mount) {
    const volume = volumeOf(mount);
    for (const [id, node] of volume.nodes) {
      Object.assign(node, { named: false, users: 0 });
      discardUnused(k, volume, id);
    }
    return 0;
  },
  open,
  list,
  stat(_k, mount, path) {
    const volume = volumeOf(mount);
    const id = find(volume, path);
    return id < 0 ? id : statNode(volume.nodes.get(id)!);
  },
  statfs,
  unlink,
  mkdir: (k, mount, path) => Math.min(add(k, volumeOf(mount), path, true), 0),
  rmdir,
  rename,
};

function nodeOf({ state }: Kernel, { object, node }: OpenFile): Node {
  return volumeOf(state.mounts.get(object)!).nodes.get(node)!;
}

function read(k: Kernel, file: OpenFile, data: number, length: number): number {
  const node = nodeOf(k, file);
  const count = Math.min(length, Math.max(0, node.size - file.offset));
  k.memory.slice(data, count).set(k.memory.slice(node.data + file.offset, count));
  file.offset += count;
  return count;
}

/** All of the bytes, behind zeros if the position is beyond the end. -ENOMEM: no room. */
function write(k: Kernel, file: OpenFile, data: number, length: number): number {
  const node = nodeOf(k, file);
  const end = file.offset + length;
  const resized = end > node.size ? resize(k, node, end) : 0;
  if (resized < 0) return resized;
  k.memory.slice(node.data + file.offset, length).set(k.memory.slice(data, length));
  file.offset = end;
  return length;
}

/** Of open files. */
export const tmpfsFile: FileOperations = {
  close(k, file) {
    const volume = volumeOf(k.state.mounts.get(file.object)!);
    volume.nodes.get(file.node)!.users--;
    discardUnused(k, volume, file.node);
  },
  read,
  write,
  seek: (k, file, offset, whence) => seekWithin(file, nodeOf(k, file).size, offset, whence),
  truncate: (k, file, length) => resize(k, nodeOf(k, file), length),
  sync: () => 0,
  stat: (k, file) => statNode(nodeOf(k, file)),
};
