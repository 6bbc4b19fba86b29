/**
 * Names of files as text. To the firmware they are bytes of UTF-8, which the kernel holds as one character per byte
 * (`Memory.string`); on a volume they are UTF-16, and short ones bytes of code page 850, as mtools and DOS have it.
 */

/** Characters 128 to 255 of code page 850. */
const CODE_PAGE =
  'ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜø£Ø×ƒáíóúñÑªº¿®¬½¼¡«»░▒▓│┤ÁÂÀ©╣║╗╝¢¥┐└┴┬├─┼ãÃ╚╔╩╦╠═╬¤ðÐÊËÈıÍÎÏ┘┌█▄¦Ì▀ÓßÔÒõÕµþÞÚÛÙýÝ¯´\u00ad±‗¾¶§÷¸°¨·¹³²■\u00a0';

export const fromCodePage = (byte: number) => (byte < 128 ? String.fromCharCode(byte) : CODE_PAGE[byte - 128]!);

/** Bytes as text; a byte that is not of UTF-8 is a character of Latin-1. */
export function decodeName(bytes: string): string {
  let text = '';
  for (let i = 0; i < bytes.length;) {
    const { code, length } = decodeAt(bytes, i);
    text += String.fromCodePoint(code);
    i += length;
  }
  return text;
}

/** Least values of characters of two, three and four bytes: what is less has a shorter form. */
const LEAST = [0, 0, 0x80, 0x800, 0x10000];

function decodeAt(bytes: string, at: number): { code: number; length: number } {
  const first = bytes.charCodeAt(at);
  const single = { code: first, length: 1 };
  const length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  if (first < 0xc2 || first > 0xf4) return single;
  let code = first & (0x7f >> length);
  for (let i = 1; i < length; i++) {
    const next = bytes.charCodeAt(at + i);
    if ((next & 0xc0) !== 0x80) return single;
    code = (code << 6) | (next & 0x3f);
  }
  return code < LEAST[length]! || code > 0x10ffff ? single : { code, length };
}

/** Text as bytes; halves of a character that lack the other are written as what they are, so that every name can be given. */
export function encodeName(text: string): string {
  let bytes = '';
  for (const char of text) {
    const code = char.codePointAt(0)!;
    const rest = (shift: number) => 0x80 | ((code >> shift) & 0x3f);
    if (code < 0x80) bytes += char;
    else if (code < 0x800) bytes += String.fromCharCode(0xc0 | (code >> 6), rest(0));
    else if (code < 0x10000) bytes += String.fromCharCode(0xe0 | (code >> 12), rest(6), rest(0));
    else bytes += String.fromCharCode(0xf0 | (code >> 18), rest(12), rest(6), rest(0));
  }
  return bytes;
}

/** What two names have in common that differ in case only. */
export function folded(text: string): string {
  let result = '';
  for (let i = 0; i < text.length; i++) {
    const upper = text.charAt(i).toUpperCase();
    // What becomes two letters is another name: ß is not SS.
    result += upper.length === 1 ? upper : text.charAt(i);
  }
  return result;
}
