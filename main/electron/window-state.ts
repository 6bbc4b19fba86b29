/** Where the window was, from one start to the next. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { z } from 'zod';

export const Bounds = z.object({ x: z.int(), y: z.int(), width: z.int().min(400), height: z.int().min(300) });
export type Bounds = z.infer<typeof Bounds>;

export const WindowState = z.object({ bounds: Bounds, maximized: z.boolean() });
export type WindowState = z.infer<typeof WindowState>;

/**
 * Reads what {@link saveWindowState} wrote. Null the first time, when the file is damaged, and when less than a title
 * bar's worth of the window would be on one of the `displays` that are there now.
 */
export function loadWindowState(file: string, displays: readonly Bounds[]): WindowState | null {
  try {
    const state = WindowState.parse(JSON.parse(readFileSync(file, 'utf8')));
    return displays.some((display) => isReachable(state.bounds, display)) ? state : null;
  } catch {
    return null;
  }
}

export function saveWindowState(file: string, state: WindowState): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, JSON.stringify(state));
}

/** True when enough of the window's top edge is on the display to drag it by. */
function isReachable(window: Bounds, display: Bounds): boolean {
  const across = Math.min(window.x + window.width, display.x + display.width) - Math.max(window.x, display.x);
  return across >= 100 && window.y >= display.y && window.y + 40 <= display.y + display.height;
}
