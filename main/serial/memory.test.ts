import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { SerialMemory, type Remembered } from './memory';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tickscope-state-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const device = (id: string, baudRate = 115200): Remembered => ({
  ...{ id, path: id, description: '', vendorId: null, productId: null, serialNumber: null },
  settings: { baudRate, dataBits: 8, parity: 'none', stopBits: 1, flowControl: 'none', dtr: true, rts: false },
});

test('another start finds what was remembered, the latest first, and not what was forgotten', async () => {
  const memory = new SerialMemory(join(folder, 'state'));
  await Promise.all([memory.add(device('a')), memory.add(device('b')), memory.add(device('c'))]);
  await memory.add(device('a', 9600));
  await memory.forget('b');
  expect(await new SerialMemory(join(folder, 'state')).list()).toEqual([device('a', 9600), device('c')]);
});

test('a list that is no list counts as empty and is mended', async () => {
  await writeFile(join(folder, 'serial.json'), '[{"id":"a","settings":{"baudRate":-1}}]');
  const memory = new SerialMemory(folder);
  expect(await memory.list()).toEqual([]);
  await memory.add(device('a'));
  expect(JSON.parse(await readFile(join(folder, 'serial.json'), 'utf8'))).toHaveLength(1);
});
