/** The event log as JSON, for scripts. */
import { NOTE_WORDS, noteTypes } from '../../kernel/note/note';
import { systemCalls } from '../../kernel/syscall';

/** One event of a batch as an object: `t` is in nanoseconds since boot, system calls have their names. */
export function eventObject(words: Int32Array, at: number): Record<string, number | string> {
  const type = noteTypes[words[at + 2]!]!;
  const event: Record<string, number | string> = {
    t: (words[at]! >>> 0) + words[at + 1]! * 4294967296,
    event: type.name,
    pid: words[at + 3]!,
  };
  type.args.forEach((name, i) => {
    const value = words[at + 4 + i]!;
    event[name] = name === 'call' ? systemCalls[value]!.name : value;
  });
  return event;
}

/** A batch as JSON lines. */
export function eventLines(words: Int32Array): string {
  let text = '';
  for (let at = 0; at < words.length; at += NOTE_WORDS) text += `${JSON.stringify(eventObject(words, at))}\n`;
  return text;
}
