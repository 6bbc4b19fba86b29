/** What goes through a connection, for those who use it: writing, reading, and what ICMP says of it. */
import { Errno } from '../../errno';
import { copyOut, drop } from './chunks';
import { end, takeEvents, type TcpConnection, type TcpOwner } from './connection';
import { enqueue, flush, updateWindow } from './output';

/** Bytes that can be written now. */
export const writable = ({ send, settings, state }: TcpConnection): number =>
  send.finished || state === 'closed' ? 0 : Math.max(0, settings.sendBuffer - send.queue.length);

/** Bytes that can be read now; after those of a connection whose `receive.finished` is true, nothing more comes. */
export const readable = ({ receive }: TcpConnection): number => receive.queue.length;

/** Sends bytes, of which there may be no more than {@link writable}; nobody changes them any more. */
export function write(c: TcpConnection, bytes: Uint8Array, owner: TcpOwner, isUrgent = false): void {
  enqueue(c, bytes, isUrgent);
  flush(c, owner);
}

/** Gives the first bytes that have come, piece by piece, with the place of each, and leaves them; gives how many. */
export function peek({ receive }: TcpConnection, count: number, put: (at: number, bytes: Uint8Array) => void): number {
  copyOut(receive.queue, count, put);
  return Math.min(count, receive.queue.length);
}

/** Takes them away: there is room for more, of which the other end is told when that is worth it. */
export function consume(c: TcpConnection, count: number, owner: TcpOwner): void {
  drop(c.receive.queue, count);
  updateWindow(c, owner);
}

/** Tables of MTUs that there are (RFC 1191, section 7), for routers that do not say. */
const PLATEAUS = [1492, 1006, 508, 296];
const HEADERS = 40;

/**
 * ICMP says that a segment did not arrive (RFC 5927): one that opens the connection has failed; for others it says why, if
 * the connection fails at all. EMSGSIZE: what is sent is made smaller, and sent again.
 * @param mtu bytes, as the router says; 0: it does not
 */
export function icmpArrives(c: TcpConnection, errno: number, owner: TcpOwner, mtu = 0): number {
  const { send } = c;
  if (errno === Errno.EMSGSIZE) {
    const most = mtu || (PLATEAUS.find((each) => each < send.mss + HEADERS) ?? HEADERS);
    const mss = Math.max(88, most - HEADERS);
    if (mss < send.mss) {
      send.mss = mss;
      send.next = send.unacknowledged;
      c.roundTrip.timed = null;
      flush(c, owner);
    }
  } else if (c.state === 'syn-sent') end(c, errno);
  else c.softError = errno;
  return takeEvents(c);
}
