import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { RecentProjects } from './recent';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tickscope-state-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const isDemo = (path: string) => path.startsWith('/demos/');
const project = (name: string) => ({ name, path: `/work/${name}` });

test('the latest comes first, each once, and another start finds them', async () => {
  const recent = new RecentProjects(join(folder, 'state'), isDemo);
  expect(await recent.list()).toEqual([]);
  await recent.add(project('a'));
  await recent.add({ name: 'b', path: '/demos/b' });
  await recent.add(project('a'));
  const expected = [
    { ...project('a'), demo: false },
    { name: 'b', path: '/demos/b', demo: true },
  ];
  expect(await recent.list()).toEqual(expected);
  expect(await new RecentProjects(join(folder, 'state'), isDemo).list()).toEqual(expected);
});

test('the oldest are forgotten', async () => {
  const recent = new RecentProjects(folder, isDemo);
  for (let i = 0; i < 20; i++) await recent.add(project(`p${i}`));
  const names = (await recent.list()).map(({ name }) => name);
  expect(names).toHaveLength(12);
  expect(names[0]).toBe('p19');
});

test('a list that is no list counts as empty and is mended', async () => {
  await writeFile(join(folder, 'recent.json'), '{"half":');
  const recent = new RecentProjects(folder, isDemo);
  expect(await recent.list()).toEqual([]);
  await recent.add(project('a'));
  expect(JSON.parse(await readFile(join(folder, 'recent.json'), 'utf8'))).toHaveLength(1);
});
