/** The packets that the gateway reads and writes: Ethernet, ARP, IPv4, UDP, ICMP. */
import { addWords, checksumOf, get16, get32, get48, put16, put32, put48 } from '../../../kernel/net/bytes';

export const EtherType = { Ipv4: 0x0800, Arp: 0x0806 } as const;
export const Protocol = { Icmp: 1, Igmp: 2, Tcp: 6, Udp: 17 } as const;

const ETHERNET = 14;
const ARP = 28;
const IPV4 = 20;
const UDP = 8;
/** Bytes of a datagram's payload in one packet of Ethernet; a fragment's is a multiple of eight. */
export const MOST_PAYLOAD = 1480;
const MORE_FRAGMENTS = 0x2000;
const OFFSET = 0x1fff;

export interface Frame {
  destination: number;
  source: number;
  type: number;
  payload: Uint8Array;
}

/** Of at least 14 bytes. */
export const parseFrame = (bytes: Uint8Array): Frame => ({
  destination: get48(bytes, 0),
  source: get48(bytes, 6),
  type: get16(bytes, 12),
  payload: bytes.subarray(ETHERNET),
});

export function buildFrame({ destination, source, type, payload }: Frame): Uint8Array {
  const bytes = new Uint8Array(ETHERNET + payload.length);
  put48(bytes, 0, destination);
  put48(bytes, 6, source);
  put16(bytes, 12, type);
  bytes.set(payload, ETHERNET);
  return bytes;
}

/** RFC 826: 1 asks, 2 answers. */
export interface Arp {
  operation: number;
  senderMac: number;
  sender: number;
  targetMac: number;
  target: number;
}

/** Of Ethernet and IPv4; null for anything else. */
export function parseArp(bytes: Uint8Array): Arp | null {
  if (bytes.length < ARP || get32(bytes, 0) !== 0x0001_0800 || get16(bytes, 4) !== 0x0604) return null;
  return {
    operation: get16(bytes, 6),
    senderMac: get48(bytes, 8),
    sender: get32(bytes, 14),
    targetMac: get48(bytes, 18),
    target: get32(bytes, 24),
  };
}

export function buildArp({ operation, senderMac, sender, targetMac, target }: Arp): Uint8Array {
  const bytes = new Uint8Array(ARP);
  put32(bytes, 0, 0x0001_0800);
  put16(bytes, 4, 0x0604);
  put16(bytes, 6, operation);
  put48(bytes, 8, senderMac);
  put32(bytes, 14, sender);
  put48(bytes, 18, targetMac);
  put32(bytes, 24, target);
  return bytes;
}

export interface Ipv4 {
  id: number;
  protocol: number;
  source: number;
  destination: number;
  ttl: number;
  tos: number;
  /** Of the payload in the datagram that it is a fragment of, in bytes; and whether others follow. */
  offset: number;
  more: boolean;
  payload: Uint8Array;
}

/** Null for what is no IPv4 packet, is cut off, or has a wrong checksum. */
export function parseIpv4(bytes: Uint8Array): Ipv4 | null {
  if (bytes.length < IPV4 || bytes[0]! >> 4 !== 4) return null;
  const header = (bytes[0]! & 15) * 4;
  const total = get16(bytes, 2);
  if (header < IPV4 || total < header || total > bytes.length) return null;
  if (checksumOf(addWords(bytes, 0, header)) !== 0) return null;
  const fragment = get16(bytes, 6);
  return {
    id: get16(bytes, 4),
    tos: bytes[1]!,
    ttl: bytes[8]!,
    protocol: bytes[9]!,
    source: get32(bytes, 12),
    destination: get32(bytes, 16),
    offset: (fragment & OFFSET) * 8,
    more: (fragment & MORE_FRAGMENTS) !== 0,
    payload: bytes.subarray(header, total),
  };
}

