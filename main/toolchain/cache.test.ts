import { mkdtemp, readdir, readFile, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { Cache, contentKey } from './cache';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tickscope-cache-'));
});

test('gives back what was put in, bytes included', async () => {
  const cache = new Cache(join(folder, 'not/yet/there'));
  const value = { object: new Uint8Array([1, 2, 3]), text: 'warning' };
  await cache.put('key', value);
  expect(await cache.get('key')).toEqual(value);
  expect(await cache.get('other')).toBeNull();
});

test('a damaged entry is no entry', async () => {
  const cache = new Cache(folder);
  await cache.put('key', 'a value that is long enough to be damaged');
  const path = join(folder, 'key');
  const data = await readFile(path);
  data[data.length - 1]! ^= 1;
  await writeFile(path, data);
  expect(await cache.get('key')).toBeNull();
  await writeFile(path, data.subarray(0, 10));
  expect(await cache.get('key')).toBeNull();
});

test('beyond its limit it drops what was used longest ago', async () => {
  const cache = new Cache(folder, 2500);
  for (const [age, key] of ['newest', 'middle', 'oldest'].entries()) {
    await cache.put(key, new Uint8Array(1000));
    const time = new Date(Date.UTC(2020, 0, 10 - age));
    await utimes(join(folder, key), time, time);
  }
  await cache.get('oldest');
  await cache.trim();
  expect((await readdir(folder)).sort()).toEqual(['newest', 'oldest']);
});

test('keys tell apart where one part ends and the next begins', () => {
  expect(contentKey('ab', 'c')).not.toBe(contentKey('a', 'bc'));
  expect(contentKey('ab', 'c')).toBe(contentKey('ab', 'c'));
});
