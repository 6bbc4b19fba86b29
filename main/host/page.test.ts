import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readPage } from './page';

const folder = mkdtempSync(join(tmpdir(), 'tickscope-page-'));
const root = join(folder, 'renderer');
mkdirSync(join(root, 'assets'), { recursive: true });
writeFileSync(join(root, 'index.html'), 'page');
writeFileSync(join(root, 'assets', 'a b.js'), 'script');
writeFileSync(join(folder, 'secret'), 'secret');
mkdirSync(`${root}-more`);
writeFileSync(join(`${root}-more`, 'secret'), 'secret');
afterAll(() => rmSync(folder, { recursive: true }));

describe('readPage', () => {
  it('reads files below the root, with their type', async () => {
    expect(await readPage(root, '/')).toEqual({ type: 'text/html; charset=utf-8', body: Buffer.from('page') });
    expect((await readPage(root, '/assets/a%20b.js'))?.type).toBe('text/javascript; charset=utf-8');
  });

  it.each([
    '/../secret',
    '/%2e%2e/secret',
    '/assets/..%2f..%2fsecret',
    '/../renderer-more/secret',
    '/assets',
    '/none.js',
    '/%',
    '/index.html%00.js',
  ])('has nothing at %s', async (path) => {
    expect(await readPage(root, path)).toBeNull();
  });
});
