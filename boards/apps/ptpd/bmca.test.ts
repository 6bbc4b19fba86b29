import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compare, type DataSet } from './bmca';

const identity = fc.integer({ min: 1, max: 4 }).map((n) => `020000000000000${n}`);
const portIdentity = fc.record({ clock: identity, port: fc.integer({ min: 1, max: 2 }) });
const small = fc.integer({ min: 0, max: 2 });
const dataSets: fc.Arbitrary<DataSet> = fc.record({
  priority1: small,
  quality: fc.record({ clockClass: small, clockAccuracy: small, offsetScaledLogVariance: small }),
  priority2: small,
  identity,
  stepsRemoved: fc.integer({ min: 0, max: 3 }),
  sender: portIdentity,
  receiver: portIdentity,
});

const base: DataSet = {
  priority1: 128,
  quality: { clockClass: 248, clockAccuracy: 254, offsetScaledLogVariance: 0xffff },
  priority2: 128,
  identity: '0200000000000005',
  stepsRemoved: 1,
  sender: { clock: '0200000000000005', port: 1 },
  receiver: { clock: '0200000000000009', port: 1 },
};
const other: DataSet = { ...base, identity: '0200000000000006' };

describe('the data set comparison', () => {
  const fields: [string, Partial<DataSet>, readonly [string, string]][] = [
    ['priority1', { priority1: 127 }, ['127', '128']],
    ['clockClass', { quality: { ...base.quality, clockClass: 6 } }, ['6', '248']],
    ['clockAccuracy', { quality: { ...base.quality, clockAccuracy: 0x21 } }, ['33', '254']],
    ['offsetScaledLogVariance', { quality: { ...base.quality, offsetScaledLogVariance: 5 } }, ['5', '65535']],
    ['priority2', { priority2: 1 }, ['1', '128']],
    ['identity', { identity: '0200000000000001' }, ['0200000000000001', '0200000000000006']],
  ];
  test.each(fields)('%s decides', (field, better, values) => {
    const a = { ...base, ...better };
    expect(compare(a, other)).toMatchObject({ field, values, topology: false });
    expect(compare(a, other).order).toBeLessThan(0);
    expect(compare(other, a).order).toBeGreaterThan(0);
  });

  test('an earlier field outweighs all later ones', () => {
    fields.forEach(([field, better], n) => {
      const worse = Object.assign({}, ...fields.slice(n + 1).map(([, each]) => each)) as Partial<DataSet>;
      const quality = { ...base.quality, ...worse.quality };
      expect(compare({ ...base, ...better }, { ...other, ...worse, quality }).field).toBe(field);
    });
  });

  test('of one grandmaster the shorter path is better', () => {
    const far = { ...base, stepsRemoved: 3 };
    expect(compare(base, far)).toMatchObject({ order: -2, field: 'stepsRemoved', topology: false, values: ['1', '3'] });
  });

  test('one step more: it is so by topology only where the longer path is not by way of the receiver', () => {
    const sender = (clock: string) => ({ ...base, stepsRemoved: 2, sender: { clock, port: 1 } });
    expect(compare(base, sender('0200000000000001'))).toMatchObject({ order: -1, topology: true });
    expect(compare(base, sender('020000000000000a'))).toMatchObject({ order: -1, topology: false });
    expect(compare(base, sender(base.receiver.clock))).toMatchObject({ order: 0, field: 'same' });
  });

  test('paths as long: the sender decides, then the port that has received it', () => {
    const from = (clock: string, port: number, at = 1): DataSet => ({
      ...base,
      sender: { clock, port },
      receiver: { ...base.receiver, port: at },
    });
    const order = [from('0200000000000001', 2), from('0200000000000002', 1), from('0200000000000002', 2)];
    for (let n = 1; n < order.length; n++) {
      expect(compare(order[n - 1]!, order[n]!)).toMatchObject({ topology: true, field: 'topology' });
      expect(compare(order[n - 1]!, order[n]!).order).toBeLessThan(0);
    }
    expect(compare(from(base.identity, 1, 1), from(base.identity, 1, 2))).toMatchObject({
      order: -1,
      field: 'topology',
    });
    expect(compare(base, base)).toMatchObject({ order: 0, field: 'same' });
  });

  test('turned round it says the opposite', () => {
    fc.assert(
      fc.property(dataSets, dataSets, (a, b) => {
        const [ab, ba] = [compare(a, b), compare(b, a)];
        expect(Math.sign(ab.order) + Math.sign(ba.order)).toBe(0);
        expect([ab.field, ab.topology, ab.values]).toEqual([ba.field, ba.topology, [...ba.values].reverse()]);
      }),
    );
  });

  test('among different grandmasters it is an order', () => {
    fc.assert(
      fc.property(dataSets, dataSets, dataSets, (a, b, c) => {
        fc.pre(new Set([a, b, c].map((each) => each.identity)).size === 3);
        if (compare(a, b).order < 0 && compare(b, c).order < 0) expect(compare(a, c).order).toBeLessThan(0);
      }),
    );
  });
});
