/** For tests: compiles C text with the real toolchain and runs it on the real machine. */
import { mkdir, rename, symlink, writeFile } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build as bundle } from 'esbuild';
import { programs } from '../../boards/apps';
import { Bench } from '../../boards/bench';
import type { Machine, MachineOptions } from '../../boards/machine';
import { configRecord } from '../../kernel/config';
import type { RunEnd, RunLimit } from '../../kernel/binfmt/executor';
import { NOTE_WORDS } from '../../kernel/note/note';
import type { ConfigValue } from '../contract/project';
import type { CrashDump } from '../contract/target';
import { boardOf, buildProject } from '../machine/build';
import { crashDump } from '../machine/dump';
import { eventObject } from '../machine/events';
import { Firmware } from '../machine/firmware';
import { contentKey } from '../toolchain/cache';
import { Toolchain, type BuildOutput, type LinkedFirmware, type Project } from '../toolchain';

export const root = resolve(import.meta.dirname, '../..');

/** Kept between runs and named by content: what was made once is never made again, and nothing has to be cleared away. */
const home = join(root, '.cache', 'testing');
export const testCache = join(home, 'tickscope');

/** Bundles entry points of the host as an installation has them: in `dist/main` of the folder, with the resources. */
export async function bundleEntries(entries: Record<string, string>): Promise<string> {
  const { outputFiles } = await bundle({
    absWorkingDir: root,
    entryPoints: entries,
    outdir: 'dist/main',
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
    write: false,
  });
  const files = outputFiles.map(({ path, text }) => [relative(root, path), text] as const);
  const folder = await folderOf(Object.fromEntries(files));
  await symlink(join(root, 'kernel'), join(folder, 'kernel')).catch(unlessThere);
  return folder;
}

/** A folder with these files, the same for the same files. */
export async function folderOf(files: Record<string, string>): Promise<string> {
  const folder = join(home, contentKey(...Object.entries(files).flat()).slice(0, 16));
  for (const [path, text] of Object.entries(files)) {
    const target = join(folder, path);
    await mkdir(dirname(target), { recursive: true });
    // Others may be using the same folder.
    const written = `${target}.${process.pid}.tmp`;
    await writeFile(written, text);
    await rename(written, target);
  }
  await mkdir(folder, { recursive: true });
  return folder;
}

function unlessThere(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EEXIST') throw error;
}

let toolchain: Promise<Toolchain> | undefined;

/** Its workers do not keep the process, so nobody has to close it. */
async function startToolchain(): Promise<Toolchain> {
  const folder = await bundleEntries({ 'compile.worker': 'main/toolchain/compile.worker.ts' });
  const workerUrl = pathToFileURL(join(folder, 'dist', 'main', 'compile.worker.js'));
  return new Toolchain({ cacheDir: testCache, resources: root, workerUrl });
}

export interface Choice {
  board?: string;
  config?: Record<string, ConfigValue>;
}

/** Builds the project in a folder. */
export async function buildFolder(folder: string, { board, config }: Choice = {}): Promise<BuildOutput> {
  toolchain ??= startToolchain();
  return buildProject(await toolchain, folder, { board: board ?? null, config: config ?? {} });
}

/** Builds what has to build: a folder, or files by name, or the text of one C file. */
export async function compile(source: string | Record<string, string>, choice: Choice = {}): Promise<TestFirmware> {
  return compileFolder(await folderOf(typeof source === 'string' ? { 'main.c': source } : source), choice);
}

/** Builds the project of a folder, which has to build. */
export async function compileFolder(folder: string, choice: Choice = {}): Promise<TestFirmware> {
  const { project, firmware, problems } = await buildFolder(folder, choice);
  if (!project || !firmware)
    throw new Error(problems.map(({ file, line, message }) => `${file}:${line}: ${message}`).join('\n'));
  return new TestFirmware(project, firmware, new Firmware(firmware, boardOf(project.board.name).ramSize));
}

export class TestFirmware {
  constructor(
    readonly project: Project,
    readonly linked: LinkedFirmware,
    readonly firmware: Firmware,
  ) {}

  /** A machine with this firmware before its first instruction; the first app gets the arguments. */
  boot(args: string[] = [], special: Special = {}): TestMachine {
    return new TestMachine(this, args, special);
  }

  /** Boots, runs to the end or until nothing can run any more, and gives the machine. */
  run(...args: string[]): TestMachine {
    const machine = this.boot(args);
    machine.finish();
    return machine;
  }
}

/** No test's firmware runs longer, unless it never ends. */
const MOST_TICKS = 5000;

/** What a test's machine has otherwise. */
export type Special = Partial<Omit<MachineOptions, 'onConsole'>>;

export class TestMachine {
  readonly bench: Bench;
  readonly machine: Machine;
  /** All that the board has written. */
  console = '';

  constructor(
    readonly built: TestFirmware,
    args: string[],
    special: Special,
  ) {
    const { project, firmware } = built;
    const decoder = new TextDecoder();
    const { onOutput, onFrame, ...rest } = special;
    this.bench = new Bench({
      module: firmware.module,
      board: boardOf(project.board.name, project.board.bench),
      config: configRecord(project.config),
      apps: project.apps.map((app, i) => ({ ...app, args: i === 0 ? args : [] })),
      programs,
      seed: 1,
      onConsole: (_, bytes) => (this.console += decoder.decode(bytes, { stream: true })),
      onOutput: (_, ...output) => onOutput?.(...output),
      onFrame: (_, ...frame) => onFrame?.(...frame),
      ...rest,
    });
    this.machine = this.bench.places[0]!.machine;
  }

  run(limit: RunLimit): RunEnd {
    return this.machine.run(limit);
  }

  /** Runs until nothing can run any more, within reason. */
  finish(): RunEnd {
    return this.machine.run({ ticks: this.machine.ticks + MOST_TICKS, idle: true });
  }

  get lines(): string[] {
    return this.console.split(/\r?\n/).slice(0, -1);
  }

  /** Status of the first app; undefined while it lives. */
  get status(): number | undefined {
    return this.machine.exitOf(this.machine.pidOf(0)!);
  }

  get dump(): CrashDump | null {
    return crashDump(this.machine, this.built.firmware);
  }

  /** The event log as it is. */
  get log(): Int32Array {
    const { notes } = this.machine.kernel;
    return notes.slice(notes.first, notes.count);
  }

  /** Events of one kind, as objects. */
  events(name: string): Record<string, number | string>[] {
    const { log } = this;
    return Array.from({ length: log.length / NOTE_WORDS }, (_, i) => eventObject(log, i * NOTE_WORDS)).filter(
      ({ event }) => event === name,
    );
  }
}
