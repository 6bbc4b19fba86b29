/** What a port in the state MASTER sends (IEEE 1588-2008, clauses 9.5.8, 9.5.9, 9.5.10 and 11.3). */
import type { Timespec } from '../../../kernel/clock/timespec';
import { message } from './build';
import { isGrandmaster, timeFlags } from './datasets';
import { nextSequence, send } from './effects';
import { Flag, MessageType, type Message } from './messages';
import { count, sameIdentity, type Clock, type Port, type Turn } from './own';
import { NO_INTERVAL, zeroTime } from './time';
import { pathTrace, pathTraceOf, TlvType } from './tlv';
import { DelayMechanism, PortState } from './types';

export function sendAnnounce(turn: Turn, port: Port): void {
  const { clock, nowNs } = turn;
  const { parentDS, currentDS, timePropertiesDS } = clock;
  const body = {
    type: MessageType.Announce,
    origin: zeroTime,
    currentUtcOffset: timePropertiesDS.currentUtcOffset,
    grandmasterPriority1: parentDS.grandmasterPriority1,
    grandmasterClockQuality: parentDS.grandmasterClockQuality,
    grandmasterPriority2: parentDS.grandmasterPriority2,
    grandmasterIdentity: parentDS.grandmasterIdentity,
    stepsRemoved: currentDS.stepsRemoved,
    timeSource: timePropertiesDS.timeSource,
  } as const;
  const header = { flags: timeFlags(timePropertiesDS), logInterval: port.ds.logAnnounceInterval };
  port.lastSent.announce = nowNs;
  send(turn, port, message(clock, port, nextSequence(port, 'announce'), body, header, passedOn(clock)));
}

/**
 * TLVs that a boundary clock takes over from its master's Announce. Its own identity goes at the end of the path, which it
 * begins where its master has none (clause 16.2): without one, what the last grandmaster said would go round in a ring of
 * boundary clocks until it were 255 steps away.
 */
function passedOn(clock: Clock): Message['tlvs'] {
  if (isGrandmaster(clock)) return [];
  const { parentPortIdentity } = clock.parentDS;
  const master = clock.ports
    .flatMap(({ foreign }) => foreign)
    .find(({ source }) => sameIdentity(source, parentPortIdentity));
  const tlvs = (master?.tlvs ?? []).map(({ type, value }) => ({ type, value: Uint8Array.from(value) }));
  const others = tlvs.filter(({ type }) => type !== TlvType.PathTrace);
  return [pathTrace([...(pathTraceOf(tlvs) ?? []), clock.defaultDS.clockIdentity]), ...others];
}

/** Two-step: the Follow_Up comes with the stamp. One-step: whoever sends it, at best the hardware, writes when it goes. */
export function sendSync(turn: Turn, port: Port): void {
  const { clock, nowNs } = turn;
  const header = { flags: clock.defaultDS.twoStepFlag ? Flag.TwoStep : 0, logInterval: port.ds.logSyncInterval };
  const body = { type: MessageType.Sync, origin: zeroTime };
  port.lastSent.sync = nowNs;
  send(turn, port, message(clock, port, nextSequence(port, 'sync'), body, header));
}

/** A Sync has gone at a time. */
export function syncSent(turn: Turn, port: Port, sync: Message, txTime: Timespec): void {
  if ((sync.flags & Flag.TwoStep) === 0 || port.ds.portState !== PortState.Master) return;
  const body = { type: MessageType.FollowUp, preciseOrigin: txTime };
  send(turn, port, message(turn.clock, port, sync.sequence, body, { logInterval: port.ds.logSyncInterval }));
}

/** A slave's Delay_Req came at a time (clause 11.3.2); one that came to this address alone is answered so. */
export function delayReqReceived(turn: Turn, port: Port, request: Message, rxTime: Timespec, from: number): void {
  if (port.ds.portState !== PortState.Master) return;
  if (port.ds.delayMechanism !== DelayMechanism.E2E) {
    count(port.dropped, 'delay mechanism');
    return;
  }
  const unicast = (request.flags & Flag.Unicast) !== 0 && from !== 0;
  const body = { type: MessageType.DelayResp, receive: rxTime, requesting: request.source };
  const header = {
    correction: request.correction,
    flags: unicast ? Flag.Unicast : 0,
    logInterval: unicast ? NO_INTERVAL : port.ds.logMinDelayReqInterval,
  };
  port.lastSent.delayResp = turn.nowNs;
  send(turn, port, message(turn.clock, port, request.sequence, body, header), unicast ? from : null);
}
