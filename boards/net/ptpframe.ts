/** Frames with PTP messages of those that have no network stack: switches, and who manages clocks from outside. */
import { encode } from '../apps/ptpd/encode';
import { ETHERTYPE_PTP, EVENT_PORT, GENERAL_PORT, GROUPS, MACS } from '../apps/ptpd/addresses';
import { isEvent, isOfPeers, type Message } from '../apps/ptpd/messages';
import { groupMac } from '../../kernel/net/address';
import { etherFrame, ETHER_HEADER, EtherType } from '../../kernel/net/ethernet';
import { IPV4_HEADER, Protocol, writeIpv4Header } from '../../kernel/net/ipv4/header';
import { udpDatagram } from '../../kernel/net/udp/header';
import { SHORTEST } from './link';

/** How a neighbor speaks PTP: UDP over IPv4 (annex D), or Ethernet alone (annex F). */
export type Transport = 'udp' | '802.3';

export interface Sender {
  mac: number;
  /** IPv4. */
  address: number;
}

/** A frame, without check sequence, that carries a message to the group that it is for. */
export function ptpFrame(transport: Transport, message: Message, { mac, address }: Sender): Uint8Array {
  const group = (transport === 'udp' ? GROUPS : MACS)[isOfPeers(message.type) ? 1 : 0];
  const data = encode(message);
  if (transport === '802.3') {
    const frame = etherFrame(group, mac, ETHERTYPE_PTP, Math.max(data.length, SHORTEST - ETHER_HEADER));
    frame.set(data, ETHER_HEADER);
    return frame;
  }
  const port = isEvent(message.type) ? EVENT_PORT : GENERAL_PORT;
  const datagram = udpDatagram({ source: address, sourcePort: port, destination: group, destinationPort: port }, data);
  const frame = etherFrame(
    groupMac(group),
    mac,
    EtherType.Ipv4,
    Math.max(IPV4_HEADER + datagram.length, SHORTEST - ETHER_HEADER),
  );
  const packet = frame.subarray(ETHER_HEADER, ETHER_HEADER + IPV4_HEADER + datagram.length);
  packet.set(datagram, IPV4_HEADER);
  const header = { tos: 0, ttl: 1, protocol: Protocol.Udp, source: address, destination: group };
  writeIpv4Header(packet, header, 0);
  return frame;
}
