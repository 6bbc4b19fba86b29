/** For tests: frames as another host sends them, and what is in those that it gets. */
import { groupMac, isMulticast, MAC_BROADCAST } from './address';
import { addWords, checksumOf, get16, get32, get48, put16, put32, put48 } from './bytes';
import { ETHER_HEADER, etherFrame, EtherType, etherType } from './ethernet';
import { IcmpType, message } from './icmp/header';
import {
  IPV4_HEADER,
  Protocol,
  pseudoHeaderSum,
  readIpv4Header,
  writeIpv4Header,
  type Ipv4Fields,
} from './ipv4/header';

/** The board, and the host that tests are on its cable as. */
export const BOARD = { mac: 0x0200_0000_0001, address: 0x0a00_0002 };
export const HOST = { mac: 0x0200_0000_00aa, address: 0x0a00_0001 };

/** An ARP message; the host asks for the board, unless told otherwise. */
export function arpFrame(
  change: Partial<Record<'operation' | 'mac' | 'address' | 'toMac' | 'target' | 'to', number>> = {},
) {
  const { operation = 1, mac = HOST.mac, address = HOST.address, toMac = 0, target = BOARD.address } = change;
  const frame = etherFrame(change.to ?? (operation === 1 ? MAC_BROADCAST : BOARD.mac), mac, EtherType.Arp, 28);
  const arp = frame.subarray(ETHER_HEADER);
  arp.set([0, 1, 8, 0, 6, 4, 0, operation]);
  put48(arp, 8, mac);
  put32(arp, 14, address);
  put48(arp, 18, toMac);
  put32(arp, 24, target);
  return frame;
}

/** A datagram from the host to the board, unless told otherwise. */
export function ipv4Frame(
  protocol: number,
  payload: Uint8Array,
  change: Partial<Ipv4Fields> & { to?: number; id?: number; fragment?: number } = {},
) {
  const { destination = BOARD.address, options } = change;
  const header = IPV4_HEADER + (options?.length ?? 0);
  const to = change.to ?? (isMulticast(destination) ? groupMac(destination) : BOARD.mac);
  const frame = etherFrame(to, HOST.mac, EtherType.Ipv4, header + payload.length);
  const datagram = frame.subarray(ETHER_HEADER);
  datagram.set(payload, header);
  const usual = { tos: 0, ttl: 64, protocol, source: HOST.address, destination };
  writeIpv4Header(datagram, { ...usual, ...change }, change.id ?? 1, change.fragment);
  return frame;
}

export const bytesOf = (length: number, from = 0): Uint8Array => Uint8Array.from({ length }, (_, i) => from + i);

export const echoRequest = (data = bytesOf(32), id = 7, sequence = 1): Uint8Array =>
  message(IcmpType.EchoRequest, 0, id * 65536 + sequence, data);

export function udpDatagram(
  from: number,
  to: number,
  data: Uint8Array,
  source = HOST.address,
  destination = BOARD.address,
) {
  const bytes = new Uint8Array(8 + data.length);
  put16(bytes, 0, from);
  put16(bytes, 2, to);
  put16(bytes, 4, bytes.length);
  bytes.set(data, 8);
  const sum = pseudoHeaderSum(source, destination, Protocol.Udp, bytes.length);
  put16(bytes, 6, checksumOf(addWords(bytes, 0, bytes.length, sum)));
  return bytes;
}

/** What a frame is, for comparing; `data` begins behind the header that is the last of those known here. */
export function describeFrame(frame: Uint8Array): Record<string, number | string | Uint8Array> {
  const inside = frame.subarray(ETHER_HEADER);
  const to = get48(frame, 0);
  if (etherType(frame) === EtherType.Arp) {
    const names = { 1: 'arp request', 2: 'arp reply' } as Record<number, string>;
    return {
      ...{ is: names[get16(inside, 6)]!, to, mac: get48(inside, 8), address: get32(inside, 14) },
      ...{ toMac: get48(inside, 18), target: get32(inside, 24) },
    };
  }
  const info = readIpv4Header(inside);
  if (etherType(frame) !== EtherType.Ipv4 || typeof info === 'string') return { is: 'frame', to };
  const { headerLength, length, protocol, source, destination, ttl, fragment } = info;
  const data = inside.subarray(headerLength, length);
  const common = { to, source, destination, ttl };
  if (fragment !== 0) return { is: 'fragment', ...common, fragment, data };
  if (protocol === Protocol.Icmp) {
    return { is: 'icmp', ...common, type: data[0]!, code: data[1]!, data: data.subarray(4) };
  }
  if (protocol === Protocol.Udp) {
    return { is: 'udp', ...common, from: get16(data, 0), port: get16(data, 2), data: data.subarray(8) };
  }
  return { is: `protocol ${protocol}`, ...common, data };
}
