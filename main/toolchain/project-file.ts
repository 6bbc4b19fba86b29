/** tickscope.json: what a project says about itself. All of it is optional. Comments are allowed. */
import { z } from 'zod';
import { configProblem } from '../../kernel/config';
import { ConfigValue, type Problem } from '../contract/project';
import { JsonFile } from './json-file';

export const PROJECT_FILE = 'tickscope.json';

export const ConfigFields = z.record(
  z.string().regex(/^CONFIG_[A-Z0-9_]+$/, 'an option such as CONFIG_RR_INTERVAL'),
  ConfigValue,
);

const App = z.strictObject({
  /** As `ps` shows it. */
  name: z.string().regex(/^[A-Za-z_][\w-]*$/, 'a name of letters, digits, - and _'),
  /** The C function it starts in, when that is not `main`. */
  entry: z
    .string()
    .regex(/^[A-Za-z_]\w*$/, 'the name of a C function')
    .optional(),
  /** The file that has its `main`, when there are several. */
  main: z.string().optional(),
  priority: z.int().min(1).max(255).optional(),
  /** Bytes. */
  stackSize: z.int().min(256).optional(),
  /** Whether it starts when the board boots. */
  boot: z.boolean().optional(),
  /** The only board on which it does, of several that run together: `left` on the board `bench`; `node*`: each such. */
  on: z.string().optional(),
});
export type App = z.infer<typeof App>;

const ProjectFile = z.strictObject({
  board: z.string().optional(),
  /** A file of the project that says which boards of that kind run together, and what is between them. */
  bench: z.string().optional(),
  config: ConfigFields.optional(),
  apps: z.array(App).min(1).optional(),
});
export type ProjectFile = z.infer<typeof ProjectFile>;

/** Reads the text of a tickscope.json; what is wrong with it comes as problems at their line and column. */
export function readProjectFile(text: string): { value: ProjectFile; problems: Problem[] } {
  const file = new JsonFile(PROJECT_FILE, text, ProjectFile);
  for (const [name, value] of Object.entries(file.value?.config ?? {})) {
    const wrong = configProblem({ name, value });
    if (wrong) file.report(['config', name], `config.${name}: ${wrong}.`);
  }
  return { value: file.value ?? {}, problems: file.problems };
}
