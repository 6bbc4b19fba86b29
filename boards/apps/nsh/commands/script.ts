/** What changes which command comes next. */
import type { Program } from '../../../../kernel/binfmt/native';
import { Failure } from '../../errors';
import { breakLoop } from '../control';
import { newFrame, OK, PUSHED, type Shell } from '../shell';
import { command } from './command';
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

export const scriptCommands = [
  command('.', source, 2, 2, '<script-path>'),
  command('break', breakOut, 1, 1),
  command('exit', exit, 1, 1),
  command('quit', exit, 1, 1),
  command('source', source, 2, 2, '<script-path>'),
];
