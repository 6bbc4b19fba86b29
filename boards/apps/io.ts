/** Text and bytes in the board's memory, for native programs. */

/** Bytes that a program reads and writes at a time (NuttX: CONFIG_NSH_FILEIOSIZE). */
export const IO_SIZE = 512;

/** Characters as bytes: what is typed and what is in files is passed through as it is. */
export function latin1(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = text.charCodeAt(i);
  return bytes;
}

/** A call has only so many arguments. Spread, they would take six times as long. */
const AT_A_TIME = 4096;

export function textOf(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += AT_A_TIME)
    text += Reflect.apply(String.fromCharCode, null, bytes.subarray(at, at + AT_A_TIME));
  return text;
}

export const word = (bytes: Uint8Array, offset: number): number =>
  bytes[offset]! | (bytes[offset + 1]! << 8) | (bytes[offset + 2]! << 16) | (bytes[offset + 3]! << 24);

/** A signed 64-bit integer; exact up to 2^53. */
export const wide = (bytes: Uint8Array, offset: number): number =>
  word(bytes, offset + 4) * 2 ** 32 + (word(bytes, offset) >>> 0);
