/** What the sockets of IPv4 have in common: the groups that they join, and where a message of theirs goes. */
import { Errno } from '../errno';
import type { Kernel } from '../kernel';
import { INADDR_ANY, INADDR_BROADCAST, isMulticast } from './address';
import { isBroadcast } from './arp/neighbors';
import { get32, put32 } from './bytes';
import { joinGroup, leaveGroup } from './igmp/groups';
import type { Ipv4Packet } from './ipv4/header';
import { ownerOf, route, type Way } from './route';
import type { ControlMessage, SocketOptions } from './socket';
import type { Interface } from './state';

/** Option numbers of netinet/in.h. */
export const IpOption = {
  MulticastIf: 17, MulticastTtl: 18, MulticastLoop: 19, AddMembership: 20, DropMembership: 21, PacketInfo: 28, Tos: 29,
  Ttl: 30,
} as const; // prettier-ignore
export const IPPROTO_IP = 0;

/** A group that a socket is in. */
export interface JoinedGroup {
  group: number;
  /** Index of the interface. */
  interface: number;
}

export const interfaceAt = ({ state }: Kernel, index: number): Interface | undefined => state.net.interfaces[index - 1];

/** Whether a socket can be bound to an address: anybody's, one of the board's, or one that is for many. */
export function isBindable(k: Kernel, address: number): boolean {
  if (address === INADDR_ANY || address === INADDR_BROADCAST || isMulticast(address) || address >>> 24 === 127)
    return true;
  return ownerOf(k, address) !== undefined || k.state.net.interfaces.some((each) => isBroadcast(each, address));
}

/** struct in_pktinfo, in a control message of a message that is sent: the interface, and the source. */
function packetInfo(control: readonly ControlMessage[]): { device: number; source: number } {
  const found = control.find(({ level, type }) => level === IPPROTO_IP && type === IpOption.PacketInfo);
  if (!found || found.data.length < 12) return { device: 0, source: 0 };
  return {
    device: new DataView(found.data.buffer, found.data.byteOffset).getInt32(0, true),
    source: get32(found.data, 4),
  };
}

/** struct in_pktinfo of a message that has come in: the interface, its address, and the destination in the header. */
export function packetInfoOf({ iface, destination }: Ipv4Packet): ControlMessage {
  const data = new Uint8Array(12);
  new DataView(data.buffer).setInt32(0, iface.index, true);
  put32(data, 4, iface.address);
  put32(data, 8, destination);
  return { level: IPPROTO_IP, type: IpOption.PacketInfo, data };
}

/**
 * How a message gets to a destination, by a socket's options and what was said with the message.
 *
 * @returns what ipv4Output wants to know, or -ENETUNREACH: there is no way; -EACCES: to everybody, without SO_BROADCAST;
 *   -EINVAL: from an address that is not the board's
 */
export function wayTo(
  k: Kernel,
  options: SocketOptions,
  local: number,
  destination: number,
  control: readonly ControlMessage[],
): { way: Way; wanted: Interface | undefined; source: number; ttl: number; tos: number; loop: boolean } | number {
  const isToGroup = isMulticast(destination);
  const said = packetInfo(control);
  if (said.source !== INADDR_ANY && !ownerOf(k, said.source)) return -Errno.EINVAL;
  const device = said.device || options.device || (isToGroup ? options.multicastInterface : 0);
  const way = route(k, destination, device);
  if (!way) return -Errno.ENETUNREACH;
  if (isBroadcast(way.iface, destination) && !options.broadcast) return -Errno.EACCES;
  const isLocal = local !== INADDR_ANY && !isMulticast(local) && local !== INADDR_BROADCAST;
  return {
    way,
    wanted: device === 0 ? undefined : way.iface,
    source: said.source || (isLocal ? local : way.source),
    ttl: isToGroup ? options.multicastTtl : options.ttl,
    tos: options.tos,
    loop: isToGroup && options.multicastLoop,
  };
}

/** The interface that a struct ip_mreq, or ip_mreqn, means: by its index, its address, or the way to the group. */
function interfaceOfRequest(k: Kernel, group: number, address: number, index: number): Interface | undefined {
  if (index !== 0) return interfaceAt(k, index);
  if (address !== INADDR_ANY) return k.state.net.interfaces.find((each) => each.address === address);
  return route(k, group)?.iface ?? k.state.net.interfaces.find(({ device }) => device !== null);
}

/**
 * IP_ADD_MEMBERSHIP and IP_DROP_MEMBERSHIP, with a struct ip_mreq or ip_mreqn.
 *
 * @returns 0, or -EINVAL: too short, or no group; -ENODEV: no such interface; -EADDRINUSE: it is in it already;
 *   -EADDRNOTAVAIL: it is not in it
 */
export function changeMembership(k: Kernel, groups: JoinedGroup[], option: number, value: Uint8Array): number {
  if (value.length < 8) return -Errno.EINVAL;
  const group = get32(value, 0);
  const index = value.length >= 12 ? new DataView(value.buffer, value.byteOffset).getInt32(8, true) : 0;
  if (!isMulticast(group)) return -Errno.EINVAL;
  const iface = interfaceOfRequest(k, group, get32(value, 4), index);
  if (!iface) return -Errno.ENODEV;
  const at = groups.findIndex((each) => each.group === group && each.interface === iface.index);
  if (option === IpOption.DropMembership) {
    if (at < 0) return -Errno.EADDRNOTAVAIL;
    groups.splice(at, 1);
    return leaveGroup(k, iface, group);
  }
  if (at >= 0) return -Errno.EADDRINUSE;
  const joined = joinGroup(k, iface, group);
  if (joined === 0) groups.push({ group, interface: iface.index });
  return joined;
}

/** The socket that is in them goes. */
export function leaveGroups(k: Kernel, groups: readonly JoinedGroup[]): void {
  for (const { group, interface: index } of groups) leaveGroup(k, interfaceAt(k, index)!, group);
}
