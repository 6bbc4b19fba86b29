/** Takes UDP datagrams in (NuttX: net/udp/udp_input.c): to the sockets that they are for. */
import type { Kernel } from '../../kernel';
import { isBroadcast } from '../arp/neighbors';
import { INADDR_ANY, isMulticast } from '../address';
import { queueDatagram } from '../datagram';
import { icmpError, type TransportError } from '../icmp/input';
import { IcmpType, Unreachable } from '../icmp/header';
import { packetInfoOf } from '../inet';
import type { Ipv4Packet } from '../ipv4/header';
import { failSocket } from '../socket';
import { readUdp } from './header';
import { isUdp, udpSockets, type UdpSocket } from './socket';

/** How exactly a datagram is meant for a socket: the more of both ends it has fixed, the more; 0 for not at all. */
function matchOf(socket: UdpSocket, packet: Ipv4Packet, sourcePort: number, destinationPort: number): number {
  const { local, remote, options } = socket;
  const { source, destination, iface } = packet;
  if (local.port !== destinationPort) return 0;
  if (options.device !== 0 && options.device !== iface.index) return 0;
  if (local.address !== INADDR_ANY && local.address !== destination && !isToAll(socket, packet)) return 0;
  if (remote && (remote.address !== source || remote.port !== sourcePort)) return 0;
  return 1 + (local.address !== INADDR_ANY ? 1 : 0) + (remote ? 2 : 0) + (options.device !== 0 ? 1 : 0);
}

/** A socket that has its address by its connection hears broadcasts all the same. */
const isToAll = ({ addressOfConnection }: UdpSocket, { iface, destination }: Ipv4Packet) =>
  addressOfConnection && isBroadcast(iface, destination);

export function udpInput(k: Kernel, packet: Ipv4Packet): void {
  const { source, destination, payload, stamp, iface } = packet;
  const { udp } = k.state.net.counts;
  udp.received++;
  const read = readUdp(source, destination, payload);
  if (typeof read === 'string') {
    udp.dropped++;
    if (read === 'checksum') udp.checksum++;
    return;
  }
  const { sourcePort, destinationPort, data } = read;
  // What is for many is for every socket that hears it; else the most exact has it, of several the newest.
  const isForMany = isMulticast(destination) || isBroadcast(iface, destination);
  let best = 0;
  let chosen: UdpSocket[] = [];
  for (const socket of k.state.net.sockets.values()) {
    if (!isUdp(socket)) continue;
    const match = matchOf(socket, packet, sourcePort, destinationPort);
    if (match === 0 || match < best) continue;
    chosen = isForMany ? [...chosen, socket] : [socket];
    best = isForMany ? 1 : match;
  }
  if (chosen.length === 0) {
    udp.dropped++;
    icmpError(k, packet, IcmpType.Unreachable, Unreachable.Port);
  }
  for (const socket of chosen) {
    const from = { family: 'inet', address: source, port: sourcePort } as const;
    const control = socket.options.packetInfo ? [packetInfoOf(packet)] : [];
    if (!queueDatagram(k, socket, { bytes: data, from, stamp, control })) udp.dropped++;
  }
}

/** A datagram that was sent has not reached anybody: the socket that is connected to him learns it. */
export function udpError(k: Kernel, { destination, sourcePort, destinationPort, errno }: TransportError): void {
  const socket = udpSockets(k).find(
    ({ local, remote }) =>
      local.port === sourcePort && remote?.address === destination && remote.port === destinationPort,
  );
  if (socket) failSocket(k, socket, errno);
}
