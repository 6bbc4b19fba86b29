/** Where things are in a PTP message (IEEE 1588-2008, tables 18 and 25 to 37): lengths in bytes, big-endian throughout. */
import { MessageType } from './messages';

export const HEADER_LENGTH = 34;

/** Type and length of a TLV (clause 14.1). */
export const TLV_HEAD_LENGTH = 4;

/** By type: the header and what is behind it, up to the TLVs. A type that is not here is reserved. */
export const messageLengths: Readonly<Record<number, number>> = {
  [MessageType.Sync]: 44,
  [MessageType.DelayReq]: 44,
  [MessageType.PdelayReq]: 54,
  [MessageType.PdelayResp]: 54,
  [MessageType.FollowUp]: 44,
  [MessageType.DelayResp]: 54,
  [MessageType.PdelayRespFollowUp]: 54,
  [MessageType.Announce]: 64,
  [MessageType.Signaling]: 44,
  [MessageType.Management]: 48,
} satisfies Record<MessageType, number>;
