/** The gateway, as its parts for UDP and TCP see it. */
import type { Ipv4, Udp } from './packet';

export interface Outside {
  /** Of the chosen interface; null: whichever the computer takes. */
  readonly address: string | null;
  /** Broadcast address of the chosen interface's network. */
  readonly broadcast: string | null;
  /** Where forwarded ports are listened at. */
  readonly listenAddress: string;
  /** The board that ports are forwarded to; null while none has an address. */
  readonly firstBoard: number | null;
  /** An address, sent to by a board, means this computer. */
  isGateway(address: number, board: number): boolean;
  /** It is one of this computer's own. */
  isOwn(address: string): boolean;
  /** Where something goes that a board sends to an address; and from where it comes, as the board is to see it. */
  toHost(address: number, board: number): string;
  fromHost(address: string, board: number): number;
  sendUdp(datagram: Udp, source: number, destination: number): void;
  sendIpv4(protocol: number, source: number, destination: number, payload: Uint8Array): void;
  /** Tells the board that its packet did not come through. */
  unreachable(packet: Ipv4, code: number): void;
  /** Something that the person should know. */
  warn(message: string): void;
}
