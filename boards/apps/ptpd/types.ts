/**
 * A PTP clock as plain data: its data sets (IEEE 1588-2008, clause 8), its ports, its servo. Everything that a clock does is
 * a function over this ({@link createClock} and its neighbours in clock.ts); what it wants done comes as {@link Effect}s. So
 * the daemon can keep it as text, and the debugger can show it. Local times are nanoseconds of CLOCK_MONOTONIC; times of the
 * clock that is set are {@link Timespec}s.
 */
import type { Timespec } from '../../../kernel/clock/timespec';
import type { AnnounceBody, ClockQuality, Message, PortIdentity } from './messages';

/** Clause 9.2.5, table 8 for the values. */
export const PortState = {
  Initializing: 1,
  Faulty: 2,
  Disabled: 3,
  Listening: 4,
  PreMaster: 5,
  Master: 6,
  Passive: 7,
  Uncalibrated: 8,
  Slave: 9,
} as const;
export type PortState = (typeof PortState)[keyof typeof PortState];

/** Clause 8.2.5.4.4. */
export const DelayMechanism = { E2E: 1, P2P: 2 } as const;
export type DelayMechanism = (typeof DelayMechanism)[keyof typeof DelayMechanism];

/** What a clock is set up as. Intervals are milliseconds; logarithms are of base 2, of seconds. */
export interface PtpConfig {
  domain: number;
  priority1: number;
  priority2: number;
  quality: ClockQuality;
  timeSource: number;
  currentUtcOffset: number;
  /** The clock is set to TAI (flag PTP_TIMESCALE); else it is arbitrary. */
  ptpTimescale: boolean;
  slaveOnly: boolean;
  /** It never becomes a slave. */
  masterOnly: boolean;
  twoStep: boolean;
  delayMechanism: DelayMechanism;
  syncIntervalMs: number;
  announceIntervalMs: number;
  /** Announce intervals without one after which a master is gone (announceReceiptTimeout). */
  announceReceiptTimeout: number;
  logMinDelayReqInterval: number;
  logMinPdelayReqInterval: number;
  /** IPv4 addresses of masters that are asked for unicast messages; empty: multicast. */
  unicastMasters: readonly number[];
  /** `pi`, or NuttX's own, which averages the drift. */
  servo: 'pi' | 'drift';
  /** Time stamps are the interface's own: the servo trusts them more. */
  hardware: boolean;
  /** Offsets of more than that, nanoseconds, are stepped over, always both ways; 0: only at first. */
  stepThresholdNs: number;
  /** Delays are put together as a median or an average of so many; those beyond the longest are dropped. */
  delayFilter: 'median' | 'average';
  delayFilterLength: number;
  maxPathDelayNs: number;
  /** NuttX's servo: offsets below that are not adjusted; seconds over which it averages the drift. */
  adjtimeThresholdNs: number;
  driftAverageS: number;
}

/** Clause 8.2.1. */
export interface DefaultDS {
  twoStepFlag: boolean;
  clockIdentity: string;
  numberPorts: number;
  clockQuality: ClockQuality;
  priority1: number;
  priority2: number;
  domainNumber: number;
  slaveOnly: boolean;
}

/** Clause 8.2.2; nanoseconds. */
export interface CurrentDS {
  stepsRemoved: number;
  offsetFromMaster: number;
  meanPathDelay: number;
}

/** Clause 8.2.3. */
export interface ParentDS {
  parentPortIdentity: PortIdentity;
  parentStats: boolean;
  observedParentOffsetScaledLogVariance: number;
  observedParentClockPhaseChangeRate: number;
  grandmasterIdentity: string;
  grandmasterClockQuality: ClockQuality;
  grandmasterPriority1: number;
  grandmasterPriority2: number;
}

/** Clause 8.2.4. */
export interface TimePropertiesDS {
  currentUtcOffset: number;
  currentUtcOffsetValid: boolean;
  leap59: boolean;
  leap61: boolean;
  timeTraceable: boolean;
  frequencyTraceable: boolean;
  ptpTimescale: boolean;
  timeSource: number;
}

/** Clause 8.2.5. */
export interface PortDS {
  portIdentity: PortIdentity;
  portState: PortState;
  logMinDelayReqInterval: number;
  /** Nanoseconds; of the peer-to-peer mechanism. */
  peerMeanPathDelay: number;
  logAnnounceInterval: number;
  announceReceiptTimeout: number;
  logSyncInterval: number;
  delayMechanism: DelayMechanism;
  logMinPdelayReqInterval: number;
  versionNumber: number;
}

