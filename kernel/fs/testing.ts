/** For tests: a volume in a kernel without a firmware. */
import { bareKernel } from '../testing';
import type { Kernel } from '../kernel';
import { allocate } from '../mm/heap';
import type { OpenFile } from './file';
import type { FileOperations } from './operations';
import type { FileSystem, Mount } from './filesystem';
import { O_CREAT, O_RDONLY, O_TRUNC, O_WRONLY } from './openflags';
import { ramdisk_register } from './ramdisk';

/** Bytes that one read or write moves at most. */
const BUFFER = 65536;
const ID = 1;

/** A volume with what can be done with it; errors are negated errnos. */
export class TestVolume {
  readonly k: Kernel;
  readonly mount: Mount;
  /** What mounting it gave. */
  readonly bound: number;
  private readonly disk: number;
  private readonly buffer: number;

  constructor(
    readonly type: FileSystem,
    readonly operations: FileOperations,
    private readonly size: number,
    image: Uint8Array,
    readOnly = false,
  ) {
    this.k = bareKernel(size + BUFFER + 65536);
    this.disk = allocate(this.k, size);
    this.buffer = allocate(this.k, BUFFER);
    this.image.set(image);
    ramdisk_register(this.k, 0, this.disk, size / 512, 512, readOnly ? 0 : 1);
    this.mount = { id: ID, path: '/mnt', type: '', source: '/dev/ram0', readOnly, data: null };
    this.bound = this.type.bind(this.k, this.mount, '');
    this.k.state.mounts.set(ID, this.mount);
  }

  /** Unmounts and mounts it; nothing is open. */
  remount(): number {
    this.k.state.mounts.delete(ID);
    const result = this.type.unbind(this.k, this.mount) || this.type.bind(this.k, this.mount, '');
    this.k.state.mounts.set(ID, this.mount);
    return result;
  }

  /** The volume's bytes as they are. */
  get image(): Uint8Array {
    return this.k.memory.slice(this.disk, this.size);
  }

  open(path: string, flags: number): OpenFile | number {
    const file: OpenFile = { id: 0, kind: '', object: ID, node: 0, path, flags, offset: 0, references: 1 };
    const result = this.type.open(this.k, this.mount, file, path, 0o666);
    return result < 0 ? result : file;
  }

  close(file: OpenFile): void {
    this.operations.close!(this.k, file);
  }

  read(file: OpenFile, length: number): Uint8Array | number {
    const result = this.operations.read!(this.k, file, this.buffer, Math.min(length, BUFFER));
    return result < 0 ? result : this.k.memory.slice(this.buffer, result).slice();
  }

  write(file: OpenFile, bytes: Uint8Array): number {
    this.k.memory.slice(this.buffer, bytes.length).set(bytes);
    return this.operations.write!(this.k, file, this.buffer, bytes.length);
  }

  /** All of a file. */
  readFile(path: string): Uint8Array | number {
    const file = this.open(path, O_RDONLY);
    if (typeof file === 'number') return file;
    const size = this.operations.seek!(this.k, file, 0, 2);
    file.offset = 0;
    const bytes = new Uint8Array(Math.min(Math.max(size, 0), this.size));
    let [at, part] = [0, this.read(file, BUFFER)];
    for (; typeof part !== 'number' && part.length > 0 && at < bytes.length; part = this.read(file, BUFFER)) {
      bytes.set(part.subarray(0, bytes.length - at), at);
      at += part.length;
    }
    this.close(file);
    return typeof part === 'number' ? part : bytes;
  }

  /** Makes a file of these bytes: 0, or an error. */
  writeFile(path: string, bytes: Uint8Array): number {
    const file = this.open(path, O_WRONLY | O_CREAT | O_TRUNC);
    if (typeof file === 'number') return file;
    let result = 0;
    for (let at = 0; at < bytes.length && result >= 0; at += result)
      result = this.write(file, bytes.subarray(at, at + BUFFER));
    this.close(file);
    return Math.min(result, 0);
  }

  mkdir = (path: string) => this.type.mkdir!(this.k, this.mount, path, 0o777);
  rmdir = (path: string) => this.type.rmdir!(this.k, this.mount, path);
  unlink = (path: string) => this.type.unlink!(this.k, this.mount, path);
  rename = (from: string, to: string) => this.type.rename!(this.k, this.mount, from, to);
  stat = (path: string) => this.type.stat(this.k, this.mount, path);
  truncate = (file: OpenFile, length: number) => this.operations.truncate!(this.k, file, length);

  /** Names in a directory, sorted; or an error. */
  list(path: string): string[] | number {
    const entries = this.type.list(this.k, this.mount, path);
    return typeof entries === 'number' ? entries : entries.map(({ name }) => name).sort();
  }
}

/** Bytes that mean something in many places: free, last, removed, the first clusters. */
const TELLING = [[0], [0xff], [0xe5], [2, 0], [3, 0], [0, 0, 0, 0], [0xff, 0xff, 0xff, 0xff]] as const;

/**
 * A damaged copy of an image. Each pair of random numbers says where something is changed, most often among the first
 * `busy` bytes, where a volume's own data are, and what is there then.
 */
export function mutated(
  image: Uint8Array,
  busy: number,
  mutations: readonly (readonly [number, number])[],
): Uint8Array {
  const result = image.slice();
  for (const [where, what] of mutations) {
    const at = Math.floor(where / 8) % ((where % 8 === 0 ? image.length : busy) - 4);
    result.set(TELLING[what % 16] ?? [what >> 4, what >> 12], at);
  }
  return result;
}
