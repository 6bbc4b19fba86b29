/** Fields of PTP's messages and TLVs (IEEE 1588-2008, clause 5.3) that other protocols do not have, in network byte order. */
import type { Timespec } from '../../../kernel/clock/timespec';
import { get16, get32, get48, put16, put32, put48 } from '../../../kernel/net/bytes';
import type { ClockQuality, PortIdentity } from './messages';

const hexOfByte = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

export const geti8 = (bytes: Uint8Array, at: number): number => (bytes[at]! << 24) >> 24;
export const geti16 = (bytes: Uint8Array, at: number): number => (get16(bytes, at) << 16) >> 16;

/** Signed 64 bits: a TimeInterval (clause 5.3.2), nanoseconds times 2^16. Nearly all are zero, and cost nothing. */
export function geti64(bytes: Uint8Array, at: number): bigint {
  const high = get32(bytes, at);
  const low = get32(bytes, at + 4);
  return high === 0 && low === 0 ? 0n : BigInt.asIntN(64, (BigInt(high) << 32n) | BigInt(low));
}

/** clockIdentity (clause 5.3.4) as 16 hexadecimal digits. */
export function identity(bytes: Uint8Array, at: number): string {
  let text = '';
  for (let n = at; n < at + 8; n++) text += hexOfByte[bytes[n]!]!;
  return text;
}

/** Whether that identity stands there; nothing is made to find out. */
export function isIdentity(bytes: Uint8Array, at: number, wanted: string): boolean {
  for (let n = 0; n < 8; n++) {
    const digits = hexOfByte[bytes[at + n]!]!;
    if (digits.charCodeAt(0) !== wanted.charCodeAt(2 * n)) return false;
    if (digits.charCodeAt(1) !== wanted.charCodeAt(2 * n + 1)) return false;
  }
  return true;
}

/** PortIdentity (clause 5.3.5), 10 bytes. */
export const portIdentity = (bytes: Uint8Array, at: number): PortIdentity => ({
  clock: identity(bytes, at),
  port: get16(bytes, at + 8),
});

/** Whether that identity of a port stands there; nothing is made to find out. */
export const isPortIdentity = (bytes: Uint8Array, at: number, { clock, port }: PortIdentity): boolean =>
  isIdentity(bytes, at, clock) && get16(bytes, at + 8) === port;

/** Timestamp (clause 5.3.3), 10 bytes: 48 bits of seconds, 32 of nanoseconds. */
export const timestamp = (bytes: Uint8Array, at: number): Timespec => ({
  sec: get48(bytes, at),
  nsec: get32(bytes, at + 6),
});

/** ClockQuality (clause 5.3.7), 4 bytes. */
export const clockQuality = (bytes: Uint8Array, at: number): ClockQuality => ({
  clockClass: bytes[at]!,
  clockAccuracy: bytes[at + 1]!,
  offsetScaledLogVariance: get16(bytes, at + 2),
});

export function puti64(bytes: Uint8Array, at: number, value: bigint): void {
  if (value === 0n) return void bytes.fill(0, at, at + 8);
  put32(bytes, at, Number(BigInt.asUintN(32, value >> 32n)));
  put32(bytes, at + 4, Number(BigInt.asUintN(32, value)));
}

export function putIdentity(bytes: Uint8Array, at: number, value: string): void {
  for (let n = 0; n < 8; n++) bytes[at + n] = parseInt(value.slice(2 * n, 2 * n + 2), 16);
}

export function putPortIdentity(bytes: Uint8Array, at: number, { clock, port }: PortIdentity): void {
  putIdentity(bytes, at, clock);
  put16(bytes, at + 8, port);
}

export function putTimestamp(bytes: Uint8Array, at: number, { sec, nsec }: Timespec): void {
  put48(bytes, at, sec);
  put32(bytes, at + 6, nsec);
}

export function putClockQuality(bytes: Uint8Array, at: number, quality: ClockQuality): void {
  bytes[at] = quality.clockClass;
  bytes[at + 1] = quality.clockAccuracy;
  put16(bytes, at + 2, quality.offsetScaledLogVariance);
}
