/** ptpd on boards of a bench, over the emulated network, in virtual time. */
import { expect, test } from 'vitest';
import { PortState } from '../../../boards/apps/ptpd/types';
import { PtpBench } from './boards';

test('two boards with 50 ppm between them lock by their hardware stamps', async () => {
  const bench = await PtpBench.pair([{ ppm: 25 }, { ppm: -25 }], { delayNs: [5000, 5000] });
  bench.runTo(30);
  expect([0, 1].map((board) => bench.shown(board).clock.ports[0]!.ds.portState)).toEqual([
    PortState.Master,
    PortState.Slave,
  ]);
  expect(bench.shown(1).device).toBe('ptp0');
  for (let second = 31; second <= 60; second++) {
    bench.runTo(second);
    expect(Math.abs(bench.between(1, 0))).toBeLessThan(100);
  }
  const believed = bench.readings(1, 'ptp_offset', 30);
  expect(believed.length).toBeGreaterThan(8 * 29);
  for (const { ns } of believed) expect(Math.abs(ns)).toBeLessThan(100);
});
