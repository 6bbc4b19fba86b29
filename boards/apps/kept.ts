/**
 * What a native program still needs when it begins again (`sys.again`): plain data, kept as text in the board's RAM. The
 * block's first word is a flag for a handler of SIGINT to set ({@link onInterrupt}).
 */
import type { Program, System } from '../../kernel/binfmt/native';
import { latin1, textOf } from './io';

const Block = { flag: 0, length: 4, text: 8 } as const;

/** The third argument of a program that begins again: the first is a block then. */
export const GOES_ON = 1;

/** Room for text of so many bytes; 0: RAM is out. */
export function* newBlock(sys: System, size: number): Program {
  const block = yield* sys.malloc(Block.text + size);
  if (block !== 0) yield* sys.store(block, new Uint8Array(Block.text));
  return block;
}

/** Address of the flag. */
export const flagOf = (block: number): number => block + Block.flag;

/** JSON in bytes: characters that take more than one are written as JSON's escapes. */
export const jsonBytes = (data: object): Uint8Array =>
  latin1(
    JSON.stringify(data).replace(
      /[\u0100-\uffff]/g,
      (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
    ),
  );

export function* keep(sys: System, block: number, data: object): Program<void> {
  const text = jsonBytes(data);
  yield* sys.store32(block + Block.length, text.length);
  yield* sys.store(block + Block.text, text);
}

export function* kept<Data>(sys: System, block: number): Program<Data> {
  const length = yield* sys.load32(block + Block.length);
  return JSON.parse(textOf(yield* sys.load(block + Block.text, length))) as Data;
}
