/** What changes which command comes next. */
import type { Program } from '../../../../kernel/binfmt/native';
import { Failure } from '../../errors';
import { aliasWords } from '../alias';
import { breakLoop } from '../control';
import { newFrame, OK, PUSHED, type Shell } from '../shell';
import { SyntaxProblem } from '../parse';
import { ANY_NUMBER, argumentInvalid, argumentMissing, command, takeOptions, wholeNumber } from './command';
import { openFile } from './copying';

/** Scripts that are executed from others. */
const DEEPEST = 16;

function* source(shell: Shell, [name = '', path = '']: string[]): Program {
  if (shell.state.frames.length >= DEEPEST) throw new Failure(`${name}: nesting too deep`);
  const fd = yield* openFile(shell, name, path);
  shell.state.frames.push(newFrame('script', { fd }));
  return PUSHED;
}

// eslint-disable-next-line require-yield
function* breakOut({ frame }: Shell): Program {
  breakLoop(frame.control);
  return OK;
}

// eslint-disable-next-line require-yield
function* exit({ state }: Shell): Program {
  state.exiting = true;
  state.failed = false;
  return OK;
}

const noAlias = (name: string, which: string) => new Failure(`${name}: no such alias: ${which}`);

/** Without a value shows what a name stands for, without any name all of them. */
function* alias(shell: Shell, [name = '', ...args]: string[]): Program {
  const { aliases } = shell.state;
  for (const arg of args.length > 0 ? args : Object.keys(aliases)) {
    const [, which = arg, text] = /^([^=]+)=(.*)$/s.exec(arg) ?? [];
    if (text === undefined) {
      if (!Object.hasOwn(aliases, which)) throw noAlias(name, which);
      yield* shell.print(`alias ${which}='${aliases[which]}'
`);
      continue;
    }
    if (!isAlias(text)) throw argumentInvalid(name);
    aliases[which] = text;
  }
  return OK;
}

function isAlias(text: string): boolean {
  try {
    return aliasWords(text) !== null;
  } catch (error) {
    if (error instanceof SyntaxProblem) return false;
    throw error;
  }
}

// eslint-disable-next-line require-yield
function* unalias({ state }: Shell, args: string[]): Program {
  const { options, rest } = takeOptions(args, 'a');
  const name = args[0]!;
  if (!options.has('a') && rest.length === 0) throw argumentMissing(name);
  for (const which of options.has('a') ? Object.keys(state.aliases) : rest) {
    if (!Object.hasOwn(state.aliases, which)) throw noAlias(name, which);
    delete state.aliases[which];
  }
  return OK;
}

const WATCH_SECONDS = 2;

/** A command line, again and again until it fails or ^C is pressed: what a script does with a loop. */
// eslint-disable-next-line require-yield
function* watch(shell: Shell, args: string[]): Program {
  const name = args[0]!;
  const { options, rest } = takeOptions(args, 'n:');
  if (rest.length === 0) throw argumentMissing(name);
  const seconds = wholeNumber(name, options.get('n') ?? String(WATCH_SECONDS));
  if (seconds < 1) throw argumentInvalid(name);
  const text = `while true
do
${rest.join(' ')}
sleep ${seconds}
done
`;
  shell.state.frames.push(newFrame('text', { text }));
  return PUSHED;
}

export const scriptCommands = [
  command('alias', alias, 1, ANY_NUMBER, '[name[=value] ... ]'),
  command('.', source, 2, 2, '<script-path>'),
  command('break', breakOut, 1, 1),
  command('exit', exit, 1, 1),
  command('quit', exit, 1, 1),
  command('source', source, 2, 2, '<script-path>'),
  command('unalias', unalias, 2, ANY_NUMBER, '[-a] [name ... ]'),
  command('watch', watch, 2, ANY_NUMBER, '[-n <seconds>] <command>'),
];
