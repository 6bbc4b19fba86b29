/** TLVs (IEEE 1588-2008, clause 14): types, and what is in those that a clock understands itself. */
import { get16, get32, put16, put32 } from '../../../kernel/net/bytes';
import { geti8, identity, putIdentity } from './bytes';
import type { MessageType, Tlv } from './messages';

/** tlvType (table 34). */
export const TlvType = {
  Management: 0x0001,
  ManagementErrorStatus: 0x0002,
  OrganizationExtension: 0x0003,
  RequestUnicast: 0x0004,
  GrantUnicast: 0x0005,
  CancelUnicast: 0x0006,
  AcknowledgeCancelUnicast: 0x0007,
  PathTrace: 0x0008,
  AlternateTimeOffset: 0x0009,
} as const;

/** Of IEEE 1588-2019 (table 52): those that a clock passes on from Announce messages though it does not know them. */
const Propagated = { first: 0x4000, last: 0x7fff } as const;

/**
 * Whether a boundary clock puts a TLV of its master's Announce messages into its own. PATH_TRACE is not one of these: that it
 * makes anew ({@link pathTrace}).
 */
export const propagates = ({ type }: Tlv): boolean =>
  type === TlvType.AlternateTimeOffset || (type >= Propagated.first && type <= Propagated.last);

/** What is negotiated about unicast messages (clause 16.1), one message type at a time. */
export type Unicast =
  /** logInterval: of their period in seconds; durationS: seconds that they are wanted for. */
  | { do: 'request'; of: MessageType; logInterval: number; durationS: number }
  /** durationS 0: refused. renewal: the grantor is likely to go on when it is asked again. */
  | { do: 'grant'; of: MessageType; logInterval: number; durationS: number; renewal: boolean }
  | { do: 'cancel'; of: MessageType }
  | { do: 'acknowledge'; of: MessageType };

/** REQUEST_, GRANT_, CANCEL_ or ACKNOWLEDGE_CANCEL_UNICAST_TRANSMISSION (tables 73 to 76). */
export function unicastTlv(unicast: Unicast): Tlv {
  switch (unicast.do) {
    case 'request':
      return { type: TlvType.RequestUnicast, value: terms(6, unicast) };
    case 'grant': {
      const value = terms(8, unicast);
      value[7] = unicast.renewal ? 1 : 0;
      return { type: TlvType.GrantUnicast, value };
    }
    case 'cancel':
    case 'acknowledge':
      return {
        type: unicast.do === 'cancel' ? TlvType.CancelUnicast : TlvType.AcknowledgeCancelUnicast,
        value: Uint8Array.of(unicast.of << 4, 0),
      };
  }
}

function terms(length: number, { of, logInterval, durationS }: Unicast & { do: 'request' | 'grant' }): Uint8Array {
  const value = new Uint8Array(length);
  value[0] = of << 4;
  value[1] = logInterval;
  put32(value, 2, durationS);
  return value;
}

/** What a TLV says about unicast messages; null for other TLVs, and for those that are too short. */
export function unicastOf({ type, value }: Tlv): Unicast | null {
  const of = (value[0]! >> 4) as MessageType;
  switch (type) {
    case TlvType.RequestUnicast:
      return value.length < 6 ? null : { do: 'request', of, logInterval: geti8(value, 1), durationS: get32(value, 2) };
    case TlvType.GrantUnicast:
      return value.length < 8
        ? null
        : { do: 'grant', of, logInterval: geti8(value, 1), durationS: get32(value, 2), renewal: (value[7]! & 1) !== 0 };
    case TlvType.CancelUnicast:
      return value.length < 2 ? null : { do: 'cancel', of };
    case TlvType.AcknowledgeCancelUnicast:
      return value.length < 2 ? null : { do: 'acknowledge', of };
    default:
      return null;
  }
}

const IDENTITY_LENGTH = 8;

/** PATH_TRACE (clause 16.2): the clocks that an Announce message has come through, the grandmaster first. */
export function pathTrace(identities: readonly string[]): Tlv {
  const value = new Uint8Array(IDENTITY_LENGTH * identities.length);
  identities.forEach((clock, n) => putIdentity(value, IDENTITY_LENGTH * n, clock));
  return { type: TlvType.PathTrace, value };
}

/** The clocks of PATH_TRACE; null where there is none among the TLVs. */
export function pathTraceOf(tlvs: readonly Tlv[]): string[] | null {
  const tlv = tlvs.find(({ type }) => type === TlvType.PathTrace);
  if (!tlv) return null;
  const { value } = tlv;
  return Array.from({ length: Math.floor(value.length / IDENTITY_LENGTH) }, (_, n) =>
    identity(value, IDENTITY_LENGTH * n),
  );
}

/** What is asked or told by a management message (tables 38 and 39). */
export interface ManagementTlv {
  /** managementId (table 40). */
  id: number;
  data: Uint8Array;
}

export function managementTlv({ id, data }: ManagementTlv): Tlv {
  const value = new Uint8Array(2 + data.length);
  put16(value, 0, id);
  value.set(data, 2);
  return { type: TlvType.Management, value };
}

/** null: it is another TLV, or too short. */
export const managementOf = ({ type, value }: Tlv): ManagementTlv | null =>
  type === TlvType.Management && value.length >= 2 ? { id: get16(value, 0), data: value.subarray(2) } : null;

/** MANAGEMENT_ERROR_STATUS (clause 15.5.4), without words for people. */
export function managementErrorTlv(error: number, id: number): Tlv {
  const value = new Uint8Array(8);
  put16(value, 0, error);
  put16(value, 2, id);
  return { type: TlvType.ManagementErrorStatus, value };
}
