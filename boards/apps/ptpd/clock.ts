/**
 * A PTP clock: an ordinary or a boundary clock of IEEE 1588-2008, as functions over plain data (types.ts, own.ts). They know
 * no sockets and no time: who calls them says what has come, what has gone and when, and does what they give back.
 */
import type { Timespec } from '../../../kernel/clock/timespec';
import { messageNames } from './build';
import { defaultDataSet, ownParent, ownTime, portDataSet } from './datasets';
import { isUp } from './decision';
import { send } from './effects';
import { hear } from './foreign';
import { TOO_BIG } from './interval';
import { Action, answer } from './management';
import { Flag, isEvent, MessageType, type Message } from './messages';
import { delayReqReceived, sendAnnounce, sendSync, syncSent } from './master';
import { count, timersOff, type Clock, type Port, type Timers, type Turn } from './own';
import { announceTimedOut, awaitAnnounce, decide, enter, heededBy, parentOf } from './portstate';
import {
  pdelayReqReceived,
  pdelayReqSent,
  pdelayRespFollowUpReceived,
  pdelayRespReceived,
  pdelayRespSent,
  sendPdelayReq,
} from './peer';
import { randomOf } from './random';
import { createServo } from './servo/servo';
import { delayReqSent, delayRespReceived, followUpReceived, sendDelayReq, syncReceived, syncsMissing } from './slave';
import { announceLog } from './time';
import { pathTraceOf } from './tlv';
import { askTheSilent, grantedLog, negotiate, signalingReceived, unicastMasters } from './unicast';
import { DelayMechanism, PortState, type Effect, type PtpClock, type PtpConfig } from './types';

/** Paths that are longer are no paths (clause 9.3.2.5). */
const MOST_STEPS = 255;
const VERSION = 2;

export interface Interface {
  name: string;
  identity: string;
}

/**
 * A clock that has not begun: its first {@link due} is at once.
 *
 * @param interfaces its ports, each with the clock identity made of its address (clause 7.5.2.2); the first one's is the
 *   clock's. More than one make it a boundary clock.
 */
export function createClock(config: PtpConfig, interfaces: readonly Interface[]): PtpClock {
  const { identity } = interfaces[0]!;
  const defaultDS = defaultDataSet(config, identity, interfaces.length);
  const clock: Clock = {
    config,
    defaultDS,
    currentDS: { stepsRemoved: 0, offsetFromMaster: 0, meanPathDelay: 0 },
    parentDS: ownParent(defaultDS),
    timePropertiesDS: ownTime(config),
    ports: interfaces.map((each, n) => createPort(config, each, identity, n + 1)),
    servo: createServo(),
  };
  return clock;
}

function createPort(config: PtpConfig, { name, identity }: Interface, clock: string, port: number): Port {
  const ds = portDataSet(config, clock, port);
  return {
    interface: name,
    identity,
    ds,
    foreign: [],
    decision: { code: 'listening', field: '', values: null, text: 'has not begun' },
    sent: {},
    received: {},
    dropped: {},
    lastAnnounceNs: -1,
    lastSyncNs: -1,
    exchange: null,
    linkUp: true,
    sharedNs: -1,
    timers: { ...timersOff },
    sequences: { announce: 0, sync: 0, delay: 0, signaling: 0 },
    random: randomOf(ds.portIdentity),
    sync: null,
    followUp: null,
    lastSync: -1,
    syncIntervalS: 2 ** ds.logSyncInterval,
    reference: null,
    request: null,
    peer: null,
    answers: [],
    delays: [],
    heldBack: 0,
    measured: null,
    unicast: unicastMasters(config.unicastMasters),
    lastSent: { sync: -1, announce: -1, delayReq: -1, delayResp: -1 },
  };
}

/** What is to be done when everything else of a turn is. */
function effectsOf(turn: Turn): Effect[] {
  if (turn.clock.config.unicastMasters.length > 0) for (const port of turn.clock.ports) negotiate(turn, port);
  return turn.effects;
}

const turnOf = (clock: PtpClock, nowNs: number): Turn => ({ clock: clock as Clock, nowNs, effects: [] });

/**
 * A message has come.
 *
 * @param port place of the port in `clock.ports`
 * @param rxTime its stamp, for event messages; those without one are of no use
 * @param nowNs local time, CLOCK_MONOTONIC
 * @param from IPv4 address of its sender; 0 where there is none
 */
