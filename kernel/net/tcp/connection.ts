/**
 * A TCP connection as plain data (RFC 9293, section 3.3.1: the transmission control block). The functions of this folder's
 * pure files work on it: they know no kernel, are given the time, and send by a callback, so that the kernel's sockets and
 * the host's gateway use the same ones.
 */
import type { Chunks } from './chunks';
import { noChunks } from './chunks';
import { newCongestion, type Congestion } from './congestion';
import { newRoundTrip, type RoundTrip } from './roundtrip';
import type { Segment } from './segment';

export type TcpState =
  | 'closed'
  | 'syn-sent'
  | 'syn-received'
  | 'established'
  | 'fin-wait-1'
  | 'fin-wait-2'
  | 'close-wait'
  | 'closing'
  | 'last-ack'
  | 'time-wait';

export interface Endpoint {
  /** IPv4, an unsigned number. */
  address: number;
  port: number;
}

/** Times in milliseconds, sizes in bytes. They may be changed while the connection lives. */
export interface TcpSettings {
  /** Small segments do not wait for others to be acknowledged (TCP_NODELAY). */
  noDelay: boolean;
  /** After so long without a word, so many questions at such intervals are asked before the connection is given up. */
  keepAlive: boolean;
  keepIdle: number;
  keepInterval: number;
  keepCount: number;
  /** Of the largest segment that can come in, and that may go out. */
  mss: number;
  receiveBuffer: number;
  sendBuffer: number;
  /** How often something is sent again before the connection is given up. */
  synRetries: number;
  retries: number;
  /** In TIME-WAIT, and in FIN-WAIT-2 with nobody who could read. */
  timeWait: number;
}

/** NuttX's where it has them. */
export const usualSettings: Readonly<TcpSettings> = {
  noDelay: false,
  ...{ keepAlive: false, keepIdle: 7_200_000, keepInterval: 2000, keepCount: 3 },
  ...{ mss: 1460, receiveBuffer: 16384, sendBuffer: 16384 },
  ...{ synRetries: 5, retries: 8, timeWait: 60_000 },
};

/** What the owner of connections gives to the functions. */
export interface TcpOwner {
  /** Milliseconds, with fractions, of a clock that never goes back. */
  now: number;
  /** Sends a segment to the other end; it may be lost. */
  send(connection: TcpConnection, segment: Segment): void;
  /** Whether so many bytes more can be kept for a connection; without this function, always. */
  reserve?(connection: TcpConnection, bytes: number): boolean;
  /** Bytes that a connection could be given room for; without it, there is no such limit. */
  room?(connection: TcpConnection): number;
}

/** What may have changed, for those who wait; what the functions give is a sum of these. */
export const TcpEvent = { Connected: 1, Readable: 2, Writable: 4, Closed: 8 } as const;

/** A part of the stream that has come before what is in front of it. */
export interface Piece {
  sequence: number;
  bytes: Uint8Array;
}

/** When each is due, in the owner's milliseconds; null: it does not run. */
export interface TcpTimers {
  /** Something unacknowledged is sent again. */
  retransmit: number | null;
  /** The other end's window is asked for. */
  persist: number | null;
  delayedAck: number | null;
  keepAlive: number | null;
  /** The end of TIME-WAIT, or of FIN-WAIT-2. */
  wait: number | null;
}

