import { beforeEach, describe, expect, it } from 'vitest';
import type { Bench } from '../../../boards/bench';
import { MessageType } from '../../../boards/apps/ptpd/messages';
import type { PtpSeriesName } from '../../contract/ptp';
import { PtpRecord } from './record';
import { believed, clocksBench, FORWARD_NS, MASTER, MASTER_PPM, SLAVE, SLAVE_PPM } from './testing';

const [LEFT, RIGHT] = [0, 1];

let bench: Bench;
let record: PtpRecord;
beforeEach(async () => {
  bench = await clocksBench();
  record = new PtpRecord(bench.places);
});

const series = (place: number, name: PtpSeriesName) => record.series(place, name, 0, Infinity);

describe('the record of clocks', () => {
  it('has what they have logged', () => {
    bench.run({ ticks: 300 });
    const { times, values } = series(RIGHT, 'offset');
    expect(values.length).toBeGreaterThan(15);
    expect([...values]).toEqual([...values].map((_, reading) => believed(reading)));
    expect(times.every((time, i) => i === 0 || time > times[i - 1]!)).toBe(true);
    expect(new Set(series(RIGHT, 'delay').values)).toEqual(new Set([500]));
    expect(new Set(series(RIGHT, 'frequency').values)).toEqual(new Set([1.5]));
    expect(new Set(series(RIGHT, 'forward').values)).toEqual(new Set([FORWARD_NS + 123]));
    expect(series(RIGHT, 'backward').values.length).toBe(0);
    expect(series(LEFT, 'offset').values.length).toBe(0);
    expect(record.states(LEFT, 0, 1e12)).toMatchObject([{ port: 1, from: 4, to: 6 }]);
    expect(record.states(LEFT, 0, 1e6)).toEqual([]);
  });

  it('knows the true offset from the grandmaster, which logs at other times, and that a master has none', () => {
    bench.run({ ticks: 300 });
    const { times, values } = series(RIGHT, 'trueOffset');
    expect(values.length).toBe(series(RIGHT, 'offset').values.length);
    values.forEach((value, i) => {
      // Each of the two errors is logged as whole nanoseconds.
      expect(Math.abs(value - (SLAVE_PPM - MASTER_PPM) * 1e-6 * times[i]!)).toBeLessThan(3);
    });
    expect(record.lastTrueOffset(RIGHT)).toBe(values.at(-1));
    expect(series(LEFT, 'trueOffset').values.length).toBe(0);
    expect(record.lastTrueOffset(LEFT)).toBeNull();
  });

  it('knows when messages were really sent and received, of the board and its master alone', () => {
    bench.run({ ticks: 100 });
    const sync = (clock: string, sequence: number, type: number = MessageType.Sync) =>
      Uint8Array.of(
        ...[...new Uint8Array(12), 0x88, 0xf7, type, 2, 0, 44, ...new Uint8Array(16)],
        ...[...clock.match(/../g)!.map((digits) => parseInt(digits, 16)), 0, 1, 0, sequence, ...new Uint8Array(12)],
      );
    let now = 1e9;
    const pass = (place: number, direction: 'in' | 'out', frame: Uint8Array, atNs = (now += 100)) =>
      record.passed(place, 'eth0', direction, frame, atNs, 0);
    pass(LEFT, 'out', sync(MASTER, 1));
    pass(RIGHT, 'in', sync(MASTER, 1));
    pass(RIGHT, 'in', sync(MASTER, 1));
    pass(RIGHT, 'in', sync(MASTER, 2));
    pass(RIGHT, 'out', sync(SLAVE, 1));
    pass(LEFT, 'in', sync(SLAVE, 1));
    pass(RIGHT, 'out', sync(SLAVE, 7, MessageType.DelayReq));
    now += 1000;
    pass(LEFT, 'in', sync(SLAVE, 7, MessageType.DelayReq));
    expect([...series(RIGHT, 'trueForward').values]).toEqual([100]);
    expect([...series(RIGHT, 'trueBackward').values]).toEqual([1100]);
    expect(series(LEFT, 'trueForward').values.length).toBe(0);
  });

  it('goes back with the boards, and on to the same again', () => {
    bench.run({ ticks: 100 });
    const checkpoint = bench.checkpoint();
    const before = series(RIGHT, 'trueOffset');
    bench.run({ ticks: 200 });
    const after = series(RIGHT, 'trueOffset');
    expect(after.values.length).toBeGreaterThan(before.values.length);
    bench.restore(checkpoint);
    expect(series(RIGHT, 'offset').times).toEqual(before.times);
    bench.run({ ticks: 200 });
    expect(series(RIGHT, 'trueOffset')).toEqual(after);
  });

  it('gives what is in a span of time, with both ends', () => {
    bench.run({ ticks: 100 });
    const { times } = series(RIGHT, 'offset');
    expect([...record.series(RIGHT, 'offset', times[1]!, times[3]!).times]).toEqual([...times.slice(1, 4)]);
  });
});
