/** PTP: how fast boards run that keep their clocks together, with all that the window is told of them. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { BenchPlan } from '../../boards/plan';
import { configRecord } from '../../kernel/config';
import { Session } from '../machine/session';
import type { BuiltFirmware } from './firmware';
import { percent, table, verdict } from './table';

/** Virtual seconds per wall second that are wanted; 0: as many as there are. */
const crowds = [
  { boards: 2, aim: 1000 },
  { boards: 10, aim: 0 },
  { boards: 100, aim: 20 },
  { boards: 200, aim: 0 },
];
/** Until clocks have found their master, virtual nanoseconds; and milliseconds of the wall's time that are measured. */
const SETTLED_NS = 12e9;
const MEASURED_MS = 4000;
const SYNC_MS = 125;

/** One master and its slaves on a switch; two are joined directly. */
function plan(boards: number): BenchPlan {
  const names = Array.from({ length: boards }, (_, i) => `clock${i + 1}`);
  const config = (i: number) => (i === 0 ? { CONFIG_NETUTILS_PTPD_SERVER: true } : {});
  return {
    boards: names.map((name, i) => ({ name, title: name, config: config(i) })),
    links: [],
    network:
      boards === 2
        ? { switches: [], links: [{ from: 'clock1/eth0', to: 'clock2/eth0' }] }
        : {
            switches: [{ name: 'switch', ports: boards }],
            links: names.map((name, i) => ({ from: `${name}/eth0`, to: `switch/${i + 1}` })),
          },
  };
}

/** Virtual seconds that a session makes in one of the wall's, flat out. */
async function speed({ project, linked }: BuiltFirmware, boards: number, ptpd: boolean): Promise<number> {
  let timeNs = 0;
  let slaves = 0;
  const session = new Session(({ event, payload }) => {
    if (event !== 'snapshot') return;
    ({ timeNs } = payload);
    slaves = payload.ptp.clocks.filter(({ role }) => role === 'slave').length;
  });
  const config = {
    ...configRecord(project.config),
    CONFIG_TICKSCOPE_PTPD_BOOT: ptpd,
    CONFIG_TICKSCOPE_PTPD_CLOCK: '/dev/ptp0',
    CONFIG_NETUTILS_PTPD_SYNC_INTERVAL_MSEC: SYNC_MS,
    CONFIG_NETUTILS_PTPD_ANNOUNCE_INTERVAL_MSEC: 1000,
    // A board needs a task to go on, also without ptpd.
    CONFIG_INIT_ENTRYPOINT: 'nsh_main',
  };
  session.load({ linked, board: 'controller', bench: plan(boards), config, apps: [], seed: 1 });
  session.setSpeed(null);
  session.run();
  while (timeNs < SETTLED_NS) await sleep(10);
  const [fromNs, from] = [timeNs, performance.now()];
  await sleep(MEASURED_MS);
  session.pause();
  if (ptpd && slaves !== boards - 1) throw new Error(`${slaves} of ${boards - 1} clocks follow the master`);
  return (timeNs - fromNs) / 1e6 / (performance.now() - from);
}

export async function measurePtp(firmware: BuiltFirmware): Promise<string> {
  const rows: string[][] = [];
  for (const { boards, aim } of crowds) {
    const [idle, reached] = [await speed(firmware, boards, false), await speed(firmware, boards, true)];
    rows.push([
      `${boards} boards`,
      `${reached.toFixed(1)} s/s`,
      percent(reached / idle),
      aim === 0 ? '' : verdict(reached >= aim, `>= ${aim} s/s`),
    ]);
  }
  return table('PTP, 8 Syncs a second, virtual seconds per second', ['reached', 'share of idle', 'aim'], rows);
}
