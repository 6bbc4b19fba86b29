import { expect, test } from 'vitest';
import { endingAt, fitting, formatFrequency, marks, pan, showing, zoom } from './scale';

test('zooming keeps the time under the pointer where it is', () => {
  expect(zoom({ from: 1000, to: 2000 }, 1250, 0.5)).toEqual({ from: 1125, to: 1625 });
  expect(zoom({ from: 1000, to: 2000 }, 1250, 2)).toEqual({ from: 750, to: 2750 });
  const least = zoom({ from: 1000, to: 1060 }, 1030, 0.01);
  expect(least.to - least.from).toBeCloseTo(50);
});

test('nothing is shown before boot', () => {
  expect(pan({ from: 100, to: 200 }, -500)).toEqual({ from: 0, to: 100 });
  expect(zoom({ from: 0, to: 1000 }, 900, 4)).toEqual({ from: 0, to: 4000 });
  expect(endingAt({ from: 100, to: 300 }, 50)).toEqual({ from: 0, to: 200 });
  expect(endingAt({ from: 100, to: 300 }, 950)).toEqual({ from: 750, to: 950 });
});

test('a time comes into view, and a span that shows it stays', () => {
  const span = { from: 1000, to: 2000 };
  expect(showing(span, 1500)).toBe(span);
  expect(showing(span, 5000)).toEqual({ from: 4500, to: 5500 });
  expect(showing({ from: 0, to: 100 }, 0)).toEqual({ from: 0, to: 100 });
  expect(fitting(1000)).toEqual({ from: 0, to: 1020 });
});

test('marks are at round times, far enough apart, in a unit without decimals', () => {
  expect(marks({ from: 0, to: 1e9 }, 500, 100)).toEqual(
    [0, 200, 400, 600, 800, 1000].map((ms) => ({
      timeNs: ms * 1e6,
      text: `${ms === 1000 ? '1\u2009000' : ms}\u2009ms`,
    })),
  );
  expect(marks({ from: 12_345_678_000, to: 12_345_678_100 }, 400, 150).map(({ text }) => text)).toEqual([
    '12\u2009345\u2009678\u2009000\u2009ns',
    '12\u2009345\u2009678\u2009050\u2009ns',
    '12\u2009345\u2009678\u2009100\u2009ns',
  ]);
  for (let length = 60; length < 1e14; length *= 3) {
    const found = marks({ from: length / 3, to: length * 1.33 }, 900, 90);
    expect(found.length).toBeGreaterThan(0);
    expect(found.length).toBeLessThanOrEqual(11);
  }
});

test('frequencies have their unit', () => {
  expect([0.5, 50, 1250, 2_000_000, 3_333.33333].map(formatFrequency)).toEqual(
    ['0.5 Hz', '50 Hz', '1.25 kHz', '2 MHz', '3.333 kHz'].map((text) => text.replace(' ', '\u2009')),
  );
});
