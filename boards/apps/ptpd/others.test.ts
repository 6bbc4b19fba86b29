import fc from 'fast-check';
import { expect, test } from 'vitest';
import { message, messageNames } from './build';
import { createClock, received } from './clock';
import { decode } from './decode';
import { encode } from './encode';
import { MessageType } from './messages';
import type { Clock } from './own';
import { isForOthers } from './others';
import { testConfig } from './simulation';
import { PortState } from './types';

const own = '0200fffffe000001';
const other = '0200fffffe000002';
const time = { sec: 1, nsec: 5 };

const clockIn = (portState: PortState): Clock => {
  const clock = createClock(testConfig, [{ name: 'eth0', identity: own }]) as Clock;
  clock.ports[0]!.ds.portState = portState;
  return clock;
};

const from = (clock: Clock, body: Parameters<typeof message>[3]): Uint8Array => {
  const sent = message(clock, clock.ports[0]!, 7, body);
  return encode({ ...sent, source: { clock: other, port: 1 } });
};

test('requests are for masters, and answers for those who asked', () => {
  const slave = clockIn(PortState.Slave);
  const request = from(slave, { type: MessageType.DelayReq, origin: time });
  const answerTo = (clock: string, port: number) =>
    from(slave, { type: MessageType.DelayResp, receive: time, requesting: { clock, port } });
  expect(isForOthers(slave, 0, request)).toBe(true);
  expect(isForOthers(clockIn(PortState.Master), 0, request)).toBe(false);
  expect(isForOthers(slave, 0, answerTo(other, 1))).toBe(true);
  expect(isForOthers(slave, 0, answerTo(own, 2))).toBe(true);
  expect(isForOthers(slave, 0, answerTo(own, 1))).toBe(false);
  expect(isForOthers(slave, 0, from(slave, { type: MessageType.Sync, origin: time }))).toBe(false);
});

test('whatever is in a message that is for others, nobody who took it in would do more than count it', () => {
  const bodies = fc.constantFrom<Parameters<typeof message>[3]>(
    { type: MessageType.DelayReq, origin: time },
    { type: MessageType.DelayResp, receive: time, requesting: { clock: other, port: 1 } },
    { type: MessageType.DelayResp, receive: time, requesting: { clock: own, port: 1 } },
  );
  const changes = fc.array(fc.tuple(fc.nat(53), fc.nat(255)), { maxLength: 3 });
  let others = 0;
  fc.assert(
    fc.property(
      bodies,
      changes,
      fc.constantFrom(...Object.values(PortState)),
      fc.nat(12),
      (body, bytes, state, cut) => {
        const clock = clockIn(state);
        const packet = from(clock, body);
        for (const [at, byte] of bytes) if (at < packet.length) packet[at] = byte;
        const given = packet.subarray(0, packet.length - Math.max(0, cut - 10));
        if (!isForOthers(clock, 0, given)) return;
        others++;
        const whole = decode(given);
        if ('error' in whole) throw new Error(whole.error);
        const expected = structuredClone(clock);
        expected.ports[0]!.received[messageNames[whole.type]] = 1;
        expect(received(clock, 0, whole, time, 5e9, 0)).toEqual([]);
        expect(clock).toEqual(expected);
      },
    ),
    { numRuns: 2000 },
  );
  expect(others).toBeGreaterThan(100);
});
