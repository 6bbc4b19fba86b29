import { expect, test } from 'vitest';
import { Note, NoteLog } from '../../kernel/note/note';
import { eventLines } from './events';

test('what has a name has it, and a number that is none of those stays', () => {
  const notes = new NoteLog(1);
  notes.add(5_000_000_000, Note.signal_send, 3, 10, 5, 1, -2);
  notes.add(5_000_000_000, Note.signal_deliver, 5, 34, 3, 77, 0);
  notes.add(6_000_000_000, Note.signal_default, 5, 19, 3, 1);
  notes.add(7_000_000_000, Note.quirk, 5, 0);
  expect(eventLines(notes.slice(0, notes.count)).split('\n')).toEqual([
    '{"t":5000000000,"event":"signal_send","pid":3,"signo":"SIGUSR1","to_pid":5,"code":"SI_QUEUE","value":-2}',
    '{"t":5000000000,"event":"signal_deliver","pid":5,"signo":"SIGRTMIN+2","from_pid":3,"code":77,"value":0}',
    '{"t":6000000000,"event":"signal_default","pid":5,"signo":"SIGSTOP","from_pid":3,"action":"stop"}',
    '{"t":7000000000,"event":"quirk","pid":5,"quirk":"nanosleep"}',
    '',
  ]);
});
