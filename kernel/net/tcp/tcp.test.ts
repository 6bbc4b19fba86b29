import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { calm, TestNetwork, type NetworkSettings } from './testing';

/** Networks that lose, repeat and reorder, with ends that differ. */
const networks = fc.record<NetworkSettings>({
  seed: fc.integer(),
  loss: fc.constantFrom(0, 0.01, 0.05, 0.2),
  duplicate: fc.constantFrom(0, 0.05, 0.3),
  reorder: fc.constantFrom(0, 0.05, 0.5),
  delayMs: fc.constantFrom(0, 0.1, 5, 100),
  bytesPerMs: fc.constantFrom(0, 100, 12500),
});
const settings = fc.record({
  noDelay: fc.boolean(),
  mss: fc.constantFrom(100, 536, 1460),
  receiveBuffer: fc.constantFrom(1, 500, 4096, 16384, 200_000),
  sendBuffer: fc.constantFrom(1000, 16384, 100_000),
  retries: fc.constant(30),
  synRetries: fc.constant(30),
});

describe('what is written at one end is read at the other', () => {
  test('whatever the network does', () => {
    fc.assert(
      fc.property(
        networks,
        fc.tuple(settings, settings),
        fc.tuple(fc.integer({ max: 2 ** 32 - 1, min: 0 }), fc.integer({ max: 2 ** 32 - 1, min: 0 })),
        fc.tuple(fc.integer({ min: 0, max: 40_000 }), fc.integer({ min: 0, max: 40_000 })),
        fc.constantFrom(1, 3000, Infinity),
        (network, both, initial, lengths, readMost) => {
          const size = Math.min(...both.map(({ receiveBuffer }) => receiveBuffer));
          const least = size === 1 ? 20 : readMost === 1 ? 2000 : 40_000;
          const net = new TestNetwork(network, both, initial);
          net.open();
          expect(net.exchange([Math.min(least, lengths[0]), Math.min(least, lengths[1])], readMost)).toBe(true);
          // In the end there is nothing left to wait for.
          net.until(() => false);
          return net.ends.every(({ c }) => c!.state === 'closed');
        },
      ),
      { numRuns: 100 },
    );
  });

  test('as fast as the wire, and with losses at what congestion control makes of them', () => {
    const speed = (loss: number, sackPermitted: boolean) => {
      const net = new TestNetwork({ ...calm, loss, reorder: loss, bytesPerMs: 12_500, delayMs: 0.2 });
      net.open();
      net.ends[0].c!.receive.sackPermitted = sackPermitted;
      expect(net.exchange([1_000_000, 0])).toBe(true);
      return 8000 / net.now;
    };
    expect(speed(0, true)).toBeGreaterThan(93);
    for (const sackPermitted of [true, false]) {
      expect(speed(0.01, sackPermitted)).toBeGreaterThan(60);
      expect(speed(0.05, sackPermitted)).toBeGreaterThan(4);
    }
  });
});
