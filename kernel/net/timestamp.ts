/** When messages passed the port (SO_TIMESTAMP, SO_TIMESTAMPING), as control messages tell it. */
import { CLOCK_REALTIME, readClock } from '../clock/clock';
import { stampLateNs } from '../clock/oscillator';
import { add, timespecOf, type Timespec } from '../clock/timespec';
import { timeNs, type Kernel } from '../kernel';
import { queueReport, type DatagramSocket } from './datagram';
import type { OutFrame } from './netdev';
import type { ControlMessage, SocketOptions } from './socket';
import type { Stamp } from './state';

/** What software stamps a frame with that has just passed: the CPU is late by chance, as the bench has it. */
export function softwareStamp(k: Kernel): Timespec {
  const { stampJitterNs, seed } = k.state.settings;
  return add(readClock(k, CLOCK_REALTIME)!, timespecOf(stampLateNs(stampJitterNs, seed, timeNs(k))));
}

/** SOF_TIMESTAMPING_... of linux/net_tstamp.h. */
export const Stamping = {
  TxHardware: 1, TxSoftware: 2, RxHardware: 4, RxSoftware: 8, Software: 16, RawHardware: 64, WithId: 128,
} as const; // prettier-ignore

const SOL_SOCKET = 1;
const Scm = { Timestamp: 16, TimestampNs: 35, Timestamping: 37 } as const;

/** Bytes of struct timeval and struct timespec, which begin with seconds of 64 bits. */
const TIME_SIZE = 16;
const NSEC_PER_USEC = 1000;

function putTime(bytes: Uint8Array, at: number, { sec, nsec }: Timespec, unit = 1): void {
  const view = new DataView(bytes.buffer);
  view.setBigInt64(at, BigInt(sec), true);
  view.setInt32(at + 8, Math.trunc(nsec / unit), true);
}

function timeMessage(type: number, time: Timespec, unit = 1): ControlMessage {
  const data = new Uint8Array(TIME_SIZE);
  putTime(data, 0, time, unit);
  return { level: SOL_SOCKET, type, data };
}

/** struct scm_timestamping: by the system's clock, nothing, and by the interface's; null when neither is wanted. */
function timestamping(software: Timespec | null, hardware: Timespec | null): ControlMessage[] {
  if (!software && !hardware) return [];
  const data = new Uint8Array(3 * TIME_SIZE);
  if (software) putTime(data, 0, software);
  if (hardware) putTime(data, 2 * TIME_SIZE, hardware);
  return [{ level: SOL_SOCKET, type: Scm.Timestamping, data }];
}

const when = (flags: number, wanted: number, time: Timespec | null) => ((flags & wanted) === wanted ? time : null);

/** When a message has come in, as the socket's options ask for it. */
export function stampMessages(k: Kernel, options: SocketOptions, { software, hardware }: Stamp): ControlMessage[] {
  const { timestamp, timestampNs, timestamping: flags } = options;
  if (!timestamp && !timestampNs && flags === 0) return [];
  const time = software ?? readClock(k, CLOCK_REALTIME)!;
  return [
    ...(timestamp ? [timeMessage(Scm.Timestamp, time, NSEC_PER_USEC)] : []),
    ...(timestampNs ? [timeMessage(Scm.TimestampNs, time)] : []),
    ...timestamping(
      when(flags, Stamping.RxSoftware | Stamping.Software, time),
      when(flags, Stamping.RxHardware | Stamping.RawHardware, hardware),
    ),
  ];
}

/** What the driver is to be asked for with a frame that a socket sends; undefined when nobody wants to know. */
export function stampRequest(socket: DatagramSocket): { socket: number; key: number } | undefined {
  if (!(socket.options.timestamping & (Stamping.TxHardware | Stamping.TxSoftware))) return undefined;
  return { socket: socket.id, key: socket.sent };
}

const IP_RECVERR = { level: 0, type: 31 };
/** Offsets in struct sock_extended_err, and what it says: a stamp, not an error. */
const Report = { errno: 0, origin: 4, data: 12, size: 16 } as const;
const ENOMSG = 42;
const ORIGIN_TIMESTAMPING = 4;

/** A frame that a socket wanted to know about has passed the port: the socket can fetch it, with the time. */
export function frameStamped(k: Kernel, { bytes, socket: id, key }: OutFrame, { software, hardware }: Stamp): void {
  const socket = k.state.net.sockets.get(id) as DatagramSocket | undefined;
  if (!socket) return;
  const flags = socket.options.timestamping;
  const control = timestamping(
    when(flags, Stamping.TxSoftware | Stamping.Software, software),
    when(flags, Stamping.TxHardware | Stamping.RawHardware, hardware),
  );
  if (control.length === 0) return;
  const error = new Uint8Array(Report.size);
  error[Report.errno] = ENOMSG;
  error[Report.origin] = ORIGIN_TIMESTAMPING;
  if (flags & Stamping.WithId) new DataView(error.buffer).setUint32(Report.data, key, true);
  queueReport(k, socket, { bytes, control: [...control, { ...IP_RECVERR, data: error }] });
}
