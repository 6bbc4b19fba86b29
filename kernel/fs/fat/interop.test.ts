/** Volumes that go from a board to other systems' tools and back: mkfs.fat, fsck.fat and mtools. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestVolume } from '../testing';
import { fatFile } from './file';
import { vfat } from './fat';

const tools = ['mkfs.fat', 'fsck.fat', 'mcopy'];
const missing = tools.filter((tool) => spawnSync(tool, ['--help'], { stdio: 'ignore' }).error);

/** Each kind of volume: arguments of mkfs.fat, and bytes. */
const kinds = [
  ['FAT12', ['-F', '12', '-s', '1'], 256 * 1024],
  ['FAT12 with large clusters', ['-F', '12', '-s', '8', '-r', '128'], 1024 * 1024],
  ['FAT16', ['-F', '16', '-s', '1'], 2600 * 1024],
  // For mtools it is FAT32 from 65525 clusters on.
  ['FAT32', ['-F', '32', '-s', '1'], 34 * 1024 * 1024],
  ['FAT32 with one table', ['-F', '32', '-s', '1', '-f', '1'], 34 * 1024 * 1024],
] as const;

const bytes = (text: string) => new TextEncoder().encode(text);
/** Text as a firmware has it. */
const name = (text: string) => String.fromCharCode(...bytes(text));
const pattern = (length: number, seed: number) =>
  Uint8Array.from({ length }, (_, i) => (i * 7 + (i >> 8) + seed) & 255);

describe.skipIf(missing.length > 0)(`FAT volumes and tools (missing: ${missing.join(', ') || 'none'})`, () => {
  let folder: string;
  let image: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'tickscope-fat-'));
    image = join(folder, 'image');
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  function run(tool: string, args: readonly string[]): string {
    return execFileSync(tool, args, {
      encoding: 'utf8',
      env: { ...process.env, LC_ALL: 'C.UTF-8', MTOOLS_SKIP_CHECK: '1' },
      stdio: 'pipe',
    });
  }

  function formatted(args: readonly string[], size: number): Uint8Array {
    writeFileSync(image, new Uint8Array(size));
    run('mkfs.fat', [...args, image]);
    return readFileSync(image);
  }

  const mount = (volume: Uint8Array) => new TestVolume(vfat, fatFile, volume.length, volume);

  /** What fsck.fat has to say, if it is not content. */
  function check(volume: TestVolume): string {
    writeFileSync(image, volume.image);
    const { status, stdout } = spawnSync('fsck.fat', ['-n', image], { encoding: 'utf8' });
    return status === 0 ? '' : stdout;
  }

  /** Every file that mtools finds, with what is in it. */
  function extract(): Map<string, Uint8Array | null> {
    const out = mkdtempSync(join(folder, 'out-'));
    run('mcopy', ['-s', '-n', '-i', image, '::*', out]);
    const found = new Map<string, Uint8Array | null>();
    const walk = (path: string) => {
      for (const each of readdirSync(join(out, path))) {
        const below = path ? `${path}/${each}` : each;
        if (statSync(join(out, below)).isDirectory()) {
          found.set(below, null);
          walk(below);
        } else found.set(below, readFileSync(join(out, below)));
      }
    };
    walk('');
    return found;
  }

  it.each(kinds)('%s: what a board writes passes fsck.fat and is read back by mtools', (_, args, size) => {
    const volume = mount(formatted(args, size));
    expect(volume.bound).toBe(0);
    const files: [string, Uint8Array][] = [
      ['README.TXT', pattern(100, 1)],
      ['lower.txt', pattern(513, 2)],
      ['Mixed Case Name.text', pattern(5000, 3)],
      ['empty', new Uint8Array(0)],
      ['a name of more than thirteen characters, and of more than two pieces.c', pattern(40000, 4)],
      ['Größe – 音楽.dat', pattern(1, 5)],
      ['x'.repeat(255), pattern(9, 6)],
      ['thirteenchars', pattern(9, 7)],
      ['.hidden', pattern(9, 8)],
      ['two.dots.txt', pattern(9, 9)],
    ];
    expect(volume.mkdir('dir')).toBe(0);
    expect(volume.mkdir(name('dir/Unterverzeichnis für Spätere'))).toBe(0);
    for (const [path, data] of files) {
      expect(volume.writeFile(name(path), data)).toBe(0);
      expect(volume.writeFile(name(`dir/Unterverzeichnis für Spätere/${path}`), data)).toBe(0);
    }
    for (let i = 0; i < 40; i++) expect(volume.writeFile(`dir/Numbered file ${i}`, pattern(i, i))).toBe(0);
    expect(check(volume)).toBe('');
    const found = extract();
    const expected = new Map<string, Uint8Array | null>([
      ['dir', null],
      ['dir/Unterverzeichnis für Spätere', null],
    ]);
    for (const [path, data] of files) {
      expected.set(path, data);
      expected.set(`dir/Unterverzeichnis für Spätere/${path}`, data);
    }
    for (let i = 0; i < 40; i++) expected.set(`dir/Numbered file ${i}`, pattern(i, i));
    expect([...found.keys()].sort()).toEqual([...expected.keys()].sort());
    for (const [path, data] of expected) expect(found.get(path) ?? null, path).toEqual(data && Buffer.from(data));
  });

  it.each(kinds)('%s: what mtools write is read by a board', (_, args, size) => {
    formatted(args, size);
    const files: [string, Uint8Array][] = [
      ['UPPER.TXT', pattern(100, 1)],
      ['lower.txt', pattern(2000, 2)],
      ['Mixed.Txt', pattern(30000, 3)],
      ['A long name with spaces and more than one dot.tar.gz', pattern(10, 4)],
      ['Größe.dat', pattern(11, 5)],
      ['ÄÖÜ.TXT', pattern(12, 6)],
      ['音楽.txt', pattern(13, 7)],
      ['y'.repeat(200), pattern(14, 8)],
    ];
    const source = mkdtempSync(join(folder, 'in-'));
    mkdirSync(join(source, 'a folder', 'deeper'), { recursive: true });
    for (const [path, data] of files) {
      writeFileSync(join(source, path), data);
      writeFileSync(join(source, 'a folder', 'deeper', path), data);
    }
    run('mcopy', ['-s', '-i', image, ...readdirSync(source).map((each) => join(source, each)), '::']);
    const volume = mount(readFileSync(image));
    expect(volume.bound).toBe(0);
    const names = files.map(([path]) => name(path));
    expect(volume.list('')).toEqual([...names, 'a folder'].sort());
    expect(volume.list('a folder')).toEqual(['deeper']);
    expect(volume.list('a folder/deeper')).toEqual([...names].sort());
    for (const [path, data] of files) {
      expect(volume.readFile(name(path)), path).toEqual(data);
      expect(volume.readFile(name(`A FOLDER/Deeper/${path.toLowerCase()}`)), path).toEqual(data);
    }
    // And it goes on with what they left.
    expect(volume.unlink(name('Größe.dat'))).toBe(0);
    expect(volume.rename('a folder/deeper/Mixed.Txt', 'Moved Away')).toBe(0);
    expect(check(volume)).toBe('');
  });
});
