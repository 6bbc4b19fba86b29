/** The messages that a port and the clock at its other end have sent each other, from what was captured. */
import { messageNames } from '../../../boards/apps/ptpd/build';
import { geti64, isPortIdentity } from '../../../boards/apps/ptpd/bytes';
import { intervalNs } from '../../../boards/apps/ptpd/interval';
import { MessageType, type PortIdentity } from '../../../boards/apps/ptpd/messages';
import { ptpIn, PtpField, ptpType, type PtpPlace } from '../../../boards/net/ptp';
import { get16 } from '../../../kernel/net/bytes';
import type { PtpMessage } from '../../contract/ptp';
import type { PacketSource } from '../../packets/source';

/** Packets that are looked at, at most: the last ones. */
const MOST_PACKETS = 1 << 16;
/** No message is on its way for longer. */
const LONGEST_WAY_NS = 1e9;

export interface Ends {
  /** Of the port: as it calls itself, and as it is captured, `left/eth0`. */
  own: PortIdentity;
  interface: string;
  /** That it follows; null: it only asks a neighbour for the delay. */
  master: PortIdentity | null;
  /** The board that the master is of; null: of none. */
  masterBoard: string | null;
}

/** The last messages of the two, at most so many, oldest first. */
export function messagesBetween(capture: PacketSource, ends: Ends, count: number): PtpMessage[] {
  const isOwn = capture.interfaces.map((name) => name === ends.interface);
  const isMasters = capture.interfaces.map((name) => name.startsWith(`${ends.masterBoard}/`));
  const found = new Map<string, PtpMessage>();
  const oldest = Math.max(capture.first, capture.end - MOST_PACKETS);
  let untilNs = -Infinity;
  for (let number = capture.end - 1; number >= oldest; number--) {
    const { bytes, direction, timeNs, interface: port } = capture.packet(number);
    if (timeNs < untilNs) break;
    const place = ptpIn(bytes);
    if (!place) continue;
    const kind = kindOf(ends, bytes, place);
    if (!kind) continue;
    const isOut = direction === 'out';
    // Others hear what is sent to all, too. Only a neighbour hears a request that is for neighbours.
    if (!isOut && !(kind.fromMaster ? isOwn : isMasters)[port] && kind.type !== MessageType.PdelayReq) continue;
    const sequence = get16(bytes, place.at + PtpField.sequence);
    const key = `${kind.type} ${sequence}`;
    let message = found.get(key);
    if (!message) {
      // Those that were received may have been sent before.
      if (found.size === count) continue;
      message = {
        ...{ packet: number, type: messageNames[kind.type], sequence, fromMaster: kind.fromMaster },
        ...{ sentNs: null, receivedNs: null, correctionNs: intervalNs(geti64(bytes, place.at + PtpField.correction)) },
      };
      found.set(key, message);
      if (found.size === count) untilNs = timeNs - LONGEST_WAY_NS;
    }
    if (isOut) [message.sentNs, message.packet] = [timeNs, number];
    else message.receivedNs = timeNs;
  }
  return [...found.values()].sort((a, b) => timeOf(a) - timeOf(b));
}

/** What a message in a frame is to the two; null: nothing. */
function kindOf(
  { own, master }: Ends,
  bytes: Uint8Array,
  place: PtpPlace,
): { type: MessageType; fromMaster: boolean } | null {
  const { at } = place;
  const type = ptpType(bytes, place);
  switch (type) {
    case MessageType.DelayReq:
    case MessageType.PdelayReq:
      return isPortIdentity(bytes, at + PtpField.source, own) ? { type, fromMaster: false } : null;
    case MessageType.DelayResp:
    case MessageType.PdelayResp:
    case MessageType.PdelayRespFollowUp:
      return isPortIdentity(bytes, at + PtpField.requesting, own) ? { type, fromMaster: true } : null;
    case MessageType.Sync:
    case MessageType.FollowUp:
    case MessageType.Announce:
      return master && isPortIdentity(bytes, at + PtpField.source, master) ? { type, fromMaster: true } : null;
    default:
      return null;
  }
}

const timeOf = ({ sentNs, receivedNs }: PtpMessage): number => sentNs ?? receivedNs!;
