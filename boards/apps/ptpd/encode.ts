/** From a {@link Message} to bytes. */
import { put16, put32 } from '../../../kernel/net/bytes';
import { putClockQuality, puti64, putIdentity, putPortIdentity, putTimestamp } from './bytes';
import { messageLengths, TLV_HEAD_LENGTH } from './layout';
import { MessageType, type Message } from './messages';

/**
 * A message as it is sent (IEEE 1588-2008, clause 13), with its messageLength; reserved fields are zero. Numbers that do not
 * fit into their fields are cut to their low bits. A TLV's value is to have an even number of bytes (clause 5.3.8).
 */
export function encode(message: Message): Uint8Array {
  const bodyLength = messageLengths[message.type]!;
  const bytes = new Uint8Array(
    message.tlvs.reduce((sum, { value }) => sum + TLV_HEAD_LENGTH + value.length, bodyLength),
  );
  bytes[0] = (message.majorSdoId << 4) | message.type;
  bytes[1] = (message.minorVersion << 4) | message.version;
  put16(bytes, 2, bytes.length);
  bytes[4] = message.domain;
  bytes[5] = message.minorSdoId;
  put16(bytes, 6, message.flags);
  puti64(bytes, 8, message.correction);
  put32(bytes, 16, message.typeSpecific);
  putPortIdentity(bytes, 20, message.source);
  put16(bytes, 30, message.sequence);
  bytes[32] = message.control;
  bytes[33] = message.logInterval;
  putBody(bytes, message);
  let at = bodyLength;
  for (const { type, value } of message.tlvs) {
    put16(bytes, at, type);
    put16(bytes, at + 2, value.length);
    bytes.set(value, at + TLV_HEAD_LENGTH);
    at += TLV_HEAD_LENGTH + value.length;
  }
  return bytes;
}

function putBody(bytes: Uint8Array, message: Message): void {
  switch (message.type) {
    case MessageType.Sync:
    case MessageType.DelayReq:
    case MessageType.PdelayReq:
      return putTimestamp(bytes, 34, message.origin);
    case MessageType.FollowUp:
      return putTimestamp(bytes, 34, message.preciseOrigin);
    case MessageType.DelayResp:
      putTimestamp(bytes, 34, message.receive);
      return putPortIdentity(bytes, 44, message.requesting);
    case MessageType.PdelayResp:
      putTimestamp(bytes, 34, message.requestReceipt);
      return putPortIdentity(bytes, 44, message.requesting);
    case MessageType.PdelayRespFollowUp:
      putTimestamp(bytes, 34, message.responseOrigin);
      return putPortIdentity(bytes, 44, message.requesting);
    case MessageType.Announce:
      putTimestamp(bytes, 34, message.origin);
      put16(bytes, 44, message.currentUtcOffset);
      bytes[47] = message.grandmasterPriority1;
      putClockQuality(bytes, 48, message.grandmasterClockQuality);
      bytes[52] = message.grandmasterPriority2;
      putIdentity(bytes, 53, message.grandmasterIdentity);
      put16(bytes, 61, message.stepsRemoved);
      bytes[63] = message.timeSource;
      return;
    case MessageType.Signaling:
      return putPortIdentity(bytes, 34, message.target);
    case MessageType.Management:
      putPortIdentity(bytes, 34, message.target);
      bytes[44] = message.startingBoundaryHops;
      bytes[45] = message.boundaryHops;
      bytes[46] = message.action;
  }
}
