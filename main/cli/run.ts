/** One run from the command line. */
import { closeSync, openSync, writeSync } from 'node:fs';
import { resolve } from 'node:path';
import { programs } from '../../boards/apps';
import { Bench } from '../../boards/bench';
import { BootError, CONSOLE, type App, type Machine } from '../../boards/machine';
import { awaitsConsole, hearsInterrupts } from '../../kernel/fs/outside';
import { configRecord } from '../../kernel/config';
import type { RunEnd } from '../../kernel/binfmt/executor';
import type { Problem } from '../contract/project';
import { appFolders, appRoot } from '../host/paths';
import { boardOf, buildProject, createToolchain } from '../machine/build';
import { crashDump } from '../machine/dump';
import { eventLines } from '../machine/events';
import { Firmware } from '../machine/firmware';
import type { BuildOutput } from '../toolchain';
import { standardInput, type StandardInput } from './input';
import { PrefixedLines } from './prefixed-lines';
import { UsageError, parseOptions, usage, type RunOptions } from './options';

const EXIT_USAGE = 2;
const EXIT_CRASH = 3;
/** Every task waits for ever, the app too: it has no status to give. */
const EXIT_DEADLOCK = 1;
/** A run is made in pieces, between which the event log is written. */
const SLICE = { ticks: 100, entries: 1 << 15 };

const say = (text: string) => process.stderr.write(`tickscope: ${text}\n`);

/** Runs the command; gives the exit status. */
export async function main(argv: string[]): Promise<number> {
  try {
    const options = parseOptions(argv);
    const built = await build(options);
    for (const problem of built.problems) process.stderr.write(`${problemLine(problem)}\n`);
    return built.ok ? await run(built, options) : EXIT_USAGE;
  } catch (error) {
    if (!(error instanceof UsageError || error instanceof BootError)) throw error;
    say(error instanceof UsageError ? `${error.message}\n\n${usage}` : error.message);
    return EXIT_USAGE;
  }
}

async function build(options: RunOptions): Promise<BuildOutput> {
  const toolchain = createToolchain({ resources: appRoot, cacheDir: appFolders().cacheDir });
  try {
    return await buildProject(toolchain, resolve(options.project), options);
  } finally {
    await toolchain.close();
  }
}

function problemLine({ severity, message, file, line, column }: Problem): string {
  const place = [file, line, column].filter((part) => part !== null).join(':');
  return `${place ? `${place}: ` : ''}${severity}: ${message}`;
}

async function run({ project, firmware: linked }: BuildOutput, options: RunOptions): Promise<number> {
  const board = boardOf(project!.board.name);
  const config = configRecord(project!.config);
  const apps = chooseApps(project!.apps, options, Boolean(config.CONFIG_INIT_ENTRYPOINT));
  const firmware = new Firmware(linked!, board.ramSize);
  const prefixed = board.bench?.boards.map(({ name }) => new PrefixedLines(`${name}: `));
  const bench = new Bench({
    module: firmware.module,
    board,
    config,
    apps,
    programs,
    seed: options.seed,
    onConsole: (place, bytes) => writeAll(1, prefixed ? prefixed[place]!.take(bytes) : bytes),
    // What is written to a file is released after each piece; else nobody reads the log.
    keepNotes: options.events === null ? 1 : Infinity,
  });
  const events = options.events === null ? null : new EventFile(options.events, bench);
  const asked = bench.places.flatMap(({ machine }) => taskAskedFor(machine, apps, options));
  const input = standardInput();
  const end = await runUntil(bench, options, asked, input, () => events?.write());
  input.close();
  events?.close();
  for (const lines of prefixed ?? []) writeAll(1, lines.rest());
  return report(bench, firmware, end, asked, input);
}

/** A task whose end the run waits for. */
interface Asked {
  machine: Machine;
  pid: number;
}

/** The app that was asked for, or where that does not start another board's first, or the board's own program; none where none starts. */
function taskAskedFor(machine: Machine, apps: readonly App[], { app }: RunOptions): Asked[] {
  const pids = apps.map((_, i) => machine.pidOf(i));
  const chosen = pids[apps.findIndex(({ name }) => name === app)];
  const pid = chosen ?? pids.find((each) => each !== undefined) ?? machine.initPid;
  return pid === undefined ? [] : [{ machine, pid }];
}

