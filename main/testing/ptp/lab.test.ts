/** Scenarios of the lab, in virtual time: the demo's, which have to pass, and what their masks find when they do not. */
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { programs } from '../../../boards/apps';
import type { PtpShown } from '../../../boards/apps/ptpd/types';
import { Bench } from '../../../boards/bench';
import { configRecord } from '../../../kernel/config';
import { readScenario, scenarioFiles } from '../../lab/read';
import { maskOf, type Wanted } from '../../lab/masks';
import { ScenarioRun } from '../../lab/run';
import type { Scenario } from '../../lab/scenario';
import { boardOf } from '../../machine/build';
import { parseInputLog } from '../../machine/input-log';
import { PtpRecord } from '../../machine/ptp/record';
import { Session, type SessionEvents } from '../../machine/session';
import { replay } from '../../cli/record';
import type { LabRun } from '../../contract/lab';
import { compileFolder, root, type TestFirmware } from '../firmware';

const folder = join(root, 'boards', 'demos', 'ptp-lab');

let built: TestFirmware;
beforeAll(async () => {
  built = await compileFolder(folder);
});

async function scenarioOf(file: string) {
  const { scenario, bench, problems } = await readScenario(built.project, file);
  expect(problems).toEqual([]);
  return { scenario: scenario!, plan: bench! };
}

function benchOf(plan: Awaited<ReturnType<typeof scenarioOf>>['plan']): Bench {
  return new Bench({
    module: built.firmware.module,
    board: boardOf(built.project.board.name, plan),
    config: configRecord(built.project.config),
    apps: built.project.apps.map((app) => ({ ...app, args: [] })),
    programs,
    seed: 1,
    onConsole: () => undefined,
    keepNotes: 1,
  });
}

/** Runs a scenario to its end, or as far as that. */
async function run(file: string, change: (scenario: Scenario) => Scenario = (same) => same, toNs = Infinity) {
  const { scenario, plan } = await scenarioOf(file);
  const bench = benchOf(plan);
  const lab = new ScenarioRun(change(scenario), 1, bench, new PtpRecord(bench.places));
  lab.begin((input) => bench.input(input));
  bench.run({ ticks: Math.ceil(Math.min(toNs, lab.endNs) / 1e7) });
  return { bench, lab };
}

const failures = ({ masks }: LabRun) =>
  masks.filter(({ verdict }) => verdict !== 'passed').map(({ text, found }) => `${text}: ${found}`);

test('every scenario of the demo is read without a problem', async () => {
  const files = await scenarioFiles(folder);
  expect(files.length).toBeGreaterThan(7);
  for (const file of files) await scenarioOf(file);
});

test.each(['settle', 'software', 'asymmetry', 'temperature', 'loaded', 'failover', 'better', 'mishaps'])(
  '%s passes',
  async (name) => {
    const { lab } = await run(`${name}.lab.json`);
    const state = lab.state();
    expect(failures(state)).toEqual([]);
    expect(state).toMatchObject({ state: 'done', verdict: 'passed' });
  },
);

test('a leap second is announced to the slaves, and their clocks do not move', async () => {
  const shown = (bench: Bench) => {
    const [data] = bench.places[1]!.machine.shown.values();
    return (data as PtpShown).clock.timePropertiesDS;
  };
  const { bench, lab } = await run('leap.lab.json', (same) => same, 40e9);
  expect(shown(bench)).toMatchObject({
    leap61: true,
    leap59: false,
    currentUtcOffset: 37,
    currentUtcOffsetValid: true,
  });
  expect(lab.state()).toMatchObject({ state: 'running', verdict: 'waiting' });
  bench.run({ ticks: lab.endNs / 1e7 });
  expect(shown(bench)).toMatchObject({ leap61: false, currentUtcOffset: 38, currentUtcOffsetValid: true });
  expect(failures(lab.state())).toEqual([]);
});

test('without a transparent clock, the queues of a loaded switch are what the slave gets', async () => {
  const { scenario, plan } = await scenarioOf('loaded.lab.json');
  const switches = plan.network.switches.map((each) => ({
    ...each,
    settings: { ...each.settings, ptp: { clock: 'none' as const } },
  }));
  expect(switches).toHaveLength(1);
  const bench = benchOf({ ...plan, network: { ...plan.network, switches } });
  const lab = new ScenarioRun(scenario, 1, bench, new PtpRecord(bench.places));
  lab.begin((input) => bench.input(input));
  bench.run({ ticks: Math.ceil(lab.endNs / 1e7) });
  expect(lab.state().verdict).toBe('failed');
  const { deviation } = lab.result().boards.find(({ name }) => name === 'slave')!.trueOffset!.lastHalf;
  expect(deviation).toBeGreaterThan(1000);
});

