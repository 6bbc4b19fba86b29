/** Puts datagrams together that come in several packets (RFC 815), within fixed limits. */
import type { Ipv4 } from './packet';

/** Datagrams that are not whole, and how long each may take. */
const MOST = 16;
const LIMIT_MS = 15_000;
const LONGEST = 65_535 - 20;

interface Partial {
  since: number;
  /** By offset. */
  pieces: Map<number, Uint8Array>;
  /** Of the whole; null while its last piece is missing. */
  length: number | null;
}

export class Fragments {
  private readonly partial = new Map<string, Partial>();

  /** The datagram that is whole with this packet; null: others are missing. */
  add(packet: Ipv4, now: number): Ipv4 | null {
    const { offset, more, payload, id, protocol, source, destination } = packet;
    if (offset === 0 && !more) return packet;
    if (offset + payload.length > LONGEST) return null;
    for (const [key, { since }] of this.partial) if (now - since > LIMIT_MS) this.partial.delete(key);
    const key = [source, destination, protocol, id].join();
    const found = this.partial.get(key) ?? { since: now, pieces: new Map(), length: null };
    this.partial.set(key, found);
    if (this.partial.size > MOST) this.partial.delete(this.partial.keys().next().value!);
    found.pieces.set(offset, payload.slice());
    if (!more) found.length = offset + payload.length;
    const whole = joined(found);
    if (!whole) return null;
    this.partial.delete(key);
    return { ...packet, offset: 0, more: false, payload: whole };
  }
}

/** Pieces that overlap fit nowhere: nobody sends such in earnest. */
function joined({ pieces, length }: Partial): Uint8Array | null {
  if (length === null) return null;
  const whole = new Uint8Array(length);
  let at = 0;
  while (at < length) {
    const piece = pieces.get(at);
    if (!piece || piece.length === 0 || at + piece.length > length) return null;
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}
