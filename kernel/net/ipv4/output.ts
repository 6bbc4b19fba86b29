/** Sends datagrams (NuttX: net/devif, net/ipfrag): finds the way, splits what is too long for it, and finds the neighbor. */
import { Errno } from '../../errno';
import type { Kernel } from '../../kernel';
import { isBroadcast, sendToNeighbor } from '../arp/neighbors';
import { ETHER_HEADER, EtherType, etherFrame } from '../ethernet';
import { loopBack } from '../loopback';
import { outFrame } from '../netdev';
import { route, type Way } from '../route';
import { InterfaceFlag, type Interface } from '../state';
import { Fragment, IPV4_HEADER, IPV4_MOST, writeIpv4Header } from './header';

export interface Ipv4Datagram {
  protocol: number;
  source: number;
  destination: number;
  payload: Uint8Array;
  ttl: number;
  tos: number;
  /** It has to go out of that one. */
  iface?: Interface | undefined;
  /** It is not split. */
  dontFragment?: boolean | undefined;
  /** A copy comes in again, where the board has joined the group itself or it is for everybody. */
  loop?: boolean | undefined;
  /** A multiple of four bytes. */
  options?: Uint8Array | undefined;
  /** The socket that is to be told when it has passed the port, and what it knows it by. */
  stamp?: { socket: number; key: number } | undefined;
}

/**
 * Sends a datagram.
 *
 * @returns 0, or -ENETUNREACH: there is no way; -ENETDOWN: its interface is down; -EMSGSIZE: it is too long; -ENOBUFS: there
 * is no room for it at the moment. Whether its neighbor answers is not known yet then.
 */
export function ipv4Output(k: Kernel, datagram: Ipv4Datagram): number {
  const { iface: wanted, destination, payload, options } = datagram;
  if (wanted && !(wanted.flags & InterfaceFlag.Up)) return -Errno.ENETDOWN;
  const way = route(k, destination, wanted?.index);
  if (!way) return -Errno.ENETUNREACH;
  const { iface } = way;
  const header = IPV4_HEADER + (options?.length ?? 0);
  if (header + payload.length > IPV4_MOST) return -Errno.EMSGSIZE;
  const id = (k.state.net.packetId = (k.state.net.packetId + 1) & 0xffff);
  const room = iface.mtu - header;
  if (payload.length <= room) {
    return sendPiece(k, way, datagram, id, payload, datagram.dontFragment ? Fragment.Dont : 0);
  }
  if (datagram.dontFragment) return -Errno.EMSGSIZE;
  const step = room & ~7;
  for (let at = 0; at < payload.length; at += step) {
    const piece = payload.subarray(at, at + step);
    const more = at + step < payload.length ? Fragment.More : 0;
    const sent = sendPiece(k, way, datagram, id, piece, more | (at / 8));
    if (sent < 0) return sent;
  }
  return 0;
}

function sendPiece(
  k: Kernel,
  { iface, nextHop }: Way,
  datagram: Ipv4Datagram,
  id: number,
  piece: Uint8Array,
  fragment: number,
): number {
  const { destination, loop, stamp, options } = datagram;
  const header = IPV4_HEADER + (options?.length ?? 0);
  const bytes = etherFrame(0, iface.mac, EtherType.Ipv4, header + piece.length);
  const inside = bytes.subarray(ETHER_HEADER);
  inside.set(piece, header);
  writeIpv4Header(inside, datagram, id, fragment);
  const frame = outFrame(k, bytes, stamp);
  k.state.net.counts.ipv4.sent++;
  if (iface.device === null) return loopBack(k, iface, frame);
  const isForOurselves = loop === true && (iface.groups.has(destination) || isBroadcast(iface, destination));
  const sent = sendToNeighbor(k, iface, nextHop, frame);
  if (isForOurselves && sent === 0) loopBack(k, iface, frame);
  return sent;
}
