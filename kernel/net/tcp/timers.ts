/** What happens when nothing comes: RFC 6298 (retransmission), RFC 9293, sections 3.8.4 (keep-alive) and 3.8.6.1 (persist). */
import { Errno } from '../../errno';
import { timedOut } from './congestion';
import { end, takeEvents, type TcpConnection, type TcpOwner, type TcpTimers } from './connection';
import { acknowledge, flush, probeLife, probeWindow, sendReset, sendSyn } from './output';
import { backOff } from './roundtrip';

/** When {@link expire} is to be called next, in the owner's milliseconds; Infinity: there is nothing to wait for. */
export function deadlineOf({ timers }: TcpConnection): number {
  let first = Infinity;
  for (const kind of kinds) first = Math.min(first, timers[kind] ?? Infinity);
  return first;
}

const expirations: Record<keyof TcpTimers, (c: TcpConnection, owner: TcpOwner) => void> = {
  retransmit: expireRetransmit,
  persist: expirePersist,
  delayedAck: acknowledge,
  keepAlive: expireKeepAlive,
  wait: (c) => end(c),
};
const kinds = Object.keys(expirations) as (keyof TcpTimers)[];

/** Does what is due; gives what may have changed: TcpEvents. */
export function expire(c: TcpConnection, owner: TcpOwner): number {
  for (const kind of kinds) {
    const at = c.timers[kind];
    if (at === null || at > owner.now) continue;
    c.timers[kind] = null;
    expirations[kind](c, owner);
  }
  flush(c, owner);
  return takeEvents(c);
}

function expireRetransmit(c: TcpConnection, owner: TcpOwner): void {
  const { send, settings, roundTrip, state } = c;
  const isOpening = state === 'syn-sent' || state === 'syn-received';
  if (++send.tries > (isOpening ? settings.synRetries : settings.retries))
    return end(c, c.softError || Errno.ETIMEDOUT);
  backOff(roundTrip);
  if (isOpening) return sendSyn(c, owner);
  timedOut(c);
  send.next = send.unacknowledged;
}

function expirePersist(c: TcpConnection, owner: TcpOwner): void {
  const { send, settings, receive } = c;
  if (send.tries >= settings.retries) return end(c, c.softError || Errno.ETIMEDOUT);
  // The other end answers, but takes nothing: whoever still has the connection may wait; what nobody has does not for ever.
  if (receive.abandoned && send.probes >= settings.retries) {
    sendReset(c, owner);
    return end(c, Errno.ETIMEDOUT);
  }
  probeWindow(c, owner);
}

function expireKeepAlive(c: TcpConnection, owner: TcpOwner): void {
  const { settings, timers } = c;
  if (!settings.keepAlive) return;
  if (c.keepProbes >= settings.keepCount) {
    sendReset(c, owner);
    return end(c, c.softError || Errno.ETIMEDOUT);
  }
  c.keepProbes++;
  probeLife(c, owner);
  timers.keepAlive = owner.now + settings.keepInterval;
}

/** The other end lives. Also to be called when settings of keep-alive have changed. */
export function heardOf(c: TcpConnection, { now }: TcpOwner): void {
  const { settings, timers } = c;
  c.keepProbes = 0;
  timers.keepAlive = settings.keepAlive && c.state !== 'time-wait' ? now + settings.keepIdle : null;
}

/** TIME-WAIT begins, or FIN-WAIT-2 with nobody who reads. */
export function startWait(c: TcpConnection, { now }: TcpOwner): void {
  const { timers, settings } = c;
  if (c.state === 'time-wait') timers.retransmit = timers.persist = timers.keepAlive = null;
  timers.wait = now + settings.timeWait;
}
