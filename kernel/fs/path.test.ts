import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bareKernel } from '../testing';
import { addInode, canonical, childrenOf } from './inode';
import { locate } from './path';

const places: [path: string, found: string][] = [
  ['/', ''],
  ['dev', '/dev'],
  ['//dev///null/', '/dev/null'],
  ['/dev/./null', '/dev/null'],
  ['/dev/../dev/null', '/dev/null'],
  ['../../..', ''],
  ['/link', '/dev/null'],
  ['/folder/zero', '/dev/zero'],
  ['/nothing/at/all', '/nothing/at/all'],
];

test.each(places)('%s leads to %s', (path, found) => {
  const k = bareKernel();
  addInode(k, '/link', { kind: 'link', object: 0, target: '/folder/null' });
  addInode(k, '/folder', { kind: 'link', object: 0, target: '/dev' });
  expect(locate(k, path)).toMatchObject({ path: found, mount: null });
});

test('any path leads somewhere, or nowhere', () => {
  const k = bareKernel();
  addInode(k, '/loop', { kind: 'link', object: 0, target: '/loop/a' });
  const name = fc.oneof(fc.constantFrom('dev', 'null', 'loop', '.', '..', '', 'x'), fc.string());
  fc.assert(
    fc.property(fc.array(name), (names) => {
      const path = names.join('/');
      const place = locate(k, path);
      if (typeof place !== 'number') expect(canonical(place.path)).toBe(place.path);
    }),
  );
});

test('a directory lists its own names, in order', () => {
  const k = bareKernel();
  for (const path of ['/z/b', '/z/a/c', '/zz', '/z/B']) addInode(k, path, { kind: 'null', object: 0 });
  expect(childrenOf(k, '/z')).toEqual(['B', 'a', 'b']);
});
