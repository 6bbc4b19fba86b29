/** The file allocation table: which cluster follows which (NuttX: fs_fat32util.c). All copies are kept the same. */
import { Errno } from '../../errno';
import type { Kernel } from '../../kernel';
import { fail, viewSectors, writeSectors } from '../volume';
import { changeSector, isCluster, load16, load32, store16, store32, type FatVolume } from './volume';

/** What stands in the table for a cluster that no file has; and for the last of a chain: any number from LAST on. */
const FREE = 0;
const LAST = { 12: 0xff8, 16: 0xfff8, 32: 0x0ffffff8 } as const;
const END = { 12: 0xfff, 16: 0xffff, 32: 0x0fffffff } as const;
/** Bits that FAT32 keeps for something else. */
const RESERVED32 = 0xf0000000;

/** Where the number of a cluster stands: a sector of the table, where in it, and whether it goes on in the next. */
function place({ bits, sectorSize }: FatVolume, cluster: number) {
  const offset = bits === 12 ? cluster + (cluster >> 1) : (cluster * bits) / 8;
  const sector = Math.floor(offset / sectorSize);
  const at = offset - sector * sectorSize;
  return { sector, at, count: bits === 12 && at === sectorSize - 1 ? 2 : 1 };
}

/** The number as it stands there. EIO: there is no such cluster. */
function entryOf(k: Kernel, volume: FatVolume, cluster: number): number {
  if (!isCluster(volume, cluster)) fail(Errno.EIO);
  const { sector, at, count } = place(volume, cluster);
  return numberAt(volume, viewSectors(k, volume.device, volume.tables[0]! + sector, count), at, cluster);
}

/** The number of a cluster, which stands at this place of the bytes. */
function numberAt({ bits }: FatVolume, bytes: Uint8Array, at: number, cluster: number): number {
  if (bits === 32) return load32(bytes, at) & ~RESERVED32;
  const value = load16(bytes, at);
  if (bits === 16) return value;
  return cluster & 1 ? value >> 4 : value & 0xfff;
}

/** Sectors that are read at a time: in as many no number goes on in the next. */
const RUN = 3;

/** Clusters of nobody, from one on. */
function* freeFrom(k: Kernel, volume: FatVolume, first: number): Generator<number> {
  const { bits, sectorSize, tableSectors, clusters, device, tables } = volume;
  const perRun = (RUN * sectorSize * 8) / bits;
  for (let run = Math.floor(first / perRun); run * perRun < clusters + 2; run++) {
    const bytes = viewSectors(k, device, tables[0]! + run * RUN, Math.min(RUN, tableSectors - run * RUN));
    const end = Math.min((run + 1) * perRun, clusters + 2);
    for (let cluster = Math.max(first, run * perRun); cluster < end; cluster++) {
      const at = Math.floor(((cluster - run * perRun) * bits) / 8);
      if (numberAt(volume, bytes, at, cluster) === FREE) yield cluster;
    }
  }
}

function setEntry(k: Kernel, volume: FatVolume, cluster: number, value: number): void {
  const { sector, at, count } = place(volume, cluster);
  for (const table of volume.tables) {
    const bytes = viewSectors(k, volume.device, table + sector, count).slice();
    if (volume.bits === 32) store32(bytes, at, (load32(bytes, at) & RESERVED32) | value);
    else if (volume.bits === 16) store16(bytes, at, value);
    else if (cluster & 1) store16(bytes, at, (load16(bytes, at) & 0xf) | (value << 4));
    else store16(bytes, at, (load16(bytes, at) & 0xf000) | value);
    writeSectors(k, volume.device, table + sector, bytes);
  }
}

/** The cluster behind one in its chain; 0: it is the last. EIO: the chain leads nowhere. */
export function nextCluster(k: Kernel, volume: FatVolume, cluster: number): number {
  const next = entryOf(k, volume, cluster);
  if (next >= LAST[volume.bits]) return 0;
  return isCluster(volume, next) ? next : fail(Errno.EIO);
}

function findFree(k: Kernel, volume: FatVolume, first: number): number | undefined {
  for (const cluster of freeFrom(k, volume, first)) return cluster;
  return undefined;
}

/** A cluster of nobody becomes the last of a chain, behind `previous` unless that is 0. ENOSPC: there is none. */
export function addCluster(k: Kernel, volume: FatVolume, previous: number): number {
  if (volume.free === 0) fail(Errno.ENOSPC);
  const cluster = findFree(k, volume, volume.next) ?? findFree(k, volume, 2) ?? fail(Errno.ENOSPC);
  setEntry(k, volume, cluster, END[volume.bits]);
  if (previous) setEntry(k, volume, previous, cluster);
  volume.free--;
  volume.next = isCluster(volume, cluster + 1) ? cluster + 1 : 2;
  return cluster;
}

/** The chain from this cluster on is nobody's any more; one that leads nowhere or into a circle ends there. */
export function freeChain(k: Kernel, volume: FatVolume, first: number): void {
  let cluster = first;
  while (isCluster(volume, cluster)) {
    const next = entryOf(k, volume, cluster);
    if (next === FREE) return;
    setEntry(k, volume, cluster, FREE);
    volume.free++;
    cluster = next;
  }
}

/** The chain ends with this cluster. */
export function endChain(k: Kernel, volume: FatVolume, last: number): void {
  const next = entryOf(k, volume, last);
  setEntry(k, volume, last, END[volume.bits]);
  freeChain(k, volume, next);
}

export function countFree(k: Kernel, volume: FatVolume): number {
  let free = 0;
  for (const _ of freeFrom(k, volume, 2)) free++;
  return free;
}

/** FAT32's sector with the number of free clusters. */
export const Info = { Lead: 0, Structure: 484, Free: 488, Next: 492, Trail: 508 } as const;
export const InfoMagic = { Lead: 0x41615252, Structure: 0x61417272, Trail: 0xaa550000 } as const;

const holdsInfo = (bytes: Uint8Array) =>
  load32(bytes, Info.Lead) === InfoMagic.Lead && load32(bytes, Info.Structure) === InfoMagic.Structure;

/** Writes the number of free clusters where FAT32 keeps it, if it has changed. */
export function writeInfo(k: Kernel, volume: FatVolume): void {
  if (volume.infoSector === 0) return;
  const now = viewSectors(k, volume.device, volume.infoSector);
  if (!holdsInfo(now) || load32(now, Info.Free) === volume.free) return;
  changeSector(k, volume, volume.infoSector, (bytes) => {
    store32(bytes, Info.Free, volume.free);
    store32(bytes, Info.Next, volume.next);
  });
}
