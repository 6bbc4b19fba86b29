/** Whether masks hold, by what the clocks of a bench have logged of themselves up to now. */
import { PortState } from '../../boards/apps/ptpd/types';
import type { LabMaskResult, LabRun } from '../contract/lab';
import { GONE, type PtpRecord } from '../machine/ptp/record';
import { stability } from '../machine/ptp/stability';
import { limitAt, valueText, type Mask, type Wanted } from './masks';
import type { Scenario } from './scenario';
import { boardsText, nsText, timeText } from './words';

type Verdict = LabMaskResult['verdict'];
type Finding = Pick<LabMaskResult, 'verdict' | 'found'>;
type Of<Kind extends Wanted['kind']> = Extract<Wanted, { kind: Kind }>;

/** States of a board's ports from a time on, by the ports' numbers; none when no clock runs. */
interface States {
  timeNs: number;
  ports: ReadonlyMap<number, number>;
}

const isSlave = ({ ports }: States): boolean => [...ports.values()].includes(PortState.Slave);
const isMaster = ({ ports }: States): boolean => {
  const states = [...ports.values()];
  return states.includes(PortState.Master) && !states.some((state) => state >= PortState.Uncalibrated);
};

export class Judge {
  private readonly places: ReadonlyMap<string, number>;

  /** @param boards names of the bench's boards, by their places */
  constructor(
    private readonly scenario: Scenario,
    private readonly boards: readonly string[],
    private readonly record: PtpRecord,
  ) {
    this.places = new Map(boards.map((name, place) => [name, place]));
  }

  /** @param nowNs up to which the boards have come */
  results(nowNs: number): LabMaskResult[] {
    const states = new Map<string, States[]>();
    const statesOf = (board: string) => {
      let found = states.get(board);
      if (!found) states.set(board, (found = this.statesOf(board, nowNs)));
      return found;
    };
    return this.scenario.masks.map((mask) => {
      const { text, band, curve } = mask;
      return { text, band, curve, ...this.judge(mask, nowNs, statesOf) };
    });
  }

  private judge(mask: Mask, nowNs: number, statesOf: StatesOf): Finding {
    switch (mask.kind) {
      case 'within':
        return this.within(mask, nowNs);
      case 'steady':
        return this.steady(mask, nowNs);
      case 'locked':
        return this.locked(mask, nowNs, statesOf);
      case 'master':
        return this.master(mask, nowNs, statesOf);
      case 'follows':
        return this.follows(mask, nowNs, statesOf);
      case 'takeover':
        return this.takeover(mask, nowNs, statesOf);
    }
  }

  /** What a board's ports were, oldest first. */
  private statesOf(board: string, nowNs: number): States[] {
    let ports: ReadonlyMap<number, number> = new Map();
    return this.record.states(this.places.get(board)!, 0, nowNs).map(({ timeNs, port, to }) => {
      ports = new Map(to === GONE ? [] : [...ports, [port, to]]);
      return { timeNs, ports };
    });
  }

  private within({ series, boards, fromNs, toNs, low, high }: Of<'within'>, nowNs: number): Finding {
    if (nowNs < fromNs) return waiting;
    let worst = { beyond: -Infinity, value: 0, timeNs: 0, board: '' };
    const silent: string[] = [];
    for (const board of boards) {
      const { times, values } = this.record.series(this.places.get(board)!, series, fromNs, Math.min(toNs, nowNs));
      if (times.length === 0) silent.push(board);
      for (const [i, value] of values.entries()) {
        const beyond = Math.max(value - high, low - value);
        if (beyond > worst.beyond) worst = { beyond, value, timeNs: times[i]!, board };
      }
    }
    const { beyond, value, timeNs, board } = worst;
    const found =
      beyond === -Infinity
        ? ''
        : `${beyond > 0 ? '' : 'closest: '}${valueText(series, value)} at ${timeText(timeNs)} on ${board}`;
    if (beyond > 0) return { verdict: 'failed', found };
    if (nowNs < toNs) return { verdict: 'waiting', found };
    if (silent.length > 0) return { verdict: 'failed', found: `no reading of ${boardsText(silent)}` };
    return { verdict: 'passed', found };
  }

  /** Known at the end of the span only: a longer one has longer observation intervals. */
  private steady(mask: Of<'steady'>, nowNs: number): Finding {
    const { measure, series, boards, fromNs, toNs } = mask;
    if (nowNs < toNs) return waiting;
    let worst = { share: 0, text: '' };
    const silent: string[] = [];
    for (const board of boards) {
      const curve = stability(this.record.series(this.places.get(board)!, series, fromNs, toNs), measure);
      const judged = curve.flatMap(({ tauNs, ns }) => {
        const limit = limitAt(mask, tauNs);
        return limit === null ? [] : [{ share: ns / limit, text: `${nsText(ns)} over ${nsText(tauNs)} on ${board}` }];
      });
      if (judged.length === 0) silent.push(board);
      for (const each of judged) if (each.share >= worst.share) worst = each;
    }
    const { share, text } = worst;
    if (share > 1) return { verdict: 'failed', found: text };
    if (silent.length > 0) return { verdict: 'failed', found: `too few readings of ${boardsText(silent)}` };
    return { verdict: 'passed', found: `closest: ${text}` };
  }

