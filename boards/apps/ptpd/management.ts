/** Management messages (IEEE 1588-2008, clause 15): a clock is asked about itself, and told what to be. */
import { controlOf } from './build';
import { isUnsupported, managed } from './managed';
import { Flag, MessageType, type Message, type PortIdentity, type Tlv } from './messages';
import { NO_INTERVAL } from './time';
import { managementErrorTlv, managementOf, managementTlv, type ManagementTlv } from './tlv';
import type { PtpClock } from './types';

/** actionField (table 38). */
export const Action = { Get: 0, Set: 1, Response: 2, Command: 3, Acknowledge: 4 } as const;

/** managementErrorId (table 72). */
export const ManagementError = {
  NoSuchId: 0x0002,
  WrongLength: 0x0003,
  NotSetable: 0x0004,
  NotSupported: 0x0006,
} as const;

type Management = Extract<Message, { type: typeof MessageType.Management }>;

/** What targetPortIdentity has for all of them (clause 15.3.1). */
const ALL_CLOCKS = 'ffffffffffffffff';
const ALL_PORTS = 0xffff;

/**
 * Does what a management message says and gives the answers, to be sent by the port that it has come to: one from the clock, or
 * one from each port that it is for. None where it is for another clock, is itself an answer, or has not exactly one TLV.
 *
 * SET of PRIORITY1 or PRIORITY2 changes the clock's data, by which the next state decision goes.
 *
 * @param port place of the port that the message has come to, in {@link PtpClock.ports}
 */
export function answer(clock: PtpClock, port: number, message: Message): Message[] {
  const ingress = clock.ports[port];
  if (message.type !== MessageType.Management || !ingress || message.tlvs.length !== 1) return [];
  const { target, action, source } = message;
  const own = clock.defaultDS.clockIdentity;
  if ((target.clock !== own && target.clock !== ALL_CLOCKS) || source.clock === own) return [];
  const asked = managementOf(message.tlvs[0]!);
  if (!asked || (action !== Action.Get && action !== Action.Set && action !== Action.Command)) return [];

  const addressed = clock.ports.filter(({ ds }) => target.port === ALL_PORTS || target.port === ds.portIdentity.port);
  if (addressed.length === 0) return [];
  const row = managed[asked.id];
  const error = act(clock, action, asked);
  const from = row?.of === 'port' && !error ? addressed : [ingress];
  return from.map((each) => {
    const data = error || action === Action.Command ? [] : row!.get(clock, each);
    const tlv = error
      ? managementErrorTlv(error, asked.id)
      : managementTlv({ id: asked.id, data: Uint8Array.from(data) });
    return reply(message, each.ds.portIdentity, tlv);
  });
}

/** Does what there is to be done before it is answered. An error, or 0. */
function act(clock: PtpClock, action: number, { id, data }: ManagementTlv): number {
  const row = managed[id];
  if (!row) return isUnsupported(id) ? ManagementError.NotSupported : ManagementError.NoSuchId;
  if (action === Action.Get) return 0;
  if (action === Action.Command) return row.of === 'clock' && row.command ? 0 : ManagementError.NotSupported;
  if (row.of === 'port' || !row.set) return ManagementError.NotSetable;
  if (data.length !== row.get(clock).length) return ManagementError.WrongLength;
  row.set(clock, data);
  return 0;
}

function reply(request: Management, source: PortIdentity, tlv: Tlv): Message {
  // Far enough to come back by the boundary clocks that the request has come by (clause 15.4.1.3), and one more, as ptp4l does.
  const hops = Math.max(0, request.startingBoundaryHops - request.boundaryHops) + 1;
  return {
    ...request,
    minorVersion: 0,
    flags: request.flags & Flag.Unicast,
    correction: 0n,
    typeSpecific: 0,
    source,
    control: controlOf(request.type),
    logInterval: NO_INTERVAL,
    target: request.source,
    startingBoundaryHops: hops,
    boundaryHops: hops,
    action: request.action === Action.Command ? Action.Acknowledge : Action.Response,
    tlvs: [tlv],
  };
}
