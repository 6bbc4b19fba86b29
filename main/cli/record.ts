/** Recording of what comes from outside, and making a recorded run again. */
import { readFileSync } from 'node:fs';
import type { Bench, BenchInput } from '../../boards/bench';
import {
  differenceFrom,
  endLine,
  headerOf,
  logLine,
  parseInputLog,
  type InputLog,
  type InputPlace,
  type RunOf,
} from '../machine/input-log';
import { UsageError } from './options';
import { OutputFile } from './write';

const placeOf = ({ position, dozed }: Bench): InputPlace => ({ position, dozed });

/** Gives inputs to the boards, and writes them down before. */
export class Recorder {
  private readonly file: OutputFile | null;

  constructor(
    private readonly bench: Bench,
    path: string | null,
    of: RunOf,
  ) {
    this.file = path === null ? null : new OutputFile(path, '--record');
    this.file?.write(logLine(headerOf(of)));
  }

  readonly input = (input: BenchInput): void => {
    const place = placeOf(this.bench);
    this.bench.input(input);
    this.file?.write(logLine({ ...place, input }));
  };

  /** The end: gives the state's hash. */
  close(): string | null {
    if (!this.file) return null;
    const hash = this.bench.hash();
    this.file.write(endLine(placeOf(this.bench), hash));
    this.file.close();
    return hash;
  }
}

/** @throws UsageError when it is no recording, or one of another run */
export function readRecording(path: string, of: RunOf): InputLog {
  try {
    const log = parseInputLog(readFileSync(path, 'utf8'));
    const difference = differenceFrom(log.header, headerOf(of));
    if (difference !== null) throw new Error(`It was recorded of another run: ${difference}.`);
    return log;
  } catch (error) {
    throw new UsageError(`--replay ${path}: ${(error as Error).message}`);
  }
}

/** Kernel entries at a stretch. */
const PIECE = 1 << 15;

/** Makes the run again, to its end or to its last input; null when it takes another course. */
export function replay(
  bench: Bench,
  { inputs, end }: Pick<InputLog, 'inputs'> & { end: InputPlace | null },
  onPiece: () => void,
): boolean {
  for (const { input, ...place } of inputs) {
    if (!goTo(bench, place, onPiece)) return false;
    bench.input(input);
  }
  return end === null || goTo(bench, end, onPiece);
}

function goTo(bench: Bench, { position, dozed }: InputPlace, onPiece: () => void): boolean {
  while (bench.position < position) {
    const end = bench.run({ entries: Math.min(position, bench.position + PIECE) });
    onPiece();
    if (end !== 'limit' && bench.position < position) return false;
  }
  if (dozed !== null) bench.doze(dozed);
  return bench.position === position;
}