export function received(
  clock: PtpClock,
  port: number,
  message: Message,
  rxTime: Timespec | null,
  nowNs: number,
  from: number,
): Effect[] {
  const turn = turnOf(clock, nowNs);
  const at = turn.clock.ports[port]!;
  count(at.received, messageNames[message.type]);
  const reason = unusable(turn.clock, at, message, rxTime);
  if (reason === null) take(turn, at, message, rxTime, from);
  else count(at.dropped, reason);
  if (reason === 'own' && message.type === MessageType.Announce) ownReceived(turn, at, message);
  return effectsOf(turn);
}

/** What is wrong with a message; null: nothing is. */
function unusable(clock: Clock, port: Port, message: Message, rxTime: Timespec | null): string | null {
  if (!isUp(port)) return 'port is down';
  if (message.version !== VERSION) return 'version';
  if (message.majorSdoId !== 0) return 'sdoId';
  if (message.domain !== clock.defaultDS.domainNumber) return 'domain';
  if (message.source.clock === clock.defaultDS.clockIdentity) return 'own';
  if (message.flags & Flag.AlternateMaster) return 'alternate master';
  if (message.correction === TOO_BIG) return 'correction';
  if (isEvent(message.type) && !rxTime) return 'no time stamp';
  return null;
}

function take(turn: Turn, port: Port, message: Message, rxTime: Timespec | null, from: number): void {
  switch (message.type) {
    case MessageType.Announce:
      announceReceived(turn, port, message, from);
      break;
    case MessageType.Sync:
      syncReceived(turn, port, message, rxTime!);
      break;
    case MessageType.FollowUp:
      followUpReceived(turn, port, message);
      break;
    case MessageType.DelayReq:
      delayReqReceived(turn, port, message, rxTime!, from);
      break;
    case MessageType.DelayResp:
      delayRespReceived(turn, port, message);
      break;
    case MessageType.PdelayReq:
      pdelayReqReceived(turn, port, message, rxTime!);
      break;
    case MessageType.PdelayResp:
      pdelayRespReceived(turn, port, message, rxTime!);
      break;
    case MessageType.PdelayRespFollowUp:
      pdelayRespFollowUpReceived(turn, port, message);
      break;
    case MessageType.Signaling:
      signalingReceived(turn, port, message, from);
      break;
    case MessageType.Management:
      manage(turn, port, message, from);
      break;
  }
}

type Announce = Extract<Message, { type: typeof MessageType.Announce }>;

/** Of ports of one clock at one segment the first leads, the others are passive (clause 9.5.2.3). */
function ownReceived(turn: Turn, port: Port, { source }: Announce): void {
  const other = turn.clock.ports[source.port - 1];
  // Who only says that it is such a port silences none.
  if (source.port >= port.ds.portIdentity.port || other?.ds.portState !== PortState.Master) return;
  const isNews = port.sharedNs < 0;
  port.sharedNs = turn.nowNs;
  if (isNews) decide(turn);
  if (port.ds.portState === PortState.Passive) awaitAnnounce(turn, port);
}

function announceReceived(turn: Turn, port: Port, announce: Announce, from: number): void {
  const { clock, nowNs } = turn;
  const own = clock.defaultDS.clockIdentity;
  if (announce.stepsRemoved >= MOST_STEPS) count(port.dropped, 'stepsRemoved');
  else if (pathTraceOf(announce.tlvs)?.includes(own)) count(port.dropped, 'path trace');
  else {
    const granted = grantedLog(port, from, MessageType.Announce, nowNs);
    const logInterval = announceLog(announce.logInterval, granted ?? port.ds.logAnnounceInterval);
    // Only a boundary clock passes any on.
    const tlvs = clock.ports.length > 1 ? announce.tlvs : [];
    const master = hear(port, { ...announce, logInterval, tlvs }, nowNs, from);
    if (!master) {
      count(port.dropped, 'duplicate');
      return;
    }
    port.lastAnnounceNs = nowNs;
    if (master.heardNs.length > 1 || master === parentOf(clock, port)) decide(turn);
    if (master === heededBy(clock, port)) awaitAnnounce(turn, port, master);
  }
}

type Management = Extract<Message, { type: typeof MessageType.Management }>;

/**
 * Who asks alone is answered alone; what was set may lead to another decision. A boundary clock passes messages on to the
 * networks of its other ports as long as they may hop, and are not for it alone (clause 15.3.3).
 */
