/** ARP messages of Ethernet and IPv4 (RFC 826): what boards, and the gateway of the host, ask each other. */
import { get16, get32, get48, put16, put32, put48 } from '../bytes';
import { ETHER_HEADER, EtherType, etherFrame } from '../ethernet';

export const ArpOperation = { Request: 1, Reply: 2 } as const;

export interface ArpMessage {
  operation: number;
  senderMac: number;
  sender: number;
  targetMac: number;
  target: number;
}

const LENGTH = 28;
/** Hardware and protocol: Ethernet and IPv4; and the lengths of their addresses. */
const KIND = 0x0001_0800;
const LENGTHS = 0x0604;

/** Null for what is cut off, for other networks, and for other operations. */
export function readArp(bytes: Uint8Array): ArpMessage | null {
  if (bytes.length < LENGTH || get32(bytes, 0) !== KIND || get16(bytes, 4) !== LENGTHS) return null;
  const operation = get16(bytes, 6);
  if (operation !== ArpOperation.Request && operation !== ArpOperation.Reply) return null;
  return {
    operation,
    senderMac: get48(bytes, 8),
    sender: get32(bytes, 14),
    targetMac: get48(bytes, 18),
    target: get32(bytes, 24),
  };
}

/** A frame with a message, from its sender. */
export function arpFrame(to: number, { operation, senderMac, sender, targetMac, target }: ArpMessage): Uint8Array {
  const frame = etherFrame(to, senderMac, EtherType.Arp, LENGTH);
  const bytes = frame.subarray(ETHER_HEADER);
  put32(bytes, 0, KIND);
  put16(bytes, 4, LENGTHS);
  put16(bytes, 6, operation);
  put48(bytes, 8, senderMac);
  put32(bytes, 14, sender);
  put48(bytes, 18, targetMac);
  put32(bytes, 24, target);
  return frame;
}
