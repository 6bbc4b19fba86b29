import { expect, test } from 'vitest';
import type { PtpExchange, PtpMessage } from '../../main/contract/ptp';
import { arithmeticOf, arrowsOf, asymmetryOf, heightOf } from './exchange';

const at = (nsec: number) => ({ sec: 100, nsec });
/** 700 ns there, 300 ns back, and the clock is 50 ns ahead. */
const exchange: PtpExchange = {
  sync: { sequence: 7, t1: at(1000), t2: at(1750), correctionNs: 0, twoStep: true },
  delay: { sequence: 3, t1: null, t2: null, t3: at(5050), t4: at(5300), correctionNs: 0 },
  delayNs: 500,
  meanPathDelayNs: 500,
  offsetNs: 250,
};
const message = (type: string, sequence: number, sentNs: number | null, receivedNs: number | null): PtpMessage => ({
  ...{ packet: sequence, type, sequence, sentNs, receivedNs, correctionNs: 0 },
  fromMaster: !type.endsWith('_Req'),
});
const plain = (text: string): string => text.replaceAll('\u2009', ' ');
const valueOf = (of: PtpExchange, name: string): string =>
  plain(arithmeticOf(of).findLast((line) => line.name === name)!.value);

test('the arithmetic of an exchange from end to end', () => {
  expect(arithmeticOf(exchange).map(({ name }) => name)).toEqual([
    ...['t1', 't2', 't3', 't4', 'There', 'Back', 'Path delay', 'Mean path delay', 'Offset'],
  ]);
  expect(valueOf(exchange, 'There')).toBe('750 ns');
  expect(valueOf(exchange, 'Back')).toBe('250 ns');
  expect(valueOf(exchange, 'Path delay')).toBe('500 ns');
  expect(valueOf(exchange, 'Offset')).toBe('250 ns');
});

test('the path is measured by the Sync before, where that took another time', () => {
  const later = { ...exchange, sync: { ...exchange.sync, t2: at(1790) }, offsetNs: 290 };
  const names = arithmeticOf(later).map(({ name }) => name);
  expect(names.slice(4)).toEqual(['There', 'Back', 'There before', 'Path delay', 'Mean path delay', 'Offset']);
  expect(valueOf(later, 'There')).toBe('790 ns');
  expect(valueOf(later, 'There before')).toBe('750 ns');
});

test('corrections are told, and are in the sums', () => {
  const corrected = { ...exchange, sync: { ...exchange.sync, correctionNs: 200 }, delayNs: 400 };
  const lines = arithmeticOf(corrected);
  expect(plain(lines.find(({ name }) => name === 'Correction')!.value)).toBe('200 ns');
  expect(lines.at(-1)!.formula).toBe('t2 - t1 - correction - mean path delay');
  expect(lines.find(({ name }) => name === 'Path delay')!.formula).toContain('corrections');
});

test('with a neighbor the four times are of the exchange with that one', () => {
  const peer = { ...exchange, delay: { ...exchange.delay!, t1: at(10), t2: at(500) } };
  const lines = arithmeticOf(peer);
  expect(lines.map(({ name }) => name).slice(0, 6)).toEqual(['t1', 't2', 'p1', 'p2', 'p3', 'p4']);
  expect(lines.find(({ name }) => name === 'Path delay')!.formula).toBe('((p2 - p1) + (p4 - p3)) / 2');
  expect(asymmetryOf([], peer)).toBeNull();
});

test('messages are one below the other, with the stamps of the exchange, whose own are kept', () => {
  const before = Array.from({ length: 20 }, (_, i) => message('Announce', i, i, i + 1));
  const messages = [
    message('Delay_Req', 3, 1, 2),
    message('Delay_Resp', 3, 3, 4),
    ...before,
    message('Sync', 7, 100, 200),
    message('Follow_Up', 7, 110, null),
  ];
  const arrows = arrowsOf(messages, exchange, 6);
  expect(arrows.map(({ message: { type } }) => type)).toEqual([
    ...['Delay_Req', 'Delay_Resp', 'Announce', 'Announce', 'Sync', 'Follow_Up'],
  ]);
  expect(arrows.map(({ sent, received }) => sent + received)).toEqual(['t3t4', '', '', '', 't1t2', '']);
  expect(arrows.map(({ skipped }) => skipped)).toEqual([0, 0, 18, 0, 0, 0]);
  expect(arrows.every(({ fromY }, i) => i === 0 || fromY > arrows[i - 1]!.fromY)).toBe(true);
  expect(heightOf(arrows)).toBeGreaterThan(arrows.at(-1)!.toY);
  expect(arrowsOf(messages, null, 4)).toHaveLength(4);
});

test('the true delays show what the clock cannot see', () => {
  const messages = [message('Sync', 7, 1000, 1700), message('Delay_Req', 3, 5000, 5300)];
  expect(asymmetryOf(messages, exchange)).toEqual({ forwardNs: 700, backwardNs: 300, errorNs: 200 });
  expect(asymmetryOf(messages.slice(1), exchange)).toBeNull();
  expect(asymmetryOf([message('Sync', 7, 1000, null), messages[1]!], exchange)).toBeNull();
});
