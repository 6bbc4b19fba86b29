/** Packet sockets (NuttX: net/pkt): whole frames of an Ethernet type, or what they carry, as they come and go. */
import { Errno } from '../errno';
import type { Kernel } from '../kernel';
import { isGroupMac, MAC_BROADCAST } from './address';
import { get48 } from './bytes';
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
} from './datagram';
import { ETHER_HEADER, etherDestination, etherFrame, etherSource, etherType } from './ethernet';
import { interfaceAt } from './inet';
import { addMac, removeMac, transmit } from './netdev';
import type { OutMessage, SocketAddress, SocketOperations } from './socket';
import type { Interface, Stamp } from './state';
import { stampRequest } from './timestamp';

interface PacketSocket extends DatagramSocket {
  kind: 'packet';
  /** Index of the interface that it is bound to; 0 for any. */
  interface: number;
  /** Of the frames that it gets; {@link ALL} of them, or with 0 none. */
  etherType: number;
  memberships: { interface: number; mac: number }[];
}

/** ETH_P_ALL */
const ALL = 3;
const SOCK_DGRAM = 2;
/** PACKET_... of netpacket/packet.h. */
const PacketType = { Host: 0, Broadcast: 1, Multicast: 2, OtherHost: 3 } as const;
const SOL_PACKET = 263;
const Option = { AddMembership: 1, DropMembership: 2 } as const;

const swap16 = (value: number) => ((value & 0xff) << 8) | ((value >> 8) & 0xff);

function typeOf(iface: Interface, destination: number): number {
  if (destination === MAC_BROADCAST) return PacketType.Broadcast;
  if (isGroupMac(destination)) return PacketType.Multicast;
  return destination === iface.mac ? PacketType.Host : PacketType.OtherHost;
}

/** A whole frame has come; true when some socket takes it. */
export function packetInput(k: Kernel, iface: Interface, frame: Uint8Array, stamp: Stamp): boolean {
  const type = etherType(frame);
  let isTaken = false;
  for (const socket of k.state.net.sockets.values()) {
    if (socket.kind !== 'packet') continue;
    const packet = socket as PacketSocket;
    if (packet.etherType !== type && packet.etherType !== ALL) continue;
    if (packet.interface !== 0 && packet.interface !== iface.index) continue;
    isTaken ||= packet.etherType === type;
    const bytes = packet.type === SOCK_DGRAM ? frame.subarray(ETHER_HEADER) : frame;
    const from: SocketAddress = {
      ...{ family: 'packet', interfaceIndex: iface.index, protocol: type },
      ...{ mac: etherSource(frame), packetType: typeOf(iface, etherDestination(frame)) },
    };
    queueDatagram(k, packet, { bytes, from, stamp, control: [] });
  }
  return isTaken;
}

function bind(k: Kernel, socket: PacketSocket, address: SocketAddress): number {
  if (address.family !== 'packet') return -Errno.EAFNOSUPPORT;
  const { interfaceIndex, protocol } = address;
  if (interfaceIndex !== 0 && !interfaceAt(k, interfaceIndex)) return -Errno.ENODEV;
  socket.interface = interfaceIndex;
  if (protocol !== 0) socket.etherType = protocol;
  return 0;
}

function send(k: Kernel, socket: PacketSocket, message: OutMessage, nonBlocking: boolean): number {
  const { to, length } = message;
  if (to && to.family !== 'packet') return -Errno.EAFNOSUPPORT;
  const isCooked = socket.type === SOCK_DGRAM;
  if (isCooked && !to) return -Errno.EDESTADDRREQ;
  const iface = interfaceAt(k, to?.interfaceIndex || socket.interface || socket.options.device);
  if (!iface) return -Errno.ENXIO;
  const header = isCooked ? 0 : ETHER_HEADER;
  if (length < header) return -Errno.EINVAL;
  if (length - header > iface.mtu) return -Errno.EMSGSIZE;
  const data = message.gather(0, length);
  const sent = transmit(k, iface, isCooked ? cooked(socket, iface, to!, data) : data, stampRequest(socket));
  return sentOrWait(k, socket, sent, length, nonBlocking, true);
}

/** What a frame carries, with the header that its address says. */
function cooked(
  socket: PacketSocket,
  iface: Interface,
  { mac, protocol }: SocketAddress & { family: 'packet' },
  data: Uint8Array,
): Uint8Array {
  const frame = etherFrame(mac, iface.mac, protocol || socket.etherType, data.length);
  frame.set(data, ETHER_HEADER);
  return frame;
}

/** With a struct packet_mreq: frames to a group's address come in, or no longer do. */
function changeMembership(k: Kernel, { memberships }: PacketSocket, option: number, value: Uint8Array): number {
  if (value.length < 16) return -Errno.EINVAL;
  const index = new DataView(value.buffer, value.byteOffset).getInt32(0, true);
  const mac = get48(value, 8);
  const iface = interfaceAt(k, index);
  if (!iface) return -Errno.ENODEV;
  if (!isGroupMac(mac)) return -Errno.EINVAL;
  if (option === Option.AddMembership) {
    memberships.push({ interface: index, mac });
    addMac(k, iface, mac);
    return 0;
  }
  const at = memberships.findIndex((each) => each.interface === index && each.mac === mac);
  if (at < 0) return -Errno.EADDRNOTAVAIL;
  memberships.splice(at, 1);
  removeMac(k, iface, mac);
  return 0;
}

export const packetOperations: SocketOperations<PacketSocket> = {
  open(_k, socket) {
    // As htons gives it.
    Object.assign(socket, datagramFields(), { interface: 0, etherType: swap16(socket.protocol), memberships: [] });
    return 0;
  },
  bind,
  send,
  receive: receiveDatagram,
  poll: pollDatagrams,
  shutdown: shutDatagrams,
  close(k, socket) {
    for (const { interface: index, mac } of socket.memberships) removeMac(k, interfaceAt(k, index)!, mac);
    discardDatagrams(k, socket);
  },
  name(k, { interface: interfaceIndex, etherType: protocol }) {
    const mac = interfaceAt(k, interfaceIndex)?.mac ?? 0;
    return { family: 'packet', interfaceIndex, protocol, mac, packetType: 0 };
  },
  readable: readableBytes,
  setOption: (k, socket, level, option, value) =>
    level === SOL_PACKET && (option === Option.AddMembership || option === Option.DropMembership)
      ? changeMembership(k, socket, option, value)
      : undefined,
};
