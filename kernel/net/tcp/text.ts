/** What a segment brings: bytes, and FIN behind them (RFC 9293, section 3.10.7.4, sixth to eighth). */
import { Errno } from '../../errno';
import { append } from './chunks';
import { end, TcpEvent, type TcpConnection, type TcpOwner, type TcpState } from './connection';
import { receives, sendReset } from './output';
import { joinPieces, keepPiece } from './reassembly';
import { Flag, type Segment } from './segment';
import { distance, isBefore, latest, plus } from './sequence';
import { startWait } from './timers';

/** An acknowledgement waits so long for a second segment, or for something to go with, in milliseconds (RFC 1122, 4.2.3.2). */
const DELAY = 40;

/** Where a connection goes when the other end has nothing more to say. */
const whenEnded: Partial<Record<TcpState, TcpState>> = {
  established: 'close-wait',
  'fin-wait-1': 'closing',
  'fin-wait-2': 'time-wait',
};

/** Takes what of a segment is in the window. */
export function acceptText(c: TcpConnection, segment: Segment, owner: TcpOwner): void {
  const { receive } = c;
  if (!receives[c.state]) {
    if (segment.payload.length > 0 || segment.flags & Flag.Fin) receive.ackNow = true;
    return;
  }
  const { flags, payload, sequence } = segment;
  const known = Math.max(0, distance(receive.next, sequence));
  const room = distance(receive.fin ?? receive.edge, sequence);
  const bytes = payload.subarray(Math.min(known, payload.length), Math.max(0, Math.min(payload.length, room)));
  if (payload.length > 0 && receive.abandoned && bytes.length > 0) {
    // There is nobody who would read it: the other end is to know (RFC 9293, section 3.6.1).
    sendReset(c, owner);
    return end(c, Errno.ECONNRESET);
  }
  if (bytes.length < payload.length) receive.ackNow = true;
  if (flags & Flag.Urg && segment.urgent > 0) hearUrgent(receive, plus(sequence, segment.urgent));
  if (bytes.length > 0) take(c, plus(sequence, known), bytes, owner);
  // Bytes that found no room will come again, and FIN with them.
  if (flags & Flag.Fin && payload.length <= Math.max(0, room)) receive.fin ??= plus(sequence, payload.length);
  if (receive.fin !== null) acceptFin(c, owner);
}

function hearUrgent(receive: TcpConnection['receive'], end: number): void {
  receive.urgent = receive.urgent === null ? end : latest(receive.urgent, end);
}

function take(c: TcpConnection, sequence: number, bytes: Uint8Array, owner: TcpOwner): void {
  const { receive, timers } = c;
  receive.mss = Math.max(receive.mss, bytes.length);
  const isNext = sequence === receive.next;
  if (!hasRoom(c, bytes.length, isNext, owner)) return;
  if (!isNext) {
    keepPiece(receive, sequence, bytes);
    receive.ackNow = true;
    return;
  }
  append(receive.queue, bytes);
  receive.next = plus(receive.next, bytes.length);
  c.events |= TcpEvent.Readable;
  if (receive.pieces.length > 0) {
    joinPieces(receive);
    receive.ackNow = true;
  }
  if (distance(receive.next, receive.acknowledged) >= 2 * receive.mss) receive.ackNow = true;
  else timers.delayedAck ??= owner.now + DELAY;
}

/** Whether bytes can be kept: what is next comes before what is behind a gap, which can come again. */
function hasRoom(c: TcpConnection, bytes: number, isNext: boolean, owner: TcpOwner): boolean {
  if (!owner.reserve || owner.reserve(c, bytes)) return true;
  if (!isNext || c.receive.pieces.length === 0) return false;
  c.receive.pieces = [];
  return owner.reserve(c, bytes);
}

/** FIN counts when all before it is there. */
function acceptFin(c: TcpConnection, owner: TcpOwner): void {
  const { receive } = c;
  receive.ackNow = true;
  if (receive.fin !== receive.next || receive.finished) return;
  receive.finished = true;
  receive.next = plus(receive.next, 1);
  if (isBefore(receive.edge, receive.next)) receive.edge = receive.next;
  c.events |= TcpEvent.Readable;
  c.state = whenEnded[c.state]!;
  if (c.state === 'time-wait') startWait(c, owner);
}
