/** ICMP (RFC 792; NuttX: net/icmp): answers echo requests, and tells and hears what has become of datagrams. */
import { Errno } from '../../errno';
import type { Kernel } from '../../kernel';
import { addWords, checksumOf, get16, get32, joinBytes } from '../bytes';
import { ICMP_HEADER, IcmpType, message, Unreachable } from './header';
import { icmpSocketInput } from './socket';
import { Fragment, IPV4_HEADER, ipv4HeaderLength, Protocol, type Ipv4Packet } from '../ipv4/header';
import { ipv4Output } from '../ipv4/output';
import { ownerOf } from '../route';
import { tcpError } from '../tcp/input';
import { ticksIn } from '../timer';
import { udpError } from '../udp/input';

/** Code of TimeExceeded: fragments of a datagram have not come. */
export const REASSEMBLY_TIME = 1;

/** What became of a datagram that the board has sent. */
export interface TransportError {
  source: number;
  destination: number;
  sourcePort: number;
  destinationPort: number;
  errno: number;
  /** With EMSGSIZE, what would get through (RFC 1191); 0: the router does not say. */
  mtu: number;
  /** TCP's sequence number. */
  sequence: number;
}

export interface IcmpState {
  /** Errors that may be sent at once, and the tick up to which they are counted. */
  tokens: number;
  tick: number;
}

const TTL = 64;
/** Of the datagram that an error is about, behind its header. */
const QUOTED = 8;
/** Errors are sent so many at once, and then one in that time, so that a flood is not answered by another (RFC 1812, 4.3.2.8). */
const BURST = 10;
const REFILL_MS = 100;

export const createIcmp = (): IcmpState => ({ tokens: BURST, tick: 0 });

export function icmpInput(k: Kernel, packet: Ipv4Packet): void {
  const { payload } = packet;
  const { icmp } = k.state.net.counts;
  icmp.received++;
  if (payload.length < ICMP_HEADER || checksumOf(addWords(payload, 0, payload.length)) !== 0) {
    icmp.dropped++;
    return;
  }
  const [type, code] = payload;
  if (type === IcmpType.EchoRequest) answer(k, packet);
  else if (type === IcmpType.Unreachable) {
    const mtu = code === Unreachable.FragmentationNeeded ? get16(payload, 6) : 0;
    reportError(k, payload.subarray(ICMP_HEADER), errnoOf[code!] ?? Errno.EHOSTUNREACH, mtu);
  } else if (type === IcmpType.TimeExceeded || type === IcmpType.ParameterProblem) {
    reportError(k, payload.subarray(ICMP_HEADER), type === IcmpType.TimeExceeded ? Errno.EHOSTUNREACH : Errno.EPROTO);
  }
  if (type !== IcmpType.EchoRequest) icmpSocketInput(k, packet);
}

/** By code of Unreachable. */
const errnoOf: Readonly<Record<number, number>> = {
  [Unreachable.Net]: Errno.ENETUNREACH,
  [Unreachable.Host]: Errno.EHOSTUNREACH,
  [Unreachable.Protocol]: Errno.ENOPROTOOPT,
  [Unreachable.Port]: Errno.ECONNREFUSED,
  [Unreachable.FragmentationNeeded]: Errno.EMSGSIZE,
};

function answer(k: Kernel, { iface, source, destination, payload, tos, isGroup }: Ipv4Packet): void {
  const reply = message(IcmpType.EchoReply, 0, get32(payload, 4), payload.subarray(ICMP_HEADER));
  const from = isGroup ? iface.address : destination;
  ipv4Output(k, { protocol: Protocol.Icmp, source: from, destination: source, payload: reply, ttl: TTL, tos });
  k.state.net.counts.icmp.sent++;
}

/**
 * Tells the sender of a datagram what is the matter with it; nobody is told about an error itself, or about what was for
 * more than one host.
 */
export function icmpError(k: Kernel, packet: Ipv4Packet, type: number, code: number): void {
  const { iface, source, destination, header, payload, protocol, isGroup } = packet;
  if (isGroup || source === 0 || (protocol === Protocol.Icmp && payload[0] !== IcmpType.EchoRequest)) return;
  if (!mayTell(k)) return;
  const error = message(type, code, 0, joinBytes([header, payload.subarray(0, QUOTED)]));
  const from = ownerOf(k, destination) ? destination : iface.address;
  ipv4Output(k, { protocol: Protocol.Icmp, source: from, destination: source, payload: error, ttl: TTL, tos: 0 });
  k.state.net.counts.icmp.sent++;
}

function mayTell(k: Kernel): boolean {
  const { ticks, net } = k.state;
  const { icmp } = net;
  const step = ticksIn(k, REFILL_MS);
  const refills = Math.floor((ticks - icmp.tick) / step);
  icmp.tokens = Math.min(BURST, icmp.tokens + refills);
  icmp.tick += refills * step;
  if (icmp.tokens === 0) return false;
  icmp.tokens--;
  return true;
}

/** A datagram that the board has sent, of which at least the beginning is there, has not reached its destination. */
export function reportError(k: Kernel, datagram: Uint8Array, errno: number, mtu = 0): void {
  if (datagram.length < IPV4_HEADER) return;
  const at = ipv4HeaderLength(datagram);
  if (at < IPV4_HEADER || datagram.length < at + QUOTED || (get16(datagram, 6) & Fragment.Offset) !== 0) return;
  const [source, destination] = [get32(datagram, 12), get32(datagram, 16)];
  const error = {
    ...{ source, destination, errno, mtu },
    ...{ sourcePort: get16(datagram, at), destinationPort: get16(datagram, at + 2) },
    sequence: get32(datagram, at + 4),
  };
  const protocol = datagram[9];
  if (protocol === Protocol.Udp) udpError(k, error);
  else if (protocol === Protocol.Tcp) tcpError(k, error);
}
