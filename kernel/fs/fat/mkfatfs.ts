/** Makes a block device a FAT volume (NuttX apps: fsutils/mkfatfs). */
import { Errno } from '../../errno';
import { arc4random } from '../../random';
import type { Kernel } from '../../kernel';
import type { BlockDevice } from '../block';
import { canonical } from '../inode';
import { attempt, deviceOf, fail, writeSectors } from '../volume';
import { Boot, Boot32, DIRECTORY_ENTRY, MIN_FAT16_CLUSTERS, SIGNATURE } from './boot';
import { Attribute, SHORT } from './names';
import { Info, InfoMagic } from './table';
import { store16, store32 } from './volume';

/** struct fat_format_s; 0 is the default, if nothing else is said. */
export interface FatFormat {
  /** Copies of the table: 1 to 4. */
  tables: number;
  /** 12, 16 or 32; 0: what suits the size. */
  bits: number;
  /** Sectors per cluster as a power of two, 0 to 7; 0xff: what suits the size. */
  clusterShift: number;
  /** 11 characters. */
  label: string;
  /** Sector with the copy of the boot sector, of FAT32. */
  backup: number;
  rootEntries: number;
  reserved: number;
  /** Sectors in front of the volume, of which the boot sector tells. */
  hidden: number;
  id: number;
  /** Sectors; 0: all that there are. */
  sectors: number;
}

const MOST_FAT12 = MIN_FAT16_CLUSTERS - 1;
const MOST_FAT16 = 65524;
const MOST_FAT32 = 0x0fff_fff4;
const MOST_SHIFT = 7;
const AUTO_SHIFT = 0xff;
const ROOT_CLUSTER = 2;
const MEDIA = 0xf8;
const BLANK = ' '.repeat(SHORT);

interface Plan extends FatFormat {
  bits: 12 | 16 | 32;
  sectorSize: number;
  clusterSectors: number;
  tableSectors: number;
  rootSectors: number;
  clusters: number;
}

/** How a volume of this type and cluster size would be; null: it cannot have that number of clusters. */
function planOf(format: FatFormat, bits: 12 | 16 | 32, shift: number, sectorSize: number): Plan | null {
  const clusterSectors = 1 << shift;
  const is32 = bits === 32;
  const rootEntries = is32 ? 0 : format.rootEntries || 512;
  const rootSectors = Math.ceil((rootEntries * DIRECTORY_ENTRY) / sectorSize);
  const reserved = format.reserved || (is32 ? 32 : 1);
  const room = format.sectors - reserved - rootSectors;
  // Each cluster needs its sectors and its numbers in the tables.
  const bitsPerCluster = clusterSectors * sectorSize * 8 + format.tables * bits;
  const most = Math.floor((room * sectorSize * 8) / bitsPerCluster);
  if (most < 1) return null;
  const tableSectors = Math.ceil(((most + 2) * bits) / 8 / sectorSize);
  const clusters = Math.floor((room - format.tables * tableSectors) / clusterSectors);
  const least = bits === 16 ? MIN_FAT16_CLUSTERS : 1;
  const limit = bits === 12 ? MOST_FAT12 : bits === 16 ? MOST_FAT16 : MOST_FAT32;
  if (clusters < least || clusters > limit || clusterSectors * sectorSize > 32768) return null;
  const backup = is32 ? format.backup || 6 : 0;
  if (is32 && (reserved < 3 || backup >= reserved || backup < 2)) return null;
  return {
    ...format,
    bits,
    backup,
    rootEntries,
    reserved,
    sectorSize,
    clusterSectors,
    tableSectors,
    rootSectors,
    clusters,
  };
}

/**
 * The first plan that is possible: FAT12 before FAT16 before FAT32 with the smallest clusters, as NuttX prefers. FAT32 is
 * made only on request unless its clusters are too many for FAT16. EINVAL: none is.
 */
function plan(format: FatFormat, sectorSize: number): Plan {
  const types = format.bits === 0 ? ([12, 16, 32] as const) : ([format.bits] as (12 | 16 | 32)[]);
  const shifts =
    format.clusterShift === AUTO_SHIFT ? Array.from({ length: MOST_SHIFT + 1 }, (_, i) => i) : [format.clusterShift];
  for (const bits of types) {
    for (const shift of shifts) {
      const found = planOf(format, bits, shift, sectorSize);
      if (found) return found;
    }
  }
  return fail(Errno.EINVAL);
}

