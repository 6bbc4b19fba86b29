import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Reassembly } from './fragments';
import type { Ipv4 } from './packet';

const bytes = Uint8Array.from({ length: 100 }, (_, i) => i);
const part = (from: number, to: number): Ipv4 => ({
  ...{ id: 1, tos: 0, ttl: 64, protocol: 17, source: 1, destination: 2 },
  ...{ offset: from, more: to < bytes.length, payload: bytes.subarray(from, to) },
});
const parts = [part(0, 8), part(8, 48), part(48, 56), part(56, 100)];

test('fragments come in any order, some of them twice', () => {
  const orders = fc.shuffledSubarray([...parts, ...parts], { minLength: 8 });
  fc.assert(
    fc.property(orders, (order) => {
      const reassembly = new Reassembly();
      // What comes again behind the last one that was missing begins a datagram that is never whole, as a rule.
      const whole = order.map((each) => reassembly.add(each, 0)).find((each) => each !== null);
      expect(whole).toEqual({ ...part(0, 100), more: false });
    }),
  );
});

test('fragments that lie over others, or go on behind the last, spoil their datagram', () => {
  for (const wrong of [part(8, 16), part(40, 64), { ...part(96, 100), more: true, payload: bytes.subarray(0, 8) }]) {
    const reassembly = new Reassembly();
    const order = [part(0, 8), part(8, 48), part(56, 100), wrong, part(48, 56)];
    expect(order.map((each) => reassembly.add(each, 0))).toEqual(order.map(() => null));
  }
});
