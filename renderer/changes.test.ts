import { describe, expect, it } from 'vitest';
import type { Snapshot } from '../main/contract/target';
import { compareWith, nextStops, type Stops } from './changes';

const none: Stops = { last: null, previous: null };

function at(tick: number, overrides: Partial<Snapshot> = {}): Snapshot {
  return {
    generation: 1,
    runState: 'paused',
    timeNs: tick * 1e7,
    tick,
    tickNs: 1e7,
    cycles: tick * 100,
    notes: tick * 6,
    pausedAt: `tick ${tick}`,
    canStepBack: tick > 0,
    speed: 1,
    boards: [{ name: 'sim', title: 'Simulator', runState: 'paused', alive: true }],
    boardName: 'sim',
    speedReached: 0,
    eventsPerSecond: 0,
    tasks: [],
    retained: [],
    sync: [],
    timers: [],
    signals: [],
    board: { title: 'Test', devices: [] },
    network: {
      ...{ interfaces: [], sockets: [], arp: [], routes: [] },
      ...{ buffers: null, links: [], switches: [], packets: 0 },
    },
    lab: null,
    ptp: { timeNs: 0, clocks: [], topology: { nodes: [], edges: [], follows: [] } },
    waves: [],
    warnings: [],
    mqueues: [],
    descriptors: [],
    crash: null,
    ...overrides,
  };
}

const stopsAfter = (...snapshots: Snapshot[]): Stops => snapshots.reduce(nextStops, none);
const ticks = ({ previous, last }: Stops) => [previous?.tick, last?.tick];

describe('the stops that are compared', () => {
  it('are the last two', () => {
    expect(ticks(stopsAfter(at(0)))).toEqual([undefined, 0]);
    expect(ticks(stopsAfter(at(0), at(1), at(2)))).toEqual([1, 2]);
  });

  it('go backwards with the machine', () => {
    expect(ticks(stopsAfter(at(0), at(5), at(4)))).toEqual([5, 4]);
  });

  it('leave out what the machine looked like while it ran', () => {
    const running = { runState: 'running' } as const;
    expect(ticks(stopsAfter(at(3), at(3, running), at(60, running), at(90)))).toEqual([3, 90]);
  });

  it('do not move when the same stop is told again', () => {
    const stops = stopsAfter(at(1), at(2), at(2, { speed: 10 }));
    expect(ticks(stops)).toEqual([1, 2]);
    expect(stops.last?.speed).toBe(10);
  });

  it('are forgotten at a reset', () => {
    expect(ticks(stopsAfter(at(1), at(2), at(0, { generation: 2 })))).toEqual([undefined, 0]);
    expect(ticks(stopsAfter(at(1), at(2), at(0, { generation: 2, runState: 'running' })))).toEqual([
      undefined,
      undefined,
    ]);
  });
});

describe('compareWith', () => {
  interface Row {
    id: number;
    state: string;
  }
  const stateOf = (row: Row): string => row.state;

  it('finds the values that differ, by key and not by place', () => {
    const changed = compareWith<Row>(
      [
        { id: 1, state: 'Ready' },
        { id: 2, state: 'Running' },
      ],
      (row) => row.id,
    );
    expect(changed({ id: 2, state: 'Running' }, stateOf)).toBe(false);
    expect(changed({ id: 1, state: 'Running' }, stateOf)).toBe(true);
  });

  it('takes all of a new row as changed', () => {
    expect(compareWith<Row>([], (row) => row.id)({ id: 3, state: 'Ready' }, stateOf)).toBe(true);
  });

  it('finds nothing without a stop to compare with', () => {
    expect(compareWith<Row>(undefined, (row) => row.id)({ id: 3, state: 'Ready' }, stateOf)).toBe(false);
  });
});
