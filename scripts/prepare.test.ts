import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { isInstalled } from './prepare.mjs';

let folder: string;

const lock = (packages: object) => JSON.stringify({ packages });
const vue = { version: '3.5.0' };
const onlyMac = { version: '1.0.0', optional: true };

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tickscope-installed-'));
  mkdirSync(join(folder, 'node_modules'));
  const wanted = { '': { version: '0.1.0' }, 'node_modules/vue': vue, 'node_modules/mac': onlyMac };
  writeFileSync(join(folder, 'package-lock.json'), lock(wanted));
});
afterEach(() => rmSync(folder, { recursive: true }));

it.each([
  ['as locked', { 'node_modules/vue': vue, 'node_modules/mac': onlyMac }, true],
  ['without what another platform needs', { 'node_modules/vue': vue }, true],
  ['with more than is needed', { 'node_modules/vue': vue, 'node_modules/more': vue }, true],
  ['in another version', { 'node_modules/vue': { version: '3.4.0' } }, false],
  ['without one of them', { 'node_modules/mac': onlyMac }, false],
])('sees packages installed %s', (_, installed, expected) => {
  writeFileSync(join(folder, 'node_modules', '.package-lock.json'), lock(installed));
  expect(isInstalled(folder)).toBe(expected);
});

it('sees that nothing is installed', () => {
  expect(isInstalled(folder)).toBe(false);
});
