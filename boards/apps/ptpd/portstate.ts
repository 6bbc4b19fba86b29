/** The state machine of ports (IEEE 1588-2008, clause 9.2.5, figures 23 and 24), and what goes with each state. */
import { follow, followNobody } from './datasets';
import { bestOfAll, decideFor, isUp, type Best } from './decision';
import { announceIntervalNs, bestOf, qualify } from './foreign';
import { sameIdentity, timersOff, type Clock, type Foreign, type Port, type Turn } from './own';
import { partOf } from './random';
import { holdOver } from './servo/servo';
import { nsOfLog } from './time';
import { DelayMechanism, PortState } from './types';

export const follows = ({ ds }: Port): boolean =>
  ds.portState === PortState.Uncalibrated || ds.portState === PortState.Slave;

/** The master that a port follows; null: it follows none. */
export function parentOf(clock: Clock, port: Port): Foreign | null {
  if (!follows(port)) return null;
  return port.foreign.find(({ source }) => sameIdentity(source, clock.parentDS.parentPortIdentity)) ?? null;
}

/** The master whose Announces keep a port in its state: the one that it follows, or is passive for; null: there is none. */
export const heededBy = (clock: Clock, port: Port): Foreign | null =>
  port.ds.portState === PortState.Passive ? bestOf(port) : parentOf(clock, port);

/** Puts a port into a state; it is in no other before its first. */
export function enter(turn: Turn, port: Port, to: PortState): void {
  const { nowNs, clock } = turn;
  const from = port.ds.portState;
  if (from === to) return;
  const followed = follows(port);
  port.ds.portState = to;
  turn.effects.push({ do: 'state', port: port.ds.portIdentity.port - 1, from, to });
  // Between UNCALIBRATED and SLAVE everything goes on.
  if (followed && follows(port)) return;
  if (followed) holdOver(clock.servo, clock.config, turn.effects);
  forgetSyncs(clock, port);
  const { timers } = port;
  const peer = port.ds.delayMechanism === DelayMechanism.P2P && isUp(port);
  Object.assign(timers, {
    ...timersOff,
    unicast: timers.unicast,
    delay: peer ? (timers.delay < 0 ? nowNs : timers.delay) : -1,
  });
  if (to === PortState.Master) timers.announce = timers.sync = nowNs;
  if (to === PortState.PreMaster) {
    timers.qualification = nowNs + (clock.currentDS.stepsRemoved + 1) * nsOfLog(port.ds.logAnnounceInterval);
  }
  if (follows(port) || to === PortState.Passive || to === PortState.Listening) awaitAnnounce(turn, port);
}

/** What a port knows of a master's Syncs; another master's do not go with them. */
function forgetSyncs({ config }: Clock, port: Port): void {
  port.sync = port.followUp = port.reference = port.request = port.exchange = null;
  port.lastSync = -1;
  port.heldBack = 0;
  port.lastSyncNs = -1;
  port.timers.syncReceipt = -1;
  if (port.ds.delayMechanism === DelayMechanism.E2E) {
    port.delays = [];
    port.measured = null;
    port.timers.delay = -1;
    // What that master allowed is not what this port allows when it leads.
    port.ds.logMinDelayReqInterval = config.logMinDelayReqInterval;
  }
}

/** Sets the announce receipt timeout (9.2.6.11): some intervals, and a part of one by chance. */
export function awaitAnnounce({ nowNs }: Turn, port: Port, master: Foreign | null = null): void {
  const interval = master ? announceIntervalNs(port, master) : nsOfLog(port.ds.logAnnounceInterval);
  port.timers.announceReceipt = nowNs + interval * port.ds.announceReceiptTimeout + partOf(port, interval);
}

/**
 * STATE_DECISION_EVENT: looks at all ports' masters, and puts ports and data sets into what follows from them.
 *
 * @param timedOut a port that need not wait for a master any more
 */
export function decide(turn: Turn, timedOut: Port | null = null): void {
  const { clock, nowNs } = turn;
  const ports = clock.ports.filter(isUp);
  for (const port of ports) {
    qualify(port, parentOf(clock, port), nowNs);
    const silenceNs = port.ds.announceReceiptTimeout * nsOfLog(port.ds.logAnnounceInterval);
    if (nowNs - port.sharedNs >= silenceNs) port.sharedNs = -1;
  }
  const best = bestOfAll(clock);
  for (const port of ports) port.decision = decideFor(clock, port, best, port === timedOut);
  const slave = ports.find(({ decision }) => decision.code === 'S1');
  const same = slave !== undefined && parentOf(clock, slave) === best?.master;
  if (slave) follow(clock, best!.master);
  else followNobody(clock);
  // Ports that are no slaves any more let go of the servo before another one takes it.
  for (const port of ports) if (port !== slave) settle(turn, port, port === timedOut);
  if (slave && !same) takeUp(turn, best!);
}

/** A port begins to follow a master, or another one than before. */
function takeUp(turn: Turn, { master, port }: Best): void {
  if (follows(port)) {
    holdOver(turn.clock.servo, turn.clock.config, turn.effects);
    forgetSyncs(turn.clock, port);
  }
  turn.clock.currentDS.meanPathDelay = 0;
  enter(turn, port, PortState.Uncalibrated);
  awaitAnnounce(turn, port, master);
}

/** A port that is not to be a slave. */
function settle(turn: Turn, port: Port, timedOut: boolean): void {
  const { portState } = port.ds;
  const { code } = port.decision;
  switch (code) {
    case 'listening':
      enter(turn, port, PortState.Listening);
      break;
    case 'P1':
    case 'P2':
      enter(turn, port, PortState.Passive);
      break;
    default:
      if (portState === PortState.Master || portState === PortState.PreMaster) break;
      // Only a boundary clock waits, for others of the tree to settle first.
      enter(turn, port, code === 'M3' && !timedOut ? PortState.PreMaster : PortState.Master);
  }
}

/** A port whose master has been silent for too long, or that has heard none. */
export function announceTimedOut(turn: Turn, port: Port): void {
  const { clock } = turn;
  const silent = heededBy(clock, port);
  if (silent) port.foreign.splice(port.foreign.indexOf(silent), 1);
  port.timers.announceReceipt = -1;
  decide(turn, port);
  const { portState } = port.ds;
  if (portState === PortState.Listening || portState === PortState.Passive) awaitAnnounce(turn, port);
}