function manage(turn: Turn, port: Port, message: Management, from: number): void {
  const { clock } = turn;
  const { flags, boundaryHops, action, target } = message;
  const to = (flags & Flag.Unicast) !== 0 && from !== 0 ? from : null;
  for (const reply of answer(clock, clock.ports.indexOf(port), message)) send(turn, port, reply, to);
  if (action === Action.Set) decide(turn);
  if (boundaryHops === 0 || target.clock === clock.defaultDS.clockIdentity || !passesOn(port)) return;
  for (const other of clock.ports) {
    if (other !== port && passesOn(other)) send(turn, other, { ...message, boundaryHops: boundaryHops - 1 });
  }
}

/** What is not part of the tree passes nothing on: messages would go round. */
const passesOn = ({ ds }: Port): boolean => ds.portState !== PortState.Passive && ds.portState >= PortState.PreMaster;

/**
 * An event message has gone.
 *
 * @param message as it was given to be sent
 * @param txTime its stamp
 */
export function transmitted(
  clock: PtpClock,
  port: number,
  message: Message,
  txTime: Timespec,
  nowNs: number,
): Effect[] {
  const turn = turnOf(clock, nowNs);
  const at = turn.clock.ports[port]!;
  switch (message.type) {
    case MessageType.Sync:
      syncSent(turn, at, message, txTime);
      break;
    case MessageType.DelayReq:
      delayReqSent(turn, at, message, txTime);
      break;
    case MessageType.PdelayReq:
      pdelayReqSent(turn, at, message, txTime);
      break;
    case MessageType.PdelayResp:
      pdelayRespSent(turn, at, message, txTime);
      break;
    default:
  }
  return effectsOf(turn);
}

/** What is due at a local time; nothing, when none of it is. */
export function due(clock: PtpClock, nowNs: number): Effect[] {
  const turn = turnOf(clock, nowNs);
  for (const port of turn.clock.ports) {
    if (port.ds.portState === PortState.Initializing)
      enter(turn, port, port.linkUp ? PortState.Listening : PortState.Faulty);
    for (const name of timerNames) {
      const at = port.timers[name];
      if (at >= 0 && at <= nowNs) actions[name](turn, port);
    }
  }
  return effectsOf(turn);
}

/** Local time of what is due first, 0: something is at once; Infinity: nothing is. */
export function nextDueNs(clock: PtpClock): number {
  let first = Infinity;
  for (const { ds, timers } of (clock as Clock).ports) {
    if (ds.portState === PortState.Initializing) return 0;
    for (const name of timerNames) if (timers[name] >= 0 && timers[name] < first) first = timers[name];
  }
  return first;
}

/** What each timer is for. */
const actions: Record<keyof Timers, (turn: Turn, port: Port) => void> = {
  announceReceipt(turn, port) {
    announceTimedOut(turn, port);
    askTheSilent(port, turn.nowNs);
  },
  qualification(turn, port) {
    enter(turn, port, PortState.Master);
  },
  syncReceipt: syncsMissing,
  announce(turn, port) {
    port.timers.announce = next(port.timers.announce, turn.clock.config.announceIntervalMs, turn.nowNs);
    sendAnnounce(turn, port);
  },
  sync(turn, port) {
    port.timers.sync = next(port.timers.sync, turn.clock.config.syncIntervalMs, turn.nowNs);
    sendSync(turn, port);
  },
  delay(turn, port) {
    (port.ds.delayMechanism === DelayMechanism.P2P ? sendPdelayReq : sendDelayReq)(turn, port);
  },
  unicast: negotiate,
};
const timerNames = Object.keys(actions) as (keyof Timers)[];

/** In step with what was due before; who is late by more than an interval begins anew. */
function next(dueNs: number, intervalMs: number, nowNs: number): number {
  const intervalNs = intervalMs * 1e6;
  return dueNs + intervalNs > nowNs ? dueNs + intervalNs : nowNs + intervalNs;
}

/** The cable of a port is in, or out. */
export function linkChanged(clock: PtpClock, port: number, up: boolean, nowNs: number): Effect[] {
  const turn = turnOf(clock, nowNs);
  const at = turn.clock.ports[port]!;
  at.linkUp = up;
  if (at.ds.portState === PortState.Initializing) return [];
  at.foreign = [];
  at.sharedNs = -1;
  at.delays = [];
  at.peer = at.measured = null;
  at.ds.peerMeanPathDelay = 0;
  at.unicast = unicastMasters(clock.config.unicastMasters);
  at.decision = { code: 'listening', field: '', values: null, text: 'no link' };
  enter(turn, at, up ? PortState.Listening : PortState.Faulty);
  decide(turn);
  return effectsOf(turn);
}
