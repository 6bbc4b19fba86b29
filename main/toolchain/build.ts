/** From a project's folder to a linked firmware, doing again only what its contents make necessary. */
import { readFile, readdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, posix } from 'node:path';
import { IDLE_STACK, RAM_BASE } from '../../kernel/binfmt/abi';
import { configHeader, resolveConfig } from '../../kernel/config';
import type { Problem } from '../contract/project';
import { declaredFunctions } from './api';
import { withoutSymbols } from './archive';
import { Cache, contentKey } from './cache';
import { Compiler, type FileTree, type ToolResult } from './compiler';
import { blankComments, findUse, parseClang, parseLinker, type ShowPath } from './diagnostics';
import { includeClosure } from './includes';
import { parseLinkMap, type DataSymbol, type LinkedFunction } from './link-map';
import { readProject, type Project, type ProjectOptions, type Source } from './project';
import { readModule } from './wasm-binary';

export interface BuildProgressStep {
  phase: 'reading' | 'loading compiler' | 'compiling' | 'linking';
  /** Steps done and in all. */
  done: number;
  total: number;
  /** The file at hand. */
  detail: string;
}

export interface BuildOptions extends ProjectOptions {
  /** The functions that the kernel provides; a firmware that wants others of the NuttX API is warned about. */
  implemented: ReadonlySet<string>;
  signal?: AbortSignal;
  onProgress?: (step: BuildProgressStep) => void;
}

export interface BuildOutput {
  ok: boolean;
  problems: Problem[];
  /** Null when the folder could not be read as one. */
  project: Project | null;
  /** Null when `ok` is false. */
  firmware: LinkedFirmware | null;
  /** Nothing had to be compiled or linked. */
  cached: boolean;
}

export interface LinkedFirmware {
  /** Hash of all that went into it; names what is derived from it. */
  key: string;
  wasm: Uint8Array;
  /** Data objects by rising address. */
  symbols: DataSymbol[];
  /** In the order of the code section: an entry's function index is its position plus the number of imports. */
  functions: LinkedFunction[];
}

export interface ToolchainOptions {
  /** Folder for build results; made when missing. */
  cacheDir: string;
  /** Folder that holds `kernel/include` and `kernel/libc`. */
  resources: string;
  /** The bundled compile.worker. */
  workerUrl: URL;
}

/** Raised when the cached formats or the steps here change. */
const FORMAT = '2';

const TARGET = ['--target=wasm32-wasip1', '-mno-multivalue', '-mno-reference-types'];
const COMPILE_FLAGS = [
  ...TARGET,
  // Inlined functions would be missing in call stacks, and their lines shown under the caller's name.
  ...[
    '-O2',
    '-fno-inline',
    '-gdwarf-4',
    '-Wall',
    '-fno-common',
    '-ffunction-sections',
    '-fdata-sections',
    '-D__NuttX__',
  ],
  ...['-ffile-prefix-map=project/=', '-fdebug-compilation-dir=.', '-fno-caret-diagnostics', '-fno-color-diagnostics'],
  ...['-isystem', 'config', '-isystem', 'include'],
];

/** What of WASI the executor provides, for the C library's streams. */
const WASI_FUNCTIONS = new Set(['fd_write']);

/** Functions of the C library that kernel/libc/stdio.c and fopen.c stand in front of. */
const WRAPPED = [
  ...['vfprintf', 'vfscanf', 'fread', 'fwrite', 'fgetc', 'getc', 'fputc', 'putc', 'fgets', 'getdelim', 'ungetc'],
  ...['fseek', 'fseeko', 'ftell', 'ftello', 'fgetpos', 'fsetpos', 'rewind', 'fclose', 'fflush'],
];

/** Exported for the executor: see kernel/libc. */
const EXPORTS = ['__wasm_call_ctors', '__stack_pointer', '__heap_base', '__heap_end', '__ts_keep', '__ts_libc_errno'];

interface Resources {
  key: string;
  include: FileTree;
  /** The shims' C files by name. */
  shims: Map<string, string>;
  /** Every function of the NuttX API that our headers declare. */
  api: string[];
}

interface CompiledFile {
  ok: boolean;
  object: Uint8Array;
  problems: Problem[];
}

