/**
 * Scenario files of a project, `NAME.lab.json`: JSON with comments. docs/lab.md says what is in one.
 */
import { readFile } from 'node:fs/promises';
import { join, posix } from 'node:path';
import { z } from 'zod';
import { programs } from '../../boards/apps';
import type { BenchInput } from '../../boards/bench';
import type { LinkSettings } from '../../boards/net/link';
import { linkName } from '../../boards/net/plan';
import { matches, type BenchPlan } from '../../boards/plan';
import type { Problem } from '../contract/project';
import { PtpSeriesName } from '../contract/ptp';
import {
  defined,
  NetworkLink,
  readBenchFile,
  some,
  Switch,
  switchChange,
  type BoardKind,
} from '../toolchain/bench-file';
import { JsonFile } from '../toolchain/json-file';
import { listFiles } from '../toolchain/project';
import { settingFrames } from './manage';
import { maskOf, type Mask, type Wanted } from './masks';
import type { Action, Scenario } from './scenario';
import { settingsText } from './settings-words';

const SCENARIO_FILE = /\.lab\.json$/;

/** Seconds since power on. */
const time = z.number().min(0).max(1e6);
const boards = z.string().min(1);
const byte = z.int().min(0).max(255);

const actionFields = {
  power: { board: boards, on: z.boolean() },
  start: { board: boards, program: z.string().optional(), args: z.string().optional() },
  kill: { board: boards, program: z.string().optional() },
  temperature: { board: boards, celsius: z.number().min(-273).max(1000) },
  cable: { port: z.string(), plugged: z.boolean() },
  link: { link: z.string(), ...NetworkLink.omit({ from: true, to: true }).shape },
  switch: { switch: z.string(), ...Switch.omit({ name: true, ports: true }).shape },
  set: {
    board: boards,
    domain: byte.optional(),
    priority1: byte.optional(),
    priority2: byte.optional(),
    utc: z
      .strictObject({
        offset: z.int().min(-32768).max(32767),
        leap61: z.boolean().optional(),
        leap59: z.boolean().optional(),
        valid: z.boolean().optional(),
      })
      .optional(),
  },
} as const;

const at = { at: time };
const TimelineAction = z.discriminatedUnion('do', [
  z.strictObject({ ...at, do: z.literal('power'), ...actionFields.power }),
  z.strictObject({ ...at, do: z.literal('start'), ...actionFields.start }),
  z.strictObject({ ...at, do: z.literal('kill'), ...actionFields.kill }),
  z.strictObject({ ...at, do: z.literal('temperature'), ...actionFields.temperature }),
  z.strictObject({ ...at, do: z.literal('cable'), ...actionFields.cable }),
  z.strictObject({ ...at, do: z.literal('link'), ...actionFields.link }),
  z.strictObject({ ...at, do: z.literal('switch'), ...actionFields.switch }),
  z.strictObject({ ...at, do: z.literal('set'), ...actionFields.set }),
]);
type TimelineAction = z.infer<typeof TimelineAction>;

const span = { from: time.optional(), to: time.optional() };
const FileMask = z.discriminatedUnion('mask', [
  z.strictObject({
    mask: z.literal('within'),
    series: PtpSeriesName,
    boards,
    ...span,
    /** Nanoseconds, of a frequency billionths: to either side; or the lowest and the highest. */
    limit: z.number().min(0).optional(),
    between: z.tuple([z.number(), z.number()]).optional(),
  }),
  z.strictObject({
    mask: z.enum(['mtie', 'tdev']),
    series: PtpSeriesName.exclude(['frequency']).optional(),
    boards,
    ...span,
    /** Observation intervals, seconds, and the most for each, nanoseconds. */
    limits: z.array(z.tuple([z.number().positive(), z.number().positive()])).min(2),
  }),
  z.strictObject({ mask: z.literal('locked'), boards, ...span, within: time, limit: z.number().min(0).optional() }),
  z.strictObject({ mask: z.literal('master'), boards, at: time }),
  z.strictObject({ mask: z.literal('follows'), boards, master: z.string(), at: time }),
  z.strictObject({ mask: z.literal('takeover'), boards, master: z.string(), from: time, within: time }),
]);
type FileMask = z.infer<typeof FileMask>;

const ScenarioFile = z.strictObject({
  title: z.string().min(1),
  description: z.string().optional(),
  /** Another bench file than the project's, beside it. */
  bench: z.string().optional(),
  seconds: z.number().positive().max(1e6),
  timeline: z.array(TimelineAction).optional(),
  masks: z.array(FileMask).min(1),
});
type ScenarioFile = z.infer<typeof ScenarioFile>;