/** The app that was asked for starts in any case, and gets the arguments; none need start beside a program of the board. */
function chooseApps(all: Omit<App, 'args'>[], options: RunOptions, hasInit: boolean): App[] {
  if (options.app === null && hasInit) return all.map((app) => ({ ...app, args: [] }));
  options.app ??= (all.find((app) => app.boot) ?? all[0]!).name;
  if (!all.some((app) => app.name === options.app)) {
    throw new UsageError(`there is no app "${options.app}"; the project has ${all.map((app) => app.name).join(', ')}`);
  }
  return all.map((app) => {
    const chosen = app.name === options.app;
    return { ...app, boot: app.boot || chosen, args: chosen ? options.args : [] };
  });
}

async function runUntil(
  bench: Bench,
  { until }: RunOptions,
  asked: readonly Asked[],
  input: StandardInput,
  onSlice: () => void,
): Promise<RunEnd> {
  const { cyclesPerTick, cpuHz } = bench.places[0]!.machine.kernel.state.settings;
  const lastTick =
    until.kind === 'exit'
      ? Infinity
      : until.kind === 'tick'
        ? until.value
        : Math.ceil((until.value * cpuHz) / 1e9 / cyclesPerTick);
  const { machine: first } = bench.places[0]!;
  for (;;) {
    const end = bench.run({
      ticks: Math.min(bench.ticks + (input.isOpen ? 1 : SLICE.ticks), lastTick),
      entries: bench.position + SLICE.entries,
      idle: until.kind === 'exit',
    });
    onSlice();
    if ((end !== 'limit' && end !== 'idle') || bench.ticks >= lastTick) return end;
    const isOver = asked.every(({ machine, pid }) => machine.dead || machine.exitOf(pid) !== undefined);
    if (until.kind === 'exit' && isOver) return 'ended';
    const isAwaited = !first.dead && awaitsConsole(first.kernel);
    const isIdle = bench.stuck && !first.dead && (isAwaited || hearsInterrupts(first.kernel));
    if (await input.isDue(isAwaited, isIdle, bench.ticks)) {
      const bytes = await input.next();
      if (bytes) {
        if (!first.dead) bench.input({ device: CONSOLE, value: { type: 'bytes', bytes } });
        continue;
      }
    }
    if (input.isLeft) return 'limit';
    if (end === 'idle' || (until.kind === 'exit' && bench.stuck)) return 'idle';
  }
}

function report(
  bench: Bench,
  firmware: Firmware,
  end: RunEnd,
  asked: readonly Asked[],
  { isUsed }: StandardInput,
): number {
  const crashed = bench.places.filter(({ machine }) => machine.fault);
  for (const { name, machine } of crashed) {
    const { text } = crashDump(machine, firmware)!;
    process.stderr.write(bench.places.length > 1 ? text.replace(/^(?=.)/gm, `${name}: `) : text);
  }
  if (crashed.length > 0) return EXIT_CRASH;
  const statuses = asked.map(({ machine, pid }) => machine.exitOf(pid));
  if (statuses.every((status) => status !== undefined)) return statuses.find((status) => status !== 0) ?? 0;
  const at = `tick ${bench.ticks}`;
  if (bench.places.every(({ machine }) => machine.dead)) {
    say(`switched off at ${at}`);
    return 0;
  }
  if (end === 'idle' && isUsed && awaitsConsole(bench.places[0]!.machine.kernel)) {
    say(`standard input ended at ${at}, before the app did`);
    return 0;
  }
  if (end === 'idle') {
    say(`stopped at ${at}: every task waits, and nothing can wake one`);
    return EXIT_DEADLOCK;
  }
  say(`reached ${at} before the app ended`);
  return 0;
}

/** Writes what the log has gained since the last time. */
class EventFile {
  private readonly fd: number;
  /** By place of the board. */
  private readonly written: number[] = [];

  constructor(
    path: string,
    private readonly bench: Bench,
  ) {
    try {
      this.fd = openSync(path, 'w');
    } catch (error) {
      throw new UsageError(`--events: ${(error as Error).message}`);
    }
  }

  write(): void {
    const { places } = this.bench;
    places.forEach(({ name, machine }, place) => {
      const { notes } = machine.kernel;
      const lines = eventLines(
        notes.slice(this.written[place] ?? 0, notes.count),
        places.length > 1 ? { board: name } : {},
      );
      writeAll(this.fd, new TextEncoder().encode(lines));
      this.written[place] = notes.count;
      notes.release(notes.count);
    });
  }

  close(): void {
    this.write();
    closeSync(this.fd);
  }
}

/** Also to a pipe that is full, where a single write may be refused or cut short. */
function writeAll(fd: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length;) {
    try {
      at += writeSync(fd, bytes, at);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
    }
  }
}
