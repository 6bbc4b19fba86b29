/** Fragments of a datagram in their places (RFC 791, section 3.2), for boards and for the gateway of the host. */
import { IPV4_MOST } from './header';

export interface Fragments {
  /** In the order of their offsets, none over another. */
  pieces: Piece[];
  /** Bytes of the whole; Infinity as long as the last fragment is not there. */
  length: number;
}

interface Piece {
  /** In bytes, as all here. */
  offset: number;
  bytes: Uint8Array;
}

export interface Arrived extends Piece {
  isLast: boolean;
}

export const noFragments = (): Fragments => ({ pieces: [], length: Infinity });

const endOf = ({ offset, bytes }: Piece) => offset + bytes.length;

/** False: no datagram, with a header of that length, has such a fragment. */
export function isPossible(arrived: Arrived, headerLength: number): boolean {
  const { bytes, isLast } = arrived;
  if (bytes.length === 0 || (!isLast && bytes.length % 8 !== 0)) return false;
  return headerLength + endOf(arrived) <= IPV4_MOST;
}

/**
 * Where among the pieces a fragment belongs.
 *
 * @returns its index; 'again': it is there already; 'wrong': it lies over others, or contradicts them. Nobody sends such in
 * earnest, and nothing of the datagram is to be believed (RFC 5722 says so of IPv6).
 */
export function placeOf({ pieces, length }: Fragments, arrived: Arrived): number | 'again' | 'wrong' {
  const { offset, bytes, isLast } = arrived;
  const end = endOf(arrived);
  const found = pieces.findIndex((piece) => piece.offset >= offset);
  const at = found < 0 ? pieces.length : found;
  const [before, after] = [pieces[at - 1], pieces[at]];
  if (after?.offset === offset && after.bytes.length === bytes.length) return 'again';
  if ((before && endOf(before) > offset) || (after && after.offset < end)) return 'wrong';
  const last = pieces.at(-1);
  const contradicts = isLast ? length !== Infinity || (last && endOf(last) > end) : end > length;
  return contradicts ? 'wrong' : at;
}

/** Puts a copy of a fragment at its place. */
export function place(fragments: Fragments, arrived: Arrived, at: number): void {
  const { offset, bytes, isLast } = arrived;
  fragments.pieces.splice(at, 0, { offset, bytes: bytes.slice() });
  if (isLast) fragments.length = endOf(arrived);
}

/** The whole; null as long as something is missing. */
export function joined({ pieces, length }: Fragments): Uint8Array | null {
  if (heldBytes(pieces) !== length) return null;
  const whole = new Uint8Array(length);
  for (const { offset, bytes } of pieces) whole.set(bytes, offset);
  return whole;
}

export const heldBytes = (pieces: readonly Piece[]): number => pieces.reduce((sum, { bytes }) => sum + bytes.length, 0);
