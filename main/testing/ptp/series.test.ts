/** What a session shows of clocks that follow each other: exact, and the same however one came there. */
import { beforeAll, describe, expect, test } from 'vitest';
import { configRecord } from '../../../kernel/config';
import type { PtpSeriesName } from '../../contract/ptp';
import { Snapshot } from '../../contract/target';
import { Session, type SessionEvents } from '../../machine/session';
import { boardOf } from '../../machine/build';
import { compile } from '../firmware';
import { quick } from './boards';

const [FORTH_NS, BACK_NS] = [14_000, 4_000];
const SETTLED_NS = 25e9;

const said: SessionEvents[] = [];
const session = new Session((event) => said.push(event));
const snapshot = (): Snapshot => said.findLast(({ event }) => event === 'snapshot')!.payload as Snapshot;

const all = { boards: [], fromNs: 0, toNs: 1e15 };
const points = (series: PtpSeriesName, board: string, fromNs = 0) => {
  const { series: found } = session.ptpRequest('ptpSeries', { ...all, series, boards: [board], fromNs, points: 1e5 });
  return found.length === 0 ? [] : [...new Float64Array(found[0]!.points.slice().buffer)];
};
const values = (...from: Parameters<typeof points>) => points(...from).filter((_, i) => i % 2 === 1);

beforeAll(async () => {
  const source = '#include <unistd.h>\nint main(int argc, char *argv[]) { for (; ; ) sleep(100000); }';
  const { project, linked } = await compile(source, { board: 'bench', config: quick });
  const board = boardOf('bench', undefined);
  session.load({
    linked,
    board: 'bench',
    bench: {
      ...board.bench!,
      boards: [
        { name: 'left', title: 'Left', oscillator: { ppm: 20, tolerancePpm: 0 } },
        { name: 'right', title: 'Right', oscillator: { ppm: -30, tolerancePpm: 0 } },
      ],
      network: {
        switches: [],
        links: [{ from: 'left/eth0', to: 'right/eth0', settings: { delayNs: [FORTH_NS, BACK_NS] } }],
      },
    },
    config: configRecord(project.config),
    apps: project.apps.map((app) => ({ ...app, args: [] })),
    seed: 1,
  });
  session.setSpeed(null);
  session.run();
  while (snapshot().timeNs < SETTLED_NS) await new Promise((next) => setTimeout(next, 20));
  session.pause();
});

describe('clocks that follow each other', () => {
  test('a snapshot says who follows whom, and how well', () => {
    const { ptp } = Snapshot.parse(snapshot());
    expect(ptp.topology.follows).toEqual([{ board: 'right', parent: 'left' }]);
    const [left, right] = ptp.clocks;
    expect(left).toMatchObject({ role: 'grandmaster', offsetNs: null, trueOffsetNs: null });
    expect(right).toMatchObject({ role: 'slave', servo: 'locked', stepsRemoved: 1, ports: [{ state: 'SLAVE' }] });
    expect(right!.syncAgeNs).toBeLessThan(250e6);
    expect(right!.announceAgeNs).toBeLessThan(1.1e9);
    expect(right!.ports[0]!.decision).toMatchObject({ code: 'S1', field: 'identity' });
    // The asymmetry is 10 us, and half of that what the slave cannot know.
    expect(Math.abs(right!.offsetNs!)).toBeLessThan(200);
    expect(right!.trueOffsetNs! + 5000).toBeGreaterThan(-200);
    expect(right!.trueOffsetNs! + 5000).toBeLessThan(200);
  });

  test('series tell what the clock believes from what is true', () => {
    const late = [SETTLED_NS - 5e9] as const;
    for (const value of values('trueForward', 'right', ...late)) expect(value).toBe(FORTH_NS);
    for (const value of values('trueBackward', 'right', ...late)) expect(value).toBe(BACK_NS);
    const [believed, real] = [values('offset', 'right', ...late), values('trueOffset', 'right', ...late)];
    expect(real.length).toBe(believed.length);
    expect(believed.length).toBeGreaterThan(30);
    for (const value of believed) expect(Math.abs(value)).toBeLessThan(200);
    for (const value of real) expect(Math.abs(value + 5000)).toBeLessThan(200);
    for (const ppb of values('frequency', 'right', ...late)) expect(Math.abs(ppb - 50_000)).toBeLessThan(500);
    expect(values('offset', 'left')).toEqual([]);
  });

  test('the last messages have their true times, and lead to their packets', () => {
    const { master, messages } = session.ptpRequest('ptpMessages', { board: 'right', port: 1, count: 20 });
    expect(master).toMatchObject({ board: 'left' });
    const types = new Set(messages.map(({ type }) => type));
    for (const type of ['Sync', 'Follow_Up', 'Delay_Req', 'Delay_Resp']) expect(types).toContain(type);
    for (const { fromMaster, sentNs, receivedNs, packet, type } of messages.slice(0, -2)) {
      expect(receivedNs! - sentNs!).toBe(fromMaster ? FORTH_NS : BACK_NS);
      const { row } = session.packetRequest('packet', { source: 'live', number: packet });
      expect(row).toMatchObject({
        protocol: 'PTPv2',
        interface: fromMaster ? 'left/eth0' : 'right/eth0',
        timeNs: sentNs,
      });
      expect(row.info).toContain(type);
    }
  });

  test('however few messages are asked for, one that was received was also sent', () => {
    for (let count = 3; count < 20; count++) {
      const { messages } = session.ptpRequest('ptpMessages', { board: 'right', port: 1, count });
      expect(messages).toHaveLength(count);
      for (const { sentNs } of messages) expect(sentNs).not.toBeNull();
    }
  });

  test('the counters of a clock and its last exchange agree', () => {
    const { clock } = session.ptpRequest('ptpClock', { board: 'right' });
    const [port] = clock!.ports;
    expect(port!.received.Sync).toBeGreaterThan(100);
    const { sync, delay, offsetNs, meanPathDelayNs } = port!.exchange!;
    const difference = (sync.t2.sec - sync.t1.sec) * 1e9 + (sync.t2.nsec - sync.t1.nsec);
    expect(difference - sync.correctionNs - meanPathDelayNs).toBeCloseTo(offsetNs, 0);
    expect(delay).not.toBeNull();
  });

  test('a tick back and forth shows the same', () => {
    const state = () => ({
      ptp: snapshot().ptp,
      offset: points('offset', 'right'),
      // The last one is made exact by what its master logs next.
      trueOffset: points('trueOffset', 'right').slice(0, -2),
      trueForward: points('trueForward', 'right'),
      states: session.ptpRequest('ptpStates', all),
    });
    const seen = [state()];
    for (let tick = 0; tick < 20; tick++) {
      session.step('tick', false);
      seen.push(state());
    }
    expect(seen.at(-1)!.offset.length).toBeGreaterThan(seen[0]!.offset.length);
    for (let tick = 19; tick >= 0; tick--) {
      session.step('tick', true);
      expect(state()).toEqual(seen[tick]);
    }
    for (let tick = 1; tick <= 20; tick++) {
      session.step('tick', false);
      expect(state()).toEqual(seen[tick]);
    }
  });
});
