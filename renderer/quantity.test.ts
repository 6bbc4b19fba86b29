import { describe, expect, it } from 'vitest';
import { bitRate, bursts, duration, formatQuantity, parseQuantity, share } from './quantity';

describe('amounts with units', () => {
  it('are written in the unit that suits them', () => {
    expect(formatQuantity(100e6, bitRate)).toBe('100 Mbit/s');
    expect(formatQuantity(1500, duration)).toBe('1.5 \u00b5s');
    expect(formatQuantity(0, duration)).toBe('0 ns');
    expect(formatQuantity(0.025, share)).toBe('2.5 %');
    expect(formatQuantity(0.001, share)).toBe('0.1 %');
  });

  it('are read with and without a unit', () => {
    expect(parseQuantity('5 ms', duration)).toBe(5e6);
    expect(parseQuantity('1.5us', duration)).toBe(1500);
    expect(parseQuantity('250', duration)).toBe(250);
    expect(parseQuantity('10 mbit/s', bitRate)).toBe(10e6);
    expect(parseQuantity('100', share)).toBe(1);
    expect(parseQuantity('0.7 %', share)).toBe(0.007);
  });

  it('are refused when they make no sense', () => {
    for (const text of ['', 'fast', '5 hours', '-1', '1..2']) expect(parseQuantity(text, duration)).toBeNull();
    expect(parseQuantity('101 %', share)).toBeNull();
    expect(parseQuantity('1 bit/s', bitRate)).toBeNull();
  });

  it('make bursts', () => {
    const burst = { everyNs: 1e9, lastingNs: 10e6, delayNs: 50_000 };
    expect(bursts.format(burst)).toBe('50 \u00b5s for 10 ms every 1 s');
    expect(bursts.parse('50us for 10 ms  EVERY 1 s')).toEqual(burst);
    expect(bursts.parse(bursts.format(burst))).toEqual(burst);
    const none = { everyNs: 0, lastingNs: 0, delayNs: 0 };
    expect(bursts.format(none)).toBe('none');
    for (const text of ['', ' none ', '0']) expect(bursts.parse(text)).toEqual(none);
    for (const text of ['50 us', '50 us for 10 ms', 'x for 10 ms every 1 s']) expect(bursts.parse(text)).toBeNull();
  });

  it('come back as they were written', () => {
    for (const value of [0, 1, 672, 1500, 123456789, 5e9]) {
      expect(parseQuantity(formatQuantity(value, duration), duration)).toBe(value);
    }
  });
});
