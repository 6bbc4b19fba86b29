/** Random operations on FAT volumes, compared with what a file system in a few Maps would do. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Errno } from '../../errno';
import type { OpenFile } from '../file';
import { O_APPEND, O_CREAT, O_RDWR, O_TRUNC } from '../openflags';
import { TestVolume } from '../testing';
import { vfat } from './fat';
import { fatFile } from './file';
import { formatted } from './testing';
import { folded } from './text';

const hasFsck = !spawnSync('fsck.fat', ['--help'], { stdio: 'ignore' }).error;

interface Folder {
  children: Map<string, { name: string; node: Node }>;
}
interface File {
  data: Uint8Array;
}
type Node = Folder | File;
interface Handle {
  real: OpenFile;
  node: File;
  append: boolean;
}

const isFolder = (node: Node): node is Folder => 'children' in node;

type Operation =
  | { op: 'mkdir' | 'rmdir' | 'unlink'; path: string }
  | { op: 'rename'; path: string; to: string }
  | { op: 'open'; path: string; flags: number }
  | { op: 'close'; handle: number }
  | { op: 'write'; handle: number; length: number; fill: number }
  | { op: 'read'; handle: number; length: number }
  | { op: 'seek'; handle: number; offset: number }
  | { op: 'truncate'; handle: number; length: number }
  | { op: 'remount' };

const name = fc.constantFrom(
  ...['a', 'A', 'dir', 'Dir', 'B.TXT', 'b.txt', 'Mixed.Txt', 'abcdefgh.txt', 'abcdefghi.txt', 'abcdefghij.txt'],
  ...['a long name', 'A LONG NAME', 'one name that needs more than two pieces', '.profile', 'x.y.z', 'f\u00c3\u00bcr'],
);
/** Few folders, so that there is something in them. */
const folder = fc.constantFrom('dir', 'Dir', 'a', 'a long name');
const path = fc.tuple(fc.array(folder, { maxLength: 2 }), name).map(([folders, last]) => [...folders, last].join('/'));
const handle = fc.nat(7);
const length = fc.oneof(fc.nat(40), fc.nat(3000), fc.constantFrom(511, 512, 513, 1024, 4096));
const flags = fc.constantFrom(O_RDWR, O_RDWR | O_CREAT, O_RDWR | O_CREAT | O_TRUNC, O_RDWR | O_CREAT | O_APPEND);

const operation: fc.Arbitrary<Operation> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ op: fc.constantFrom('mkdir', 'rmdir', 'unlink'), path }) },
  { weight: 2, arbitrary: fc.record({ op: fc.constant('rename'), path, to: path }) },
  { weight: 4, arbitrary: fc.record({ op: fc.constant('open'), path, flags }) },
  { weight: 1, arbitrary: fc.record({ op: fc.constant('close'), handle }) },
  { weight: 5, arbitrary: fc.record({ op: fc.constant('write'), handle, length, fill: fc.nat(255) }) },
  { weight: 2, arbitrary: fc.record({ op: fc.constant('read'), handle, length }) },
  { weight: 2, arbitrary: fc.record({ op: fc.constant('seek'), handle, offset: fc.nat(6000) }) },
  { weight: 1, arbitrary: fc.record({ op: fc.constant('truncate'), handle, length: fc.nat(6000) }) },
  { weight: 1, arbitrary: fc.record({ op: fc.constant('remount') }) },
);

class Model {
  readonly root: Folder = { children: new Map() };

  /** The folder that a path is in; or an error. */
  parent(names: string[]): Folder | number {
    let at = this.root;
    for (const each of names.slice(0, -1)) {
      const child = at.children.get(folded(each))?.node;
      if (!child) return -Errno.ENOENT;
      if (!isFolder(child)) return -Errno.ENOTDIR;
      at = child;
    }
    return at;
  }

  find(path: string): Node | number {
    const names = path.split('/');
    const parent = this.parent(names);
    return typeof parent === 'number' ? parent : (parent.children.get(folded(names.at(-1)!))?.node ?? -Errno.ENOENT);
  }

