/**
 * What readers of volumes have in common. Deep inside, an error is thrown, since nearly everything there can find that the
 * medium fails or that its contents make no sense; at the file system's operations it becomes a negated errno.
 */
import { Errno } from '../errno';
import type { Kernel } from '../kernel';
import type { BlockDevice } from './block';
import { inodeAt } from './inode';

export class VolumeError extends Error {
  constructor(readonly errno: number) {
    super(`errno ${errno}`);
  }
}

/** Ends the operation with this error. */
export function fail(errno: number): never {
  throw new VolumeError(errno);
}

/** What the work gives, or the error that ended it, negated. */
export function attempt<T>(work: () => T): T | number {
  try {
    return work();
  } catch (error) {
    if (error instanceof VolumeError) return -error.errno;
    throw error;
  }
}

/** Sectors of a device, to look at. EIO: it does not give them. */
export function viewSectors(k: Kernel, { kind, object }: BlockDevice, sector: number, count = 1): Uint8Array {
  return k.blocks[kind]!.view(k, object, sector, count) ?? fail(Errno.EIO);
}

/** Bytes onto a device, whole sectors of them. */
export function writeSectors(k: Kernel, { kind, object }: BlockDevice, sector: number, bytes: Uint8Array): void {
  const result = k.blocks[kind]!.write(k, object, sector, bytes);
  if (result < 0) fail(-result);
}

/**
 * The block device of a name, for a volume. ENOENT: there is no such name; ENOTBLK: it is something else; EACCES: the
 * device is only to be read, the volume is not; EBUSY: it is mounted, and one of both can write.
 */
export function deviceOf(k: Kernel, path: string, readOnly: boolean): BlockDevice {
  const { kind, object } = inodeAt(k, path) ?? fail(Errno.ENOENT);
  const driver = k.blocks[kind] ?? fail(Errno.ENOTBLK);
  if (!readOnly && !driver.geometry(k, object).writable) fail(Errno.EACCES);
  for (const other of k.state.mounts.values()) {
    const device = (other.data as { device?: BlockDevice } | null)?.device;
    const isSame = device?.kind === kind && device.object === object;
    if (isSame && !(readOnly && other.readOnly)) fail(Errno.EBUSY);
  }
  return { kind, object };
}

/** The device stays as long as the volume is mounted. */
export const holdDevice = (k: Kernel, { kind, object }: BlockDevice): void => k.blocks[kind]!.hold?.(k, object);
export const releaseDevice = (k: Kernel, { kind, object }: BlockDevice): void => k.blocks[kind]!.release?.(k, object);
