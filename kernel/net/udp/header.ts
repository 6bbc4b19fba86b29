/** The UDP header (RFC 768). */
import { addWords, checksumOf, get16, put16 } from '../bytes';
import { Protocol, pseudoHeaderSum } from '../ipv4/header';

export const UDP_HEADER = 8;

interface Ports {
  source: number;
  sourcePort: number;
  destination: number;
  destinationPort: number;
}

/** A datagram with its header and checksum. */
export function udpDatagram({ source, sourcePort, destination, destinationPort }: Ports, data: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(UDP_HEADER + data.length);
  put16(bytes, 0, sourcePort);
  put16(bytes, 2, destinationPort);
  put16(bytes, 4, bytes.length);
  bytes.set(data, UDP_HEADER);
  const sum = addWords(bytes, 0, bytes.length, pseudoHeaderSum(source, destination, Protocol.Udp, bytes.length));
  // Zero says that there is none.
  put16(bytes, 6, checksumOf(sum) || 0xffff);
  return bytes;
}

/** What a datagram says, or what of it is damaged. */
export function readUdp(
  source: number,
  destination: number,
  bytes: Uint8Array,
): { sourcePort: number; destinationPort: number; data: Uint8Array } | 'header' | 'checksum' {
  if (bytes.length < UDP_HEADER) return 'header';
  const length = get16(bytes, 4);
  if (length < UDP_HEADER || length > bytes.length) return 'header';
  const sum = addWords(bytes, 0, length, pseudoHeaderSum(source, destination, Protocol.Udp, length));
  if (get16(bytes, 6) !== 0 && checksumOf(sum) !== 0) return 'checksum';
  return {
    sourcePort: get16(bytes, 0),
    destinationPort: get16(bytes, 2),
    data: bytes.subarray(UDP_HEADER, length),
  };
}
