/** ICMP messages (RFC 792): what boards, and the gateway of the host, tell of datagrams. */
import { addWords, checksumOf, put16, put32 } from '../bytes';

export const IcmpType = {
  EchoReply: 0,
  Unreachable: 3,
  SourceQuench: 4,
  Redirect: 5,
  EchoRequest: 8,
  TimeExceeded: 11,
  ParameterProblem: 12,
} as const;
/** Codes of {@link IcmpType.Unreachable}. */
export const Unreachable = { Net: 0, Host: 1, Protocol: 2, Port: 3, FragmentationNeeded: 4, Prohibited: 13 } as const;

export const ICMP_HEADER = 8;

/** A message, with its checksum; `rest` is the second word of its header. */
export function message(type: number, code: number, rest: number, data: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(ICMP_HEADER + data.length);
  bytes[0] = type;
  bytes[1] = code;
  put32(bytes, 4, rest);
  bytes.set(data, ICMP_HEADER);
  put16(bytes, 2, checksumOf(addWords(bytes, 0, bytes.length)));
  return bytes;
}
