/** The IPv4 header (RFC 791). */
import { addWords, checksumOf, get16, get32, put16, put32 } from '../bytes';
import type { Interface, Stamp } from '../state';

export const IPV4_HEADER = 20;
/** Bytes of the longest datagram, with its header. */
export const IPV4_MOST = 0xffff;

export const Protocol = { Icmp: 1, Igmp: 2, Tcp: 6, Udp: 17 } as const;
export const Fragment = { Dont: 0x4000, More: 0x2000, Offset: 0x1fff } as const;

/** A datagram that is for the board, whole. */
export interface Ipv4Packet {
  /** Where it has come in. */
  iface: Interface;
  source: number;
  destination: number;
  protocol: number;
  ttl: number;
  tos: number;
  payload: Uint8Array;
  /** With its options. */
  header: Uint8Array;
  stamp: Stamp;
  /** Its frame was for everybody, or for a group. */
  isGroup: boolean;
}

/** What a header says that is the same for all fragments of a datagram. */
export interface Ipv4Fields {
  tos: number;
  ttl: number;
  protocol: number;
  source: number;
  destination: number;
  /** A multiple of four bytes. */
  options?: Uint8Array | undefined;
}

/**
 * Writes a header to the beginning of a datagram, which has its length.
 *
 * @param fragment flags and offset of {@link Fragment}
 */
export function writeIpv4Header(datagram: Uint8Array, fields: Ipv4Fields, id: number, fragment = 0): void {
  const { options } = fields;
  const length = IPV4_HEADER + (options?.length ?? 0);
  datagram[0] = 0x40 | (length / 4);
  datagram[1] = fields.tos;
  put16(datagram, 2, datagram.length);
  put16(datagram, 4, id);
  put16(datagram, 6, fragment);
  datagram[8] = fields.ttl;
  datagram[9] = fields.protocol;
  put32(datagram, 12, fields.source);
  put32(datagram, 16, fields.destination);
  if (options) datagram.set(options, IPV4_HEADER);
  put16(datagram, 10, checksumOf(addWords(datagram, 0, length)));
}

export const ipv4HeaderLength = (datagram: Uint8Array): number => (datagram[0]! & 15) * 4;

/** Sum of the addresses, the protocol and the length, which the checksums of UDP and TCP have before the data. */
export function pseudoHeaderSum(source: number, destination: number, protocol: number, length: number): number {
  return (source >>> 16) + (source & 0xffff) + (destination >>> 16) + (destination & 0xffff) + protocol + length;
}

export interface Ipv4Info {
  headerLength: number;
  length: number;
  tos: number;
  id: number;
  fragment: number;
  ttl: number;
  protocol: number;
  source: number;
  destination: number;
}

/** What a header says; null for one that is damaged or that makes no sense. */
export function readIpv4Header(bytes: Uint8Array): Ipv4Info | 'header' | 'checksum' {
  const headerLength = bytes.length > 0 ? ipv4HeaderLength(bytes) : 0;
  if (bytes.length < IPV4_HEADER || bytes[0]! >> 4 !== 4 || headerLength < IPV4_HEADER) return 'header';
  const length = get16(bytes, 2);
  if (length < headerLength || length > bytes.length) return 'header';
  if (checksumOf(addWords(bytes, 0, headerLength)) !== 0) return 'checksum';
  return {
    headerLength,
    length,
    tos: bytes[1]!,
    id: get16(bytes, 4),
    fragment: get16(bytes, 6),
    ttl: bytes[8]!,
    protocol: bytes[9]!,
    source: get32(bytes, 12),
    destination: get32(bytes, 16),
  };
}