/** A master that a port hears of (clause 9.3.2.4), as its last Announce has it. */
export interface ForeignMaster {
  source: PortIdentity;
  announce: AnnounceBody;
  flags: number;
  logInterval: number;
  /** Local times of its last Announces, at most as many as qualification needs. */
  heardNs: number[];
  /** It was heard often enough to take part in the election. */
  qualified: boolean;
  /** IPv4 address that its Announces come from, where that matters (unicast); else 0. */
  address: number;
}

/** Messages of each type, by name: `Sync`, `Follow_Up`, ... */
export type Counts = Record<string, number>;

/** One reading of a slave: the four times and what follows from them. Corrections are nanoseconds. */
export interface Exchange {
  /** From the master: t1 as it says, t2 as received; corrections of Sync and Follow_Up together. */
  sync: { sequence: number; t1: Timespec; t2: Timespec; correctionNs: number; twoStep: boolean };
  /** To the master, or the neighbour: t3 as sent, t4 as it says (of a peer t1 to t4 of its exchange). */
  delay: { sequence: number; t1?: Timespec; t2?: Timespec; t3: Timespec; t4: Timespec; correctionNs: number } | null;
  /** This one's delay, and the filtered one that was used; the offset that followed. Nanoseconds. */
  delayNs: number | null;
  meanPathDelayNs: number;
  offsetNs: number;
}

/** Why a port is in the state that it is in (clause 9.3.3): the decision, and the field of the comparison that made it. */
export interface Decision {
  /** `M1`, `M2`, `M3`, `S1`, `P1`, `P2`, `listening`. */
  code: string;
  /** `priority1`, `clockClass`, ..., `identity`, `stepsRemoved`, `topology`; empty when nothing was compared. */
  field: string;
  /** The two values of that field, better one first, as text. */
  values: readonly [string, string] | null;
  /** In words: "priority1 100 of 0a00…01 beats 128 of this clock". */
  text: string;
}

export interface PtpPort {
  /** Of its interface: `eth0`, and the EUI-64 of its address. */
  interface: string;
  identity: string;
  ds: PortDS;
  foreign: ForeignMaster[];
  decision: Decision;
  sent: Counts;
  received: Counts;
  /** Messages that were no good, by what was wrong with them. */
  dropped: Counts;
  /** Local times of the last of each, -1: none. */
  lastAnnounceNs: number;
  lastSyncNs: number;
  exchange: Exchange | null;
  /** The rest is the port's own business: timers, what it waits for. Plain data. */
  [own: string]: unknown;
}

export const servoStates = ['unlocked', 'estimating', 'locked', 'holdover'] as const;
export type ServoState = (typeof servoStates)[number];

export interface PtpClock {
  config: PtpConfig;
  defaultDS: DefaultDS;
  currentDS: CurrentDS;
  parentDS: ParentDS;
  timePropertiesDS: TimePropertiesDS;
  ports: PtpPort[];
  servo: {
    state: ServoState;
    /** Of the last reading, nanoseconds; frequency that the clock is set to, billionths. */
    offsetNs: number;
    frequencyPpb: number;
    steps: number;
    [own: string]: unknown;
  };
}

/** What a clock wants done. */
export type Effect =
  /** Sends by a port (its place in {@link PtpClock.ports}); `to` is an IPv4 address, or null for the multicast address. */
  | { do: 'send'; port: number; message: Message; to: number | null }
  /** Moves the clock by nanoseconds at once; sets its frequency, billionths; lets it gain nanoseconds as adjtime does. */
  | { do: 'step'; ns: number }
  | { do: 'frequency'; ppb: number }
  | { do: 'adjtime'; ns: number }
  /** Events of the log: see kernel/note/note.ts. `sample` is one reading (ptp_offset, ptp_clock). */
  | { do: 'sample'; port: number; offsetNs: number; delayNs: number }
  | { do: 'delay'; port: number; way: 0 | 1; ns: number }
  | { do: 'state'; port: number; from: PortState; to: PortState };

/** What the daemon shows of itself to the debugger (`sys.show`). */
export interface PtpShown {
  program: 'ptpd';
  clock: PtpClock;
  /** Device of the clock that it sets and stamps with: `ptp0`; '' for CLOCK_REALTIME, with software stamps. */
  device: string;
  transport: 'UDP/IPv4' | 'IEEE 802.3';
}
