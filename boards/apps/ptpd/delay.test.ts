import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { addDelay, filteredDelay } from './delay';
import { testConfig } from './simulation';

const median = { ...testConfig, delayFilterLength: 9 };
const average = { ...median, delayFilter: 'average' as const };

function filtered(config: typeof testConfig, measured: readonly number[]): number {
  const delays: number[] = [];
  for (const delay of measured) addDelay(delays, config, delay);
  return filteredDelay(delays, config);
}

describe('the delay of a path', () => {
  test('is the median, or the mean, of the last measurements', () => {
    expect(filtered(median, [900, 1, 2, 3, 4, 5, 6, 7, 8, 10])).toBe(5);
    expect(filtered(median, [1, 2])).toBe(1.5);
    expect(filtered(average, [900, 1, 2, 3, 4, 5, 6, 7, 8, 9])).toBe(5);
    expect(filtered(average, [1000])).toBe(1000);
  });

  test('is not drawn by single ones that are far off, however far', () => {
    const measured = fc.array(fc.integer({ min: 990, max: 1010 }), { minLength: 7, maxLength: 7 });
    const far = fc.array(fc.integer({ min: -90_000, max: 90_000 }), { minLength: 2, maxLength: 2 });
    fc.assert(
      fc.property(measured, far, fc.constantFrom(median, average), (some, others, config) => {
        const delay = filtered(config, [...some, ...others]);
        expect(delay).toBeGreaterThan(940);
        expect(delay).toBeLessThan(1060);
      }),
    );
  });

  test('follows a path that has become another one', () => {
    for (const config of [median, average]) {
      const later = Array.from({ length: 6 }, () => 5000);
      expect(filtered(config, [...Array.from({ length: 20 }, () => 1000), ...later])).toBe(5000);
    }
  });

  test('drops what is longer than a path can be, both ways', () => {
    const delays: number[] = [];
    expect([100_000, 100_001, -100_001, -5].map((delay) => addDelay(delays, testConfig, delay))).toEqual([
      ...[true, false, false, true],
    ]);
    expect(delays).toEqual([100_000, -5]);
  });
});
