/** Numbers in network byte order, the Internet checksum, and pieces put together. */

export const get16 = (bytes: Uint8Array, at: number): number => (bytes[at]! << 8) | bytes[at + 1]!;

export const get32 = (bytes: Uint8Array, at: number): number =>
  ((bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!) >>> 0;

export function put16(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value >>> 8;
  bytes[at + 1] = value;
}

export function put32(bytes: Uint8Array, at: number, value: number): void {
  put16(bytes, at, value >>> 16);
  put16(bytes, at + 2, value & 0xffff);
}

/** A number of 48 bits, which an Ethernet address is here. */
export const get48 = (bytes: Uint8Array, at: number): number => get16(bytes, at) * 2 ** 32 + get32(bytes, at + 2);

export function put48(bytes: Uint8Array, at: number, value: number): void {
  put16(bytes, at, Math.floor(value / 2 ** 32));
  put32(bytes, at + 2, value >>> 0);
}

/**
 * Sum of 16-bit words (RFC 1071), not folded, to go on with; the last byte of an odd number is followed by a zero.
 * @param sum of what comes before, of an even number of bytes
 */
export function addWords(bytes: Uint8Array, from: number, to: number, sum = 0): number {
  for (let at = from; at + 1 < to; at += 2) sum += get16(bytes, at);
  return (to - from) % 2 === 0 ? sum : sum + (bytes[to - 1]! << 8);
}

/** The checksum of what was summed; 0 where a right checksum was among it. */
export function checksumOf(sum: number): number {
  while (sum > 0xffff) sum = (sum & 0xffff) + Math.floor(sum / 0x10000);
  return ~sum & 0xffff;
}

/** Pieces as one. */
export function joinBytes(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
