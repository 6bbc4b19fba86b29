import { describe, expect, test } from 'vitest';
import { changeAt, indexAt, readChanges } from './changes';
import { byteEdges, edgesOf, pwmEdges, pwmLevel, TooManyEdges } from './edges';

const changes = (...list: [number, number, number?][]): Float64Array =>
  Float64Array.from(list.flatMap(([time, value, detail = 0]) => [time, value, detail]));
const short = (edges: Iterable<{ timeNs: number; level: number }>) => [...edges].map((e) => [e.timeNs, e.level]);

test('changes are read from bytes at any place of a message', () => {
  const data = changes([10, 1, 2], [20, 3, 4]);
  const message = new Uint8Array(data.byteLength + 3);
  message.set(new Uint8Array(data.buffer), 3);
  const read = readChanges(message.subarray(3));
  expect(changeAt(read, 1)).toEqual({ timeNs: 20, value: 3, detail: 4 });
  expect([5, 10, 15, 20, 99].map((at) => indexAt(read, at))).toEqual([-1, 0, 0, 1, 1]);
});

describe('serial lines', () => {
  test('a byte is a start bit, its bits from the lowest on, and a stop bit', () => {
    // 'A' is 0x41: 1000 0010 on the line.
    const edges = byteEdges({ timeNs: 1000, value: 0x41, detail: 1_000_000 });
    expect(short(edges)).toEqual([[1000, 0], [2000, 1], [3000, 0], [8000, 1], [9000, 0], [10_000, 1]]); // prettier-ignore
  });

  test('0xff is one short pulse, 0 one long one', () => {
    expect(short(byteEdges({ timeNs: 0, value: 255, detail: 1e6 }))).toEqual([[0, 0], [1000, 1]]); // prettier-ignore
    expect(short(byteEdges({ timeNs: 0, value: 0, detail: 1e6 }))).toEqual([[0, 0], [9000, 1]]); // prettier-ignore
  });

  test('bytes decoded from the edges are those that went in', () => {
    const text = [...'Hello, world\r\n\x00\xff'].map((char) => char.charCodeAt(0));
    const bit = 1e9 / 115_200;
    const line = changes(...text.map((byte, i) => [i * bit * 10, byte, 115_200] as [number, number, number]));
    const edges = edgesOf('bytes', line, 0, 1e9);
    const levelAt = (timeNs: number) => edges.findLast((edge) => edge.timeNs <= timeNs)?.level ?? 1;
    const decoded = text.map((_, i) =>
      Array.from({ length: 8 }, (_bit, n) => levelAt((i * 10 + 1.5 + n) * bit) << n).reduce((a, b) => a | b),
    );
    expect(decoded).toEqual(text);
  });
});

describe('PWM', () => {
  const kilohertz = { timeNs: 500, value: 1000, detail: 0.25 };

  test('has its edges from when it was set', () => {
    expect(short(pwmEdges(kilohertz, 0, 2_000_500))).toEqual([[500, 1], [250_500, 0], [1_000_500, 1], [1_250_500, 0]]); // prettier-ignore
    expect(short(pwmEdges(kilohertz, 1_100_000, 2_100_000))).toEqual([[1_250_500, 0], [2_000_500, 1]]); // prettier-ignore
  });

  test('is steady without a frequency, and with nothing or all of a duty', () => {
    expect(short(pwmEdges({ ...kilohertz, detail: 0 }, 0, 1e7))).toEqual([[500, 0]]);
    expect(short(pwmEdges({ ...kilohertz, detail: 1 }, 0, 1e7))).toEqual([[500, 1]]);
    expect(short(pwmEdges({ ...kilohertz, value: 0 }, 0, 1e7))).toEqual([[500, 0]]);
  });

  test('has a level at any time', () => {
    expect([500, 250_499, 250_500, 1_000_400, 1_000_600].map((at) => pwmLevel(kilohertz, at))).toEqual([1, 1, 0, 0, 1]);
  });

  test('a wave of several settings has the edges of each', () => {
    const wave = changes([0, 1000, 0.5], [2_250_000, 0, 0.5], [4e6, 500, 0.5]);
    expect(short(edgesOf('pwm', wave, 0, 5e6))).toEqual([
      [0, 1],
      [500_000, 0],
      [1_000_000, 1],
      [1_500_000, 0],
      [2_000_000, 1],
      [2_250_000, 0],
      [4_000_000, 1],
      [5_000_000, 0],
    ]);
    expect(short(edgesOf('pwm', wave, 600_000, 1_200_000))).toEqual([[1_000_000, 1]]);
    expect(() => edgesOf('pwm', changes([0, 1e6, 0.5]), 0, 1e9, 1000)).toThrow(TooManyEdges);
  });
});

test('a level that is set to what it is has no edge', () => {
  const wave = changes([0, 0], [10, 0], [20, 1], [30, 1], [40, 0]);
  expect(short(edgesOf('level', wave, 5, 40))).toEqual([[20, 1], [40, 0]]); // prettier-ignore
});
