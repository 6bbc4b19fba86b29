/** Which protocol a socket is of, and what can be done with it (NuttX: net/socket/net_sockif.c). */
import { Errno } from '../errno';
import { icmpOperations } from './icmp/socket';
import { packetOperations } from './packet';
import { localOperations } from './local/socket';
import type { SocketKind, SocketOperations } from './socket';
import { tcpOperations } from './tcp/socket';
import { udpOperations } from './udp/socket';

/** Looked up when it is asked for: protocols and sockets know each other, so one of them is loaded before the other is there. */
const table: Readonly<Record<SocketKind, () => SocketOperations>> = {
  udp: () => udpOperations,
  tcp: () => tcpOperations,
  icmp: () => icmpOperations,
  packet: () => packetOperations,
  local: () => localOperations,
};

export const protocolOf = (kind: SocketKind): SocketOperations => table[kind]();

/** PF_..., SOCK_... and IPPROTO_... of sys/socket.h and netinet/in.h. */
export const Domain = { Unspec: 0, Local: 1, Inet: 2, Packet: 17 } as const;
export const Type = { Stream: 1, Datagram: 2, Raw: 3, Control: 6 } as const;
const Ip = { Any: 0, Icmp: 1, Tcp: 6, Udp: 17 } as const;

/** Kinds by domain, type and protocol. A socket for ioctl only takes whatever protocol. */
const inet: Readonly<Record<number, Readonly<Record<number, SocketKind>>>> = {
  [Type.Stream]: { [Ip.Any]: 'tcp', [Ip.Tcp]: 'tcp' },
  [Type.Datagram]: { [Ip.Any]: 'udp', [Ip.Udp]: 'udp', [Ip.Icmp]: 'icmp' },
  [Type.Raw]: { [Ip.Icmp]: 'icmp' },
};

/** -EAFNOSUPPORT: no such domain; -EPROTONOSUPPORT: no such type in it, or no such protocol of that type. */
export function kindOf(domain: number, type: number, protocol: number): SocketKind | number {
  switch (domain) {
    case Domain.Inet:
      return type === Type.Control ? 'udp' : (inet[type]?.[protocol] ?? -Errno.EPROTONOSUPPORT);
    case Domain.Local:
      if (type !== Type.Stream && type !== Type.Datagram && type !== Type.Control) return -Errno.EPROTONOSUPPORT;
      return protocol === 0 ? 'local' : -Errno.EPROTONOSUPPORT;
    case Domain.Packet:
      return type === Type.Raw || type === Type.Datagram || type === Type.Control ? 'packet' : -Errno.EPROTONOSUPPORT;
    default:
      return -Errno.EAFNOSUPPORT;
  }
}
