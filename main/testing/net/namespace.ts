/** For tests: Linux on the other side of a board's cable, in a network namespace that the test makes and takes away. */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { bundleEntries, folderOf, root, testCache } from '../firmware';

export interface Outcome {
  status: number | null;
  /** What it wrote to its output, and to its error output. */
  output: Buffer;
  text: string;
}

interface Options {
  input?: Buffer | string;
  /** Milliseconds. */
  limit?: number;
}

/** Why a test with these programs cannot be here; null: it can. */
export function lacking(...programs: string[]): string | null {
  if (process.platform !== 'linux') return 'there are no namespaces but on Linux';
  const missing = ['ip', ...programs].filter((program) => !succeeds('which', program));
  if (missing.length > 0) return `${missing.join(', ')} is not installed`;
  const name = `ts-${process.pid}-probe`;
  if (!succeeds('ip', 'netns', 'add', name)) return 'network namespaces may not be made here';
  const hasTap = succeeds('ip', '-n', name, 'tuntap', 'add', 'dev', 'tap0', 'mode', 'tap');
  execFileSync('ip', ['netns', 'del', name]);
  return hasTap ? null : 'TAP interfaces may not be made here';
}

function succeeds(command: string, ...args: string[]): boolean {
  try {
    execFileSync(command, args, { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

let made = 0;

/** Milliseconds after which a board, or what it talks to for as long as it runs, is ended: a test file is over long before. */
export const LIFE = 900_000;

export class Namespace {
  readonly name = `ts-${process.pid}-${made++}`;
  private readonly children = new Set<ChildProcess>();

  constructor() {
    execFileSync('ip', ['netns', 'add', this.name]);
    execFileSync('ip', ['-n', this.name, 'link', 'set', 'lo', 'up']);
  }

  spawn(command: string, args: readonly string[], limit = 120_000): ChildProcess {
    const env = { ...process.env, XDG_CACHE_HOME: dirname(testCache) };
    const child = spawn('ip', ['netns', 'exec', this.name, command, ...args], { env, timeout: limit });
    this.children.add(child);
    child.on('close', () => this.children.delete(child));
    return child;
  }

  /** Runs a program to its end. */
  async run(command: string, args: readonly string[], { input = '', limit = 120_000 }: Options = {}): Promise<Outcome> {
    const child = this.spawn(command, args, limit);
    child.stdin!.on('error', () => undefined).end(input);
    return outcomeOf(child);
  }

  /** Processes in it. */
  get pids(): string[] {
    return execFileSync('ip', ['netns', 'pids', this.name], { encoding: 'utf8' }).split('\n').filter(Boolean);
  }

  async close(): Promise<void> {
    for (const child of this.children) child.kill('SIGKILL');
    while (this.children.size > 0) await sleep(10);
    execFileSync('ip', ['netns', 'del', this.name]);
  }
}

export function outcomeOf(child: ChildProcess): Promise<Outcome> {
  const [output, errors]: Buffer[][] = [[], []];
  child.stdout!.on('data', (data: Buffer) => output!.push(data));
  child.stderr!.on('data', (data: Buffer) => errors!.push(data));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (status) => {
      const all = Buffer.concat(output!);
      resolve({ status, output: all, text: `${all.toString()}${Buffer.concat(errors!).toString()}` });
    });
  });
}

let home: Promise<string> | undefined;

/** The command line, as it is installed. */
async function commandLine(): Promise<string> {
  home ??= bundleEntries({ cli: 'main/cli/index.ts', 'compile.worker': 'main/toolchain/compile.worker.ts' });
  return join(await home, 'dist/main/cli.js');
}

/** The firmware of the network's tests, as a project with these files of its own. */
export async function netProject(files: Record<string, string>): Promise<string> {
  const folder = join(root, 'main/testing/net/firmware');
  const names = (await readdir(folder)).filter((name) => /\.[ch]$/.test(name));
  const texts = await Promise.all(
    names.map(async (name) => [name, await readFile(join(folder, name), 'utf8')] as const),
  );
  return folderOf({ ...Object.fromEntries(texts), ...files });
}

/** `tickscope run`, in a namespace. */
export class BoardInNamespace {
  /** What it has said so far. */
  said = '';
  private readonly ended: Promise<number | null>;

  private constructor(private readonly child: ChildProcess) {
    const hear = (data: Buffer) => (this.said += data.toString().replaceAll('\r', ''));
    child.stdout!.on('data', hear);
    child.stderr!.on('data', hear);
    this.ended = new Promise((resolve) => child.on('close', resolve));
  }

  static async start(namespace: Namespace, project: string, ...args: string[]): Promise<BoardInNamespace> {
    const all = ['--enable-source-maps', await commandLine(), 'run', project, ...args];
    return new BoardInNamespace(namespace.spawn(process.execPath, all, LIFE));
  }

  type(text: string): void {
    this.child.stdin!.write(text);
  }

  /** Until it has said that. @throws Error with what it has said instead */
  async says(text: string | RegExp, limit = 120_000): Promise<void> {
    const isSaid = () => (typeof text === 'string' ? this.said.includes(text) : text.test(this.said));
    for (const since = Date.now(); !isSaid(); await sleep(20)) {
      const isOver = this.child.exitCode !== null || this.child.signalCode !== null;
      if (isOver || Date.now() - since > limit)
        throw new Error(`It does not say "${String(text)}", but:\n${this.said}`);
    }
  }

  /** Lets the run end in order; gives the exit status. */
  async end(): Promise<number | null> {
    this.child.kill('SIGTERM');
    return this.ended;
  }

  /** Ends it as a crash would. */
  kill(): void {
    this.child.kill('SIGKILL');
  }

  get status(): Promise<number | null> {
    return this.ended;
  }
}

/** `tickscope run`, here. */
export async function tickscope(...args: string[]): Promise<Outcome> {
  const env = { ...process.env, XDG_CACHE_HOME: dirname(testCache) };
  const options = { env, stdio: ['ignore', 'pipe', 'pipe'] as ['ignore', 'pipe', 'pipe'], timeout: 240_000 };
  return outcomeOf(spawn(process.execPath, ['--enable-source-maps', await commandLine(), 'run', ...args], options));
}
