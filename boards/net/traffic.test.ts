import { describe, expect, test } from 'vitest';
import { usualSizes, type LinkSettings, type Load } from './link';
import { Network } from './network';
import type { NetworkPlan } from './plan';
import { advance, createTraffic } from './traffic';

const RATE = 100e6;
const BYTE_NS = 80;
const FOREVER = Infinity;
const lengthNs = (size: number) => (8 + size + 4 + 12) * BYTE_NS;
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Of a frame that comes at any moment, by Pollaczek's and Khinchin's formula: how long it waits. */
function meanWaitNs({ share, sizes }: Load): number {
  const lengths = sizes.map(lengthNs);
  return ((share / (1 - share)) * mean(lengths.map((ns) => ns * ns))) / mean(lengths) / 2;
}

describe('what waits', () => {
  /** Waits of so many who look every so often. */
  function waits(load: Load, everyNs: number, count: number, seed = 7): number[] {
    const traffic = createTraffic(seed, load, RATE);
    let end = 0;
    return Array.from({ length: count }, (_, i) => {
      const nowNs = (i + 1) * everyNs;
      end = advance(traffic, end, nowNs, FOREVER);
      return Math.max(0, end - nowNs);
    });
  }

  test.each<[string, Load]>([
    ['much, of all lengths', { share: 0.8, sizes: usualSizes }],
    ['little, of one length', { share: 0.3, sizes: [1514] }],
  ])('is as much as the formula says, looked at often or seldom: %s', (_, load) => {
    const exact = meanWaitNs(load);
    // Each frame that comes, and what is known without that.
    for (const [everyNs, count] of [
      [2e5, 100_000],
      [1e9, 30_000],
    ] as const) {
      const found = waits(load, everyNs, count);
      expect(Math.abs(mean(found) / exact - 1)).toBeLessThan(0.05);
      const free = found.filter((ns) => ns === 0).length / count;
      expect(Math.abs(free - (1 - load.share))).toBeLessThan(0.02);
    }
  });

  test('is no more than there is room for', () => {
    const load = { share: 0.95, sizes: [1514] };
    for (const everyNs of [1e5, 100e9]) {
      const traffic = createTraffic(3, load, RATE);
      let end = 0;
      let most = 0;
      for (let i = 1; i <= 5000; i++) {
        end = advance(traffic, end, i * everyNs, 1e6);
        most = Math.max(most, end - i * everyNs);
      }
      expect(most).toBeGreaterThan(0.9e6);
      expect(most).toBeLessThanOrEqual(1e6 + lengthNs(1514));
    }
  });
});

/** Boards a and b at a switch, whose port to b has other traffic; and the waits of frames that a sends. */
function switched(load: Load, plan: { queueBytes?: number } = {}, seed = 1) {
  const come: { seen: number; startNs: number }[] = [];
  const links: NetworkPlan['links'] = [
    { from: 'a/eth0', to: 'switch/1' },
    { from: 'switch/2', to: 'b/eth0', settings: { load: [load, { share: 0, sizes: usualSizes }] } },
  ];
  const made = new Network(
    { switches: [{ name: 'switch', ports: 2, settings: { storeNs: 0, ...plan } }], links },
    ['a', 'b'].map((name) => ({ name, ports: ['eth0'] })),
    seed,
    {
      arrive(_board, _way, _device, value) {
        if (value.type === 'frame')
          come.push({ seen: value.bytes[14]! * 256 + value.bytes[15]!, startNs: value.startNs });
      },
      onHostFrame: () => undefined,
    },
  );
  const run = (untilNs: number) => {
    while (made.nextNs <= untilNs) made.step();
  };
  const sent: number[] = [];
  const send = (beginNs: number, length = 60) => {
    run(beginNs);
    const bytes = new Uint8Array(length).fill(255, 0, 6).fill(2, 6, 12);
    bytes.set([sent.length >> 8, sent.length & 255], 14);
    sent.push(beginNs + (8 + length + 4) * BYTE_NS);
    made.send(0, 'eth0', { type: 'frame', bytes, startNs: beginNs + 8 * BYTE_NS });
  };
  /** From the last bit in to the first bit out, of each that came. */
  const waited = () => come.map(({ seen, startNs }) => startNs - 8 * BYTE_NS - sent[seen]!);
  return { made, come, run, send, waited };
}