interface LinkResult {
  wasm: Uint8Array;
  symbols: DataSymbol[];
  functions: LinkedFunction[];
  imports: { module: string; name: string }[];
  /** The warnings of its compilations. */
  problems: Problem[];
}

export class Toolchain {
  private readonly compiler: Compiler;
  private readonly cache: Cache;

  constructor(private readonly options: ToolchainOptions) {
    this.compiler = new Compiler(options.workerUrl);
    this.cache = new Cache(options.cacheDir);
  }

  /** Ends the compiler's workers. */
  close(): Promise<void> {
    return this.compiler.close();
  }

  /**
   * Builds the project in a folder. What is wrong with the project comes back as problems.
   *
   * @param path absolute
   * @throws the signal's reason when it aborts
   */
  async build(path: string, options: BuildOptions): Promise<BuildOutput> {
    options.onProgress?.({ phase: 'reading', done: 0, total: 1, detail: path });
    const [{ project, problems }, resources, tools] = await Promise.all([
      readProject(path, options),
      readResources(this.options.resources),
      toolsVersion(),
    ]);
    if (!project) return { ok: false, problems, project: null, firmware: null, cached: false };
    options.signal?.throwIfAborted();

    const run = new Build(
      this.compiler,
      this.cache,
      contentKey(FORMAT, tools, resources.key),
      resources,
      project,
      options,
    );
    return run.build();
  }
}

/** One run of the steps, over one state of the project. */
class Build {
  private readonly header: string;
  private readonly includeFlags: string[];
  private done = 0;

  constructor(
    private readonly compiler: Compiler,
    private readonly cache: Cache,
    /** Hash of the tools and of our own C files. */
    private readonly base: string,
    private readonly resources: Resources,
    private readonly project: Project,
    private readonly options: BuildOptions,
  ) {
    this.header = configHeader(project.config);
    // A header of the project is found in quotes from everywhere, in angle brackets after the system's.
    const folders = new Set(project.files.filter((file) => file.endsWith('.h')).map((file) => dirname(file)));
    this.includeFlags = ['.', ...folders].flatMap((folder) => {
      const path = posix.join('project', folder);
      return ['-iquote', path, '-idirafter', path];
    });
  }

  async build(): Promise<BuildOutput> {
    const { project } = this;
    const units = project.sources.map((source) => this.unit(source));
    const linkFlags = this.linkFlags();
    const key = contentKey('link', this.base, ...linkFlags, ...units.map(({ key }) => key));
    const known = await this.cache.get<LinkResult>(key);
    if (known) return this.finish(key, known, true);

    const shims = [...this.resources.shims].map(([name, text]) => this.shim(name, text));
    const total = units.length + shims.length + 1;
    const compile = async (unit: Unit) => {
      const result = await this.compile(unit, total);
      this.progress('compiling', ++this.done, total, unit.file);
      return result;
    };
    const files = await Promise.all(units.map(compile));
    const problems = unique(files.flatMap((file) => file.problems));
    if (files.some(({ ok }) => !ok)) return { ok: false, problems, project, firmware: null, cached: false };

    const shimFiles = await Promise.all(shims.map(compile));
    const broken = shimFiles.flatMap((file) => (file.ok ? [] : file.problems));
    if (broken.length > 0) return { ok: false, problems: broken, project, firmware: null, cached: false };
    const library = await this.library();
    this.progress('linking', this.done, total, project.name);
    const objects = [...units, ...shims].map(({ file, group }, i) => ({
      path: `${group}/${file}.o`,
      bytes: [...files, ...shimFiles][i]!.object,
    }));
    const linked = await this.link(objects, library, linkFlags);
    problems.push(...linked.problems);
    if (!linked.result) return { ok: false, problems, project, firmware: null, cached: false };
    const result = { ...linked.result, problems };
    await this.cache.put(key, result);
    await this.cache.trim();
    return this.finish(key, result, false);
  }

  /** A file to compile, and the key of the result. */
  private unit({ file, flags }: Source): Unit {
    const closure = includeClosure(file, this.project.texts);
    const args = [...COMPILE_FLAGS, ...this.includeFlags, ...flags];
    const texts = closure.map((path) => [path, this.project.texts.get(path)!] as const);
    const key = contentKey('compile', this.base, this.header, file, ...args, ...texts.flat());
    return { file, group: 'project', args, config: this.header, texts, key };
  }

