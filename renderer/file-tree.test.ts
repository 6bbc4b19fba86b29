import { expect, test } from 'vitest';
import type { FileEntry } from '../main/contract/files';
import { fileRows } from './file-tree';

const entry = (name: string, type: FileEntry['type'] = 'directory'): FileEntry => ({
  name,
  type,
  size: null,
  detail: '',
});

test('directories have what is in them below them', () => {
  const rows = fileRows({
    folders: [
      { path: '/', entries: [entry('dev'), entry('mnt')], error: null },
      { path: '/dev', entries: [entry('console', 'character')], error: null },
      { path: '/mnt', entries: [], error: 'EIO' },
    ],
  });
  expect(rows.map(({ path, error, branches }) => ({ path, error, below: branches.map((row) => row.path) }))).toEqual([
    { path: '/dev', error: null, below: ['/dev/console'] },
    { path: '/mnt', error: 'EIO', below: [] },
  ]);
});
