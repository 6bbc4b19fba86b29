import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { EventName, Payload } from '../contract/messages';
import { methods } from '../contract/messages';
import { root, testCache } from '../testing/firmware';
import { createHost } from './index';
import type { Host } from './types';

// The host's threads run what is built in dist/, which `npm test` brings up to date first.
let folder: string;
let host: Host;
const heard: { event: EventName; payload: unknown }[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tickscope-host-'));
  host = createHost({ resources: root, cacheDir: testCache, stateDir: folder, shell: 'browser', version: '0' });
  host.subscribe((event, payload) => heard.push({ event, payload }));
});
afterAll(async () => {
  await host.close();
  await rm(folder, { recursive: true, force: true });
});

const latest = <E extends EventName>(event: E) => heard.findLast((one) => one.event === event)?.payload as Payload<E>;

test('what it says of itself fits the contract', async () => {
  const hello = await host.handle('hello', {});
  expect(methods.hello.result.parse(hello)).toEqual(hello);
  expect(hello.demos.map(({ name }) => name)).toContain('producer-consumer');
  expect(hello.calls.find(({ name }) => name === 'mq_send')?.args).toEqual(['mqdes', 'msg', 'msglen', 'prio']);
});

test('without a session, requests say what to do', async () => {
  await expect(host.handle('run', {})).rejects.toThrow('Open a project');
  await expect(host.handle('build', {})).rejects.toThrow('No project is open');
});

test('a project opened while another is still built is the open one', async () => {
  const { demos } = await host.handle('hello', {});
  const [first, second] = ['signals', 'philosophers'].map((demo) => demos.find(({ name }) => name === demo)!.path);
  const answers = [first, second].map((path) => host.handle('openProject', { path: path! }));
  expect(await Promise.all(answers)).toEqual([{ ok: false }, { ok: true }]);
  expect(latest('project')).toMatchObject({ path: second });
  expect(await host.handle('build', {})).toEqual({ ok: true });
});

test('opens a demo, changes its configuration, and keeps it when another folder is none', async () => {
  const { demos } = await host.handle('hello', {});
  const { path } = demos.find(({ name }) => name === 'priority-inversion')!;
  expect(await host.handle('openProject', { path })).toEqual({ ok: true });
  expect(latest('project')).toMatchObject({ demo: true, stale: false, path });
  expect(latest('build').phase).toBe('done');
  expect(latest('snapshot')).toMatchObject({ runState: 'paused', tick: 0 });
  expect(latest('recent')[0]).toMatchObject({ path, demo: true });

  const option = () => latest('project')!.config.find(({ name }) => name === 'CONFIG_PRIORITY_INHERITANCE');
  await host.handle('setConfig', { name: 'CONFIG_PRIORITY_INHERITANCE', value: false });
  expect(option()).toMatchObject({ value: false, default: true, setBy: 'user' });
  await host.handle('setConfig', { name: 'CONFIG_PRIORITY_INHERITANCE', value: null });
  expect(option()).toMatchObject({ value: true });

  expect(await host.handle('openProject', { path: folder })).toEqual({ ok: false });
  expect(latest('problems')[0]).toMatchObject({ severity: 'error' });
  expect(latest('project')).toMatchObject({ path });
  await host.handle('step', { unit: 'tick', back: false });
  expect(latest('snapshot').tick).toBe(1);
});

test('shows sources of the project and its headers, and nothing else', async () => {
  const { files } = latest('project')!;
  const source = await host.handle('readSource', { file: files.find((file) => file.endsWith('.c'))! });
  expect(source.text).toContain('nuttx/config.h');
  await writeFile(join(folder, 'secret.c'), 'int secret;');
  for (const file of ['../../../package.json', join(folder, 'secret.c'), '/etc/passwd', '../../../.git/config']) {
    await expect(host.handle('readSource', { file })).rejects.toThrow('is not a source of this project');
  }
});

test('lists folders, and says why it cannot', async () => {
  await expect(host.handle('listFolder', { path: 'relative' })).rejects.toThrow('no absolute path');
  await expect(host.handle('listFolder', { path: join(folder, 'missing') })).rejects.toThrow('Cannot list');
  const demos = await host.handle('listFolder', { path: join(root, 'boards', 'demos') });
  expect(demos.folders).toContain('philosophers');
  expect(await host.handle('listFolder', { path: join(demos.path, 'philosophers') })).toMatchObject({
    isProject: true,
  });
});
