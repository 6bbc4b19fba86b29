/**
 * TCP connections and UDP conversations: to which one a packet belongs, and what it is within it: a retransmission, an
 * acknowledgment that came twice. Packets are looked at one after the other, each once; what they changed is kept with
 * them, so that the last can be taken back when the machine goes back.
 */
import { get16, get32 } from '../../kernel/net/bytes';
import { ipv4Text } from '../../kernel/net/address';
import type { Packet, PacketSource } from './source';

/** What a segment is that is not as it should be, or worth knowing; the names are those of filters. */
export type TcpRemark =
  | 'retransmission'
  | 'fast_retransmission'
  | 'spurious_retransmission'
  | 'out_of_order'
  | 'lost_segment'
  | 'ack_lost_segment'
  | 'duplicate_ack'
  | 'zero_window'
  | 'zero_window_probe'
  | 'window_update'
  | 'window_full'
  | 'keep_alive'
  | 'keep_alive_ack';

/** What is known of a packet's conversation. */
export interface TransportNote {
  protocol: 'tcp' | 'udp';
  /** Number of the conversation, by protocol. */
  stream: number;
  /** Which of its ends has sent it; 0 is the one that began. */
  end: 0 | 1;
  /** Of TCP, from the beginning of each direction on. */
  sequence: number;
  acknowledgment: number;
  /** Bytes; as it stands in the segment when the scale is not known. */
  window: number;
  /** Where what it carries begins in the packet. */
  payloadAt: number;
  payloadLength: number;
  remarks: readonly TcpRemark[];
  /** Of a duplicate acknowledgment: which one. */
  duplicate: number;
  /** What it changed, as that was before. */
  before: Before;
}

interface Before {
  /** Where the conversation is found. */
  peers: Map<number, Conversation>;
  key: number;
  /** The conversation that the ports had before, if this one began with it. */
  replaced: Conversation | null;
  isNew: boolean;
  sides: readonly [Side, Side];
}

/** What one end has sent; never changed, but replaced. */
interface Side {
  /** Sequence number before its first byte; null: nothing is known of it. */
  base: number | null;
  /** Relative: behind the last byte that it has sent. */
  next: number;
  /** When that was. */
  nextNs: number;
  acknowledged: number;
  window: number;
  /** Of the window, in bits; null: it has offered none. */
  scale: number | null;
  duplicates: number;
  duplicateNs: number;
  isKeepAlive: boolean;
}

interface Conversation {
  protocol: 'tcp' | 'udp';
  stream: number;
  /** Address and port; the first is the end that began. */
  ends: readonly [number, number];
  sides: readonly [Side, Side];
}

const NOTHING: Side = {
  ...{ base: null, next: 0, nextNs: 0, acknowledged: 0, window: -1, scale: null },
  ...{ duplicates: 0, duplicateNs: 0, isKeepAlive: false },
};
const Flag = { Fin: 1, Syn: 2, Rst: 4, Ack: 16 } as const;
/** A segment that is late by less has been overtaken; one that is later was sent again. */
const OVERTAKEN_NS = 3e6;
const FAST_NS = 20e6;
const WINDOW_SCALE = 3;
const [TCP, UDP] = [6, 17];

/** A packet that belongs to a conversation. */
interface Segment {
  packet: Packet;
  protocol: 'tcp' | 'udp';
  /** Address times 2^16, and port. */
  source: number;
  destination: number;
  /** Where its own head begins, and the datagram ends. */
  at: number;
  end: number;
}

export class Conversations {
  /** By port of the bench and protocol, then by the lower of the two ends, then by the other. */
  private readonly current: Map<number, Map<number, Conversation>>[] = [];
  private readonly byStream: Record<'tcp' | 'udp', Conversation[]> = { tcp: [], udp: [] };
  /** Of the packets from `first` on. */
  private notes: (TransportNote | null)[] = [];
  private first: number;

  constructor(private readonly source: PacketSource) {
    this.first = source.first;
  }

  /** Number of the packet that is looked at next. */
  get end(): number {
    return this.first + this.notes.length;
  }

  /** Looks at the packets that came, until a time of {@link performance.now}. */
  advance(deadline: number): void {
    const { source } = this;
    this.forget();
    for (let count = 0; this.end < source.end; count++) {
      if (count % 256 === 255 && performance.now() > deadline) return;
      this.notes.push(this.look(source.packet(this.end)));
    }
  }

  note(number: number): TransportNote | null {
    return this.notes[number - this.first] ?? null;
  }

  /** Of a conversation: its two ends. */
  ends(protocol: 'tcp' | 'udp', stream: number): [string, string] | null {
    const ends = this.byStream[protocol][stream]?.ends;
    return ends ? [endText(ends[0]), endText(ends[1])] : null;
  }

  /** The packets from a number on are no more. */
  cut(end: number): void {
    while (this.end > end && this.notes.length > 0) this.takeBack(this.notes.pop()!);
    if (this.notes.length === 0) this.first = Math.min(this.first, end);
  }

