/** ptpd on a board, and other implementations of PTP on a TAP interface: who follows whom, and how well. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { lacking, Namespace, outcomeOf } from '../net/namespace';
import { BOARD_IDENTITY, pmc, PROGRAMS, PtpBoard, Ptp4l, Ptpd, type Delay, type Setup, type Transport } from './peers';

const why = lacking(...PROGRAMS);
const skipped = why === null ? '' : ` (skipped: ${why})`;
const MINUTES = { timeout: 240_000 };
/** Who is a slave has to stay it for so long, milliseconds. */
const STAYS = 6000;
/** Nanoseconds: what is measured through processes of a machine that has much else to do. */
const SETTLED = 2_000_000;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tickscope-ptp-'));
});
afterAll(() => rm(folder, { recursive: true }));

const ways: [name: string, transport: Transport, delay: Delay][] = [
  ['UDP E2E', 'udp4', 'e2e'],
  ['UDP P2P', 'udp4', 'p2p'],
  ['IEEE 802.3', 'l2', 'e2e'],
];

/** A namespace with a TAP interface that a board is joined to, and what is in it ends with the test. */
async function joined(
  name: string,
  setup: Setup,
  use: (ns: Namespace, board: PtpBoard, base: string) => Promise<void>,
) {
  const ns = new Namespace();
  const base = join(folder, name.replaceAll(/\W/g, '-'));
  const capture = `${base}.pcapng`;
  try {
    const board = await PtpBoard.start(ns, 'tap:tap0,10.0.0.1/24', setup, '--pcap', capture);
    await use(ns, board, base);
    await board.end();
    await expectWellFormed(capture);
  } finally {
    await ns.close();
  }
}

/** PTP went both ways, and tshark finds nothing wrong. */
async function expectWellFormed(capture: string): Promise<void> {
  const rows = await tshark(capture, 'ptp');
  expect(new Set(rows.map(([source]) => source)).size).toBeGreaterThan(1);
  expect(await tshark(capture, '_ws.malformed or _ws.expert.severity >= 0x600000')).toEqual([]);
}

/** Identity of the sender and type of message of the packets of a file that a filter lets through. */
async function tshark(capture: string, filter: string): Promise<string[][]> {
  const fields = ['-T', 'fields', '-e', 'ptp.v2.clockidentity', '-e', 'ptp.v2.messagetype', '-e', 'frame.time_epoch'];
  const { spawn } = await import('node:child_process');
  const { status, text } = await outcomeOf(spawn('tshark', ['-r', capture, '-Y', filter, ...fields]));
  if (status !== 0) throw new Error(text);
  return text
    .split('\n')
    .filter((line) => line.includes('\t'))
    .map((line) => line.split('\t'));
}

describe.skipIf(why !== null)(`a board and other clocks${skipped}`, () => {
  describe.concurrent.each(ways)('over %s', (name, transport, delay) => {
    const way = { transport, delay };

    test('follows ptp4l', MINUTES, async () => {
      await joined(`${name} slave`, { ...way, slaveOnly: true }, async (ns, board, base) => {
        const master = await Ptp4l.start(ns, 'tap0', base, { ...way, priority1: 100 });
        await board.ptpd();
        await board.becomes('SLAVE');
        expect(master.state).toBe('MASTER');
        await board.settles(SETTLED);
      });
    });

    test('is followed by ptp4l', MINUTES, async () => {
      await joined(`${name} master`, { ...way, priority1: 100 }, async (ns, board, base) => {
        await board.ptpd();
        const slave = await Ptp4l.start(ns, 'tap0', base, { ...way, slaveOnly: true });
        await slave.becomes('SLAVE');
        await sleep(STAYS);
        expect(slave.state).toBe('SLAVE');
        expect(await slave.grandmaster()).toBe(BOARD_IDENTITY);
      });
    });

    test("is followed by Debian's ptpd", MINUTES, async () => {
      await joined(`${name} master of ptpd`, { ...way, priority1: 100 }, async (ns, board, base) => {
        await board.ptpd();
        const slave = Ptpd.start(ns, 'tap0', base, { ...way, slaveOnly: true });
        await slave.becomes('SLAVE');
        await sleep(STAYS);
        expect(await slave.status()).toContain('PTP_SLAVE');
        expect(await slave.master()).toBe(BOARD_IDENTITY);
      });
    });
  });
});