test('masks that do not hold say what was found, and those that are not over are awaited', async () => {
  const boards = ['slave'];
  const within = { kind: 'within', series: 'trueOffset', fromNs: 15e9, low: -100, high: 100 } as const;
  const limits = (ns: number) => [0.2e9, 1e9].map((tauNs) => ({ tauNs, ns }));
  const steady = { kind: 'steady', measure: 'mtie', series: 'trueOffset', fromNs: 15e9, limits: limits(100) } as const;
  const cases: [Wanted, LabRun['verdict'], RegExp][] = [
    [{ ...within, boards, toNs: 90e9, low: -0.1, high: 0.1 }, 'failed', /^-?[\d.]+ ns at [\d.]+ s on slave$/],
    [{ ...within, boards, toNs: 90e9 }, 'waiting', /^closest: -?[\d.]+ ns at [\d.]+ s on slave$/],
    [{ ...within, boards, toNs: 20e9 }, 'passed', /^closest: /],
    [{ ...within, boards: ['gm'], toNs: 20e9 }, 'failed', /^no reading of gm$/],
    [
      { kind: 'locked', boards, fromNs: 0, toNs: 90e9, withinNs: 2e9, limitNs: null },
      'failed',
      /^\d\.\d+ s: slave locked at \d\.\d+ s$/,
    ],
    [
      { kind: 'locked', boards, fromNs: 0, toNs: 90e9, withinNs: 10e9, limitNs: 0.01 },
      'failed',
      /^slave not locked at/,
    ],
    [{ kind: 'master', boards: ['gm', 'slave'], atNs: 20e9 }, 'failed', /^gm$/],
    [{ kind: 'follows', boards, master: 'slave', atNs: 20e9 }, 'failed', /^slave: gm$/],
    [{ kind: 'takeover', boards: ['gm'], master: 'slave', fromNs: 10e9, withinNs: 5e9 }, 'failed', /^not by 2\d/],
    [{ kind: 'takeover', boards, master: 'gm', fromNs: 0, withinNs: 9e9 }, 'passed', /^after \d\.\d+ s$/],
    [{ kind: 'master', boards: ['gm'], atNs: 40e9 }, 'waiting', /^$/],
    [{ ...steady, boards, toNs: 20e9 }, 'passed', /^closest: [\d.]+ ns over [\d.]+ m?s on slave$/],
    [
      { ...steady, boards, toNs: 20e9, measure: 'tdev', limits: limits(0.001) },
      'failed',
      /^[\d.e-]+ ns over [\d.]+ m?s on slave$/,
    ],
    [{ ...steady, boards, toNs: 90e9, limits: limits(0.001) }, 'waiting', /^$/],
    [{ ...steady, boards: ['gm'], toNs: 20e9 }, 'failed', /^too few readings of gm$/],
  ];
  const masks = cases.map(([wanted]) => maskOf(wanted, '*'));
  const { lab } = await run('settle.lab.json', (scenario) => ({ ...scenario, masks }), 25e9);
  const { masks: results, state, verdict } = lab.state();
  expect({ state, verdict }).toEqual({ state: 'running', verdict: 'failed' });
  expect(results.map((result) => result.verdict)).toEqual(cases.map(([, expected]) => expected));
  for (const [i, [, , found]] of cases.entries()) expect(results[i]!.found).toMatch(found);
});

/** With another timeline, over sooner. */
const other =
  (durationNs: number, action: Scenario['actions'][number], wanted: Wanted[]) =>
  (scenario: Scenario): Scenario => ({
    ...{ ...scenario, durationNs, actions: [action] },
    masks: wanted.map((each) => maskOf(each, '*')),
  });

test('who has no power, or whose ptpd is gone, follows nobody and is no master; time goes on all the same', async () => {
  const wanted: Wanted[] = [
    { kind: 'follows', boards: ['slave'], master: 'gm', atNs: 8e9 },
    { kind: 'follows', boards: ['slave'], master: 'gm', atNs: 9.9e9 },
    { kind: 'master', boards: [], atNs: 9.9e9 },
  ];
  const boards = ['gm', 'slave'];
  const off = boards.map((board) => ({ board, power: false, atNs: 9e9 }));
  const killed = boards.map((board) => ({ board, program: 'ptpd', runs: false, atNs: 9e9 }));
  for (const inputs of [off, killed]) {
    const action = { atNs: 9e9, text: '', inputs };
    const { lab } = await run('settle.lab.json', other(10e9, action, wanted));
    expect(lab.isOver).toBe(true);
    const { state, masks } = lab.state();
    expect(state).toBe('done');
    expect(masks.map(({ verdict, found }) => [verdict, found])).toEqual([
      ['passed', 'gm'],
      ['failed', 'slave: nobody'],
      ['passed', 'nobody'],
    ]);
  }
});

