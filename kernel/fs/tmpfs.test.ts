/** Random operations on a tmpfs, compared with what a Map would do; and nothing of it stays in the heap. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Errno } from '../errno';
import type { OpenFile } from './file';
import { O_CREAT, O_RDWR } from './openflags';
import { TestVolume } from './testing';
import { tmpfs, tmpfsFile } from './tmpfs';

/** Files have bytes, directories null. */
type Model = Map<string, Uint8Array | null>;

const path = fc.constantFrom('a', 'b', 'd', 'd/a', 'd/e', 'd/e/a', 'a/a');
const size = fc.constantFrom(0, 1, 100, 511, 512, 513, 2000);
const operation = fc.oneof(
  fc.record({ op: fc.constant('write' as const), path, at: size, length: size }),
  fc.record({ op: fc.constant('truncate' as const), path, length: size }),
  fc.record({ op: fc.constantFrom('mkdir' as const, 'rmdir' as const, 'unlink' as const), path }),
);

const parentOf = (path: string) => path.split('/').slice(0, -1).join('/');

/** What is wrong with the way to a path; 0 for nothing. */
function wayTo(model: Model, path: string): number {
  const names = path.split('/').slice(0, -1);
  for (let i = 1; i <= names.length; i++) {
    const above = model.get(names.slice(0, i).join('/'));
    if (above === undefined) return -Errno.ENOENT;
    if (above !== null) return -Errno.ENOTDIR;
  }
  return 0;
}

/** The file of a path, made if it is not there; or what is wrong. */
function fileIn(model: Model, path: string): Uint8Array | number {
  const wrong = wayTo(model, path);
  if (wrong !== 0) return wrong;
  return model.get(path) ?? new Uint8Array();
}

function resized(bytes: Uint8Array, length: number): Uint8Array {
  const result = new Uint8Array(length);
  result.set(bytes.subarray(0, length));
  return result;
}

function remove(model: Model, path: string, isDirectory: boolean): number {
  const found = model.get(path);
  if (found === undefined) return wayTo(model, path) || -Errno.ENOENT;
  if (isDirectory !== (found === null)) return isDirectory ? -Errno.ENOTDIR : -Errno.EISDIR;
  if ([...model.keys()].some((other) => other.startsWith(`${path}/`))) return -Errno.ENOTEMPTY;
  model.delete(path);
  return 0;
}

/** What is read at a time is limited by the size of a disk, which a tmpfs does not use. */
const newVolume = () => new TestVolume(tmpfs, tmpfsFile, 8192, new Uint8Array());

test('what is written is read again, whatever comes between', () => {
  fc.assert(
    fc.property(fc.array(operation, { maxLength: 40 }), (operations) => {
      const volume = newVolume();
      const model: Model = new Map();
      for (const step of operations) {
        if (step.op === 'write' || step.op === 'truncate') {
          if (model.get(step.path) === null) continue;
          const before = fileIn(model, step.path);
          const file = volume.open(step.path, O_RDWR | O_CREAT);
          if (typeof before === 'number' || typeof file === 'number') {
            expect(file).toBe(before);
            continue;
          }
          model.set(step.path, change(volume, file, before, step));
          volume.close(file);
        } else if (step.op === 'mkdir') {
          const wrong = wayTo(model, step.path) || (model.has(step.path) ? -Errno.EEXIST : 0);
          expect(volume.mkdir(step.path)).toBe(wrong);
          if (wrong === 0) model.set(step.path, null);
        } else {
          expect(volume[step.op](step.path)).toBe(remove(model, step.path, step.op === 'rmdir'));
        }
      }
      for (const [name, bytes] of model) if (bytes) expect(volume.readFile(name)).toEqual(bytes);
      const names = [...model.keys()].filter((name) => parentOf(name) === '').sort();
      expect(volume.list('')).toEqual(names);
      tmpfs.unbind(volume.k, volume.mount);
      expect(volume.k.state.heap.used.size).toBe(2);
    }),
    { numRuns: 300 },
  );
});

/** Changes a file, and gives what it has to be then. */
function change(
  volume: TestVolume,
  file: OpenFile,
  before: Uint8Array,
  step: { op: 'write'; at: number; length: number } | { op: 'truncate'; length: number },
): Uint8Array {
  if (step.op === 'truncate') {
    expect(volume.truncate(file, step.length)).toBe(0);
    return resized(before, step.length);
  }
  const bytes = new Uint8Array(step.length).fill(1 + (step.at % 255));
  file.offset = step.at;
  if (step.length > 0) expect(volume.write(file, bytes)).toBe(step.length);
  const after = step.length > 0 ? resized(before, Math.max(before.length, step.at + step.length)) : before;
  after.set(bytes, step.length > 0 ? step.at : 0);
  return after;
}

test('a file that is open when its name goes keeps its bytes until it is closed', () => {
  const volume = newVolume();
  const file = volume.open('a', O_RDWR | O_CREAT) as OpenFile;
  const { used } = volume.k.state.heap;
  const empty = used.size;
  volume.write(file, new Uint8Array([1, 2, 3]));
  expect(volume.unlink('a')).toBe(0);
  expect(volume.list('')).toEqual([]);
  file.offset = 0;
  expect(volume.read(file, 10)).toEqual(new Uint8Array([1, 2, 3]));
  volume.close(file);
  expect(used.size).toBe(empty - 1);
});
