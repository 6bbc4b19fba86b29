/** The boot sector: from it comes where everything else is (NuttX: fat_mount in fs_fat32util.c). */
import { Errno } from '../../errno';
import type { Kernel } from '../../kernel';
import type { BlockDevice } from '../block';
import { fail, viewSectors } from '../volume';
import { load16, load32, type FatLayout } from './volume';

/** Fields of the boot sector, by their offset. */
export const Boot = {
  SectorSize: 11,
  ClusterSectors: 13,
  ReservedSectors: 14,
  Tables: 16,
  RootEntries: 17,
  Sectors16: 19,
  Media: 21,
  TableSectors16: 22,
  SectorsPerTrack: 24,
  Heads: 26,
  HiddenSectors: 28,
  Sectors32: 32,
  /** Of FAT12 and FAT16; those of FAT32 are as far behind {@link Boot32.Drive}. */
  Drive: 36,
  Signature: 510,
} as const;

/** Those that FAT32 has. */
export const Boot32 = {
  TableSectors: 36,
  Flags: 40,
  RootCluster: 44,
  InfoSector: 48,
  BackupSector: 50,
  Drive: 64,
} as const;

export const SIGNATURE = 0xaa55;
export const DIRECTORY_ENTRY = 32;

/** Clusters that make it FAT16 rather than FAT12. */
export const MIN_FAT16_CLUSTERS = 4085;

/** Flags of FAT32: only one table is in use, and which. */
const ONE_TABLE = 0x80;
const WHICH_TABLE = 0x0f;

const PARTITION_TABLE = 446;
const PARTITION_ENTRY = 16;
const PARTITIONS = 4;

/** Where the volume of a device is: all of the device, or one of its partitions. EINVAL: no FAT volume. */
export function readLayout(k: Kernel, device: BlockDevice): FatLayout {
  const geometry = k.blocks[device.kind]!.geometry(k, device.object);
  if (geometry.sectorSize < 512) return fail(Errno.EINVAL);
  const layoutAt = (start: number) =>
    start < geometry.sectors
      ? layoutOf(viewSectors(k, device, start), start, geometry.sectorSize, geometry.sectors - start)
      : null;
  const whole = layoutAt(0);
  if (whole) return whole;
  const first = viewSectors(k, device, 0);
  if (load16(first, Boot.Signature) !== SIGNATURE) return fail(Errno.EINVAL);
  for (let i = 0; i < PARTITIONS; i++) {
    const start = load32(first, PARTITION_TABLE + i * PARTITION_ENTRY + 8);
    const layout = start > 0 ? layoutAt(start) : null;
    if (layout) return layout;
  }
  return fail(Errno.EINVAL);
}

/** What a boot sector says of its volume; null when that cannot be. `available` sectors are there. */
function layoutOf(boot: Uint8Array, start: number, sectorSize: number, available: number): FatLayout | null {
  const clusterSectors = boot[Boot.ClusterSectors]!;
  const tables = boot[Boot.Tables]!;
  const reserved = load16(boot, Boot.ReservedSectors);
  const isFat32 = load16(boot, Boot.TableSectors16) === 0;
  const tableSectors = isFat32 ? load32(boot, Boot32.TableSectors) : load16(boot, Boot.TableSectors16);
  const sectors = load16(boot, Boot.Sectors16) || load32(boot, Boot.Sectors32);
  const rootBytes = load16(boot, Boot.RootEntries) * DIRECTORY_ENTRY;
  const rootSectors = isFat32 ? 0 : Math.ceil(rootBytes / sectorSize);
  const dataStart = reserved + tables * tableSectors + rootSectors;
  if (load16(boot, Boot.Signature) !== SIGNATURE || load16(boot, Boot.SectorSize) !== sectorSize) return null;
  if (clusterSectors === 0 || (clusterSectors & (clusterSectors - 1)) !== 0) return null;
  if (tables === 0 || reserved === 0 || tableSectors === 0 || sectors > available || dataStart >= sectors) return null;
  if (!isFat32 && rootSectors === 0) return null;

  const there = Math.floor((sectors - dataStart) / clusterSectors);
  const bits = isFat32 ? 32 : there >= MIN_FAT16_CLUSTERS ? 16 : 12;
  // No more than the table has room for.
  const clusters = Math.min(there, Math.floor((tableSectors * sectorSize * 8) / bits) - 2);
  const rootCluster = isFat32 ? load32(boot, Boot32.RootCluster) : 0;
  if (clusters < 1 || (isFat32 && (rootCluster < 2 || rootCluster >= clusters + 2))) return null;
  const flags = isFat32 ? load16(boot, Boot32.Flags) : 0;
  const inUse = Array.from({ length: tables }, (_, i) => i).filter(
    (i) => !(flags & ONE_TABLE) || i === (flags & WHICH_TABLE),
  );
  if (inUse.length === 0) return null;
  const info = isFat32 ? load16(boot, Boot32.InfoSector) : 0;
  return {
    bits,
    sectorSize,
    clusterSectors,
    tables: inUse.map((i) => start + reserved + i * tableSectors),
    tableSectors,
    rootStart: start + dataStart - rootSectors,
    rootSectors,
    rootCluster,
    dataStart: start + dataStart,
    clusters,
    infoSector: info > 0 && info < reserved ? start + info : 0,
  };
}
