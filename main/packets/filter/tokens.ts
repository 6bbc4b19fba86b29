/** The words of a filter. */

export class FilterProblem extends Error {
  constructor(
    message: string,
    /** Place in the filter. */
    readonly from: number,
    readonly to: number,
  ) {
    super(message);
  }
}

export interface Token {
  kind: 'word' | 'string' | 'operator' | 'end';
  text: string;
  from: number;
  to: number;
}

/** What stands for operators in words, as Wireshark has it. */
const WORDS: Readonly<Record<string, string>> = {
  and: '&&',
  or: '||',
  not: '!',
  eq: '==',
  ne: '!=',
  lt: '<',
  le: '<=',
  gt: '>',
  ge: '>=',
  contains: 'contains',
  in: 'in',
};
const OPERATOR = /&&|\|\||==|!=|<=|>=|[<>!(){},]/y;
const WORD = /[\w.:/-]+/y;
const STRING = /"((?:[^"\\]|\\.)*)"/y;

/** @throws FilterProblem */
export function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  for (let at = 0; at < text.length;) {
    if (/\s/.test(text[at]!)) {
      at++;
      continue;
    }
    const token = match(text, at);
    tokens.push(token);
    at = token.to;
  }
  return [...tokens, { kind: 'end', text: '', from: text.length, to: text.length }];
}

function match(text: string, at: number): Token {
  const find = (pattern: RegExp) => {
    pattern.lastIndex = at;
    return pattern.exec(text);
  };
  const string = find(STRING);
  if (string) {
    return { kind: 'string', text: string[1]!.replace(/\\(.)/g, '$1'), from: at, to: at + string[0].length };
  }
  if (text[at] === '"') throw new FilterProblem('The text has no end: a " is missing.', at, text.length);
  const operator = find(OPERATOR)?.[0];
  if (operator !== undefined) return { kind: 'operator', text: operator, from: at, to: at + operator.length };
  const word = find(WORD)?.[0];
  if (word === undefined) {
    const hint: Record<string, string> = { '=': ' Equality is ==.', '&': ' And is &&.', '|': ' Or is ||.' };
    throw new FilterProblem(`"${text[at]}" means nothing here.${hint[text[at]!] ?? ''}`, at, at + 1);
  }
  const meaning = Object.hasOwn(WORDS, word.toLowerCase()) ? WORDS[word.toLowerCase()] : undefined;
  return { kind: meaning === undefined ? 'word' : 'operator', text: meaning ?? word, from: at, to: at + word.length };
}
