/** What the PTP clocks of a bench's boards show of themselves. */
import {
  DelayMechanism,
  type Exchange,
  PortState,
  type PtpClock,
  type PtpPort,
  type PtpShown,
} from '../../../boards/apps/ptpd/types';
import type { Bench, Place } from '../../../boards/bench';
import type { Machine } from '../../../boards/machine';
import { uptimeNs } from '../../../kernel/kernel';
import {
  type PtpClockDetail,
  type PtpClockName,
  type PtpClockSnapshot,
  type PtpExchange,
  type PtpForeignMaster,
  type PtpPortDetail,
  type PtpPortSnapshot,
  type PtpPortState,
  ptpPortStates,
  type PtpRole,
} from '../../contract/ptp';

/** A clock that runs: the program and what it shows. */
export interface Running {
  place: number;
  board: string;
  machine: Machine;
  pid: number;
  shown: PtpShown;
}

/** The clocks that run on a bench's boards, one of each at most. */
export function runningClocks({ places }: Bench): Running[] {
  return places.flatMap((place, i) => runningOn(place, i) ?? []);
}

function runningOn({ name: board, machine }: Place, place: number): Running | null {
  if (machine.dead) return null;
  for (const [pid, data] of machine.shown) {
    const shown = data as PtpShown;
    if (shown.program === 'ptpd') return { place, board, machine, pid, shown };
  }
  return null;
}

/** Names clocks by their identities. */
export type NameClock = (identity: string) => PtpClockName;

/** @param known the board of a clock that has run before; undefined: none of the boards' */
export function clockNames(running: readonly Running[], known: (identity: string) => string | undefined): NameClock {
  const boards = new Map(running.map(({ board, shown }) => [shown.clock.defaultDS.clockIdentity, board]));
  return (identity) => ({ identity, board: boards.get(identity) ?? known(identity) ?? null });
}

export const portStateName = (state: number): PtpPortState => ptpPortStates[state - 1]!;

/** The port by which a clock follows a master; undefined: it follows none. */
export const slavePort = ({ ports }: PtpClock): PtpPort | undefined =>
  ports.find(({ ds }) => followStates.has(ds.portState));
const followStates = new Set<number>([PortState.Slave, PortState.Uncalibrated]);

export function clockSnapshot(running: Running, name: NameClock, trueOffsetNs: number | null): PtpClockSnapshot {
  const { board, pid, machine, shown } = running;
  const { defaultDS, currentDS, parentDS, servo, ports } = shown.clock;
  const since = ageOf(machine);
  const slave = slavePort(shown.clock);
  const heardBy = slave ? [slave] : ports;
  return {
    board,
    pid,
    identity: defaultDS.clockIdentity,
    role: roleOf(shown.clock),
    domain: defaultDS.domainNumber,
    priority1: defaultDS.priority1,
    priority2: defaultDS.priority2,
    quality: { ...defaultDS.clockQuality },
    grandmaster: name(parentDS.grandmasterIdentity),
    parent: name(parentDS.parentPortIdentity.clock),
    parentPort: parentDS.parentPortIdentity.port,
    stepsRemoved: currentDS.stepsRemoved,
    offsetNs: slave ? currentDS.offsetFromMaster : null,
    trueOffsetNs: slave ? trueOffsetNs : null,
    meanPathDelayNs: currentDS.meanPathDelay,
    frequencyPpb: servo.frequencyPpb,
    servo: servo.state,
    announceAgeNs: since(Math.max(...heardBy.map(({ lastAnnounceNs }) => lastAnnounceNs))),
    syncAgeNs: since(Math.max(...heardBy.map(({ lastSyncNs }) => lastSyncNs))),
    ports: ports.map((port) => portSnapshot(port, since)),
  };
}

