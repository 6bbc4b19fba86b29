/** For tests: PTP messages made at random, with every value that their fields can hold. */
import fc from 'fast-check';
import { type Body, type Header, type Message, MessageType, type Tlv } from '../../../boards/apps/ptpd/messages';
import { managementTlv, pathTrace, unicastTlv } from '../../../boards/apps/ptpd/tlv';

const unsigned = (bits: number) => fc.integer({ min: 0, max: 2 ** bits - 1 });
const signed = (bits: number) => fc.integer({ min: -(2 ** (bits - 1)), max: 2 ** (bits - 1) - 1 });
const identity = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map((value) => value.toString(16).padStart(16, '0'));
const portIdentity = fc.record({ clock: identity, port: unsigned(16) });
const timestamp = fc.record({ sec: fc.maxSafeNat().map((n) => n % 2 ** 48), nsec: fc.nat(999_999_999) });

const header: fc.Arbitrary<Header> = fc.record({
  majorSdoId: fc.constant(0),
  version: fc.constant(2),
  minorVersion: unsigned(4),
  domain: unsigned(8),
  minorSdoId: unsigned(8),
  flags: unsigned(16),
  correction: fc.oneof(fc.constant(0n), fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })),
  typeSpecific: unsigned(32),
  source: portIdentity,
  sequence: unsigned(16),
  control: unsigned(8),
  logInterval: signed(8),
});

const bodies: Record<MessageType, fc.Arbitrary<Body>> = {
  [MessageType.Sync]: fc.record({ type: fc.constant(MessageType.Sync), origin: timestamp }),
  [MessageType.DelayReq]: fc.record({ type: fc.constant(MessageType.DelayReq), origin: timestamp }),
  [MessageType.PdelayReq]: fc.record({ type: fc.constant(MessageType.PdelayReq), origin: timestamp }),
  [MessageType.PdelayResp]: fc.record({
    type: fc.constant(MessageType.PdelayResp),
    requestReceipt: timestamp,
    requesting: portIdentity,
  }),
  [MessageType.FollowUp]: fc.record({ type: fc.constant(MessageType.FollowUp), preciseOrigin: timestamp }),
  [MessageType.DelayResp]: fc.record({
    type: fc.constant(MessageType.DelayResp),
    receive: timestamp,
    requesting: portIdentity,
  }),
  [MessageType.PdelayRespFollowUp]: fc.record({
    type: fc.constant(MessageType.PdelayRespFollowUp),
    responseOrigin: timestamp,
    requesting: portIdentity,
  }),
  [MessageType.Announce]: fc.record({
    type: fc.constant(MessageType.Announce),
    origin: timestamp,
    currentUtcOffset: signed(16),
    grandmasterPriority1: unsigned(8),
    grandmasterClockQuality: fc.record({
      clockClass: unsigned(8),
      clockAccuracy: unsigned(8),
      offsetScaledLogVariance: unsigned(16),
    }),
    grandmasterPriority2: unsigned(8),
    grandmasterIdentity: identity,
    stepsRemoved: unsigned(16),
    timeSource: unsigned(8),
  }),
  [MessageType.Signaling]: fc.record({ type: fc.constant(MessageType.Signaling), target: portIdentity }),
  [MessageType.Management]: fc.record({
    type: fc.constant(MessageType.Management),
    target: portIdentity,
    startingBoundaryHops: unsigned(8),
    boundaryHops: unsigned(8),
    action: unsigned(4),
  }),
};

const types = Object.values(MessageType);

/** Messages of all types; TLVs by type. */
const messages = (tlvsOf: (type: MessageType) => fc.Arbitrary<Tlv[]>): fc.Arbitrary<Message> =>
  fc
    .constantFrom(...types)
    .chain((type) => fc.tuple(header, bodies[type], tlvsOf(type)))
    .map(([head, body, tlvs]) => ({ ...head, ...body, tlvs }));

/** With any TLVs, of any even length. */
const anyTlvs = fc.array(
  fc.record({
    type: unsigned(16),
    value: fc.uint8Array({ maxLength: 40 }).map((value) => value.slice(0, value.length & ~1)),
  }),
  { maxLength: 4 },
);
export const anyMessage = messages(() => anyTlvs);

const unicastType = fc.constantFrom(MessageType.Announce, MessageType.Sync, MessageType.DelayResp);
const unicastTlvs = fc
  .oneof(
    fc.record({
      do: fc.constant('request' as const),
      of: unicastType,
      logInterval: signed(8),
      durationS: unsigned(32),
    }),
    fc.record({
      do: fc.constant('grant' as const),
      of: unicastType,
      logInterval: signed(8),
      durationS: unsigned(32),
      renewal: fc.boolean(),
    }),
    fc.record({ do: fc.constantFrom('cancel' as const, 'acknowledge' as const), of: unicastType }),
  )
  .map(unicastTlv);

/** Only with TLVs that are used with a message's type: others a program may show as it likes. */
export const usualMessage = messages((type) => {
  switch (type) {
    case MessageType.Announce:
      return fc.array(fc.array(identity, { maxLength: 3 }).map(pathTrace), { maxLength: 1 });
    case MessageType.Signaling:
      return fc.array(unicastTlvs, { maxLength: 3 });
    case MessageType.Management:
      return fc.constant([managementTlv({ id: 0, data: new Uint8Array(0) })]);
    default:
      return fc.constant([]);
  }
});
