/** Answers what the window asks about PTP, and makes its part of the snapshot. */
import type { Bench } from '../../../boards/bench';
import type { Params, Result } from '../../contract/messages';
import { PTP_POINT_NUMBERS, type ptpMethods, type PtpSeriesName, type PtpSnapshot } from '../../contract/ptp';
import type { Capture } from '../capture';
import { tellingOf } from '../parts';
import { clockDetail, clockNames, clockSnapshot, portStateName, runningClocks, slavePort } from './clocks';
import { csvOf } from './csv';
import { messagesBetween } from './messages';
import { GONE, type Points, PtpRecord } from './record';
import { stability } from './stability';
import { summarize } from './statistics';
import { topology } from './topology';

export type PtpMethod = keyof typeof ptpMethods;
type Handlers = { [M in PtpMethod]: (params: Params<M>) => Result<M> };

const MOST_CHANGES = 1000;

export class PtpDesk {
  readonly record: PtpRecord;

  constructor(
    private readonly bench: Bench,
    private readonly capture: Capture,
  ) {
    this.record = new PtpRecord(bench.places);
  }

  /** All clocks of the bench; nothing when none runs. */
  snapshot(): PtpSnapshot {
    const running = runningClocks(this.bench);
    const { timeNs } = this.bench;
    if (running.length === 0) return { timeNs, clocks: [], topology: { nodes: [], edges: [], follows: [] } };
    const name = this.names(running);
    const clocks = running.map((each) => clockSnapshot(each, name, this.record.lastTrueOffset(each.place)));
    return { timeNs, clocks, topology: topology(this.bench, clocks) };
  }

  readonly handlers: Handlers = {
    ptpClock: ({ board }) => {
      const running = runningClocks(this.bench);
      const clock = running.find((each) => each.board === board);
      return { clock: clock ? clockDetail(clock, this.names(running)) : null };
    },
    ptpSeries: ({ series, boards, fromNs, toNs, points }) => ({
      series: this.series(series, boards, fromNs, toNs).map(({ board, ...all }) => ({
        board,
        points: new Uint8Array(told(all, fromNs, (toNs - fromNs) / points, points).buffer),
      })),
    }),
    ptpStatistics: ({ series, board, fromNs, toNs, bins, percents }) => {
      const place = this.placeOf(board);
      const points = this.record.series(place, series, fromNs, toNs);
      return {
        ...summarize(points.values, bins, percents),
        mtie: stability(points, 'mtie'),
        tdev: stability(points, 'tdev'),
        thinned: this.record.isThinned(place, series, fromNs),
      };
    },
    ptpStates: ({ boards, fromNs, toNs }) => {
      const changes = this.places(boards).flatMap(({ board, place }) =>
        this.record
          .states(place, fromNs, toNs)
          .filter(({ to }) => to !== GONE)
          .map(({ timeNs, port, from, to }) => ({
            ...{ timeNs, board, port },
            ...{ from: portStateName(from), to: portStateName(to) },
          })),
      );
      return { changes: changes.sort((a, b) => a.timeNs - b.timeNs).slice(-MOST_CHANGES) };
    },
    ptpMessages: ({ board, port: number, count }) => {
      const running = runningClocks(this.bench);
      const clock = running.find((each) => each.board === board)?.shown.clock;
      const port = clock?.ports.find(({ ds }) => ds.portIdentity.port === number);
      if (!clock || !port) return { master: null, messages: [] };
      const master = slavePort(clock) === port ? clock.parentDS.parentPortIdentity : null;
      const name = master && this.names(running)(master.clock);
      const own = { own: port.ds.portIdentity, interface: `${board}/${port.interface}` };
      const ends = { ...own, master, masterBoard: name?.board ?? null };
      return { master: name, messages: messagesBetween(this.capture, ends, count) };
    },
    exportPtp: ({ series, boards, fromNs, toNs }) => ({
      data: csvOf(series.flatMap((name) => this.series(name, boards, fromNs, toNs))),
    }),
  };

  /** Who follows a clock that is no more still knows it by its identity. */
  private names(running: Parameters<typeof clockNames>[0]) {
    return clockNames(running, (identity) => {
      const place = this.record.identities.placeOf(this.record.identities.numberOf(identity));
      return place === undefined ? undefined : this.bench.places[place]!.name;
    });
  }

  /** Of the boards that have points in the span. */
  private series(series: PtpSeriesName, boards: readonly string[], fromNs: number, toNs: number) {
    return this.places(boards).flatMap(({ board, place }) => {
      const points = this.record.series(place, series, fromNs, toNs);
      return points.times.length > 0 ? [{ board, series, ...points }] : [];
    });
  }

  /** Boards by their names; all, if none are named. */
  private places(boards: readonly string[]): { board: string; place: number }[] {
    const names = boards.length > 0 ? boards : this.bench.places.map(({ name }) => name);
    return names.map((board) => ({ board, place: this.placeOf(board) }));
  }

  private placeOf(board: string): number {
    const place = this.bench.places.findIndex(({ name }) => name === board);
    if (place >= 0) return place;
    throw new Error(`There is no board "${board}"; there are ${this.bench.places.map(({ name }) => name).join(', ')}.`);
  }
}

/** Points as the contract has them, those that tell most when they are more than wanted. */
function told({ times, values }: Points, from: number, part: number, most: number): Float64Array<ArrayBuffer> {
  const { length } = times;
  const indexed = { time: (i: number) => times[i]!, value: (i: number) => values[i]! };
  const chosen = length > most ? tellingOf(indexed, 0, length, from, part) : times.map((_, i) => i);
  const result = new Float64Array(chosen.length * PTP_POINT_NUMBERS);
  chosen.forEach((index, i) => {
    result[i * PTP_POINT_NUMBERS] = times[index]!;
    result[i * PTP_POINT_NUMBERS + 1] = values[index]!;
  });
  return result;
}
