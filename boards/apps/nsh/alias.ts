/** Names for the beginnings of commands. */
import { parseStatement, plain, type Word } from './parse';

/** The words that an alias stands for; null when its text is more than that, or nothing. Throws SyntaxProblem. */
export function aliasWords(text: string): Word[] | null {
  const { pipeline, next } = parseStatement(text, 0);
  const [{ words, redirections }] = pipeline as [(typeof pipeline)[0]];
  return pipeline.length === 1 && redirections.length === 0 && words.length > 0 && next === text.length ? words : null;
}

/** Puts what it stands for in place of a first word. An alias may stand for another one, but for none twice. */
export function withoutAlias(words: Word[], aliases: Readonly<Record<string, string>>): Word[] {
  const name = plain(words[0]);
  if (!Object.hasOwn(aliases, name)) return words;
  const { [name]: text, ...others } = aliases;
  return withoutAlias([...aliasWords(text!)!, ...words.slice(1)], others);
}