describe('in a session', () => {
  const events: SessionEvents[] = [];
  const session = new Session((event) => void events.push(event));
  const lab = () => {
    const last = events.findLast(({ event }) => event === 'snapshot') as SessionEvents & { event: 'snapshot' };
    return last.payload;
  };
  const timeline = (scenario: Scenario): Scenario => ({
    ...scenario,
    durationNs: 9.2e9,
    actions: [
      {
        ...{ atNs: 9e9, text: 'gm: power off' },
        inputs: [{ board: 'gm', power: false, atNs: 9e9 }],
      },
    ],
    masks: [
      maskOf({ kind: 'master', boards: ['gm'], atNs: 8e9 }, 'gm'),
      maskOf({ kind: 'master', boards: [], atNs: 9.1e9 }, '-'),
    ],
  });
  const ended = () => expect.poll(() => lab().runState).not.toBe('running');

  beforeAll(async () => {
    const { scenario, plan } = await scenarioOf('settle.lab.json');
    session.load({
      linked: built.linked,
      board: built.project.board.name,
      bench: plan,
      config: configRecord(built.project.config),
      apps: built.project.apps.map((app) => ({ ...app, args: [] })),
      seed: 1,
    });
    expect(lab().lab).toBeNull();
    session.setSpeed(null);
    session.startLab(timeline(scenario), 1);
  });

  test('it begins with the boards, and pauses them at its end', async () => {
    expect(lab()).toMatchObject({ timeNs: 0, canStepBack: false, lab: { state: 'running', verdict: 'waiting' } });
    session.run();
    await ended();
    const { lab: state, pausedAt, timeNs, boards } = lab();
    expect(failures(state!)).toEqual([]);
    expect(state).toMatchObject({ state: 'done', verdict: 'passed' });
    expect(pausedAt).toBe('the end of the scenario "Two boards settle": passed');
    expect(timeNs).toBeLessThan(9.1e9);
    expect(boards.map(({ runState }) => runState)).toEqual(['ended', 'paused']);
    expect(JSON.parse(session.labResult())).toMatchObject({ verdict: 'passed', boards: [{ name: 'gm' }, {}] });
  });

  test('it goes back with the boards, and what is made again comes to the same', async () => {
    const before = session.inputLog();
    for (let n = 0; n < 25; n++) session.step('tick', true);
    session.selectMachine('slave');
    expect(lab().timeNs).toBeLessThan(9e9);
    expect(lab().lab).toMatchObject({ state: 'running', verdict: 'waiting' });
    expect(lab().boards.map(({ runState }) => runState)).toEqual(['paused', 'paused']);
    session.run();
    await ended();
    expect(lab().lab).toMatchObject({ state: 'done', verdict: 'passed' });
    expect(session.inputLog()).toBe(before);
    const log = parseInputLog(before);
    const { plan } = await scenarioOf('settle.lab.json');
    const again = benchOf(plan);
    expect(replay(again, log, () => undefined)).toBe(true);
    expect(again.hash()).toBe(log.end!.hash);
  });

  test('nobody has anything to do any more, but it has its time', async () => {
    const { scenario } = await scenarioOf('settle.lab.json');
    const inputs = ['gm', 'slave'].map((board) => ({ board, program: 'ptpd', runs: false, atNs: 1e9 }));
    const wanted: Wanted = { kind: 'master', boards: [], atNs: 1.9e9 };
    session.startLab(other(2e9, { atNs: 1e9, text: '', inputs }, [wanted])(scenario), 1);
    session.run();
    await ended();
    expect(lab()).toMatchObject({ lab: { state: 'done', verdict: 'passed' } });
    expect(lab().timeNs).toBeGreaterThanOrEqual(2e9);
    session.startLab(timeline(scenario), 1);
  });

  test('reset begins it again, and what is stopped does not come', async () => {
    session.reset();
    expect(lab()).toMatchObject({ timeNs: 0, lab: { state: 'running', verdict: 'waiting' } });
    session.step('tick', false);
    session.stopLab();
    expect(lab().lab).toMatchObject({ state: 'stopped' });
    session.run();
    await expect.poll(() => lab().timeNs).toBeGreaterThan(9.1e9);
    session.pause();
    expect(lab().boards.map(({ runState }) => runState)).toEqual(['paused', 'paused']);
    session.reset();
    expect(lab().lab).toBeNull();
  });
});
