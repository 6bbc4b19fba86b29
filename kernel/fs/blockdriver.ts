/** Block drivers that the firmware registered. File systems cannot wait for them, so they run at interrupt level. */
import { Errno } from '../errno';
import type { Kernel } from '../kernel';
import { allocate, release } from '../mm/heap';
import { blockFile } from './bch';
import type { BlockOperations, Geometry } from './block';
import { callNow, countUser, driverAt, geometryOf, Operation, unlinkDriver } from './driver';
import type { FileOperations } from './operations';

/** Offsets in struct block_operations and struct geometry. */
const Ops = { open: 0, close: 4, read: 8, write: 12, geometry: 16, ioctl: 20, unlink: 24 } as const;
const Field = { available: 0, writable: 2, sectors: 8, sectorSize: 16 } as const;

/** Calls a function; -ENOSYS: the driver has none. */
function call(k: Kernel, inode: number, field: number, operation: number, a = 0, b = 0, offset = 0): number {
  if (k.memory.load32(driverAt(k, inode).ops + field) === 0) return -Errno.ENOSYS;
  return callNow(k, inode, operation, inode, a, b, offset);
}

/**
 * Of no sectors, when the medium is not there, or makes no sense: sectors always have the size that the driver has given
 * first, so that nobody gets other bytes than he asks for.
 */
function geometry(k: Kernel, inode: number): Geometry {
  const at = geometryOf(k, inode);
  const result = call(k, inode, Ops.geometry, Operation.Geometry, at);
  const [sectorSize, sectors] = [k.memory.load32(at + Field.sectorSize), k.memory.load64(at + Field.sectors)];
  const driver = driverAt(k, inode);
  if (sectorSize > 0) driver.sectorSize ||= sectorSize;
  const isThere = result >= 0 && k.memory.load8(at + Field.available) !== 0;
  if (!isThere || sectors < 0 || sectorSize !== driver.sectorSize || sectorSize === 0) {
    return { sectorSize: driver.sectorSize || 512, sectors: 0, writable: false };
  }
  return { sectorSize, sectors, writable: k.memory.load8(at + Field.writable) !== 0 };
}

/** What the work does with memory of the heap; -ENOMEM: there is none. */
function withBuffer<T>(k: Kernel, size: number, work: (buffer: number) => T): T | number {
  const buffer = allocate(k, size);
  if (buffer === 0) return -Errno.ENOMEM;
  const result = work(buffer);
  release(k, buffer);
  return result;
}

function view(k: Kernel, inode: number, sector: number, count: number): Uint8Array | null {
  const { sectorSize, sectors } = geometry(k, inode);
  if (sector < 0 || sector + count > sectors) return null;
  const bytes = withBuffer(k, count * sectorSize, (buffer) => {
    const read = call(k, inode, Ops.read, Operation.Read, buffer, count, sector);
    return read === count ? k.memory.slice(buffer, count * sectorSize).slice() : null;
  });
  return typeof bytes === 'number' ? null : bytes;
}

function write(k: Kernel, inode: number, sector: number, bytes: Uint8Array): number {
  const count = bytes.length / geometry(k, inode).sectorSize;
  const result = withBuffer(k, bytes.length, (buffer) => {
    k.memory.slice(buffer, bytes.length).set(bytes);
    return call(k, inode, Ops.write, Operation.Write, buffer, count, sector);
  });
  if (result < 0) return result;
  return result === count ? 0 : -Errno.EIO;
}

export const blockDriver: BlockOperations = {
  geometry,
  view,
  write,
  hold(k, inode) {
    countUser(k, inode, 1);
    call(k, inode, Ops.open, Operation.Open);
  },
  release(k, inode) {
    call(k, inode, Ops.close, Operation.Close);
    countUser(k, inode, -1);
  },
};

export const blockDriverFile: FileOperations = {
  ...blockFile,
  ioctl(k, file, request, arg) {
    const result = blockFile.ioctl!(k, file, request, arg);
    if (result !== -Errno.ENOTTY) return result;
    const answer = call(k, file.object, Ops.ioctl, Operation.Ioctl, request, arg);
    return answer === -Errno.ENOSYS ? -Errno.ENOTTY : answer;
  },
  unlink: (k, inode) => unlinkDriver(k, inode, Ops.unlink),
};
