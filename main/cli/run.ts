/** One run from the command line. */
import { resolve } from 'node:path';
import { programs } from '../../boards/apps';
import { Bench, type BenchLimit } from '../../boards/bench';
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
import { CaptureFile } from './capture';
import { readAhead, standardInput, type StandardInput } from './input';
import { runLab } from './lab';
import { UsageError, parseLabOptions, parseOptions, usage, type RunOptions } from './options';
import { Outside } from './outside';
import { PrefixedLines } from './prefixed-lines';
import { readRecording, Recorder, replay } from './record';
import { OutputFile, writeAll } from './write';

const EXIT_USAGE = 2;
const EXIT_CRASH = 3;
/** Every task waits for ever, the app too: it has no status to give. */
const EXIT_DEADLOCK = 1;
/** A recorded run that is made again is not the same. */
const EXIT_OTHER = 1;
/** A run is made in pieces, between which the event log is written. */
const SLICE = { ticks: 100, entries: 1 << 15 };

const say = (text: string) => process.stderr.write(`tickscope: ${text}\n`);

/** Runs the command; gives the exit status. */
export async function main(argv: string[]): Promise<number> {
  try {
    if (argv[0] === 'lab') {
      const build = (project: string) => buildAndTell({ project, board: null, config: {} });
      return await runLab(parseLabOptions(argv), { build, tell });
    }
    const options = parseOptions(argv);
    const built = await buildAndTell(options);
    return built.ok ? await run(built, options) : EXIT_USAGE;
  } catch (error) {
    if (!(error instanceof UsageError || error instanceof BootError)) throw error;
    say(error instanceof UsageError ? `${error.message}\n\n${usage}` : error.message);
    return EXIT_USAGE;
  }
}

/** Builds a project, and tells what is wrong with it. */
async function buildAndTell(options: Pick<RunOptions, 'project' | 'board' | 'config'>): Promise<BuildOutput> {
  const toolchain = createToolchain({ resources: appRoot, cacheDir: appFolders().cacheDir });
  try {
    const built = await buildProject(toolchain, resolve(options.project), options);
    tell(built.problems);
    return built;
  } finally {
    await toolchain.close();
  }
}

function tell(problems: readonly Problem[]): void {
  for (const problem of problems) process.stderr.write(`${problemLine(problem)}\n`);
}

function problemLine({ severity, message, file, line, column }: Problem): string {
  const place = [file, line, column].filter((part) => part !== null).join(':');
  return `${place ? `${place}: ` : ''}${severity}: ${message}`;
}

async function run({ project, firmware: linked }: BuildOutput, options: RunOptions): Promise<number> {
  const board = boardOf(project!.board.name, project!.board.bench);
  const config = configRecord(project!.config);
  const apps = chooseApps(project!.apps, options, Boolean(config.CONFIG_INIT_ENTRYPOINT));
  const { seed } = options;
  const of = { wasm: linked!.wasm, board: board.name, seed, config, apps };
  const recording = options.replay === null ? null : readRecording(options.replay, of);
  const firmware = new Firmware(linked!, board.ramSize);
  const prefixed = board.bench?.boards.map(({ name }) => new PrefixedLines(`${name}: `));
  const capture = options.pcap === null ? null : new CaptureFile(options.pcap, board);
  let outside: Outside | null = null;
  const bench = new Bench({
    module: firmware.module,
    board,
    config,
    apps,
    programs,
    seed,
    onConsole: (place, bytes) => writeAll(1, prefixed ? prefixed[place]!.take(bytes) : bytes),
    onFrame: (board, device, direction, bytes, atNs) => capture?.add(board, device, direction, bytes, atNs),
    onHostFrame: (...frame) => outside?.add(...frame),
    // What is written to a file is released after each piece; else nobody reads the log.
    keepNotes: options.events === null ? 1 : Infinity,
  });
  const events = options.events === null ? null : new EventFile(options.events, bench);
  const onPiece = () => {
    events?.write();
    capture?.write(bench.timeNs);
  };
  const finish = () => {
    events?.close();
    capture?.close();
    for (const lines of prefixed ?? []) writeAll(1, lines.rest());
  };
  if (recording) {
    const isSame = replay(bench, recording, onPiece);
    finish();
    return reportReplay(bench, isSame, recording.end?.hash ?? null);
  }
  const asked = bench.places.flatMap(({ machine }) => taskAskedFor(machine, apps, options));
  const recorder = new Recorder(bench, options.record, of);
  if (options.net.length > 0) outside = await openOutside(bench, options, recorder);
  const input = standardInput();
  const end = await runUntil({ bench, options, asked, input, outside, recorder, onPiece });
  input.close();
  await outside?.close();
  const hash = recorder.close();
  finish();
  if (hash !== null) sayState(bench, hash);
  return report(bench, firmware, end, asked, input);
}

