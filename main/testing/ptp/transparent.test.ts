/** A slave behind a switch that other traffic fills to 80 %: what transparent clocks of each kind make of it. */
import { expect, test } from 'vitest';
import { usualSizes } from '../../../boards/net/link';
import type { PtpSettings } from '../../../boards/net/transparent';
import { PtpBench } from './boards';

const load = { share: 0.8, sizes: usualSizes };
const none = { share: 0, sizes: usualSizes };

type Kind = Pick<PtpSettings, 'clock' | 'twoStep'> & { transport: string; masterTwoStep: boolean };

const behind = ({ clock, twoStep, transport, masterTwoStep }: Kind) =>
  PtpBench.create({
    boards: [
      { name: 'gm', title: 'GM', oscillator: { ppm: 20 }, config: { CONFIG_NETUTILS_PTPD_PRIORITY1: 10 } },
      { name: 'slave', title: 'Slave', oscillator: { ppm: -20 } },
    ],
    switches: [{ name: 'switch', ports: 2, settings: { ptp: { clock, twoStep, oscillator: { ppm: 30 } } } }],
    links: [
      { from: 'gm/eth0', to: 'switch/1', settings: { delayNs: [500, 500], load: [none, load] } },
      { from: 'slave/eth0', to: 'switch/2', settings: { delayNs: [900, 900], load: [none, load] } },
    ],
    config: {
      CONFIG_TICKSCOPE_PTPD_TRANSPORT: transport,
      CONFIG_TICKSCOPE_PTPD_DELAY_MECHANISM: clock === 'p2p' ? 'p2p' : 'e2e',
      CONFIG_NETUTILS_PTPD_TWOSTEP_SYNC: masterTwoStep,
    },
  });

/** The worst of the true offsets, nanoseconds, of each second between two. */
function worst(bench: PtpBench, from: number, to: number): number {
  let most = 0;
  for (let second = from; second <= to; second++) {
    bench.runTo(second);
    most = Math.max(most, Math.abs(bench.between(1, 0)));
  }
  return most;
}

test.each<[string, Kind]>([
  ['end-to-end, one-step, UDP', { clock: 'e2e', twoStep: false, transport: 'udp4', masterTwoStep: true }],
  ['end-to-end, two-step, 802.3', { clock: 'e2e', twoStep: true, transport: 'l2', masterTwoStep: true }],
  [
    'end-to-end, two-step, of a one-step master',
    { clock: 'e2e', twoStep: true, transport: 'udp4', masterTwoStep: false },
  ],
  ['peer-to-peer, one-step, 802.3', { clock: 'p2p', twoStep: false, transport: 'l2', masterTwoStep: false }],
  ['peer-to-peer, two-step, UDP', { clock: 'p2p', twoStep: true, transport: 'udp4', masterTwoStep: true }],
])('a transparent clock takes the queueing out: %s', async (_, kind) => {
  const bench = await behind(kind);
  expect(worst(bench, 15, 30)).toBeLessThan(100);
});

test('without one, or with wrong corrections, the slave has the queues; and none any more when that is mended', async () => {
  const bench = await behind({ clock: 'none', twoStep: false, transport: 'udp4', masterTwoStep: true });
  const set = (ptp: Partial<PtpSettings>) => bench.bench.input({ switch: 'switch', settings: { ptp } });
  expect(worst(bench, 15, 25)).toBeGreaterThan(2000);
  set({ clock: 'e2e', fault: 'sign' });
  expect(worst(bench, 26, 35)).toBeGreaterThan(2000);
  set({ fault: 'none' });
  expect(worst(bench, 60, 65)).toBeLessThan(100);
});
