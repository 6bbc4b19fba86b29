import { expect, it } from 'vitest';
import { summarize } from './statistics';

it('says what there is to say of values', () => {
  const values = Float64Array.of(2, 4, 4, 4, 5, 5, 7, 9);
  expect(summarize(values, 7, [0, 50, 90, 100])).toEqual({
    ...{ count: 8, mean: 5, deviation: 2, min: 2, max: 9 },
    percentiles: [
      { percent: 0, value: 2 },
      { percent: 50, value: 4.5 },
      { percent: 90, value: 7 + 2 * 0.3 },
      { percent: 100, value: 9 },
    ].map(({ percent, value }) => ({ percent, value: expect.closeTo(value, 9) as number })),
    histogram: { from: 2, to: 9, counts: [1, 0, 3, 2, 0, 1, 1] },
  });
});

it('says of one value, or of several that are the same, that they do not vary', () => {
  const { deviation, histogram, percentiles } = summarize(Float64Array.of(3, 3), 4, [50]);
  expect(deviation).toBe(0);
  expect(histogram).toEqual({ from: 3, to: 3, counts: [2, 0, 0, 0] });
  expect(percentiles).toEqual([{ percent: 50, value: 3 }]);
});

it('says of nothing that there is nothing', () => {
  expect(summarize(new Float64Array(0), 4, [50])).toMatchObject({ count: 0, mean: null, max: null, percentiles: [] });
});
