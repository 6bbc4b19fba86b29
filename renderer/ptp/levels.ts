/** What is worth a warning, and what is a failure: settings of the window. Nanoseconds. */

export interface Level {
  warn: number;
  fail: number;
}
export interface Levels {
  syncAge: Level;
  offset: Level;
  delay: Level;
}

export const levelTitles: Record<keyof Levels, string> = {
  syncAge: 'Sync age',
  offset: 'Offset',
  delay: 'Path delay',
};

export const defaultLevels: Levels = {
  syncAge: { warn: 1e9, fail: 5e9 },
  offset: { warn: 250_000, fail: 1_000_000 },
  delay: { warn: 100e6, fail: 250e6 },
};

export type Grade = 'good' | 'warn' | 'fail';

/** Mark and word of a grade: it is never told by colour alone. */
export const grades: Record<Grade, { mark: string; word: string }> = {
  good: { mark: '', word: '' },
  warn: { mark: '!', word: 'Beyond the level of a warning' },
  fail: { mark: '\u2715', word: 'Beyond the level of a failure' },
};

/** How a value stands, on either side of zero. */
export function gradeOf(value: number | null, { warn, fail }: Level): Grade {
  if (value === null) return 'good';
  const size = Math.abs(value);
  return size >= fail ? 'fail' : size >= warn ? 'warn' : 'good';
}
