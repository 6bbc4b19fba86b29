/** Short and long names of a directory's entries (NuttX: fs_fat32dirent.c). */
import { Errno } from '../../errno';
import { fail } from '../volume';
import { fromCodePage } from './text';
import { load16, store16 } from './volume';

/** Bytes of a short name: eight, and three behind the dot. */
export const SHORT = 11;
const BASE = 8;

/** Where an entry of a long name has its 13 characters, and what else it has. */
const PIECE = [1, 3, 5, 7, 9, 14, 16, 18, 20, 22, 24, 28, 30] as const;
const CHECKSUM = 13;
const LAST_PIECE = 0x40;
const SEQUENCE = 0x3f;
/** Behind the last character there is a zero and then these. */
const PADDING = 0xffff;

/** Longest name in characters of UTF-16. */
const LONGEST = 255;

/** Attributes of an entry. */
export const Attribute = {
  ReadOnly: 0x01,
  Hidden: 0x02,
  System: 0x04,
  Volume: 0x08,
  Directory: 0x10,
  Archive: 0x20,
} as const;
export const LONG_NAME = 0x0f;

/** Where an entry says that its short name's parts are to be shown in lower case. */
const LowerCase = { Base: 0x08, Extension: 0x10 } as const;

const INVALID = new Set('"*/:<>?\\|\x7f');
const isValid = (char: string) => char >= ' ' && !INVALID.has(char);
/** What a name may have, but no short one. */
const ONLY_LONG = new Set('+,;=[] .');

/** -EINVAL: there can be no such file; -ENAMETOOLONG. */
export function checkName(name: string): void {
  if (name.length > LONGEST) fail(Errno.ENAMETOOLONG);
  if (name === '' || /[ .]$/.test(name) || name.startsWith(' ') || ![...name].every(isValid)) fail(Errno.EINVAL);
}

/** A short name as it stands there: 11 bytes, one character each. */
export type ShortName = string;

export const shortNameAt = (entry: Uint8Array): ShortName => String.fromCharCode(...entry.subarray(0, SHORT));

/** What cannot be in a name is shown as this, so that there is a name for every file. */
const shown = (char: string) => (isValid(char) ? char : '_');

/** The text of a short name. `lowerCase` is what the entry says of that. */
export function readShortName(short: ShortName, lowerCase: number): string {
  const part = (from: number, to: number, lower: boolean) => {
    const bytes = [...short.slice(from, to)].map((char) => char.charCodeAt(0));
    // A first byte of 0xe5 would mean that the entry is free.
    if (from === 0 && bytes[0] === 0x05) bytes[0] = 0xe5;
    const text = bytes.map(fromCodePage).map(shown).join('').trimEnd();
    return lower ? text.toLowerCase() : text;
  };
  const base = part(0, BASE, (lowerCase & LowerCase.Base) !== 0) || '_';
  const extension = part(BASE, SHORT, (lowerCase & LowerCase.Extension) !== 0);
  return extension === '' ? base : `${base}.${extension}`;
}

/** Ties the entries of a long name to the short one that they are of. */
function checksumOf(short: ShortName): number {
  let sum = 0;
  for (let i = 0; i < SHORT; i++) sum = (((sum & 1) << 7) + (sum >> 1) + short.charCodeAt(i)) & 0xff;
  return sum;
}

/** A long name as its entries come by, the last piece first. */
export interface LongName {
  /** Number of the piece that has to come next; 0: the short name. */
  expected: number;
  checksum: number;
  text: string;
  /** That have come. */
  pieces: number;
}

/** Takes the next piece. Gives null when it is none that could come now. */
export function takePiece(name: LongName | null, entry: Uint8Array): LongName | null {
  const sequence = entry[0]!;
  const number = sequence & SEQUENCE;
  const text = pieceText(entry);
  const checksum = entry[CHECKSUM]!;
  if (sequence & LAST_PIECE)
    return number >= 1 && number <= 20 ? { expected: number - 1, checksum, text, pieces: 1 } : null;
  if (!name || number !== name.expected || number === 0 || checksum !== name.checksum) return null;
  return { expected: number - 1, checksum, text: text + name.text, pieces: name.pieces + 1 };
}

