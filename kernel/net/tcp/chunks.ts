/** Bytes in a row, as a list of pieces: what comes in behind and goes out in front is not copied again. */
import { joinBytes } from '../bytes';

export interface Chunks {
  list: Uint8Array[];
  length: number;
}

/** Pieces that are smaller are put together. */
const SMALL = 256;

export const noChunks = (): Chunks => ({ list: [], length: 0 });

/** Takes bytes behind the others; whoever gives them does not change them any more. */
export function append(chunks: Chunks, bytes: Uint8Array): void {
  if (bytes.length === 0) return;
  const last = chunks.list.at(-1);
  chunks.length += bytes.length;
  if (last && last.length < SMALL && bytes.length < SMALL)
    chunks.list[chunks.list.length - 1] = joinBytes([last, bytes]);
  else chunks.list.push(bytes);
}

/** Forgets the first bytes. */
export function drop(chunks: Chunks, count: number): void {
  const { list } = chunks;
  chunks.length -= count;
  let whole = 0;
  while (whole < list.length && list[whole]!.length <= count) count -= list[whole++]!.length;
  list.splice(0, whole);
  if (count > 0) list[0] = list[0]!.subarray(count);
}

/** The bytes between two places, a view where they lie in one piece. */
export function slice({ list }: Chunks, from: number, to: number): Uint8Array {
  const parts: Uint8Array[] = [];
  let at = 0;
  for (let i = 0; i < list.length && at < to; at += list[i++]!.length) {
    const chunk = list[i]!;
    if (at + chunk.length > from) parts.push(chunk.subarray(Math.max(0, from - at), Math.min(chunk.length, to - at)));
  }
  return parts.length === 1 ? parts[0]! : joinBytes(parts);
}

/** Gives the first bytes, piece by piece, with the place of each. */
export function copyOut({ list }: Chunks, count: number, put: (at: number, bytes: Uint8Array) => void): void {
  let at = 0;
  for (let i = 0; i < list.length && at < count; at += list[i++]!.length) put(at, list[i]!.subarray(0, count - at));
}
