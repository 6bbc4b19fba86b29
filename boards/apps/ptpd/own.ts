/** What a clock and its ports keep for themselves, beside what everyone may look at (types.ts): plain data, too. */
import type { Timespec } from '../../../kernel/clock/timespec';
import type { RandomState } from '../../../kernel/random';
import type { MessageType, PortIdentity } from './messages';
import type { Effect, Exchange, ForeignMaster, PtpClock, PtpPort } from './types';
import type { Servo } from './servo/servo';

/** Local times at which something is due; -1: it is not. */
export interface Timers {
  /** Its master has been silent for too long (clause 9.2.6.11); the time in PRE_MASTER is over (9.2.6.10). */
  announceReceipt: number;
  qualification: number;
  /** The master's Syncs have stayed away (SYNCHRONIZATION_FAULT, 9.2.6.12). */
  syncReceipt: number;
  /** Messages to send: those of a master, and Delay_Req or Pdelay_Req. */
  announce: number;
  sync: number;
  delay: number;
  /** Unicast messages are to be asked for. */
  unicast: number;
}

export const timersOff: Readonly<Timers> = {
  announceReceipt: -1,
  qualification: -1,
  syncReceipt: -1,
  announce: -1,
  sync: -1,
  delay: -1,
  unicast: -1,
};

/** Each type has a sequence of its own (clause 7.3.7): the number that comes next. */
export interface Sequences {
  announce: number;
  sync: number;
  delay: number;
  signaling: number;
}

/** Half of a two-step Sync. */
export interface SyncHalf {
  sequence: number;
  t2: Timespec;
  correctionNs: number;
}
export interface FollowUpHalf {
  sequence: number;
  t1: Timespec;
  correctionNs: number;
}

/** A Delay_Req under way: its stamp and its answer come in any order. */
export interface DelayRequest {
  sequence: number;
  t3: Timespec | null;
  answer: { t4: Timespec; correctionNs: number } | null;
}

/** A Pdelay_Req under way (clause 11.4): t1 to t4 as far as they are known, and who answers. */
export interface PeerRequest {
  sequence: number;
  t1: Timespec | null;
  t2: Timespec | null;
  t3: Timespec | null;
  t4: Timespec | null;
  /** Of Pdelay_Resp, and of Pdelay_Resp_Follow_Up. */
  correctionNs: [number, number];
  twoStep: boolean;
  responder: PortIdentity | null;
}

/** A master that unicast messages are negotiated with (clause 16.1). */
export interface UnicastMaster {
  address: number;
  /** As its answers have it. */
  identity: PortIdentity | null;
  /** What it was asked for; local times: -1, it has not granted it; when to ask again. */
  grants: { of: MessageType; logInterval: number; untilNs: number; askNs: number }[];
}

export interface Foreign extends ForeignMaster {
  /** Of its last Announce. */
  sequence: number;
  /** TLVs that a boundary clock passes on. */
  tlvs: { type: number; value: number[] }[];
}

export interface Port extends PtpPort {
  foreign: Foreign[];
  linkUp: boolean;
  /** Local time of the last Announce here by a port of this clock that comes before this one; -1: none of late. */
  sharedNs: number;
  timers: Timers;
  sequences: Sequences;
  random: RandomState;
  /** Sync and Follow_Up that wait for each other; the sequence of the last that were put together, or -1. */
  sync: SyncHalf | null;
  followUp: FollowUpHalf | null;
  lastSync: number;
  /** Syncs that the servo did not get because the path's delay is not known yet. */
  heldBack: number;
  /** Seconds between two Syncs. */
  syncIntervalS: number;
  /** Of the last Sync, to measure the path with; null: the clock was stepped since. */
  reference: { t1: Timespec; t2: Timespec; correctionNs: number } | null;
  request: DelayRequest | null;
  peer: PeerRequest | null;
  /** The last measurement of the path that came to its end. */
  measured: { delay: Exchange['delay']; delayNs: number } | null;
  unicast: UnicastMaster[];
  /** Corrections of Pdelay_Reqs whose answers have been sent, but not yet been stamped: 64 bits, as text. */
  answers: { clock: string; port: number; sequence: number; correction: string }[];
  /** The last delays, unfiltered; nanoseconds. */
  delays: number[];
  /** Local times of what went out last, -1: none. */
  lastSent: { sync: number; announce: number; delayReq: number; delayResp: number };
}

export interface Clock extends PtpClock {
  ports: Port[];
  servo: Servo;
}

/** One call of the clock's: what it works on, the local time, and what is to be done when it is over. */
export interface Turn {
  clock: Clock;
  nowNs: number;
  effects: Effect[];
}

export const sameIdentity = (a: PortIdentity, b: PortIdentity): boolean => a.clock === b.clock && a.port === b.port;

export function count(counts: Record<string, number>, what: string): void {
  counts[what] = (counts[what] ?? 0) + 1;
}
