/** Commands that write what they are given. */
import type { Program } from '../../../../kernel/binfmt/native';
import { baseName, directoryName } from '../paths';
import { OK, type Shell } from '../shell';
import { ANY_NUMBER, argumentInvalid, command, takeOptions } from './command';

const escapes: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  e: '\x1b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
};

function unescape(text: string): string {
  return text.replace(/\\(?:x([0-9a-fA-F]{1,2})|([0-7]{1,3})|(.))/g, (whole, hex, octal, letter) => {
    if (hex !== undefined) return String.fromCharCode(parseInt(hex as string, 16));
    if (octal !== undefined) return String.fromCharCode(parseInt(octal as string, 8) & 0xff);
    return escapes[letter as string] ?? whole;
  });
}

function* echo(shell: Shell, args: string[]): Program {
  const { options, rest } = takeOptions(args, 'neE');
  const text = rest.join(' ');
  yield* shell.print((options.has('e') ? unescape(text) : text) + (options.has('n') ? '' : '\n'));
  return OK;
}

/**
 * NuttX's has no conversions, only escapes, and puts nothing between arguments; here %s, %d and their like take the
 * arguments behind the format.
 */
function* printf(shell: Shell, [, format = '', ...values]: string[]): Program {
  if (!/%[^%]/.test(format)) {
    yield* shell.print(unescape([format, ...values].join('')).replaceAll('%%', '%'));
    return OK;
  }
  yield* shell.print(
    unescape(format).replace(/%(-?)(0?)(\d*)([sduxXoc%])/g, (_, left, zero, width, conversion) => {
      if (conversion === '%') return '%';
      const text = convert(conversion as string, values.shift() ?? '');
      if (left) return text.padEnd(Number(width));
      return text.padStart(Number(width), zero && conversion !== 's' ? '0' : ' ');
    }),
  );
  return OK;
}

function convert(conversion: string, value: string): string {
  if (conversion === 's') return value;
  if (conversion === 'c') return value.slice(0, 1);
  const number = value === '' ? 0 : Number(value);
  if (!Number.isInteger(number)) throw argumentInvalid('printf');
  if (conversion === 'd') return String(number);
  const unsigned = number >>> 0;
  if (conversion === 'u') return String(unsigned);
  const digits = unsigned.toString(conversion === 'o' ? 8 : 16);
  return conversion === 'X' ? digits.toUpperCase() : digits;
}

function* basename(shell: Shell, [, path = '', suffix = '']: string[]): Program {
  const name = baseName(path);
  yield* shell.print(
    `${name !== suffix && name.endsWith(suffix) ? name.slice(0, name.length - suffix.length) : name}\n`,
  );
  return OK;
}

function* dirname(shell: Shell, [, path = '']: string[]): Program {
  yield* shell.print(`${directoryName(path)}\n`);
  return OK;
}

export const textCommands = [
  command('basename', basename, 2, 3, '<path> [<suffix>]'),
  command('dirname', dirname, 2, 2, '<path>'),
  command('echo', echo, 1, ANY_NUMBER, '[-n] [<string|$name> [<string|$name>...]]'),
  command('printf', printf, 1, ANY_NUMBER, '[\\xNN] [\\n\\r\\t] [<string|$name> [<string|$name>...]]'),
];
