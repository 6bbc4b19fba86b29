/** How fast PTP messages are read and written: as many of each kind as an end-to-end master and its slave exchange. */
import { decode } from '../../boards/apps/ptpd/decode';
import { encode } from '../../boards/apps/ptpd/encode';
import { type Body, type Message, MessageType } from '../../boards/apps/ptpd/messages';
import { pathTrace } from '../../boards/apps/ptpd/tlv';
import { bestTimes } from './measure';
import { table, verdict } from './table';

const EXCHANGES = 20_000;
const ROUNDS = 3;
/** Messages per second. */
const AIM = 100_000;

const source = { clock: '020000fffe000001', port: 1 };
const time = { sec: 1_700_000_000, nsec: 123_456_789 };

const message = (body: Body, control: number, tlvs: Message['tlvs'] = []): Message => ({
  ...{ majorSdoId: 0, version: 2, minorVersion: 1, domain: 0, minorSdoId: 0, flags: 0x0200, typeSpecific: 0 },
  ...{ source, sequence: 4711, control, logInterval: -3, correction: -(3n << 16n) },
  ...body,
  tlvs,
});

const exchange: readonly Message[] = [
  message({ type: MessageType.Sync, origin: time }, 0),
  message({ type: MessageType.FollowUp, preciseOrigin: time }, 2),
  message({ type: MessageType.DelayReq, origin: time }, 1),
  message({ type: MessageType.DelayResp, receive: time, requesting: source }, 3),
  message(
    {
      type: MessageType.Announce,
      origin: time,
      currentUtcOffset: 37,
      grandmasterPriority1: 128,
      grandmasterClockQuality: { clockClass: 6, clockAccuracy: 0x21, offsetScaledLogVariance: 0x4e5d },
      grandmasterPriority2: 128,
      grandmasterIdentity: source.clock,
      stepsRemoved: 0,
      timeSource: 0x20,
    },
    5,
    [pathTrace([source.clock])],
  ),
];

/** @throws Error when a message does not come out as it went in */
export function measureMessages(): string {
  const encoded = exchange.map(encode);
  const count = EXCHANGES * exchange.length;
  let bytes = 0;
  const parse = () => {
    for (let n = 0; n < EXCHANGES; n++) {
      for (const each of encoded) if ('error' in decode(each)) throw new Error('a message cannot be read');
    }
  };
  const build = () => {
    for (let n = 0; n < EXCHANGES; n++) for (const each of exchange) bytes += encode(each).length;
  };
  const times = bestTimes([{ run: parse }, { run: build }], ROUNDS);
  if (bytes !== 2 * ROUNDS * EXCHANGES * encoded.reduce((sum, { length }) => sum + length, 0)) {
    throw new Error('messages have other lengths each time');
  }
  return table(
    'PTP messages: Sync, Follow_Up, Delay_Req, Delay_Resp, Announce with a path trace',
    ['rate', 'aim'],
    ['parse', 'build'].map((what, i) => {
      const rate = (count / times[i]!) * 1000;
      return [what, `${(rate / 1e6).toFixed(2)} M/s`, verdict(rate >= AIM, `>= ${AIM / 1e6} M/s`)];
    }),
  );
}