/** The packets of a datagram: several when it is longer than one can be. */
export function buildIpv4(packet: Omit<Ipv4, 'offset' | 'more' | 'tos'>): Uint8Array[] {
  const { payload } = packet;
  const count = Math.max(1, Math.ceil(payload.length / MOST_PAYLOAD));
  return Array.from({ length: count }, (_, i) => {
    const offset = i * MOST_PAYLOAD;
    const part = payload.subarray(offset, offset + MOST_PAYLOAD);
    return buildOne({ ...packet, offset, more: i + 1 < count, payload: part });
  });
}

function buildOne({ id, protocol, source, destination, ttl, offset, more, payload }: Omit<Ipv4, 'tos'>): Uint8Array {
  const bytes = new Uint8Array(IPV4 + payload.length);
  bytes[0] = 0x45;
  put16(bytes, 2, bytes.length);
  put16(bytes, 4, id);
  put16(bytes, 6, offset / 8 + (more ? MORE_FRAGMENTS : 0));
  bytes[8] = ttl;
  bytes[9] = protocol;
  put32(bytes, 12, source);
  put32(bytes, 16, destination);
  put16(bytes, 10, checksumOf(addWords(bytes, 0, IPV4)));
  bytes.set(payload, IPV4);
  return bytes;
}

export interface Udp {
  sourcePort: number;
  destinationPort: number;
  payload: Uint8Array;
}

const pseudoSum = (source: number, destination: number, protocol: number, length: number) =>
  (source >>> 16) + (source & 0xffff) + (destination >>> 16) + (destination & 0xffff) + protocol + length;

/** Null for what is cut off or has a wrong checksum. */
export function parseUdp({ source, destination, payload }: Ipv4): Udp | null {
  if (payload.length < UDP) return null;
  const length = get16(payload, 4);
  if (length < UDP || length > payload.length) return null;
  const sum = pseudoSum(source, destination, Protocol.Udp, length);
  if (get16(payload, 6) !== 0 && checksumOf(addWords(payload, 0, length, sum)) !== 0) return null;
  return {
    sourcePort: get16(payload, 0),
    destinationPort: get16(payload, 2),
    payload: payload.subarray(UDP, length),
  };
}

export function buildUdp(
  { sourcePort, destinationPort, payload }: Udp,
  source: number,
  destination: number,
): Uint8Array {
  const bytes = new Uint8Array(UDP + payload.length);
  put16(bytes, 0, sourcePort);
  put16(bytes, 2, destinationPort);
  put16(bytes, 4, bytes.length);
  bytes.set(payload, UDP);
  const sum = pseudoSum(source, destination, Protocol.Udp, bytes.length);
  // 0 means that there is none.
  put16(bytes, 6, checksumOf(addWords(bytes, 0, bytes.length, sum)) || 0xffff);
  return bytes;
}

export const Icmp = { EchoReply: 0, Unreachable: 3, Echo: 8 } as const;
/** Codes of {@link Icmp.Unreachable}. */
export const Unreachable = { Host: 1, Port: 3, Prohibited: 13 } as const;
/** Bytes of the payload of the packet that an ICMP error is about. */
const QUOTED = 8;

/** An ICMP message whose second word is given. */
export function buildIcmp(type: number, code: number, word: number, data: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(8 + data.length);
  bytes[0] = type;
  bytes[1] = code;
  put32(bytes, 4, word);
  bytes.set(data, 8);
  put16(bytes, 2, checksumOf(addWords(bytes, 0, bytes.length)));
  return bytes;
}

/** A packet could not be delivered. */
export function buildUnreachable(code: number, packet: Ipv4): Uint8Array {
  const quoted = buildOne({ ...packet, payload: packet.payload.subarray(0, QUOTED) });
  // The length that it had.
  put16(quoted, 2, IPV4 + packet.payload.length);
  put16(quoted, 10, 0);
  put16(quoted, 10, checksumOf(addWords(quoted, 0, IPV4)));
  return buildIcmp(Icmp.Unreachable, code, 0, quoted);
}
