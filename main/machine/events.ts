/** The event log as JSON, for scripts. */
import { resetCauseName } from '../../kernel/boardctl';
import { expiryKinds } from '../../kernel/clock/timeout';
import { NOTE_WORDS, noteTypes } from '../../kernel/note/note';
import { quirks } from '../../kernel/quirks';
import { systemCalls } from '../../kernel/syscall';
import { defaultActions, signalCodes, signalName } from './signal-names';

/** Arguments that are numbers of something with a name. */
const names: Record<string, (value: number) => string | undefined> = {
  call: (index) => systemCalls[index]!.name,
  kind: (index) => expiryKinds[index],
  signo: signalName,
  code: (code) => signalCodes[code],
  action: (index) => defaultActions[index],
  quirk: (index) => quirks[index]?.name,
  cause: resetCauseName,
};

/** One event of a batch as an object: `t` is in nanoseconds since boot, what has a name has it. */
export function eventObject(words: Int32Array, at: number): Record<string, number | string> {
  const type = noteTypes[words[at + 2]!]!;
  const event: Record<string, number | string> = {
    t: (words[at]! >>> 0) + words[at + 1]! * 4294967296,
    event: type.name,
    pid: words[at + 3]!,
  };
  type.args.forEach((name, i) => {
    const value = words[at + 4 + i]!;
    event[name] = names[name]?.(value) ?? value;
  });
  return event;
}

/** A batch as JSON lines, each with what else is to be said of all. */
export function eventLines(words: Int32Array, also: Record<string, string> = {}): string {
  let text = '';
  for (let at = 0; at < words.length; at += NOTE_WORDS)
    text += `${JSON.stringify({ ...also, ...eventObject(words, at) })}\n`;
  return text;
}
