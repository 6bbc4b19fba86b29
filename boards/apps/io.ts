/** Text and bytes in the board's memory, for native programs. */

/** Bytes that a program reads and writes at a time (NuttX: CONFIG_NSH_FILEIOSIZE). */
export const IO_SIZE = 512;

/** Characters as bytes: what is typed and what is in files is passed through as it is. */
export const latin1 = (text: string): Uint8Array => Uint8Array.from(text, (char) => char.charCodeAt(0));

export function textOf(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}

export const word = (bytes: Uint8Array, offset: number): number =>
  new DataView(bytes.buffer, bytes.byteOffset).getInt32(offset, true);

/** A signed 64-bit integer; exact up to 2^53. */
export const wide = (bytes: Uint8Array, offset: number): number =>
  Number(new DataView(bytes.buffer, bytes.byteOffset).getBigInt64(offset, true));