/** A project as far as the lab wants to know it. */
export interface LabProject {
  /** Absolute. */
  path: string;
  board: BoardKind & { bench?: BenchPlan | undefined };
  apps: readonly { name: string }[];
}

export interface ReadScenario {
  scenario: Scenario | null;
  /** What runs: of a project without a bench null. */
  bench: BenchPlan | null;
  problems: Problem[];
}

/** Files of a project's folder that are scenarios, relative. */
export async function scenarioFiles(folder: string): Promise<string[]> {
  return (await listFiles(folder)).filter((file) => SCENARIO_FILE.test(file));
}

/**
 * Reads a scenario of a project; what is wrong with it, or with the bench that it names, comes as problems at their line and
 * column.
 *
 * @param file relative to the project's folder
 */
export async function readScenario(project: LabProject, file: string): Promise<ReadScenario> {
  const fail = (message: string, at: string): ReadScenario => ({
    ...{ scenario: null, bench: null },
    problems: [{ severity: 'error', message, source: 'tickscope', file: at, line: null, column: null }],
  });
  const textOf = (name: string) => readFile(join(project.path, name), 'utf8').catch(() => null);
  const text = await textOf(file);
  if (text === null) return fail(`Cannot read ${file}.`, file);
  const json = new JsonFile(file, text, ScenarioFile);
  if (!json.value) return { scenario: null, bench: null, problems: json.problems };
  let bench = project.board.bench ?? null;
  if (json.value.bench !== undefined) {
    const name = posix.join(posix.dirname(file), json.value.bench);
    const benchText = await textOf(name);
    if (benchText === null) {
      json.report(['bench'], `bench: there is no file ${name}.`);
      return { scenario: null, bench: null, problems: json.problems };
    }
    const read = readBenchFile(name, benchText, project.board);
    if (!read.value) return { scenario: null, bench: null, problems: read.problems };
    bench = read.value;
  }
  const scenario = new Reader(json, json.value, file, bench ?? alone(project.board), project).read();
  const isGood = !json.problems.some(({ severity }) => severity === 'error');
  return { scenario: isGood ? scenario : null, bench, problems: json.problems };
}

/** A board without a bench. */
const alone = ({ name }: BoardKind): BenchPlan => ({
  boards: [{ name, title: name }],
  links: [],
  network: { switches: [], links: [] },
});

const NS = 1e9;
const PROGRAM = 'ptpd';

class Reader {
  private readonly boards: string[];
  private readonly durationNs: number;

  constructor(
    private readonly json: JsonFile<ScenarioFile>,
    private readonly given: ScenarioFile,
    private readonly file: string,
    private readonly bench: BenchPlan,
    private readonly project: LabProject,
  ) {
    this.boards = bench.boards.map(({ name }) => name);
    this.durationNs = given.seconds * NS;
  }

  read(): Scenario {
    const { title, description = '', timeline = [], masks } = this.given;
    const { file, durationNs } = this;
    const actions = timeline.map((action, i) => this.action(action, ['timeline', i]));
    actions.sort((a, b) => a.atNs - b.atNs);
    return {
      ...{ file, title, description, durationNs, actions },
      masks: masks.flatMap((mask, i) => this.mask(mask, ['masks', i]) ?? []),
    };
  }

  private fail(path: PropertyKey[], message: string): void {
    const [list, i, ...rest] = path;
    this.json.report(
      path,
      `${String(list)}[${String(i)}]${rest.map((part) => `.${String(part)}`).join('')}: ${message}`,
    );
  }

  /** The boards of a pattern. */
  private named(pattern: string, path: PropertyKey[]): string[] {
    const found = this.boards.filter((name) => pattern.split(/,\s*/).some((each) => matches(each, name)));
    if (found.length === 0) this.fail(path, `no board is called "${pattern}". There are ${some(this.boards)}.`);
    return found;
  }

  private checkTime(seconds: number, path: PropertyKey[]): void {
    if (seconds * NS > this.durationNs) this.fail(path, `the scenario is over at ${this.given.seconds} s.`);
  }

  private checkProgram(name: string, path: PropertyKey[]): void {
    const all = [...this.project.apps, ...programs].map((program) => program.name);
    if (!all.includes(name)) {
      this.fail([...path, 'program'], `no program is called "${name}". There are ${some(all)}.`);
    }
  }

