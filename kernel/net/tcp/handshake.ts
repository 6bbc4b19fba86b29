/** How connections begin: SYN from here or from there (RFC 9293, section 3.5). */
import { initialWindow } from './congestion';
import {
  newConnection,
  TcpEvent,
  type Endpoint,
  type TcpConnection,
  type TcpOwner,
  type TcpSettings,
} from './connection';
import { sendSyn } from './output';
import { Flag, type Segment } from './segment';
import { plus } from './sequence';
import { measured } from './roundtrip';
import { heardOf } from './timers';
import { finish } from './close';

/** The smallest segment that one may be told to send: less would be of use to an attacker only. */
const LEAST_MSS = 88;
/** What is sent to who does not say (RFC 9293, section 3.7.1). */
const DEFAULT_MSS = 536;

/** Opens a connection from here: sends SYN. `initial` is the initial sequence number, which nobody should guess. */
export function connectTcp(
  local: Endpoint,
  remote: Endpoint,
  initial: number,
  settings: TcpSettings,
  owner: TcpOwner,
): TcpConnection {
  const c: TcpConnection = { ...newConnection(local, remote, initial, settings), state: 'syn-sent', active: true };
  sendSyn(c, owner);
  return c;
}

/** Answers a SYN from the other end; the connection is one when TcpEvent.Connected says so. */
export function acceptTcp(
  local: Endpoint,
  remote: Endpoint,
  syn: Segment,
  initial: number,
  settings: TcpSettings,
  owner: TcpOwner,
): TcpConnection {
  const c: TcpConnection = { ...newConnection(local, remote, initial, settings), state: 'syn-received', active: false };
  learn(c, syn);
  sendSyn(c, owner);
  return c;
}

/** What the other end's SYN says. */
export function learn(c: TcpConnection, { sequence, mss, scale, sackPermitted, window }: Segment): void {
  const { send, receive, settings, congestion } = c;
  receive.initial = sequence;
  receive.next = receive.acknowledged = plus(sequence, 1);
  receive.edge = plus(receive.next, Math.min(0xffff, c.active ? settings.receiveBuffer : 0));
  send.mss = Math.min(settings.mss, Math.max(LEAST_MSS, mss || DEFAULT_MSS));
  send.scale = Math.max(0, scale);
  receive.scaled = scale >= 0;
  if (!receive.scaled) receive.scale = 0;
  receive.sackPermitted &&= sackPermitted;
  receive.mss = Math.min(settings.mss, DEFAULT_MSS);
  congestion.window = initialWindow(send.mss);
  send.window = send.largestWindow = window;
  send.windowSequence = sequence;
}

/** Both have each other's SYN. */
export function establish(c: TcpConnection, segment: Segment, owner: TcpOwner): void {
  const { send, roundTrip, timers } = c;
  send.unacknowledged = segment.ack;
  timers.retransmit = null;
  send.tries = 0;
  if (roundTrip.timed) measured(roundTrip, owner.now - roundTrip.timed.at);
  // A way that has lost a SYN is not trusted with much (RFC 5681, section 3.1).
  else c.congestion.window = send.mss;
  roundTrip.timed = null;
  c.state = 'established';
  c.events |= TcpEvent.Connected | TcpEvent.Writable;
  setWindow(c, segment);
  heardOf(c, owner);
  // It was closed before it was open.
  if (send.finished) finish(c);
}

/** The other end's window, as a segment has it; that of a SYN is not scaled. */
export function setWindow({ send }: TcpConnection, { window, flags, sequence, ack }: Segment): void {
  send.window = flags & Flag.Syn ? window : window * 2 ** send.scale;
  send.largestWindow = Math.max(send.largestWindow, send.window);
  send.windowSequence = sequence;
  send.windowAck = ack;
}
