/** For tests: a bench of boards that run ptpd. */
import { programs } from '../../../boards/apps';
import type { PtpShown } from '../../../boards/apps/ptpd/types';
import { Bench, type BenchOptions } from '../../../boards/bench';
import type { Board } from '../../../boards/board';
import { controller } from '../../../boards/controller';
import type { LinkSettings } from '../../../boards/net/link';
import type { SwitchPlan } from '../../../boards/net/plan';
import type { BenchPlan, PlacePlan } from '../../../boards/plan';
import { CLOCK_REALTIME, readClock } from '../../../kernel/clock/clock';
import { configRecord, type ConfigValue } from '../../../kernel/config';
import { Note, NOTE_WORDS } from '../../../kernel/note/note';
import { compile, type TestFirmware } from '../firmware';

/** Firmware that does nothing beside. */
const idle = `
#include <unistd.h>
int main(void)
{
  for (; ; )
    sleep(100000);
}
`;

/** ptpd on each board, by the boards' own clocks, eight Syncs and Delay_Reqs a second. */
export const quick: Record<string, ConfigValue> = {
  CONFIG_TICKSCOPE_PTPD_BOOT: true,
  CONFIG_TICKSCOPE_PTPD_CLOCK: '/dev/ptp0',
  CONFIG_NETUTILS_PTPD_SERVER: true,
  CONFIG_NETUTILS_PTPD_SYNC_INTERVAL_MSEC: 125,
  CONFIG_NETUTILS_PTPD_ANNOUNCE_INTERVAL_MSEC: 1000,
  CONFIG_NETUTILS_PTPD_DELAYRESP_INTERVAL: -3,
  CONFIG_TICKSCOPE_PTPD_PDELAY_INTERVAL: -3,
};

/** One reading: local belief or truth, nanoseconds, at a time since power on. */
export interface Reading {
  atNs: number;
  ns: number;
}

export interface PtpBenchOptions {
  boards: readonly PlacePlan[];
  links: readonly { from: string; to: string; settings?: Partial<LinkSettings> }[];
  switches?: readonly SwitchPlan[];
  config?: Record<string, ConfigValue>;
  board?: Board;
  source?: string | Record<string, string>;
  options?: Partial<BenchOptions>;
}

/** A bench that runs, and what its clocks have logged. */
export class PtpBench {
  readonly bench: Bench;
  readonly console: string[] = [];

  private constructor(built: TestFirmware, plan: BenchPlan, board: Board, more: Partial<BenchOptions> = {}) {
    this.bench = new Bench({
      module: built.firmware.module,
      board: { ...board, bench: plan },
      config: configRecord(built.project.config),
      apps: built.project.apps.map((app) => ({ ...app, args: [] })),
      programs,
      seed: 1,
      onConsole: (place, bytes) =>
        (this.console[place] = (this.console[place] ?? '') + new TextDecoder().decode(bytes)),
      ...more,
    });
  }

  static async create({
    boards,
    links,
    switches = [],
    config,
    board,
    source,
    options,
  }: PtpBenchOptions): Promise<PtpBench> {
    const kind = board ?? controller;
    const built = await compile(source ?? idle, { board: kind.name, config: { ...quick, ...config } });
    return new PtpBench(built, { boards, links: [], network: { switches, links: [...links] } }, kind, options);
  }

  /** Two boards with a cable between them. */
  static pair(
    oscillators: readonly [PlacePlan['oscillator'], PlacePlan['oscillator']],
    settings: Partial<LinkSettings> = {},
    more: Partial<PtpBenchOptions> = {},
  ): Promise<PtpBench> {
    const [first, second] = oscillators;
    const boards = [
      { name: 'a', title: 'A', ...(first && { oscillator: first }) },
      { name: 'b', title: 'B', ...(second && { oscillator: second }) },
    ];
    return PtpBench.create({ boards, links: [{ from: 'a/eth0', to: 'b/eth0', settings }], ...more });
  }

  /** Runs up to a time since power on. */
  runTo(seconds: number): void {
    this.bench.run({ ticks: seconds * 100 });
  }

  /** What the daemon of a board shows. */
  shown(board: number): PtpShown {
    const { machine } = this.bench.places[board]!;
    for (const tcb of machine.kernel.state.tasks) {
      const data = tcb && machine.shownBy(tcb.pid);
      if (data && 'program' in data) return data as PtpShown;
    }
    throw new Error(`no ptpd runs on board ${board}`);
  }

  /** What a board's clock is off, as its port believes or as it is: from a time on. */
  readings(board: number, what: 'ptp_offset' | 'ptp_clock', fromS = 0): Reading[] {
    const { notes } = this.bench.places[board]!.machine.kernel;
    const log = notes.slice(notes.first, notes.count);
    const found: Reading[] = [];
    for (let at = 0; at < log.length; at += NOTE_WORDS) {
      if (log[at + 2] !== Note[what]) continue;
      const atNs = (log[at]! >>> 0) + log[at + 1]! * 2 ** 32;
      if (atNs >= fromS * 1e9) found.push({ atNs, ns: log[at + 4]! * 1e9 + log[at + 5]! });
    }
    return found;
  }

  /** How far one board's clock is ahead of another's now, nanoseconds: those that their daemons set. */
  between(board: number, master: number): number {
    const [own, other] = [board, master].map((place) => {
      const { machine } = this.bench.places[place]!;
      const { kernel } = machine;
      const time = kernel.hardware[this.shown(place).device]?.time?.(kernel) ?? readClock(kernel, CLOCK_REALTIME)!;
      return { ...time, atNs: machine.timeNs };
    });
    return (own!.sec - other!.sec) * 1e9 + (own!.nsec - other!.nsec) - (own!.atNs - other!.atNs);
  }
}
