import { expect, test } from 'vitest';
import { NOTE_WORDS, Note, NoteLog } from './note';

const CHUNK = 32768;
const fill = (log: NoteLog, count: number) => {
  for (let i = 0; i < count; i++) log.add(log.count * 1000, Note.switch, log.count & 0xffff, log.count);
};
const numbers = (words: Int32Array) =>
  Array.from({ length: words.length / NOTE_WORDS }, (_, i) => words[i * NOTE_WORDS + 4]!);
const range = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);

test('events come back as they were logged, across chunks', () => {
  const log = new NoteLog(Infinity);
  fill(log, 2 * CHUNK + 10);
  expect(log.count).toBe(2 * CHUNK + 10);
  expect(numbers(log.slice(CHUNK - 3, CHUNK + 3))).toEqual(range(CHUNK - 3, CHUNK + 3));
  expect(numbers(log.slice(0, log.count))).toEqual(range(0, log.count));
});

test('times beyond 32 bits are kept', () => {
  const log = new NoteLog(Infinity);
  log.add(123_456_789_012_345, Note.stop, 7, -3, 1, 2, 4);
  const [low, high, type, pid, ...args] = log.slice(0, 1);
  expect((low! >>> 0) + high! * 2 ** 32).toBe(123_456_789_012_345);
  expect([type, pid, args]).toEqual([Note.stop, 7, [-3, 1, 2, 4]]);
});

test('the oldest chunks go when there are too many', () => {
  const log = new NoteLog(2);
  fill(log, 3 * CHUNK + 5);
  expect(log.count).toBe(3 * CHUNK + 5);
  expect(log.first).toBe(2 * CHUNK);
  expect(numbers(log.slice(log.first, log.count))).toEqual(range(log.first, log.count));
});

test.each([0, 5, CHUNK - 1, CHUNK, CHUNK + 7, 2 * CHUNK])(
  'going back to event %i, the log goes on from there',
  (back) => {
    const log = new NoteLog(Infinity);
    fill(log, 2 * CHUNK + 3);
    log.truncate(back);
    expect(log.count).toBe(back);
    fill(log, CHUNK + 3);
    expect(numbers(log.slice(0, log.count))).toEqual(range(0, back + CHUNK + 3));
  },
);

test('going back to where nothing is held any more begins anew', () => {
  const log = new NoteLog(1);
  fill(log, 2 * CHUNK + 3);
  log.truncate(10);
  expect([log.first, log.count]).toEqual([10, 10]);
  fill(log, 3);
  expect(numbers(log.slice(10, 13))).toEqual([10, 11, 12]);
});
