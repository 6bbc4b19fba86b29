/** Messages of IEEE 1588-2008 (clause 13), as plain data: what a port sends and receives. */
import type { Timespec } from '../../../kernel/clock/timespec';

/** Clause 13.3.2.2; those below 8 are event messages, which are time-stamped. */
export const MessageType = {
  Sync: 0x0,
  DelayReq: 0x1,
  PdelayReq: 0x2,
  PdelayResp: 0x3,
  FollowUp: 0x8,
  DelayResp: 0x9,
  PdelayRespFollowUp: 0xa,
  Announce: 0xb,
  Signaling: 0xc,
  Management: 0xd,
} as const;
export type MessageType = (typeof MessageType)[keyof typeof MessageType];

export const isEvent = (type: MessageType): boolean => type < 8;

/** It is of the peer delay mechanism, and stays on its link. */
export const isOfPeers = (type: MessageType): boolean =>
  type === MessageType.PdelayReq || type === MessageType.PdelayResp || type === MessageType.PdelayRespFollowUp;

/** flagField (table 20 of clause 13.3.2.6), its first byte the high one. */
export const Flag = {
  AlternateMaster: 0x0100,
  TwoStep: 0x0200,
  Unicast: 0x0400,
  ProfileSpecific1: 0x2000,
  ProfileSpecific2: 0x4000,
  Leap61: 0x0001,
  Leap59: 0x0002,
  UtcOffsetValid: 0x0004,
  PtpTimescale: 0x0008,
  TimeTraceable: 0x0010,
  FrequencyTraceable: 0x0020,
} as const;

/** Clause 5.3.5. */
export interface PortIdentity {
  /** clockIdentity, 16 hexadecimal digits, small ones: they compare as the eight bytes do. */
  clock: string;
  port: number;
}

/** Clause 5.3.7. */
export interface ClockQuality {
  clockClass: number;
  clockAccuracy: number;
  offsetScaledLogVariance: number;
}

/** The common header (clause 13.3). */
export interface Header {
  /** transportSpecific of 2008, majorSdoId of 2019: 0, or 1 for IEEE 802.1AS. */
  majorSdoId: number;
  /** versionPTP: 2; and of 2019 minorVersionPTP, 1. */
  version: number;
  minorVersion: number;
  domain: number;
  /** Reserved in 2008. */
  minorSdoId: number;
  flags: number;
  /** correctionField: nanoseconds times 2^16, signed 64 bits. */
  correction: bigint;
  /** messageTypeSpecific of 2019, reserved in 2008. */
  typeSpecific: number;
  source: PortIdentity;
  sequence: number;
  control: number;
  /** logMessageInterval, signed. */
  logInterval: number;
}

/** Clause 14.1: a TLV that nobody has looked into. */
export interface Tlv {
  type: number;
  /** Its lengthField says how many. */
  value: Uint8Array;
}

/** What each type of message has behind its header. */
export type Body =
  | { type: typeof MessageType.Sync | typeof MessageType.DelayReq | typeof MessageType.PdelayReq; origin: Timespec }
  | { type: typeof MessageType.FollowUp; preciseOrigin: Timespec }
  | { type: typeof MessageType.DelayResp; receive: Timespec; requesting: PortIdentity }
  | { type: typeof MessageType.PdelayResp; requestReceipt: Timespec; requesting: PortIdentity }
  | { type: typeof MessageType.PdelayRespFollowUp; responseOrigin: Timespec; requesting: PortIdentity }
  | ({ type: typeof MessageType.Announce } & AnnounceBody)
  | { type: typeof MessageType.Signaling; target: PortIdentity }
  | {
      type: typeof MessageType.Management;
      target: PortIdentity;
      startingBoundaryHops: number;
      boundaryHops: number;
      /** actionField: 0 GET, 1 SET, 2 RESPONSE, 3 COMMAND, 4 ACKNOWLEDGE. */
      action: number;
    };

export interface AnnounceBody {
  origin: Timespec;
  currentUtcOffset: number;
  grandmasterPriority1: number;
  grandmasterClockQuality: ClockQuality;
  grandmasterPriority2: number;
  grandmasterIdentity: string;
  stepsRemoved: number;
  timeSource: number;
}

export type Message = Header & Body & { tlvs: readonly Tlv[] };
