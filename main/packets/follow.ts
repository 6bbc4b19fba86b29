/** What the two ends of a conversation said to each other, in the order of the stream. */
import type { FollowedStream } from '../contract/network';
import type { TransportNote } from './conversations';
import type { PacketView } from './view';

/** Nobody reads more. */
const LONGEST = 1 << 20;

type Piece = FollowedStream['pieces'][number];

/** A piece that has come before what stands before it. */
interface Early {
  sequence: number;
  packet: number;
  data: Uint8Array<ArrayBuffer>;
}

/** @throws Error when there is no such conversation */
export function followStream(view: PacketView, protocol: 'tcp' | 'udp', id: number): FollowedStream {
  const { source, conversations } = view;
  conversations.advance(Infinity);
  const ends = conversations.ends(protocol, id);
  if (!ends) throw new Error(`There is no conversation ${id} of ${protocol.toUpperCase()}.`);
  const pieces: Piece[] = [];
  const sides = [new Side(0, pieces), new Side(1, pieces)] as const;
  let bytes = 0;
  for (let number = source.first; number < source.end && bytes < LONGEST; number++) {
    const note = conversations.note(number);
    if (!note || note.protocol !== protocol || note.stream !== id || note.payloadLength === 0) continue;
    const { payloadAt, payloadLength, end } = note;
    const data = source.packet(number).bytes.slice(payloadAt, payloadAt + payloadLength);
    bytes += data.length;
    if (protocol === 'udp') pieces.push({ end, packet: number, missing: 0, data });
    else sides[end].add(note, number, data);
  }
  for (const side of sides) side.finish();
  return { ends: [ends[0], ends[1]], pieces, cut: bytes >= LONGEST };
}

/** One direction of a TCP connection. */
class Side {
  /** Of the next byte; null before the first. */
  private next: number | null = null;
  private early: Early[] = [];

  constructor(
    private readonly end: 0 | 1,
    private readonly pieces: Piece[],
  ) {}

  add({ sequence }: TransportNote, packet: number, data: Uint8Array<ArrayBuffer>): void {
    this.next ??= sequence;
    this.early.push({ sequence, packet, data });
    this.early.sort((a, b) => a.sequence - b.sequence);
    while (this.early.length > 0 && this.early[0]!.sequence <= this.next) this.take(this.early.shift()!, 0);
  }

  /** What is still missing was not captured. */
  finish(): void {
    for (const early of this.early) this.take(early, Math.max(0, early.sequence - this.next!));
  }

  private take({ sequence, packet, data }: Early, missing: number): void {
    const known = Math.max(0, this.next! - sequence);
    if (known >= data.length) return;
    this.pieces.push({ end: this.end, packet, missing, data: data.slice(known) });
    this.next = sequence + data.length;
  }
}
