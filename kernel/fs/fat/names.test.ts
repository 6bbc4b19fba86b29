import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { checkName, readLongName, readShortName, storeName, takePiece, type LongName, type ShortName } from './names';
import { decodeName, encodeName, folded } from './text';
import { fatTime, secondsOfFatTime } from './time';

/** The name that is read from what was stored. */
function readBack(name: string, taken: ReadonlySet<ShortName> = new Set()): string {
  const { short, lowerCase, pieces } = storeName(name, taken);
  let long: LongName | null = null;
  for (const piece of pieces) long = takePiece(long, piece);
  return readLongName(long, short) ?? readShortName(short, lowerCase);
}

describe('names on FAT volumes', () => {
  it('that are short need no long one', () => {
    expect(storeName('README.TXT', new Set())).toEqual({ short: 'README  TXT', lowerCase: 0, pieces: [] });
    expect(storeName('readme.txt', new Set())).toMatchObject({ short: 'README  TXT', lowerCase: 0x18, pieces: [] });
    expect(storeName('readme.TXT', new Set())).toMatchObject({ lowerCase: 0x08, pieces: [] });
    expect(storeName('MAKEFILE', new Set())).toMatchObject({ short: 'MAKEFILE   ', lowerCase: 0, pieces: [] });
    expect(storeName('ReadMe.txt', new Set())).toMatchObject({ short: 'README  TXT' });
    expect(storeName('ReadMe.txt', new Set()).pieces).toHaveLength(1);
  });

  it('that are long have a short one with the first number that is free', () => {
    const short = (name: string, ...taken: string[]) => storeName(name, new Set(taken)).short;
    expect(short('a long name.text')).toBe('ALONGN~1TEX');
    expect(short('a long name.text', 'ALONGN~1TEX')).toBe('ALONGN~2TEX');
    expect(short('.profile')).toBe('PROFIL~1   ');
    expect(short('a.b.c')).toBe('AB~1    C  ');
    expect(short('für+.c')).toBe('F_R_~1  C  ');
    expect(short('README.TXT', 'README  TXT')).toBe('README~1TXT');
    const nine = Array.from({ length: 9 }, (_, i) => `ALONGN~${i + 1}   `);
    expect(short('a long name', ...nine)).toBe('ALONG~10   ');
  });

  it('are read as they were written', () => {
    const char = fc.oneof(
      fc.constantFrom(...'abcXYZ012. _-+=ß音é'),
      fc.nat(0xffff).map((code) => String.fromCharCode(code)),
    );
    const name = fc.array(char, { minLength: 1, maxLength: 50 }).map((chars) => chars.join(''));
    fc.assert(
      fc.property(name.filter(isPossible), fc.array(name.filter(isPossible), { maxLength: 5 }), (each, others) => {
        const taken = new Set(others.map((other) => storeName(other, new Set()).short));
        expect(readBack(each, taken)).toBe(each);
        expect(taken).not.toContain(storeName(each, taken).short);
        expect(decodeName(encodeName(each))).toBe(each);
      }),
    );
  });

  it('that are no UTF-8 are Latin-1', () => {
    expect(decodeName('f\xfcr')).toBe('für');
    expect(decodeName('f\xc3\xbcr')).toBe('für');
    expect(decodeName('\xf0\x9f\x8e\xb5')).toBe('🎵');
    expect(decodeName('\xc0\x80\xff')).toBe('\xc0\x80\xff');
    expect(encodeName('🎵')).toBe('\xf0\x9f\x8e\xb5');
  });

  it('are the same in another case', () => {
    expect(folded('Größe')).toBe(folded('gRÖßE'));
    expect(folded('ß')).not.toBe(folded('SS'));
  });

  it('of other systems that cannot be are shown in another way', () => {
    expect(readShortName('A/B\x01*   ?  ', 0)).toBe('A_B__._');
    expect(readShortName('\x05BC        ', 0)).toBe('ÕBC');
    expect(readShortName('           ', 0)).toBe('_');
    expect(readShortName('\x9abc        ', 0)).toBe('Übc');
  });
});

function isPossible(name: string): boolean {
  try {
    checkName(name);
    return true;
  } catch {
    return false;
  }
}

describe('times on FAT volumes', () => {
  it('have steps of two seconds, from 1980 to 2107', () => {
    const first = Date.UTC(1980, 0, 1) / 1000;
    const last = Date.UTC(2107, 11, 31, 23, 59, 58) / 1000;
    fc.assert(
      fc.property(fc.integer({ min: first, max: last }), (time) => {
        expect(secondsOfFatTime(fatTime(time))).toBe(time - (time % 2));
      }),
    );
    expect(secondsOfFatTime(fatTime(0))).toBe(first);
    expect(secondsOfFatTime(fatTime(2 ** 40))).toBe(last);
    expect(secondsOfFatTime(0)).toBe(0);
  });
});
