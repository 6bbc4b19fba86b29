/** A line from the console: one byte after the other, each a step of the shell. */
import type { Program } from '../../../kernel/binfmt/native';
import { latin1, textOf } from '../io';
import { complete } from './complete';
import { beginEditing, redraw, typeByte, type Editing } from './editor';
import type { Shell } from './shell';
import { makeCooked, makeRaw } from './terminal';

export const PROMPT = 'nsh> ';
const CLEAR_SCREEN = '\x1b[2J\x1b[H';
/** NuttX: CONFIG_READLINE_CMD_HISTORY_LEN. */
const HISTORY_LENGTH = 16;

/** Reads what comes next from the console; a line that is ready is the frame's text. */
export function* readConsole(shell: Shell): Program<void> {
  if (shell.state.editing === null) {
    yield* shell.flush();
    if ((yield* shell.write(1, latin1(PROMPT))) !== 0) {
      // Nobody can see it: the other end of a pipe is gone.
      shell.state.exiting = true;
      return;
    }
    shell.state.editing = beginEditing(shell.state.history);
    shell.state.isRaw = yield* makeRaw(shell);
  }
  if (shell.state.isRaw) yield* readByte(shell, shell.state.editing);
  else yield* readLine(shell, shell.state.editing);
}

/** The console edits lines itself, or is none. */
function* readLine(shell: Shell, editing: Editing): Program<void> {
  const { sys, buffer } = shell;
  const count = yield* sys.read(0, buffer, 1);
  if (count <= 0) return yield* endOfInput(shell, count);
  const char = textOf(yield* sys.load(buffer, 1));
  if (char === '\n') yield* accept(shell, editing.text);
  else editing.text += char;
}

function* readByte(shell: Shell, editing: Editing): Program<void> {
  const { sys, buffer, state } = shell;
  const count = yield* sys.read(0, buffer, 1);
  if (count <= 0) return yield* endOfInput(shell, count);
  const [byte] = yield* sys.load(buffer, 1);
  const { outcome, echo } = typeByte(editing, byte!, state.history);
  switch (outcome) {
    case 'typing':
      if (echo !== '') yield* shell.write(1, latin1(echo));
      return;
    case 'line':
      yield* shell.write(1, latin1(`${echo}\n`));
      return yield* accept(shell, editing.text);
    case 'interrupted':
      yield* shell.write(1, latin1(`${echo}^C\n`));
      Object.assign(shell.frame, { control: [], separator: '' });
      return yield* accept(shell, '');
    case 'end':
      return yield* endOfInput(shell, 0);
    case 'complete':
      return yield* complete(shell, editing);
    case 'clear':
      yield* shell.write(1, latin1(CLEAR_SCREEN));
      return yield* showLine(shell);
  }
}

/** The prompt and what has been typed, on a new line. */
export function* showLine(shell: Shell): Program<void> {
  const empty = { text: '', cursor: 0 };
  yield* shell.write(1, latin1(PROMPT + redraw(empty, shell.state.editing ?? empty)));
}

function* accept(shell: Shell, line: string): Program<void> {
  const { state, frame } = shell;
  yield* makeCooked(shell);
  state.editing = null;
  frame.text += `${line}\n`;
  if (line.trim() === '' || line === state.history.at(-1)) return;
  state.history = [...state.history, line].slice(-HISTORY_LENGTH);
}

/** Nothing more will come; what ended a read early was only a signal. */
function* endOfInput(shell: Shell, count: number): Program<void> {
  if (count < 0 && (yield* shell.sys.errno()) === EINTR) return;
  yield* makeCooked(shell);
  shell.state.exiting = true;
}

const EINTR = 4;
