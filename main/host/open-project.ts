/** The open project: built, watched, put on its board; a build that fails leaves the firmware that runs. */
import { watch, type FSWatcher } from 'node:fs';
import { configRecord } from '../../kernel/config';
import { readFile, realpath } from 'node:fs/promises';
import { isAbsolute, join, relative, resolve, sep } from 'node:path';
import type { EventName, Payload, Result } from '../contract/messages';
import type { BuildProgress, ConfigValue, ProjectInfo } from '../contract/project';
import { buildProject, createToolchain, readProjectFor, type ProjectChoice } from '../machine/build';
import type { BenchPlan } from '../../boards/plan';
import type { RemoteSession } from '../machine/protocol';
import { readScenario, scenarioFiles, type LabProject } from '../lab/read';
import { scenarioInfo } from '../lab/scenario';
import type { BuildOutput, LinkedFirmware, Project, Toolchain } from '../toolchain';

export interface OpenProjectOptions {
  resources: string;
  cacheDir: string;
  session: RemoteSession;
  emit: <E extends EventName>(event: E, payload: Payload<E>) => void;
  isDemo: (path: string) => boolean;
}

/** Editors write a file in several steps; what follows within this time is one change. */
const SETTLE_MS = 150;
const SEED = 1;

export class OpenProject {
  private readonly toolchain: Toolchain;
  private path: string | null = null;
  /** How often a folder was to be opened. */
  private opened = 0;
  private project: Project | null = null;
  /** What is on the boards. */
  private booted: { project: Project; firmware: LinkedFirmware } | null = null;
  private stale = false;
  private userConfig: Record<string, ConfigValue> = {};
  private board: string | null = null;
  private problems: Payload<'problems'> = [];
  private watcher: FSWatcher | null = null;
  private settling: NodeJS.Timeout | null = null;
  private building: AbortController | null = null;
  private lastProgress: BuildProgress | null = null;

  constructor(private readonly options: OpenProjectOptions) {
    this.toolchain = createToolchain(options);
  }

  /** What the window shows of it; null when no folder could be read as a project yet. */
  get info(): ProjectInfo | null {
    if (!this.project) return null;
    const { name, path, board, apps, files, config } = this.project;
    return {
      name,
      path,
      demo: this.options.isDemo(path),
      board: board.name,
      apps,
      files: [...files],
      config,
      stale: this.stale,
    };
  }

  private get choice(): ProjectChoice {
    return { board: this.board, config: this.userConfig };
  }

  /** Sends everything again, for a window that came late. */
  tell(): void {
    const { emit } = this.options;
    emit('project', this.info);
    emit('problems', this.problems);
    if (this.lastProgress) emit('build', this.lastProgress);
  }

  /** Opens a folder and builds it; what was changed in the window for the one before is forgotten. */
  async open(path: string): Promise<boolean> {
    const before = { path: this.path, userConfig: this.userConfig, board: this.board };
    const turn = ++this.opened;
    Object.assign(this, { path, userConfig: {}, board: null });
    const ok = await this.build();
    // A folder that is no project at all leaves the open one as it is; one opened meanwhile is the open one.
    if (!ok && turn === this.opened && this.project?.path !== path) Object.assign(this, before);
    return ok;
  }

  /** A value that cannot be is refused, with a problem that says what can. */
  async setConfig(name: string, value: ConfigValue | null): Promise<boolean> {
    const { userConfig: before, project } = this;
    const { [name]: _, ...others } = before;
    this.userConfig = value === null ? others : { ...others, [name]: value };
    const ok = await this.build();
    if (!ok && this.project === project) this.userConfig = before;
    return ok;
  }

  async selectBoard(name: string): Promise<boolean> {
    this.board = name;
    return this.build();
  }

  cancelBuild(): void {
    this.building?.abort(new Error('The build was cancelled.'));
  }

  /** Builds what is on disk and boots it. */
  async build(): Promise<boolean> {
    const { path } = this;
    if (path === null) throw new Error('No project is open. Open a folder first.');
    this.cancelBuild();
    const building = new AbortController();
    this.building = building;
    const started = performance.now();
    const progress = (step: Omit<BuildProgress, 'ms' | 'cached'>, cached = false) => {
      if (this.building !== building) return;
      this.lastProgress = { ...step, cached, ms: performance.now() - started };
      this.options.emit('build', this.lastProgress);
    };
    const end = (phase: 'done' | 'failed', detail: string, cached = false) =>
      progress({ phase, done: 1, total: 1, detail }, cached);
    try {
      const output = await buildProject(this.toolchain, path, this.choice, {
        signal: building.signal,
        onProgress: progress,
      });
      if (this.building !== building) return false;
      this.show(output);
      if (!output.ok) {
        const errors = output.problems.filter((problem) => problem.severity === 'error').length;
        end('failed', errors === 1 ? '1 error' : `${errors} errors`);
        return false;
      }
      progress({ phase: 'booting', done: 0, total: 1, detail: '' });
      await this.boot(output);
      end('done', '', output.cached);
      return true;
    } catch (error) {
      if (building.signal.aborted) {
        end('failed', 'cancelled');
        return false;
      }
      const { message } = error as Error;
      this.showProblems([
        { severity: 'error', message, source: 'tickscope', file: null, line: null, column: null },
        ...this.problems,
      ]);
      end('failed', message);
      return false;
    } finally {
      if (this.building === building) this.building = null;
    }
  }

