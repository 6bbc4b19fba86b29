/** The firmware in main/bench/firmware: as apps of a board, and as the plain WebAssembly that they were made from. */
import { join } from 'node:path';
import { Machine } from '../../boards/machine';
import { configRecord } from '../../kernel/config';
import type { LinkedFirmware, Project, Toolchain } from '../toolchain';
import { appRoot } from '../host/paths';
import { boardOf, buildProject } from '../machine/build';
import { Firmware } from '../machine/firmware';

/** Events to keep: like every front, the benchmark lets go of the oldest. */
const KEEP_NOTES = 1 << 18;

export interface BuiltFirmware {
  project: Project;
  linked: LinkedFirmware;
}

/** Builds a project. @throws Error with its problems */
export async function buildFirmware(toolchain: Toolchain, path: string): Promise<BuiltFirmware> {
  const { project, firmware, problems } = await buildProject(toolchain, path, { board: null, config: {} });
  if (project && firmware) return { project, linked: firmware };
  throw new Error(problems.map(({ file, line, message }) => `${file}:${line}: ${message}`).join('\n'));
}

export const benchFirmware = join(appRoot, 'main', 'bench', 'firmware');

/** A board with the firmware on it, which starts one app, or else those that the project starts. */
export function bootApp({ project, linked }: BuiltFirmware, app?: string): Machine {
  const board = boardOf(project.board.name, project.board.bench);
  return new Machine({
    module: new Firmware(linked, board.ramSize).module,
    board,
    config: configRecord(project.config),
    apps: project.apps.map((each) => ({ ...each, boot: app === undefined ? each.boot : each.name === app, args: [] })),
    seed: 1,
    onConsole: () => {},
    keepNotes: KEEP_NOTES,
  });
}

/** Runs a machine until all its tasks have ended; gives the exit status of the first. @throws Error when it does not */
export function runToEnd(machine: Machine): number {
  const end = machine.run({});
  if (end !== 'ended') throw new Error(machine.fault?.reason ?? `the run ended with ${end}`);
  return machine.exitOf(1)!;
}

/** The same module before the instrumentation: nothing counted, nothing guarded, nothing to be suspended. */
export function plainApp({ project, linked }: BuiltFirmware, app: string): () => number {
  const module = new WebAssembly.Module(linked.wasm as Uint8Array<ArrayBuffer>);
  const imports: WebAssembly.Imports = {};
  for (const { module: from, name } of WebAssembly.Module.imports(module)) {
    (imports[from] ??= {})[name] = () => {
      throw new Error(`${app} computes only, yet it calls ${name}`);
    };
  }
  const { exports } = new WebAssembly.Instance(module, imports);
  const entry = exports[project.apps.find(({ name }) => name === app)!.entry] as (argc: number, argv: number) => number;
  return () => entry(0, 0);
}
