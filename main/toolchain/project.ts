/** What a folder is as a project: its programs, its sources, its configuration. */
import { readFile, readdir } from 'node:fs/promises';
import { basename, join, posix } from 'node:path';
import { matches, type BenchPlan } from '../../boards/plan';
import { configProblem, configValues, resolveConfig, type ConfigValue, type ResolvedOption } from '../../kernel/config';
import type { AppInfo, Problem } from '../contract/project';
import { readBenchFile, some } from './bench-file';
import { contentKey } from './cache';
import { blankComments } from './diagnostics';
import { readKconfig } from './kconfig';
import { readMakefile } from './makefile';
import { PROJECT_FILE, readProjectFile, type App } from './project-file';

export interface Board {
  name: string;
  /** Bytes. */
  ramSize: number;
  config: Readonly<Record<string, ConfigValue>>;
  devices?: readonly { name: string; kind: string }[];
  /** The boards that run together, if they are several. */
  bench?: BenchPlan;
}

export interface Source {
  /** Relative to the project's folder. */
  file: string;
  /** What this file is compiled with besides the common options, such as `-Dmain=hello_main`. */
  flags: string[];
}

export interface Project {
  name: string;
  /** Absolute. */
  path: string;
  board: Board;
  apps: AppInfo[];
  sources: Source[];
  /** Every C file and header, relative, with forward slashes, sorted. */
  files: string[];
  config: ResolvedOption[];
  /** The text of every file that a compilation may read, by relative path. */
  texts: ReadonlyMap<string, string>;
  /** Hash of the files that make the project; another one means that something changed on disk. */
  fingerprint: string;
}

export interface ProjectOptions {
  /** The board of that name, the default one for null; null when there is none of that name. */
  board: (name: string | null) => Board | null;
  userConfig: Readonly<Record<string, ConfigValue>>;
}

const DEFAULT_PRIORITY = 100;
const SOURCE = /\.c$/;
const TEXT = /\.(c|h|inc|def)$|^(Makefile|Kconfig|tickscope\.json)$/;
/** More than a firmware has; less than it takes to read a home directory. */
const MAX_FILES = 10_000;
const SKIPPED_FOLDERS = new Set(['node_modules', 'build', 'dist', 'out']);

/**
 * Reads a folder as a project: with the tickscope.json, the Makefile of a NuttX application, or just the C files that it
 * has.
 *
 * @param path absolute
 * @returns the project, null when it has problems of severity error
 */
export async function readProject(
  path: string,
  options: ProjectOptions,
): Promise<{ project: Project | null; problems: Problem[] }> {
  const problems: Problem[] = [];
  const fail = (message: string, file: string | null = null) => {
    problems.push({ severity: 'error', message, source: 'tickscope', file, line: null, column: null });
  };
  const all = await listFiles(path).catch((error: NodeJS.ErrnoException) => {
    fail(error.code === 'ENOENT' ? `There is no folder ${path}.` : `Cannot read the folder ${path}: ${error.message}.`);
    return [];
  });
  if (all.length > MAX_FILES) fail(`${path} holds more than ${MAX_FILES} files. Open the folder of one firmware.`);
  if (problems.length > 0) return { project: null, problems };

  const texts = await readTexts(path, all);
  const json = texts.get(PROJECT_FILE);
  const makefile = texts.get('Makefile');
  const kconfig = texts.get('Kconfig');

  const own = json === undefined ? { value: {}, problems: [] } : readProjectFile(json);
  problems.push(...own.problems);
  const kind = options.board(own.value.board ?? null);
  if (!kind) fail(`${PROJECT_FILE} asks for the board "${own.value.board}", which does not exist.`, PROJECT_FILE);
  const files = all.filter((file) => /\.[ch]$/.test(file));
  if (!files.some((file) => SOURCE.test(file))) {
    fail(
      `${basename(path)} has no C files. A project is a folder with C files, or a NuttX application folder with its Makefile.`,
    );
  }
  if (!kind || problems.length > 0) return { project: null, problems };
  const board = await withBench(path, own.value.bench, kind, all, texts, problems);
  if (!board) return { project: null, problems };

  const layers = { board: board.config, project: own.value.config ?? {}, user: options.userConfig };
  const outer = configValues(resolveConfig(layers));
  const config = resolveConfig({
    ...layers,
    kconfig: kconfig === undefined ? {} : readKconfig(kconfig, (name) => outer.get(name)),
  });
  for (const option of config) {
    const wrong = configProblem(option);
    if (wrong) fail(`${option.name}: ${wrong} (set by ${option.setBy}).`);
  }
  const values = configValues(config);
  const input: Input = { values, files: all, texts, board, fail };
  const programs =
    (own.value.apps && fromApps(own.value.apps, input)) ??
    (makefile === undefined ? null : fromMakefile(makefile, input)) ??
    fromFolder(input);
  if (problems.some(({ severity }) => severity === 'error')) return { project: null, problems };

  const fingerprint = contentKey(...[...texts].flat());
  return { project: { name: basename(path), path, board, ...programs, files, config, texts, fingerprint }, problems };
}

