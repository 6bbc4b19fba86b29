/** What the host tells of the open project, its build and its problems. */
import { z } from 'zod';

/** A diagnostic of the compiler, the linker, or of Tickscope about the project itself. */
export const Problem = z.object({
  severity: z.enum(['error', 'warning', 'note']),
  /** The tool's own text. */
  message: z.string(),
  /** Who says it: clang, wasm-ld, tickscope. */
  source: z.string(),
  /** Path relative to the project's folder (absolute when outside of it); null when it is about no one file. */
  file: z.string().nullable(),
  line: z.int().nullable(),
  column: z.int().nullable(),
});
export type Problem = z.infer<typeof Problem>;

export const ConfigValue = z.union([z.boolean(), z.int(), z.string()]);
export type ConfigValue = z.infer<typeof ConfigValue>;

/** One CONFIG_ option as it stands for this project. */
export const ConfigOption = z.object({
  name: z.string(),
  value: ConfigValue,
  /** What it would be without the person's change. */
  default: ConfigValue,
  /** Who set `value`: nuttx (its default), board, kconfig, project (tickscope.json), user (changed in the window). */
  setBy: z.enum(['nuttx', 'board', 'kconfig', 'project', 'user']),
  help: z.string(),
});
export type ConfigOption = z.infer<typeof ConfigOption>;

export const AppInfo = z.object({
  name: z.string(),
  entry: z.string(),
  priority: z.int(),
  stackSize: z.int(),
  boot: z.boolean(),
  /** Name of the only board on which it boots, of several that run together. */
  on: z.string().optional(),
});
export type AppInfo = z.infer<typeof AppInfo>;

export const ProjectInfo = z.object({
  name: z.string(),
  /** Absolute path of its folder. */
  path: z.string(),
  /** One of the demos that ship with the app. */
  demo: z.boolean(),
  board: z.string(),
  apps: z.array(AppInfo),
  /** Every C file and header, relative, with forward slashes. */
  files: z.array(z.string()),
  config: z.array(ConfigOption),
  /** Files on disk differ from what was last built. */
  stale: z.boolean(),
});
export type ProjectInfo = z.infer<typeof ProjectInfo>;

export const BuildProgress = z.object({
  phase: z.enum(['reading', 'loading compiler', 'compiling', 'linking', 'instrumenting', 'booting', 'done', 'failed']),
  /** Steps done and in all, for a progress bar. */
  done: z.int(),
  total: z.int(),
  /** The file at hand. */
  detail: z.string(),
  /** Wall milliseconds since the build began. */
  ms: z.number(),
  /** Nothing had to be compiled. */
  cached: z.boolean(),
});
export type BuildProgress = z.infer<typeof BuildProgress>;

export const RecentProject = z.object({ name: z.string(), path: z.string(), demo: z.boolean() });
export type RecentProject = z.infer<typeof RecentProject>;