  /** The oldest packets are no longer held. */
  private forget(): void {
    const { first } = this.source;
    if (first <= this.first) return;
    this.notes.splice(0, first - this.first);
    this.first = first;
  }

  private takeBack(note: TransportNote | null): void {
    if (!note) return;
    const { peers, key, replaced, isNew, sides } = note.before;
    if (!isNew) {
      peers.get(key)!.sides = sides;
      return;
    }
    this.byStream[note.protocol].pop();
    if (replaced) peers.set(key, replaced);
    else peers.delete(key);
  }

  private look(packet: Packet): TransportNote | null {
    const segment = segmentOf(packet);
    if (!segment) return null;
    const { protocol, source, destination, at } = segment;
    const { bytes } = packet;
    const peers = this.peersOf(packet.interface * 2 + (protocol === 'tcp' ? 1 : 0), Math.min(source, destination));
    const key = Math.max(source, destination);
    const found = peers.get(key);
    const flags = protocol === 'tcp' ? bytes[at + 13]! : 0;
    const begins = !found || (protocol === 'tcp' && isAnother(found, source, flags, get32(bytes, at + 4)));
    const conversation = begins ? this.begin(segment, flags) : found;
    if (begins) peers.set(key, conversation);
    const end = conversation.ends[0] === source ? 0 : 1;
    const before = { peers, key, replaced: begins ? (found ?? null) : null, isNew: begins, sides: conversation.sides };
    const base = { protocol, stream: conversation.stream, end, before } as const;
    if (protocol === 'tcp') return { ...base, ...followSegment(conversation, segment, end, flags) };
    const [payloadAt, payloadLength] = [at + 8, Math.max(0, segment.end - at - 8)];
    return {
      ...base,
      ...{ sequence: 0, acknowledgment: 0, window: 0, payloadAt, payloadLength, remarks: NO_REMARKS, duplicate: 0 },
    };
  }

  private begin({ protocol, source, destination }: Segment, flags: number): Conversation {
    const streams = this.byStream[protocol];
    // Where the capture began late, an answer may be what is seen first.
    const isAnswer = (flags & (Flag.Syn | Flag.Ack)) === (Flag.Syn | Flag.Ack);
    const ends = isAnswer ? ([destination, source] as const) : ([source, destination] as const);
    const made: Conversation = { protocol, stream: streams.length, ends, sides: [NOTHING, NOTHING] };
    streams.push(made);
    return made;
  }

  private peersOf(table: number, end: number): Map<number, Conversation> {
    const ends = (this.current[table] ??= new Map<number, Map<number, Conversation>>());
    let peers = ends.get(end);
    if (!peers) ends.set(end, (peers = new Map<number, Conversation>()));
    return peers;
  }
}

const endText = (end: number): string => `${ipv4Text(Math.floor(end / 0x10000))}:${end % 0x10000}`;

const NO_REMARKS: readonly TcpRemark[] = [];

/** The UDP datagram or TCP segment in a packet, unless it has been fragmented. */
function segmentOf(packet: Packet): Segment | null {
  const { bytes } = packet;
  let at = 12;
  while (at + 4 <= bytes.length && (get16(bytes, at) === 0x8100 || get16(bytes, at) === 0x88a8)) at += 4;
  if (at + 22 > bytes.length || get16(bytes, at) !== 0x0800) return null;
  const ip = at + 2;
  const protocol = bytes[ip + 9] === TCP ? 'tcp' : bytes[ip + 9] === UDP ? 'udp' : null;
  if (protocol === null || (get16(bytes, ip + 6) & 0x3fff) !== 0) return null;
  const start = ip + (bytes[ip]! & 15) * 4;
  const end = Math.min(bytes.length, ip + get16(bytes, ip + 2));
  if (start + (protocol === 'tcp' ? 20 : 8) > end) return null;
  const source = get32(bytes, ip + 12) * 0x10000 + get16(bytes, start);
  const destination = get32(bytes, ip + 16) * 0x10000 + get16(bytes, start + 2);
  return { packet, protocol, source, destination, at: start, end };
}

/** The ports are used again, by another connection: a SYN with another number. */
function isAnother({ ends, sides }: Conversation, source: number, flags: number, sequence: number): boolean {
  if ((flags & (Flag.Syn | Flag.Ack)) !== Flag.Syn) return false;
  const { base } = sides[ends[0] === source ? 0 : 1];
  return base !== null && base !== sequence;
}

/** A relative number, near to another one: they go round. */
const relative = (number: number, base: number, near: number): number => near + ((number - base - near) | 0);

