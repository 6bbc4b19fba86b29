import { describe, expect, test } from 'vitest';
import type { Program, System } from '../../../kernel/binfmt/native';
import { configRecord, resolveConfig, type ConfigValue } from '../../../kernel/config';
import { parseArguments, setupOf, Usage, type Options } from './options';
import { DelayMechanism } from './types';

const nothing: Options = { interfaces: [], transport: null, clock: null, delayMechanism: null, slaveOnly: false };

describe('arguments', () => {
  test.each<[string, Partial<Options>]>([
    ['', {}],
    ['-i eth1', { interfaces: ['eth1'] }],
    ['-ieth0,eth1 -i eth2', { interfaces: ['eth0', 'eth1', 'eth2'] }],
    ['-s -2 -H -E -B', { slaveOnly: true, transport: 'l2', clock: '/dev/ptp0', delayMechanism: 'e2e' }],
    ['-s2Bi eth3', { slaveOnly: true, transport: 'l2', interfaces: ['eth3'] }],
    ['-4 -S', { transport: 'udp4', clock: '' }],
    ['-r', { clock: '' }],
    ['-p /dev/ptp1 -H', { clock: '/dev/ptp1' }],
    ['-Hp/dev/ptp1', { clock: '/dev/ptp1' }],
  ])('%s', (text, expected) => {
    expect(parseArguments(text.split(' ').filter(Boolean))).toEqual({
      do: 'start',
      options: { ...nothing, ...expected },
    });
  });

  test('of a daemon that runs', () => {
    expect(parseArguments(['-t', '7'])).toEqual({ do: 'status', pid: 7 });
    expect(parseArguments(['-d7'])).toEqual({ do: 'stop', pid: 7 });
  });

  test.each([
    ['-6', 'there is no IPv6'],
    ['-x', 'unknown option: -x'],
    ['-i', '-i needs a value'],
    ['-t x', 'no pid: x'],
    ['-d 0', 'no pid: 0'],
    ['eth0', 'unknown option: eth0'],
    ['-', 'unknown option: -'],
    ['-h', ''],
  ])('%s makes no sense', (text, message) => {
    expect(() => parseArguments(text.split(' '))).toThrow(new Usage(message));
  });
});

describe('the configuration', () => {
  /** What a daemon would be set up as. */
  function setup(config: Record<string, ConfigValue> = {}, options: Partial<Options> = {}) {
    const values = configRecord(resolveConfig({ project: config }));
    const sys = {
      // eslint-disable-next-line require-yield -- it has nothing to ask for
      *config(name: string): Program<number | string> {
        const value = values[name]!;
        return typeof value === 'boolean' ? Number(value) : value;
      },
    } as Partial<System> as System;
    const result = setupOf(sys, { ...nothing, ...options }).next();
    if (!result.done) throw new Error('it does not ask for anything else');
    return result.value;
  }

  test("without a word it is NuttX's: a slave with software stamps", () => {
    expect(setup()).toEqual({
      config: {
        ...{ domain: 0, priority1: 128, priority2: 128, timeSource: 160, currentUtcOffset: 37, ptpTimescale: false },
        quality: { clockClass: 255, clockAccuracy: 254, offsetScaledLogVariance: 65535 },
        ...{ slaveOnly: true, masterOnly: false, twoStep: true, delayMechanism: DelayMechanism.E2E },
        ...{ syncIntervalMs: 1000, announceIntervalMs: 10_000, announceReceiptTimeout: 3 },
        ...{ logMinDelayReqInterval: 4, logMinPdelayReqInterval: 0, unicastMasters: [] },
        ...{ servo: 'pi', hardware: false, stepThresholdNs: 1e9, maxPathDelayNs: 100_000 },
        ...{ delayFilter: 'median', delayFilterLength: 10, adjtimeThresholdNs: 500, driftAverageS: 600 },
      },
      ...{ interfaces: ['eth0'], transport: 'udp4', clock: '', debug: false },
      ...{ timeoutMs: 60_000, multicastTimeoutMs: 30_000 },
    });
  });

  test('a server may be a master, or nothing else', () => {
    const server = { CONFIG_NETUTILS_PTPD_SERVER: true, CONFIG_NETUTILS_PTPD_CLASS: 6 };
    expect(setup(server).config).toMatchObject({
      ...{ slaveOnly: false, masterOnly: false, ptpTimescale: true },
      quality: { clockClass: 6 },
    });
    expect(setup({ ...server, CONFIG_NETUTILS_PTPD_CLIENT: false }).config.masterOnly).toBe(true);
    expect(setup(server, { slaveOnly: true }).config).toMatchObject({ slaveOnly: true, quality: { clockClass: 255 } });
  });

  test('what Tickscope has options for', () => {
    expect(
      setup({
        CONFIG_TICKSCOPE_PTPD_INTERFACES: 'eth0, eth1',
        CONFIG_TICKSCOPE_PTPD_CLOCK: '/dev/ptp0',
        CONFIG_TICKSCOPE_PTPD_DELAY_MECHANISM: 'p2p',
        CONFIG_TICKSCOPE_PTPD_SERVO: 'drift',
        CONFIG_TICKSCOPE_PTPD_DELAY_MEDIAN: 0,
        CONFIG_TICKSCOPE_PTPD_UNICAST_MASTERS: '10.0.0.2,10.0.0.3',
      }),
    ).toMatchObject({
      interfaces: ['eth0', 'eth1'],
      clock: '/dev/ptp0',
      config: {
        ...{ hardware: true, delayMechanism: DelayMechanism.P2P, servo: 'drift' },
        ...{ delayFilter: 'average', delayFilterLength: 100, unicastMasters: [0x0a00_0002, 0x0a00_0003] },
      },
    });
    expect(setup({ CONFIG_TICKSCOPE_PTPD_CLOCK: '/dev/ptp0' }, { clock: '' }).config.hardware).toBe(false);
  });

  test('unicast is with addresses, over UDP', () => {
    const unicast = (masters: string) => ({ CONFIG_TICKSCOPE_PTPD_UNICAST_MASTERS: masters });
    expect(() => setup(unicast('10.0.0'))).toThrow(new Usage('no IPv4 address: 10.0.0'));
    expect(() => setup(unicast('10.0.0.1'), { transport: 'l2' })).toThrow(new Usage('unicast is over UDP only'));
  });
});
