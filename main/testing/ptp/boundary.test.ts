/** A boundary clock: a board with several ports between a grandmaster and slaves. */
import { expect, test } from 'vitest';
import { PortState } from '../../../boards/apps/ptpd/types';
import { fourPorts } from '../../../boards/four-ports';
import { PtpBench } from './boards';

test('a boundary clock follows by one port, and is master by the others', async () => {
  const bench = await PtpBench.create({
    board: fourPorts,
    boards: [
      { name: 'gm', title: 'GM', oscillator: { ppm: 20 }, config: { CONFIG_NETUTILS_PTPD_PRIORITY1: 10 } },
      { name: 'bc', title: 'BC', config: { CONFIG_TICKSCOPE_PTPD_INTERFACES: 'eth0,eth1,eth2' } },
      { name: 's1', title: 'S1', oscillator: { ppm: -20 }, config: { CONFIG_NETUTILS_PTPD_SERVER: false } },
      { name: 's2', title: 'S2', config: { CONFIG_TICKSCOPE_PTPD_INTERFACES: 'eth3' } },
    ],
    links: [
      { from: 'gm/eth0', to: 'bc/eth0', settings: { delayNs: [1000, 1000] } },
      { from: 'bc/eth1', to: 's1/eth0', settings: { delayNs: [3000, 3000] } },
      { from: 'bc/eth2', to: 's2/eth3', settings: { delayNs: [7000, 7000] } },
    ],
  });
  bench.runTo(25);
  const states = bench.shown(1).clock.ports.map(({ ds }) => ds.portState);
  expect(states).toEqual([PortState.Slave, PortState.Master, PortState.Master]);
  const gm = bench.shown(0).clock.defaultDS.clockIdentity;
  const bc = bench.shown(1).clock.defaultDS.clockIdentity;
  for (const [board, port, delayNs] of [
    [2, 2, 3000],
    [3, 3, 7000],
  ] as const) {
    const { parentDS, currentDS, ports, defaultDS } = bench.shown(board).clock;
    expect(parentDS.parentPortIdentity).toEqual({ clock: bc, port });
    expect(parentDS.grandmasterIdentity).toBe(gm);
    expect(currentDS.stepsRemoved).toBe(2);
    expect(Math.abs(currentDS.meanPathDelay - delayNs)).toBeLessThan(20);
    expect(ports[0]!.ds.portState).toBe(PortState.Slave);
    expect(defaultDS.slaveOnly).toBe(board === 2);
    // It has been kept in RAM many times.
    expect(ports[0]!.decision.text).toContain('0200…');
  }
  for (let second = 26; second <= 30; second++) {
    bench.runTo(second);
    for (const board of [1, 2, 3]) expect(Math.abs(bench.between(board, 0))).toBeLessThan(200);
  }
});
