/** What a command of the shell is, and what commands have in common. */
import type { Program } from '../../../../kernel/binfmt/native';
import { Failure } from '../../errors';
import type { Shell } from '../shell';

export interface Command {
  name: string;
  /** Gives OK, FAILED or PUSHED; a Failure is told and counts as FAILED. The name comes first in the arguments. */
  run: (shell: Shell, args: string[]) => Program;
  /** Number of arguments, the name included. */
  least: number;
  most: number;
  /** As help shows it, behind the name. */
  usage: string;
  /** Help shows it only where there is this path. */
  needs?: string;
}

/** NuttX: CONFIG_NSH_MAXARGUMENTS is 7; here a line's length is the limit. */
export const ANY_NUMBER = Infinity;

export const command = (
  name: string,
  run: Command['run'],
  least: number,
  most: number,
  usage: string = '',
): Command => ({ name, run, least, most, usage });

/** What /proc has of the network, and a command that a board without one does not have. */
export const PROC_NET = '/proc/net';
export const networkCommand = (...given: Parameters<typeof command>): Command => ({
  ...command(...given),
  needs: `${PROC_NET}/stat`,
});

export const argumentInvalid = (name: string) => new Failure(`${name}: argument invalid`);
export const outOfRange = (name: string) => new Failure(`${name}: value out of range`);
export const argumentMissing = (name: string) => new Failure(`${name}: missing required argument(s)`);
export const tooManyArguments = (name: string) => new Failure(`${name}: too many arguments`);

/**
 * Options in front of a command's arguments, as getopt knows them: letters, with a colon behind those that take a value.
 *
 * @throws Failure for one that there is not
 */
export function takeOptions(
  [name = '', ...args]: readonly string[],
  known: string,
): { options: Map<string, string>; rest: string[] } {
  const options = new Map<string, string>();
  while (/^-./.test(args[0] ?? '')) {
    let letters = args.shift()!.slice(1);
    if (letters === '-') break;
    while (letters !== '') {
      const letter = letters[0]!;
      letters = letters.slice(1);
      const place = letter === ':' ? -1 : known.indexOf(letter);
      if (place < 0) throw argumentInvalid(name);
      if (known[place + 1] !== ':') {
        options.set(letter, '');
        continue;
      }
      const value = letters === '' ? args.shift() : letters;
      if (value === undefined) throw argumentMissing(name);
      options.set(letter, value);
      letters = '';
    }
  }
  return { options, rest: args };
}

/** A whole number as C's strtol with base 0 reads it. Throws a Failure for what is none. */
export function wholeNumber(name: string, text: string): number {
  const match = /^([+-]?)(0x[0-9a-f]+|0[0-7]*|[1-9]\d*)$/i.exec(text);
  if (!match) throw argumentInvalid(name);
  const digits = match[2]!;
  const value = /^0[0-7]/.test(digits) ? parseInt(digits, 8) : Number(digits);
  return match[1] === '-' ? -value : value;
}
