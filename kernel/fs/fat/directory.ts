/** Directories: entries of 32 bytes, in a chain of clusters or, for the root of FAT12 and FAT16, at a fixed place. */
import { Errno } from '../../errno';
import type { Kernel } from '../../kernel';
import { fail, viewSectors } from '../volume';
import { DIRECTORY_ENTRY } from './boot';
import {
  Attribute,
  isDot,
  LONG_NAME,
  readLongName,
  readShortName,
  shortNameAt,
  storeName,
  takePiece,
  writeShortName,
  type LongName,
  type ShortName,
} from './names';
import { addCluster, nextCluster } from './table';
import { folded } from './text';
import type { FatTime } from './time';
import {
  changeSector,
  clearCluster,
  isCluster,
  load16,
  load32,
  sectorOf,
  store16,
  store32,
  type FatVolume,
} from './volume';

/** Fields of an entry, by their offset. */
const Field = {
  Attributes: 11,
  Created: 14,
  Accessed: 18,
  ClusterHigh: 20,
  Modified: 22,
  ClusterLow: 26,
  Size: 28,
} as const;

/** First bytes of entries that nothing is in; behind the latter there are no more. */
const REMOVED = 0xe5;
const NO_MORE = 0;

/** Entries that a directory can have. */
const MOST_ENTRIES = 65536;

/** What an entry says of its file or directory, beside the name. */
export interface FatFile {
  attributes: number;
  /** First cluster; 0: none, or the root. */
  cluster: number;
  /** Bytes; 0 for directories. */
  size: number;
  created: FatTime;
  modified: FatTime;
  /** Only its date is kept. */
  accessed: FatTime;
}

/** One that was found. */
export interface FatEntry extends FatFile {
  name: string;
  short: ShortName;
  /** First cluster of the directory that it is in; 0: the root. */
  directory: number;
  /** Places in it: the first, of its long name, and the last, which has the short one. */
  first: number;
  last: number;
  /** Byte on the device at which the last begins: no two entries have the same. */
  position: number;
}

export const isDirectory = ({ attributes }: FatFile) => (attributes & Attribute.Directory) !== 0;

/** The sectors of a directory, in their order. EIO: its chain leads nowhere, or has no end. */
function sectorsOf(k: Kernel, volume: FatVolume, directory: number): number[] {
  const { rootStart, rootSectors, rootCluster, clusterSectors, bits } = volume;
  if (directory === 0 && bits !== 32) return Array.from({ length: rootSectors }, (_, i) => rootStart + i);
  const sectors: number[] = [];
  for (let cluster = directory || rootCluster; cluster; cluster = nextCluster(k, volume, cluster)) {
    if (!isCluster(volume, cluster) || isFull(volume, sectors.length)) fail(Errno.EIO);
    for (let i = 0; i < clusterSectors; i++) sectors.push(sectorOf(volume, cluster) + i);
  }
  return sectors;
}

/** Whether a directory can have no more than so many sectors. */
const isFull = ({ sectorSize }: FatVolume, sectors: number) => sectors * sectorSize >= MOST_ENTRIES * DIRECTORY_ENTRY;

/** Where an entry is: a sector, and the offset in it. */
function locate({ sectorSize }: FatVolume, sectors: readonly number[], index: number) {
  const offset = index * DIRECTORY_ENTRY;
  return { sector: sectors[Math.floor(offset / sectorSize)], at: offset % sectorSize };
}

/** The entries as they are, up to the last that was ever used. */
function* rawEntries(k: Kernel, volume: FatVolume, sectors: readonly number[]) {
  let index = 0;
  for (const sector of sectors) {
    const bytes = viewSectors(k, volume.device, sector);
    for (let at = 0; at < volume.sectorSize; at += DIRECTORY_ENTRY, index++) {
      const raw = bytes.subarray(at, at + DIRECTORY_ENTRY);
      if (raw[0] === NO_MORE) return;
      yield { raw, index, position: sector * volume.sectorSize + at };
    }
  }
}

