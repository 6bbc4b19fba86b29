/** struct ptpd_status_s of netutils/ptpd.h: what the daemon says of itself, and what `ptpd -t` shows of that. */
import { subtract, timespecOf, type Timespec } from '../../../kernel/clock/timespec';
import { putIdentity } from './bytes';
import type { Clock } from './own';
import { follows } from './portstate';

/** What the clock itself does not know of: local times in nanoseconds, -1 for never. */
export interface Seen {
  /** A message came that was for all. */
  multicast: number;
  /** The clock was set, and by how much, nanoseconds: stepped or pushed. */
  update: number;
  adjustedNs: number;
}

/** Offsets of the structure; its times have the size of struct timespec. */
const Field = {
  ...{ valid: 0, id: 4, utcOffset: 12, priority1: 16, clockClass: 20, accuracy: 24, variance: 28, priority2: 32 },
  ...{ gmId: 36, stepsRemoved: 44, timeSource: 48, update: 56, delta: 72, adjtime: 80, drift: 88, pathDelay: 92 },
} as const;
const Times = {
  ...{ multicast: 96, announce: 112, sync: 128 },
  ...{ sentSync: 144, sentAnnounce: 160, sentDelayResp: 176, sentDelayReq: 192 },
} as const;
export const STATUS_SIZE = 208;

/** Local times of the last messages of all ports. */
function lastMessages({ ports }: Clock, seen: Seen): Record<keyof typeof Times, number> {
  const latest = (of: (port: Clock['ports'][number]) => number) => Math.max(...ports.map(of));
  return {
    multicast: seen.multicast,
    announce: latest((port) => port.lastAnnounceNs),
    sync: latest((port) => port.lastSyncNs),
    sentSync: latest((port) => port.lastSent.sync),
    sentAnnounce: latest((port) => port.lastSent.announce),
    sentDelayResp: latest((port) => port.lastSent.delayResp),
    sentDelayReq: latest((port) => port.lastSent.delayReq),
  };
}

/**
 * The status of a clock.
 *
 * @param nowNs local time; with it `realtime`, which CLOCK_REALTIME shows then
 * @param timeoutMs without a Sync after which the source is not valid any more
 */
export function statusOf(clock: Clock, seen: Seen, nowNs: number, realtime: Timespec, timeoutMs: number): Uint8Array {
  const bytes = new Uint8Array(STATUS_SIZE);
  const view = new DataView(bytes.buffer);
  const int = (at: number, value: number) => view.setInt32(at, value, true);
  const wide = (at: number, value: number) => view.setBigInt64(at, BigInt(Math.round(value)), true);
  const time = (at: number, { sec, nsec }: Timespec) => {
    view.setBigInt64(at, BigInt(sec), true);
    int(at + 8, nsec);
  };
  const { parentDS, currentDS, timePropertiesDS, servo } = clock;
  const port = clock.ports.find(follows);
  bytes[Field.valid] = Number(port !== undefined && port.lastSyncNs >= 0 && nowNs - port.lastSyncNs <= timeoutMs * 1e6);
  putIdentity(bytes, Field.id, parentDS.parentPortIdentity.clock);
  int(Field.utcOffset, timePropertiesDS.currentUtcOffset);
  int(Field.priority1, parentDS.grandmasterPriority1);
  int(Field.clockClass, parentDS.grandmasterClockQuality.clockClass);
  int(Field.accuracy, parentDS.grandmasterClockQuality.clockAccuracy);
  int(Field.variance, parentDS.grandmasterClockQuality.offsetScaledLogVariance);
  int(Field.priority2, parentDS.grandmasterPriority2);
  putIdentity(bytes, Field.gmId, parentDS.grandmasterIdentity);
  int(Field.stepsRemoved, currentDS.stepsRemoved);
  int(Field.timeSource, timePropertiesDS.timeSource);
  if (seen.update >= 0) time(Field.update, subtract(realtime, timespecOf(nowNs - seen.update)));
  wide(Field.delta, -servo.offsetNs);
  wide(Field.adjtime, seen.adjustedNs);
  int(Field.drift, Math.round(servo.frequencyPpb));
  int(Field.pathDelay, Math.round(port?.ds.peerMeanPathDelay || currentDS.meanPathDelay));
  for (const [name, ns] of Object.entries(lastMessages(clock, seen))) {
    if (ns >= 0) time(Times[name as keyof typeof Times], timespecOf(ns));
  }
  return bytes;
}

/** The status as text, at a local time in nanoseconds. */
export function statusText(pid: number, status: Uint8Array, nowNs: number): string {
  const view = new DataView(status.buffer, status.byteOffset);
  const int = (at: number) => view.getInt32(at, true);
  const id = (at: number) => Array.from(status.subarray(at, at + 8), (b) => b.toString(16).padStart(2, '0')).join(':');
  const time = (at: number): Timespec => ({ sec: Number(view.getBigInt64(at, true)), nsec: int(at + 8) });
  const seconds = ({ sec, nsec }: Timespec) => `${sec}.${String(nsec).padStart(9, '0')}`;
  const ago = (at: number) => {
    const { sec, nsec } = time(at);
    return sec === 0 && nsec === 0 ? 'never' : `${((nowNs - sec * 1e9 - nsec) / 1e9).toFixed(3)} s ago`;
  };
  return `PTPD (PID ${pid}) status:
- clock_source_valid: ${status[Field.valid]!}
|- id: ${id(Field.id)}
|- utcoffset: ${int(Field.utcOffset)}
|- priority1: ${int(Field.priority1)}
|- class: ${int(Field.clockClass)}
|- accuracy: ${int(Field.accuracy)}
|- variance: ${int(Field.variance)}
|- priority2: ${int(Field.priority2)}
|- gm_id: ${id(Field.gmId)}
|- stepsremoved: ${int(Field.stepsRemoved)}
|- timesource: ${int(Field.timeSource)}
- last_clock_update: ${seconds(time(Field.update))}
- last_delta_ns: ${view.getBigInt64(Field.delta, true)}
- last_adjtime_ns: ${view.getBigInt64(Field.adjtime, true)}
- drift_ppb: ${int(Field.drift)}
- path_delay_ns: ${int(Field.pathDelay)}
- last_received_multicast: ${ago(Times.multicast)}
- last_received_announce: ${ago(Times.announce)}
- last_received_sync: ${ago(Times.sync)}
- last_transmitted_sync: ${ago(Times.sentSync)}
- last_transmitted_announce: ${ago(Times.sentAnnounce)}
- last_transmitted_delayresp: ${ago(Times.sentDelayResp)}
- last_transmitted_delayreq: ${ago(Times.sentDelayReq)}
`;
}