/** The board, of a project with a bench file with that; null when something is wrong with it. */
async function withBench(
  path: string,
  file: string | undefined,
  board: Board,
  files: readonly string[],
  texts: Map<string, string>,
  problems: Problem[],
): Promise<Board | null> {
  if (file === undefined) return board;
  const fail = (message: string) => {
    problems.push({ severity: 'error', message, source: 'tickscope', file: PROJECT_FILE, line: null, column: null });
    return null;
  };
  if (!files.includes(file)) return fail(`${PROJECT_FILE} names the bench file ${file}, but there is no such file.`);
  if (board.bench) {
    return fail(
      `${file} joins boards of one kind, but "${board.name}" is a bench itself. Choose a single board for it.`,
    );
  }
  texts.set(file, await readFile(join(path, file), 'utf8'));
  const { value: bench, problems: wrong } = readBenchFile(file, texts.get(file)!, board);
  problems.push(...wrong);
  return bench && { ...board, bench };
}

type Programs = Pick<Project, 'apps' | 'sources'>;

interface Input {
  values: ReadonlyMap<string, ConfigValue>;
  files: readonly string[];
  texts: ReadonlyMap<string, string>;
  board: Board;
  fail: (message: string, file?: string) => void;
}

const entryName = (app: string) => `${app.replace(/\W/g, '_')}_main`;
const renameMain = (entry: string) => `-Dmain=${entry}`;

function defaultStack(values: ReadonlyMap<string, ConfigValue>): number {
  return Number(values.get('CONFIG_DEFAULT_TASK_STACKSIZE'));
}

/** No word of what to build: all C files, one of which has `main`. */
function fromFolder(input: Input): Programs {
  const app = { name: 'main' };
  return fromApps([app], input);
}

/** The apps that tickscope.json lists; every C file of the folder belongs to all of them. */
function fromApps(apps: readonly App[], { values, texts, files, board, fail }: Input): Programs {
  const boards = board.bench?.boards.map(({ name }) => name) ?? [];
  const sources = files.filter((file) => SOURCE.test(file));
  const withMain = sources.filter((file) => definesMain(texts.get(file)!));
  const flags = new Map<string, string[]>(sources.map((file) => [file, []]));
  const infos = apps.map((app): AppInfo => {
    // main is renamed, so that there can be several; and clang would change its name anyway.
    const named = app.entry === 'main' ? undefined : app.entry;
    const entry = named ?? entryName(app.name);
    if (!named) {
      const file = app.main ?? (withMain.length === 1 ? withMain[0] : undefined);
      if (file && flags.has(file)) flags.set(file, [...flags.get(file)!, renameMain(entry)]);
      else if (file) fail(`The app "${app.name}" has its main in ${file}, but there is no such C file.`, PROJECT_FILE);
      else if (withMain.length === 0) {
        fail(
          `No C file defines main. Add an int main(int argc, char *argv[]), or name the apps and their entry functions in ${PROJECT_FILE}.`,
        );
      } else {
        fail(
          `Several files define main: ${withMain.join(', ')}. Say in ${PROJECT_FILE} which app has which, as in {"apps": [{"name": "first", "main": "${withMain[0]}"}]}.`,
        );
      }
    }
    if (app.on !== undefined && !boards.some((name) => matches(app.on!, name))) {
      const known = boards.length > 0 ? `whose boards are ${some(boards)}` : 'which is one alone';
      fail(
        `The app "${app.name}" boots on "${app.on}", but the project's board is "${board.name}", ${known}.`,
        PROJECT_FILE,
      );
    }
    return {
      name: app.name,
      entry,
      priority: app.priority ?? DEFAULT_PRIORITY,
      stackSize: app.stackSize ?? defaultStack(values),
      boot: app.boot ?? (apps.length === 1 || app.on !== undefined),
      ...(app.on === undefined ? {} : { on: app.on }),
    };
  });
  return { apps: infos, sources: sources.map((file) => ({ file, flags: flags.get(file)! })) };
}