function bootSector(p: Plan): Uint8Array {
  const boot = new Uint8Array(p.sectorSize);
  // A jump over the fields to a loop.
  boot.set([0xeb, p.bits === 32 ? 0x58 : 0x3c, 0x90]);
  putText(boot, 3, 'TICKSCOP');
  store16(boot, Boot.SectorSize, p.sectorSize);
  boot[Boot.ClusterSectors] = p.clusterSectors;
  store16(boot, Boot.ReservedSectors, p.reserved);
  boot[Boot.Tables] = p.tables;
  store16(boot, Boot.RootEntries, p.rootEntries);
  const is16 = p.sectors < 0x10000 && p.bits !== 32;
  store16(boot, Boot.Sectors16, is16 ? p.sectors : 0);
  store32(boot, Boot.Sectors32, is16 ? 0 : p.sectors);
  boot[Boot.Media] = MEDIA;
  store16(boot, Boot.SectorsPerTrack, 63);
  store16(boot, Boot.Heads, 255);
  store32(boot, Boot.HiddenSectors, p.hidden);
  if (p.bits === 32) {
    store32(boot, Boot32.TableSectors, p.tableSectors);
    store32(boot, Boot32.RootCluster, ROOT_CLUSTER);
    store16(boot, Boot32.InfoSector, 1);
    store16(boot, Boot32.BackupSector, p.backup);
  } else store16(boot, Boot.TableSectors16, p.tableSectors);
  const drive = p.bits === 32 ? Boot32.Drive : Boot.Drive;
  boot[drive] = 0x80;
  boot[drive + 2] = 0x29;
  store32(boot, drive + 3, p.id);
  putText(boot, drive + 7, p.label === BLANK ? 'NO NAME'.padEnd(SHORT) : p.label);
  putText(boot, drive + 18, `FAT${p.bits}`.padEnd(8));
  boot.set([0xeb, 0xfe], drive + 26);
  store16(boot, Boot.Signature, SIGNATURE);
  return boot;
}

function putText(bytes: Uint8Array, at: number, text: string): void {
  for (let i = 0; i < text.length; i++) bytes[at + i] = text.charCodeAt(i);
}

function infoSector(p: Plan): Uint8Array {
  const info = new Uint8Array(p.sectorSize);
  store32(info, Info.Lead, InfoMagic.Lead);
  store32(info, Info.Structure, InfoMagic.Structure);
  store32(info, Info.Free, p.clusters - 1);
  store32(info, Info.Next, ROOT_CLUSTER + 1);
  store32(info, Info.Trail, InfoMagic.Trail);
  return info;
}

/** First sector of a table: the media byte, and the root directory of FAT32. */
function tableStart({ bits, sectorSize }: Plan): Uint8Array {
  const table = new Uint8Array(sectorSize);
  if (bits === 12) table.set([MEDIA, 0xff, 0xff]);
  else if (bits === 16) table.set([MEDIA, 0xff, 0xff, 0xff]);
  else table.set([MEDIA, 0xff, 0xff, 0x0f, 0xff, 0xff, 0xff, 0x0f, 0xf8, 0xff, 0xff, 0x0f]);
  return table;
}

function writeVolume(k: Kernel, device: BlockDevice, p: Plan): void {
  const write = (sector: number, bytes: Uint8Array) => writeSectors(k, device, sector, bytes);
  const rootStart = p.reserved + p.tables * p.tableSectors;
  const rootSectors = p.rootSectors || p.clusterSectors;
  const zeros = new Uint8Array(p.sectorSize);
  for (let sector = 0; sector < rootStart + rootSectors; sector++) write(sector, zeros);
  write(0, bootSector(p));
  if (p.bits === 32) {
    write(1, infoSector(p));
    write(p.backup, bootSector(p));
    if (p.backup + 1 < p.reserved) write(p.backup + 1, infoSector(p));
  }
  for (let i = 0; i < p.tables; i++) write(p.reserved + i * p.tableSectors, tableStart(p));
  if (p.label !== BLANK) {
    const entry = zeros.slice();
    putText(entry, 0, p.label);
    entry[SHORT] = Attribute.Volume;
    write(rootStart, entry);
  }
}

/** Formats a device. The errors of {@link mkfatfs}. */
export function formatDevice(k: Kernel, path: string, format: FatFormat): number {
  return attempt(() => {
    const device = deviceOf(k, path, false);
    const { sectorSize, sectors: available } = k.blocks[device.kind]!.geometry(k, device.object);
    const sectors = format.sectors || available;
    const { tables, clusterShift, bits } = format;
    if (tables < 1 || tables > 4 || ![0, 12, 16, 32].includes(bits) || sectors > available) fail(Errno.EINVAL);
    if ((clusterShift > MOST_SHIFT && clusterShift !== AUTO_SHIFT) || sectorSize < 512) fail(Errno.EINVAL);
    writeVolume(k, device, plan({ ...format, sectors, id: format.id || arc4random(k) >>> 0 }, sectorSize));
    return 0;
  });
}

/**
 * Makes a block device a FAT volume, without any file.
 *
 * @param pathname of the device
 * @param fmt struct fat_format_s, FAT_FORMAT_INITIALIZER at first: number of tables, type, size of clusters and so on
 * @returns 0, or -EINVAL: no path, no format, or one that is not possible on the device; -ENOENT: no such device; -ENOTBLK:
 *   something else; -EACCES: it can only be read; -EBUSY: it is mounted; -EIO
 */
export function mkfatfs(k: Kernel, pathname: number, fmt: number): number {
  if (pathname === 0 || fmt === 0) return -Errno.EINVAL;
  const { memory } = k;
  const label = String.fromCharCode(...memory.slice(fmt + 3, SHORT).map((byte) => byte || 0x20));
  return formatDevice(k, canonical(memory.string(pathname)), {
    tables: memory.load8(fmt),
    bits: memory.load8(fmt + 1),
    clusterShift: memory.load8(fmt + 2),
    label,
    backup: memory.load16(fmt + 14) & 0xffff,
    rootEntries: memory.load16(fmt + 16) & 0xffff,
    reserved: memory.load16(fmt + 18) & 0xffff,
    hidden: memory.load32(fmt + 20) >>> 0,
    id: memory.load32(fmt + 24) >>> 0,
    sectors: memory.load32(fmt + 28) >>> 0,
  });
}
