/** IGMP messages (RFC 2236 and 3376): what boards, switches and the gateway of the host tell each other of groups. */
import { addWords, checksumOf, get16, get32, put16, put32 } from '../bytes';

export const IgmpType = { Query: 0x11, ReportV1: 0x12, ReportV2: 0x16, Leave: 0x17, ReportV3: 0x22 } as const;

/** Bytes of a message of version 2, and the least of any. */
export const IGMP_LENGTH = 8;
/** In units of that, a query says how long the answers may take. */
export const QUERY_UNIT_MS = 100;
/** The group that everybody is in, of which nobody tells. */
export const ALL_SYSTEMS = 0xe000_0001;
/** Routers are told of it (RFC 2113); it is an option of IPv4. */
export const ROUTER_ALERT = Uint8Array.of(0x94, 4, 0, 0);

/** A message of version 2; `time` is that of a query. */
export function igmpMessage(type: number, group: number, time = 0): Uint8Array {
  const bytes = Uint8Array.of(type, time, 0, 0, 0, 0, 0, 0);
  put32(bytes, 4, group);
  put16(bytes, 2, checksumOf(addWords(bytes, 0, IGMP_LENGTH)));
  return bytes;
}

export const isIgmp = (message: Uint8Array): boolean =>
  message.length >= IGMP_LENGTH && checksumOf(addWords(message, 0, message.length)) === 0;

/** What somebody says of a group: to be in it from now on, or no more. */
export interface Declared {
  group: number;
  isMember: boolean;
}

/** What a report, of any version, or a leaving says; null: it is neither. */
export function readReport(message: Uint8Array): Declared[] | null {
  switch (message[0]) {
    case IgmpType.ReportV1:
    case IgmpType.ReportV2:
      return [{ group: get32(message, 4), isMember: true }];
    case IgmpType.Leave:
      return [{ group: get32(message, 4), isMember: false }];
    case IgmpType.ReportV3:
      return readRecords(message);
    default:
      return null;
  }
}

/** Kinds of version 3's records (RFC 3376, section 4.2.12) that mean no membership without sources; and the last. */
const [IS_INCLUDE, TO_INCLUDE, BLOCK] = [1, 3, 6];

function readRecords(message: Uint8Array): Declared[] {
  const found: Declared[] = [];
  let at = 8;
  for (let left = get16(message, 6); left > 0 && at + 8 <= message.length; left--) {
    const [kind, sources, group] = [message[at]!, get16(message, at + 2), get32(message, at + 4)];
    const includesNone = (kind === IS_INCLUDE || kind === TO_INCLUDE) && sources === 0;
    // Sources that are blocked leave the group as it is.
    if (kind < BLOCK) found.push({ group, isMember: !includesNone });
    at += 8 + sources * 4 + message[at + 1]! * 4;
  }
  return found;
}
