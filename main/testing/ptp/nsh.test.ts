/** ptpd as a command of NSH. */
import { expect, test } from 'vitest';
import { Nsh } from '../nsh/nsh';

test('starts, tells and stops daemons', async () => {
  const nsh = await Nsh.boot(undefined, {
    board: 'controller',
    config: { CONFIG_NETUTILS_PTPD_SERVER: true, CONFIG_NETUTILS_PTPD_DEBUG: true },
  });
  const free = () => /\d+ +(\d+)/.exec(nsh.run('free'))![1];
  expect(nsh.run('ptpd -x')).toMatch(/^ERROR: unknown option: -x\nUsage: ptpd \[options\]\n/);
  expect(nsh.run('ptpd -h')).toMatch(/^Usage: ptpd \[options\]\n/);
  expect(nsh.run('ptpd -6')).toContain('ERROR: there is no IPv6\n');
  const before = free();
  expect(nsh.run('ptpd -i eth9')).toBe('ERROR: ptpd: eth9: no address of its own: ENODEV\n');
  expect(nsh.run('ptpd -p /dev/null')).toBe('ERROR: ptpd: /dev/null is no clock\n');
  expect(nsh.run('ptpd -d 99')).toBe('ERROR: ptpd: cannot stop 99: ESRCH\n');
  expect(nsh.run('ptpd -t 99')).toBe('ERROR: ptpd: no daemon with the pid 99 answers\n');

  const started = nsh.run('ptpd -sH2 -i eth0');
  expect(started).toContain('ptpd: eth0: down\nptpd: eth0: INITIALIZING to FAULTY: ');
  const [, pid] = /Started the PTP daemon as PID=(\d+)\n/.exec(started)!;
  expect(nsh.run('ps')).toMatch(new RegExp(`^ *${pid} .* 100 .* PTPD$`, 'm'));

  nsh.test.machine.input({ device: 'eth0', value: { type: 'carrier', bitsPerSecond: 100e6 } });
  expect(nsh.run('sleep 2')).toBe('ptpd: eth0: up\nptpd: eth0: FAULTY to LISTENING: slave only: waits for a master\n');
  expect(nsh.run(`ptpd -t ${pid}`)).toBe(`PTPD (PID ${pid}) status:
- clock_source_valid: 0
|- id: 02:00:00:ff:fe:00:00:01
|- utcoffset: 37
|- priority1: 128
|- class: 255
|- accuracy: 254
|- variance: 65535
|- priority2: 128
|- gm_id: 02:00:00:ff:fe:00:00:01
|- stepsremoved: 0
|- timesource: 160
- last_clock_update: 0.000000000
- last_delta_ns: 0
- last_adjtime_ns: 0
- drift_ppb: 0
- path_delay_ns: 0
- last_received_multicast: never
- last_received_announce: never
- last_received_sync: never
- last_transmitted_sync: never
- last_transmitted_announce: never
- last_transmitted_delayresp: never
- last_transmitted_delayreq: never
`);

  expect(nsh.run(`ptpd -d ${pid}`)).toBe('Stopped ptpd\n');
  expect(nsh.run('ps')).not.toContain('PTPD');
  expect(free()).toBe(before);
});

test('two daemons run side by side, end one by one, and begin again', async () => {
  const config = {
    CONFIG_SIG_DEFAULT: true,
    CONFIG_NETUTILS_PTPD_SERVER: true,
    CONFIG_NETUTILS_PTPD_ANNOUNCE_INTERVAL_MSEC: 1000,
  };
  const nsh = await Nsh.boot(undefined, { board: 'controller', config });
  nsh.test.machine.input({ device: 'eth0', value: { type: 'carrier', bitsPerSecond: 100e6 } });
  const free = () => /\d+ +(\d+)/.exec(nsh.run('free'))![1];
  const start = (args: string) => /PID=(\d+)\n/.exec(nsh.run(`ptpd ${args}`))![1]!;
  let before = free();
  for (const signal of ['9', '15', '1']) {
    const [one, other] = [start('-H'), start('-H')];
    nsh.run('sleep 12');
    for (const pid of [one, other]) expect(nsh.run(`ptpd -t ${pid}`)).toMatch(/last_transmitted_sync: 0\.\d+ s ago/);
    nsh.run(`kill -${signal} ${one}`);
    nsh.run('sleep 1');
    expect(nsh.run(`ptpd -t ${one}`)).toContain('no daemon with the pid');
    expect(nsh.run(`ptpd -t ${other}`)).toContain('PTPD (PID');
    nsh.run(`kill -${signal} ${other}`);
    nsh.run('sleep 1');
    // As on NuttX nobody gives back the memory of who is killed so; ports and descriptors are free.
    if (signal === '9') before = free();
    expect([signal, free()]).toEqual([signal, before]);
  }
});
