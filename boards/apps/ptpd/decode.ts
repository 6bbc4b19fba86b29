/** From bytes to a {@link Message}: one pass, nothing kept of the bytes. */
import { NSEC_PER_SEC } from '../../../kernel/clock/timespec';
import { get16, get32 } from '../../../kernel/net/bytes';
import { clockQuality, geti16, geti64, geti8, identity, portIdentity, timestamp } from './bytes';
import { HEADER_LENGTH, messageLengths, TLV_HEAD_LENGTH } from './layout';
import { MessageType, type Header, type Message, type Tlv } from './messages';

const noTlvs: readonly Tlv[] = [];

/**
 * Reads a message (IEEE 1588-2008, clause 13) from the start of `bytes`, which may be longer: Ethernet and UDP/IPv6 pad.
 * Reserved fields are not looked at. Never throws, and what it makes is never more than a few times as large as the bytes.
 *
 * `error` is what is wrong, a few words without figures of the message, so that messages can be counted by it.
 */
export function decode(bytes: Uint8Array): Message | { error: string } {
  if (bytes.length < HEADER_LENGTH) return { error: 'shorter than a header' };
  if ((bytes[1]! & 0xf) !== 2) return { error: 'not of PTP version 2' };
  const type = bytes[0]! & 0xf;
  const bodyLength = messageLengths[type];
  if (bodyLength === undefined) return { error: 'reserved message type' };
  const length = get16(bytes, 2);
  if (length > bytes.length) return { error: 'longer than its packet' };
  if (length < bodyLength) return { error: 'too short for its type' };

  // All types but the last two have one time stamp, at the same place.
  if (type < MessageType.Signaling && get32(bytes, 40) >= NSEC_PER_SEC) return { error: 'nanoseconds beyond a second' };

  const tlvs = length === bodyLength ? noTlvs : tlvsOf(bytes, bodyLength, length);
  if (typeof tlvs === 'string') return { error: tlvs };
  return messageOf(bytes, type as MessageType, headerOf(bytes), tlvs);
}

/** The common header (table 18). */
const headerOf = (bytes: Uint8Array): Header => ({
  majorSdoId: bytes[0]! >> 4,
  version: bytes[1]! & 0xf,
  minorVersion: bytes[1]! >> 4,
  domain: bytes[4]!,
  minorSdoId: bytes[5]!,
  flags: get16(bytes, 6),
  correction: geti64(bytes, 8),
  typeSpecific: get32(bytes, 16),
  source: portIdentity(bytes, 20),
  sequence: get16(bytes, 30),
  control: bytes[32]!,
  logInterval: geti8(bytes, 33),
});

/** The header with its body: assigned, not spread, which takes forty times as long. */
function messageOf(bytes: Uint8Array, type: MessageType, header: Header, tlvs: readonly Tlv[]): Message {
  switch (type) {
    case MessageType.Sync:
    case MessageType.DelayReq:
    case MessageType.PdelayReq:
      return Object.assign(header, { type, origin: timestamp(bytes, 34), tlvs });
    case MessageType.FollowUp:
      return Object.assign(header, { type, preciseOrigin: timestamp(bytes, 34), tlvs });
    case MessageType.DelayResp:
      return Object.assign(header, { type, receive: timestamp(bytes, 34), requesting: portIdentity(bytes, 44), tlvs });
    case MessageType.PdelayResp:
      return Object.assign(header, {
        type,
        requestReceipt: timestamp(bytes, 34),
        requesting: portIdentity(bytes, 44),
        tlvs,
      });
    case MessageType.PdelayRespFollowUp:
      return Object.assign(header, {
        type,
        responseOrigin: timestamp(bytes, 34),
        requesting: portIdentity(bytes, 44),
        tlvs,
      });
    case MessageType.Announce:
      return Object.assign(header, {
        type,
        origin: timestamp(bytes, 34),
        currentUtcOffset: geti16(bytes, 44),
        grandmasterPriority1: bytes[47]!,
        grandmasterClockQuality: clockQuality(bytes, 48),
        grandmasterPriority2: bytes[52]!,
        grandmasterIdentity: identity(bytes, 53),
        stepsRemoved: get16(bytes, 61),
        timeSource: bytes[63]!,
        tlvs,
      });
    case MessageType.Signaling:
      return Object.assign(header, { type, target: portIdentity(bytes, 34), tlvs });
    case MessageType.Management:
      return Object.assign(header, {
        type,
        target: portIdentity(bytes, 34),
        startingBoundaryHops: bytes[44]!,
        boundaryHops: bytes[45]!,
        action: bytes[46]! & 0xf,
        tlvs,
      });
  }
}

/** The TLVs (clause 14.1), or what is wrong with them. */
function tlvsOf(bytes: Uint8Array, from: number, end: number): Tlv[] | string {
  const tlvs: Tlv[] = [];
  for (let at = from; at < end;) {
    if (at + TLV_HEAD_LENGTH > end) return 'bytes behind the last TLV';
    const start = at + TLV_HEAD_LENGTH;
    const length = get16(bytes, at + 2);
    if (length % 2) return 'TLV of an odd length';
    if (start + length > end) return 'TLV longer than its message';
    at = start + length;
    tlvs.push({ type: get16(bytes, start - TLV_HEAD_LENGTH), value: bytes.slice(start, at) });
  }
  return tlvs;
}
