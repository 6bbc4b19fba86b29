import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, linkSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { Errno } from '../../errno';
import type { OpenFile } from '../file';
import { O_CREAT, O_EXCL, O_RDONLY, O_RDWR } from '../openflags';
import { mutated, TestVolume } from '../testing';
import { romfs, romfsFile } from './romfs';

const isMissing = spawnSync('genromfs', ['-h'], { stdio: 'ignore' }).error !== undefined;

const SECTOR = 512;
const mount = (image: Uint8Array) => {
  const size = Math.ceil(image.length / SECTOR) * SECTOR;
  return new TestVolume(romfs, romfsFile, size, image, true);
};

describe.skipIf(isMissing)(`ROMFS${isMissing ? ' (genromfs is missing)' : ''}`, () => {
  const long = 'a name that is longer than sixteen characters, and than thirty-two.txt';
  const data = Uint8Array.from({ length: 3000 }, (_, i) => i * 7);
  let image: Uint8Array;
  beforeAll(() => {
    const folder = mkdtempSync(join(tmpdir(), 'tickscope-romfs-'));
    const source = join(folder, 'source');
    mkdirSync(join(source, 'init.d', 'deeper'), { recursive: true });
    mkdirSync(join(source, 'empty'));
    writeFileSync(join(source, 'init.d', 'rcS'), 'echo hello\n');
    writeFileSync(join(source, 'init.d', 'deeper', long), data);
    writeFileSync(join(source, 'nothing'), '');
    writeFileSync(join(source, 'program'), 'x');
    chmodSync(join(source, 'program'), 0o755);
    linkSync(join(source, 'program'), join(source, 'same'));
    symlinkSync('program', join(source, 'link'));
    execFileSync('genromfs', ['-f', join(folder, 'image'), '-d', source, '-V', 'volume']);
    image = readFileSync(join(folder, 'image'));
    rmSync(folder, { recursive: true });
  });

  it('lists what genromfs put into it, and reads it', () => {
    const volume = mount(image);
    expect(volume.bound).toBe(0);
    expect(volume.list('')).toEqual(['empty', 'init.d', 'link', 'nothing', 'program', 'same']);
    expect(volume.list('empty')).toEqual([]);
    expect(volume.list('init.d')).toEqual(['deeper', 'rcS']);
    expect(volume.readFile('init.d/rcS')).toEqual(new TextEncoder().encode('echo hello\n'));
    expect(volume.readFile(`init.d/deeper/${long}`)).toEqual(data);
    expect(volume.readFile('nothing')).toEqual(new Uint8Array());
    expect(volume.readFile('same')).toEqual(volume.readFile('program'));
    expect(volume.stat('')).toMatchObject({ mode: 0o040555 });
    expect(volume.stat('init.d')).toMatchObject({ mode: 0o040555, size: 0 });
    expect(volume.stat('init.d/rcS')).toMatchObject({ mode: 0o100444, size: 11 });
    expect(volume.stat('program')).toMatchObject({ mode: 0o100555 });
    expect(volume.stat('link')).toMatchObject({ mode: 0o120444 });
  });

  it('gives the address of a file, since it lies in memory', () => {
    const volume = mount(image);
    const file = volume.open('init.d/rcS', O_RDONLY) as OpenFile;
    const { k } = volume;
    const address = romfsFile.map!(k, file);
    expect(String.fromCharCode(...k.memory.slice(address, 10))).toBe('echo hello');
    romfsFile.seek!(k, file, -6, 2);
    expect(volume.read(file, 100)).toEqual(new TextEncoder().encode('hello\n'));
    expect(volume.read(file, 100)).toEqual(new Uint8Array());
  });

  it('refuses what cannot be', () => {
    const volume = mount(image);
    expect(volume.open('none', O_RDONLY)).toBe(-Errno.ENOENT);
    expect(volume.open('program/x', O_RDONLY)).toBe(-Errno.ENOTDIR);
    expect(volume.open('program', O_RDWR)).toBe(-Errno.EACCES);
    expect(volume.open('program', O_RDONLY | O_CREAT | O_EXCL)).toBe(-Errno.EEXIST);
    expect(volume.open('init.d', O_RDONLY)).toBe(-Errno.EISDIR);
    expect(volume.open('', O_RDONLY)).toBe(-Errno.EISDIR);
    expect(volume.open('link', O_RDONLY)).toBe(-Errno.ENXIO);
    expect(volume.list('program')).toBe(-Errno.ENOTDIR);
    expect(mount(new Uint8Array(1024)).bound).toBe(-Errno.EINVAL);
    expect(mount(image.slice(0, 1024)).bound).toBe(-Errno.EINVAL);
  });

  it('damaged: nothing crashes, nothing hangs', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(), fc.nat()), { minLength: 1, maxLength: 20 }), (mutations) => {
        const volume = mount(mutated(image, 700, mutations));
        if (volume.bound === 0) walk(volume, '', 4);
      }),
      { numRuns: 300 },
    );
  });

  /** There may be circles. */
  function walk(volume: TestVolume, path: string, depth: number): void {
    const names = volume.list(path);
    if (typeof names === 'number') return;
    for (const each of names.slice(0, 5)) {
      const below = path ? `${path}/${each}` : each;
      volume.stat(below);
      volume.readFile(below);
      if (depth > 0) walk(volume, below, depth - 1);
    }
  }
});
