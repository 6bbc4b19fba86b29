import { describe, expect, it } from 'vitest';
import { HexLog, hexRow } from './hex';

const bytes = (text: string) => new TextEncoder().encode(text);

it('shows a row as hexdump -C does', () => {
  expect(hexRow(bytes('NuttX 12.4\r\n\x7f~'), 0x1f0)).toEqual({
    offset: '000001f0',
    hex: '4e 75 74 74 58 20 31 32  2e 34 0d 0a 7f 7e      ',
    text: 'NuttX 12.4...~',
  });
  expect(hexRow(bytes('0123456789abcdef'), 0).hex).toHaveLength(48);
  expect(hexRow(bytes('01234567'), 8, 8)).toEqual({
    offset: '00000008',
    hex: '30 31 32 33  34 35 36 37',
    text: '01234567',
  });
  expect(hexRow(new Uint8Array([255]), 0).hex).toBe(`ff${' '.repeat(46)}`);
});

describe('HexLog', () => {
  it('fills rows, and keeps the last ones with their places', () => {
    const log = new HexLog(32, 5);
    expect(log.settle()).toBe(0);
    log.push(bytes('0123456789'));
    log.push(bytes('abcdefg'));
    expect(log.settle()).toBe(2);
    expect(log.row(1)).toMatchObject({ offset: '00000015', text: 'g' });
    log.push(bytes('h'.repeat(40)));
    expect(log.settle()).toBe(3);
    expect(log.row(0)).toMatchObject({ offset: '00000015', text: `g${'h'.repeat(15)}` });
  });
});
