/** TCP sockets (NuttX: net/tcp): what connects the connections of tcp/ to the kernel. */
import type { Kernel } from '../kernel';
import type { TransportError } from './icmp';
import type { Ipv4Packet } from './ipv4/header';

/** A segment has come in. */
export function tcpInput(_k: Kernel, _packet: Ipv4Packet): void {}

/** What became of a segment that the board has sent. */
export function tcpError(_k: Kernel, _error: TransportError): void {}

/** The timer of a connection has expired. */
export function tcpTimer(_k: Kernel, _id: number): void {}
