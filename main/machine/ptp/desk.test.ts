import { beforeEach, describe, expect, it } from 'vitest';
import type { Bench } from '../../../boards/bench';
import { twoControllers } from '../../../boards/two-controllers';
import { PTP_POINT_NUMBERS, ptpMethods, PtpSnapshot } from '../../contract/ptp';
import { Capture, capturedBoards } from '../capture';
import { PtpDesk } from './desk';
import { clocksBench, MASTER, SLAVE } from './testing';

let bench: Bench;
let desk: PtpDesk;
beforeEach(async () => {
  bench = await clocksBench();
  desk = new PtpDesk(bench, new Capture(capturedBoards(twoControllers)));
});

const all = { boards: [], fromNs: 0, toNs: 1e12 };

describe('the snapshot', () => {
  it('has nothing before a clock runs', () => {
    expect(desk.snapshot()).toEqual({ timeNs: 0, clocks: [], topology: { nodes: [], edges: [], follows: [] } });
    expect(desk.handlers.ptpClock({ board: 'left' })).toEqual({ clock: null });
  });

  it('has the clocks of all boards, who they are to each other, and what is between them', () => {
    bench.run({ ticks: 60 });
    const snapshot = desk.snapshot();
    expect(PtpSnapshot.parse(snapshot)).toEqual(snapshot);
    const [left, right] = snapshot.clocks;
    expect(left).toMatchObject({ board: 'left', identity: MASTER, role: 'grandmaster', offsetNs: null });
    expect(right).toMatchObject({ board: 'right', identity: SLAVE, role: 'slave', servo: 'unlocked' });
    expect(right).toMatchObject({ parent: { identity: MASTER, board: 'left' }, announceAgeNs: null });
    expect(right!.trueOffsetNs).toBeLessThan(-1000);
    expect(right!.ports).toMatchObject([{ number: 1, interface: 'eth0', state: 'SLAVE' }]);
    expect(snapshot.topology).toEqual({
      nodes: [
        { name: 'left', kind: 'board', role: 'grandmaster' },
        { name: 'right', kind: 'board', role: 'slave' },
      ],
      edges: [
        {
          link: bench.links[0]!.name,
          ends: [
            { node: 'left', port: 'eth0' },
            { node: 'right', port: 'eth0' },
          ],
          up: true,
        },
      ],
      follows: [{ board: 'right', parent: 'left' }],
    });
    const { clock } = desk.handlers.ptpClock({ board: 'right' });
    expect(ptpMethods.ptpClock.result.parse({ clock })).toEqual({ clock });
    expect(clock).toMatchObject({ device: 'ptp0', transport: 'UDP/IPv4', ports: [{ number: 1, foreign: [] }] });
  });
});

it('a board without power shows no clock; who follows it still knows its name', () => {
  bench.run({ ticks: 60 });
  bench.input({ board: 'left', power: false });
  bench.run({ ticks: 80 });
  const { clocks, topology } = desk.snapshot();
  expect(clocks.map(({ board }) => board)).toEqual(['right']);
  expect(clocks[0]!.parent).toEqual({ identity: MASTER, board: 'left' });
  expect(topology).toMatchObject({ nodes: [{ name: 'left', role: 'none' }, {}] });
  expect(topology.follows).toEqual([{ board: 'right', parent: 'left' }]);
  expect(topology.nodes.length).toBe(2);
});

describe('questions about PTP', () => {
  beforeEach(() => {
    bench.run({ ticks: 300 });
  });
  const pointsOf = (points: number, boards: string[] = []) =>
    desk.handlers
      .ptpSeries({ series: 'offset', ...all, boards, toNs: bench.timeNs, points })
      .series.map(({ board, points: { buffer } }) => ({ board, numbers: new Float64Array(buffer) }));

  it('a series has the boards that have points, and few points when few are wanted', () => {
    const [full, ...others] = pointsOf(1000);
    expect([full!.board, others]).toEqual(['right', []]);
    expect(full!.numbers.length).toBeGreaterThan(20 * PTP_POINT_NUMBERS);
    const [few] = pointsOf(2);
    expect(few!.numbers.length).toBeLessThanOrEqual(8 * PTP_POINT_NUMBERS);
    const values = [...few!.numbers].filter((_, i) => i % PTP_POINT_NUMBERS === 1);
    expect([Math.min(...values), Math.max(...values)]).toEqual([-3000, 3000]);
    expect(pointsOf(10, ['left'])).toEqual([]);
    expect(() => pointsOf(10, ['nobody'])).toThrow('There is no board "nobody"; there are left, right.');
  });

  it('statistics are of the span', () => {
    const ask = { series: 'offset' as const, board: 'right', bins: 7, percents: [50] };
    const answer = desk.handlers.ptpStatistics({ ...ask, fromNs: 0, toNs: 1e12 });
    expect(ptpMethods.ptpStatistics.result.parse(answer)).toEqual(answer);
    expect(answer).toMatchObject({ min: -3000, max: 3000, percentiles: [{ percent: 50, value: 0 }], thinned: false });
    expect(answer.mtie.at(-1)!.ns).toBeCloseTo(6000, -2);
    expect(answer.tdev.length).toBeGreaterThan(3);
    expect(desk.handlers.ptpStatistics({ ...ask, fromNs: 1e11, toNs: 1e12 })).toMatchObject({ count: 0, mtie: [] });
  });

  it('changes of states are in the order of time', () => {
    expect(desk.handlers.ptpStates(all).changes).toMatchObject([
      { board: 'left', from: 'LISTENING', to: 'MASTER' },
      { board: 'right', from: 'LISTENING', to: 'SLAVE' },
    ]);
  });

  it('an export is a line for each point', () => {
    const { data } = desk.handlers.exportPtp({ ...all, series: ['offset', 'delay'] });
    const [head, ...lines] = new TextDecoder().decode(data).trimEnd().split('\n');
    expect(head).toBe('time_ns,board,series,value');
    expect(lines.length).toBe(2 * (pointsOf(1000)[0]!.numbers.length / PTP_POINT_NUMBERS));
    expect(lines[0]).toMatch(/^\d+,right,offset,-3000$/);
    expect(lines.at(-1)).toMatch(/^\d+,right,delay,500$/);
  });
});
