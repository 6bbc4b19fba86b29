import { describe, expect, test } from 'vitest';
import { Flag, MessageType } from '../apps/ptpd/messages';
import { get16, put16, put32 } from '../../kernel/net/bytes';
import type { Transport } from './ptpframe';
import { isChecked, messageFrame } from './testing';
import { stampInFrame } from './onestep';
import { getTimestamp, ptpIn, PtpField, putTimestamp } from './ptp';

const TIME = { sec: 0x1_2345_6789, nsec: 987_654_321 };

const correctionOf = (frame: Uint8Array): bigint =>
  new DataView(frame.buffer, frame.byteOffset + ptpIn(frame)!.at + PtpField.correction, 8).getBigInt64(0);

describe.each<Transport>(['udp', '802.3'])('by %s', (transport) => {
  test('a Sync has the time at which it leaves, and nothing else of it is other', () => {
    const frame = messageFrame(transport, { type: MessageType.Sync });
    const before = frame.slice();
    const stamped = stampInFrame(frame, false, TIME)!;
    expect(frame).toEqual(before);
    const place = ptpIn(stamped)!;
    expect(getTimestamp(stamped, place, PtpField.body)).toEqual(TIME);
    putTimestamp(stamped, place, PtpField.body, getTimestamp(before, place, PtpField.body));
    expect(stamped).toEqual(before);
  });

  test('a Pdelay_Resp has the time since its request, where the MAC does that', () => {
    const frame = messageFrame(transport, { type: MessageType.PdelayResp, correction: -3n << 16n });
    putTimestamp(frame, ptpIn(frame)!, PtpField.body, { sec: TIME.sec - 1, nsec: 999_999_999 });
    expect(stampInFrame(frame, false, TIME)).toBeNull();
    const stamped = stampInFrame(frame, true, TIME)!;
    expect(getTimestamp(stamped, ptpIn(stamped)!, PtpField.body)).toEqual({ sec: 0, nsec: 0 });
    expect(correctionOf(stamped)).toBe(BigInt(987_654_322 - 3) << 16n);
  });

  test('messages of two-step clocks, and those that carry no time, leave as they are', () => {
    for (const type of [MessageType.Sync, MessageType.PdelayResp])
      expect(stampInFrame(messageFrame(transport, { type, flags: Flag.TwoStep }), true, TIME)).toBeNull();
    for (const type of [MessageType.DelayReq, MessageType.PdelayReq, MessageType.FollowUp, MessageType.Announce])
      expect(stampInFrame(messageFrame(transport, { type }), true, TIME)).toBeNull();
  });
});

test('the checksum of UDP fits afterwards, stays none, or as wrong as it was', () => {
  const frame = messageFrame('udp', { type: MessageType.Sync });
  expect(isChecked(frame)).toBe(true);
  for (let i = 0; i < 500; i++) {
    const stamped = stampInFrame(frame, false, { sec: i * 0x1_0001, nsec: (i * 7_654_321) % 1e9 })!;
    expect(get16(stamped, 40)).not.toBe(0);
    expect(isChecked(stamped)).toBe(true);
  }
  put16(frame, 40, get16(frame, 40) ^ 0x100);
  expect(isChecked(stampInFrame(frame, false, TIME)!)).toBe(false);
  put16(frame, 40, 0);
  expect(get16(stampInFrame(frame, false, TIME)!, 40)).toBe(0);
});

test('what is no PTP message of version 2 leaves as it is', () => {
  const change = (transport: Transport, does: (frame: Uint8Array) => void) => {
    const frame = messageFrame(transport, { type: MessageType.Sync });
    does(frame);
    expect(stampInFrame(frame, true, TIME)).toBeNull();
  };
  change('802.3', (frame) => put16(frame, 12, 0x88f8));
  change('802.3', (frame) => (frame[15] = 1));
  // Longer than the frame, and shorter than a header.
  change('802.3', (frame) => put16(frame, 16, 100));
  change('802.3', (frame) => put16(frame, 16, 33));
  change('udp', (frame) => put16(frame, 36, 321));
  change('udp', (frame) => (frame[23] = 6));
  // A fragment.
  change('udp', (frame) => put16(frame, 20, 0x2000));
  change('udp', (frame) => (frame[14] = 0x4f));
  change('udp', (frame) => put32(frame, 12, 0x86dd_6000));
});
