/**
 * PTP (IEEE 1588-2008): what the clocks of a bench's boards show of themselves, their readings over time and what follows
 * from them, and the messages that two clocks exchange. Offsets, delays and errors are nanoseconds.
 */
import { z } from 'zod';

const count = z.number().min(0);
const name = z.string().min(1).max(128);

/** An instant of a clock. `nsec` is never below zero. */
export const PtpTime = z.object({ sec: z.number(), nsec: z.number() });
export type PtpTime = z.infer<typeof PtpTime>;

/** Clause 9.2.5, in the order of their numbers from 1 on. */
export const ptpPortStates = [
  'INITIALIZING',
  'FAULTY',
  'DISABLED',
  'LISTENING',
  'PRE_MASTER',
  'MASTER',
  'PASSIVE',
  'UNCALIBRATED',
  'SLAVE',
] as const;
export const PtpPortState = z.enum(ptpPortStates);
export type PtpPortState = z.infer<typeof PtpPortState>;

/** What a clock is to the others; `none`: the board has no clock that runs. */
export const PtpRole = z.enum(['grandmaster', 'boundary', 'slave', 'passive', 'listening', 'faulty', 'none']);
export type PtpRole = z.infer<typeof PtpRole>;

/** Clause 5.3.7. */
export const PtpQuality = z.object({ clockClass: z.int(), clockAccuracy: z.int(), offsetScaledLogVariance: z.int() });
export type PtpQuality = z.infer<typeof PtpQuality>;

/** A clock by its identity, 16 hexadecimal digits, and the board that it is of; null: none of the bench's. */
export const PtpClockName = z.object({ identity: z.string(), board: z.string().nullable() });
export type PtpClockName = z.infer<typeof PtpClockName>;

/** Why a port is in its state (clause 9.3.3). */
export const PtpDecision = z.object({
  /** `M1`, `M2`, `M3`, `S1`, `P1`, `P2`, `listening`. */
  code: z.string(),
  /** The field of the data sets that decided; empty when nothing was compared. */
  field: z.string(),
  /** The two values of that field, better one first. */
  values: z.tuple([z.string(), z.string()]).nullable(),
  /** In words. */
  text: z.string(),
});
export type PtpDecision = z.infer<typeof PtpDecision>;

const age = z.number().nullable();

export const PtpPortSnapshot = z.object({
  number: z.int(),
  /** `eth0` */
  interface: z.string(),
  state: PtpPortState,
  decision: PtpDecision,
  /** Since the last one that it heard; null for none. */
  announceAgeNs: age,
  syncAgeNs: age,
});
export type PtpPortSnapshot = z.infer<typeof PtpPortSnapshot>;

/** A clock, as the table of all clocks shows it. */
export const PtpClockSnapshot = z.object({
  board: z.string(),
  /** Of the program. */
  pid: z.int(),
  identity: z.string(),
  role: PtpRole,
  domain: z.int(),
  priority1: z.int(),
  priority2: z.int(),
  quality: PtpQuality,
  grandmaster: PtpClockName,
  /** The clock that it follows; its own, when it follows none. */
  parent: PtpClockName,
  parentPort: z.int(),
  stepsRemoved: z.int(),
  /** As the clock believes it: ahead of the master. Null when it follows none. */
  offsetNs: z.number().nullable(),
  /** As only the emulator knows it; null when it follows none, or one that is no board. */
  trueOffsetNs: z.number().nullable(),
  meanPathDelayNs: z.number(),
  /** What the clock's frequency is set to, billionths. */
  frequencyPpb: z.number(),
  servo: z.enum(['unlocked', 'estimating', 'locked', 'holdover']),
  /** Of the port on which it follows a master, else the youngest. */
  announceAgeNs: age,
  syncAgeNs: age,
  ports: z.array(PtpPortSnapshot),
});
export type PtpClockSnapshot = z.infer<typeof PtpClockSnapshot>;

/** An end of an edge: `left` and `eth0`. */
const end = z.object({ node: z.string(), port: z.string() });

export const PtpTopology = z.object({
  nodes: z.array(
    z.object({
      /** Of the board or the switch; `host:NAME`, where the host's network is. */
      name: z.string(),
      kind: z.enum(['board', 'switch', 'host']),
      role: PtpRole,
    }),
  ),
  edges: z.array(
    z.object({
      /** As the link is known in `network.links`. */
      link: z.string(),
      ends: z.tuple([end, end]),
      up: z.boolean(),
    }),
  ),
  /** Who follows whom, boards by name. */
  follows: z.array(z.object({ board: z.string(), parent: z.string() })),
});
export type PtpTopology = z.infer<typeof PtpTopology>;

