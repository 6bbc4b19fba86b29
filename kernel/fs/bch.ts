/**
 * The node of a block device, opened as a file: its bytes (NuttX: drivers/bch, which stands between in the same way).
 * A board's block devices have these operations too.
 */
import { Errno } from '../errno';
import type { Kernel } from '../kernel';
import type { BlockOperations } from './block';
import type { OpenFile } from './file';
import { isWritable } from './openflags';
import { Mode } from './mode';
import type { FileOperations, Stat } from './operations';
import { seekWithin } from './seek';

/** nuttx/fs/ioctl.h */
const Ioctl = { XipBase: 0x0501, Geometry: 0x050c, Flush: 0x050d } as const;

const driverOf = (k: Kernel, { kind }: OpenFile): BlockOperations => k.blocks[kind]!;

function sizeOf(k: Kernel, file: OpenFile): number {
  const { sectorSize, sectors } = driverOf(k, file).geometry(k, file.object);
  return sectorSize * sectors;
}

/** Sectors that bytes are in: the first, how many, and where in them the bytes begin. */
function span(sectorSize: number, offset: number, length: number) {
  const first = Math.floor(offset / sectorSize);
  return { first, count: Math.ceil((offset + length) / sectorSize) - first, start: offset - first * sectorSize };
}

/** -EACCES: open to write what cannot be written. */
function open(k: Kernel, file: OpenFile): number {
  const driver = driverOf(k, file);
  if (isWritable(file.flags) && !driver.geometry(k, file.object).writable) return -Errno.EACCES;
  driver.hold?.(k, file.object);
  return 0;
}

function close(k: Kernel, file: OpenFile): void {
  driverOf(k, file).release?.(k, file.object);
}

/** The bytes read, 0 at the end; -EIO: the device does not give them. */
function read(k: Kernel, file: OpenFile, data: number, length: number): number {
  const wanted = Math.min(length, sizeOf(k, file) - file.offset);
  if (wanted <= 0) return 0;
  const target = k.memory.slice(data, wanted);
  const driver = driverOf(k, file);
  const { first, count, start } = span(driver.geometry(k, file.object).sectorSize, file.offset, wanted);
  const sectors = driver.view(k, file.object, first, count);
  if (!sectors) return -Errno.EIO;
  target.set(sectors.subarray(start, start + wanted));
  file.offset += wanted;
  return wanted;
}

/** The bytes written, as many as there is room for; -EFBIG: none; -EIO: the device does not take them. */
function write(k: Kernel, file: OpenFile, data: number, length: number): number {
  const wanted = Math.min(length, sizeOf(k, file) - file.offset);
  if (wanted <= 0) return -Errno.EFBIG;
  const source = k.memory.slice(data, wanted);
  const driver = driverOf(k, file);
  const { first, count, start } = span(driver.geometry(k, file.object).sectorSize, file.offset, wanted);
  const sectors = driver.view(k, file.object, first, count)?.slice();
  if (!sectors) return -Errno.EIO;
  sectors.set(source, start);
  const result = driver.write(k, file.object, first, sectors);
  if (result < 0) return result;
  file.offset += wanted;
  return wanted;
}

/** BIOC_GEOMETRY: a struct geometry; BIOC_XIPBASE: the address of the first byte; BIOC_FLUSH: nothing is held back. */
function ioctl(k: Kernel, file: OpenFile, request: number, arg: number): number {
  const driver = driverOf(k, file);
  switch (request) {
    case Ioctl.Geometry:
      return storeGeometry(k, driver, file.object, arg);
    case Ioctl.XipBase:
      if (!driver.address) return -Errno.ENOTTY;
      if (arg === 0) return -Errno.EINVAL;
      k.memory.store32(arg, driver.address(k, file.object));
      return 0;
    case Ioctl.Flush:
      return 0;
    default:
      return -Errno.ENOTTY;
  }
}

/** struct geometry: available, media changed, writable; sectors, bytes of one; the model's name. */
function storeGeometry(k: Kernel, driver: BlockOperations, object: number, address: number): number {
  if (address === 0) return -Errno.EINVAL;
  const { sectorSize, sectors, writable } = driver.geometry(k, object);
  k.memory.store8(address, 1);
  k.memory.store8(address + 1, 0);
  k.memory.store8(address + 2, writable ? 1 : 0);
  k.memory.store64(address + 8, sectors);
  k.memory.store32(address + 16, sectorSize);
  k.memory.store8(address + 20, 0);
  return 0;
}

function stat(k: Kernel, file: OpenFile): Stat {
  const { sectorSize, sectors, writable } = driverOf(k, file).geometry(k, file.object);
  const mode = Mode.Block | 0o444 | (writable ? 0o222 : 0);
  return { mode, size: sectorSize * sectors, blockSize: sectorSize, blocks: sectors, atime: 0, mtime: 0, ctime: 0 };
}

export const blockFile: FileOperations = {
  open,
  close,
  read,
  write,
  ioctl,
  stat,
  seek: (k, file, offset, whence) => seekWithin(file, sizeOf(k, file), offset, whence),
  sync: () => 0,
};
