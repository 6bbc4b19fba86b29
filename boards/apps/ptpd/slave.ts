/** What a port that follows a master does with its Syncs, and how it measures the path (IEEE 1588-2008, clauses 11.2, 11.3). */
import { isValid, type Timespec } from '../../../kernel/clock/timespec';
import { message } from './build';
import { addDelay, filteredDelay } from './delay';
import { nextSequence, noteDelay, noteSample, send } from './effects';
import { intervalNs } from './interval';
import { Flag, MessageType, type Message } from './messages';
import { count, sameIdentity, type Port, type Turn } from './own';
import { enter, follows, parentOf } from './portstate';
import { partOf } from './random';
import { holdOver, read } from './servo/servo';
import { believableLog, nsBetween, nsOfLog, zeroTime } from './time';
import { DelayMechanism, PortState } from './types';
import { grantedLog, isUnicast } from './unicast';

type Sync = Extract<
  Message,
  { type: typeof MessageType.Sync | typeof MessageType.DelayReq | typeof MessageType.PdelayReq }
>;
type FollowUp = Extract<Message, { type: typeof MessageType.FollowUp }>;
type DelayResp = Extract<Message, { type: typeof MessageType.DelayResp }>;

/** Syncs of a master may have come in another order; one that is farther behind has begun to count anew. */
const REORDERED = 8;
/** Sync intervals, and at least so many nanoseconds, without any: SYNCHRONIZATION_FAULT. */
const MISSING_SYNCS = 10;
const MISSING_NS = 2e9;
/** Until the path is known, nobody waits longer than that for its first measurement, or for the next where it was lost. */
const FIRST_DELAY_NS = 1e9;
/** Syncs that wait for the path's delay; a master that does not answer is then followed all the same, as if it were near. */
const PATIENCE = 8;

const isParent = ({ clock }: Turn, port: Port, { source }: Message): boolean =>
  follows(port) && sameIdentity(source, clock.parentDS.parentPortIdentity);

export function syncReceived(turn: Turn, port: Port, sync: Sync, t2: Timespec): void {
  if (!isParent(turn, port, sync)) return;
  const { clock, nowNs } = turn;
  const granted = grantedLog(port, parentOf(clock, port)!.address, MessageType.Sync, nowNs);
  port.syncIntervalS = 2 ** believableLog(sync.logInterval, granted ?? Math.log2(port.syncIntervalS));
  if (isOld(turn, port, sync)) return;
  if (port.sync?.sequence === sync.sequence && nowNs - port.lastSyncNs < MISSING_NS) {
    // Its Follow_Up is still to come; a copy of a message comes later than the message, and would be believed.
    count(port.dropped, 'duplicate');
    return;
  }
  port.lastSyncNs = nowNs;
  port.timers.syncReceipt = nowNs + Math.max(MISSING_SYNCS * port.syncIntervalS * 1e9, MISSING_NS);
  const { sequence } = sync;
  const correctionNs = intervalNs(sync.correction);
  if ((sync.flags & Flag.TwoStep) === 0) {
    port.sync = port.followUp = null;
    use(turn, port, { sequence, t1: sync.origin, t2, correctionNs, twoStep: false });
    return;
  }
  port.sync = { sequence, t2, correctionNs };
  meet(turn, port);
}

/** A Follow_Up, which may have overtaken its Sync. */
export function followUpReceived(turn: Turn, port: Port, followUp: FollowUp): void {
  if (!isParent(turn, port, followUp) || isOld(turn, port, followUp)) return;
  const { sequence, preciseOrigin, correction } = followUp;
  port.followUp = { sequence, t1: preciseOrigin, correctionNs: intervalNs(correction) };
  meet(turn, port);
}

/** It has been used, or one after it has; it counts as no good then. */
function isOld({ nowNs }: Turn, port: Port, { sequence }: Message): boolean {
  if (port.lastSync < 0) return false;
  const behind = (port.lastSync - sequence) & 0xffff;
  if (behind > REORDERED || nowNs - port.lastSyncNs > MISSING_NS) return false;
  count(port.dropped, behind === 0 ? 'duplicate' : 'out of order');
  return true;
}

/** Sync and Follow_Up of one sequence make a reading. */
function meet(turn: Turn, port: Port): void {
  const { sync, followUp } = port;
  if (!sync || !followUp || sync.sequence !== followUp.sequence) return;
  port.sync = port.followUp = null;
  const correctionNs = sync.correctionNs + followUp.correctionNs;
  use(turn, port, { sequence: sync.sequence, t1: followUp.t1, t2: sync.t2, correctionNs, twoStep: true });
}

interface SyncReading {
  sequence: number;
  t1: Timespec;
  t2: Timespec;
  correctionNs: number;
  twoStep: boolean;
}

