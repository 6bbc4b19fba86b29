/** Takes datagrams in (NuttX: net/devif/ipv4_input.c): what is damaged, or for somebody else, goes no farther. */
import type { Kernel } from '../../kernel';
import { isLoopback, isMulticast } from '../address';
import { isBroadcast } from '../arp/neighbors';
import { icmpError, icmpInput } from '../icmp/input';
import { IcmpType, Unreachable } from '../icmp/header';
import { igmpInput } from '../igmp/groups';
import { ownerOf } from '../route';
import type { Interface, Stamp } from '../state';
import { tcpInput } from '../tcp/input';
import { udpInput } from '../udp/input';
import { Fragment, Protocol, readIpv4Header, type Ipv4Info, type Ipv4Packet } from './header';
import { reassemble } from './reassembly';

const inputs: Readonly<Record<number, (k: Kernel, packet: Ipv4Packet) => void>> = {
  [Protocol.Icmp]: (k, packet) => icmpInput(k, packet),
  [Protocol.Igmp]: (k, packet) => igmpInput(k, packet),
  [Protocol.Tcp]: (k, packet) => tcpInput(k, packet),
  [Protocol.Udp]: (k, packet) => udpInput(k, packet),
};

/** A frame with a datagram has come in; `isGroup`: the frame was for more than one. */
export function ipv4Input(k: Kernel, iface: Interface, bytes: Uint8Array, stamp: Stamp, isGroup: boolean): void {
  const { counts } = k.state.net;
  counts.ipv4.received++;
  const info = readIpv4Header(bytes);
  if (typeof info === 'string') {
    counts.ipv4.dropped++;
    counts.ipv4[info]++;
    return;
  }
  if (!isSensible(k, iface, info, isGroup) || !isForUs(k, iface, info, isGroup)) {
    counts.ipv4.dropped++;
    return;
  }
  const { headerLength, length, source, destination, protocol, ttl, tos } = info;
  const packet: Ipv4Packet = {
    iface,
    source,
    destination,
    protocol,
    ttl,
    tos,
    stamp,
    isGroup,
    header: bytes.subarray(0, headerLength),
    payload: bytes.subarray(headerLength, length),
  };
  if ((info.fragment & (Fragment.More | Fragment.Offset)) === 0) return deliver(k, packet);
  const whole = reassemble(k, packet, info);
  if (whole) deliver(k, whole);
}

/** No host can have sent it from such an address, or to such a one. */
function isSensible(k: Kernel, iface: Interface, { source, destination }: Ipv4Info, isGroup: boolean): boolean {
  if (isMulticast(source) || isBroadcast(iface, source) || source >>> 28 === 0xf) return false;
  const isFromWire = iface.device !== null;
  if (isFromWire && (isLoopback(source) || isLoopback(destination))) return false;
  // What the board says to many comes in again on the same interface; all else that has its address, somebody has forged.
  if (isFromWire && !isGroup && ownerOf(k, source)) return false;
  // One address in a frame for all: an attack, or a host that is mistaken (RFC 1122, 3.3.6).
  return !isGroup || isMulticast(destination) || isBroadcast(iface, destination) || iface.address === 0;
}

/** An interface without an address takes everything that comes in a frame for it: its DHCP client waits for that. */
function isForUs(k: Kernel, iface: Interface, { destination, protocol }: Ipv4Info, isGroup: boolean): boolean {
  if (isMulticast(destination)) return iface.device === null || iface.groups.has(destination);
  if (isBroadcast(iface, destination) || ownerOf(k, destination) !== undefined) return true;
  return iface.device === null ? isLoopback(destination) : iface.address === 0 && protocol === Protocol.Udp && !isGroup;
}

function deliver(k: Kernel, packet: Ipv4Packet): void {
  const input = inputs[packet.protocol];
  if (input) return input(k, packet);
  const { counts } = k.state.net;
  counts.ipv4.dropped++;
  counts.ipv4.protocol++;
  icmpError(k, packet, IcmpType.Unreachable, Unreachable.Protocol);
}