  /** Shims see NuttX's defaults, so that a change of the configuration does not compile them again. */
  private shim(file: string, text: string): Unit {
    const key = contentKey('shim', this.base, file, ...COMPILE_FLAGS, text);
    return {
      file,
      group: 'libc',
      args: COMPILE_FLAGS,
      config: configHeader(resolveConfig({})),
      texts: [[file, text]],
      key,
    };
  }

  private async compile({ file, group, args, config, texts, key }: Unit, total: number): Promise<CompiledFile> {
    const known = await this.cache.get<CompiledFile>(key);
    if (known) return known;
    if (this.compiler.cold) this.progress('loading compiler', this.done, total, file);
    const files: FileTree = { include: this.resources.include, config: { nuttx: { 'config.h': config } } };
    for (const [path, text] of texts) addFile(files, `${group}/${path}`, text);
    const { ok, text, outputs } = await this.run('clang', [...args, '-c', `${group}/${file}`, '-o', 'out.o'], files, [
      'out.o',
    ]);
    const problems = parseClang(text, this.showPath);
    if (!ok && !problems.some(({ severity }) => severity === 'error')) problems.push(toolFailed('clang', text, file));
    const result = { ok, object: outputs[0] ?? new Uint8Array(), problems };
    if (ok) await this.cache.put(key, result);
    return result;
  }

  /** The C library without the functions that the kernel provides. */
  private async library(): Promise<Uint8Array> {
    const key = contentKey('library', this.base);
    const known = await this.cache.get<Uint8Array>(key);
    if (known) return known;
    const { text, outputs } = await this.run('ar', ['qLcs', 'libc.a', '/usr/lib/wasm32-wasip1/libc.a'], {}, ['libc.a']);
    const whole = outputs[0];
    if (!whole) throw new Error(`cannot read the C library: ${text}`);
    const library = withoutSymbols(whole, new Set(this.resources.api));
    await this.cache.put(key, library);
    return library;
  }

  private linkFlags(): string[] {
    const { apps, board } = this.project;
    return [
      ...[
        '--no-entry',
        '--no-demangle',
        '--error-limit=0',
        '--export-table',
        '--no-growable-memory',
        '--no-stack-first',
      ],
      ...[
        `--global-base=${RAM_BASE}`,
        // No function has the address of SIG_DFL (1) or SIG_HOLD (2).
        '--table-base=16',
        `--initial-memory=${RAM_BASE + board.ramSize}`,
        '-z',
        `stack-size=${IDLE_STACK}`,
      ],
      ...WRAPPED.map((name) => `--wrap=${name}`),
      ...[...EXPORTS, ...apps.map(({ entry }) => entry)].map((name) => `--export=${name}`),
    ];
  }

  private async link(objects: { path: string; bytes: Uint8Array }[], library: Uint8Array, flags: string[]) {
    const files: FileTree = { 'nuttx.so': `#STUB\n${this.resources.api.join('\n')}\n`, 'libc.a': library };
    for (const { path, bytes } of objects) addFile(files, path, bytes);
    const runtime = '/usr/lib/wasm32-unknown-wasip1/libclang_rt.builtins.a';
    const args = [
      ...flags,
      '-Map=out.map',
      '-o',
      'out.wasm',
      ...objects.map(({ path }) => path),
      'nuttx.so',
      'libc.a',
      runtime,
    ];
    const { ok, text, outputs } = await this.run('wasm-ld', args, files, ['out.wasm', 'out.map']);
    const { board, texts } = this.project;
    const problems = parseLinker(text, {
      showPath: this.showPath,
      text: (file) => texts.get(file),
      board: board.name,
      ramBase: RAM_BASE,
      ramSize: board.ramSize,
    });
    const [wasm, map] = outputs;
    if (!ok || !wasm || !map) {
      if (!problems.some(({ severity }) => severity === 'error')) problems.push(toolFailed('wasm-ld', text, null));
      return { problems, result: null };
    }
    const { symbols, functions } = parseLinkMap(new TextDecoder().decode(map));
    const imports = readModule(wasm).imports.map(({ module, name }) => ({ module, name }));
    return { problems, result: { wasm, symbols, functions, imports } };
  }

