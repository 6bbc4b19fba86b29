import { beforeEach, describe, expect, it } from 'vitest';
import { NOTE_WORDS } from '../main/contract/target';
import {
  appendNotes,
  copyNotes,
  createNoteLog,
  formatNote,
  noteNumber,
  noteNumberAt,
  timeOfNote,
  type NoteLog,
  type NoteNames,
} from './notes';

const names: NoteNames = {
  types: new Map([
    [1, { id: 1, name: 'switch', args: ['from_pid', 'priority'] }],
    [2, { id: 2, name: 'syscall_enter', args: ['call', 'arg0', 'arg1', 'arg2'] }],
    [3, { id: 3, name: 'syscall_leave', args: ['call', 'result'] }],
  ]),
  calls: new Map([[17, { id: 17, name: 'sem_wait', args: ['sem'] }]]),
  errors: new Map([[11, 'EAGAIN']]),
  tasks: new Map([[5, 'producer']]),
  objects: new Map([[0x80001a40, 'buf_free']]),
};

/** A batch of events that differ in their time, which is their number in nanoseconds. */
function batch(first: number, count: number, generation = 1, words = [1, 5, 5, 120]) {
  const data = new Int32Array(count * NOTE_WORDS);
  for (let i = 0; i < count; i++) data.set([first + i, 0, ...words], i * NOTE_WORDS);
  return { generation, first, data: new Uint8Array(data.buffer) };
}

const numbers = (log: NoteLog): number[] => Array.from({ length: log.length }, (_, i) => noteNumber(log, i));

describe('the event log', () => {
  let log: NoteLog;
  beforeEach(() => {
    log = createNoteLog(4);
  });

  it('keeps the last events', () => {
    appendNotes(log, batch(0, 3));
    appendNotes(log, batch(3, 3));
    expect(numbers(log)).toEqual([2, 3, 4, 5]);
    expect(formatNote(log, 0, names).timeNs).toBe(2);
  });

  it('takes a batch that is longer than itself', () => {
    appendNotes(log, batch(0, 11));
    expect(numbers(log)).toEqual([7, 8, 9, 10]);
  });

  it('finds the event at a time, by its type where there are several', () => {
    appendNotes(log, batch(0, 3));
    expect([0, 1, 2, 99].map((time) => noteNumberAt(log, time, 2))).toEqual([0, 1, 2, 2]);
    expect(noteNumberAt(createNoteLog(4), 5, 2)).toBeNull();
    expect([timeOfNote(log, 1), timeOfNote(log, 7)]).toEqual([1, null]);
    // Two at one time.
    const { data, ...rest } = batch(2, 2, 1, [2, 5, 5, 120]);
    new Int32Array(data.buffer).set([2, 0, 1], 0);
    new Int32Array(data.buffer).set([2, 0, 2], NOTE_WORDS);
    appendNotes(log, { ...rest, data });
    expect([noteNumberAt(log, 2, 1), noteNumberAt(log, 2, 2), noteNumberAt(log, 5, 9)]).toEqual([2, 3, 2]);
  });

  it('drops what a step back has undone', () => {
    appendNotes(log, batch(0, 6));
    appendNotes(log, batch(4, 0));
    expect(numbers(log)).toEqual([2, 3]);
    appendNotes(log, batch(4, 1));
    expect(numbers(log)).toEqual([2, 3, 4]);
  });

  it('is empty after going back to before all it keeps', () => {
    appendNotes(log, batch(10, 4));
    appendNotes(log, batch(0, 0));
    expect(numbers(log)).toEqual([]);
  });

  it('keeps the numbers across a gap', () => {
    appendNotes(log, batch(0, 2));
    appendNotes(log, batch(1000, 2));
    expect(numbers(log)).toEqual([0, 1, 1000, 1001]);
    appendNotes(log, batch(500, 1));
    expect(numbers(log)).toEqual([0, 1, 500]);
  });

  it('forgets everything at a reset', () => {
    appendNotes(log, batch(0, 3));
    appendNotes(log, batch(0, 1, 2));
    expect(numbers(log)).toEqual([0]);
    appendNotes(log, batch(7, 1, 3));
    expect(numbers(log)).toEqual([7]);
  });

  it('copies what stays as it is while the log goes on', () => {
    appendNotes(log, batch(0, 3));
    const copy = copyNotes(log);
    appendNotes(log, batch(3, 4));
    expect(numbers(copy)).toEqual([0, 1, 2]);
  });

  it('reads bytes that are not aligned to words', () => {
    const { data, ...rest } = batch(3, 1);
    const frame = new Uint8Array(data.length + 1);
    frame.set(data, 1);
    appendNotes(log, { ...rest, data: frame.subarray(1) });
    expect(formatNote(log, 0, names).timeNs).toBe(3);
  });

  it('refuses a batch that ends inside an event', () => {
    expect(() => appendNotes(log, { generation: 1, first: 0, data: new Uint8Array(33) })).toThrow(/33 bytes/);
  });
});

describe('formatNote', () => {
  const text = (words: number[]) => {
    const log = createNoteLog(1);
    appendNotes(log, batch(0, 1, 1, words));
    return formatNote(log, 0, names);
  };

  it('names tasks', () => {
    expect(text([1, 5, 5, 120])).toMatchObject({
      task: '5 producer',
      event: 'switch',
      args: 'from_pid=5 producer priority=120',
    });
  });

  it('names system calls, their arguments, and semaphores by address', () => {
    expect(text([2, 5, 17, 0x80001a40 | 0]).args).toBe('sem_wait sem=buf_free');
    expect(text([3, 5, 17, -4]).args).toBe('sem_wait result=-4');
    expect(text([3, 5, 17, -11]).args).toBe('sem_wait result=-EAGAIN');
  });

  it('has words for numbers of something', () => {
    const types = new Map([[4, { id: 4, name: 'irq', args: ['irq'], labels: { irq: ['timer'] } }]]);
    const log = createNoteLog(1);
    appendNotes(log, batch(0, 1, 1, [4, 0, 0]));
    expect(formatNote(log, 0, { ...names, types }).args).toBe('irq=timer');
    appendNotes(log, batch(0, 2, 1, [4, 0, 7]));
    expect(formatNote(log, 0, { ...names, types }).args).toBe('irq=7');
  });

  it('writes addresses as such', () => {
    expect(text([2, 5, 17, 0x20000d80]).args).toBe('sem_wait sem=0x20000d80');
  });

  it('shows numbers where a name is not known', () => {
    expect(text([9, 8, 1, 2])).toMatchObject({ task: '8', event: 'event 9', args: '' });
    expect(text([2, 8, 99, 7]).args).toBe('call 99 arg0=7 arg1=0 arg2=0');
  });

  it('reads times beyond 32 bits', () => {
    const log = createNoteLog(1);
    const data = new Int32Array([-1, 2, 1, 5, 0, 0, 0, 0]);
    appendNotes(log, { generation: 1, first: 0, data: new Uint8Array(data.buffer) });
    expect(formatNote(log, 0, names).timeNs).toBe(3 * 2 ** 32 - 1);
  });
});
