/** Where packets come from: what is captured of the boards, or a file. */

export interface Packet {
  /** From one on. */
  number: number;
  /** Since power on, or since the file's first packet. */
  timeNs: number;
  /** Of the ports in {@link PacketSource.interfaces}. */
  interface: number;
  direction: 'in' | 'out' | '';
  bytes: Uint8Array;
  /** Bytes on the wire; a file may hold fewer. */
  length: number;
}

export interface PacketSource {
  /** Names of ports: `left/eth0`. */
  readonly interfaces: readonly string[];
  /** Number of the oldest packet that is held, and of the next one to come. */
  readonly first: number;
  readonly end: number;
  /** A packet that is held. */
  packet(number: number): Packet;
}
