/** What has come before what is in front of it (RFC 9293, section 3.10.7.4; RFC 2018 for telling of it). */
import { append } from './chunks';
import type { Piece, TcpConnection } from './connection';
import { distance, isBefore, plus } from './sequence';

/** More are not kept. */
const MOST_PIECES = 128;
/** Blocks of a SACK option. */
const MOST_BLOCKS = 4;

const endOf = ({ sequence, bytes }: Piece) => plus(sequence, bytes.length);

/** Keeps what is new of a part of the stream; false when there are too many already. */
export function keepPiece(receive: TcpConnection['receive'], sequence: number, bytes: Uint8Array): boolean {
  const { pieces } = receive;
  receive.latestPiece = sequence;
  let at = 0;
  for (; bytes.length > 0 && at < pieces.length; at++) {
    const piece = pieces[at]!;
    if (!isBefore(sequence, endOf(piece))) continue;
    const free = Math.max(0, Math.min(bytes.length, distance(piece.sequence, sequence)));
    if (free > 0) {
      if (pieces.length >= MOST_PIECES) return false;
      pieces.splice(at++, 0, { sequence, bytes: bytes.subarray(0, free) });
    }
    const done = Math.min(bytes.length, distance(endOf(piece), sequence));
    bytes = bytes.subarray(done);
    sequence = plus(sequence, done);
  }
  if (bytes.length > 0) {
    if (pieces.length >= MOST_PIECES) return false;
    pieces.splice(at, 0, { sequence, bytes });
  }
  return true;
}

/** The stream goes on with pieces that join it. */
export function joinPieces(receive: TcpConnection['receive']): void {
  const { pieces } = receive;
  let count = 0;
  for (; count < pieces.length && !isBefore(receive.next, pieces[count]!.sequence); count++) {
    const { sequence, bytes } = pieces[count]!;
    const known = Math.min(bytes.length, distance(receive.next, sequence));
    append(receive.queue, bytes.subarray(known));
    receive.next = plus(receive.next, bytes.length - known);
  }
  if (count > 0) pieces.splice(0, count);
}

/** What is there behind gaps, as pairs of edges, the one with the latest piece first. */
export function sackEdges({ pieces, sackPermitted, latestPiece }: TcpConnection['receive']): number[] {
  if (pieces.length === 0 || !sackPermitted) return [];
  const blocks: [number, number][] = [];
  for (const piece of pieces) {
    const last = blocks.at(-1);
    if (last && last[1] === piece.sequence) last[1] = endOf(piece);
    else blocks.push([piece.sequence, endOf(piece)]);
  }
  const isLatest = ([left, right]: [number, number]) => !isBefore(latestPiece, left) && isBefore(latestPiece, right);
  const newest = blocks.findIndex(isLatest);
  if (newest > 0) blocks.unshift(...blocks.splice(newest, 1));
  return blocks.slice(0, MOST_BLOCKS).flat();
}
