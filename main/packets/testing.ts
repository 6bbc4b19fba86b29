/** Packets for tests, with checksums that are right. */
import { parseIpv4 } from '../../kernel/net/address';
import { addWords, checksumOf, put16, put32, put48 } from '../../kernel/net/bytes';
import type { Packet, PacketSource } from './source';

const [TCP, UDP, ICMP] = [6, 17, 1];

/** An Ethernet frame between the boards of the last numbers of two addresses. */
export function frame(type: number, payload: Uint8Array, from = 2, to = 3): Uint8Array {
  const bytes = new Uint8Array(Math.max(60, 14 + payload.length));
  put48(bytes, 0, 0x0200_0000_0000 + to);
  put48(bytes, 6, 0x0200_0000_0000 + from);
  put16(bytes, 12, type);
  bytes.set(payload, 14);
  return bytes;
}

export interface Ends {
  from: string;
  to: string;
}
const usual: Ends = { from: '10.0.0.2', to: '10.0.0.3' };

export function ipv4(protocol: number, payload: Uint8Array, { from, to }: Ends = usual): Uint8Array {
  const bytes = new Uint8Array(20 + payload.length);
  bytes.set([0x45, 0, 0, 0, 0x12, 0x34, 0x40, 0, 64, protocol]);
  put16(bytes, 2, bytes.length);
  put32(bytes, 12, parseIpv4(from)!);
  put32(bytes, 16, parseIpv4(to)!);
  put16(bytes, 10, checksumOf(addWords(bytes, 0, 20)));
  bytes.set(payload, 20);
  return frame(0x0800, bytes);
}

function withChecksum(protocol: number, at: number, segment: Uint8Array, ends: Ends): Uint8Array {
  const pseudo = new Uint8Array(12);
  put32(pseudo, 0, parseIpv4(ends.from)!);
  put32(pseudo, 4, parseIpv4(ends.to)!);
  put16(pseudo, 8, protocol);
  put16(pseudo, 10, segment.length);
  put16(segment, at, checksumOf(addWords(segment, 0, segment.length, addWords(pseudo, 0, 12))));
  return ipv4(protocol, segment, ends);
}

const bytesOf = (data: Uint8Array | string): Uint8Array =>
  typeof data === 'string' ? new TextEncoder().encode(data) : data;

export function udp(fromPort: number, toPort: number, data: Uint8Array | string, ends = usual): Uint8Array {
  const payload = bytesOf(data);
  const segment = new Uint8Array(8 + payload.length);
  put16(segment, 0, fromPort);
  put16(segment, 2, toPort);
  put16(segment, 4, segment.length);
  segment.set(payload, 8);
  return withChecksum(UDP, 6, segment, ends);
}

export interface TcpFields {
  from?: number;
  to?: number;
  sequence: number;
  ack?: number;
  /** Letters: S, F, R, P. */
  flags?: string;
  window?: number;
  data?: string;
  options?: readonly number[];
}

/** A segment from 10.0.0.2:40000 to 10.0.0.3:80; `isBack` is one the other way. */
export function tcp(fields: TcpFields, isBack = false): Uint8Array {
  const { sequence, ack, flags = '', window = 8192, data = '', options = [] } = fields;
  const [from, to] = isBack ? [fields.from ?? 80, fields.to ?? 40000] : [fields.from ?? 40000, fields.to ?? 80];
  const head = 20 + options.length;
  const payload = bytesOf(data);
  const segment = new Uint8Array(head + payload.length);
  put16(segment, 0, from);
  put16(segment, 2, to);
  put32(segment, 4, sequence);
  put32(segment, 8, ack ?? 0);
  segment[12] = (head / 4) << 4;
  const bits = { F: 1, S: 2, R: 4, P: 8 } as Readonly<Record<string, number>>;
  segment[13] = [...flags].reduce((sum, letter) => sum | bits[letter]!, ack === undefined ? 0 : 16);
  put16(segment, 14, window);
  segment.set(options, 20);
  segment.set(payload, head);
  return withChecksum(TCP, 16, segment, isBack ? { from: usual.to, to: usual.from } : usual);
}

export function echo(type: 0 | 8, sequence: number): Uint8Array {
  const message = new Uint8Array(64);
  message[0] = type;
  put16(message, 4, 7);
  put16(message, 6, sequence);
  put16(message, 2, checksumOf(addWords(message, 0, message.length)));
  return ipv4(ICMP, message);
}

/** A source of packets a millisecond apart, which can be cut and made longer. */
export class ListSource implements PacketSource {
  readonly interfaces = ['left/eth0', 'right/eth0'];
  first = 1;
  readonly list: Packet[] = [];

  constructor(frames: readonly Uint8Array[] = []) {
    for (const bytes of frames) this.add(bytes);
  }

  get end(): number {
    return this.list.length + 1;
  }

  packet(number: number): Packet {
    return this.list[number - 1]!;
  }

  add(bytes: Uint8Array, timeNs = this.list.length * 1e6, port = 0): void {
    const number = this.list.length + 1;
    this.list.push({ number, timeNs, interface: port, direction: 'out', bytes, length: bytes.length });
  }
}
