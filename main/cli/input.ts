/**
 * Standard input, for the board's console: of a file or pipe line by line, each when the board has taken all before; of a
 * terminal what is typed, at once.
 */
import { fstatSync } from 'node:fs';
import { setImmediate as turn } from 'node:timers/promises';

const NEWLINE = 10;
/** ^], which ends a run, as it ends telnet: ^C is for the board. */
const LEAVE = 0x1d;
const PAUSE_TICKS = 100;
/** Whoever started us may have left a pipe open that nothing ever comes by: after so long it is taken for none. */
const SILENCE_MS = 2000;

export interface StandardInput {
  /** More may come. */
  readonly isOpen: boolean;
  /** Something has been given to the board. */
  readonly isUsed: boolean;
  /** Whoever typed does not want to go on. */
  readonly isLeft: boolean;
  /** Whether the board is to get something now: it waits for that, or for nothing that comes by itself, or even so. */
  isDue(isAwaited: boolean, isIdle: boolean, ticks: number): Promise<boolean>;
  /** What to type next; null when there is nothing any more. Waits for it. */
  next(): Promise<Uint8Array | null>;
  /** Nothing more is read, and what is open does not keep the process alive. */
  close(): void;
}

export function standardInput(): StandardInput {
  if (process.stdin.isTTY) return new Terminal();
  return new Lines(isGiven());
}

/** Gives what there is to type, once it is there: whoever has something else to do does not wait. */
export function readAhead(input: StandardInput): () => Uint8Array | null {
  let state: 'idle' | 'reading' | 'over' = 'idle';
  let ready: Uint8Array | null = null;
  return () => {
    if (state === 'idle') {
      state = 'reading';
      void input.next().then(
        (bytes) => {
          state = bytes ? 'idle' : 'over';
          ready = bytes;
        },
        // It was closed meanwhile.
        () => (state = 'over'),
      );
    }
    const bytes = ready;
    ready = null;
    return bytes;
  };
}

function isGiven(): boolean {
  try {
    const stat = fstatSync(0);
    return stat.isFIFO() || stat.isFile() || stat.isSocket();
  } catch {
    return false;
  }
}

class Lines implements StandardInput {
  isUsed = false;
  readonly isLeft = false;
  private rest = Buffer.alloc(0);
  /** Tick of the next line, if the board does something else, too. */
  private earliest = 0;
  private chunks: AsyncIterator<Buffer> | null = null;

  constructor(public isOpen: boolean) {}

  /** A board that is never idle gets a line now and then. */
  isDue(isAwaited: boolean, isIdle: boolean, ticks: number): Promise<boolean> {
    const isDue = isIdle || (isAwaited && ticks >= this.earliest);
    if (isDue) this.earliest = ticks + PAUSE_TICKS;
    return Promise.resolve(isDue);
  }

  async next(): Promise<Uint8Array | null> {
    while (this.isOpen && !this.rest.includes(NEWLINE)) await this.more();
    const end = this.rest.indexOf(NEWLINE);
    const line = end < 0 ? this.rest : this.rest.subarray(0, end);
    if (end < 0 && line.length === 0) return null;
    this.rest = this.rest.subarray(line.length + 1);
    this.isUsed = true;
    // A file that ends without a newline is typed as one that ends with it.
    return Uint8Array.from([...line, NEWLINE]);
  }

  private async more(): Promise<void> {
    const isFirst = this.chunks === null;
    this.chunks ??= (process.stdin as AsyncIterable<Buffer>)[Symbol.asyncIterator]();
    const next = this.chunks.next();
    const chunk = await (isFirst ? Promise.race([next, silence()]) : next);
    if (chunk.done) this.close();
    else this.rest = Buffer.concat([this.rest, chunk.value]);
  }

  close(): void {
    this.isOpen = false;
    if (this.chunks) process.stdin.destroy();
  }
}

function silence(): Promise<IteratorReturnResult<undefined>> {
  return new Promise((resolve) => setTimeout(() => resolve({ done: true, value: undefined }), SILENCE_MS).unref());
}

class Terminal implements StandardInput {
  isOpen = true;
  isUsed = false;
  isLeft = false;
  private typed: number[] = [];
  private wake: () => void = () => undefined;

  constructor() {
    process.stdin.setRawMode(true);
    process.stdin.on('data', (data: Buffer) => {
      const end = data.indexOf(LEAVE);
      this.typed.push(...(end < 0 ? data : data.subarray(0, end)));
      this.wake();
      if (end >= 0) this.leave();
    });
    process.stdin.on('end', () => this.leave());
  }

  async isDue(_isAwaited: boolean, isIdle: boolean): Promise<boolean> {
    await turn();
    return this.typed.length > 0 || isIdle;
  }

  async next(): Promise<Uint8Array | null> {
    while (this.isOpen && this.typed.length === 0) await new Promise<void>((resolve) => (this.wake = resolve));
    const bytes = Uint8Array.from(this.typed);
    this.typed = [];
    if (bytes.length === 0) return null;
    this.isUsed = true;
    return bytes;
  }

  private leave(): void {
    this.isLeft = true;
    this.close();
    this.wake();
  }

  close(): void {
    if (!this.isOpen) return;
    this.isOpen = false;
    process.stdin.setRawMode(false);
    process.stdin.destroy();
  }
}