/** Part of a snapshot: of all boards. */
export const PtpSnapshot = z.object({
  /** Now, as the boards have it that run: the one that is looked at may be off. Nanoseconds since power on. */
  timeNs: z.number(),
  clocks: z.array(PtpClockSnapshot),
  topology: PtpTopology,
});
export type PtpSnapshot = z.infer<typeof PtpSnapshot>;

// --- One clock -----------------------------------------------------------------------------------------------------

/** A master that a port has heard of. */
export const PtpForeignMaster = z.object({
  clock: PtpClockName,
  port: z.int(),
  grandmaster: PtpClockName,
  priority1: z.int(),
  priority2: z.int(),
  quality: PtpQuality,
  stepsRemoved: z.int(),
  /** Heard often enough to take part in the election. */
  qualified: z.boolean(),
  heardAgeNs: age,
});
export type PtpForeignMaster = z.infer<typeof PtpForeignMaster>;

/**
 * One reading of a slave, and what follows from it: offset = t2 - t1 - correction - mean path delay. `delay` is the exchange
 * that measured the path: end to end, ((t2 - t1) + (t4 - t3) - corrections) / 2 with the Sync's t1 and t2; with a neighbour
 * the four times are its own, ((t2 - t1) + (t4 - t3) - corrections) / 2 again.
 */
export const PtpExchange = z.object({
  sync: z.object({
    sequence: z.int(),
    t1: PtpTime,
    t2: PtpTime,
    correctionNs: z.number(),
    twoStep: z.boolean(),
  }),
  delay: z
    .object({
      sequence: z.int(),
      /** Of a peer's exchange its own four times are t1 to t4; else these two are null, and the Sync's are meant. */
      t1: PtpTime.nullable(),
      t2: PtpTime.nullable(),
      t3: PtpTime,
      t4: PtpTime,
      correctionNs: z.number(),
    })
    .nullable(),
  /** This exchange's delay, and the filtered one that was used. */
  delayNs: z.number().nullable(),
  meanPathDelayNs: z.number(),
  offsetNs: z.number(),
});
export type PtpExchange = z.infer<typeof PtpExchange>;

const counts = z.record(z.string(), count);

export const PtpPortDetail = z.object({
  number: z.int(),
  /** Messages by type: `Sync`, `Follow_Up`, ...; and those that were no good, by what was wrong. */
  sent: counts,
  received: counts,
  dropped: counts,
  foreign: z.array(PtpForeignMaster),
  exchange: PtpExchange.nullable(),
  delayMechanism: z.enum(['E2E', 'P2P']),
  peerMeanPathDelayNs: z.number(),
  /** Intervals as logarithms of base 2, of seconds. */
  logAnnounceInterval: z.int(),
  announceReceiptTimeout: z.int(),
  logSyncInterval: z.int(),
  logMinDelayReqInterval: z.int(),
  logMinPdelayReqInterval: z.int(),
});
export type PtpPortDetail = z.infer<typeof PtpPortDetail>;

/** What more there is to know of a clock. */
export const PtpClockDetail = z.object({
  /** What it sets and stamps with: `ptp0`; empty for CLOCK_REALTIME, with software stamps. */
  device: z.string(),
  transport: z.string(),
  twoStep: z.boolean(),
  slaveOnly: z.boolean(),
  grandmasterQuality: PtpQuality,
  grandmasterPriority1: z.int(),
  grandmasterPriority2: z.int(),
  timeProperties: z.object({
    currentUtcOffset: z.int(),
    currentUtcOffsetValid: z.boolean(),
    leap59: z.boolean(),
    leap61: z.boolean(),
    timeTraceable: z.boolean(),
    frequencyTraceable: z.boolean(),
    ptpTimescale: z.boolean(),
    timeSource: z.int(),
  }),
  /** The servo has stepped the clock so often. */
  steps: z.int(),
  ports: z.array(PtpPortDetail),
});
export type PtpClockDetail = z.infer<typeof PtpClockDetail>;

// --- Over time -----------------------------------------------------------------------------------------------------

/**
 * `offset`: as the clock believes it; `trueOffset`: against its grandmaster, as only the emulator knows it. `delay`: the mean
 * path delay that it uses. `frequency`: what it is set to, billionths. `forward`, `backward`: differences of time stamps of
 * messages from the master (t2 - t1) and to it (t4 - t3); `trueForward`, `trueBackward`: the same without the clocks' errors.
 */
