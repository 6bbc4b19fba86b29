/** Ethernet frames: two addresses, and the type of what follows. */
import { get16, get48, put16, put48 } from './bytes';

export const ETHER_HEADER = 14;

/** Types of what a frame carries. */
export const EtherType = { Ipv4: 0x0800, Arp: 0x0806 } as const;

export const etherDestination = (frame: Uint8Array): number => get48(frame, 0);
export const etherSource = (frame: Uint8Array): number => get48(frame, 6);
export const etherType = (frame: Uint8Array): number => get16(frame, 12);

/** A frame with room for so many bytes behind its header. */
export function etherFrame(destination: number, source: number, type: number, length: number): Uint8Array {
  const frame = new Uint8Array(ETHER_HEADER + length);
  put48(frame, 0, destination);
  put48(frame, 6, source);
  put16(frame, 12, type);
  return frame;
}

/** Gives a frame that is about to be sent its destination. */
export function setDestination(frame: Uint8Array, mac: number): void {
  put48(frame, 0, mac);
}