  private action(action: TimelineAction, path: PropertyKey[]): Action {
    this.checkTime(action.at, [...path, 'at']);
    const atNs = action.at * NS;
    const made = (text: string, inputs: BenchInput[]): Action => ({
      ...{ atNs, text },
      inputs: inputs.map((input) => ({ ...input, atNs })),
    });
    switch (action.do) {
      case 'power': {
        const inputs = this.named(action.board, [...path, 'board']).map((board) => ({ board, power: action.on }));
        return made(`${action.board}: power ${action.on ? 'on' : 'off'}`, inputs);
      }
      case 'start': {
        const { program = PROGRAM, args = '' } = action;
        const words = args.split(/\s+/).filter(Boolean);
        this.checkProgram(program, path);
        const inputs = this.named(action.board, [...path, 'board']).map((board) => ({
          ...{ board, program, runs: true, args: words },
        }));
        return made(`${action.board}: ${[program, ...words].join(' ')} starts`, inputs);
      }
      case 'kill': {
        const { program = PROGRAM } = action;
        this.checkProgram(program, path);
        const inputs = this.named(action.board, [...path, 'board']).map((board) => ({ board, program, runs: false }));
        return made(`${action.board}: ${program} is killed`, inputs);
      }
      case 'temperature': {
        const { board: pattern, celsius: temperature } = action;
        const inputs = this.named(pattern, [...path, 'board']).map((board) => ({ board, temperature }));
        return made(`${pattern}: ${temperature} °C`, inputs);
      }
      case 'cable': {
        const inputs = this.ports(action.port, [...path, 'port']).map((port) => ({ port, plugged: action.plugged }));
        return made(`${action.port}: cable ${action.plugged ? 'put in' : 'pulled'}`, inputs);
      }
      case 'link': {
        const { at: _, do: __, link, ...rest } = action;
        const settings = defined(rest) as Partial<LinkSettings>;
        if (Object.keys(settings).length === 0) this.fail(path, 'nothing of the link is to change.');
        const inputs = this.links(link, [...path, 'link']).map((name) => ({ link: name, settings }));
        return made(`${link}: ${settingsText(settings)}`, inputs);
      }
      case 'switch': {
        const { at: _, do: __, switch: pattern, load, ...rest } = action;
        const settings = switchChange(rest);
        const isChanged = Object.keys(settings).length > 0;
        if (!isChanged && !load) this.fail(path, 'nothing of the switch is to change.');
        const inputs = this.switches(pattern, [...path, 'switch']).flatMap((name): BenchInput[] => [
          ...(isChanged ? [{ switch: name, settings }] : []),
          ...(load ? [{ switch: name, load }] : []),
        ]);
        return made(`${pattern}: ${settingsText({ ...settings, ...(load && { load }) })}`, inputs);
      }
      case 'set':
        return made(...this.setting(action, atNs, path));
    }
  }

  /** Messages of management. */
  private setting(
    action: TimelineAction & { do: 'set' },
    atNs: number,
    path: PropertyKey[],
  ): [text: string, inputs: BenchInput[]] {
    const { board, domain = 0, priority1, priority2, utc } = action;
    if (priority1 === undefined && priority2 === undefined && !utc) {
      this.fail(path, 'nothing is set: write priority1, priority2 or utc.');
    }
    const properties = utc && {
      ...{ offset: utc.offset, leap61: utc.leap61 ?? false, leap59: utc.leap59 ?? false, valid: utc.valid ?? true },
    };
    const kind = this.project.board;
    const device = kind.devices?.find(({ kind }) => kind === 'ethernet')?.name;
    const names = this.named(board, [...path, 'board']);
    if (device === undefined) {
      this.fail([...path, 'board'], `the board "${kind.name}" has no network port.`);
      return ['', []];
    }
    const inputs = names.flatMap((name) =>
      settingFrames(domain, { priority1, priority2, utc: properties }).map((bytes) => ({
        ...{ board: name, device, value: { type: 'frame' as const, bytes, startNs: atNs } },
      })),
    );
    const words = [
      ...Object.entries({ priority1, priority2 }).flatMap(([name, value]) =>
        value === undefined ? [] : [`${name} ${value}`],
      ),
      ...(properties ? [`UTC offset ${properties.offset} s`] : []),
      ...(properties?.leap61 ? ['a leap second is announced'] : []),
      ...(properties?.leap59 ? ['a second to be left out is announced'] : []),
    ];
    return [`${board}: ${words.join(', ')}`, inputs];
  }