  private locked(
    { boards, fromNs, toNs, withinNs, limitNs }: Of<'locked'>,
    nowNs: number,
    statesOf: StatesOf,
  ): Finding {
    if (nowNs < fromNs) return waiting;
    const endNs = Math.min(toNs, nowNs);
    const locks = boards.map((board) => ({ board, ns: this.lockNs(board, fromNs, endNs, limitNs, statesOf) - fromNs }));
    const last = locks.reduce((a, b) => (b.ns > a.ns ? b : a));
    const isOver = nowNs >= toNs;
    if (last.ns > withinNs && nowNs >= fromNs + withinNs) {
      const open = locks.filter(({ ns }) => ns === Infinity).map(({ board }) => board);
      const found =
        open.length > 0
          ? `${boardsText(open)} not locked at ${timeText(endNs)}`
          : `${timeText(last.ns)}: ${last.board} locked at ${timeText(fromNs + last.ns)}`;
      // One that is not locked now had its time.
      return { verdict: 'failed', found };
    }
    if (last.ns === Infinity) return waiting;
    return { verdict: isOver ? 'passed' : 'waiting', found: `after ${timeText(last.ns)}, ${last.board} last` };
  }

  /** From when on a board is locked up to the end of a span; Infinity: it is not. */
  private lockNs(board: string, fromNs: number, endNs: number, limitNs: number | null, statesOf: StatesOf): number {
    let sinceNs = Infinity;
    for (const states of statesOf(board)) {
      if (states.timeNs > endNs) break;
      if (!isSlave(states)) sinceNs = Infinity;
      else if (sinceNs === Infinity) sinceNs = Math.max(states.timeNs, fromNs);
    }
    if (sinceNs === Infinity || limitNs === null) return sinceNs;
    const { times, values } = this.record.series(this.places.get(board)!, 'trueOffset', sinceNs, endNs);
    const last = values.findLastIndex((value) => Math.abs(value) > limitNs);
    if (last < 0) return times.length > 0 ? Math.max(sinceNs, times[0]!) : Infinity;
    return times[last + 1] ?? Infinity;
  }

  private master({ boards, atNs }: Of<'master'>, nowNs: number, statesOf: StatesOf): Finding {
    if (nowNs < atNs) return waiting;
    const masters = this.boards.filter((board) => {
      const at = statesOf(board).findLast(({ timeNs }) => timeNs <= atNs);
      return at !== undefined && isMaster(at);
    });
    const isSame = masters.length === boards.length && masters.every((board) => boards.includes(board));
    return { verdict: verdictOf(isSame), found: masters.length > 0 ? boardsText(masters) : 'nobody' };
  }

  private follows({ boards, master, atNs }: Of<'follows'>, nowNs: number, statesOf: StatesOf): Finding {
    if (nowNs < atNs) return waiting;
    const others = boards.flatMap((board) => {
      const at = statesOf(board).findLast(({ timeNs }) => timeNs <= atNs);
      const followed = at && isSlave(at) ? this.record.grandmaster(this.places.get(board)!, atNs) : undefined;
      return followed === this.places.get(master) ? [] : [`${board}: ${this.boards[followed ?? -1] ?? 'nobody'}`];
    });
    return { verdict: verdictOf(others.length === 0), found: others.length === 0 ? master : boardsText(others) };
  }

  private takeover({ boards, master, fromNs, withinNs }: Of<'takeover'>, nowNs: number, statesOf: StatesOf): Finding {
    if (nowNs < fromNs) return waiting;
    const when = (board: string, afterNs: number, isSo: (states: States) => boolean) => {
      const all = statesOf(board);
      const before = all.findLast(({ timeNs }) => timeNs <= afterNs);
      if (before && isSo(before)) return afterNs;
      return all.find((states) => states.timeNs > afterNs && isSo(states))?.timeNs ?? Infinity;
    };
    const place = this.places.get(master)!;
    const times = boards.map((board) =>
      when(board, this.record.followedFrom(this.places.get(board)!, place, fromNs), isSlave),
    );
    const doneNs = Math.max(when(master, fromNs, isMaster), ...times);
    if (doneNs <= nowNs) {
      return { verdict: verdictOf(doneNs - fromNs <= withinNs), found: `after ${nsText(doneNs - fromNs)}` };
    }
    return nowNs < fromNs + withinNs ? waiting : { verdict: 'failed', found: `not by ${timeText(nowNs)}` };
  }
}

type StatesOf = (board: string) => States[];

const waiting: Finding = { verdict: 'waiting', found: '' };

const verdictOf = (isGood: boolean): Verdict => (isGood ? 'passed' : 'failed');

/** Of all masks together. */
export function verdictOfAll(masks: readonly LabMaskResult[]): LabRun['verdict'] {
  if (masks.some(({ verdict }) => verdict === 'failed')) return 'failed';
  return masks.every(({ verdict }) => verdict === 'passed') ? 'passed' : 'waiting';
}
