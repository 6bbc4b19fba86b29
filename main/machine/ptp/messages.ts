/** The messages that a port and the clock at its other end have sent each other, from what was captured. */
import { messageNames } from '../../../boards/apps/ptpd/build';
import { MessageType, type PortIdentity } from '../../../boards/apps/ptpd/messages';
import type { PtpMessage } from '../../contract/ptp';
import type { PacketSource } from '../../packets/source';
import { CORRECTION, messageAt, REQUESTING, SEQUENCE, SOURCE } from './frame';

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
  const kindOf = kindsFor(ends);
  const isOwn = capture.interfaces.map((name) => name === ends.interface);
  const isMasters = capture.interfaces.map((name) => name.startsWith(`${ends.masterBoard}/`));
  const found = new Map<string, PtpMessage>();
  const oldest = Math.max(capture.first, capture.end - MOST_PACKETS);
  let untilNs = -Infinity;
  for (let number = capture.end - 1; number >= oldest; number--) {
    const { bytes, direction, timeNs, interface: port } = capture.packet(number);
    if (timeNs < untilNs) break;
    const at = messageAt(bytes);
    const kind = at < 0 ? null : kindOf(bytes, at);
    if (!kind) continue;
    const isOut = direction === 'out';
    // Others hear what is sent to all, too. Only a neighbour hears a request that is for neighbours.
    if (!isOut && !(kind.fromMaster ? isOwn : isMasters)[port] && kind.type !== MessageType.PdelayReq) continue;
    const view = new DataView(bytes.buffer, bytes.byteOffset + at);
    const sequence = view.getUint16(SEQUENCE);
    const key = `${kind.type} ${sequence}`;
    let message = found.get(key);
    if (!message) {
      // Those that were received may have been sent before.
      if (found.size === count) continue;
      message = {
        ...{ packet: number, type: messageNames[kind.type], sequence, fromMaster: kind.fromMaster },
        ...{ sentNs: null, receivedNs: null, correctionNs: Number(view.getBigInt64(CORRECTION)) / 65536 },
      };
      found.set(key, message);
      if (found.size === count) untilNs = timeNs - LONGEST_WAY_NS;
    }
    if (isOut) [message.sentNs, message.packet] = [timeNs, number];
    else message.receivedNs = timeNs;
  }
  return [...found.values()].sort((a, b) => timeOf(a) - timeOf(b));
}

/** Says of a message in a frame what it is to the two; null: nothing. */
function kindsFor({ own, master }: Ends) {
  const [ownBytes, masterBytes] = [bytesOf(own), master && bytesOf(master)];
  return (bytes: Uint8Array, at: number): { type: MessageType; fromMaster: boolean } | null => {
    const type = (bytes[at]! & 0xf) as MessageType;
    switch (type) {
      case MessageType.DelayReq:
      case MessageType.PdelayReq:
        return has(bytes, at + SOURCE, ownBytes) ? { type, fromMaster: false } : null;
      case MessageType.DelayResp:
      case MessageType.PdelayResp:
      case MessageType.PdelayRespFollowUp:
        return has(bytes, at + REQUESTING, ownBytes) ? { type, fromMaster: true } : null;
      case MessageType.Sync:
      case MessageType.FollowUp:
      case MessageType.Announce:
        return masterBytes && has(bytes, at + SOURCE, masterBytes) ? { type, fromMaster: true } : null;
      default:
        return null;
    }
  };
}

const timeOf = ({ sentNs, receivedNs }: PtpMessage): number => sentNs ?? receivedNs!;

/** A port's identity as messages have it. */
function bytesOf({ clock, port }: PortIdentity): Uint8Array {
  return Uint8Array.of(
    ...Uint8Array.from(clock.match(/../g)!, (digits) => parseInt(digits, 16)),
    port >> 8,
    port & 0xff,
  );
}

function has(bytes: Uint8Array, at: number, wanted: Uint8Array): boolean {
  for (let i = 0; i < wanted.length; i++) if (bytes[at + i] !== wanted[i]) return false;
  return true;
}
