/** help, and what it knows (NuttX: nsh_command.c). */
import type { Program } from '../../../../kernel/binfmt/native';
import { listDirectory, statOf } from '../paths';
import { OK, type Shell } from '../shell';
import { command, type Command } from './command';

const LINE = 80;
const INDENT = 4;

const FORMS = `NSH command forms:
  <cmd> [< <file>] [> <file>|>> <file>] [| <cmd>] [&]

OR
  if <cmd>
  then
    [sequence of <cmd>]
  else
    [sequence of <cmd>]
  fi

OR
  while <cmd>
  do
    [sequence of <cmd>]
  done

OR
  until <cmd>
  do
    [sequence of <cmd>]
  done

`;

/** Names in columns, from top to bottom. */
export function columns(names: readonly string[]): string {
  const width = Math.max(...names.map(({ length }) => length)) + INDENT;
  const perLine = Math.max(Math.floor((LINE - INDENT) / width), 1);
  const rows = Math.ceil(names.length / perLine);
  const line = (row: number) =>
    names
      .filter((_, i) => i % rows === row)
      .map((name) => name.padEnd(width))
      .join('');
  return Array.from({ length: rows }, (_, row) => `${' '.repeat(INDENT)}${line(row)}\n`).join('');
}

const usageOf = ({ name, usage }: Command) => `  ${name}${usage && ` ${usage}`}\n`;

/** The commands are those of the table that these are in themselves. */
export function helpCommands(known: () => readonly Command[]): Command[] {
  function* all(shell: Shell): Program<Command[]> {
    const there: Command[] = [];
    for (const each of known()) if (!each.needs || (yield* statOf(shell, each.needs))) there.push(each);
    return there;
  }

  function* help(shell: Shell, args: string[]): Program {
    const isVerbose = args[1] === '-v';
    const name = args[isVerbose ? 2 : 1];
    if (isVerbose) yield* shell.print(FORMS);
    if (name !== undefined) return yield* helpOn(shell, name);
    if (isVerbose) {
      yield* shell.print('Where <cmd> is one of:\n');
      for (const each of yield* all(shell)) yield* shell.print(usageOf(each));
    } else {
      yield* helpOn(shell, 'help');
      yield* shell.print(`\n${columns((yield* all(shell)).map((each) => each.name))}`);
    }
    const programs = (yield* listDirectory(shell, '/bin')) ?? [];
    if (programs.length > 0) {
      yield* shell.print(`\nBuiltin Apps:\n${columns(programs.map((program) => program.name).sort())}`);
    }
    return OK;
  }

  function* helpOn(shell: Shell, name: string): Program {
    const found = known().find((each) => each.name === name);
    if (!found) return yield* shell.complain(`${name}: command not found`);
    yield* shell.print(`${name} usage:${usageOf(found)}`);
    return OK;
  }

  return [command('?', help, 1, 1), command('help', help, 1, 3, '[-v] [<cmd>]')];
}