/** What is in a directory, without '.' and '..'. */
export function* entriesOf(k: Kernel, volume: FatVolume, directory: number): Generator<FatEntry> {
  let long: LongName | null = null;
  for (const { raw, index, position } of rawEntries(k, volume, sectorsOf(k, volume, directory))) {
    const attributes = raw[Field.Attributes]!;
    if (raw[0] !== REMOVED && (attributes & 0x3f) === LONG_NAME) {
      long = takePiece(long, raw);
      continue;
    }
    if (raw[0] !== REMOVED && !(attributes & Attribute.Volume)) {
      const short = shortNameAt(raw);
      const longName = readLongName(long, short);
      const name = longName ?? readShortName(short, raw[12]!);
      const first = longName === null ? index : index - long!.pieces;
      if (!isDot(name)) yield { ...readFile(volume, raw), name, short, directory, first, last: index, position };
    }
    long = null;
  }
}

function readFile({ bits }: FatVolume, raw: Uint8Array): FatFile {
  const attributes = raw[Field.Attributes]!;
  const high = bits === 32 ? load16(raw, Field.ClusterHigh) : 0;
  return {
    attributes,
    cluster: high * 0x10000 + load16(raw, Field.ClusterLow),
    size: attributes & Attribute.Directory ? 0 : load32(raw, Field.Size),
    created: load32(raw, Field.Created),
    modified: load32(raw, Field.Modified),
    accessed: load16(raw, Field.Accessed) * 0x10000,
  };
}

function storeFile(raw: Uint8Array, file: FatFile): void {
  raw[Field.Attributes] = file.attributes;
  store32(raw, Field.Created, file.created);
  store16(raw, Field.Accessed, file.accessed >>> 16);
  store16(raw, Field.ClusterHigh, file.cluster >>> 16);
  store32(raw, Field.Modified, file.modified);
  store16(raw, Field.ClusterLow, file.cluster);
  store32(raw, Field.Size, file.size);
}

/** The entry of a name, in any case, or of a short name; undefined for none. */
export function findEntry(k: Kernel, volume: FatVolume, directory: number, name: string): FatEntry | undefined {
  const wanted = folded(name);
  let short: FatEntry | undefined;
  for (const entry of entriesOf(k, volume, directory)) {
    if (folded(entry.name) === wanted) return entry;
    if (readShortName(entry.short, 0) === wanted) short = entry;
  }
  return short;
}

/** Whether there is nothing in a directory. */
export function isEmpty(k: Kernel, volume: FatVolume, directory: number): boolean {
  return entriesOf(k, volume, directory).next().done === true;
}

/**
 * Writes a new entry into a directory, which grows if it must. Gives where it is ({@link FatEntry.position}).
 *
 * @param replaced an entry of the same name that will be removed then
 * @throws VolumeError ENOSPC: the directory or the volume is full
 */
export function addEntry(
  k: Kernel,
  volume: FatVolume,
  directory: number,
  name: string,
  file: FatFile,
  replaced?: FatEntry,
): number {
  const taken = new Set<ShortName>();
  for (const { short, position } of entriesOf(k, volume, directory))
    if (position !== replaced?.position) taken.add(short);
  const stored = storeName(name, taken);
  const raw = new Uint8Array(DIRECTORY_ENTRY);
  storeFile(raw, file);
  writeShortName(raw, stored);
  const all = [...stored.pieces, raw];
  const { sectors, first, isLast } = makeRoom(k, volume, directory, all.length);
  // Behind the last entry that was ever used there may be anything.
  if (isLast) all.push(new Uint8Array(1));
  changeEntries(k, volume, sectors, first, all);
  const { sector, at } = locate(volume, sectors, first + stored.pieces.length);
  return sector! * volume.sectorSize + at;
}

