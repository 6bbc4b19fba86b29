import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { loadWindowState, saveWindowState } from './window-state';

const folder = mkdtempSync(join(tmpdir(), 'tickscope-window-'));
afterAll(() => rmSync(folder, { recursive: true }));
const file = join(folder, 'state', 'window.json');
const display = { x: 0, y: 0, width: 1920, height: 1080 };
const at = (x: number, y: number) => ({ bounds: { x, y, width: 800, height: 600 }, maximized: false });

describe('the window state', () => {
  it('comes back as it was kept', () => {
    saveWindowState(file, at(1200, 500));
    expect(loadWindowState(file, [display])).toEqual(at(1200, 500));
  });

  it.each([
    [1850, 100],
    [-750, 100],
    [100, -20],
    [100, 1060],
    [2500, 100],
  ])('is forgotten where the window could not be dragged: %i, %i', (x, y) => {
    saveWindowState(file, at(x, y));
    expect(loadWindowState(file, [display])).toBeNull();
  });

  it('may be on any display', () => {
    saveWindowState(file, at(2500, 100));
    expect(loadWindowState(file, [display, { ...display, x: 1920 }])).toEqual(at(2500, 100));
  });

  it.each(['', '{', 'null', '{"bounds":{"x":0,"y":0,"width":1,"height":1},"maximized":false}'])(
    'is forgotten when damaged: %s',
    (text) => {
      writeFileSync(file, text);
      expect(loadWindowState(file, [display])).toBeNull();
    },
  );

  it('is not there the first time', () => {
    expect(loadWindowState(join(folder, 'none.json'), [display])).toBeNull();
  });
});
