/** What a connection sends, and when (RFC 9293, sections 3.7.4 and 3.8.6). */
import { append, slice } from './chunks';
import { initialWindow, nextLost, onTheWay } from './congestion';
import type { TcpConnection, TcpOwner, TcpState } from './connection';
import { sackEdges } from './reassembly';
import { Flag, sackBytes, segmentOf, type Segment } from './segment';
import { distance, isBefore, latest, plus } from './sequence';

/** In these there may be something in the queue, or FIN behind it, that is to be sent. */
const sends: Partial<Record<TcpState, true>> = {
  established: true,
  'close-wait': true,
  'fin-wait-1': true,
  closing: true,
  'last-ack': true,
};

/** The longest time between two questions for the other end's window, in milliseconds. */
const LONGEST_PERSIST = 60_000;

/** Sends what may be sent now: what was lost, what is new, an acknowledgement. */
export function flush(c: TcpConnection, owner: TcpOwner): void {
  if (sends[c.state]) while (sendLost(c, owner) || sendNext(c, owner));
  if (c.receive.ackNow) acknowledge(c, owner);
}

/** Puts bytes behind those that are to be sent; urgent ones end with the last of them. */
export function enqueue(c: TcpConnection, bytes: Uint8Array, isUrgent: boolean): void {
  const { send } = c;
  append(send.queue, bytes);
  if (isUrgent) send.urgent = endOf(c);
}

/** Sequence number behind the last byte of the queue, which FIN has. */
const endOf = ({ send }: TcpConnection) => plus(send.base, send.queue.length);

function sendLost(c: TcpConnection, owner: TcpOwner): boolean {
  const { congestion, send } = c;
  const lost = nextLost(c);
  if (!lost) return false;
  const [from, to] = lost;
  // The first gap does not have to wait for room.
  if (from !== send.unacknowledged && onTheWay(c) + distance(to, from) > congestion.window) return false;
  const end = isBefore(endOf(c), to) ? endOf(c) : to;
  congestion.resent = to;
  transmit(c, owner, from, distance(end, from), send.finished && end === endOf(c));
  return true;
}

/** Sends one segment from SND.NXT on; false when there is nothing, or it has to wait. */
function sendNext(c: TcpConnection, owner: TcpOwner): boolean {
  const { send, congestion, timers, roundTrip } = c;
  const limit = skipSacked(c);
  // -1: FIN, too, was sent.
  const unsent = send.queue.length - distance(send.next, send.base);
  if (unsent < 0) return false;
  const flight = distance(send.next, send.unacknowledged);
  if (flight === 0 && owner.now - send.at > roundTrip.timeout && send.next === send.highest) {
    congestion.window = Math.min(congestion.window, initialWindow(send.mss));
  }
  const allowed = Math.min(send.window - flight, congestion.window - onTheWay(c));
  const length = Math.max(0, Math.min(unsent, allowed, limit, roomInSegment(c)));
  const withFin = send.finished && length === unsent && (allowed >= 0 || flight === 0);
  if (!withFin && !isWorthSending(c, length, unsent, flight)) {
    if (unsent > 0 && flight === 0 && timers.persist === null) timers.persist = owner.now + roundTrip.timeout;
    return false;
  }
  const sequence = send.next;
  send.next = plus(sequence, length + (withFin ? 1 : 0));
  transmit(c, owner, sequence, length, withFin);
  return true;
}

/** SND.NXT, when it goes over what was sent once more, passes over what has come; gives bytes up to the next of that. */
function skipSacked({ send }: TcpConnection): number {
  for (let i = 0; i < send.sacked.length; i += 2) {
    if (isBefore(send.next, send.sacked[i]!)) return distance(send.sacked[i]!, send.next);
    send.next = latest(send.next, send.sacked[i + 1]!);
  }
  return Infinity;
}

/** Payload of the longest segment, with the options that go with it (RFC 6691). */
const roomInSegment = ({ send, receive }: TcpConnection) =>
  receive.pieces.length === 0 || !receive.sackPermitted ? send.mss : send.mss - sackBytes(sackEdges(receive).length);

/** Nagle's rule, and avoidance of the silly window syndrome (RFC 9293, sections 3.7.4 and 3.8.6.2.1). */
function isWorthSending(c: TcpConnection, length: number, unsent: number, flight: number): boolean {
  const { send, settings } = c;
  if (length === 0) return false;
  if (length >= roomInSegment(c) || 2 * length >= send.largestWindow || isBefore(send.next, send.highest)) return true;
  return length === unsent && (settings.noDelay || flight === 0 || send.urgent !== null);
}

/** The other end's window has been shut, or too small, for a time: asks, with what fits or with one byte that does not. */
export function probeWindow(c: TcpConnection, owner: TcpOwner): void {
  const { send, timers, roundTrip } = c;
  const unsent = send.queue.length - distance(send.next, send.base);
  timers.persist = null;
  if (unsent <= 0 || send.next !== send.unacknowledged) return;
  const length = Math.min(unsent, Math.max(1, send.window), send.mss);
  if (send.window > 0) send.next = plus(send.next, length);
  else {
    send.tries++;
    timers.persist = owner.now + Math.min(LONGEST_PERSIST, roundTrip.timeout * 2 ** ++send.probes);
  }
  transmit(c, owner, send.unacknowledged, length, false);
}

