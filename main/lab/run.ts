/** A scenario on a bench: its timeline is given to the boards when they are switched on, and then they run to its end. */
import type { Bench, BenchInput } from '../../boards/bench';
import type { LabRun } from '../contract/lab';
import { summarize } from '../machine/ptp/statistics';
import type { PtpRecord } from '../machine/ptp/record';
import { Judge, verdictOfAll } from './judge';
import type { Scenario } from './scenario';

/** While the boards run, judging them takes less than one part of so many of the time. */
const JUDGE_SHARE = 20;

export class ScenarioRun {
  private readonly judge: Judge;
  /** It was ended before its end. */
  private stoppedNs: number | null = null;
  private last: { position: number; timeNs: number; run: LabRun; untilMs: number } | null = null;

  /** @param record what listens to the boards, from power on */
  constructor(
    readonly scenario: Scenario,
    private readonly seed: number,
    private readonly bench: Bench,
    private readonly record: PtpRecord,
  ) {
    const names = bench.places.map(({ name }) => name);
    this.judge = new Judge(scenario, names, record);
  }

  /** Gives the boards, which stand at power on, all that is to come. */
  begin(input: (input: BenchInput) => void): void {
    for (const { inputs } of this.scenario.actions) for (const each of inputs) input(each);
  }

  get endNs(): number {
    return this.stoppedNs ?? this.scenario.durationNs;
  }

  get isStopped(): boolean {
    return this.stoppedNs !== null;
  }

  get isOver(): boolean {
    return this.bench.timeNs >= this.endNs || this.bench.isOver;
  }

  /** Nothing more of it comes. */
  stop(input: (input: BenchInput) => void): void {
    this.stoppedNs = this.bench.timeNs;
    input({ forget: true });
  }

  /** Why the boards are paused at its end. */
  get endText(): string {
    return `the end of the scenario "${this.scenario.title}": ${this.state().verdict}`;
  }

  /** As it stands. @param running the boards run on, and it need not be looked at all the time */
  state(running = false): LabRun {
    const { position, timeNs } = this.bench;
    const begunMs = performance.now();
    const { last } = this;
    const isSame = last?.position === position && last.timeNs === timeNs;
    if (last && (isSame || (running && begunMs < last.untilMs))) return last.run;
    const { file, title, durationNs, actions } = this.scenario;
    // Boards that will never do anything again are as they are up to the end.
    const judgedNs = this.bench.isOver ? durationNs : Math.min(timeNs, durationNs);
    const masks = this.judge.results(judgedNs);
    const isStopped = this.stoppedNs !== null && timeNs >= this.stoppedNs;
    const run: LabRun = {
      ...{ file, title, seed: this.seed, endNs: durationNs },
      state: isStopped ? 'stopped' : judgedNs >= durationNs ? 'done' : 'running',
      verdict: verdictOfAll(masks),
      actions: actions.map(({ atNs, text }) => ({ atNs, text })),
      masks,
    };
    const nowMs = performance.now();
    this.last = { position, timeNs, run, untilMs: nowMs + JUDGE_SHARE * (nowMs - begunMs) };
    return run;
  }

  /** What has come of it, for files: plain data. */
  result(): LabResult {
    const { timeNs } = this.bench;
    const toNs = Math.min(timeNs, this.scenario.durationNs);
    return {
      ...this.state(),
      timeNs: toNs,
      boards: this.bench.places.map(({ name }, place) => ({
        name,
        offset: this.statistics(place, 'offset', toNs),
        trueOffset: this.statistics(place, 'trueOffset', toNs),
      })),
    };
  }

  private statistics(place: number, series: 'offset' | 'trueOffset', toNs: number): LabStatistics | null {
    const { values } = this.record.series(place, series, 0, toNs);
    if (values.length === 0) return null;
    const half = this.record.series(place, series, toNs / 2, toNs).values;
    const told = (all: Float64Array) => {
      const { count, mean, deviation, min, max } = summarize(all, 1, []);
      return { count, mean, deviation, min, max };
    };
    return { ...told(values), lastHalf: told(half) };
  }
}

interface Summary {
  count: number;
  mean: number | null;
  deviation: number | null;
  min: number | null;
  max: number | null;
}

/** Nanoseconds, of the whole run and of its last half. */
export interface LabStatistics extends Summary {
  lastHalf: Summary;
}

/** What `lab --json` writes. */
export interface LabResult extends LabRun {
  /** Up to which the boards have come. */
  timeNs: number;
  /** Null for a board that followed nobody. */
  boards: { name: string; offset: LabStatistics | null; trueOffset: LabStatistics | null }[];
}