export const PtpSeriesName = z.enum([
  'offset',
  'trueOffset',
  'delay',
  'frequency',
  'forward',
  'backward',
  'trueForward',
  'trueBackward',
]);
export type PtpSeriesName = z.infer<typeof PtpSeriesName>;

/** Numbers that describe one point of a series, as doubles: virtual time in nanoseconds, value. */
export const PTP_POINT_NUMBERS = 2;

/** Of all boards, if none are named. */
const boards = z.array(name).max(1000);
const span = { fromNs: z.number(), toNs: z.number() };

export const PtpStatistics = z.object({
  count,
  /** Null where there is nothing to make them of. */
  mean: z.number().nullable(),
  /** Standard deviation. */
  deviation: z.number().nullable(),
  min: z.number().nullable(),
  max: z.number().nullable(),
  /** Of each hundredth that was asked for: 50 for the median. */
  percentiles: z.array(z.object({ percent: z.number(), value: z.number() })),
  /** Values from `from` on, so many in each of equal parts up to `to`. */
  histogram: z.object({ from: z.number(), to: z.number(), counts: z.array(count) }),
  /** Maximum time interval error and time deviation (ITU-T G.810) by observation interval, of an offset. */
  mtie: z.array(z.object({ tauNs: z.number(), ns: z.number() })),
  tdev: z.array(z.object({ tauNs: z.number(), ns: z.number() })),
  /** Points of this span have been left out, lowest and highest ones never, since they were too many. */
  thinned: z.boolean(),
});
export type PtpStatistics = z.infer<typeof PtpStatistics>;

export const PtpStateChange = z.object({
  timeNs: z.number(),
  board: z.string(),
  port: z.int(),
  from: PtpPortState,
  to: PtpPortState,
});
export type PtpStateChange = z.infer<typeof PtpStateChange>;

// --- Messages between two clocks -------------------------------------------------------------------------------------

/** A message between a clock and its master or neighbour. Times are true ones: of the end of its start delimiter. */
export const PtpMessage = z.object({
  /** Of the captured packet: as the sender sent it, else as the receiver got it. */
  packet: z.number(),
  /** `Sync`, `Follow_Up`, ... */
  type: z.string(),
  sequence: z.int(),
  fromMaster: z.boolean(),
  /** Null: not captured, as a switch's own; or lost, or still on its way. */
  sentNs: z.number().nullable(),
  receivedNs: z.number().nullable(),
  /** correctionField as it was received, else as sent. */
  correctionNs: z.number(),
});
export type PtpMessage = z.infer<typeof PtpMessage>;

export const MAX_PTP_MESSAGES = 200;

/** Requests about PTP, by method. */
export const ptpMethods = {
  /** What more there is to know of a board's clock; null when none runs. */
  ptpClock: { params: z.object({ board: name }), result: z.object({ clock: PtpClockDetail.nullable() }) },
  /**
   * A series of boards, in the order of their names here; boards without a point in the span are left out. Where there are
   * more than `points`, each of as many parts of the span is told by its first, lowest, highest and last point.
   */
  ptpSeries: {
    params: z.object({ series: PtpSeriesName, boards, ...span, points: z.int().min(1).max(100_000) }),
    /** See {@link PTP_POINT_NUMBERS}. */
    result: z.object({ series: z.array(z.object({ board: z.string(), points: z.instanceof(Uint8Array) })) }),
  },
  ptpStatistics: {
    params: z.object({
      series: PtpSeriesName,
      board: name,
      ...span,
      bins: z.int().min(1).max(1000),
      percents: z.array(z.number().min(0).max(100)).max(20),
    }),
    result: PtpStatistics,
  },
  /** State changes of ports, oldest first; the last thousand of the span. */
  ptpStates: {
    params: z.object({ boards, ...span }),
    result: z.object({ changes: z.array(PtpStateChange) }),
  },
  /** The last messages between a board's clock, by one of its ports, and the clock at the other end, oldest first. */
  ptpMessages: {
    params: z.object({ board: name, port: z.int().min(1), count: z.int().min(1).max(MAX_PTP_MESSAGES) }),
    result: z.object({ master: PtpClockName.nullable(), messages: z.array(PtpMessage) }),
  },
  /** A CSV file: a line for each point of each series, with its time, board, series and value. */
  exportPtp: {
    params: z.object({ series: z.array(PtpSeriesName).min(1), boards, ...span }),
    result: z.object({ data: z.instanceof(Uint8Array) }),
  },
} as const;
