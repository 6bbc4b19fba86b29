/** One run from the command line. */
import { closeSync, openSync, writeSync } from 'node:fs';
import { resolve } from 'node:path';
import { programs } from '../../boards/apps';
import { BootError, Machine, type App } from '../../boards/machine';
import { configRecord } from '../../kernel/config';
import type { RunEnd } from '../../kernel/binfmt/executor';
import type { Problem } from '../contract/project';
import { appFolders, appRoot } from '../host/paths';
import { boardOf, buildProject, createToolchain } from '../machine/build';
import { crashDump } from '../machine/dump';
import { eventLines } from '../machine/events';
import { Firmware } from '../machine/firmware';
import type { BuildOutput } from '../toolchain';
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
    return built.ok ? run(built, options) : EXIT_USAGE;
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

function run({ project, firmware: linked }: BuildOutput, options: RunOptions): number {
  const board = boardOf(project!.board.name);
  const apps = chooseApps(project!.apps, options);
  const firmware = new Firmware(linked!, board.ramSize);
  const machine = new Machine({
    module: firmware.module,
    board,
    config: configRecord(project!.config),
    apps,
    programs,
    seed: options.seed,
    onConsole: (bytes) => writeAll(1, bytes),
    // What is written to a file is released after each piece; else nobody reads the log.
    keepNotes: options.events === null ? 1 : Infinity,
  });
  const events = options.events === null ? null : new EventFile(options.events, machine);
  const pid = machine.pidOf(apps.findIndex((app) => app.name === options.app));
  const end = runUntil(machine, options, pid, () => events?.write());
  events?.close();
  return report(machine, firmware, end, pid);
}

/** The app that was asked for starts in any case, and gets the arguments. */
function chooseApps(all: Omit<App, 'args'>[], options: RunOptions): App[] {
  options.app ??= (all.find((app) => app.boot) ?? all[0]!).name;
  if (!all.some((app) => app.name === options.app)) {
    throw new UsageError(`there is no app "${options.app}"; the project has ${all.map((app) => app.name).join(', ')}`);
  }
  return all.map((app) => {
    const chosen = app.name === options.app;
    return { ...app, boot: app.boot || chosen, args: chosen ? options.args : [] };
  });
}

function runUntil(machine: Machine, { until }: RunOptions, pid: number, onSlice: () => void): RunEnd {
  const { state } = machine.kernel;
  const { cyclesPerTick, cpuHz } = state.settings;
  const lastTick =
    until.kind === 'exit'
      ? Infinity
      : until.kind === 'tick'
        ? until.value
        : Math.ceil((until.value * cpuHz) / 1e9 / cyclesPerTick);
  for (;;) {
    const end = machine.run({
      ticks: Math.min(machine.ticks + SLICE.ticks, lastTick),
      entries: machine.position + SLICE.entries,
      idle: until.kind === 'exit',
    });
    onSlice();
    if (end !== 'limit' || machine.ticks >= lastTick) return end;
    if (until.kind !== 'exit') continue;
    if (machine.exitOf(pid) !== undefined) return 'ended';
    // Nobody types here.
    if (machine.stuck) return 'idle';
  }
}

function report(machine: Machine, firmware: Firmware, end: RunEnd, pid: number): number {
  if (end === 'crashed') {
    process.stderr.write(crashDump(machine, firmware)!.text);
    return EXIT_CRASH;
  }
  const status = machine.exitOf(pid);
  if (status !== undefined) return status;
  const at = `tick ${machine.ticks}`;
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
  private written = 0;

  constructor(
    path: string,
    private readonly machine: Machine,
  ) {
    try {
      this.fd = openSync(path, 'w');
    } catch (error) {
      throw new UsageError(`--events: ${(error as Error).message}`);
    }
  }

  write(): void {
    const { notes } = this.machine.kernel;
    writeAll(this.fd, new TextEncoder().encode(eventLines(notes.slice(this.written, notes.count))));
    this.written = notes.count;
    notes.release(this.written);
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
