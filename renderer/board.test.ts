import { expect, test } from 'vitest';
import { bitsOf, createSender, Edits, hexOf, inSteps } from './board';

test('registers have the digits of their width', () => {
  expect(hexOf({ name: 'CR', value: 1, bits: 1 })).toBe('0x1');
  expect(hexOf({ name: 'DR', value: 500, bits: 12 })).toBe('0x1F4');
  expect(hexOf({ name: 'SR', value: -1, bits: 32 })).toBe('0xFFFFFFFF');
  expect(bitsOf({ name: 'DR', value: 0x1f, bits: 8 })).toBe('0001 1111');
  expect(bitsOf({ name: 'DR', value: 5, bits: 6 })).toBe('00 0101');
});

test('values have the decimals of their step', () => {
  expect([inSteps(1.23456, 0.01), inSteps(21.5, 0.5), inSteps(7, 1)]).toEqual(['1.23', '21.5', '7']);
});

test('of values that come faster than they can be sent the last is sent', async () => {
  const sent: number[] = [];
  let finish: () => void = () => undefined;
  const send = createSender((value) => {
    sent.push(value);
    return new Promise<void>((resolve) => (finish = resolve));
  });
  [1, 2, 3].forEach(send);
  expect(sent).toEqual([1]);
  finish();
  await Promise.resolve();
  await Promise.resolve();
  expect(sent).toEqual([1, 3]);
});

test('a change builds on the one before, although no snapshot shows that yet', () => {
  const edits = new Edits({ offset: 0, amplitude: 0 });
  const change = (part: object) => edits.add({ ...edits.latest(), ...part });
  change({ offset: 1 });
  change({ amplitude: 2 });
  edits.see({ offset: 0, amplitude: 0 });
  expect(edits.latest()).toEqual({ offset: 1, amplitude: 2 });
  edits.see({ offset: 1, amplitude: 0 });
  expect(edits.latest()).toEqual({ offset: 1, amplitude: 2 });
  edits.see({ offset: 7, amplitude: 7 });
  expect(edits.latest()).toEqual({ offset: 7, amplitude: 7 });
  change({ offset: 8 });
  edits.forget();
  expect(edits.latest()).toEqual({ offset: 7, amplitude: 7 });
});
