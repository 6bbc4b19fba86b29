/** Reading and writing files of a FAT volume (NuttX: fs_fat32.c). Everything is on the device when a call returns. */
import { Errno } from '../../errno';
import type { Kernel } from '../../kernel';
import type { OpenFile } from '../file';
import { O_APPEND } from '../openflags';
import type { FileOperations, Stat } from '../operations';
import { seekWithin } from '../seek';
import { attempt, fail, viewSectors, writeSectors } from '../volume';
import type { FatFile } from './directory';
import { clusterAt, closeNode, trimNode, writeNode, type FatNode } from './node';
import { Attribute } from './names';
import { secondsOfFatTime } from './time';
import { clusterBytes, sectorOf, type FatVolume } from './volume';
import { Mode } from '../mode';

/** Most bytes of a file: what its entry can say. */
const MOST_BYTES = 0xffff_ffff;

/** The volume of an open file. ENODEV: it was unmounted by force. */
function volumeOf({ state }: Kernel, { object }: OpenFile): FatVolume {
  return (state.mounts.get(object)?.data as FatVolume | undefined) ?? fail(Errno.ENODEV);
}

/** The volume and the node of an open file, for what the operation does with them. */
function withNode(k: Kernel, file: OpenFile, work: (volume: FatVolume, node: FatNode) => number): number {
  return attempt(() => {
    const volume = volumeOf(k, file);
    return work(volume, volume.nodes.get(file.node)!);
  });
}

/** A piece of a file that lies in one cluster. */
interface Piece {
  cluster: number;
  /** In the cluster, and in what is read or written. */
  start: number;
  at: number;
  length: number;
}

/** The pieces of a file from an offset on. With `extend` it gets the clusters for them; see {@link clusterAt}. */
function* piecesOf(
  k: Kernel,
  volume: FatVolume,
  node: FatNode,
  offset: number,
  length: number,
  extend: boolean,
): Generator<Piece> {
  const bytes = clusterBytes(volume);
  for (let at = 0; at < length;) {
    const start = (offset + at) % bytes;
    const piece = Math.min(bytes - start, length - at);
    yield { cluster: clusterAt(k, volume, node, Math.floor((offset + at) / bytes), extend), start, at, length: piece };
    at += piece;
  }
}

/** The sectors that a piece is in, and where in them it begins. */
function sectorsOf(volume: FatVolume, { cluster, start, length }: Piece) {
  const { sectorSize } = volume;
  const first = Math.floor(start / sectorSize);
  const count = Math.ceil((start + length) / sectorSize) - first;
  return { sector: sectorOf(volume, cluster) + first, count, skip: start - first * sectorSize };
}

/** The bytes read, 0 at the end; -EIO: the volume is damaged. */
function read(k: Kernel, file: OpenFile, data: number, length: number): number {
  return withNode(k, file, (volume, node) => {
    const wanted = Math.min(length, node.size - file.offset);
    if (wanted <= 0) return 0;
    const target = k.memory.slice(data, wanted);
    for (const piece of piecesOf(k, volume, node, file.offset, wanted, false)) {
      const { sector, count, skip } = sectorsOf(volume, piece);
      target.set(viewSectors(k, volume.device, sector, count).subarray(skip, skip + piece.length), piece.at);
    }
    file.offset += wanted;
    return wanted;
  });
}

/** The bytes written, as many as there is room for; -ENOSPC: none; -EFBIG: the file would be too long; -EIO. */
function write(k: Kernel, file: OpenFile, data: number, length: number): number {
  return withNode(k, file, (volume, node) => {
    const offset = file.flags & O_APPEND ? node.size : file.offset;
    if (length === 0) return 0;
    if (offset >= MOST_BYTES) fail(Errno.EFBIG);
    const source = k.memory.slice(data, Math.min(length, MOST_BYTES - offset));
    const old = node.size;
    if (offset > old) extend(k, volume, node, offset);
    const written = store(k, volume, node, offset, source);
    if (written < 0) {
      // What was added in vain: a chain's first cluster, or zeros up to where the bytes were to be.
      resize(k, volume, node, old);
      fail(-written);
    }
    file.offset = offset + written;
    return written;
  });
}

