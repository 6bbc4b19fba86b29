/** From a path to an entry. */
import { Errno } from '../../errno';
import type { Kernel } from '../../kernel';
import { fail } from '../volume';
import { findEntry, isDirectory, type FatEntry } from './directory';
import { decodeName } from './text';
import { isCluster, type FatVolume } from './volume';

export interface Found {
  /** First cluster of the directory that the name is in; 0: the root. */
  directory: number;
  name: string;
  /** Undefined: nothing has the name yet. */
  entry: FatEntry | undefined;
  /** First clusters of all directories on the way. */
  way: number[];
}

/** First cluster of the directory that an entry is of. ENOTDIR: it is a file; EIO: it leads nowhere. */
export function directoryOf(volume: FatVolume, entry: FatEntry): number {
  if (!isDirectory(entry)) fail(Errno.ENOTDIR);
  if (!isCluster(volume, entry.cluster)) fail(Errno.EIO);
  return entry.cluster === volume.rootCluster ? fail(Errno.EIO) : entry.cluster;
}

/** Looks a path up that is not the root's. ENOENT, ENOTDIR: what is on the way is not there, or no directory. */
export function lookUp(k: Kernel, volume: FatVolume, path: string): Found {
  const names = path.split('/').map(decodeName);
  const name = names.pop()!;
  let directory = 0;
  const way: number[] = [];
  for (const each of names) {
    directory = directoryOf(volume, findEntry(k, volume, directory, each) ?? fail(Errno.ENOENT));
    way.push(directory);
  }
  return { directory, name, entry: findEntry(k, volume, directory, name), way };
}

/** The entry of a path, which has to be there. */
export function find(k: Kernel, volume: FatVolume, path: string): FatEntry {
  return lookUp(k, volume, path).entry ?? fail(Errno.ENOENT);
}
