/** Tab: the rest of the name of a command, a program or a file. */
import type { Program } from '../../../kernel/binfmt/native';
import { latin1 } from '../io';
import { commandNames } from './commands';
import { insert, redraw, type Editing } from './editor';
import { listDirectory } from './paths';
import { showLine } from './readline';
import type { Shell } from './shell';

/** Completes the word at the cursor as far as there is one way to; shows the ways when there are several. */
export function* complete(shell: Shell, editing: Editing): Program<void> {
  const word = /[^\s;&|<>]*$/.exec(editing.text.slice(0, editing.cursor))![0];
  const isCommand = /^\s*$/.test(editing.text.slice(0, editing.cursor - word.length));
  const slash = word.lastIndexOf('/') + 1;
  const start = word.slice(slash);
  const names = isCommand && slash === 0 ? yield* programNames(shell) : yield* fileNames(shell, word.slice(0, slash));
  const found = [...new Set(names.filter((name) => name.startsWith(start)))].sort();
  const common = commonStart(found).slice(start.length);
  if (common !== '' || found.length === 1) {
    const before = { ...editing };
    insert(editing, common + (found.length === 1 && !found[0]!.endsWith('/') ? ' ' : ''));
    yield* shell.write(1, latin1(redraw(before, editing)));
  } else if (found.length > 1) {
    yield* shell.write(1, latin1(`\n${found.map((name) => `  ${name}\n`).join('')}`));
    yield* showLine(shell);
  }
}

function* programNames(shell: Shell): Program<string[]> {
  const programs = (yield* listDirectory(shell, '/bin')) ?? [];
  return [...commandNames, ...programs.map(({ name }) => name)];
}

function* fileNames(shell: Shell, directory: string): Program<string[]> {
  const entries = (yield* listDirectory(shell, directory === '' ? '.' : directory)) ?? [];
  return entries.map(({ name, isDirectory }) => (isDirectory ? `${name}/` : name));
}

function commonStart(names: readonly string[]): string {
  const [first = '', ...others] = names;
  let length = first.length;
  for (const name of others) while (!name.startsWith(first.slice(0, length))) length--;
  return first.slice(0, length);
}
