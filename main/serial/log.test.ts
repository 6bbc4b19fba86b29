import { expect, it } from 'vitest';
import { LineStamper } from './log';

const noon = Date.UTC(2026, 10, 21, 12);
const bytes = (text: string) => new TextEncoder().encode(text);

it('puts the time at which a line began before it, however it comes in pieces', () => {
  const stamper = new LineStamper();
  const pieces = ['on', 'e\r', '\ntwo\n\n', 'three'].map((text, i) => stamper.stamp(bytes(text), noon + i * 1000));
  expect(Buffer.concat(pieces).toString()).toBe(
    '2026-11-21T12:00:00.000Z one\r\n' +
      '2026-11-21T12:00:02.000Z two\n' +
      '2026-11-21T12:00:02.000Z \n' +
      '2026-11-21T12:00:03.000Z three',
  );
  expect(stamper.remark('gone', noon).toString()).toBe('\n2026-11-21T12:00:00.000Z --- gone\n');
  expect(stamper.remark('back', noon).toString()).toBe('2026-11-21T12:00:00.000Z --- back\n');
  expect(stamper.stamp(bytes('four'), noon).toString()).toBe('2026-11-21T12:00:00.000Z four');
});

it('keeps bytes that are no text', () => {
  const stamped = new LineStamper().stamp(new Uint8Array([0xff, 0, 10]), noon);
  expect(stamped.subarray(25)).toEqual(Buffer.from([0xff, 0, 10]));
});
