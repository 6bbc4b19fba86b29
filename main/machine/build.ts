/** What every front does with a project: build it and put it on its board. */
import { pathToFileURL } from 'node:url';
import { defaultBoard, findBoard, type Board } from '../../boards/board';
import type { BenchPlan } from '../../boards/plan';
import { systemCallNames } from '../../kernel/syscall';
import { workerFile } from '../host/paths';
import { readProject, Toolchain, type BuildOptions, type BuildOutput, type ProjectOptions } from '../toolchain';
import type { ConfigValue } from '../contract/project';

/** The toolchain with this installation's files. */
export function createToolchain(options: { resources: string; cacheDir: string }): Toolchain {
  return new Toolchain({ ...options, workerUrl: pathToFileURL(workerFile('compile')) });
}

export interface ProjectChoice {
  /** Board that overrides the project's own choice. */
  board: string | null;
  config: Record<string, ConfigValue>;
}

function projectOptions(choice: ProjectChoice): ProjectOptions {
  return {
    userConfig: choice.config,
    board: (name) => {
      const wanted = choice.board ?? name;
      return wanted === null ? defaultBoard : (findBoard(wanted) ?? null);
    },
  };
}

/** Reads a folder as {@link buildProject} would. */
export function readProjectFor(path: string, choice: ProjectChoice): ReturnType<typeof readProject> {
  return readProject(path, projectOptions(choice));
}

/** Builds for the board that the choice, or else the project, names. */
export function buildProject(
  toolchain: Toolchain,
  path: string,
  choice: ProjectChoice,
  rest: Pick<BuildOptions, 'signal' | 'onProgress'> = {},
): Promise<BuildOutput> {
  return toolchain.build(path, { ...rest, ...projectOptions(choice), implemented: systemCallNames });
}

/** The board of a project that was built, by its name, with the bench that the project makes of it. */
export function boardOf(name: string, bench?: BenchPlan): Board {
  const board = findBoard(name)!;
  return bench ? { ...board, bench } : board;
}