function pieceText(entry: Uint8Array): string {
  const codes = PIECE.map((at) => load16(entry, at));
  const end = codes.indexOf(0);
  return String.fromCharCode(...(end < 0 ? codes : codes.slice(0, end)));
}

/** The text of a long name whose pieces have all come, if it is that of this short name. */
export function readLongName(name: LongName | null, short: ShortName): string | null {
  if (!name || name.expected !== 0 || name.checksum !== checksumOf(short) || name.text === '') return null;
  const text = [...name.text].map(shown).join('');
  return isDot(text) ? null : text;
}

/** What a directory calls itself and the one that it is in. */
export const isDot = (name: string) => name === '.' || name === '..';

/** A name as a directory is to hold it. */
export interface StoredName {
  short: ShortName;
  lowerCase: number;
  /** Entries with the long name, in the order in which they stand; none, if the short one says it all. */
  pieces: Uint8Array[];
}

/** How a name is stored among others, whose short names are `taken`. ENOSPC: every short one for it is taken. */
export function storeName(name: string, taken: ReadonlySet<ShortName>): StoredName {
  const dot = name.lastIndexOf('.');
  const [base, extension] = dot > 0 ? [name.slice(0, dot), name.slice(dot + 1)] : [name, ''];
  const plain = padded(base.toUpperCase(), extension.toUpperCase());
  if (isShort(base, BASE) && isShort(extension, SHORT - BASE) && !name.startsWith('.')) {
    if (!taken.has(plain)) {
      const isUniform = [base, extension].every((part) => isLower(part) || isUpper(part));
      if (!isUniform) return { short: plain, lowerCase: 0, pieces: piecesOf(name, plain) };
      const lowerCase = (isUpper(base) ? 0 : LowerCase.Base) | (isUpper(extension) ? 0 : LowerCase.Extension);
      return { short: plain, lowerCase, pieces: [] };
    }
  }
  const short = numbered(reduced(base), reduced(extension).slice(0, SHORT - BASE), taken);
  return { short, lowerCase: 0, pieces: piecesOf(name, short) };
}

const isLower = (part: string) => part === part.toLowerCase();
const isUpper = (part: string) => part === part.toUpperCase();
const isShort = (part: string, most: number) =>
  part.length <= most && [...part].every((char) => char < '\x7f' && !ONLY_LONG.has(char));
const padded = (base: string, extension: string) => base.padEnd(BASE) + extension.padEnd(SHORT - BASE);

/** What is left of a part of a name in a short one. */
const reduced = (part: string) =>
  [...part.toUpperCase()]
    .filter((char) => char !== ' ' && char !== '.')
    .map((char) => (char < '\x7f' && !ONLY_LONG.has(char) ? char : '_'))
    .join('');

const MOST_TAILS = 999_999;

/** The first of NAME~1, NAME~2 ... that is not taken. */
function numbered(base: string, extension: string, taken: ReadonlySet<ShortName>): ShortName {
  for (let i = 1; i <= MOST_TAILS; i++) {
    const tail = `~${i}`;
    const short = padded(base.slice(0, BASE - tail.length) + tail, extension);
    if (!taken.has(short)) return short;
  }
  return fail(Errno.ENOSPC);
}

function piecesOf(name: string, short: ShortName): Uint8Array[] {
  const count = Math.ceil(name.length / PIECE.length);
  const checksum = checksumOf(short);
  return Array.from({ length: count }, (_, i) => {
    const number = count - i;
    const entry = new Uint8Array(32);
    entry[0] = number | (i === 0 ? LAST_PIECE : 0);
    entry[11] = LONG_NAME;
    entry[CHECKSUM] = checksum;
    PIECE.forEach((at, j) => {
      const char = (number - 1) * PIECE.length + j;
      store16(entry, at, char < name.length ? name.charCodeAt(char) : char === name.length ? 0 : PADDING);
    });
    return entry;
  });
}

/** A short name into an entry. */
export function writeShortName(entry: Uint8Array, { short, lowerCase }: Pick<StoredName, 'short' | 'lowerCase'>): void {
  for (let i = 0; i < SHORT; i++) entry[i] = short.charCodeAt(i);
  entry[12] = lowerCase;
}
