/**
 * How much may be on its way (RFC 5681), and what is sent again when something was lost (RFC 6582, NewReno; RFC 6675 where
 * the other end says what it has). Both count what is on its way: each duplicate acknowledgement says that something has
 * arrived, and with SACK also what. So nothing has to be inflated, and RFC 3042's limited transmit comes by itself.
 */
import type { TcpConnection } from './connection';
import { distance, isBefore, latest, plus } from './sequence';
import { sackedBytes } from './scoreboard';

export interface Congestion {
  /** Bytes that may be on their way; and up to where it grows fast. */
  window: number;
  threshold: number;
  /** Bytes acknowledged since it has grown last, beyond the threshold. */
  acked: number;
  /** Acknowledgements in a row that said nothing new; those of segments that came behind a gap. */
  duplicates: number;
  /** SND.NXT when a loss was seen: what came after that is not of the same loss. */
  recover: number;
  recovering: boolean;
  /** While recovering: gaps before that were sent again. */
  resent: number;
}

const DUPLICATES = 3;

export const newCongestion = (initial: number): Congestion => ({
  ...{ window: 0, threshold: Infinity, acked: 0, duplicates: 0 },
  ...{ recover: initial, recovering: false, resent: initial },
});

/** What a connection begins with, and goes on with after it was idle (RFC 3390). */
export const initialWindow = (mss: number): number => Math.min(4 * mss, Math.max(2 * mss, 4380));

/** Bytes between two sequence numbers that the other end has, as far as one knows. */
const arrived = (c: TcpConnection) =>
  c.receive.sackPermitted ? sackedBytes(c.send.sacked) : c.congestion.duplicates * c.send.mss;

/** Bytes that are on their way. */
export function onTheWay(c: TcpConnection): number {
  const { send, congestion } = c;
  if (send.sacked.length === 0) {
    const flight = distance(send.next, send.unacknowledged);
    return c.receive.sackPermitted ? flight : Math.max(0, flight - arrived(c));
  }
  let bytes = 0;
  forEachGap(c, (from, to, lost) => {
    if (!congestion.recovering || !lost) bytes += distance(to, from);
    if (congestion.recovering) bytes += Math.max(0, Math.min(distance(to, from), distance(congestion.resent, from)));
    return false;
  });
  return bytes;
}

/** What the other end does not have of what was sent; lost: so much behind it has come that it will not. */
function forEachGap(
  { send }: TcpConnection,
  visit: (from: number, to: number, lost: boolean) => boolean | undefined,
): void {
  let behind = sackedBytes(send.sacked);
  let from = send.unacknowledged;
  for (let i = 0; i <= send.sacked.length; i += 2) {
    const to = i < send.sacked.length ? send.sacked[i]! : send.next;
    const end = isBefore(send.next, to) ? send.next : to;
    if (isBefore(from, end) && visit(from, end, behind > (DUPLICATES - 1) * send.mss) === true) return;
    if (i === send.sacked.length) return;
    behind -= distance(send.sacked[i + 1]!, send.sacked[i]!);
    from = send.sacked[i + 1]!;
  }
}

/** The next that is to be sent again while recovering, as a pair of edges; null for nothing. */
export function nextLost(c: TcpConnection): [number, number] | null {
  const { send, congestion } = c;
  const { unacknowledged, mss } = send;
  if (!congestion.recovering) return null;
  // The first gap is what recovering is about.
  if (!isBefore(unacknowledged, congestion.resent)) {
    const gap = send.sacked.length > 0 ? distance(send.sacked[0]!, unacknowledged) : mss;
    return [unacknowledged, plus(unacknowledged, Math.min(gap, mss))];
  }
  let found: [number, number] | null = null;
  forEachGap(c, (from, to, lost) => {
    const start = latest(from, congestion.resent);
    if (!lost || !isBefore(start, to)) return false;
    found = [start, plus(start, Math.min(distance(to, start), mss))];
    return true;
  });
  return found;
}

/** Something new was acknowledged. `flight` bytes were on their way before. */
export function acknowledged(c: TcpConnection, bytes: number, flight: number): void {
  const { send, congestion } = c;
  if (congestion.recovering) {
    if (isBefore(send.unacknowledged, congestion.recover)) {
      // A part: the next gap begins here.
      congestion.duplicates = Math.max(0, congestion.duplicates + 1 - Math.floor(bytes / send.mss));
      return;
    }
    congestion.recovering = false;
    congestion.window = congestion.threshold;
  }
  congestion.duplicates = 0;
  // A window that is not made use of says nothing about the way.
  if (2 * flight < congestion.window) return;
  if (congestion.window < congestion.threshold) {
    congestion.window += Math.min(bytes, 2 * send.mss);
    return;
  }
  congestion.acked += bytes;
  if (congestion.acked < congestion.window) return;
  congestion.acked -= congestion.window;
  congestion.window += send.mss;
}

/** An acknowledgement said nothing new: at the third, or where SACK says as much, what is missing is taken for lost. */
export function duplicate(c: TcpConnection): void {
  const { send, congestion } = c;
  congestion.duplicates++;
  // Without SACK, what was sent again for an earlier loss causes duplicates, too (RFC 6582, section 4).
  const seen = c.receive.sackPermitted ? plus(congestion.recover, -1) : congestion.recover;
  if (congestion.recovering || !isBefore(seen, send.unacknowledged)) return;
  if (congestion.duplicates < DUPLICATES && arrived(c) <= (DUPLICATES - 1) * send.mss) return;
  halve(c);
  congestion.window = congestion.threshold;
  congestion.recovering = true;
  congestion.resent = send.unacknowledged;
}

/** The retransmission timer has run down: begin anew. */
export function timedOut(c: TcpConnection): void {
  const { send, congestion } = c;
  if (send.tries === 1) halve(c);
  // Twice in vain: the other end may have thrown away what it said it had.
  else send.sacked = [];
  congestion.window = send.mss;
  congestion.recovering = false;
  congestion.duplicates = 0;
}

function halve({ send, congestion }: TcpConnection): void {
  const flight = distance(send.highest, send.unacknowledged);
  congestion.threshold = Math.max(Math.floor(flight / 2), 2 * send.mss);
  congestion.acked = 0;
  congestion.recover = send.highest;
}