/** A whole reading: the servo gets it. */
function use(turn: Turn, port: Port, sync: SyncReading): void {
  const { clock, nowNs, effects } = turn;
  const { servo, currentDS, config } = clock;
  if (!isValid(sync.t1)) {
    count(port.dropped, 'time stamp');
    return;
  }
  port.lastSync = sync.sequence;
  noteDelay(turn, port, 0, nsBetween(sync.t2, sync.t1));
  const calibrated = servo.state === 'locked' || servo.state === 'holdover';
  if (calibrated && port.delays.length === 0 && port.heldBack < PATIENCE) port.heldBack++;
  else {
    const { steps } = servo;
    const delayNs = port.ds.delayMechanism === DelayMechanism.P2P ? port.ds.peerMeanPathDelay : currentDS.meanPathDelay;
    read(servo, config, { ...sync, delayNs, intervalS: port.syncIntervalS }, effects);
    currentDS.offsetFromMaster = servo.offsetNs;
    currentDS.meanPathDelay = delayNs;
    noteSample(turn, port, servo.offsetNs, delayNs);
    const { delay = null, delayNs: measuredNs = null } = port.measured ?? {};
    port.exchange = { sync, delay, delayNs: measuredNs, meanPathDelayNs: delayNs, offsetNs: servo.offsetNs };
    if (servo.steps !== steps) {
      // What was stamped before it was another time.
      port.reference = port.request = null;
      for (const each of clock.ports) {
        each.peer = null;
        each.answers = [];
      }
      return;
    }
  }
  port.reference = { t1: sync.t1, t2: sync.t2, correctionNs: sync.correctionNs };
  if (!calibrated) return;
  // MASTER_CLOCK_SELECTED: from here on the clock is held.
  enter(turn, port, PortState.Slave);
  if (port.ds.delayMechanism === DelayMechanism.E2E && port.timers.delay < 0) {
    port.timers.delay = nowNs + partOf(port, Math.min(port.syncIntervalS * 1e9, FIRST_DELAY_NS));
  }
}

/** SYNCHRONIZATION_FAULT: the master announces itself, but its Syncs stay away. */
export function syncsMissing(turn: Turn, port: Port): void {
  port.timers.syncReceipt = -1;
  // The clocks drift apart from now on: the path cannot be measured by the last Sync any more.
  port.reference = null;
  holdOver(turn.clock.servo, turn.clock.config, turn.effects);
  enter(turn, port, PortState.Uncalibrated);
}

/** Intervals of Delay_Req are of any length between none and two (clause 9.5.11.2). */
export function sendDelayReq(turn: Turn, port: Port): void {
  const { clock, nowNs } = turn;
  const { address } = parentOf(clock, port)!;
  const unicast = isUnicast(port, address);
  const granted = grantedLog(port, address, MessageType.DelayResp, nowNs);
  const waiting = port.delays.length === 0 && port.heldBack < PATIENCE;
  const interval = 2 * nsOfLog(granted ?? port.ds.logMinDelayReqInterval);
  port.timers.delay = nowNs + partOf(port, waiting ? Math.min(interval, FIRST_DELAY_NS) : interval);
  if (unicast && granted === null) return;
  const sequence = nextSequence(port, 'delay');
  port.request = { sequence, t3: null, answer: null };
  port.lastSent.delayReq = nowNs;
  const header = { flags: unicast ? Flag.Unicast : 0 };
  const body = { type: MessageType.DelayReq, origin: zeroTime };
  send(turn, port, message(clock, port, sequence, body, header), unicast ? address : null);
}

/** A Delay_Req has gone at a time. */
export function delayReqSent(turn: Turn, port: Port, { sequence }: Message, t3: Timespec): void {
  if (port.request?.sequence !== sequence) return;
  port.request.t3 = t3;
  measure(turn, port);
}

export function delayRespReceived(turn: Turn, port: Port, response: DelayResp): void {
  const { requesting, sequence, receive, correction, logInterval } = response;
  if (!isParent(turn, port, response) || !sameIdentity(requesting, port.ds.portIdentity)) return;
  if (port.request?.sequence !== sequence || port.request.answer) {
    count(port.dropped, 'duplicate');
    return;
  }
  if (!isValid(receive)) {
    count(port.dropped, 'time stamp');
    return;
  }
  port.ds.logMinDelayReqInterval = believableLog(logInterval, port.ds.logMinDelayReqInterval);
  port.request.answer = { t4: receive, correctionNs: intervalNs(correction) };
  measure(turn, port);
}

/** Both the stamp and the answer are there: the path's delay (clause 11.3.2). */
function measure(turn: Turn, port: Port): void {
  const { clock } = turn;
  const { request, reference } = port;
  if (!request?.t3 || !request.answer || !reference) return;
  const { sequence, t3, answer } = request;
  const toMaster = nsBetween(answer.t4, t3) - answer.correctionNs;
  const fromMaster = nsBetween(reference.t2, reference.t1) - reference.correctionNs;
  const delayNs = (fromMaster + toMaster) / 2;
  port.request = null;
  noteDelay(turn, port, 1, nsBetween(answer.t4, t3));
  if (addDelay(port.delays, clock.config, delayNs))
    clock.currentDS.meanPathDelay = filteredDelay(port.delays, clock.config);
  else count(port.dropped, 'path too long');
  port.measured = { delay: { sequence, t3, t4: answer.t4, correctionNs: answer.correctionNs }, delayNs };
}
