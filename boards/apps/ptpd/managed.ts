/** What can be got and set by management (IEEE 1588-2008, table 40), and how its data are laid out (clause 15.5.3). */
import { geti16 } from './bytes';
import { intervalOf } from './interval';
import type { ClockQuality, PortIdentity } from './messages';
import { DelayMechanism, type PtpClock, type PtpPort, type TimePropertiesDS } from './types';

/** One managementId: whether the clock or each port has it, its data as bytes, and what can be done with it but GET. */
export type Managed =
  | {
      of: 'clock';
      get(clock: PtpClock): number[];
      /** SET; the data are as long as what `get` gives. */
      set?(clock: PtpClock, data: Uint8Array): void;
      /** COMMAND is answered. */
      command?: true;
    }
  | { of: 'port'; get(clock: PtpClock, port: PtpPort): number[] };

const octets = (value: bigint, length: number): number[] =>
  Array.from({ length }, (_, n) => Number((value >> BigInt(8 * (length - 1 - n))) & 0xffn));
const u16 = (value: number): number[] => [(value >> 8) & 0xff, value & 0xff];
const u32 = (value: number): number[] => [...u16(value >>> 16), ...u16(value)];
const interval = (ns: number): number[] => octets(intervalOf(ns), 8);
const identity = (value: string): number[] => octets(BigInt(`0x${value}`), 8);
const portIdentity = ({ clock, port }: PortIdentity): number[] => [...identity(clock), ...u16(port)];
const quality = ({ clockClass, clockAccuracy, offsetScaledLogVariance }: ClockQuality): number[] => [
  clockClass,
  clockAccuracy,
  ...u16(offsetScaledLogVariance),
];
/** A value of one byte, and a reserved one. */
const single = (value: number): number[] => [value & 0xff, 0];
/** Bits by their truth, the lowest first. */
const bits = (...values: boolean[]): number => values.reduce((sum, value, n) => sum | (value ? 1 << n : 0), 0);
/** PTPText (clause 5.3.9); all texts here are ASCII. */
const text = (value: string): number[] => [value.length, ...Array.from(value, (letter) => letter.charCodeAt(0))];
/** With a zero behind it where the length would be odd (clause 5.3.8). */
const padded = (data: number[]): number[] => (data.length % 2 ? [...data, 0] : data);

/** leap61, leap59, currentUtcOffsetValid, ptpTimescale, timeTraceable, frequencyTraceable (table 45). */
const timeFlags = (ds: TimePropertiesDS): number =>
  bits(ds.leap61, ds.leap59, ds.currentUtcOffsetValid, ds.ptpTimescale, ds.timeTraceable, ds.frequencyTraceable);
const UTC_FLAGS = 0x07;
const TIMESCALE_FLAG = 0x08;
const TRACEABLE_FLAGS = 0x30;

const ClockType = { Ordinary: 0x8000, Boundary: 0x4000 } as const;
/** networkProtocol (table 3): that it is not known. */
const UNKNOWN_PROTOCOL = 0xfffe;
/** Profiles of annex J: its number and version, and which of the two it is by the delay mechanism. */
const profiles = {
  [DelayMechanism.E2E]: [0x00, 0x1b, 0x19, 0x00, 0x01, 0x00],
  [DelayMechanism.P2P]: [0x00, 0x1b, 0x19, 0x00, 0x02, 0x00],
} as const;
const USER_DESCRIPTION = '';

/** CLOCK_DESCRIPTION (table 41). The EUI-64 of a port has its interface's address around two bytes of its own (7.5.2.2.2). */
function describe({ defaultDS }: PtpClock, port: PtpPort): number[] {
  const [own, mac] = [identity(port.identity), 6];
  return padded([
    ...u16(defaultDS.numberPorts > 1 ? ClockType.Boundary : ClockType.Ordinary),
    ...text('IEEE 802.3'),
    ...u16(mac),
    ...own.slice(0, 3),
    ...own.slice(5),
    ...u16(UNKNOWN_PROTOCOL),
    ...u16(0),
    // manufacturerIdentity: none is assigned; and a reserved byte.
    ...[0, 0, 0, 0],
    // manufacturer; model; instance. hardware; firmware; software.
    ...text('Tickscope;ptpd;'),
    ...text(';;'),
    ...text(USER_DESCRIPTION),
    ...profiles[port.ds.delayMechanism],
  ]);
}

