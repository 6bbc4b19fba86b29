/** ptpd on a board among other implementations of PTP, on TAP interfaces: who follows whom, and how well. */
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { lacking, Namespace, outcomeOf } from '../net/namespace';
import {
  BOARD_IDENTITY,
  PROGRAMS,
  PtpBoard,
  Ptp4l,
  Ptpd,
  until,
  type Delay,
  type Setup,
  type Transport,
} from './peers';

const why = lacking(...PROGRAMS);
const skipped = why === null ? '' : ` (skipped: ${why})`;
const MINUTES = { timeout: 600_000 };
/** Who is a slave has to stay it for so long, milliseconds. */
const STAYS = 5000;
/** Nanoseconds: what is measured through processes of a machine that has much else to do. */
const SETTLED = 1_000_000;

/** Seconds: the announce receipt timeout, and with one interval more; frames are a little earlier or later. */
const [LEAST_SILENCE, MOST_SILENCE] = [2.9, 4.1];

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tickscope-ptp-'));
});
afterAll(() => rm(folder, { recursive: true }));

interface Joined {
  ns: Namespace;
  board: PtpBoard;
  /** Path that names of files begin with. */
  base: string;
}

/** A board on a TAP interface of a namespace, for a test; afterwards its capture, which is given, has to be as PTP is. */
async function joined(name: string, setup: Setup, use: (all: Joined) => Promise<void>, isBridged = false) {
  const ns = new Namespace();
  const base = join(folder, name.replaceAll(/\W/g, '-'));
  const capture = `${base}.pcapng`;
  try {
    const [net, device] = isBridged ? (['tap:tap0', 'br0'] as const) : (['tap:tap0,10.0.0.1/24', 'tap0'] as const);
    const board = await PtpBoard.start(ns, net, [ns, device], setup, '--pcap', capture);
    await use({ ns, board, base });
    await board.end();
    const all = await packets(capture, 'ptp');
    expect(new Set(all.map(({ clock }) => clock)).size).toBeGreaterThan(1);
    expect(await packets(capture, '_ws.malformed or _ws.expert.severity >= 0x600000')).toEqual([]);
    return capture;
  } finally {
    await ns.close();
  }
}

/** Joins the TAP interface with `eth0` of others by a bridge. */
async function bridge(ns: Namespace, ...others: Namespace[]): Promise<void> {
  const ip = async (of: Namespace, ...args: string[]) => {
    const { status, text } = await of.run('ip', args);
    if (status !== 0) throw new Error(text);
  };
  await ip(ns, 'link', 'add', 'br0', 'type', 'bridge', 'mcast_snooping', '0');
  await ip(ns, 'addr', 'add', '10.0.0.1/24', 'dev', 'br0');
  await ip(ns, 'link', 'set', 'tap0', 'master', 'br0');
  for (const [i, other] of others.entries()) {
    await ip(ns, 'link', 'add', `v${i}`, 'master', 'br0', 'type', 'veth', 'peer', 'name', 'eth0', 'netns', other.name);
    await ip(ns, 'link', 'set', `v${i}`, 'up');
    await ip(other, 'addr', 'add', `10.0.0.${3 + i}/24`, 'dev', 'eth0');
    await ip(other, 'link', 'set', 'eth0', 'up');
  }
  await ip(ns, 'link', 'set', 'br0', 'up');
}

interface Packet {
  /** Seconds. */
  time: number;
  /** Identity of the clock that has sent it. */
  clock: string;
  /** Number among its messages of the kind. */
  sequence: number;
}

/** What tshark makes of the packets of a file that a filter lets through. */
async function packets(capture: string, filter: string): Promise<Packet[]> {
  const fields = ['-T', 'fields', '-e', 'frame.time_epoch', '-e', 'ptp.v2.clockidentity', '-e', 'ptp.v2.sequenceid'];
  const { status, text } = await outcomeOf(spawn('tshark', ['-r', capture, '-Y', filter, ...fields]));
  if (status !== 0) throw new Error(text);
  const rows = text.split('\n').filter((line) => /^\d+\.\d+\t/.test(line));
  return rows
    .map((line) => line.split('\t'))
    .map(([time, clock, sequence]) => ({ time: Number(time), clock: clock!, sequence: Number(sequence) }));
}

