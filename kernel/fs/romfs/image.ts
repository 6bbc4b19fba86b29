/** The image of a ROMFS volume, as genromfs makes it: numbers are big endian, headers at multiples of 16 (NuttX: fs/romfs). */
import { Errno } from '../../errno';
import type { Kernel } from '../../kernel';
import type { BlockDevice } from '../block';
import { fail, viewSectors } from '../volume';

/** A ROMFS volume that is mounted: plain data, in `Mount.data`. Offsets are in bytes from the image's beginning. */
export interface RomVolume {
  device: BlockDevice;
  sectorSize: number;
  /** Bytes. */
  size: number;
  /** The first header of the root directory. */
  root: number;
}

/** The lower bits of a header's first number. */
export const Type = {
  HardLink: 0,
  Directory: 1,
  Regular: 2,
  SoftLink: 3,
  Block: 4,
  Character: 5,
  Socket: 6,
  Fifo: 7,
} as const;
const TYPE = 7;
const EXECUTABLE = 8;
const FLAGS = 15;

const MAGIC = '-rom1fs-';
const HEADER = 16;
const ALIGNMENT = 16;
/** Longest name; and most hard links that lead from one to the next. */
const LONGEST = 255;
const MOST_LINKS = 8;

/** A file or directory, by its header. */
export interface RomFile {
  name: string;
  type: number;
  executable: boolean;
  /** Of a directory the first header in it, of a link what it is another name of. */
  info: number;
  size: number;
  /** Where its bytes are. */
  data: number;
  /** Of its header, and of that of the next in the same directory; 0: it is the last. */
  offset: number;
  next: number;
}

const aligned = (offset: number) => Math.ceil(offset / ALIGNMENT) * ALIGNMENT;
const load32 = (bytes: Uint8Array, at: number) =>
  ((bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!) >>> 0;

/** Bytes of the image, to look at. EIO: they are not in it, or the device does not give them. */
export function bytesAt(
  k: Kernel,
  { device, sectorSize, size }: RomVolume,
  offset: number,
  length: number,
): Uint8Array {
  if (offset + length > size) fail(Errno.EIO);
  const first = Math.floor(offset / sectorSize);
  const sectors = viewSectors(k, device, first, Math.ceil((offset + length) / sectorSize) - first);
  return sectors.subarray(offset - first * sectorSize, offset - first * sectorSize + length);
}

/** The volume on a device. EINVAL: there is none, or it is larger than the device. */
export function readVolume(k: Kernel, device: BlockDevice): RomVolume {
  const { sectorSize, sectors } = k.blocks[device.kind]!.geometry(k, device.object);
  const volume: RomVolume = { device, sectorSize, size: sectorSize * sectors, root: 0 };
  if (volume.size < 2 * HEADER) fail(Errno.EINVAL);
  const header = bytesAt(k, volume, 0, HEADER);
  const size = load32(header, 8);
  if (String.fromCharCode(...header.subarray(0, MAGIC.length)) !== MAGIC) fail(Errno.EINVAL);
  if (size > volume.size || size < 2 * HEADER) fail(Errno.EINVAL);
  volume.size = size;
  volume.root = aligned(HEADER + nameAt(k, volume, HEADER).length + 1);
  return volume;
}

function nameAt(k: Kernel, volume: RomVolume, offset: number): string {
  const bytes = bytesAt(k, volume, offset, Math.max(0, Math.min(LONGEST + 1, volume.size - offset)));
  const end = bytes.indexOf(0);
  return end < 0 ? fail(Errno.EIO) : String.fromCharCode(...bytes.subarray(0, end));
}

/** What a header says. EIO: there is none. */
export function readHeader(k: Kernel, volume: RomVolume, offset: number): RomFile {
  const header = bytesAt(k, volume, offset, HEADER);
  const name = nameAt(k, volume, offset + HEADER);
  const first = load32(header, 0);
  return {
    name,
    type: first & TYPE,
    executable: (first & EXECUTABLE) !== 0,
    info: load32(header, 4),
    size: load32(header, 8),
    data: aligned(offset + HEADER + name.length + 1),
    offset,
    next: (first & ~FLAGS) >>> 0,
  };
}

/** What a header is a name of, if that is a hard link. EIO: it leads nowhere, or into a circle. */
function follow(k: Kernel, volume: RomVolume, file: RomFile): RomFile {
  let [found, links] = [file, 0];
  while (found.type === Type.HardLink) {
    if (links++ === MOST_LINKS) fail(Errno.EIO);
    found = readHeader(k, volume, found.info);
  }
  return found;
}

/** What is in a directory, without '.' and '..', by name. EIO: its headers lead nowhere, or into a circle. */
export function* filesOf(k: Kernel, volume: RomVolume, first: number): Generator<readonly [string, RomFile]> {
  let left = Math.floor(volume.size / (2 * HEADER));
  for (let offset = first; offset !== 0;) {
    if (left-- === 0) fail(Errno.EIO);
    const file = readHeader(k, volume, offset);
    if (file.name !== '.' && file.name !== '..') yield [shown(file.name), follow(k, volume, file)];
    offset = file.next;
  }
}

/** What cannot be in a name is shown as this, so that there is a name for every file. */
const shown = (name: string) => name.replaceAll('/', '_') || '_';

/** Looks a path up; null is the root, which has no header of its own. ENOENT, ENOTDIR. */
export function find(k: Kernel, volume: RomVolume, path: string): RomFile | null {
  let found: RomFile | null = null;
  for (const name of path === '' ? [] : path.split('/')) found = findIn(k, volume, directoryOf(volume, found), name);
  return found;
}

function findIn(k: Kernel, volume: RomVolume, first: number, name: string): RomFile {
  for (const [each, file] of filesOf(k, volume, first)) if (each === name) return file;
  return fail(Errno.ENOENT);
}

/** The first header in a directory; 0: it is empty. ENOTDIR. */
export function directoryOf({ root }: RomVolume, directory: RomFile | null): number {
  if (!directory) return root;
  return directory.type === Type.Directory ? directory.info : fail(Errno.ENOTDIR);
}
