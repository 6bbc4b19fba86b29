/** The past of a run: checkpoints to go back to, and the inputs that it had, with their positions. */
import type { Bench, BenchCheckpoint, BenchInput, BenchLimit } from '../../boards/bench';
import type { RunEnd } from '../../kernel/binfmt/executor';
import type { InputPlace, LoggedInput } from './input-log';

interface Mark {
  position: number;
  ticks: number;
  checkpoint: BenchCheckpoint;
}

/** A checkpoint is made when the run since the last one took this long, so going back takes no longer. */
const CHECKPOINT_MS = 40;
/** That of many boards takes long itself: the run takes so many times as long. */
const CHECKPOINT_SHARE = 8;
/** Beyond this many the older half is thinned: every second one goes; of many boards there are fewer. */
const [MAX_MARKS, LEAST_MARKS, BOARD_MARKS] = [96, 16, 1600];

export class History {
  private marks: Mark[];
  /** In their order. */
  readonly inputs: LoggedInput[] = [];
  private spentMs = 0;
  /** How long the last checkpoint took. */
  private markMs = 0;
  /** How far this run has ever come: up to here it is made again. */
  private end: number;

  /**
   * The boards stand at boot. `onRestore` hears of every return to a checkpoint, from where the run is made again.
   */
  constructor(
    private readonly bench: Bench,
    private readonly onRestore: () => void,
  ) {
    this.marks = [this.mark(undefined)];
    this.end = bench.position;
  }

  /** Nothing lies ahead. */
  get isAtEnd(): boolean {
    return this.bench.position >= this.end;
  }

  canGoBack(): boolean {
    return this.bench.position > this.marks[0]!.position;
  }

  /** Runs on, giving the machine the inputs that it had at these positions. */
  advance(limit: BenchLimit): RunEnd {
    const started = performance.now();
    const end = this.replay(limit);
    this.end = Math.max(this.end, this.bench.position);
    this.spentMs += performance.now() - started;
    if (
      this.spentMs > Math.max(CHECKPOINT_MS, CHECKPOINT_SHARE * this.markMs) &&
      this.bench.position > this.marks.at(-1)!.position
    ) {
      this.marks.push(this.mark(this.marks.at(-1)!.checkpoint));
      this.thin();
      this.spentMs = 0;
    }
    return end;
  }

  /** Something comes from outside; what lay ahead from here, after going back, is another run now. */
  input(input: BenchInput): void {
    const { position, dozed } = this.bench;
    this.bench.input(input);
    this.end = this.bench.position;
    this.inputs.length = this.firstFrom(position);
    const isBefore = ({ position: at, checkpoint }: Mark) =>
      at < position || (at === position && (checkpoint.dozed ?? -Infinity) <= (dozed ?? -Infinity));
    this.marks = this.marks.filter(isBefore);
    this.inputs.push({ position, dozed, input });
  }

  /** What came up to now is how the run begins: nobody goes back before that. */
  begun(): void {
    this.marks = [this.mark(undefined)];
  }

  /** To right behind the tick that the run is in, or the one before when it stands there. */
  backOneTick(): void {
    const { ticks, position } = this.bench;
    this.goToTick(ticks);
    if (this.bench.position === position) this.goToTick(ticks - 1);
  }

  backOneEntry(): void {
    const { position } = this.bench;
    // A stop can lie behind a tick that came within the same entry: then the place before it is what is meant.
    for (let wanted = position - 1; wanted >= 0; wanted--) {
      this.goTo((mark) => mark.position <= wanted);
      this.replay({ entries: wanted });
      if (this.bench.position < position) return;
    }
  }

  backOneSwitch(): void {
    const { position } = this.bench;
    for (let i = this.marks.length - 1; i >= 0; i--) {
      const mark = this.marks[i]!;
      if (mark.position >= position) continue;
      const target = this.lastSwitchBefore(mark, position);
      if (target === null && i > 0) continue;
      this.restore(mark);
      this.replay({ entries: target ?? mark.position });
      return;
    }
  }

  private lastSwitchBefore(mark: Mark, position: number): number | null {
    this.restore(mark);
    let last: number | null = null;
    while (this.bench.position < position) {
      const end = this.replay({ switch: true, entries: position });
      if (this.bench.position >= position) break;
      if (end !== 'limit') break;
      last = this.bench.position;
    }
    return last;
  }

  private goToTick(ticks: number): void {
    this.goTo((mark) => mark.ticks < ticks);
    if (ticks > 0) this.replay({ ticks });
  }

  private goTo(early: (mark: Mark) => boolean): void {
    this.restore(this.marks.findLast(early) ?? this.marks[0]!);
  }

  private restore(mark: Mark): void {
    this.bench.restore(mark.checkpoint);
    this.onRestore();
    this.spentMs = 0;
  }

  private replay(limit: BenchLimit): RunEnd {
    for (;;) {
      const { position } = this.bench;
      if (limit.entries !== undefined && position >= limit.entries) return 'limit';
      const next = this.inputs[this.firstFrom(position)];
      if (next?.position === position && isDue(next, limit)) {
        if (next.dozed !== null) this.bench.doze(next.dozed);
        this.bench.input(next.input);
        continue;
      }
      const ahead = next && next.position > position ? next.position : Infinity;
      const end = this.bench.run({ ...limit, entries: Math.min(limit.entries ?? Infinity, ahead) });
      if (this.bench.position !== ahead) return end;
    }
  }

  /** Index of the first input at this position or later; a real serial line can bring very many. */
  private firstFrom(position: number): number {
    let low = 0;
    for (let high = this.inputs.length; low < high;) {
      const middle = (low + high) >> 1;
      if (this.inputs[middle]!.position < position) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  private mark(previous: BenchCheckpoint | undefined): Mark {
    const { bench } = this;
    const started = performance.now();
    const checkpoint = bench.checkpoint(previous);
    this.markMs = performance.now() - started;
    return { position: bench.position, ticks: bench.ticks, checkpoint };
  }

  private thin(): void {
    const most = Math.max(LEAST_MARKS, Math.min(MAX_MARKS, BOARD_MARKS / this.bench.places.length));
    if (this.marks.length <= most) return;
    const half = this.marks.length >> 1;
    this.marks = this.marks.filter((_, i) => i === 0 || i >= half || i % 2 === 0);
  }
}

/** An input at the position where the run stands comes before its limit. */
const isDue = ({ dozed }: InputPlace, { sleepNs = Infinity }: BenchLimit): boolean =>
  dozed === null || dozed === Infinity || dozed <= sleepNs;