const ways: [name: string, transport: Transport, delay: Delay][] = [
  ['UDP E2E', 'udp4', 'e2e'],
  ['UDP P2P', 'udp4', 'p2p'],
  ['IEEE 802.3', 'l2', 'e2e'],
];

describe.skipIf(why !== null)(`a board and other clocks${skipped}`, () => {
  describe.each(ways)('over %s', (name, transport, delay) => {
    const way = { transport, delay };

    test.concurrent('follows ptp4l', MINUTES, () =>
      joined(`${name} slave`, { ...way, slaveOnly: true }, async ({ ns, board, base }) => {
        const master = await Ptp4l.start(ns, 'tap0', base, { ...way, priority1: 100 });
        await board.ptpd();
        await board.becomes('SLAVE');
        expect(master.state).toBe('MASTER');
        await board.settles(SETTLED);
        const [parent] = await board.pmc('GET PARENT_DATA_SET');
        expect(parent!.fields.grandmasterIdentity).toBe(await master.grandmaster());
      }),
    );

    test.concurrent('is followed by ptp4l', MINUTES, () =>
      joined(`${name} master`, { ...way, priority1: 100 }, async ({ ns, board, base }) => {
        await board.ptpd();
        const slave = await Ptp4l.start(ns, 'tap0', base, { ...way, slaveOnly: true });
        await slave.becomes('SLAVE');
        await sleep(STAYS);
        await slave.settles(SETTLED);
        expect(slave.states.slice(slave.states.indexOf('SLAVE'))).toEqual(['SLAVE']);
        expect(await slave.grandmaster()).toBe(BOARD_IDENTITY);
      }),
    );

    test.concurrent("is followed by Debian's ptpd", MINUTES, () =>
      joined(`${name} master of ptpd`, { ...way, priority1: 100 }, async ({ ns, board, base }) => {
        await board.ptpd();
        const slave = Ptpd.start(ns, 'tap0', base, { ...way, slaveOnly: true });
        await slave.follows(BOARD_IDENTITY);
        await sleep(STAYS);
        await slave.follows(BOARD_IDENTITY);
      }),
    );
  });

  test.concurrent('asks ptp4l for unicast messages, and follows it', MINUTES, async () => {
    const setup = { transport: 'udp4', delay: 'e2e', unicast: '10.0.0.1' } as const;
    const capture = await joined('unicast', { ...setup, slaveOnly: true }, async ({ ns, board, base }) => {
      await Ptp4l.start(ns, 'tap0', base, { ...setup, priority1: 100 });
      await board.ptpd();
      await board.becomes('SLAVE');
      await until(
        async () => (await board.pmc('GET CURRENT_DATA_SET'))[0]!.fields.meanPathDelay !== '0.0',
        () => `The board's Delay_Reqs are not answered:\n${board.said}`,
      );
    });
    expect(await packets(capture, 'ptp.v2.messagetype == 0 and ip.dst != 10.0.0.2')).toEqual([]);
    expect(await packets(capture, 'ptp.v2.messagetype == 1 and ip.dst != 10.0.0.1')).toEqual([]);
  });

  test.concurrent('pmc reads every data set, and sets priorities', MINUTES, () =>
    joined('pmc', { transport: 'udp4', delay: 'e2e', priority1: 100 }, async ({ board }) => {
      await board.ptpd();
      await board.becomes('MASTER');
      const sets = ['DEFAULT', 'CURRENT', 'PARENT', 'TIME_PROPERTIES', 'PORT'].map((name) => `${name}_DATA_SET`);
      const all = await board.pmc(...[...sets, 'NULL_MANAGEMENT'].map((name) => `GET ${name}`));
      expect(all.map(({ what }) => what)).toEqual([
        ...sets.map((name) => `RESPONSE MANAGEMENT ${name}`),
        'RESPONSE MANAGEMENT',
      ]);
      const [own, current, parent, time, port] = all.map(({ fields }) => fields);
      expect(own).toEqual({
        ...{ twoStepFlag: '1', slaveOnly: '0', numberPorts: '1', priority1: '100', clockClass: '248' },
        ...{ clockAccuracy: '0xfe', offsetScaledLogVariance: '0xffff', priority2: '128' },
        ...{ clockIdentity: BOARD_IDENTITY, domainNumber: '0' },
      });
      expect(current).toEqual({ stepsRemoved: '0', offsetFromMaster: '0.0', meanPathDelay: '0.0' });
      expect(parent).toMatchObject({ grandmasterPriority1: '100', grandmasterIdentity: BOARD_IDENTITY });
      expect(time).toMatchObject({ ptpTimescale: '0', timeSource: '0xa0' });
      expect(port).toMatchObject({
        ...{
          portIdentity: `${BOARD_IDENTITY}-1`,
          portState: 'MASTER',
          logSyncInterval: '-3',
          logAnnounceInterval: '0',
        },
        ...{ announceReceiptTimeout: '3', delayMechanism: '1', versionNumber: '2' },
      });
      const set = await board.pmc('SET PRIORITY1 77', 'SET PRIORITY2 66', 'GET DEFAULT_DATA_SET');
      expect(set[2]!.fields).toMatchObject({ priority1: '77', priority2: '66' });
    }),
  );

  test.concurrent('through the user-mode gateway ptp4l is followed, and follows', MINUTES, async () => {
    const setup = { transport: 'udp4', delay: 'e2e', priority1: 110 } as const;
    const [ns, other] = [new Namespace(), new Namespace()];
    try {
      await ns.run('ip', ['link', 'add', 'lan0', 'type', 'veth', 'peer', 'name', 'eth0', 'netns', other.name]);
      await ns.run('ip', ['addr', 'add', '192.168.77.1/24', 'dev', 'lan0']);
      await other.run('ip', ['addr', 'add', '192.168.77.2/24', 'dev', 'eth0']);
      await Promise.all([ns.run('ip', ['link', 'set', 'lan0', 'up']), other.run('ip', ['link', 'set', 'eth0', 'up'])]);
      const board = await PtpBoard.start(ns, 'user:lan0', [other, 'eth0'], setup);
      await board.ptpd();
      const base = join(folder, 'user');
      const peer = await Ptp4l.start(other, 'eth0', base, { ...setup, priority1: 120 });
      await Promise.all([board.becomes('MASTER'), peer.becomes('SLAVE')]);
      await peer.settles(SETTLED);
      await peer.pmc('SET PRIORITY1 100');
      await Promise.all([board.becomes('SLAVE'), peer.becomes('MASTER')]);
      await board.settles(SETTLED);
    } finally {
      await Promise.all([ns.close(), other.close()]);
    }
  });

  test.concurrent('of three the best is followed, and when it is gone the next, in time', MINUTES, async () => {
    const setup = { transport: 'udp4', delay: 'e2e', priority1: 110 } as const;
    let identity = '';
    const elect = async ({ ns, board, base }: Joined) => {
      const [first, third] = [new Namespace(), new Namespace()];
      try {
        await bridge(ns, first, third);
        await board.ptpd();
        const last = Ptpd.start(third, 'eth0', `${base}-third`, { ...setup, priority1: 120 });
        const best = await Ptp4l.start(first, 'eth0', `${base}-first`, { ...setup, priority1: 100 });
        await Promise.all([best.becomes('MASTER'), board.becomes('SLAVE')]);
        identity = await best.grandmaster();
        expect((await board.pmc('GET PARENT_DATA_SET'))[0]!.fields.grandmasterIdentity).toBe(identity);
        await last.follows(identity);

        best.kill();
        await board.becomes('MASTER');
        await last.follows(BOARD_IDENTITY);

        const again = await Ptp4l.start(first, 'eth0', `${base}-again`, { ...setup, priority1: 100 });
        await Promise.all([again.becomes('MASTER'), board.becomes('SLAVE'), last.follows(identity)]);

        await board.pmc('SET PRIORITY1 90');
        await Promise.all([board.becomes('MASTER'), again.becomes('SLAVE'), last.follows(BOARD_IDENTITY)]);
      } finally {
        await Promise.all([first.close(), third.close()]);
      }
    };
    const capture = await joined('election', setup, elect, true);
    const announces = await packets(capture, 'ptp.v2.messagetype == 0xb');
    const of = (clock: string) => announces.filter((each) => each.clock === `0x${clock.replaceAll('.', '')}`);
    // Back again it counts from the beginning.
    const best = of(identity);
    const last = best.find(({ sequence }, i) => best[i + 1]!.sequence < sequence)!;
    const next = of(BOARD_IDENTITY).find(({ time }) => time > last.time)!;
    expect(next.time - last.time).toBeGreaterThan(LEAST_SILENCE);
    expect(next.time - last.time).toBeLessThan(MOST_SILENCE);
  });
});