/** Writes entries, or their first bytes, one behind the other; each sector once. */
function changeEntries(
  k: Kernel,
  volume: FatVolume,
  sectors: readonly number[],
  first: number,
  entries: readonly Uint8Array[],
): void {
  const bySector = new Map<number, { at: number; bytes: Uint8Array }[]>();
  entries.forEach((bytes, i) => {
    const { sector, at } = locate(volume, sectors, first + i);
    if (sector !== undefined) bySector.set(sector, [...(bySector.get(sector) ?? []), { at, bytes }]);
  });
  for (const [sector, changes] of bySector)
    changeSector(k, volume, sector, (old) => changes.forEach(({ at, bytes }) => old.set(bytes, at)));
}

/** Finds so many free entries in a row. `isLast`: there are none behind them. */
function makeRoom(k: Kernel, volume: FatVolume, directory: number, count: number) {
  const sectors = sectorsOf(k, volume, directory);
  let [first, end] = [0, 0];
  for (const { raw, index } of rawEntries(k, volume, sectors)) {
    end = index + 1;
    if (raw[0] !== REMOVED) first = end;
    else if (end - first === count) return { sectors, first, isLast: false };
  }
  const room = () => (sectors.length * volume.sectorSize) / DIRECTORY_ENTRY;
  while (first + count > room()) grow(k, volume, directory, sectors);
  return { sectors, first, isLast: first + count > end };
}

/** A directory gets one cluster more. */
function grow(k: Kernel, volume: FatVolume, directory: number, sectors: number[]): void {
  if ((directory === 0 && volume.bits !== 32) || isFull(volume, sectors.length)) fail(Errno.ENOSPC);
  const last = 2 + Math.floor((sectors.at(-1)! - volume.dataStart) / volume.clusterSectors);
  const cluster = addCluster(k, volume, last);
  clearCluster(k, volume, cluster);
  for (let i = 0; i < volume.clusterSectors; i++) sectors.push(sectorOf(volume, cluster) + i);
}

/** Takes an entry and its long name out of its directory. */
export function removeEntry(k: Kernel, volume: FatVolume, { directory, first, last }: FatEntry): void {
  const removed = Array.from({ length: last - first + 1 }, () => Uint8Array.of(REMOVED));
  changeEntries(k, volume, sectorsOf(k, volume, directory), first, removed);
}

/** Writes what is known of a file into its entry. */
export function writeEntry(k: Kernel, volume: FatVolume, position: number, file: FatFile): void {
  const sector = Math.floor(position / volume.sectorSize);
  const at = position % volume.sectorSize;
  changeSector(k, volume, sector, (bytes) => storeFile(bytes.subarray(at, at + DIRECTORY_ENTRY), file));
}

/** A new, empty directory in another one; gives its cluster. ENOSPC. */
export function makeDirectory(k: Kernel, volume: FatVolume, parent: number, time: FatTime): number {
  const cluster = addCluster(k, volume, 0);
  clearCluster(k, volume, cluster);
  changeSector(k, volume, sectorOf(volume, cluster), (bytes) => {
    [
      { name: '.', cluster },
      { name: '..', cluster: parent },
    ].forEach(({ name, cluster: of }, i) => {
      const raw = bytes.subarray(i * DIRECTORY_ENTRY, (i + 1) * DIRECTORY_ENTRY);
      const times = { created: time, modified: time, accessed: time };
      storeFile(raw, { attributes: Attribute.Directory, cluster: of, size: 0, ...times });
      writeShortName(raw, { short: name.padEnd(11), lowerCase: 0 });
    });
  });
  return cluster;
}

/** A directory is in another one now. */
export function setParent(k: Kernel, volume: FatVolume, directory: number, parent: number): void {
  changeSector(k, volume, sectorOf(volume, directory), (bytes) => {
    const raw = bytes.subarray(DIRECTORY_ENTRY, 2 * DIRECTORY_ENTRY);
    // Unless the volume is damaged.
    if (shortNameAt(raw) !== '..'.padEnd(11)) return;
    store16(raw, Field.ClusterLow, parent);
    store16(raw, Field.ClusterHigh, parent >>> 16);
  });
}
