/** ptpd on boards of a bench, over the emulated network, in virtual time. */
import { describe, expect, test } from 'vitest';
import { PortState } from '../../../boards/apps/ptpd/types';
import type { LinkSettings } from '../../../boards/net/link';
import type { LinkView } from '../../../boards/net/network';
import type { ConfigValue } from '../../../kernel/config';
import { PtpBench } from './boards';

const skewed = [{ ppm: 25 }, { ppm: -25 }] as const;
const stateOf = (bench: PtpBench, board: number, port = 0) => bench.shown(board).clock.ports[port]!.ds.portState;

/** Largest true offset in whole seconds from one to another. */
function worst(bench: PtpBench, board: number, master: number, fromS: number, toS: number): number {
  let most = 0;
  for (let second = fromS; second <= toS; second++) {
    bench.runTo(second);
    most = Math.max(most, Math.abs(bench.between(board, master)));
  }
  return most;
}

const link: Partial<LinkSettings> = { delayNs: [5000, 5000] };
const p2p = { CONFIG_TICKSCOPE_PTPD_DELAY_MECHANISM: 'p2p' };
const l2 = { CONFIG_TICKSCOPE_PTPD_TRANSPORT: 'l2' };
const oneStep = { CONFIG_NETUTILS_PTPD_TWOSTEP_SYNC: false };

describe('two boards with 50 ppm between them are within 100 ns after 30 s, by hardware stamps', () => {
  test.each<[string, Record<string, ConfigValue>]>([
    ['UDP, end to end', {}],
    ['UDP, peer to peer', p2p],
    ['IEEE 802.3, end to end', l2],
    ['IEEE 802.3, peer to peer', { ...l2, ...p2p }],
    ['one-step', oneStep],
    ['one-step, IEEE 802.3, peer to peer', { ...oneStep, ...l2, ...p2p }],
  ])('%s', async (_, config) => {
    const bench = await PtpBench.pair(skewed, link, { config });
    expect(worst(bench, 1, 0, 30, 40)).toBeLessThan(100);
    expect([0, 1].map((board) => stateOf(bench, board))).toEqual([PortState.Master, PortState.Slave]);
    const { clock, device, transport } = bench.shown(1);
    expect([device, transport]).toEqual([
      'ptp0',
      'CONFIG_TICKSCOPE_PTPD_TRANSPORT' in config ? 'IEEE 802.3' : 'UDP/IPv4',
    ]);
    const { peerMeanPathDelay } = clock.ports[0]!.ds;
    const delay = 'CONFIG_TICKSCOPE_PTPD_DELAY_MECHANISM' in config ? peerMeanPathDelay : clock.currentDS.meanPathDelay;
    expect(Math.abs(delay - 5000)).toBeLessThan(20);
    for (const { ns } of bench.readings(1, 'ptp_offset', 30)) expect(Math.abs(ns)).toBeLessThan(100);
    expect('Follow_Up' in clock.ports[0]!.received).toBe(!('CONFIG_NETUTILS_PTPD_TWOSTEP_SYNC' in config));
  });
});

describe('by software stamps CLOCK_REALTIME follows', () => {
  test.each([
    ['pi', 2000],
    // It corrects what it has seen over a second, in whole microseconds.
    ['drift', 20_000],
  ])('servo %s', async (servo, mostNs) => {
    const config = { CONFIG_TICKSCOPE_PTPD_CLOCK: '', CONFIG_TICKSCOPE_PTPD_SERVO: servo };
    const bench = await PtpBench.pair(skewed, link, { config });
    expect(worst(bench, 1, 0, 60, 70)).toBeLessThan(mostNs);
    expect(stateOf(bench, 1)).toBe(PortState.Slave);
    expect(bench.shown(1).device).toBe('');
  });
});

test('a cable that is pulled: both ports are faulty; plugged in again, the slave follows', async () => {
  const bench = await PtpBench.pair(skewed, link);
  bench.runTo(20);
  expect(stateOf(bench, 1)).toBe(PortState.Slave);
  const [{ name }] = bench.bench.links as [LinkView];
  const plug = (up: boolean) => bench.bench.input({ link: name, settings: { up } });
  plug(false);
  bench.runTo(22);
  expect([0, 1].map((board) => stateOf(bench, board))).toEqual([PortState.Faulty, PortState.Faulty]);
  const { frequencyPpb } = bench.shown(1).clock.servo;
  expect(bench.shown(1).clock.servo.state).toBe('holdover');
  bench.runTo(30);
  expect(Math.abs(bench.between(1, 0))).toBeLessThan(1000);
  expect(bench.shown(1).clock.servo.frequencyPpb).toBe(frequencyPpb);
  plug(true);
  bench.runTo(45);
  expect(stateOf(bench, 1)).toBe(PortState.Slave);
  expect(worst(bench, 1, 0, 46, 48)).toBeLessThan(100);
});

test('without a multicast message for a time the groups are joined again', async () => {
  const reported: number[] = [];
  const bench = await PtpBench.pair(skewed, link, {
    config: { CONFIG_NETUTILS_PTPD_MULTICAST_TIMEOUT_MS: 20_000, CONFIG_NETUTILS_PTPD_SERVER: false },
    options: {
      onFrame(board, _device, direction, bytes, atNs) {
        // IGMP's membership report to 224.0.1.129.
        const isReport = bytes[23] === 2 && bytes[38] === 0x16 && bytes[44] === 1;
        if (board === 0 && direction === 'out' && isReport) reported.push(Math.floor(atNs / 1e9));
      },
    },
  });
  bench.runTo(50);
  // A report is said again within ten seconds.
  expect(reported.filter((second) => second >= 11 && second <= 20)).toEqual([20]);
  expect(reported.filter((second) => second >= 31 && second <= 40)).toEqual([40]);
});
