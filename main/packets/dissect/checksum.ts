import { addWords, checksumOf, get16 } from '../../../kernel/net/bytes';
import type { Decoder } from './decoder';
import type { FieldSpec } from './field';

/** What is known of a checksum. */
export type Checksum = boolean | 'none' | 'not checked' | 'left to the hardware';

/** Adds a checksum, and a remark where it is wrong; it is reckoned when somebody wants to know. */
export function addChecksum(d: Decoder, spec: FieldSpec, remark: FieldSpec, at: number, check: () => Checksum): void {
  if (!d.wants(spec) && !d.wants(remark)) return;
  const found = check();
  const note = found === true ? 'correct' : found === false ? 'incorrect' : found;
  d.add(spec, d.u16(at), at, at + 2, ` [${note}]`);
  if (found === false) d.remark(remark, at);
}

/** Tells whether the checksum among some bytes is right. `sum` is of what comes before them. */
export const isRight = (bytes: Uint8Array, from: number, to: number, sum = 0): boolean =>
  checksumOf(addWords(bytes, from, to, sum)) === 0;

/**
 * Checks what UDP and TCP have, which covers both addresses of the IPv4 header at `ip`, too. Where a capture was made on
 * a sender whose controller reckons checksums, only the sum of those stands there.
 */
export function checkTransport(
  bytes: Uint8Array,
  ip: number,
  protocol: number,
  [from, to]: readonly [number, number],
  at: number,
): Checksum {
  const sum = addWords(bytes, ip + 12, ip + 20) + protocol + (to - from);
  if (isRight(bytes, from, to, sum)) return true;
  return (checksumOf(sum) ^ 0xffff) === get16(bytes, at) ? 'left to the hardware' : false;
}
