/** A FAT volume that is mounted: where on the device its parts are, and what is open. Plain data, in `Mount.data`. */
import type { Kernel } from '../../kernel';
import type { BlockDevice } from '../block';
import { viewSectors, writeSectors } from '../volume';
import type { FatNode } from './node';

/** Where the parts of a volume are; sectors count from the device's first. */
export interface FatLayout {
  /** Bits of a number in the table. */
  bits: 12 | 16 | 32;
  /** Bytes. */
  sectorSize: number;
  clusterSectors: number;
  /** First sectors of the tables that are read and written, the one to read first. */
  tables: number[];
  tableSectors: number;
  /** The root directory of FAT12 and FAT16. */
  rootStart: number;
  rootSectors: number;
  /** First cluster of the root directory of FAT32; else 0. */
  rootCluster: number;
  /** Where cluster 2 begins, and how many clusters there are. */
  dataStart: number;
  clusters: number;
  /** FAT32 keeps the number of free clusters here; 0: nowhere. */
  infoSector: number;
}

export interface FatVolume extends FatLayout {
  device: BlockDevice;
  /** Clusters that no file has, and where to look for the next one. */
  free: number;
  next: number;
  /** Files that are open, by the number under which their open files know them. */
  nodes: Map<number, FatNode>;
  nextNode: number;
}

export const clusterBytes = ({ clusterSectors, sectorSize }: FatLayout) => clusterSectors * sectorSize;

export const sectorOf = (volume: FatLayout, cluster: number) =>
  volume.dataStart + (cluster - 2) * volume.clusterSectors;

/** Whether there is a cluster with this number. */
export const isCluster = ({ clusters }: FatLayout, cluster: number) => cluster >= 2 && cluster < clusters + 2;

/** Changes some of a sector's bytes. */
export function changeSector(k: Kernel, volume: FatVolume, sector: number, change: (bytes: Uint8Array) => void): void {
  const bytes = viewSectors(k, volume.device, sector).slice();
  change(bytes);
  writeSectors(k, volume.device, sector, bytes);
}

export function clearCluster(k: Kernel, volume: FatVolume, cluster: number): void {
  writeSectors(k, volume.device, sectorOf(volume, cluster), new Uint8Array(clusterBytes(volume)));
}

/** Numbers as they lie on the medium. */
export const load16 = (bytes: Uint8Array, at: number) => bytes[at]! | (bytes[at + 1]! << 8);
export const load32 = (bytes: Uint8Array, at: number) => (load16(bytes, at) | (load16(bytes, at + 2) << 16)) >>> 0;

export function store16(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value;
  bytes[at + 1] = value >>> 8;
}

export function store32(bytes: Uint8Array, at: number, value: number): void {
  store16(bytes, at, value);
  store16(bytes, at + 2, value >>> 16);
}