  private finish(key: string, { problems, imports, ...linked }: LinkResult, cached: boolean): BuildOutput {
    const all = unique([...problems, ...this.missingFunctions(imports)]);
    return { ok: true, problems: all, project: this.project, firmware: { key, ...linked }, cached };
  }

  /** Warnings about what the firmware imports and the kernel does not provide yet, at the first use in each file. */
  private missingFunctions(imports: LinkResult['imports']): Problem[] {
    const { project, options } = this;
    const codes = project.files.map((file) => ({ file, code: blankComments(project.texts.get(file)!) }));
    return imports.flatMap(({ module, name }): Problem[] => {
      const problem = { severity: 'warning', source: 'tickscope' } as const;
      if (module === 'wasi_snapshot_preview1' && !WASI_FUNCTIONS.has(name)) {
        const message = `The C library wants ${name} of WASI, which Tickscope does not have; a call to it stops the board with a crash dump.`;
        return [{ ...problem, message, file: null, line: null, column: null }];
      }
      if (module !== 'env' || options.implemented.has(name)) return [];
      const message = `${name} is part of the NuttX API but not yet in Tickscope; a call to it stops the board with a crash dump.`;
      // What only the C library uses, such as lseek for its streams, is none of the person's concern.
      return codes.flatMap(({ file, code }) => {
        const use = findUse(code, name);
        return use ? [{ ...problem, message, file, ...use }] : [];
      });
    });
  }

  private run(
    tool: 'clang' | 'wasm-ld' | 'ar',
    args: string[],
    files: FileTree,
    outputs: string[],
  ): Promise<ToolResult> {
    return this.compiler.run({ tool, args, files, outputs }, this.options.signal);
  }

  private progress(phase: BuildProgressStep['phase'], done: number, total: number, detail: string): void {
    this.options.onProgress?.({ phase, done, total, detail });
  }

  private readonly showPath: ShowPath = (path) => {
    if (path.startsWith('project/')) return path.slice('project/'.length);
    return this.project.texts.has(path) ? path : null;
  };
}

interface Unit {
  file: string;
  /** Folder of the compiler's file tree in which it lies. */
  group: 'project' | 'libc';
  args: string[];
  /** nuttx/config.h. */
  config: string;
  texts: (readonly [path: string, text: string])[];
  key: string;
}

function addFile(tree: FileTree, path: string, content: string | Uint8Array): void {
  const parts = path.split('/');
  const name = parts.pop()!;
  let folder = tree;
  for (const part of parts) folder = (folder[part] ??= {}) as FileTree;
  folder[name] = content;
}

function toolFailed(tool: string, text: string, file: string | null): Problem {
  const message = `${tool} failed without saying where. Its output: ${text.trim() || 'none'}`;
  return { severity: 'error', message, source: tool, file, line: null, column: null };
}

/** A warning in a header comes once for each file that includes it. */
function unique(problems: readonly Problem[]): Problem[] {
  return [...new Map(problems.map((problem) => [JSON.stringify(problem), problem])).values()];
}

async function readResources(folder: string): Promise<Resources> {
  const include: FileTree = {};
  const shims = new Map<string, string>();
  const api = new Set<string>();
  const parts: string[] = [];
  for (const root of ['include', 'libc']) {
    const base = join(folder, 'kernel', root);
    const entries = await readdir(base, { recursive: true, withFileTypes: true });
    const paths = entries
      .filter((entry) => entry.isFile())
      .map((entry) =>
        join(entry.parentPath, entry.name)
          .slice(base.length + 1)
          .replaceAll('\\', '/'),
      );
    for (const path of paths.filter((name) => /\.[ch]$/.test(name)).sort()) {
      const text = await readFile(join(base, path), 'utf8');
      parts.push(path, text);
      if (root === 'libc') {
        shims.set(path, text);
        continue;
      }
      addFile(include, path, text);
      for (const name of declaredFunctions(text)) api.add(name);
    }
  }
  return { key: contentKey(...parts), include, shims, api: [...api].sort() };
}

let version: Promise<string> | undefined;

/** Names the compiler without loading it. */
function toolsVersion(): Promise<string> {
  version ??= (async () => {
    const bundle = createRequire(import.meta.url).resolve('@yowasp/clang');
    const info = JSON.parse(await readFile(join(dirname(bundle), '..', 'package.json'), 'utf8')) as { version: string };
    return info.version;
  })();
  return version;
}
