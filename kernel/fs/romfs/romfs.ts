/** The file system type romfs: files that were put together when the firmware was built (NuttX: fs/romfs). */
import { Errno } from '../../errno';
import type { Kernel } from '../../kernel';
import type { OpenFile } from '../file';
import type { DirectoryEntry, FileSystem, Mount } from '../filesystem';
import { Mode, type Stat } from '../mode';
import { isWritable, O_CREAT, O_EXCL } from '../openflags';
import type { FileOperations } from '../operations';
import { seekWithin } from '../seek';
import { attempt, deviceOf, fail, holdDevice, releaseDevice } from '../volume';
import {
  bytesAt,
  directoryOf,
  filesOf,
  find,
  readHeader,
  readVolume,
  Type,
  type RomFile,
  type RomVolume,
} from './image';

/** statfs f_type: ROMFS_MAGIC. */
const MAGIC = 0x7275;
const NAME_LENGTH = 255;

/** nuttx/fs/ioctl.h */
const FIOC_MMAP = 0x0301;

const modes: Readonly<Record<number, number>> = {
  [Type.Directory]: Mode.Directory,
  [Type.Regular]: Mode.Regular,
  [Type.SoftLink]: Mode.Link,
  [Type.Block]: Mode.Block,
  [Type.Character]: Mode.Character,
  [Type.Fifo]: Mode.Fifo,
};

const volumeOf = ({ data }: Mount) => data as RomVolume;

/** Directories and what can be executed can be entered and executed; nothing can be written. */
function modeOf({ type, executable }: RomFile): number {
  return (modes[type] ?? Mode.Regular) | 0o444 | (executable || type === Type.Directory ? 0o111 : 0);
}

function statOf({ sectorSize }: RomVolume, file: RomFile): Stat {
  const size = file.type === Type.Regular ? file.size : 0;
  const blocks = Math.ceil(size / sectorSize);
  return { mode: modeOf(file), size, blockSize: sectorSize, blocks, atime: 0, mtime: 0, ctime: 0 };
}

export const romfs: FileSystem = {
  needsSource: true,

  /** -ENOENT, -ENOTBLK: no such block device; -EINVAL: no ROMFS volume on it. */
  bind: (k, mount) =>
    attempt(() => {
      const device = deviceOf(k, mount.source, true);
      mount.data = readVolume(k, device);
      mount.readOnly = true;
      holdDevice(k, device);
      return 0;
    }),

  unbind(k, mount) {
    releaseDevice(k, volumeOf(mount).device);
    return 0;
  },

  /** -ENOENT; -ENOTDIR; -EISDIR; -EEXIST: with O_CREAT and O_EXCL; -EACCES: to write; -ENXIO: no regular file; -EIO. */
  open: (k, mount, file, path) =>
    attempt(() => {
      if (isWritable(file.flags)) fail(Errno.EACCES);
      const found = find(k, volumeOf(mount), path) ?? fail(Errno.EISDIR);
      if (file.flags & O_CREAT && file.flags & O_EXCL) fail(Errno.EEXIST);
      if (found.type === Type.Directory) fail(Errno.EISDIR);
      if (found.type !== Type.Regular) fail(Errno.ENXIO);
      file.node = found.offset;
      return 0;
    }),

  list: (k, mount, path) =>
    attempt<DirectoryEntry[]>(() => {
      const volume = volumeOf(mount);
      const files = [...filesOf(k, volume, directoryOf(volume, find(k, volume, path)))];
      return files.map(([name, file]) => ({ name, mode: modeOf(file) }));
    }),

  stat: (k, mount, path) =>
    attempt(() => {
      const volume = volumeOf(mount);
      return statOf(volume, find(k, volume, path) ?? { ...readHeader(k, volume, volume.root), type: Type.Directory });
    }),

  statfs(_k, mount) {
    const { sectorSize, size } = volumeOf(mount);
    const blocks = Math.ceil(size / sectorSize);
    const none = { freeBlocks: 0, availableBlocks: 0, files: 0, freeFiles: 0 };
    return { type: MAGIC, nameLength: NAME_LENGTH, blockSize: sectorSize, blocks, ...none };
  },
};

/** The volume and the header of an open file, for what the operation does with them. */
function withFile<T>(k: Kernel, { object, node }: OpenFile, work: (volume: RomVolume, file: RomFile) => T): T | number {
  return attempt(() => {
    const volume = volumeOf(k.state.mounts.get(object) ?? fail(Errno.ENODEV));
    return work(volume, readHeader(k, volume, node));
  });
}

/** The bytes read, 0 at the end; -EIO: they are not in the image. */
function read(k: Kernel, file: OpenFile, data: number, length: number): number {
  return withFile(k, file, (volume, header) => {
    const wanted = Math.min(length, header.size - file.offset);
    if (wanted <= 0) return 0;
    const bytes = bytesAt(k, volume, header.data + file.offset, wanted);
    k.memory.slice(data, wanted).set(bytes);
    file.offset += wanted;
    return wanted;
  });
}

/** Address of the file's first byte; -ENOSYS: the device is no memory; -EIO. */
function map(k: Kernel, file: OpenFile): number {
  return withFile(k, file, (volume, { data, size }) => {
    const { kind, object } = volume.device;
    const start = k.blocks[kind]!.address?.(k, object) ?? fail(Errno.ENOSYS);
    bytesAt(k, volume, data, size);
    return start + data;
  });
}

/** FIOC_MMAP: the address of the file's first byte. */
function ioctl(k: Kernel, file: OpenFile, request: number, arg: number): number {
  if (request !== FIOC_MMAP) return -Errno.ENOTTY;
  if (arg === 0) return -Errno.EINVAL;
  const address = map(k, file);
  if (address === -Errno.ENOSYS) return -Errno.ENOTTY;
  if (address > 0) k.memory.store32(arg, address);
  return Math.min(address, 0);
}

/** Of open files. */
export const romfsFile: FileOperations = {
  read,
  map,
  ioctl,
  close: () => undefined,
  seek: (k, file, offset, whence) => withFile(k, file, (_, { size }) => seekWithin(file, size, offset, whence)),
  sync: () => 0,
  stat: (k, file) => withFile(k, file, statOf),
};