async function openOutside(bench: Bench, { net }: RunOptions, recorder: Recorder): Promise<Outside> {
  try {
    return await Outside.open(bench, net, recorder.input, say);
  } catch (error) {
    throw new UsageError(`--net: ${(error as Error).message}`);
  }
}

/** For who compares runs. */
const sayState = (bench: Bench, hash: string) => say(`state ${hash} at position ${bench.position}`);

function reportReplay(bench: Bench, isSame: boolean, recorded: string | null): number {
  const hash = bench.hash();
  sayState(bench, hash);
  if (recorded === null && isSame) {
    say('the recording was cut off: there is no state to compare with');
    return 0;
  }
  if (isSame && hash === recorded) return 0;
  say(`the run took another course than the recorded one${isSame ? `, whose state was ${recorded}` : ''}`);
  return EXIT_OTHER;
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

interface Run {
  bench: Bench;
  options: RunOptions;
  asked: readonly Asked[];
  input: StandardInput;
  outside: Outside | null;
  recorder: Recorder;
  onPiece: () => void;
}

async function runUntil({ bench, options: { until }, asked, input, outside, recorder, onPiece }: Run): Promise<RunEnd> {
  const { cyclesPerTick, cpuHz } = bench.places[0]!.machine.kernel.state.settings;
  const lastTick =
    until.kind === 'exit'
      ? Infinity
      : until.kind === 'tick'
        ? until.value
        : Math.ceil((until.value * cpuHz) / 1e9 / cyclesPerTick);
  const { machine: first } = bench.places[0]!;
  const stop = new StopSignal(outside !== null);
  const poll = readAhead(input);
  for (;;) {
    const limit: BenchLimit = outside
      ? { ticks: bench.ticks + 1, sleepNs: outside.sleepNs }
      : { ticks: bench.ticks + (input.isOpen ? 1 : SLICE.ticks), idle: until.kind === 'exit' };
    const end = bench.run({
      ...limit,
      ticks: Math.min(limit.ticks!, lastTick),
      entries: bench.position + SLICE.entries,
    });
    onPiece();
    if ((end !== 'limit' && end !== 'idle') || bench.ticks >= lastTick || stop.isAsked) return end;
    const isOver = asked.every(({ machine, pid }) => machine.dead || machine.exitOf(pid) !== undefined);
    if (until.kind === 'exit' && isOver) return 'ended';
    await outside?.exchange();
    const isAwaited = !first.dead && awaitsConsole(first.kernel);
    const isIdle = bench.stuck && !first.dead && (isAwaited || hearsInterrupts(first.kernel));
    if (await input.isDue(isAwaited, isIdle, bench.ticks)) {
      const bytes = await (outside ? poll() : input.next());
      if (bytes) {
        if (!first.dead) recorder.input({ device: CONSOLE, value: { type: 'bytes', bytes } });
        continue;
      }
    }
    if (input.isLeft) return 'limit';
    if (outside) continue;
    if (end === 'idle' || (until.kind === 'exit' && bench.stuck)) return 'idle';
  }
}

/** A run that is joined to the world has no end of its own: who ends it wants the files to be whole. */
class StopSignal {
  isAsked = false;

  constructor(isHeard: boolean) {
    if (!isHeard) return;
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => (this.isAsked = true));
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
  private readonly file: OutputFile;
  /** By place of the board. */
  private readonly written: number[] = [];

  constructor(
    path: string,
    private readonly bench: Bench,
  ) {
    this.file = new OutputFile(path, '--events');
  }

  write(): void {
    const { places } = this.bench;
    places.forEach(({ name, machine }, place) => {
      const { notes } = machine.kernel;
      const lines = eventLines(
        notes.slice(this.written[place] ?? 0, notes.count),
        places.length > 1 ? { board: name } : {},
      );
      this.file.write(lines);
      this.written[place] = notes.count;
      notes.release(notes.count);
    });
  }

  close(): void {
    this.write();
    this.file.close();
  }
}
