/** The packets that the gateway reads and writes: Ethernet, IPv4, UDP, ICMP; what the boards have, too, is theirs. */
import { IcmpType, message } from '../../../kernel/net/icmp/header';
import { ETHER_HEADER, etherDestination, etherFrame, etherSource, etherType } from '../../../kernel/net/ethernet';
import {
  Fragment,
  IPV4_HEADER,
  readIpv4Header,
  writeIpv4Header,
  type Ipv4Fields,
} from '../../../kernel/net/ipv4/header';
import { readUdp, udpDatagram } from '../../../kernel/net/udp/header';

/** Bytes of a datagram's payload in one packet of Ethernet; a fragment's is a multiple of eight. */
const MOST_PAYLOAD = 1480;

export interface Frame {
  destination: number;
  source: number;
  type: number;
  payload: Uint8Array;
}

/** Of at least 14 bytes. */
export const parseFrame = (bytes: Uint8Array): Frame => ({
  destination: etherDestination(bytes),
  source: etherSource(bytes),
  type: etherType(bytes),
  payload: bytes.subarray(ETHER_HEADER),
});

export function buildFrame({ destination, source, type, payload }: Frame): Uint8Array {
  const bytes = etherFrame(destination, source, type, payload.length);
  bytes.set(payload, ETHER_HEADER);
  return bytes;
}

export interface Ipv4 extends Ipv4Fields {
  id: number;
  /** Of the payload in the datagram that it is a fragment of, in bytes; and whether others follow. */
  offset: number;
  more: boolean;
  payload: Uint8Array;
}

/** Null for what is no IPv4 packet, is cut off, or has a wrong checksum. */
export function parseIpv4(bytes: Uint8Array): Ipv4 | null {
  const read = readIpv4Header(bytes);
  if (typeof read === 'string') return null;
  const { headerLength, length, id, fragment, tos, ttl, protocol, source, destination } = read;
  return {
    ...{ id, tos, ttl, protocol, source, destination },
    offset: (fragment & Fragment.Offset) * 8,
    more: (fragment & Fragment.More) !== 0,
    payload: bytes.subarray(headerLength, length),
  };
}

/** The packets of a datagram: several when it is longer than one can be. */
export function buildIpv4(packet: Omit<Ipv4, 'offset' | 'more' | 'tos'>): Uint8Array[] {
  const { payload } = packet;
  const count = Math.max(1, Math.ceil(payload.length / MOST_PAYLOAD));
  return Array.from({ length: count }, (_, i) => {
    const offset = i * MOST_PAYLOAD;
    const part = payload.subarray(offset, offset + MOST_PAYLOAD);
    return buildOne({ ...packet, tos: 0, offset, more: i + 1 < count, payload: part });
  });
}

function buildOne({ id, offset, more, payload, ...fields }: Ipv4): Uint8Array {
  const bytes = new Uint8Array(IPV4_HEADER + payload.length);
  writeIpv4Header(bytes, fields, id, offset / 8 + (more ? Fragment.More : 0));
  bytes.set(payload, IPV4_HEADER);
  return bytes;
}

export interface Udp {
  sourcePort: number;
  destinationPort: number;
  payload: Uint8Array;
}

/** Null for what is cut off or has a wrong checksum. */
export function parseUdp({ source, destination, payload }: Ipv4): Udp | null {
  const read = readUdp(source, destination, payload);
  if (typeof read === 'string') return null;
  const { sourcePort, destinationPort, data } = read;
  return { sourcePort, destinationPort, payload: data };
}

export function buildUdp({ payload, ...ports }: Udp, source: number, destination: number): Uint8Array {
  return udpDatagram({ source, destination, ...ports }, payload);
}

/** Bytes of the payload of the packet that an ICMP error is about. */
const QUOTED = 8;

/** A packet could not be delivered: its header, and where it was to go. */
export function buildUnreachable(code: number, packet: Ipv4): Uint8Array {
  return message(IcmpType.Unreachable, code, 0, buildOne(packet).subarray(0, IPV4_HEADER + QUOTED));
}