/** What a clock is to the others, by the states of its ports. */
export function roleOf(clock: PtpClock): PtpRole {
  const has = (...states: number[]) => clock.ports.some(({ ds }) => states.includes(ds.portState));
  if (slavePort(clock)) return clock.ports.length > 1 ? 'boundary' : 'slave';
  if (has(PortState.Master, PortState.PreMaster)) return 'grandmaster';
  if (has(PortState.Passive)) return 'passive';
  return has(PortState.Listening, PortState.Initializing) ? 'listening' : 'faulty';
}

/** What more there is to know of a clock. */
export function clockDetail({ machine, shown }: Running, name: NameClock): PtpClockDetail {
  const { clock, device, transport } = shown;
  const { defaultDS, parentDS, timePropertiesDS, servo, ports } = clock;
  const since = ageOf(machine);
  return {
    device,
    transport,
    twoStep: defaultDS.twoStepFlag,
    slaveOnly: defaultDS.slaveOnly,
    grandmasterQuality: { ...parentDS.grandmasterClockQuality },
    grandmasterPriority1: parentDS.grandmasterPriority1,
    grandmasterPriority2: parentDS.grandmasterPriority2,
    timeProperties: { ...timePropertiesDS },
    steps: servo.steps,
    ports: ports.map((port) => portDetail(port, name, since)),
  };
}

type Age = (ns: number) => number | null;

/** Ages of what has happened at times of a board's CLOCK_MONOTONIC; below zero: never. */
function ageOf({ kernel }: Machine): Age {
  const now = uptimeNs(kernel);
  return (ns) => (ns < 0 ? null : Math.max(0, now - ns));
}

function portSnapshot({ interface: iface, ds, decision, ...port }: PtpPort, since: Age): PtpPortSnapshot {
  const { code, field, values, text } = decision;
  return {
    number: ds.portIdentity.port,
    interface: iface,
    state: portStateName(ds.portState),
    decision: { code, field, values: values && [values[0], values[1]], text },
    announceAgeNs: since(port.lastAnnounceNs),
    syncAgeNs: since(port.lastSyncNs),
  };
}

function portDetail(
  { ds, sent, received, dropped, foreign, exchange }: PtpPort,
  name: NameClock,
  since: Age,
): PtpPortDetail {
  return {
    number: ds.portIdentity.port,
    sent: { ...sent },
    received: { ...received },
    dropped: { ...dropped },
    foreign: foreign.map(({ source, announce, qualified, heardNs }) => ({
      clock: name(source.clock),
      port: source.port,
      grandmaster: name(announce.grandmasterIdentity),
      priority1: announce.grandmasterPriority1,
      priority2: announce.grandmasterPriority2,
      quality: { ...announce.grandmasterClockQuality },
      stepsRemoved: announce.stepsRemoved,
      qualified,
      heardAgeNs: since(heardNs.at(-1) ?? -1),
    })) satisfies PtpForeignMaster[],
    exchange: exchange && exchangeOf(exchange),
    delayMechanism: ds.delayMechanism === DelayMechanism.P2P ? 'P2P' : 'E2E',
    peerMeanPathDelayNs: ds.peerMeanPathDelay,
    logAnnounceInterval: ds.logAnnounceInterval,
    announceReceiptTimeout: ds.announceReceiptTimeout,
    logSyncInterval: ds.logSyncInterval,
    logMinDelayReqInterval: ds.logMinDelayReqInterval,
    logMinPdelayReqInterval: ds.logMinPdelayReqInterval,
  };
}

function exchangeOf({ sync, delay, delayNs, meanPathDelayNs, offsetNs }: Exchange): PtpExchange {
  return {
    sync: { ...sync, t1: { ...sync.t1 }, t2: { ...sync.t2 } },
    delay: delay && {
      ...delay,
      t1: delay.t1 ? { ...delay.t1 } : null,
      t2: delay.t2 ? { ...delay.t2 } : null,
      t3: { ...delay.t3 },
      t4: { ...delay.t4 },
    },
    ...{ delayNs, meanPathDelayNs, offsetNs },
  };
}
