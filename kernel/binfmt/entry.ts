/**
 * Function pointers: an index of the firmware's function table; or, above NATIVE_BASE, a function of a native program,
 * by its place among those that the board installs; or, below zero, the exported entry of one of the project's apps.
 */

const NATIVE_BASE = 0x7000_0000;

export function isNative(entry: number): boolean {
  return entry >= NATIVE_BASE;
}

/** The function pointer of a native function. */
export function nativeEntry(index: number): number {
  return NATIVE_BASE + index;
}

/** Place of the native function that a function pointer means. */
export function nativeIndex(entry: number): number {
  return entry - NATIVE_BASE;
}

/** The function pointer of the entry of an app of the project. */
export function appEntry(app: number): number {
  return -1 - app;
}

/** Place of the app of which it is the entry; negative for another function. */
export function appIndex(entry: number): number {
  return -1 - entry;
}
