import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { hashSources, isStale, stampBuild } from './sources.mjs';

let root: string;

function write(path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'tickscope-sources-'));
  write('kernel/sched/sched.ts', 'one');
  write('dist/main/cli.js', 'built');
});
afterEach(() => rmSync(root, { recursive: true }));

describe('a build', () => {
  it('is stale until it was made, and fresh then', async () => {
    expect(isStale(root)).toBe(true);
    await stampBuild(root, async () => {});
    expect(isStale(root)).toBe(false);
  });

  it.each([
    ['a changed file', () => write('kernel/sched/sched.ts', 'two')],
    ['a new file', () => write('main/new.ts', '')],
    ['a removed file', () => rmSync(join(root, 'kernel/sched/sched.ts'))],
    [
      'a renamed file',
      () => (rmSync(join(root, 'kernel/sched'), { recursive: true }), write('kernel/sched.ts', 'one')),
    ],
    ['other packages', () => write('package-lock.json', '{}')],
    ['another window', () => write('renderer/App.vue', '<template />')],
  ])('is stale after %s', async (_, change) => {
    await stampBuild(root, async () => {});
    change();
    expect(isStale(root)).toBe(true);
  });

  it('stays fresh when only tests and output change', async () => {
    await stampBuild(root, async () => {});
    write('kernel/sched/sched.test.ts', 'test');
    write('dist/main/cli.js', 'other');
    expect(isStale(root)).toBe(false);
  });

  it('is stale when it failed, or when a file changed meanwhile', async () => {
    await stampBuild(root, async () => {});
    await expect(stampBuild(root, () => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
    expect(isStale(root)).toBe(true);
    await stampBuild(root, async () => write('kernel/sched/sched.ts', 'three'));
    expect(isStale(root)).toBe(true);
  });

  it('does not mistake one file for another with the same text', () => {
    write('kernel/a.ts', 'xy');
    write('kernel/b.ts', '');
    const before = hashSources(root);
    write('kernel/a.ts', 'x');
    write('kernel/b.ts', 'y');
    expect(hashSources(root)).not.toBe(before);
  });
});