/** Adds a segment to its connection, and says what it is. */
function followSegment(
  conversation: Conversation,
  { packet, at, end: to }: Segment,
  end: 0 | 1,
  flags: number,
): Omit<TransportNote, 'protocol' | 'stream' | 'end' | 'before'> {
  const { bytes, timeNs } = packet;
  const [before, peer] = end === 0 ? conversation.sides : [conversation.sides[1], conversation.sides[0]];
  const [rawSequence, rawAck] = [get32(bytes, at + 4), get32(bytes, at + 8)];
  const isSyn = (flags & Flag.Syn) !== 0;
  const isMarked = (flags & (Flag.Syn | Flag.Fin | Flag.Rst)) !== 0;
  const hasAck = (flags & Flag.Ack) !== 0;

  const base = before.base ?? (isSyn ? rawSequence : (rawSequence - 1) >>> 0);
  const sequence = relative(rawSequence, base, before.next);
  // Of the other end nothing was seen, but what is acknowledged of it says where it is.
  const peerBase = peer.base ?? (hasAck ? (rawAck - 1) >>> 0 : null);
  const acknowledgment = hasAck ? relative(rawAck, peerBase!, before.acknowledged) : 0;
  const payloadAt = at + (bytes[at + 12]! >> 4) * 4;
  const payloadLength = Math.max(0, to - payloadAt);
  const next = sequence + payloadLength + (isSyn ? 1 : 0) + (flags & Flag.Fin ? 1 : 0);
  const scale = isSyn ? scaleOf(bytes, at) : before.scale;
  const shift = !isSyn && before.scale !== null && peer.scale !== null ? before.scale : 0;
  const window = get16(bytes, at + 14) * 2 ** shift;

  const remarks: TcpRemark[] = [];
  const isKnown = before.base !== null;
  const isEmpty = payloadLength === 0 && !isMarked;
  const isKeepAlive = isKnown && payloadLength <= 1 && sequence === before.next - 1 && !isMarked;
  const isProbe = isKnown && payloadLength === 1 && sequence === before.next && peer.window === 0;
  const repeats = isKnown && isEmpty && sequence === before.next && acknowledgment === before.acknowledged;
  const isKeepAliveAck = repeats && window !== 0 && window === before.window && peer.isKeepAlive;
  const isDuplicate = repeats && window !== 0 && window === before.window && !peer.isKeepAlive;
  const duplicates = isDuplicate ? before.duplicates + 1 : repeats ? before.duplicates : 0;

  if (isProbe) remarks.push('zero_window_probe');
  if (window === 0 && !isMarked) remarks.push('zero_window');
  if (isKnown && sequence > before.next && !(flags & Flag.Rst)) remarks.push('lost_segment');
  if (isKeepAlive) remarks.push('keep_alive');
  if (repeats && window !== before.window && window !== 0) remarks.push('window_update');
  if (isKeepAliveAck) remarks.push('keep_alive_ack');
  if (isDuplicate) remarks.push('duplicate_ack');
  if (hasAck && peer.base !== null && acknowledgment > peer.next && !(flags & Flag.Rst)) {
    remarks.push('ack_lost_segment');
  }
  if (payloadLength > 0 && peer.window > 0 && next === peer.acknowledged + peer.window) remarks.push('window_full');
  const takesRoom = payloadLength > 0 || (flags & (Flag.Syn | Flag.Fin)) !== 0;
  if (isKnown && takesRoom && !isKeepAlive && sequence < before.next) {
    remarks.push(repeated(before, peer, sequence, next, timeNs));
  }

  const grows = next > before.next || !isKnown;
  const now: Side = {
    base,
    // A probe is no part of what was sent until it is acknowledged, and is sent again.
    next: grows && !isProbe ? next : before.next,
    nextNs: grows ? timeNs : before.nextNs,
    acknowledged: hasAck ? Math.max(acknowledgment, before.acknowledged) : before.acknowledged,
    window: flags & Flag.Rst ? before.window : window,
    scale,
    duplicates,
    duplicateNs: isDuplicate ? timeNs : before.duplicateNs,
    isKeepAlive,
  };
  const other = peer.base === null && peerBase !== null ? { ...peer, base: peerBase, next: acknowledgment } : peer;
  conversation.sides = end === 0 ? [now, other] : [other, now];
  return {
    sequence,
    acknowledgment,
    window,
    payloadAt,
    payloadLength,
    remarks,
    duplicate: isDuplicate ? duplicates : 0,
  };
}

/** What a segment is whose bytes were sent before, or overtaken. */
function repeated(before: Side, peer: Side, sequence: number, next: number, timeNs: number): TcpRemark {
  if (peer.duplicates >= 2 && peer.acknowledged === sequence && timeNs - peer.duplicateNs < FAST_NS) {
    return 'fast_retransmission';
  }
  if (next <= peer.acknowledged) return 'spurious_retransmission';
  if (timeNs - before.nextNs < OVERTAKEN_NS && next !== before.next) return 'out_of_order';
  return 'retransmission';
}

/** What a SYN offers; null for nothing. */
function scaleOf(bytes: Uint8Array, at: number): number | null {
  const end = Math.min(bytes.length, at + (bytes[at + 12]! >> 4) * 4);
  for (let option = at + 20; option + 1 < end && bytes[option] !== 0;) {
    if (bytes[option] === 1) option++;
    else {
      if (bytes[option] === WINDOW_SCALE) return bytes[option + 2] ?? null;
      option += Math.max(2, bytes[option + 1]!);
    }
  }
  return null;
}