/** Sends a part of the queue, FIN behind it or not, with an acknowledgement. */
function transmit(c: TcpConnection, owner: TcpOwner, sequence: number, length: number, withFin: boolean): void {
  const { send, timers, roundTrip, counts } = c;
  const offset = distance(sequence, send.base);
  const end = plus(sequence, length + (withFin ? 1 : 0));
  const isLast = offset + length === send.queue.length;
  const flags = Flag.Ack | (isLast && length > 0 ? Flag.Psh : 0) | (withFin ? Flag.Fin : 0);
  if (isBefore(sequence, send.highest)) counts.retransmitted++;
  else if (timers.persist === null) roundTrip.timed ??= { sequence: end, at: owner.now };
  send.highest = latest(send.highest, end);
  // What goes into a shut window is asked again by the other timer.
  if (timers.persist === null) timers.retransmit ??= owner.now + roundTrip.timeout;
  emit(c, owner, {
    sequence,
    flags,
    payload: slice(send.queue, offset, offset + length),
    urgent: urgentOf(c, sequence),
  });
}

function urgentOf({ send }: TcpConnection, sequence: number): number {
  const ahead = send.urgent === null ? 0 : distance(send.urgent, sequence);
  return Math.min(0xffff, Math.max(0, ahead));
}

/** Sends an acknowledgement without anything else. */
export function acknowledge(c: TcpConnection, owner: TcpOwner): void {
  const { send, timers } = c;
  emit(c, owner, { sequence: timers.persist === null ? send.highest : send.next, flags: Flag.Ack });
}

/** A segment that asks the other end whether it is still there: of something that it has already. */
export function probeLife(c: TcpConnection, owner: TcpOwner): void {
  emit(c, owner, { sequence: plus(c.send.unacknowledged, -1), flags: Flag.Ack });
}

/** Sends SYN, or SYN and ACK, for the first time or again. */
export function sendSyn(c: TcpConnection, owner: TcpOwner): void {
  const { send, receive, settings, timers, roundTrip, counts, state } = c;
  if (send.next === send.initial) roundTrip.timed = { sequence: plus(send.initial, 1), at: owner.now };
  else counts.retransmitted++;
  send.next = send.highest = plus(send.initial, 1);
  timers.retransmit = owner.now + roundTrip.timeout;
  const answers = state === 'syn-received';
  emit(c, owner, {
    sequence: send.initial,
    flags: answers ? Flag.Syn | Flag.Ack : Flag.Syn,
    mss: settings.mss,
    scale: receive.scaled ? receive.scale : -1,
    sackPermitted: receive.sackPermitted,
  });
}

/** Tells the other end that the connection is no more. */
export function sendReset(c: TcpConnection, owner: TcpOwner): void {
  emit(c, owner, { sequence: c.send.highest, flags: Flag.Rst | Flag.Ack });
}

function emit(c: TcpConnection, owner: TcpOwner, fields: Partial<Segment> & { flags: number }): void {
  const { local, remote, receive, send, timers, counts, state } = c;
  const isSyn = (fields.flags & Flag.Syn) !== 0;
  const window = advertise(c, owner, isSyn);
  const acks = (fields.flags & Flag.Ack) !== 0;
  if (acks) {
    receive.acknowledged = receive.next;
    receive.ackNow = false;
    timers.delayedAck = null;
  }
  counts.sent++;
  send.at = owner.now;
  const segment = segmentOf(fields);
  segment.sourcePort = local.port;
  segment.destinationPort = remote.port;
  segment.window = window;
  if (acks) segment.ack = receive.next;
  if (acks && !isSyn && state !== 'closed') segment.sacks = sackEdges(receive);
  if (segment.urgent > 0) segment.flags |= Flag.Urg;
  owner.send(c, segment);
}

/** The window to tell the other end, as it is on the wire: it never shrinks, and grows only by what is worth it. */
function advertise(c: TcpConnection, owner: TcpOwner, isSyn: boolean): number {
  const { receive } = c;
  if (growth(c, owner) >= worthwhile(c)) receive.edge = plus(receive.next, freeSpace(c, owner));
  const window = Math.max(0, distance(receive.edge, receive.next));
  return Math.min(0xffff, isSyn ? window : window >> receive.scale);
}

function freeSpace(c: TcpConnection, owner: TcpOwner): number {
  const free = c.settings.receiveBuffer - c.receive.queue.length;
  return Math.max(0, owner.room ? Math.min(free, owner.room(c)) : free);
}

/** By how much the window could grow. */
const growth = (c: TcpConnection, owner: TcpOwner) =>
  distance(plus(c.receive.next, freeSpace(c, owner)), c.receive.edge);

const worthwhile = ({ receive, settings }: TcpConnection) =>
  Math.max(1, Math.min(settings.receiveBuffer / 2, receive.mss));

/** Something was read: the other end is told of a window that it may be waiting for. */
export function updateWindow(c: TcpConnection, owner: TcpOwner): void {
  const { receive, settings } = c;
  if (receive.fin !== null || !receives[c.state]) return;
  const half = settings.receiveBuffer / 2;
  const grown = growth(c, owner);
  const isNarrow = distance(receive.edge, receive.next) < half;
  if (grown >= half || (isNarrow && grown >= Math.min(half, Math.max(1, 2 * receive.mss)))) acknowledge(c, owner);
}

/** In these the other end may send. */
export const receives: Partial<Record<TcpState, true>> = { established: true, 'fin-wait-1': true, 'fin-wait-2': true };
