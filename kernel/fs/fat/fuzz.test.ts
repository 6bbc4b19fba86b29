/** Damaged FAT volumes: whatever is on them, every operation ends, with a result or an errno. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { O_CREAT, O_RDWR, O_TRUNC } from '../openflags';
import { mutated, TestVolume } from '../testing';
import { vfat } from './fat';
import { fatFile } from './file';
import { formatted } from './testing';

const SECTORS = 200;
const mount = (image: Uint8Array) => new TestVolume(vfat, fatFile, image.length, image);

/** A volume with some of everything on it. */
function sample(bits: 12 | 16 | 32): Uint8Array {
  const volume = mount(formatted({ bits, rootEntries: 64 }, bits === 16 ? 4300 : SECTORS));
  const paths = ['a', 'folder', 'folder/another folder', 'folder/another folder/deep'];
  for (const path of paths.slice(1)) expect(volume.mkdir(path)).toBe(0);
  for (const path of paths.slice(1)) {
    for (let i = 0; i < 5; i++) {
      expect(volume.writeFile(`${path}/A file with a long name ${i}.txt`, new Uint8Array(i * 700).fill(i))).toBe(0);
    }
  }
  expect(volume.writeFile('SHORT.TXT', new Uint8Array(3000))).toBe(0);
  return volume.image.slice();
}

/** Uses all that can be found, and some more. */
function exercise(volume: TestVolume): void {
  const found = walk(volume, '', 3).slice(0, 50);
  for (const path of [...found, 'new', 'folder/new']) {
    const file = volume.open(path, O_RDWR | O_CREAT);
    if (typeof file === 'number') continue;
    volume.read(file, 5000);
    file.offset = 4000;
    volume.write(file, new Uint8Array(900));
    volume.truncate(file, 600);
    volume.close(file);
  }
  volume.mkdir('folder/made');
  volume.rename('folder/another folder', 'moved');
  volume.rename('SHORT.TXT', 'moved/a longer name than it was');
  found.forEach((path, i) => {
    if (i % 3 === 0) volume.unlink(path);
    if (i % 3 === 1) volume.rename(path, `renamed ${i}`);
    volume.rmdir(path);
  });
  const file = volume.open('last', O_RDWR | O_CREAT | O_TRUNC);
  if (typeof file !== 'number') {
    volume.write(file, new Uint8Array(SECTORS * 512).subarray(0, 65536));
    volume.unlink('last');
    volume.close(file);
  }
  volume.remount();
}

/** Paths of all that is there, but not too deep: there may be circles. */
function walk(volume: TestVolume, path: string, depth: number): string[] {
  const names = volume.list(path);
  if (typeof names === 'number') return [];
  const paths = names.slice(0, 8).map((name) => (path ? `${path}/${name}` : name));
  for (const each of paths) volume.stat(each);
  return depth === 0 ? paths : [...paths, ...paths.flatMap((each) => walk(volume, each, depth - 1))];
}

describe('damaged FAT volumes', () => {
  it.each([12, 16, 32] as const)('FAT%i: nothing crashes, nothing hangs', (bits) => {
    const image = sample(bits);
    // Where the tables and directories are, mostly.
    const busy = bits === 16 ? 40 * 512 : 60 * 512;
    let mounted = 0;
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(), fc.nat()), { minLength: 1, maxLength: 30 }), (mutations) => {
        const volume = mount(mutated(image, busy, mutations));
        if (volume.bound < 0) return;
        mounted++;
        exercise(volume);
      }),
      { numRuns: bits === 16 ? 40 : 100 },
    );
    expect(mounted).toBeGreaterThan(20);
  });

  it('what lies behind the last entry of a directory stays out of it', () => {
    const image = formatted({ bits: 12, rootEntries: 32 }, SECTORS);
    const volume = mount(image);
    expect(volume.writeFile('a', new Uint8Array(1))).toBe(0);
    // The root directory, and the places behind its first entry, of what looks like files.
    const root = volume.image.findIndex(
      (_, at) => String.fromCharCode(...volume.image.subarray(at, at + 11)) === 'A          ',
    );
    volume.image.subarray(root + 64, root + 1024).fill(0x41);
    for (const name of ['b', 'a long name', 'c']) {
      expect(volume.writeFile(name, new Uint8Array(1))).toBe(0);
    }
    expect(volume.list('')).toEqual(['a', 'a long name', 'b', 'c']);
  });

  it('a boot sector of anything mounts or does not', () => {
    const image = sample(12);
    const boot = fc.uint8Array({ minLength: 62, maxLength: 62 });
    fc.assert(
      fc.property(boot, (bytes) => {
        const damaged = image.slice();
        damaged.set(bytes);
        // So that it is not refused at once.
        damaged.set([0, 2, damaged[13]! & 8 || 1], 11);
        const volume = mount(damaged);
        if (volume.bound === 0) exercise(volume);
      }),
      { numRuns: 100 },
    );
  });
});
