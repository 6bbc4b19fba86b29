/** Disks in RAM or ROM: block devices whose sectors are the board's memory (NuttX: drivers/misc/ramdisk.c). */
import { Errno } from '../errno';
import type { Kernel } from '../kernel';
import { allocate, release } from '../mm/heap';
import { blockFile } from './bch';
import type { BlockOperations } from './block';
import { addInode } from './inode';
import type { FileOperations } from './operations';

export interface RamDisk {
  /** Of its first byte. */
  address: number;
  sectors: number;
  sectorSize: number;
  writable: boolean;
  /** Its memory is freed when it has no name and no user any more. */
  freed: boolean;
  unlinked: boolean;
  /** Open files and volumes. */
  users: number;
}

/** rdflags of ramdisk_register */
export const RDFLAG_WRENABLED = 1;
export const RDFLAG_FUNLINK = 2;

const MAX_MINOR = 255;

/**
 * Makes memory of the firmware the block device /dev/ramN, or with flags 0 a ROM disk (`romdisk_register`).
 *
 * @param buffer address of its first byte
 * @param sectors how many
 * @param sectorSize bytes of one
 * @param flags RDFLAG_WRENABLED; RDFLAG_FUNLINK: the buffer came from malloc and is freed with the device
 * @returns 0, or -EINVAL: no buffer, a minor beyond 255 or no sectors; -EEXIST: there is such a device
 */
export function ramdisk_register(
  k: Kernel,
  minor: number,
  buffer: number,
  sectors: number,
  sectorSize: number,
  flags: number,
): number {
  if (minor < 0 || minor > MAX_MINOR || buffer === 0 || sectors <= 0 || (sectorSize & 0xffff) === 0)
    return -Errno.EINVAL;
  const size = sectors * (sectorSize & 0xffff);
  k.memory.linear(buffer, size);
  const id = k.state.nextRamDisk;
  const result = addInode(k, `/dev/ram${minor}`, { kind: 'ramdisk', object: id });
  if (result < 0) return result;
  k.state.nextRamDisk++;
  k.state.ramDisks.set(id, {
    address: buffer,
    sectors,
    sectorSize: sectorSize & 0xffff,
    writable: (flags & RDFLAG_WRENABLED) !== 0,
    freed: (flags & RDFLAG_FUNLINK) !== 0,
    unlinked: false,
    users: 0,
  });
  return 0;
}

/** A disk of zeros from the board's heap, else as above. -ENOMEM: the heap has no such block. */
export function makeRamDisk(k: Kernel, minor: number, sectors: number, sectorSize: number, flags: number): number {
  if (sectors <= 0 || sectorSize <= 0) return -Errno.EINVAL;
  const buffer = allocate(k, sectors * sectorSize);
  if (buffer === 0) return -Errno.ENOMEM;
  k.memory.slice(buffer, sectors * sectorSize).fill(0);
  const result = ramdisk_register(k, minor, buffer, sectors, sectorSize, flags);
  if (result < 0) release(k, buffer);
  return result;
}

const diskOf = ({ state }: Kernel, object: number): RamDisk => state.ramDisks.get(object)!;

/** Goes when nothing can use it any more. */
function discard(k: Kernel, object: number): void {
  const disk = diskOf(k, object);
  if (!disk.unlinked || disk.users > 0) return;
  k.state.ramDisks.delete(object);
  if (disk.freed) release(k, disk.address);
}

export const ramDiskBlocks: BlockOperations = {
  geometry: (k, object) => diskOf(k, object),
  view(k, object, sector, count) {
    const { address, sectors, sectorSize } = diskOf(k, object);
    if (sector < 0 || sector + count > sectors) return null;
    return k.memory.slice(address + sector * sectorSize, count * sectorSize);
  },
  write(k, object, sector, bytes) {
    const { address, sectors, sectorSize, writable } = diskOf(k, object);
    if (!writable) return -Errno.EACCES;
    if (sector < 0 || sector * sectorSize + bytes.length > sectors * sectorSize) return -Errno.EIO;
    k.memory.slice(address + sector * sectorSize, bytes.length).set(bytes);
    return 0;
  },
  hold: (k, object) => void diskOf(k, object).users++,
  release(k, object) {
    diskOf(k, object).users--;
    discard(k, object);
  },
  address: (k, object) => diskOf(k, object).address,
};

export const ramDiskFile: FileOperations = {
  ...blockFile,
  unlink(k, object) {
    diskOf(k, object).unlinked = true;
    discard(k, object);
  },
};
