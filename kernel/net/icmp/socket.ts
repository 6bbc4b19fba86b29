/**
 * Sockets of IPPROTO_ICMP (NuttX: net/icmp). One of SOCK_DGRAM sends echo requests and gets the replies to them, as ping
 * has it; one of SOCK_RAW sends any message and gets all that come, with their IPv4 header.
 */
import { Errno } from '../../errno';
import type { Kernel } from '../../kernel';
import { INADDR_ANY } from '../address';
import { addWords, checksumOf, get16, joinBytes, put16 } from '../bytes';
import {
  datagramFields,
  discardDatagrams,
  pollDatagrams,
  queueDatagram,
  readableBytes,
  receiveDatagram,
  sentOrWait,
  shutDatagrams,
  type DatagramSocket,
} from '../datagram';
import { IcmpType } from './header';
import { isBindable, packetInfoOf, wayTo } from '../inet';
import { IPV4_HEADER, Protocol, type Ipv4Packet } from '../ipv4/header';
import { ipv4Output } from '../ipv4/output';
import { Shut } from '../socket';
import type { OutMessage, SocketAddress, SocketOperations } from '../socket';
import { stampRequest } from '../timestamp';

interface IcmpSocket extends DatagramSocket {
  kind: 'icmp';
  local: number;
  /** The address that it is connected to, or null. */
  remote: number | null;
  /** Identifier of the last request; null before the first. */
  echoId: number | null;
  /** ICMP_FILTER: bit n set: messages of type n do not come. */
  filter: number;
}

const SOCK_RAW = 3;
const HEADER = 8;
const LONGEST = 65_535 - 20;
const IPPROTO_ICMP = 1;
const ICMP_FILTER = 1;

/** An ICMP message has come that is no echo request. */
export function icmpSocketInput(k: Kernel, packet: Ipv4Packet): void {
  const { header, payload, source, stamp, iface } = packet;
  for (const each of k.state.net.sockets.values()) {
    if (each.kind !== 'icmp') continue;
    const socket = each as IcmpSocket;
    const { options, remote } = socket;
    if (!isFor(socket, payload) || (remote !== null && remote !== source)) continue;
    if (options.device !== 0 && options.device !== iface.index) continue;
    const bytes = socket.type === SOCK_RAW ? joinBytes([header, payload]) : payload;
    const control = options.packetInfo ? [packetInfoOf(packet)] : [];
    queueDatagram(k, socket, { bytes, from: { family: 'inet', address: source, port: 0 }, stamp, control });
  }
}

function isFor({ type, echoId, filter }: IcmpSocket, message: Uint8Array): boolean {
  const kind = message[0]!;
  if (type === SOCK_RAW) return kind > 31 || ((filter >>> kind) & 1) === 0;
  return kind === IcmpType.EchoReply && get16(message, 4) === echoId;
}

function bind(k: Kernel, socket: IcmpSocket, address: SocketAddress): number {
  if (address.family !== 'inet') return -Errno.EAFNOSUPPORT;
  if (socket.local !== INADDR_ANY) return -Errno.EINVAL;
  if (!isBindable(k, address.address)) return -Errno.EADDRNOTAVAIL;
  socket.local = address.address;
  return 0;
}

function connect(_k: Kernel, socket: IcmpSocket, address: SocketAddress): number {
  if (address.family !== 'inet' && address.family !== 'unspec') return -Errno.EAFNOSUPPORT;
  socket.remote = address.family === 'inet' ? address.address : null;
  return 0;
}

function send(k: Kernel, socket: IcmpSocket, message: OutMessage, nonBlocking: boolean): number {
  const { to, length, control } = message;
  if (to && to.family !== 'inet') return -Errno.EAFNOSUPPORT;
  if (socket.shut & Shut.Write) return -Errno.EPIPE;
  const destination = to?.address ?? socket.remote;
  if (destination === null) return -Errno.EDESTADDRREQ;
  if (length > LONGEST) return -Errno.EMSGSIZE;
  const payload = message.gather(0, length);
  if (length < HEADER || (socket.type !== SOCK_RAW && payload[0] !== IcmpType.EchoRequest)) return -Errno.EINVAL;
  const found = wayTo(k, socket.options, socket.local, destination, control);
  if (typeof found === 'number') return found;
  if (payload[0] === IcmpType.EchoRequest) socket.echoId = get16(payload, 4);
  put16(payload, 2, 0);
  put16(payload, 2, checksumOf(addWords(payload, 0, length)));
  const { way, wanted, source, ttl, tos, loop } = found;
  const datagram = { protocol: Protocol.Icmp, source, destination, ttl, tos, loop, iface: wanted, payload };
  const sent = ipv4Output(k, { ...datagram, stamp: stampRequest(socket) });
  return sentOrWait(k, socket, sent, length, nonBlocking, length + IPV4_HEADER <= way.iface.mtu);
}

const endpoint = (address: number): SocketAddress => ({ family: 'inet', address, port: 0 });

export const icmpOperations: SocketOperations<IcmpSocket> = {
  open(_k, socket) {
    Object.assign(socket, datagramFields(), { local: INADDR_ANY, remote: null, echoId: null, filter: 0 });
    return 0;
  },
  bind,
  connect,
  send,
  receive: receiveDatagram,
  poll: pollDatagrams,
  shutdown: (k, socket, how) => (socket.remote === null ? -Errno.ENOTCONN : shutDatagrams(k, socket, how)),
  close: discardDatagrams,
  name: (_k, { local }) => endpoint(local),
  peer: (_k, { remote }) => (remote === null ? null : endpoint(remote)),
  readable: readableBytes,
  setOption(_k, socket, level, option, value) {
    if (level !== IPPROTO_ICMP || option !== ICMP_FILTER) return undefined;
    if (value.length < 4) return -Errno.EINVAL;
    socket.filter = new DataView(value.buffer, value.byteOffset).getUint32(0, true);
    return 0;
  },
  getOption(_k, socket, level, option) {
    if (level !== IPPROTO_ICMP || option !== ICMP_FILTER) return undefined;
    return new Uint8Array(Uint32Array.of(socket.filter).buffer);
  },
};