  /** Links by a name, by the port at an end, or by the board or switch there (`slave*`). */
  private links(text: string, path: PropertyKey[]): string[] {
    const found = this.bench.network.links.filter(
      (link) => linkName(link) === text || [link.from, link.to].some((port) => isMeant(text, port)),
    );
    if (found.length === 0) this.fail(path, `there is no link "${text}". There are ${some(this.linkNames())}.`);
    return found.map(linkName);
  }

  private switches(pattern: string, path: PropertyKey[]): string[] {
    const all = this.bench.network.switches.map(({ name }) => name);
    const found = all.filter((name) => matches(pattern, name));
    const known = all.length > 0 ? `There are ${some(all)}` : 'There is none';
    if (found.length === 0) this.fail(path, `no switch is called "${pattern}". ${known}.`);
    return found;
  }

  private ports(text: string, path: PropertyKey[]): string[] {
    const all = this.bench.network.links.flatMap(({ from, to }) => [from, to]);
    const found = all.filter((port) => isMeant(text, port));
    if (found.length === 0) this.fail(path, `no link ends at "${text}". There are ${some(all)}.`);
    return found;
  }

  private linkNames(): string[] {
    return this.bench.network.links.map(linkName);
  }

  private mask(mask: FileMask, path: PropertyKey[]): Mask | null {
    const boards = mask.mask === 'master' && mask.boards === '-' ? [] : this.named(mask.boards, [...path, 'boards']);
    const wanted = this.wanted(mask, boards, path);
    return wanted && maskOf(wanted, mask.boards);
  }

  private wanted(mask: FileMask, boards: string[], path: PropertyKey[]): Wanted | null {
    switch (mask.mask) {
      case 'within': {
        const { series, limit, between } = mask;
        if ((limit === undefined) === (between === undefined)) {
          this.fail(path, 'either limit or between says what is allowed.');
          return null;
        }
        const [low, high] = between ?? [-limit!, limit!];
        if (low > high) this.fail([...path, 'between'], 'the lowest comes first.');
        return { kind: 'within', series, boards, ...this.span(mask, path), low, high };
      }
      case 'mtie':
      case 'tdev': {
        const { mask: measure, series = 'trueOffset' } = mask;
        const limits = mask.limits.map(([seconds, ns]) => ({ tauNs: seconds * NS, ns }));
        if (limits.some(({ tauNs }, i) => i > 0 && tauNs <= limits[i - 1]!.tauNs))
          this.fail([...path, 'limits'], 'longer intervals come later.');
        return { kind: 'steady', measure, series, boards, ...this.span(mask, path), limits };
      }
      case 'locked': {
        const { fromNs, toNs } = this.span(mask, path);
        const withinNs = mask.within * NS;
        if (fromNs + withinNs > toNs)
          this.fail([...path, 'within'], 'its time is over only behind the end of the span.');
        return { kind: 'locked', boards, fromNs, toNs, withinNs, limitNs: mask.limit ?? null };
      }
      case 'master':
        this.checkTime(mask.at, [...path, 'at']);
        return { kind: 'master', boards, atNs: mask.at * NS };
      case 'follows':
        this.checkTime(mask.at, [...path, 'at']);
        return { kind: 'follows', boards, master: this.master(mask.master, path), atNs: mask.at * NS };
      case 'takeover':
        this.checkTime(mask.from + mask.within, [...path, 'within']);
        return {
          ...{ kind: 'takeover', boards, master: this.master(mask.master, path) },
          ...{ fromNs: mask.from * NS, withinNs: mask.within * NS },
        };
    }
  }

  private master(name: string, path: PropertyKey[]): string {
    if (!this.boards.includes(name)) {
      this.fail([...path, 'master'], `no board is called "${name}". There are ${some(this.boards)}.`);
    }
    return name;
  }

  private span(mask: { from?: number | undefined; to?: number | undefined }, path: PropertyKey[]) {
    const { from = 0, to = this.given.seconds } = mask;
    this.checkTime(to, [...path, 'to']);
    if (from >= to) this.fail([...path, 'from'], 'the span has no length.');
    return { fromNs: from * NS, toNs: to * NS };
  }
}

/** `slave1/eth0` by its name, or by that of what has it. */
const isMeant = (text: string, port: string): boolean => matches(text, port) || matches(text, port.split('/')[0]!);
