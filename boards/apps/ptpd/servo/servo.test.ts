import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { timespecOf, type Timespec } from '../../../../kernel/clock/timespec';
import { testConfig } from '../simulation';
import type { Effect, PtpConfig } from '../types';
import { addPoint, emptyLine, slopeOf } from './line';
import { createServo, holdOver, read, type Servo } from './servo';

/** A clock that a servo holds, read at even intervals; its master shows true time. */
class Held {
  readonly servo: Servo = createServo();
  aheadNs: number;
  setPpb = 0;
  private nowNs = 1e9;

  constructor(
    private readonly config: PtpConfig,
    private readonly ppb: number,
    aheadNs = 0,
  ) {
    this.aheadNs = aheadNs;
  }

  reads(times: number, intervalS: number, noise: () => number = () => 0): Effect[] {
    const all: Effect[] = [];
    for (let n = 0; n < times; n++) {
      this.nowNs += intervalS * 1e9;
      this.aheadNs += intervalS * (this.ppb + this.setPpb);
      const t2: Timespec = timespecOf(Math.round(this.nowNs + this.aheadNs + noise()));
      const effects: Effect[] = [];
      const reading = { t1: timespecOf(this.nowNs), t2, correctionNs: 0, delayNs: 0, intervalS };
      read(this.servo, this.config, reading, effects);
      this.does(effects);
      all.push(...effects);
    }
    return all;
  }

  does(effects: readonly Effect[]): void {
    for (const effect of effects) {
      if (effect.do === 'step' || effect.do === 'adjtime') this.aheadNs += effect.ns;
      if (effect.do === 'frequency') this.setPpb = effect.ppb;
    }
  }
}

const steps = (effects: readonly Effect[]) => effects.filter((effect) => effect.do === 'step').map(({ ns }) => ns);

describe('the servo', () => {
  test('knows the frequency before it steps the clock, once, both ways', () => {
    for (const aheadNs of [3e15, -3e15]) {
      const held = new Held(testConfig, 40_000, aheadNs);
      const before = held.reads(8, 0.125);
      expect([steps(before), held.setPpb, held.servo.state]).toEqual([[], 0, 'estimating']);
      const [step] = steps(held.reads(1, 0.125));
      expect(step! / -aheadNs).toBeCloseTo(1, 6);
      expect(held.setPpb).toBeCloseTo(-40_000, -1);
      expect(held.servo.state).toBe('locked');
      expect(steps(held.reads(100, 0.125))).toEqual([]);
    }
  });

  test('settles at whatever interval, without swinging up', () => {
    const cases = fc.record({
      log: fc.integer({ min: -7, max: 4 }),
      ppb: fc.integer({ min: -100_000, max: 100_000 }),
      aheadNs: fc.integer({ min: -1e9, max: 1e9 }),
      hardware: fc.boolean(),
    });
    fc.assert(
      fc.property(cases, ({ log, ppb, aheadNs, hardware }) => {
        const held = new Held({ ...testConfig, hardware }, ppb, aheadNs);
        // Another master, as it were: half a microsecond beside, and a little faster.
        held.reads(Math.ceil(10 / 2 ** log) + 10, 2 ** log);
        held.aheadNs += 500;
        held.reads(100, 2 ** log);
        expect(Math.abs(held.aheadNs)).toBeLessThan(520);
        held.reads(hardware ? 200 : 20_000, 2 ** log);
        expect(Math.abs(held.aheadNs)).toBeLessThan(25);
      }),
      { numRuns: 30 },
    );
  });

  test('steps beyond the threshold later, too, but never where the threshold is 0', () => {
    const late = (stepThresholdNs: number) => {
      const held = new Held({ ...testConfig, stepThresholdNs }, 0, 5000);
      held.reads(20, 0.125);
      held.aheadNs += 20_000;
      return steps(held.reads(5, 0.125));
    };
    expect(late(10_000)).toEqual([expect.closeTo(-20_000, -1)]);
    expect(late(30_000)).toEqual([]);
    expect(late(0)).toEqual([]);
  });

  test.each([0.01, 0.5, 10, 1e9])('does not believe one reading alone that is %s s away', (s) => {
    for (const servo of ['pi', 'drift'] as const) {
      const held = new Held({ ...testConfig, servo }, 20_000, 400);
      held.reads(800, 0.125);
      const wild = held.reads(1, 0.125, () => s * 1e9);
      expect(steps(wild)).toEqual([]);
      held.reads(1, 0.125);
      // At most what the clock gains in an interval by the highest frequency.
      expect(Math.abs(held.aheadNs)).toBeLessThan(70_000);
      held.reads(200, 0.125);
      expect(Math.abs(held.aheadNs)).toBeLessThan(2 * testConfig.adjtimeThresholdNs);
    }
  });

  test('without its master goes on at the frequency that was right, not at the one that made up for the last offset', () => {
    let sign = 1;
    const held = new Held({ ...testConfig, hardware: false }, 30_000);
    held.reads(20_000, 0.125, () => 3000 * (sign = -sign));
    const effects: Effect[] = [];
    holdOver(held.servo, { ...testConfig, hardware: false }, effects);
    held.does(effects);
    expect(held.servo.state).toBe('holdover');
    expect(held.setPpb).toBeCloseTo(-30_000, -1);
    held.reads(1, 0.125);
    expect(held.servo.state).toBe('locked');
  });

  test('begins anew where the master goes before the frequency was known', () => {
    const held = new Held(testConfig, 30_000);
    held.reads(3, 0.125);
    holdOver(held.servo, testConfig, []);
    expect(held.servo.state).toBe('unlocked');
  });

  test('NuttX’s averages the drift over its time and leaves small offsets alone', () => {
    const config: PtpConfig = { ...testConfig, servo: 'drift', hardware: false };
    const held = new Held(config, 20_000, 400);
    const effects = held.reads(600, 1);
    expect(held.servo.heldPpb).toBeCloseTo(-20_000, -2);
    // Below its threshold it is only the drift that is made up for.
    expect(effects.at(-1)).toEqual({ do: 'adjtime', ns: expect.closeTo(-20_000, -2) as number });
    expect(Math.abs(held.servo.offsetNs)).toBeLessThan(1000);
    held.aheadNs += 3000;
    held.reads(20, 1);
    expect(Math.abs(held.servo.offsetNs)).toBeLessThan(1000);
    held.aheadNs -= 2 * config.stepThresholdNs;
    expect(steps(held.reads(2, 1))).toEqual([expect.closeTo(2 * config.stepThresholdNs, -5)]);
  });
});

test('a line through points has their slope', () => {
  fc.assert(
    fc.property(fc.integer({ min: -1000, max: 1000 }), fc.integer({ min: 2, max: 50 }), (slope, n) => {
      const line = emptyLine();
      for (let x = 0; x < n; x++) addPoint(line, x / 8, (slope * x) / 8 + 5);
      expect(slopeOf(line)).toBeCloseTo(slope, 6);
    }),
  );
  const line = emptyLine();
  addPoint(line, 1, 1);
  expect(slopeOf(line)).toBe(0);
});
