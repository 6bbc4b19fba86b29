/** A segment has arrived (RFC 9293, section 3.10.7; RFC 5961 against what is forged). */
import { Errno } from '../../errno';
import { acceptAck } from './acknowledgement';
import { end, takeEvents, type TcpConnection, type TcpOwner } from './connection';
import { flush, sendSyn } from './output';
import { acceptText } from './text';
import { Flag, lengthOf, resetFor, type Segment } from './segment';
import { distance, isBefore, plus } from './sequence';
import { heardOf, startWait } from './timers';
import { establish, learn } from './handshake';

/** Answers to what may be forged are this far apart, in milliseconds (RFC 5961, section 7). */
const CHALLENGE_INTERVAL = 100;

/** The connection is given a segment that is for it; gives what may have changed: TcpEvents. */
export function segmentArrives(c: TcpConnection, segment: Segment, owner: TcpOwner): number {
  c.counts.received++;
  if (c.state === 'syn-sent') answerToSyn(c, segment, owner);
  else if (c.state !== 'closed') arrives(c, segment, owner);
  flush(c, owner);
  return takeEvents(c);
}

/** Section 3.10.7.3: what comes in SYN-SENT. */
function answerToSyn(c: TcpConnection, segment: Segment, owner: TcpOwner): void {
  const { send, timers, roundTrip } = c;
  const { flags, ack } = segment;
  const acks = (flags & Flag.Ack) !== 0;
  if (acks && ack !== plus(send.initial, 1)) {
    const reset = resetFor(segment);
    if (reset) owner.send(c, reset);
    return;
  }
  if (flags & Flag.Rst) {
    if (acks) end(c, Errno.ECONNREFUSED);
    return;
  }
  if (!(flags & Flag.Syn)) return;
  learn(c, segment);
  if (!acks) {
    // Both have opened at once.
    c.state = 'syn-received';
    roundTrip.timed = null;
    sendSyn(c, owner);
    return;
  }
  timers.retransmit = null;
  establish(c, segment, owner);
  c.receive.ackNow = true;
  acceptText(c, { ...segment, sequence: plus(segment.sequence, 1) }, owner);
}

/** Section 3.10.7.4: the other states. */
function arrives(c: TcpConnection, segment: Segment, owner: TcpOwner): void {
  const { receive, send } = c;
  if (c.state === 'syn-received' && segment.flags & Flag.Syn && segment.sequence === receive.initial) {
    if (!(segment.flags & Flag.Ack)) return void sendSyn(c, owner);
    // Its window is that of a SYN, which is not scaled.
    const window = segment.window >>> send.scale;
    segment = { ...segment, sequence: receive.next, flags: segment.flags & ~Flag.Syn, window };
  }
  const { flags, sequence, ack } = segment;
  if (!isAcceptable(c, segment)) {
    if (flags & Flag.Rst) return;
    refuse(c, segment, owner);
    // Both have probed a window that was opening: each has the other's byte, and tells of it from before its own.
    if (flags & Flag.Ack && sequence === plus(receive.next, -1) && isNews(send, ack)) acceptAck(c, segment, owner);
    return;
  }
  if (flags & Flag.Rst) {
    if (sequence !== receive.next) challenge(c, owner);
    else end(c, resetError(c));
    return;
  }
  if (flags & Flag.Syn) return challenge(c, owner);
  heardOf(c, owner);
  if (!(flags & Flag.Ack)) return;
  if (c.state === 'syn-received') {
    if (ack !== send.highest) {
      const reset = resetFor(segment);
      if (reset) owner.send(c, reset);
      return;
    }
    establish(c, segment, owner);
  } else if (isBefore(ack, plus(send.unacknowledged, -Math.max(send.largestWindow, 0xffff)))) {
    return challenge(c, owner);
  } else if (isBefore(send.highest, ack)) {
    receive.ackNow = true;
    return;
  } else acceptAck(c, segment, owner);
  if (isOpen(c)) acceptText(c, segment, owner);
}

/** What has come may have ended it. */
const isOpen = (c: TcpConnection) => c.state !== 'closed';

/** The table of section 3.10.7.4; of what begins where the window does, the acknowledgement counts in any case. */
function isAcceptable({ receive }: TcpConnection, segment: Segment): boolean {
  const first = distance(segment.sequence, receive.next);
  if (first === 0) return true;
  const window = distance(receive.edge, receive.next);
  const last = first + Math.max(1, lengthOf(segment)) - 1;
  return (first >= 0 && first < window) || (lengthOf(segment) > 0 && last >= 0 && last < window);
}

/** It acknowledges something that was sent. */
const isNews = (send: TcpConnection['send'], ack: number) =>
  isBefore(send.unacknowledged, ack) && !isBefore(send.highest, ack);

/** It is not what is expected: the other end is told what is. */
function refuse(c: TcpConnection, segment: Segment, owner: TcpOwner): void {
  if (c.state === 'time-wait') startWait(c, owner);
  // What was sent again has to be answered, since the answer was lost; others might be told for ever.
  if (lengthOf(segment) > 0 || segment.sequence === plus(c.receive.next, -1)) c.receive.ackNow = true;
  else challenge(c, owner);
}

function challenge(c: TcpConnection, owner: TcpOwner): void {
  if (c.challengedAt !== null && owner.now - c.challengedAt < CHALLENGE_INTERVAL) return;
  c.challengedAt = owner.now;
  c.receive.ackNow = true;
}

/** With everything sent and acknowledged, or with nobody to tell, a reset is no error. */
function resetError({ state, active }: TcpConnection): number {
  if (state === 'syn-received') return active ? Errno.ECONNREFUSED : Errno.ECONNRESET;
  return state === 'closing' || state === 'last-ack' || state === 'time-wait' ? 0 : Errno.ECONNRESET;
}
