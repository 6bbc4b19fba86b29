/** Clocks that follow each other, without boards: IEEE 1588-2008, clauses 9 and 11. */
import { describe, expect, test } from 'vitest';
import { Bench, stateOf } from './simulation';

describe('an E2E slave of a two-step master', () => {
  test('settles, from years away and 50 ppm off, to nanoseconds', () => {
    const bench = new Bench();
    const master = bench.add({ priority1: 100 });
    const slave = bench.add({ priority1: 200 }, { ppb: 50_000, aheadNs: -3e17 });
    bench.run(15);
    expect([stateOf(master), stateOf(slave)]).toEqual(['Master', 'Slave']);
    let worst = 0;
    for (let n = 0; n < 100; n++) {
      bench.run(0.3);
      worst = Math.max(worst, Math.abs(bench.ahead(slave)));
    }
    expect(worst).toBeLessThan(10);
    expect(slave.clock.servo.frequencyPpb).toBeCloseTo(-50_000, -2);
    expect(slave.clock.currentDS.meanPathDelay).toBeCloseTo(1000, -1);
    expect(slave.clock.parentDS.grandmasterIdentity).toBe(master.clock.defaultDS.clockIdentity);
    expect(slave.clock.currentDS.stepsRemoved).toBe(1);
    expect(slave.clock.ports[0]!.decision.text).toBe('priority1 100 of 0200…0100 beats 200 of this clock');
  });
});
