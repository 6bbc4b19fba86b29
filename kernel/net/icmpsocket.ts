/** Sockets of IPPROTO_ICMP (NuttX: net/icmp). */
import type { Kernel } from '../kernel';
import type { Ipv4Packet } from './ipv4/header';

/** An ICMP message has come that is no echo request. */
export function icmpSocketInput(_k: Kernel, _packet: Ipv4Packet): void {}
