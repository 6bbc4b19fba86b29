import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mtie, observationIntervals, sampled, tdev } from './stability';

/** The definitions, word for word. */
function plainMtie(x: Float64Array, n: number): number {
  let most = 0;
  for (let k = 0; k + n < x.length; k++) {
    const window = x.subarray(k, k + n + 1);
    most = Math.max(most, Math.max(...window) - Math.min(...window));
  }
  return most;
}

function plainTdev(x: Float64Array, n: number): number {
  let total = 0;
  const terms = x.length - 3 * n + 1;
  for (let j = 0; j < terms; j++) {
    let inner = 0;
    for (let i = j; i < j + n; i++) inner += x[i + 2 * n]! - 2 * x[i + n]! + x[i]!;
    total += inner * inner;
  }
  return Math.sqrt(total / (6 * n * n * terms));
}

const errors = fc.float64Array({ minLength: 4, maxLength: 80, min: -1e6, max: 1e6, noNaN: true });

describe('MTIE', () => {
  it('is as it is defined, for every interval', () => {
    fc.assert(
      fc.property(errors, (x) => {
        const all = Array.from({ length: x.length - 1 }, (_, i) => i + 1);
        expect(mtie(x, all)).toEqual(all.map((n) => plainMtie(x, n)));
      }),
    );
  });

  it('of a clock that is off in frequency grows with the interval; that of one that swings is the swing', () => {
    const ramp = Float64Array.from({ length: 100 }, (_, i) => 7 * i);
    expect(mtie(ramp, [1, 10, 99])).toEqual([7, 70, 693]);
    const square = Float64Array.from({ length: 100 }, (_, i) => (i % 20 < 10 ? -50 : 50));
    expect(mtie(square, [1, 10, 50])).toEqual([100, 100, 100]);
  });
});

describe('TDEV', () => {
  it('is as it is defined, for every interval', () => {
    fc.assert(
      fc.property(errors, (x) => {
        const all = Array.from({ length: Math.floor(x.length / 3) }, (_, i) => i + 1);
        tdev(x, all).forEach((value, i) => {
          const expected = plainTdev(x, all[i]!);
          expect(Math.abs(value - expected)).toBeLessThanOrEqual(1e-6 + 1e-9 * expected);
        });
      }),
    );
  });

  it('of the 1000 frequencies of NIST SP 1065, table 31, is what stands there', () => {
    const x = new Float64Array(1001);
    for (let i = 0, n = 1234567890; i < 1000; i++, n = Number((BigInt(n) * 16807n) % 2147483647n)) {
      x[i + 1] = x[i]! + n / 2147483647;
    }
    const [one, ten, hundred] = tdev(x, [1, 10, 100]);
    expect(one).toBeCloseTo(1.687202e-1, 6);
    expect(ten).toBeCloseTo(3.563623e-1, 6);
    expect(hundred).toBeCloseTo(1.253382, 6);
  });

  it('does not count a constant error or one of frequency, however large', () => {
    const x = Float64Array.from({ length: 1000 }, (_, i) => 1e12 + 50_000 * i);
    for (const value of tdev(x, [1, 10, 100])) expect(value).toBeLessThan(1e-3);
  });
});

describe('samples', () => {
  it('of points at equal distances are the points', () => {
    const times = Float64Array.of(5, 15, 25, 35);
    const values = Float64Array.of(1, -2, 3, 0);
    expect(sampled({ times, values })).toEqual({ intervalNs: 10, errors: values });
  });

  it('are interpolated where one is missing, or comes late', () => {
    const points = { times: Float64Array.of(0, 10, 20, 40, 52, 60), values: Float64Array.of(0, 1, 2, 4, 5.2, 6) };
    const { intervalNs, errors: found } = sampled(points)!;
    expect(intervalNs).toBe(10);
    found.forEach((error, i) => expect(error).toBeCloseTo(i, 9));
    expect(found.length).toBe(7);
  });

  it('are none of one point, or of several at one time', () => {
    expect(sampled({ times: Float64Array.of(1), values: Float64Array.of(1) })).toBeNull();
    expect(sampled({ times: Float64Array.of(1, 1), values: Float64Array.of(1, 2) })).toBeNull();
  });

  it('are at most as many as can be worked on', () => {
    const times = Float64Array.from({ length: 300_000 }, (_, i) => i);
    expect(sampled({ times, values: times })!.errors.length).toBeLessThanOrEqual(1 << 17);
  });
});

it('observation intervals are even over the powers of ten, each once', () => {
  expect(observationIntervals(25)).toEqual([1, 2, 3, 4, 5, 6, 8, 10, 13, 16, 20, 25]);
  expect(observationIntervals(0)).toEqual([]);
});