/** A NuttX application folder; null when the Makefile is of another kind. */
function fromMakefile(makefile: string, { values, files, fail }: Input): Programs | null {
  const config = (name: string) => {
    const value = values.get(name) ?? false;
    return value === true
      ? 'y'
      : value === false
        ? ''
        : typeof value === 'string'
          ? JSON.stringify(value)
          : String(value);
  };
  const variables = readMakefile(makefile, { config, files });
  const words = (name: string) =>
    (variables.get(name) ?? '')
      .split(/\s+/)
      .filter(Boolean)
      .map((word) => word.replace(/^"(.*)"$/, '$1'));
  const mains = words('MAINSRC');
  const names = words('PROGNAME').length > 0 ? words('PROGNAME') : words('APPNAME');
  if (mains.length === 0) return null;

  const folders = [
    '.',
    ...words('VPATH').flatMap((word) => word.split(':')),
    ...words('DEPPATH').filter((word) => !word.startsWith('-')),
  ];
  const find = (file: string, variable: string) => {
    const found = folders.map((folder) => posix.join(folder, file)).find((candidate) => files.includes(candidate));
    if (!found) fail(`The Makefile lists ${file} in ${variable}, but there is no such file.`, 'Makefile');
    return found ?? file;
  };
  const common = words('CFLAGS').filter((flag) => flag.startsWith('-D'));
  const nth = (list: readonly string[], index: number) => list[Math.min(index, list.length - 1)];
  const apps = mains.map((main, index): AppInfo => {
    const name = names[index] ?? posix.basename(main, '.c').replace(/_main$/, '');
    const priority = Number(nth(words('PRIORITY'), index) ?? NaN);
    const stackSize = Number(nth(words('STACKSIZE'), index) ?? NaN);
    return {
      name,
      entry: entryName(name),
      // Also SCHED_PRIORITY_DEFAULT by name, which NuttX's makefiles pass on to the C compiler.
      priority: Number.isInteger(priority) && priority > 0 ? priority : DEFAULT_PRIORITY,
      stackSize: Number.isInteger(stackSize) && stackSize > 0 ? stackSize : defaultStack(values),
      boot: index === 0,
    };
  });
  const sources: Source[] = mains.map((main, index) => ({
    file: find(main, 'MAINSRC'),
    flags: [...common, renameMain(apps[index]!.entry)],
  }));
  for (const file of new Set(words('CSRCS'))) sources.push({ file: find(file, 'CSRCS'), flags: common });
  return { apps, sources };
}

/** Whether a C text defines a function `main`, comments and strings aside. */
function definesMain(text: string): boolean {
  return /\b(?:int|void)\s+main\s*\([^;{]*\)\s*\{/.test(blankComments(text));
}

async function readTexts(root: string, files: readonly string[]): Promise<Map<string, string>> {
  const names = files.filter((file) => TEXT.test(file));
  return new Map(
    await Promise.all(names.map(async (file) => [file, await readFile(join(root, file), 'utf8')] as const)),
  );
}

/** Every file below the folder, relative, sorted; it stops beyond {@link MAX_FILES}. */
export async function listFiles(root: string): Promise<string[]> {
  const files: string[] = [];
  const visit = async (folder: string) => {
    for (const entry of await readdir(join(root, folder), { withFileTypes: true })) {
      if (files.length > MAX_FILES) return;
      const path = posix.join(folder, entry.name);
      if (entry.isDirectory()) {
        if (!entry.name.startsWith('.') && !SKIPPED_FOLDERS.has(entry.name)) await visit(path);
      } else if (entry.isFile()) {
        files.push(path);
      }
    }
  };
  await visit('');
  return files.sort();
}
