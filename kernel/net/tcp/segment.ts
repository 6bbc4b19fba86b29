/** Segments: what they say (RFC 9293, section 3.1; RFC 7323 and 2018 for options), and their bytes. */
import { addWords, checksumOf, get16, get32, put16, put32 } from '../bytes';

export const Flag = { Fin: 1, Syn: 2, Rst: 4, Psh: 8, Ack: 16, Urg: 32 } as const;

export interface Segment {
  sourcePort: number;
  destinationPort: number;
  sequence: number;
  /** Of use with the flag. */
  ack: number;
  flags: number;
  /** As it is on the wire, not scaled. */
  window: number;
  /** From the sequence number on; of use with the flag. */
  urgent: number;
  /** Options: 0 for no MSS, -1 for no window scale; what has come out of order, as pairs of edges, latest first. */
  mss: number;
  scale: number;
  sackPermitted: boolean;
  sacks: readonly number[];
  payload: Uint8Array;
}

const HEADER = 20;
const PROTOCOL = 6;
const Option = { End: 0, Nothing: 1, Mss: 2, Scale: 3, SackPermitted: 4, Sack: 5 } as const;
/** The largest shift that a window may have (RFC 7323, section 2.3). */
const MAX_SCALE = 14;

const NOTHING = new Uint8Array(0);

/** Bytes of options that go with so many edges. */
export const sackBytes = (edges: number): number => (edges === 0 ? 0 : 4 + 4 * edges);

/** Field by field: spreading what is missing over what is usual takes as long as all else that is done with a segment. */
export const segmentOf = ({
  sourcePort = 0,
  destinationPort = 0,
  sequence = 0,
  ack = 0,
  flags = 0,
  window = 0,
  urgent = 0,
  mss = 0,
  scale = -1,
  sackPermitted = false,
  sacks = [],
  payload = NOTHING,
}: Partial<Segment>): Segment => ({
  sourcePort,
  destinationPort,
  sequence,
  ack,
  flags,
  window,
  urgent,
  mss,
  scale,
  sackPermitted,
  sacks,
  payload,
});

/** Sequence numbers that a segment takes. */
export const lengthOf = ({ payload, flags }: Segment): number =>
  payload.length + (flags & Flag.Syn ? 1 : 0) + (flags & Flag.Fin ? 1 : 0);

/** The sum of what the checksum covers beside the segment (RFC 9293, section 3.1: the pseudo header). */
const pseudoSum = (source: number, destination: number, length: number) =>
  (source >>> 16) + (source & 0xffff) + (destination >>> 16) + (destination & 0xffff) + PROTOCOL + length;

/** What the bytes of a packet say, which the payload is a view of; null for a bad header or checksum. */
export function parseSegment(bytes: Uint8Array, source: number, destination: number): Segment | null {
  if (bytes.length < HEADER) return null;
  const header = (bytes[12]! >> 4) * 4;
  if (header < HEADER || header > bytes.length) return null;
  if (checksumOf(addWords(bytes, 0, bytes.length, pseudoSum(source, destination, bytes.length))) !== 0) return null;
  const segment: Segment = {
    sourcePort: get16(bytes, 0),
    destinationPort: get16(bytes, 2),
    sequence: get32(bytes, 4),
    ack: get32(bytes, 8),
    flags: bytes[13]! & 0x3f,
    window: get16(bytes, 14),
    urgent: get16(bytes, 18),
    ...{ mss: 0, scale: -1, sackPermitted: false, sacks: [] },
    payload: bytes.subarray(header),
  };
  if (header > HEADER) parseOptions(segment, bytes, header);
  return segment;
}

/** Options that are cut off or have a wrong length end the list. */
function parseOptions(segment: Segment, bytes: Uint8Array, end: number): void {
  for (let at = HEADER; at < end && bytes[at] !== Option.End;) {
    if (bytes[at] === Option.Nothing) {
      at++;
      continue;
    }
    const length = bytes[at + 1]!;
    if (at + 1 >= end || length < 2 || at + length > end) return;
    parseOption(segment, bytes[at]!, bytes.subarray(at + 2, at + length));
    at += length;
  }
}

function parseOption(segment: Segment, kind: number, value: Uint8Array): void {
  if (kind === Option.Mss && value.length === 2) segment.mss = get16(value, 0);
  else if (kind === Option.Scale && value.length === 1) segment.scale = Math.min(value[0]!, MAX_SCALE);
  else if (kind === Option.SackPermitted) segment.sackPermitted = true;
  else if (kind === Option.Sack && value.length % 8 === 0) {
    segment.sacks = Array.from({ length: value.length / 4 }, (_, i) => get32(value, 4 * i));
  }
}

/** The bytes of a segment, with its checksum, to be sent in a datagram between two addresses. */
export function buildSegment(segment: Segment, source: number, destination: number): Uint8Array {
  const { payload, mss, scale, sackPermitted, sacks } = segment;
  const header = HEADER + optionBytes(segment);
  const bytes = new Uint8Array(header + payload.length);
  put16(bytes, 0, segment.sourcePort);
  put16(bytes, 2, segment.destinationPort);
  put32(bytes, 4, segment.sequence);
  put32(bytes, 8, segment.ack);
  bytes[12] = (header / 4) << 4;
  bytes[13] = segment.flags;
  put16(bytes, 14, segment.window);
  put16(bytes, 18, segment.urgent);
  let at = HEADER;
  const put = (...option: number[]) => {
    bytes.set(option, at);
    at += option.length;
  };
  if (mss > 0) put(Option.Mss, 4, mss >> 8, mss & 255);
  if (scale >= 0) put(Option.Nothing, Option.Scale, 3, scale);
  if (sackPermitted) put(Option.Nothing, Option.Nothing, Option.SackPermitted, 2);
  if (sacks.length > 0) put(Option.Nothing, Option.Nothing, Option.Sack, 2 + 4 * sacks.length);
  for (const edge of sacks) {
    put32(bytes, at, edge);
    at += 4;
  }
  bytes.set(payload, header);
  put16(bytes, 16, checksumOf(addWords(bytes, 0, bytes.length, pseudoSum(source, destination, bytes.length))));
  return bytes;
}

const optionBytes = ({ mss, scale, sackPermitted, sacks }: Segment) =>
  (mss > 0 ? 4 : 0) + (scale >= 0 ? 4 : 0) + (sackPermitted ? 4 : 0) + sackBytes(sacks.length);

/** What answers a segment that belongs to no connection (RFC 9293, section 3.10.7.1); null for one that is a reset itself. */
export function resetFor(segment: Segment): Segment | null {
  const { flags, sequence, ack, sourcePort, destinationPort } = segment;
  if (flags & Flag.Rst) return null;
  const ports = { sourcePort: destinationPort, destinationPort: sourcePort };
  return flags & Flag.Ack
    ? segmentOf({ ...ports, sequence: ack, flags: Flag.Rst })
    : segmentOf({ ...ports, ack: (sequence + lengthOf(segment)) >>> 0, flags: Flag.Rst | Flag.Ack });
}