/** Writes bytes that begin within the file or at its end, which moves if it must; gives how many. -ENOSPC, -EIO: none. */
function store(k: Kernel, volume: FatVolume, node: FatNode, offset: number, source: Uint8Array): number {
  let written = 0;
  const result = attempt(() => {
    for (const piece of piecesOf(k, volume, node, offset, source.length, true)) {
      writePiece(k, volume, piece, source.subarray(piece.at, piece.at + piece.length));
      written += piece.length;
    }
    return written;
  });
  if (written === 0) return result;
  node.size = Math.max(node.size, offset + written);
  writeNode(k, volume, node);
  return written;
}

function writePiece(k: Kernel, volume: FatVolume, piece: Piece, bytes: Uint8Array): void {
  const { sector, count, skip } = sectorsOf(volume, piece);
  if (piece.length === count * volume.sectorSize) {
    writeSectors(k, volume.device, sector, bytes);
    return;
  }
  const sectors = viewSectors(k, volume.device, sector, count).slice();
  sectors.set(bytes, skip);
  writeSectors(k, volume.device, sector, sectors);
}

/** Makes a file longer, with zeros. ENOSPC: it stays as it was. */
function extend(k: Kernel, volume: FatVolume, node: FatNode, size: number): void {
  const old = node.size;
  const bytes = clusterBytes(volume);
  if (Math.ceil(size / bytes) - Math.ceil(old / bytes) > volume.free) fail(Errno.ENOSPC);
  for (const piece of piecesOf(k, volume, node, old, size - old, true))
    writePiece(k, volume, piece, new Uint8Array(piece.length));
  node.size = size;
  writeNode(k, volume, node);
}

/** 0, or -EINVAL; -EFBIG: too long for FAT; -ENOSPC; -EIO. */
function truncate(k: Kernel, file: OpenFile, length: number): number {
  return withNode(k, file, (volume, node) => {
    if (length < 0) fail(Errno.EINVAL);
    if (length > MOST_BYTES) fail(Errno.EFBIG);
    resize(k, volume, node, length);
    return 0;
  });
}

/** Gives a file another length. */
export function resize(k: Kernel, volume: FatVolume, node: FatNode, length: number): void {
  if (length > node.size) {
    extend(k, volume, node, length);
    return;
  }
  node.size = length;
  trimNode(k, volume, node);
  writeNode(k, volume, node);
}

/** What is known of a file or directory. NuttX gives both no permission to execute. */
export function statOf(volume: FatVolume, { attributes, size, created, modified, accessed }: FatFile): Stat {
  const type = attributes & Attribute.Directory ? Mode.Directory : Mode.Regular;
  const blockSize = clusterBytes(volume);
  return {
    mode: type | 0o444 | (attributes & Attribute.ReadOnly ? 0 : 0o222),
    size,
    blockSize,
    blocks: Math.ceil(size / blockSize),
    atime: secondsOfFatTime(accessed),
    mtime: secondsOfFatTime(modified),
    ctime: secondsOfFatTime(created),
  };
}

export const fatFile: FileOperations = {
  read,
  write,
  truncate,
  seek: (k, file, offset, whence) => withNode(k, file, (_, node) => seekWithin(file, node.size, offset, whence)),
  close: (k, file) => void withNode(k, file, (volume) => (closeNode(k, volume, file.node), 0)),
  sync: (k, file) => withNode(k, file, () => 0),
  stat: (k, file) =>
    attempt(() => {
      const volume = volumeOf(k, file);
      return statOf(volume, volume.nodes.get(file.node)!);
    }),
};
