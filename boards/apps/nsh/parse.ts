/** From text to commands: words, redirections and what stands between commands. Nothing is expanded here. */

/** A part of a word. */
export interface Piece {
  /** `text` may have variables in it, `command` is what stood in backquotes, `literal` is as it is. */
  kind: 'literal' | 'text' | 'command';
  text: string;
  /** It stood in double quotes: what it expands to stays one word. */
  quoted: boolean;
}

export type Word = Piece[];

export interface Redirection {
  operator: '<' | '>' | '>>';
  target: Word;
}

export interface Command {
  words: Word[];
  redirections: Redirection[];
}

/** What ends a command; empty for the end of the text. */
export type Separator = ';' | '\n' | '&' | '&&' | '||' | '';

export interface Statement {
  /** Commands with a pipe from each to the next; the only one may be empty. */
  pipeline: Command[];
  separator: Separator;
  /** Where the text goes on. */
  next: number;
}

/** What is wrong with a line, for a person. */
export class SyntaxProblem extends Error {}

const BLANK = ' \t\r';
const END_OF_WORD = ' \t\r\n;&|<>';
const OPERATORS = ['&&', '||', '>>', '&', '|', ';', '\n', '<', '>'] as const;

/**
 * The statement at a place of the text.
 * @throws SyntaxProblem when it is none
 */
export function parseStatement(text: string, start: number): Statement {
  const pipeline: Command[] = [{ words: [], redirections: [] }];
  let redirection: Redirection | null = null;
  let at = start;
  for (;;) {
    const command = pipeline.at(-1)!;
    while (at < text.length && BLANK.includes(text[at]!)) at++;
    if (text[at] === '#') at = endOfLine(text, at);
    const operator = OPERATORS.find((each) => text.startsWith(each, at)) ?? '';
    if (operator === '' && at < text.length) {
      const word = readWord(text, at);
      at = word.next;
      if (redirection) redirection.target = word.pieces;
      else command.words.push(word.pieces);
      redirection = null;
      continue;
    }
    at += operator.length;
    if (redirection) throw new SyntaxProblem(`${redirection.operator}: missing required argument(s)`);
    if (operator === '<' || operator === '>' || operator === '>>') {
      command.redirections.push((redirection = { operator, target: [] }));
      continue;
    }
    const ends = operator === '' || operator === '\n' || operator === ';';
    if (command.words.length === 0 && !(ends && pipeline.length === 1 && command.redirections.length === 0)) {
      throw new SyntaxProblem(`${command.redirections[0]?.operator ?? (ends ? '|' : operator)}: syntax error`);
    }
    if (operator === '|') pipeline.push({ words: [], redirections: [] });
    else return { pipeline, separator: operator, next: at };
  }
}

/** Place behind the line that a place is in, in front of its newline. */
export function endOfLine(text: string, at: number): number {
  const end = text.indexOf('\n', at);
  return end < 0 ? text.length : end;
}

function readWord(text: string, start: number): { pieces: Word; next: number } {
  const pieces: Word = [];
  const add = (kind: Piece['kind'], piece: string, quoted: boolean) => {
    const last = pieces.at(-1);
    if (last && last.kind === kind && last.quoted === quoted && kind !== 'command') last.text += piece;
    else pieces.push({ kind, text: piece, quoted });
  };
  let at = start;
  let inQuotes = false;
  for (;;) {
    const char = text[at];
    if (char === undefined || char === '\n' || (!inQuotes && END_OF_WORD.includes(char))) {
      if (inQuotes) throw unmatched('"');
      return { pieces, next: at };
    }
    at++;
    if (char === '"') {
      inQuotes = !inQuotes;
      add('literal', '', true);
    } else if (char === "'" && !inQuotes) {
      const end = closing(text, at, "'");
      add('literal', text.slice(at, end), true);
      at = end + 1;
    } else if (char === '`') {
      const end = closing(text, at, '`');
      add('command', text.slice(at, end), inQuotes);
      at = end + 1;
    } else if (char === '\\' && at < text.length && text[at] !== '\n' && (!inQuotes || '"\\$`'.includes(text[at]!))) {
      add('literal', text[at]!, true);
      at++;
    } else {
      add('text', char, inQuotes);
    }
  }
}

function closing(text: string, at: number, quote: string): number {
  const end = text.indexOf(quote, at);
  if (end < 0 || end > endOfLine(text, at)) throw unmatched(quote);
  return end;
}

const unmatched = (quote: string) => new SyntaxProblem(`${quote}: no matching ${quote}`);

/** The text of a word that nothing has to be expanded in and that is not quoted: a keyword, maybe. */
export function plain(word: Word | undefined): string {
  return word?.length === 1 && word[0]!.kind === 'text' ? word[0]!.text : '';
}

/** A word as text that is parsed to itself. */
export function quote(word: string): string {
  if (/^[\w./:=+-]+$/.test(word)) return word;
  return `'${word.replaceAll("'", `'"'"'`)}'`;
}
