/** Standard input, for the board's console: line by line, each when the board has taken all before. */
import { fstatSync } from 'node:fs';

const NEWLINE = 10;
/** Whoever started us may have left a pipe open that nothing ever comes by: after so long it is taken for none. */
const SILENCE_MS = 2000;

export class StandardInput {
  /** More may come. */
  isOpen = isGiven();
  /** Something has been given to the board. */
  isUsed = false;
  private rest = Buffer.alloc(0);
  private chunks: AsyncIterator<Buffer> | null = null;

  /** The next line; null when there is none any more. Waits for it. */
  async line(): Promise<Uint8Array | null> {
    while (this.isOpen && !this.rest.includes(NEWLINE)) await this.more();
    const length = this.rest.includes(NEWLINE) ? this.rest.indexOf(NEWLINE) + 1 : this.rest.length;
    const line = this.rest.subarray(0, length);
    this.rest = this.rest.subarray(length);
    if (length === 0) return null;
    this.isUsed = true;
    // A file that ends without a newline is typed as one that ends with it.
    return Uint8Array.from(line.at(-1) === NEWLINE ? line : [...line, NEWLINE]);
  }

  private async more(): Promise<void> {
    const isFirst = this.chunks === null;
    this.chunks ??= (process.stdin as AsyncIterable<Buffer>)[Symbol.asyncIterator]();
    const next = this.chunks.next();
    const chunk = await (isFirst ? Promise.race([next, silence()]) : next);
    if (chunk.done) this.close();
    else this.rest = Buffer.concat([this.rest, chunk.value]);
  }

  /** Nothing more is read, and an open pipe does not keep the process alive. */
  close(): void {
    this.isOpen = false;
    if (this.chunks) process.stdin.destroy();
  }
}

/** A terminal is none: what is typed there is for the window. */
function isGiven(): boolean {
  try {
    const stat = fstatSync(0);
    return stat.isFIFO() || stat.isFile() || stat.isSocket();
  } catch {
    return false;
  }
}

function silence(): Promise<IteratorReturnResult<undefined>> {
  return new Promise((resolve) => setTimeout(() => resolve({ done: true, value: undefined }), SILENCE_MS).unref());
}
