/** What words stand for: variables, and the output of commands in backquotes. */
import type { Program } from '../../../kernel/binfmt/native';
import { Failure } from '../errors';
import { capture } from './launch';
import type { Piece, Word } from './parse';
import type { Shell } from './shell';

const REFERENCE = /\$(?:\{([^}]*)\}|([A-Za-z_]\w*|[?!]))/g;

/** System calls get strings on the task's stack, which has room for a few of this length. */
const LONGEST_WORD = 512;

/** The arguments that words become: what stands outside of quotes is split at blanks. */
export function* expandWords(shell: Shell, words: readonly Word[]): Program<string[]> {
  const args: string[] = [];
  for (const word of words) args.push(...(yield* expandWord(shell, word)));
  return args;
}

/** The same for what has to be one word. */
export function* expandOne(shell: Shell, word: Word): Program<string> {
  return (yield* expandWord(shell, word)).join(' ');
}

function* expandWord(shell: Shell, word: Word): Program<string[]> {
  const args = [''];
  for (const piece of word) {
    const text = yield* expandPiece(shell, piece);
    if (piece.quoted || text === piece.text) {
      args[args.length - 1] += text;
      continue;
    }
    const [first = '', ...others] = text.split(/[ \t\n]+/);
    args[args.length - 1] += first;
    args.push(...others);
  }
  if (args.some(({ length }) => length > LONGEST_WORD)) throw new Failure('argument too long');
  // What a value has of blanks around it separates from nothing.
  return args.length > 1 ? args.filter((arg) => arg !== '') : args;
}

function* expandPiece(shell: Shell, { kind, text }: Piece): Program<string> {
  if (kind === 'literal') return text;
  if (kind === 'command') return (yield* capture(shell, text)).replace(/[ \t\n]+$/, '');
  let result = '';
  let from = 0;
  for (const match of text.matchAll(REFERENCE)) {
    const [whole, braced, bare] = match;
    result += text.slice(from, match.index) + (yield* valueOf(shell, braced ?? bare!));
    from = match.index + whole.length;
  }
  const rest = text.slice(from);
  if (rest.includes('${')) throw new Failure('${: no matching }');
  return result + rest;
}

function* valueOf({ sys, state }: Shell, name: string): Program<string> {
  if (name === '?') return state.failed ? '1' : '0';
  if (name === '!') return String(state.background);
  if (name.length > LONGEST_WORD) return '';
  const address = yield* sys.getenv(name);
  return address === 0 ? '' : yield* sys.string(address);
}