  private show({ problems, project }: BuildOutput): void {
    if (project) {
      this.project = project;
      this.stale = false;
      this.watch(project.path);
    }
    this.options.emit('project', this.info);
    this.showProblems(problems);
  }

  private showProblems(problems: Payload<'problems'>): void {
    this.problems = problems;
    this.options.emit('problems', problems);
  }

  private async boot({ project, firmware }: BuildOutput): Promise<void> {
    const booted = { project: project!, firmware: firmware! };
    await this.load(booted, project!.board.bench, SEED);
    this.booted = booted;
  }

  private load({ project, firmware }: NonNullable<OpenProject['booted']>, bench: BenchPlan | undefined, seed: number) {
    return this.options.session.load({
      linked: firmware,
      board: project.board.name,
      bench,
      config: configRecord(project.config),
      apps: project.apps.map((app) => ({ ...app, args: [] })),
      seed,
    });
  }

  /** Scenarios of the project, as they are on disk now. */
  async labScenarios(): Promise<Result<'labScenarios'>> {
    const { project } = this;
    if (!project) return { scenarios: [], problems: [] };
    const files = await scenarioFiles(project.path);
    const read = await Promise.all(files.map((file) => readScenario(project as LabProject, file)));
    return {
      scenarios: read.flatMap(({ scenario }) => (scenario ? [scenarioInfo(scenario)] : [])),
      problems: read.flatMap(({ problems }) => problems),
    };
  }

  /** Switches the boards of a scenario on, for it. @throws Error that says what is wrong with it */
  async startLab(file: string, seed = SEED): Promise<void> {
    const { booted } = this;
    if (!booted) throw new Error('No firmware is on the boards. Open a project that builds first.');
    const { scenario, bench, problems } = await readScenario(booted.project, file);
    if (!scenario) {
      const [wrong] = problems;
      throw new Error([wrong?.file, wrong?.line, wrong?.message].filter((part) => part != null).join(':'));
    }
    await this.load(booted, bench ?? undefined, seed);
    await this.options.session.startLab(scenario, seed);
  }

  /** A source of the project, or one of our headers that a diagnostic names. */
  async readSource(file: string): Promise<Result<'readSource'>> {
    const root = this.path;
    if (root === null) throw new Error('No project is open. Open a folder first.');
    const refuse = (): never => {
      throw new Error(`${file} is not a source of this project.`);
    };
    // Links are followed first, so that none leads out.
    const real = (path: string) => realpath(path).catch(refuse);
    const path = await real(resolve(root, file));
    const readable = await Promise.all([root, join(this.options.resources, 'kernel', 'include')].map(real));
    const allowed = readable.some((folder) => !escapes(relative(folder, path)));
    if (!allowed || !/\.(c|h|inc|def|json)$|Makefile$|Kconfig$/.test(path)) return refuse();
    const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
      throw new Error(`Cannot read ${file}: ${error.message}`);
    });
    return { file, text };
  }

  private watch(path: string): void {
    this.watcher?.close();
    this.watcher = watch(path, { recursive: true }, () => {
      if (this.settling) clearTimeout(this.settling);
      this.settling = setTimeout(() => void this.checkStale(), SETTLE_MS);
    });
    // A folder that goes away is noticed when it is built again.
    this.watcher.on('error', () => this.watcher?.close());
  }

  private async checkStale(): Promise<void> {
    const { project } = this;
    if (!project) return;
    const { project: now } = await readProjectFor(project.path, this.choice);
    const changed = now?.fingerprint !== project.fingerprint;
    if (changed === this.stale || project !== this.project) return;
    this.stale = changed;
    this.options.emit('project', this.info);
  }

  async close(): Promise<void> {
    this.watcher?.close();
    if (this.settling) clearTimeout(this.settling);
    this.cancelBuild();
    await this.toolchain.close();
  }
}

function escapes(path: string): boolean {
  return path.startsWith(`..${sep}`) || path === '..' || isAbsolute(path);
}