describe('frames of boards', () => {
  const load = { share: 0.8, sizes: usualSizes };

  test('wait in a switch as they would among real frames', () => {
    const { run, send, waited } = switched(load);
    for (let i = 0; i < 8000; i++) send(1e6 + i * 1.01e6);
    run(20e9);
    const found = waited();
    expect(found).toHaveLength(8000);
    expect(Math.min(...found)).toBe(0);
    expect(Math.abs(mean(found) / meanWaitNs(load) - 1)).toBeLessThan(0.08);
  });

  test('have their places between others, also when they follow each other closely', () => {
    const { come, run, send, waited } = switched(load);
    // Bursts of ten long frames, which take as long in as out, without a gap.
    for (let burst = 0; burst < 200; burst++)
      for (let i = 0; i < 10; i++) send(1e6 + burst * 20e6 + i * lengthNs(1514), 1514);
    run(1e12);
    expect(come.map(({ seen }) => seen)).toEqual(Array.from({ length: 2000 }, (_, i) => i));
    const found = waited();
    const [first, last] = [0, 9].map((place) => mean(found.filter((_, i) => i % 10 === place)));
    // While a frame comes in, 0.8 frames of others come, and each takes as long.
    expect(last! - first!).toBeGreaterThan(0.9 * 9 * 0.8 * lengthNs(1514));
    expect(last! - first!).toBeLessThan(1.1 * 9 * 0.8 * lengthNs(1514));
  });

  test('find no room where others have taken it', () => {
    const { made, run, send, come } = switched({ share: 0.97, sizes: [1514] }, { queueBytes: 6000 });
    for (let i = 0; i < 2000; i++) send(1e6 + i * 1e6);
    run(10e9);
    const { counts } = made.switches(0)[0]!.ports[1]!;
    expect(counts.sent).toBe(come.length);
    expect(counts.dropped).toBe(2000 - come.length);
    expect(counts.dropped).toBeGreaterThan(100);
    expect(come.length).toBeGreaterThan(500);
  });

  test('wait from when on it is there, and no longer than it is', () => {
    const { made, run, send, waited } = switched({ share: 0, sizes: usualSizes });
    const at = (seconds: number) => waited()[Math.round(seconds * 100)]!;
    for (let i = 0; i < 600; i++) {
      if (i === 200) made.input({ switch: 'switch', load: { share: 0.9, sizes: [1514] } }, 2e9);
      if (i === 400)
        made.input(
          {
            link: 'switch/2-b/eth0',
            settings: {
              load: [
                { share: 0, sizes: [60] },
                { share: 0, sizes: [60] },
              ],
            },
          },
          4e9,
        );
      send(i * 1e7 + 1);
    }
    run(10e9);
    expect(at(1)).toBe(0);
    const found = waited();
    expect(found.slice(0, 200).every((ns) => ns === 0)).toBe(true);
    expect(Math.abs(mean(found.slice(200, 400)) / meanWaitNs({ share: 0.9, sizes: [1514] }) - 1)).toBeLessThan(0.5);
    expect(found.slice(402).every((ns) => ns === 0)).toBe(true);
  });

  test('wait on a link between two boards, too, and none overtakes another', () => {
    const come: number[] = [];
    const settings: Partial<LinkSettings> = { load: [load, { share: 0, sizes: usualSizes }] };
    const made = new Network(
      { switches: [], links: [{ from: 'a/eth0', to: 'b/eth0', settings }] },
      ['a', 'b'].map((name) => ({ name, ports: ['eth0'] })),
      1,
      {
        arrive: (_board, _way, _device, value) => void (value.type === 'frame' && come.push(value.startNs)),
        onHostFrame: () => undefined,
      },
    );
    const waits: number[] = [];
    for (let i = 0; i < 8000; i++) {
      made.send(0, 'eth0', { type: 'frame', bytes: new Uint8Array(60), startNs: 640 + i * 1.01e6 });
      waits.push(come.at(-1)! - 640 - i * 1.01e6);
    }
    expect(come).toEqual([...come].sort((a, b) => a - b));
    expect(Math.min(...waits)).toBe(0);
    expect(Math.abs(mean(waits) / meanWaitNs(load) - 1)).toBeLessThan(0.08);
    // The other way is free.
    made.send(1, 'eth0', { type: 'frame', bytes: new Uint8Array(60), startNs: 99e9 });
    expect(come.at(-1)).toBe(99e9);
  });

  test('go on from a checkpoint as they would have', () => {
    const one = switched(load);
    const other = switched(load);
    for (let i = 0; i < 100; i++) one.send(1e6 + i * 1e5);
    other.made.restore(one.made.checkpoint());
    expect(other.made.hash()).toBe(one.made.hash());
    one.run(1e9);
    other.run(1e9);
    const after = one.come.slice(-other.come.length);
    expect(other.come.length).toBeGreaterThan(0);
    expect(other.come).toEqual(after);
  });
});
