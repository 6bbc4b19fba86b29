/** How connections end from this side (RFC 9293, sections 3.6, 3.10.4 and 3.10.5). */
import { end, type TcpConnection, type TcpOwner, type TcpState } from './connection';
import { flush, sendReset } from './output';
import { startWait } from './timers';

/** Where a connection goes that has nothing more to say. In the states before it has begun, FIN waits until it has. */
const whenFinishing: Partial<Record<TcpState, TcpState>> = { established: 'fin-wait-1', 'close-wait': 'last-ack' };

/** Nothing more will be written: FIN goes behind what is in the queue. The other end may go on. */
export function closeSend(c: TcpConnection, owner: TcpOwner): void {
  if (c.state === 'syn-sent') return end(c);
  if (c.send.finished) return;
  c.send.finished = true;
  finish(c);
  flush(c, owner);
}

export function finish(c: TcpConnection): void {
  c.state = whenFinishing[c.state] ?? c.state;
}

/**
 * Nothing more will be written or read. With bytes that nobody has read, the other end is told at once (RFC 2525, 2.17);
 * otherwise the connection lives on until it is over.
 */
export function closeTcp(c: TcpConnection, owner: TcpOwner): void {
  if (c.receive.queue.length > 0) return abortTcp(c, owner);
  c.receive.abandoned = true;
  closeSend(c, owner);
  if (c.state === 'fin-wait-2') startWait(c, owner);
}

/** Ends the connection here and now, and tells the other end. */
export function abortTcp(c: TcpConnection, owner: TcpOwner): void {
  if (c.state !== 'closed' && c.state !== 'syn-sent' && c.state !== 'time-wait') sendReset(c, owner);
  end(c);
}