  /** What removing gives; and removes it. */
  remove(path: string, kind: 'folder' | 'file'): number {
    const found = this.find(path);
    if (typeof found === 'number') return found;
    if (kind === 'file' && isFolder(found)) return -Errno.EISDIR;
    if (kind === 'folder' && !isFolder(found)) return -Errno.ENOTDIR;
    if (isFolder(found) && found.children.size > 0) return -Errno.ENOTEMPTY;
    const names = path.split('/');
    (this.parent(names) as Folder).children.delete(folded(names.at(-1)!));
    return 0;
  }

  add(path: string, node: Node): number {
    const names = path.split('/');
    const parent = this.parent(names);
    if (typeof parent === 'number') return parent;
    const key = folded(names.at(-1)!);
    if (parent.children.has(key)) return -Errno.EEXIST;
    parent.children.set(key, { name: names.at(-1)!, node });
    return 0;
  }

  rename(from: string, to: string): number {
    const moved = this.find(from);
    if (typeof moved === 'number') return moved;
    const [source, target] = [from.split('/'), to.split('/')];
    const parent = this.parent(target);
    if (typeof parent === 'number') return parent;
    const isBelow = folded(to).startsWith(`${folded(from)}/`);
    if (isBelow) return -Errno.EINVAL;
    const key = folded(target.at(-1)!);
    const replaced = parent.children.get(key);
    if (replaced && replaced.node !== moved) {
      if (isFolder(replaced.node)) {
        if (!isFolder(moved)) return -Errno.EISDIR;
        if (replaced.node.children.size > 0) return -Errno.ENOTEMPTY;
      } else if (isFolder(moved)) return -Errno.ENOTDIR;
    }
    // The name of what is replaced stays as it was written.
    const written = replaced && replaced.node !== moved ? replaced.name : target.at(-1)!;
    (this.parent(source) as Folder).children.delete(folded(source.at(-1)!));
    parent.children.set(key, { name: written, node: moved });
    return 0;
  }
}

/** Both side by side. */
class Pair {
  readonly model = new Model();
  readonly handles: Handle[] = [];

  constructor(readonly volume: TestVolume) {}

  /** A full volume refuses what the model would do. */
  private agree(real: number, expected: () => number): void {
    if (real !== -Errno.ENOSPC) expect(real).toBe(expected());
  }

  private byNumber(number: number): Handle | undefined {
    return this.handles[number % Math.max(1, this.handles.length)];
  }

  run(operation: Operation): void {
    const { volume, model } = this;
    switch (operation.op) {
      case 'mkdir':
        return this.agree(volume.mkdir(operation.path), () => model.add(operation.path, { children: new Map() }));
      case 'rmdir':
        return this.agree(volume.rmdir(operation.path), () => model.remove(operation.path, 'folder'));
      case 'unlink':
        return this.agree(volume.unlink(operation.path), () => model.remove(operation.path, 'file'));
      case 'rename':
        return this.agree(volume.rename(operation.path, operation.to), () =>
          model.rename(operation.path, operation.to),
        );
      case 'open':
        return this.open(operation.path, operation.flags);
      case 'remount':
        return this.remount();
      default:
        return this.use(operation);
    }
  }

  private open(path: string, flags: number): void {
    const real = this.volume.open(path, flags);
    if (real === -Errno.ENOSPC) return;
    let found = this.model.find(path);
    if (found === -Errno.ENOENT && flags & O_CREAT) {
      const node: File = { data: new Uint8Array() };
      const added = this.model.add(path, node);
      found = added < 0 ? added : node;
    }
    if (typeof found === 'number') return expect(real).toBe(found);
    if (isFolder(found)) return expect(real).toBe(-Errno.EISDIR);
    if (flags & O_TRUNC) found.data = new Uint8Array();
    this.handles.push({ real: real as OpenFile, node: found, append: (flags & O_APPEND) !== 0 });
  }

