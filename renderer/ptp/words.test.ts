import { expect, test } from 'vitest';
import { defaultLevels, gradeOf } from './levels';
import {
  between,
  formatAccuracy,
  formatClock,
  formatExactNs,
  formatIdentity,
  formatInstant,
  formatLogInterval,
  formatMarks,
  formatMany,
  formatNs,
  formatPpb,
  formatTimeSource,
} from './words';

const plain = (text: string): string => text.replaceAll('\u2009', ' ');

test('marks of an axis are all in the unit of the largest', () => {
  expect([-10_000, 0, 5000].map(formatMarks('ppb', 10_000)).map(plain)).toEqual(['-10 ppm', '0 ppm', '5 ppm']);
  expect([0, 200].map(formatMarks('ns', 200)).map(plain)).toEqual(['0 ns', '200 ns']);
});

test('times have four digits and the unit that suits them', () => {
  expect([0, 0.25, -81.234, 1500, -1.5e6, 37e9].map((ns) => plain(formatNs(ns)))).toEqual([
    ...['0 ns', '0.25 ns', '-81.23 ns', '1.5 \u00b5s', '-1.5 ms', '37 s'],
  ]);
  expect(plain(formatNs(-0.0001))).toBe('0 ns');
});

test('sums are in whole nanoseconds, with what is behind the point', () => {
  expect([1234567, -1234.5, -0.25, 0].map((ns) => plain(formatExactNs(ns)))).toEqual([
    ...['1 234 567 ns', '-1 234.5 ns', '-0.25 ns', '0 ns'],
  ]);
});

test('frequencies are billionths, then millionths', () => {
  expect([12.3, -50_000].map((ppb) => plain(formatPpb(ppb)))).toEqual(['12.3 ppb', '-50 ppm']);
});

test('instants are written with all their digits, and their difference is exact', () => {
  expect(plain(formatInstant({ sec: 1_700_000_000, nsec: 1 }))).toBe('1 700 000 000.000 000 001 s');
  expect(between({ sec: 1_700_000_000, nsec: 999_999_999 }, { sec: 1_700_000_001, nsec: 5 })).toBe(6);
  expect(between({ sec: 2, nsec: 0 }, { sec: 0, nsec: 5 })).toBe(-1_999_999_995);
});

test('clocks are called by their boards, or as ptp4l writes identities', () => {
  expect(formatIdentity('001122fffe334455')).toBe('001122.fffe.334455');
  expect(formatClock({ identity: '001122fffe334455', board: 'gm' })).toBe('gm');
  expect(formatClock({ identity: '001122fffe334455', board: null })).toBe('001122.fffe.334455');
});

test('numbers of IEEE 1588 in words', () => {
  expect([0x20, 0x23, 0x31, 0xfe, 5].map(formatAccuracy)).toEqual([
    '25 ns',
    '1 \u00b5s',
    'over 10 s',
    'unknown',
    '0x5',
  ]);
  expect([0x20, 0xa0, 0x77].map(formatTimeSource)).toEqual(['GPS', 'internal oscillator', '0x77']);
  expect([-3, 0, 4].map((log) => plain(formatLogInterval(log)))).toEqual(['0.125 s', '1 s', '16 s']);
  expect([formatMany(1, 'step'), formatMany(2, 'step')]).toEqual(['1 step', '2 steps']);
});

test('a value is as bad as its size says, on either side of zero', () => {
  const { offset } = defaultLevels;
  expect([0, 249_999, -250_000, 1e6, -5e6, null].map((value) => gradeOf(value, offset))).toEqual([
    ...['good', 'good', 'warn', 'fail', 'fail', 'good'],
  ]);
});
