/**
 * All that came from outside in a run, as a file (docs/input-log.md): a line of what ran, a line for each input with the
 * place where it came, and a line of where the run ended. Whoever builds the same firmware can make the run again.
 */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { BenchApp, BenchInput } from '../../boards/bench';
import { ConfigValue } from '../contract/project';

export const INPUT_LOG_VERSION = 1;

/** Where in a run something came: kernel entries, and how far the boards had slept since the last (Bench.dozed). */
export interface InputPlace {
  position: number;
  dozed: number | null;
}

export interface LoggedInput extends InputPlace {
  input: BenchInput;
}

const App = z.object({
  name: z.string(),
  entry: z.string(),
  priority: z.number(),
  stackSize: z.number(),
  boot: z.boolean(),
  args: z.array(z.string()),
  on: z.string().optional(),
});

const Header = z.object({
  tickscope: z.literal(INPUT_LOG_VERSION),
  /** SHA-256 of the linked firmware. */
  firmware: z.string(),
  board: z.string(),
  seed: z.number(),
  config: z.record(z.string(), ConfigValue),
  apps: z.array(App),
});
type Header = z.infer<typeof Header>;

/** What JSON has no number for: the boards slept as long as nothing came. */
const IDLE = 'idle';
const dozed = z.union([z.number(), z.literal(IDLE).transform(() => Infinity)]);
const place = { position: z.int().min(0), dozed: dozed.nullable() };
const Input = z.object({ ...place, input: z.looseObject({}) });
const End = z.object({ ...place, end: z.literal(true), hash: z.string() });
type End = z.infer<typeof End>;

/** What a run is of. */
export interface RunOf {
  wasm: Uint8Array;
  board: string;
  seed: number;
  config: Record<string, ConfigValue>;
  apps: readonly BenchApp[];
}

export const headerOf = ({ wasm, apps, ...rest }: RunOf): Header => ({
  tickscope: INPUT_LOG_VERSION,
  firmware: createHash('sha256').update(wasm).digest('hex'),
  ...rest,
  apps: apps.map(({ name, entry, priority, stackSize, boot, args, on }) => ({
    ...{ name, entry, priority, stackSize, boot, args },
    ...(on === undefined ? {} : { on }),
  })),
});

/** A line of the file; bytes become `{"base64": "..."}`. */
export const logLine = (value: Header | LoggedInput | End): string => `${JSON.stringify(value, toJson)}\n`;

export const endLine = (at: InputPlace, hash: string): string => logLine({ ...at, end: true, hash });

function toJson(_key: string, value: unknown): unknown {
  if (value === Infinity) return IDLE;
  return value instanceof Uint8Array ? { base64: Buffer.from(value).toString('base64') } : value;
}

function bytesFrom(_key: string, value: unknown): unknown {
  const text = (value as { base64?: unknown } | null)?.base64;
  return typeof text === 'string' ? new Uint8Array(Buffer.from(text, 'base64')) : value;
}

export interface InputLog {
  header: Header;
  inputs: LoggedInput[];
  /** Null when the recording was cut off. */
  end: End | null;
}

/** @throws Error naming the line that is wrong */
export function parseInputLog(text: string): InputLog {
  const lines = text.split('\n').filter((line) => line !== '');
  const read = <T>(schema: z.ZodType<T>, index: number): T => {
    try {
      return schema.parse(JSON.parse(lines[index] ?? '', bytesFrom));
    } catch {
      throw new Error(`Line ${index + 1} is not what an input log has there.`);
    }
  };
  if (lines.length === 0) throw new Error('It is empty.');
  const header = read(Header, 0);
  const isEnded = lines.length > 1 && lines.at(-1)!.includes('"end":true');
  const inputs = lines.slice(1, isEnded ? -1 : undefined).map((_, i) => read(Input, i + 1) as unknown as LoggedInput);
  return { header, inputs, end: isEnded ? read(End, lines.length - 1) : null };
}

/** In what a run differs from the one that was recorded, in words; null: in nothing. */
export function differenceFrom(recorded: Header, now: Header): string | null {
  if (recorded.board !== now.board) return `it was on the board "${recorded.board}", not "${now.board}"`;
  if (recorded.seed !== now.seed) return `its seed was ${recorded.seed}, not ${now.seed}`;
  const names = new Set([...Object.keys(recorded.config), ...Object.keys(now.config)]);
  const options = [...names].filter((name) => recorded.config[name] !== now.config[name]);
  if (options.length > 0)
    return `other options: ${options.map((name) => `${name} was ${recorded.config[name]}`).join(', ')}`;
  if (JSON.stringify(recorded.apps) !== JSON.stringify(now.apps)) return 'other apps, or other arguments of theirs';
  return recorded.firmware === now.firmware ? null : 'the firmware is another one: its source has changed since';
}