  private use(operation: Extract<Operation, { handle: number }>): void {
    const handle = this.byNumber(operation.handle);
    if (!handle) return;
    const { real, node } = handle;
    const { volume } = this;
    switch (operation.op) {
      case 'close':
        volume.close(real);
        this.handles.splice(this.handles.indexOf(handle), 1);
        return;
      case 'seek':
        real.offset = operation.offset;
        return;
      case 'read': {
        const { offset } = real;
        expectBytes(volume.read(real, operation.length), node.data.slice(offset, offset + operation.length));
        return;
      }
      case 'write': {
        const bytes = new Uint8Array(operation.length).map((_, i) => operation.fill + i);
        const offset = handle.append ? node.data.length : real.offset;
        const written = volume.write(real, bytes);
        if (written === -Errno.ENOSPC && offset > node.data.length) return;
        if (written < bytes.length) expect(freeBlocks(volume)).toBe(0);
        if (written === -Errno.ENOSPC) return;
        expect(written).toBeGreaterThanOrEqual(Math.min(1, bytes.length));
        if (written === 0) return;
        node.data = resized(node.data, Math.max(node.data.length, offset + written));
        node.data.set(bytes.subarray(0, written), offset);
        expect(real.offset).toBe(offset + written);
        return;
      }
      default: {
        const result = volume.truncate(real, operation.length);
        if (result === -Errno.ENOSPC) return;
        expect(result).toBe(0);
        node.data = resized(node.data, operation.length);
        return;
      }
    }
  }

  private remount(): void {
    if (this.handles.length > 0) return;
    expect(this.volume.remount()).toBe(0);
  }

  /** All is closed; the volume has what the model has. */
  check(): void {
    for (const { real } of this.handles.splice(0)) this.volume.close(real);
    this.compare('', this.model.root);
    expect(this.volume.remount()).toBe(0);
    this.compare('', this.model.root);
  }

  private compare(path: string, folder: Folder): void {
    expect(this.volume.list(path)).toEqual([...folder.children.values()].map((child) => child.name).sort());
    for (const { name: each, node } of folder.children.values()) {
      const below = path ? `${path}/${each}` : each;
      if (isFolder(node)) this.compare(below, node);
      else expectBytes(this.volume.readFile(below), node.data);
    }
  }
}

function resized(data: Uint8Array, size: number): Uint8Array {
  const result = new Uint8Array(size);
  result.set(data.subarray(0, size));
  return result;
}

/** As toEqual, which takes its time for so many bytes. */
function expectBytes(real: Uint8Array | number, expected: Uint8Array): void {
  if (typeof real === 'number' || !Buffer.from(real).equals(expected)) expect(real).toEqual(expected);
}

const freeBlocks = (volume: TestVolume) => vfat.statfs(volume.k, volume.mount).freeBlocks;

describe(`FAT volumes after random operations${hasFsck ? '' : ' (fsck.fat is missing: not checked by it)'}`, () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'tickscope-model-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it.each([
    ['FAT12', { bits: 12 }, 400, 20],
    ['FAT12 that is nearly full', { bits: 12, rootEntries: 16 }, 24, 20],
    ['FAT12 with large clusters', { bits: 12, clusterShift: 2 }, 600, 10],
    ['FAT16', { bits: 16 }, 4200, 10],
    ['FAT32', { bits: 32 }, 400, 20],
    ['FAT32 that is nearly full', { bits: 32, tables: 1 }, 60, 20],
  ] as const)('%s', (_, format, sectors, numRuns) => {
    const image = formatted(format, sectors);
    fc.assert(
      fc.property(fc.array(operation, { minLength: 20, maxLength: 120, size: 'max' }), (operations) => {
        const pair = new Pair(new TestVolume(vfat, fatFile, image.length, image));
        for (const each of operations) pair.run(each);
        pair.check();
        if (!hasFsck) return;
        const file = join(folder, 'image');
        writeFileSync(file, pair.volume.image);
        const { status, stdout } = spawnSync('fsck.fat', ['-n', file], { encoding: 'utf8' });
        expect(status, stdout).toBe(0);
      }),
      { numRuns },
    );
  });
});
