/** What an acknowledgement does (RFC 9293, section 3.10.7.4, fifth; RFC 5681). */
import { drop } from './chunks';
import { acknowledged, duplicate } from './congestion';
import { end, TcpEvent, type TcpConnection, type TcpOwner, type TcpState } from './connection';
import { setWindow } from './handshake';
import { measured } from './roundtrip';
import { addSacked } from './scoreboard';
import { lengthOf, type Segment } from './segment';
import { distance, isBefore, latest } from './sequence';
import { startWait } from './timers';

/** Where a connection goes when the other end has acknowledged FIN. */
const whenFinished: Partial<Record<TcpState, TcpState>> = {
  'fin-wait-1': 'fin-wait-2',
  closing: 'time-wait',
  'last-ack': 'closed',
};

/** An acknowledgement of something between what was acknowledged once, and what was sent. */
export function acceptAck(c: TcpConnection, segment: Segment, owner: TcpOwner): void {
  const { send, receive, timers } = c;
  const { ack, sequence } = segment;
  const before = send.sacked;
  if (receive.sackPermitted && (segment.sacks.length > 0 || before.length > 0)) {
    const edge = latest(send.unacknowledged, ack);
    send.sacked = addSacked(before, segment.sacks, edge, send.highest);
  }
  if (isBefore(send.unacknowledged, ack)) advance(c, ack, owner);
  else if (ack === send.unacknowledged && isDuplicate(c, segment)) duplicate(c);
  const isNews =
    isBefore(send.windowSequence, sequence) || (send.windowSequence === sequence && !isBefore(ack, send.windowAck));
  if (isNews && !isBefore(ack, send.unacknowledged)) setWindow(c, segment);
  if (timers.persist !== null) {
    // The other end lives, though it has no room.
    send.tries = 0;
    // FIN needs no room, and is sent again by the other timer.
    if (send.window > 0 || send.queue.length === 0) {
      timers.persist = null;
      send.probes = 0;
    }
  }
}

/** RFC 5681, section 2. */
function isDuplicate({ send, timers }: TcpConnection, segment: Segment): boolean {
  const isSame = segment.window * 2 ** send.scale === send.window;
  const outstanding = send.highest !== send.unacknowledged && timers.persist === null;
  return lengthOf(segment) === 0 && outstanding && (isSame || segment.sacks.length > 0);
}

/** Something was acknowledged that had not been. */
function advance(c: TcpConnection, ack: number, owner: TcpOwner): void {
  const { send, roundTrip, timers } = c;
  const bytes = distance(ack, send.unacknowledged);
  const flight = distance(send.next, send.unacknowledged);
  const queued = Math.min(distance(ack, send.base), send.queue.length);
  drop(send.queue, queued);
  send.base += queued;
  send.base >>>= 0;
  const finishes = send.finished && distance(ack, send.base) > 0;
  send.unacknowledged = ack;
  send.next = latest(send.next, ack);
  send.tries = 0;
  if (send.urgent !== null && !isBefore(ack, send.urgent)) send.urgent = null;
  if (roundTrip.timed && !isBefore(ack, roundTrip.timed.sequence)) {
    measured(roundTrip, owner.now - roundTrip.timed.at);
    roundTrip.timed = null;
  }
  acknowledged(c, bytes, flight);
  timers.retransmit = ack === send.highest ? null : owner.now + roundTrip.timeout;
  if (queued > 0) c.events |= TcpEvent.Writable;
  if (finishes) finished(c, owner);
}

function finished(c: TcpConnection, owner: TcpOwner): void {
  const next = whenFinished[c.state];
  if (!next) return;
  if (next === 'closed') return end(c);
  c.state = next;
  c.events |= TcpEvent.Writable;
  if (next === 'time-wait' || c.receive.abandoned) startWait(c, owner);
}
