import { expect, test } from 'vitest';
import { NOTE_WORDS as contractWords } from '../contract/target';
import { NOTE_WORDS, NoteLog } from '../../kernel/note/note';

test('the contract and the kernel mean the same by an event', () => {
  expect(contractWords).toBe(NOTE_WORDS);
});

const CHUNK = 32768;

function filled(count: number, keep = Infinity): NoteLog {
  const log = new NoteLog(keep);
  for (let i = 0; i < count; i++) log.add(i * 1e6, 1, 0, i);
  return log;
}

test.each([CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK])('%i events are there, and can be cut off anywhere', (count) => {
  const log = filled(count);
  expect(log.count).toBe(count);
  log.truncate(count);
  expect([log.first, log.count]).toEqual([0, count]);
  expect(log.slice(count - 1, count)[4]).toBe(count - 1);
  log.truncate(CHUNK - 2);
  expect(log.count).toBe(CHUNK - 2);
  for (let i = 0; i < 4; i++) log.add(0, 1, 0, -i);
  expect([...log.slice(CHUNK - 3, CHUNK + 2)].filter((_, i) => i % NOTE_WORDS === 4)).toEqual([
    CHUNK - 3,
    0,
    -1,
    -2,
    -3,
  ]);
});

test('the oldest go beyond the limit, and what was released', () => {
  const log = filled(5 * CHUNK, 2);
  expect(log.first).toBeGreaterThan(2 * CHUNK);
  expect(log.count).toBe(5 * CHUNK);
  const all = filled(3 * CHUNK + 5);
  all.release(2 * CHUNK + 1);
  expect([all.first, all.count]).toEqual([2 * CHUNK, 3 * CHUNK + 5]);
  all.truncate(7);
  expect([all.first, all.count]).toEqual([7, 7]);
});