export interface TcpConnection {
  local: Endpoint;
  remote: Endpoint;
  state: TcpState;
  /** It was opened from here. */
  active: boolean;
  settings: TcpSettings;
  send: {
    initial: number;
    /** SND.UNA and SND.NXT; and the highest that was ever sent, which differ when something is sent again. */
    unacknowledged: number;
    next: number;
    highest: number;
    /** SND.WND, SND.WL1, SND.WL2, and the largest that the other end has had. */
    window: number;
    windowSequence: number;
    windowAck: number;
    largestWindow: number;
    /** Shift of the windows that come. */
    scale: number;
    mss: number;
    /** Bytes that are not acknowledged; and the sequence number of the first. */
    queue: Chunks;
    base: number;
    /** Behind them comes FIN. */
    finished: boolean;
    /** Sequence number behind the last urgent byte; null for none. */
    urgent: number | null;
    /** How often the same was sent again, or asked, without an answer. */
    tries: number;
    /** How often the other end's window was asked for since it was shut. */
    probes: number;
    /** When something was sent last. */
    at: number;
    /** What the other end has beyond the first gap: sequence numbers, as pairs of edges, ascending. */
    sacked: number[];
  };
  receive: {
    initial: number;
    /** RCV.NXT, and RCV.NXT + RCV.WND as the other end was told last. */
    next: number;
    edge: number;
    /** The number that was acknowledged last. */
    acknowledged: number;
    /** Shift of the windows that go out; whether both ends can do that, or this one offers it. */
    scale: number;
    scaled: boolean;
    /** The largest segment that has come. */
    mss: number;
    sackPermitted: boolean;
    queue: Chunks;
    /** Out of order, ascending; and the sequence number of the latest of them. */
    pieces: Piece[];
    latestPiece: number;
    /** Sequence number of FIN, once it is known; and whether everything before it has come. */
    fin: number | null;
    finished: boolean;
    /** Sequence number behind the last urgent byte; null for none. */
    urgent: number | null;
    /** Nobody will read what comes. */
    abandoned: boolean;
    /** An acknowledgement is to be sent at once. */
    ackNow: boolean;
  };
  congestion: Congestion;
  roundTrip: RoundTrip;
  timers: TcpTimers;
  /** Questions that were asked in vain since something came last. */
  keepProbes: number;
  /** When something that may be forged was answered last. */
  challengedAt: number | null;
  /** What has ended it, and what ICMP has said of it: errno values, 0 for none. */
  error: number;
  softError: number;
  /** TcpEvents that have not been given to the owner yet. */
  events: number;
  counts: { sent: number; received: number; retransmitted: number };
}

/** A connection before its first segment. */
export function newConnection(
  local: Endpoint,
  remote: Endpoint,
  initial: number,
  settings: TcpSettings,
): Omit<TcpConnection, 'state' | 'active'> {
  return {
    local: { ...local },
    remote: { ...remote },
    settings: { ...settings },
    send: {
      ...{ initial, unacknowledged: initial, next: initial, highest: initial },
      ...{ window: 0, windowSequence: 0, windowAck: 0, largestWindow: 0, scale: 0, mss: Math.min(536, settings.mss) },
      ...{
        queue: noChunks(),
        base: (initial + 1) >>> 0,
        finished: false,
        urgent: null,
        tries: 0,
        probes: 0,
        at: 0,
        sacked: [],
      },
    },
    receive: {
      ...{
        initial: 0,
        next: 0,
        edge: 0,
        acknowledged: 0,
        scale: scaleFor(settings.receiveBuffer),
        scaled: true,
        mss: 0,
      },
      ...{ sackPermitted: true, queue: noChunks(), pieces: [], latestPiece: 0, fin: null, finished: false },
      ...{ urgent: null, abandoned: false, ackNow: false },
    },
    congestion: newCongestion(initial),
    roundTrip: newRoundTrip(),
    timers: { retransmit: null, persist: null, delayedAck: null, keepAlive: null, wait: null },
    ...{ keepProbes: 0, challengedAt: null, error: 0, softError: 0, events: 0 },
    counts: { sent: 0, received: 0, retransmitted: 0 },
  };
}

/** The shift with which a window of that size fits into 16 bits. */
function scaleFor(size: number): number {
  let scale = 0;
  while (size >>> scale > 0xffff) scale++;
  return scale;
}

/** What happened since the owner was told last. */
export function takeEvents(c: TcpConnection): number {
  const { events } = c;
  c.events = 0;
  return events;
}

/** The connection is no more; what has come can still be read. */
export function end(c: TcpConnection, error = 0): void {
  c.state = 'closed';
  c.error = error;
  c.timers = { retransmit: null, persist: null, delayedAck: null, keepAlive: null, wait: null };
  c.send.queue = noChunks();
  c.receive.pieces = [];
  c.receive.ackNow = false;
  c.events |= TcpEvent.Closed | TcpEvent.Readable | TcpEvent.Writable;
}

/** Bytes that have come and are kept for it; and these with those that are to be sent. */
export const receivedBytes = ({ receive }: TcpConnection): number =>
  receive.pieces.reduce((sum, { bytes }) => sum + bytes.length, receive.queue.length);
export const keptBytes = (c: TcpConnection): number => receivedBytes(c) + c.send.queue.length;
