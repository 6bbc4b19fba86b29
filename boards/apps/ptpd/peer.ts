/** The peer delay mechanism (IEEE 1588-2008, clause 11.4): each port measures its link, and answers who measures it. */
import { isValid, type Timespec } from '../../../kernel/clock/timespec';
import { message } from './build';
import { addDelay, filteredDelay } from './delay';
import { nextSequence, noteDelay, send } from './effects';
import { intervalNs } from './interval';
import { Flag, MessageType, type Message } from './messages';
import { count, sameIdentity, type PeerRequest, type Port, type Turn } from './own';
import { nsBetween, nsOfLog, zeroTime } from './time';
import { DelayMechanism } from './types';

type PdelayResp = Extract<Message, { type: typeof MessageType.PdelayResp }>;
type PdelayRespFollowUp = Extract<Message, { type: typeof MessageType.PdelayRespFollowUp }>;

/** Answers whose stamps have not come yet; those of more would be from no link of two. */
const MOST_ANSWERS = 8;

export function sendPdelayReq(turn: Turn, port: Port): void {
  const sequence = nextSequence(port, 'delay');
  port.peer = {
    sequence,
    t1: null,
    t2: null,
    t3: null,
    t4: null,
    correctionNs: [0, 0],
    twoStep: false,
    responder: null,
  };
  port.timers.delay = turn.nowNs + nsOfLog(port.ds.logMinPdelayReqInterval);
  port.lastSent.delayReq = turn.nowNs;
  send(turn, port, message(turn.clock, port, sequence, { type: MessageType.PdelayReq, origin: zeroTime }));
}

/** A Pdelay_Req has gone at a time. */
export function pdelayReqSent(turn: Turn, port: Port, { sequence }: Message, t1: Timespec): void {
  if (port.peer?.sequence !== sequence) return;
  port.peer.t1 = t1;
  measure(turn, port, port.peer);
}

/** A neighbor's Pdelay_Req has come: t2 goes with the Pdelay_Resp, t3 and its correction with what follows that. */
export function pdelayReqReceived(turn: Turn, port: Port, request: Message, rxTime: Timespec): void {
  if (port.ds.delayMechanism !== DelayMechanism.P2P) {
    count(port.dropped, 'delay mechanism');
    return;
  }
  const { sequence, source, correction } = request;
  port.answers.push({ ...source, sequence, correction: `${correction}` });
  if (port.answers.length > MOST_ANSWERS) port.answers.shift();
  const body = { type: MessageType.PdelayResp, requestReceipt: rxTime, requesting: source };
  port.lastSent.delayResp = turn.nowNs;
  send(turn, port, message(turn.clock, port, sequence, body, { flags: Flag.TwoStep }));
}

/** A Pdelay_Resp has gone at a time. */
export function pdelayRespSent(turn: Turn, port: Port, response: PdelayResp, t3: Timespec): void {
  const { requesting, sequence } = response;
  const at = port.answers.findIndex((answer) => answer.sequence === sequence && sameIdentity(answer, requesting));
  if (at < 0) return;
  const [{ correction }] = port.answers.splice(at, 1) as [Port['answers'][number]];
  const body = { type: MessageType.PdelayRespFollowUp, responseOrigin: t3, requesting };
  send(turn, port, message(turn.clock, port, sequence, body, { correction: BigInt(correction) }));
}

export function pdelayRespReceived(turn: Turn, port: Port, response: PdelayResp, t4: Timespec): void {
  const peer = expected(port, response);
  if (!peer) return;
  if (peer.t4) {
    count(port.dropped, 'duplicate');
    return;
  }
  peer.t2 = response.requestReceipt;
  peer.t4 = t4;
  peer.correctionNs[0] = intervalNs(response.correction);
  peer.twoStep = (response.flags & Flag.TwoStep) !== 0;
  measure(turn, port, peer);
}

/** It may have overtaken its Pdelay_Resp. */
export function pdelayRespFollowUpReceived(turn: Turn, port: Port, followUp: PdelayRespFollowUp): void {
  const peer = expected(port, followUp);
  if (!peer) return;
  peer.t3 = followUp.responseOrigin;
  peer.correctionNs[1] = intervalNs(followUp.correction);
  measure(turn, port, peer);
}

/** What an answer is to; null: to nothing that this port has asked and that is not answered yet, or several answer it. */
function expected(port: Port, answer: PdelayResp | PdelayRespFollowUp): PeerRequest | null {
  const { peer } = port;
  if (!sameIdentity(answer.requesting, port.ds.portIdentity)) return null;
  if (peer?.sequence !== answer.sequence) {
    count(port.dropped, 'duplicate');
    return null;
  }
  if (peer.responder && !sameIdentity(peer.responder, answer.source)) {
    // More than one neighbor: none of them is at the other end of this link alone (clause 11.4.4).
    count(port.dropped, 'several answers');
    port.peer = null;
    return null;
  }
  peer.responder = answer.source;
  return peer;
}

/** With all times there: half of the way there and back, without the neighbor's part of it. */
function measure(turn: Turn, port: Port, peer: PeerRequest): void {
  const { t1, t2, t3, t4, correctionNs, twoStep, sequence } = peer;
  if (!t1 || !t4 || !t2 || (twoStep && !t3)) return;
  port.peer = null;
  // A one-step answer has the time between t2 and t3 in its correction.
  const atNeighborNs = twoStep ? nsBetween(t3!, t2) : 0;
  if (!isValid(t2) || (t3 && !isValid(t3))) {
    count(port.dropped, 'time stamp');
    return;
  }
  const correction = correctionNs[0] + correctionNs[1];
  const delayNs = (nsBetween(t4, t1) - atNeighborNs - correction) / 2;
  if (addDelay(port.delays, turn.clock.config, delayNs)) {
    port.ds.peerMeanPathDelay = filteredDelay(port.delays, turn.clock.config);
  } else count(port.dropped, 'path too long');
  if (twoStep) noteDelay(turn, port, 1, nsBetween(t2, t1));
  port.measured = { delay: { sequence, t1, t2, t3: t3 ?? t2, t4, correctionNs: correction }, delayNs };
}
