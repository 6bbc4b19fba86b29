/** `tickscope lab`: runs a scenario of a project, and says what has come of it. */
import { existsSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { programs } from '../../boards/apps';
import { Bench } from '../../boards/bench';
import { configRecord } from '../../kernel/config';
import type { LabMaskResult } from '../contract/lab';
import type { Problem } from '../contract/project';
import { readScenario } from '../lab/read';
import { ScenarioRun, type LabResult } from '../lab/run';
import { nsText, timeText } from '../lab/words';
import { boardOf, type buildProject } from '../machine/build';
import { crashDump } from '../machine/dump';
import { Firmware } from '../machine/firmware';
import { PtpRecord } from '../machine/ptp/record';
import { PROJECT_FILE } from '../toolchain/project-file';
import { UsageError, type LabOptions } from './options';
import { writeAll } from './write';

/** A mask does not hold. */
const EXIT_FAILED = 1;
const EXIT_USAGE = 2;
const EXIT_CRASH = 3;
/** Kernel entries and ticks at a stretch. */
const PIECE = { entries: 1 << 16, ticks: 100 };
const SHOWN_MS = 500;

interface Front {
  /** Builds a project, and tells what is wrong with it. */
  build: (project: string) => ReturnType<typeof buildProject>;
  tell: (problems: readonly Problem[]) => void;
}

/** The folder of a scenario's project: the nearest that says it is one, or that of the file. */
export function projectOf(file: string): string {
  const own = dirname(resolve(file));
  for (let folder = own; ; folder = dirname(folder)) {
    if (existsSync(join(folder, PROJECT_FILE))) return folder;
    if (folder === dirname(folder)) return own;
  }
}

/**
 * Runs a scenario to its end. @returns the exit status
 *
 * @throws UsageError when a file cannot be read or written
 */
export async function runLab(options: LabOptions, { build, tell }: Front): Promise<number> {
  if (!existsSync(options.file)) throw new UsageError(`there is no file ${options.file}`);
  const folder = projectOf(options.file);
  const file = relative(folder, resolve(options.file)).split(sep).join('/');
  const { ok, project, firmware: linked } = await build(folder);
  if (!ok) return EXIT_USAGE;
  const { scenario, bench: plan, problems } = await readScenario(project!, file);
  tell(problems);
  if (!scenario) return EXIT_USAGE;
  // Whether it can be written is better known before a long run than behind it.
  if (options.json !== null) write(options.json, '', 'a');

  const board = boardOf(project!.board.name, plan ?? undefined);
  let record: PtpRecord | null = null;
  const firmware = new Firmware(linked!, board.ramSize);
  const bench = new Bench({
    module: firmware.module,
    board,
    config: configRecord(project!.config),
    apps: project!.apps.map((app) => ({ ...app, args: [] })),
    programs,
    seed: options.seed,
    onConsole: () => undefined,
    onFrame: (...frame) => record?.passed(...frame),
    keepNotes: 1,
  });
  record = new PtpRecord(bench.places);
  const run = new ScenarioRun(scenario, options.seed, bench, record);
  run.begin((input) => bench.input(input));
  writeAll(1, text(`${scenario.title} (${basename(file)}, seed ${options.seed}): ${timeText(scenario.durationNs)}\n`));
  runToEnd(bench, run);
  const result = run.result();
  writeAll(1, text(report(result)));
  if (options.json !== null) write(options.json, `${JSON.stringify(result, null, 2)}\n`);
  for (const { name, machine } of bench.places) {
    const dump = crashDump(machine, firmware);
    if (dump) process.stderr.write(dump.text.replace(/^(?=.)/gm, `${name}: `));
  }
  if (bench.places.some(({ machine }) => machine.fault)) return EXIT_CRASH;
  return result.verdict === 'passed' ? 0 : EXIT_FAILED;
}

const text = (words: string) => new TextEncoder().encode(words);

/** Boards that have nothing to do any more, and nothing to come, have time all the same. */
function runToEnd(bench: Bench, run: ScenarioRun): void {
  let shown = performance.now();
  while (!run.isOver) {
    const { tickNs } = bench.places[0]!.machine.kernel.state.settings;
    const ticks = Math.min(bench.ticks + PIECE.ticks, Math.ceil(run.endNs / tickNs));
    const end = bench.run({ entries: bench.position + PIECE.entries, ticks });
    if (end !== 'limit' || bench.ticks * tickNs >= run.endNs) break;
    if (process.stderr.isTTY && performance.now() - shown > SHOWN_MS) {
      shown = performance.now();
      process.stderr.write(`\r${timeText(bench.timeNs)} `);
    }
  }
  if (process.stderr.isTTY) process.stderr.write('\r\x1b[K');
}

const verdicts: Record<LabMaskResult['verdict'], string> = { passed: 'pass', failed: 'FAIL', waiting: 'FAIL' };

function report({ actions, masks, boards, verdict, timeNs }: LabResult): string {
  const lines = actions.map(({ atNs, text: words }) => `${timeText(atNs).padStart(10)}  ${words}`);
  lines.push('');
  for (const { verdict: each, text: words, found } of masks) {
    lines.push(`${verdicts[each]}  ${words}`, ...(found ? [`      ${found}`] : []));
  }
  const rows = boards.flatMap(({ name, offset, trueOffset }) =>
    trueOffset ? [[name, ...cells(trueOffset.lastHalf), ...cells(offset?.lastHalf)]] : [],
  );
  const heads = ['last half', 'true: mean', 'deviation', 'lowest', 'highest'];
  const all = [[...heads, 'believed: mean', ...heads.slice(2)], ...rows];
  const widths = all[0]!.map((_, column) => Math.max(...all.map((row) => row[column]!.length)));
  if (rows.length > 0) {
    lines.push('', ...all.map((row) => row.map((cell, column) => cell.padStart(widths[column]!)).join('  ')));
  }
  const failed = masks.filter((mask) => mask.verdict !== 'passed').length;
  lines.push('', verdict === 'passed' ? 'passed' : `failed: ${failed} of ${masks.length} at ${timeText(timeNs)}`);
  return `${lines.join('\n')}\n`;
}

function cells(statistics: Partial<Record<'mean' | 'deviation' | 'min' | 'max', number | null>> = {}): string[] {
  const { mean, deviation, min, max } = statistics;
  return [mean, deviation, min, max].map((value) => (value === undefined || value === null ? '-' : nsText(value)));
}

function write(path: string, content: string, flag: 'a' | 'w' = 'w'): void {
  try {
    writeFileSync(path, content, { flag });
  } catch (error) {
    throw new UsageError(`--json: ${(error as Error).message}`);
  }
}
