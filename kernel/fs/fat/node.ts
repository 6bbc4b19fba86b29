/** Files that are open. Those who have the same file open share its node, so that they see each other's writes at once. */
import { Errno } from '../../errno';
import type { Kernel } from '../../kernel';
import { fail } from '../volume';
import { writeEntry, type FatEntry, type FatFile } from './directory';
import { Attribute } from './names';
import { addCluster, endChain, freeChain, nextCluster, writeInfo } from './table';
import { fatTimeNow } from './time';
import { clusterBytes, isCluster, type FatVolume } from './volume';

export interface FatNode extends FatFile {
  /** Of its entry; -1: its name has been taken away, and its clusters go with the last who has it open. */
  position: number;
  /** Open files. */
  opens: number;
  /** The cluster of the file that was last used, and its place in the chain. */
  at: { index: number; cluster: number };
}

/** Opens an entry's file; gives its node's number. */
export function openNode(volume: FatVolume, entry: FatFile & Pick<FatEntry, 'position'>): number {
  const { nodes } = volume;
  const known = [...nodes].find(([, node]) => node.position === entry.position);
  if (known) {
    known[1].opens++;
    return known[0];
  }
  const { attributes, cluster, size, created, modified, accessed, position } = entry;
  const id = volume.nextNode++;
  const at = { index: 0, cluster };
  nodes.set(id, { attributes, cluster, size, created, modified, accessed, position, opens: 1, at });
  return id;
}

/** The node of an entry's file, if it is open. */
export function nodeAt({ nodes }: FatVolume, position: number): FatNode | undefined {
  return [...nodes.values()].find((node) => node.position === position);
}

/** One who had the file open has closed it. */
export function closeNode(k: Kernel, volume: FatVolume, id: number): void {
  const node = volume.nodes.get(id)!;
  if (--node.opens > 0) return;
  volume.nodes.delete(id);
  if (node.position >= 0) return;
  freeChain(k, volume, node.cluster);
  writeInfo(k, volume);
}

/** Writes the node into its entry, with the time of now. */
export function writeNode(k: Kernel, volume: FatVolume, node: FatNode): void {
  node.modified = fatTimeNow(k);
  node.accessed = node.modified;
  node.attributes |= Attribute.Archive;
  if (node.position >= 0) writeEntry(k, volume, node.position, node);
  writeInfo(k, volume);
}

/**
 * The cluster of a file with this place in its chain. With `extend` the chain becomes as long as that.
 *
 * @throws VolumeError EIO: the chain is shorter than the file is long, or leads nowhere; ENOSPC
 */
export function clusterAt(k: Kernel, volume: FatVolume, node: FatNode, index: number, extend: boolean): number {
  // Nothing on the volume is that long: the chain is a circle.
  if (index >= volume.clusters) fail(extend ? Errno.ENOSPC : Errno.EIO);
  if (node.cluster === 0) {
    if (!extend) fail(Errno.EIO);
    node.cluster = addCluster(k, volume, 0);
    node.at = { index: 0, cluster: node.cluster };
  }
  if (!isCluster(volume, node.cluster)) fail(Errno.EIO);
  if (index < node.at.index) node.at = { index: 0, cluster: node.cluster };
  while (node.at.index < index) {
    const { index: here, cluster } = node.at;
    const next = nextCluster(k, volume, cluster);
    if (!next && !extend) fail(Errno.EIO);
    node.at = { index: here + 1, cluster: next || addCluster(k, volume, cluster) };
  }
  return node.at.cluster;
}

/** The file has no more clusters than its size needs. */
export function trimNode(k: Kernel, volume: FatVolume, node: FatNode): void {
  const count = Math.ceil(node.size / clusterBytes(volume));
  if (count > 0) {
    endChain(k, volume, clusterAt(k, volume, node, count - 1, false));
    return;
  }
  freeChain(k, volume, node.cluster);
  node.cluster = 0;
  node.at = { index: 0, cluster: 0 };
}