export const managed: Readonly<Record<number, Managed>> = {
  /** NULL_MANAGEMENT */
  0x0000: { of: 'clock', get: () => [], set: () => {}, command: true },
  /** CLOCK_DESCRIPTION */
  0x0001: { of: 'port', get: describe },
  /** USER_DESCRIPTION */
  0x0002: { of: 'clock', get: () => padded(text(USER_DESCRIPTION)) },
  /** DEFAULT_DATA_SET */
  0x2000: {
    of: 'clock',
    get: ({ defaultDS: ds }) => [
      ...single(bits(ds.twoStepFlag, ds.slaveOnly)),
      ...u16(ds.numberPorts),
      ds.priority1,
      ...quality(ds.clockQuality),
      ds.priority2,
      ...identity(ds.clockIdentity),
      ...single(ds.domainNumber),
    ],
  },
  /** CURRENT_DATA_SET */
  0x2001: {
    of: 'clock',
    get: ({ currentDS: ds }) => [
      ...u16(ds.stepsRemoved),
      ...interval(ds.offsetFromMaster),
      ...interval(ds.meanPathDelay),
    ],
  },
  /** PARENT_DATA_SET */
  0x2002: {
    of: 'clock',
    get: ({ parentDS: ds }) => [
      ...portIdentity(ds.parentPortIdentity),
      ...single(bits(ds.parentStats)),
      ...u16(ds.observedParentOffsetScaledLogVariance),
      ...u32(ds.observedParentClockPhaseChangeRate),
      ds.grandmasterPriority1,
      ...quality(ds.grandmasterClockQuality),
      ds.grandmasterPriority2,
      ...identity(ds.grandmasterIdentity),
    ],
  },
  /** TIME_PROPERTIES_DATA_SET */
  0x2003: {
    of: 'clock',
    get: ({ timePropertiesDS: ds }) => [...u16(ds.currentUtcOffset), timeFlags(ds), ds.timeSource],
  },
  /** PORT_DATA_SET */
  0x2004: {
    of: 'port',
    get: (_, { ds }) => [
      ...portIdentity(ds.portIdentity),
      ds.portState,
      ds.logMinDelayReqInterval & 0xff,
      ...interval(ds.peerMeanPathDelay),
      ds.logAnnounceInterval & 0xff,
      ds.announceReceiptTimeout,
      ds.logSyncInterval & 0xff,
      ds.delayMechanism,
      ds.logMinPdelayReqInterval & 0xff,
      ds.versionNumber,
    ],
  },
  /** PRIORITY1 */
  0x2005: {
    of: 'clock',
    get: ({ defaultDS }) => single(defaultDS.priority1),
    set: ({ defaultDS, config }, data) => void (defaultDS.priority1 = config.priority1 = data[0]!),
  },
  /** PRIORITY2 */
  0x2006: {
    of: 'clock',
    get: ({ defaultDS }) => single(defaultDS.priority2),
    set: ({ defaultDS, config }, data) => void (defaultDS.priority2 = config.priority2 = data[0]!),
  },
  /** DOMAIN */
  0x2007: { of: 'clock', get: ({ defaultDS }) => single(defaultDS.domainNumber) },
  /** SLAVE_ONLY */
  0x2008: { of: 'clock', get: ({ defaultDS }) => single(bits(defaultDS.slaveOnly)) },
  /** LOG_ANNOUNCE_INTERVAL */
  0x2009: { of: 'port', get: (_, { ds }) => single(ds.logAnnounceInterval) },
  /** ANNOUNCE_RECEIPT_TIMEOUT */
  0x200a: { of: 'port', get: (_, { ds }) => single(ds.announceReceiptTimeout) },
  /** LOG_SYNC_INTERVAL */
  0x200b: { of: 'port', get: (_, { ds }) => single(ds.logSyncInterval) },
  /** VERSION_NUMBER */
  0x200c: { of: 'port', get: (_, { ds }) => single(ds.versionNumber) },
  /** CLOCK_ACCURACY */
  0x2010: {
    of: 'clock',
    get: ({ defaultDS }) => single(defaultDS.clockQuality.clockAccuracy),
  },
  /** UTC_PROPERTIES */
  0x2011: {
    of: 'clock',
    get: ({ timePropertiesDS: ds }) => [...u16(ds.currentUtcOffset), ...single(timeFlags(ds) & UTC_FLAGS)],
    set: ({ timePropertiesDS: ds }, data) => {
      ds.currentUtcOffset = geti16(data, 0);
      [ds.leap61, ds.leap59, ds.currentUtcOffsetValid] = [1, 2, 4].map((bit) => (data[2]! & bit) !== 0) as [
        boolean,
        boolean,
        boolean,
      ];
    },
  },
  /** TRACEABILITY_PROPERTIES */
  0x2012: {
    of: 'clock',
    get: ({ timePropertiesDS: ds }) => single(timeFlags(ds) & TRACEABLE_FLAGS),
  },
  /** TIMESCALE_PROPERTIES */
  0x2013: {
    of: 'clock',
    get: ({ timePropertiesDS: ds }) => [timeFlags(ds) & TIMESCALE_FLAG, ds.timeSource],
  },
  /** DELAY_MECHANISM */
  0x6000: { of: 'port', get: (_, { ds }) => single(ds.delayMechanism) },
  /** LOG_MIN_PDELAY_REQ_INTERVAL */
  0x6001: {
    of: 'port',
    get: (_, { ds }) => single(ds.logMinPdelayReqInterval),
  },
};

/**
 * The other managementIds of table 40, first and last of each run: non-volatile storage, initialization, logs; enabling of ports
 * and the time; the optional features of clauses 16 and 17; transparent clocks.
 */
const others = [
  [0x0003, 0x0007],
  [0x200d, 0x200f],
  [0x2014, 0x2021],
  [0x4000, 0x4002],
] as const;

/** Whether the standard has an id that this clock does not have. */
export const isUnsupported = (id: number): boolean => others.some(([first, last]) => id >= first && id <= last);
