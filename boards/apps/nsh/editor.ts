/**
 * The line that is being typed: what each byte does to it, and what has to be written so that the screen shows it. Only
 * backspaces and text are written, which every terminal knows.
 */

export interface Editing {
  text: string;
  /** Place of the cursor in the text. */
  cursor: number;
  /** An escape sequence, as far as it has come. */
  escape: string;
  /** Line of the history that is shown; its length for none, and what was typed before one was. */
  recalled: number;
  draft: string;
}

/** What a byte brought about besides. */
export type Outcome = 'typing' | 'line' | 'interrupted' | 'end' | 'complete' | 'clear';

export const LONGEST_LINE = 255;

export function beginEditing(history: readonly string[]): Editing {
  return { text: '', cursor: 0, escape: '', recalled: history.length, draft: '' };
}

const BACKSPACE = '\b';
const control = (letter: string) => letter.charCodeAt(0) & 0x1f;
const ESCAPE = 27;
const DELETE = 127;

/** Escape sequences of keys, of VT100 and those like it, behind the escape. */
const keys: Readonly<Record<string, Edit>> = {
  '[A': (editing, history) => recall(editing, history, -1),
  '[B': (editing, history) => recall(editing, history, 1),
  '[C': right,
  '[D': left,
  '[H': home,
  '[F': end,
  '[1~': home,
  '[3~': deleteUnder,
  '[4~': end,
  '[7~': home,
  '[8~': end,
  OA: (editing, history) => recall(editing, history, -1),
  OB: (editing, history) => recall(editing, history, 1),
  OC: right,
  OD: left,
  OH: home,
  OF: end,
};

type Edit = (editing: Editing, history: readonly string[]) => void;

const controls: Readonly<Record<number, Edit>> = {
  [control('A')]: home,
  [control('B')]: left,
  [control('E')]: end,
  [control('F')]: right,
  [control('H')]: deleteBefore,
  [DELETE]: deleteBefore,
  [control('K')]: (editing) => cut(editing, editing.cursor, editing.text.length),
  [control('N')]: (editing, history) => recall(editing, history, 1),
  [control('P')]: (editing, history) => recall(editing, history, -1),
  [control('U')]: (editing) => cut(editing, 0, editing.cursor),
  [control('W')]: (editing) => cut(editing, startOfWord(editing), editing.cursor),
};

/** A byte was typed. Gives what it means, and what to write. */
export function typeByte(
  editing: Editing,
  byte: number,
  history: readonly string[],
): { outcome: Outcome; echo: string } {
  const before = { ...editing };
  const outcome = apply(editing, byte, history);
  return { outcome, echo: redraw(before, editing) };
}

function apply(editing: Editing, byte: number, history: readonly string[]): Outcome {
  if (editing.escape !== '' || byte === ESCAPE) {
    escape(editing, byte, history);
    return 'typing';
  }
  if (byte === 10 || byte === 13) {
    end(editing);
    return 'line';
  }
  if (byte === control('C')) {
    end(editing);
    return 'interrupted';
  }
  if (byte === control('D')) {
    if (editing.text === '') return 'end';
    deleteUnder(editing);
    return 'typing';
  }
  if (byte === 9) return 'complete';
  if (byte === control('L')) return 'clear';
  if (byte >= 32 && byte !== DELETE) insert(editing, String.fromCharCode(byte));
  else controls[byte]?.(editing, history);
  return 'typing';
}

/** Sequences are ESC [ digits... final, or ESC O final; what is none is forgotten. */
function escape(editing: Editing, byte: number, history: readonly string[]): void {
  editing.escape += String.fromCharCode(byte);
  const sequence = editing.escape.slice(1);
  if (sequence === '' || sequence === 'O' || /^\[[0-9;]{0,8}$/.test(sequence)) return;
  editing.escape = '';
  if (Object.hasOwn(keys, sequence)) keys[sequence]!(editing, history);
}

/** What brings the screen from one line to another. */
export function redraw(before: Pick<Editing, 'text' | 'cursor'>, after: Pick<Editing, 'text' | 'cursor'>): string {
  if (before.text === after.text) return move(after.text, before.cursor, after.cursor);
  let same = 0;
  while (same < before.text.length && before.text[same] === after.text[same]) same++;
  const rest = after.text.slice(same);
  const gone = ' '.repeat(Math.max(before.text.length - after.text.length, 0));
  const written = same + rest.length + gone.length;
  return move(before.text, before.cursor, same) + rest + gone + move('', written, after.cursor);
}

/** To the right over what is there anyway. */
function move(text: string, from: number, to: number): string {
  return to > from ? text.slice(from, to) : BACKSPACE.repeat(from - to);
}

/** Puts text where the cursor is, as much as there is room for. */
export function insert(editing: Editing, text: string): void {
  const added = text.slice(0, LONGEST_LINE - editing.text.length);
  editing.text = editing.text.slice(0, editing.cursor) + added + editing.text.slice(editing.cursor);
  editing.cursor += added.length;
}

function cut(editing: Editing, from: number, to: number): void {
  editing.text = editing.text.slice(0, from) + editing.text.slice(to);
  editing.cursor = from;
}

function deleteBefore(editing: Editing): void {
  if (editing.cursor > 0) cut(editing, editing.cursor - 1, editing.cursor);
}

function deleteUnder(editing: Editing): void {
  cut(editing, editing.cursor, editing.cursor + 1);
}

function left(editing: Editing): void {
  if (editing.cursor > 0) editing.cursor--;
}

function right(editing: Editing): void {
  if (editing.cursor < editing.text.length) editing.cursor++;
}

function home(editing: Editing): void {
  editing.cursor = 0;
}

function end(editing: Editing): void {
  editing.cursor = editing.text.length;
}

function startOfWord({ text, cursor }: Editing): number {
  return text.slice(0, cursor).search(/\S*\s*$/);
}

/** The line of the history before or behind; behind the last is what was being typed. */
function recall(editing: Editing, history: readonly string[], step: number): void {
  const to = editing.recalled + step;
  if (to < 0 || to > history.length) return;
  if (editing.recalled === history.length) editing.draft = editing.text;
  editing.recalled = to;
  editing.text = history[to] ?? editing.draft;
  end(editing);
}
