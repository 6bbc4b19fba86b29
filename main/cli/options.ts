/** The command line's options. */
import { readFileSync } from 'node:fs';
import { parseArgs, type ParseArgsConfig } from 'node:util';
import { z } from 'zod';
import { boards, findBoard } from '../../boards/board';
import { ConfigValue } from '../contract/project';
import { parseNetOption, type NetOption } from '../net/option';

export const usage = `usage: tickscope run PROJECT [options]
       tickscope lab FILE [--json OUT] [--seed N]

Builds the firmware in the folder PROJECT, boots it, and runs it flat out. The board's console goes to standard output;
of several boards that run together, each line with the board's name. Standard input is typed at the console, of several
boards at the first's: a file or pipe line by line, each when the board waits for it, until it waits for more than there
is; at a terminal what is typed, up to ^], which ends the run.

  --app NAME            the app to start; by default the project's first. Its status is the exit status
  --args "A B"          arguments of that app
  --board NAME          the board to run on
  --config FILE         a JSON object of CONFIG_ options
  --set CONFIG_X=VALUE  one option (y, n, a number or a text); may be repeated
  --until WHAT          exit (of the app; the default), tick:N or time:SECONDS
  --seed N              seed of the board's random numbers
  --events FILE         write the kernel's event log there, one JSON object a line
  --net PORT=NETWORK    join a port of a board to this computer's network, and run in real time; may be repeated:
                        controller/eth0=user[:INTERFACE][,tcp:8080->80,...]
                        controller/eth0=tap:NAME[,10.0.0.1/24], controller/eth0=dgram:127.0.0.1:9001-127.0.0.1:9000
  --pcap FILE           write the frames that pass the boards' ports there, as pcapng
  --record FILE         write all that comes from outside there, and say the hash of the state at the end
  --replay FILE         make a recorded run again, without what was outside, and compare the hash

On a board where that app does not start, the first that does counts; the exit status is the first that is not 0.

Exit status: the app's; 2 for bad usage or a firmware that does not build; 3 for a crash.

lab runs a scenario, NAME.lab.json of a project, flat out: its boards, its timeline, and the masks that say what has to come of
it (docs/lab.md). It tells what has, and ends with 0 when all masks hold, else with 1.

  --json FILE           write the results there
  --seed N              seed of the boards' random numbers`;

/** What was typed cannot be meant. */
export class UsageError extends Error {}

export interface RunOptions {
  project: string;
  app: string | null;
  args: string[];
  board: string | null;
  config: Record<string, ConfigValue>;
  /** Ticks, or virtual nanoseconds, or the end of the app. */
  until: { kind: 'exit' } | { kind: 'tick' | 'time'; value: number };
  seed: number;
  events: string | null;
  net: NetOption[];
  pcap: string | null;
  record: string | null;
  replay: string | null;
}

export interface LabOptions {
  file: string;
  json: string | null;
  seed: number;
}

/** @throws UsageError as {@link parseOptions} */
export function parseLabOptions(argv: string[]): LabOptions {
  const { values, positionals } = parse(argv, { json: { type: 'string' }, seed: { type: 'string' } });
  const [, file, ...rest] = positionals;
  if (!file) throw new UsageError('lab wants the file of a scenario');
  if (rest.length > 0) throw new UsageError(`what is "${rest[0]}"? lab takes one scenario`);
  return { file, json: values.json ?? null, seed: parseNumber('--seed', values.seed ?? '1') };
}

/** @throws UsageError naming the option and what it takes */
export function parseOptions(argv: string[]): RunOptions {
  const { values, positionals } = parse(argv, runOptions);
  const [command, project, ...rest] = positionals;
  if (command !== 'run') throw new UsageError(command ? `there is no command "${command}"` : 'no command given');
  if (!project) throw new UsageError('run wants the folder of a project');
  if (rest.length > 0) throw new UsageError(`what is "${rest[0]}"? run takes one project`);
  return {
    project,
    app: values.app ?? null,
    args: values.args?.split(/\s+/).filter(Boolean) ?? [],
    board: parseBoard(values.board),
    config: { ...readConfig(values.config), ...Object.fromEntries((values.set ?? []).map(parseSetting)) },
    until: parseUntil(values.until ?? 'exit'),
    seed: parseNumber('--seed', values.seed ?? '1'),
    events: values.events ?? null,
    net: (values.net ?? []).map(parseNet),
    pcap: values.pcap ?? null,
    record: values.record ?? null,
    replay: values.replay ?? null,
  };
}

const runOptions = {
  app: { type: 'string' },
  args: { type: 'string' },
  board: { type: 'string' },
  config: { type: 'string' },
  set: { type: 'string', multiple: true },
  until: { type: 'string' },
  seed: { type: 'string' },
  events: { type: 'string' },
  net: { type: 'string', multiple: true },
  pcap: { type: 'string' },
  record: { type: 'string' },
  replay: { type: 'string' },
} as const;

function parse<Options extends NonNullable<ParseArgsConfig['options']>>(argv: string[], options: Options) {
  try {
    return parseArgs({ args: argv, allowPositionals: true, options });
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

function parseBoard(name: string | undefined): string | null {
  if (name === undefined || findBoard(name)) return name ?? null;
  throw new UsageError(`there is no board "${name}"; there are ${boards.map((board) => board.name).join(', ')}`);
}

function parseNumber(option: string, text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 0) throw new UsageError(`${option} takes a whole number, not "${text}"`);
  return value;
}

function parseUntil(text: string): RunOptions['until'] {
  if (text === 'exit') return { kind: 'exit' };
  const [, kind, number] = /^(tick|time):(\d+(?:\.\d+)?)$/.exec(text) ?? [];
  if (kind === 'tick') return { kind, value: parseNumber('--until tick:', number!) };
  if (kind === 'time') return { kind, value: Math.round(Number(number) * 1e9) };
  throw new UsageError(`--until takes exit, tick:N or time:SECONDS, not "${text}"`);
}

function parseNet(text: string): NetOption {
  try {
    return parseNetOption(text);
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

function parseSetting(text: string): [string, ConfigValue] {
  const [, name, value] = /^(CONFIG_[A-Z0-9_]+)=(.*)$/s.exec(text) ?? [];
  if (!name) throw new UsageError(`--set takes CONFIG_NAME=VALUE, not "${text}"`);
  if (value === 'y' || value === 'n') return [name, value === 'y'];
  return [name, /^-?(\d+|0x[0-9a-f]+)$/i.test(value!) ? Number(value) : value!.replace(/^"(.*)"$/s, '$1')];
}

function readConfig(file: string | undefined): Record<string, ConfigValue> {
  if (file === undefined) return {};
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new UsageError(`--config ${file}: ${(error as Error).message}`);
  }
  const parsed = z.record(z.string().regex(/^CONFIG_/), ConfigValue).safeParse(json);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new UsageError(
    `--config ${file}: ${issue!.path.join('.') || 'the file'}: wants an object of CONFIG_ names with true, false, numbers or texts`,
  );
}
