import { describe, expect, it } from 'vitest';
import {
  formatAscii,
  formatBytes,
  formatCount,
  formatDuration,
  formatHex,
  formatPercent,
  formatPriority,
  formatRate,
  formatSpeed,
  formatState,
  formatTime,
  formatValue,
} from './format';

/** Thin spaces are hard to see; in here they are underscores. */
const visible = (text: string): string => text.replaceAll('\u2009', '_');

describe('numbers', () => {
  it('puts thin spaces between thousands', () => {
    expect(visible(formatCount(999))).toBe('999');
    expect(visible(formatCount(1284))).toBe('1_284');
    expect(visible(formatCount(3281004))).toBe('3_281_004');
    expect(visible(formatCount(-12345))).toBe('-12_345');
  });

  it('writes spans of time in the unit that suits them', () => {
    expect(visible(formatDuration(0))).toBe('0_ns');
    expect(visible(formatDuration(960))).toBe('960_ns');
    expect(visible(formatDuration(8_300))).toBe('8.3_\u00b5s');
    expect(visible(formatDuration(89_995_000))).toBe('89.995_ms');
    expect(visible(formatDuration(1_234_000_000_000))).toBe('1_234_s');
  });

  it('writes a word as a number, or as the address that it must be', () => {
    expect(formatValue(-1)).toBe('-1');
    expect(formatValue(42)).toBe('42');
    expect(formatValue(0x2000_0d80)).toBe('0x20000d80');
  });

  it('keeps all nine decimals of a time', () => {
    expect(visible(formatTime(0))).toBe('0.000_000_000_s');
    expect(visible(formatTime(12_840_000_001))).toBe('12.840_000_001_s');
    expect(visible(formatTime(1_234_000_000_000))).toBe('1_234.000_000_000_s');
  });

  it('is exact up to the largest time of the contract', () => {
    expect(visible(formatTime(Number.MAX_SAFE_INTEGER))).toBe('9_007_199.254_740_991_s');
  });

  it('writes rates with a prefix', () => {
    expect(visible(formatRate(950.4))).toBe('950');
    expect(visible(formatRate(12_400))).toBe('12.4_k');
    expect(visible(formatRate(1_234_567))).toBe('1.2_M');
  });

  it('writes speeds as multiples of real time', () => {
    expect([0.1, 1, 0.998, 1000, null].map(formatSpeed).map(visible)).toEqual([
      '0.1x',
      '1x',
      '1x',
      '1_000x',
      'Flat out',
    ]);
  });

  it('tells a little of the CPU from none', () => {
    expect([0, 0.2, 0.6, 71.2].map(formatPercent)).toEqual(['0%', '<1%', '1%', '71%']);
  });
});

describe('bytes', () => {
  it('writes addresses as unsigned', () => {
    expect(formatHex(-1)).toBe('0xffffffff');
    expect(formatHex(0x1a40)).toBe('0x00001a40');
  });

  it('writes pairs of digits, and a dot for what does not print', () => {
    expect(formatBytes([72, 0, 255])).toBe('48 00 ff');
    expect(formatAscii([72, 105, 0, 127, 255])).toBe('Hi...');
  });
});

describe('priority', () => {
  it('marks one that inheritance raised', () => {
    expect(formatPriority({ priority: 120, basePriority: 100 })).toBe('120^');
    expect(formatPriority({ priority: 100, basePriority: 100 })).toBe('100');
  });
});

it('says of a task that locks the scheduler, or is about to go, that it does', () => {
  const state = { state: 'Ready', exiting: false, cancelPending: false, lockCount: 0 };
  expect(formatState(state)).toBe('Ready');
  expect(formatState({ ...state, lockCount: 1 })).toBe('Ready, sched_lock');
  expect(formatState({ ...state, lockCount: 2, cancelPending: true })).toBe('Ready, sched_lock x2, cancel pending');
  expect(formatState({ ...state, cancelPending: true })).toBe('Ready, cancel pending');
  expect(formatState({ ...state, cancelPending: true, exiting: true })).toBe('Ready, exiting');
});
