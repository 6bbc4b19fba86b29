/**
 * What a file system type does with paths below its mount point (NuttX: struct mountpt_operations). What it does with open
 * files are {@link FileOperations} under the type's name; such a file's `object` is the mount's id and its `node` what the
 * type's `open` made of it.
 */
import type { Kernel } from '../kernel';
import type { OpenFile } from './file';
import type { Stat } from './mode';

/** A mounted volume, in the state. */
export interface Mount {
  id: number;
  /** Where in the pseudo file system, canonical. */
  path: string;
  type: string;
  /** Of the block device, canonical; empty for types that have none. */
  source: string;
  readOnly: boolean;
  /** The type's own, plain data. */
  data: unknown;
}

export interface DirectoryEntry {
  name: string;
  /** d_type is made of it: {@link Mode}. */
  mode: number;
}

/** struct statfs. */
export interface StatFs {
  /** Magic number of the type. */
  type: number;
  nameLength: number;
  blockSize: number;
  blocks: number;
  freeBlocks: number;
  availableBlocks: number;
  files: number;
  freeFiles: number;
}

/** Of a volume that has no medium, so no blocks. */
export const statWithoutBlocks = ({ state }: Kernel, type: number, files = 0): StatFs => ({
  type,
  nameLength: Number(state.settings.config.CONFIG_NAME_MAX),
  blockSize: 0,
  blocks: 0,
  freeBlocks: 0,
  availableBlocks: 0,
  files,
  freeFiles: 0,
});

/** Paths are relative to the mount point, canonical without a slash in front; '' is the volume's root. Results are negated errnos, or 0. */
export interface FileSystem {
  /** Whether `mount` needs a block device. */
  needsSource: boolean;
  /** Reads the volume; sets `mount.data`. `options` is what mount was given as data. */
  bind(k: Kernel, mount: Mount, options: string): number;
  /** The volume goes; nothing on it is open unless it is forced. */
  unbind(k: Kernel, mount: Mount): number;
  /** Opens or, with O_CREAT, makes a file; sets `file.node`. */
  open(k: Kernel, mount: Mount, file: OpenFile, path: string, mode: number): number;
  list(k: Kernel, mount: Mount, path: string): DirectoryEntry[] | number;
  stat(k: Kernel, mount: Mount, path: string): Stat | number;
  statfs(k: Kernel, mount: Mount): StatFs;
  /** What is missing here is refused with EROFS or ENOSYS, as NuttX does. */
  unlink?(k: Kernel, mount: Mount, path: string): number;
  mkdir?(k: Kernel, mount: Mount, path: string, mode: number): number;
  rmdir?(k: Kernel, mount: Mount, path: string): number;
  /** What has the new name, and is no directory, is replaced; both stay as they are when it fails. */
  rename?(k: Kernel, mount: Mount, from: string, to: string): number;
  /** Whether two paths lead to one file; missing where only the same path does. */
  isSame?(k: Kernel, mount: Mount, path: string, other: string): boolean;
}
