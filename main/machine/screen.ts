/** What the board has written to its console since boot; the oldest is forgotten beyond a limit. */
const KEEP_BYTES = 1 << 20;

/** What comes byte by byte, from a UART, is kept together. */
const CHUNK_BYTES = 4096;

export class Screen {
  /** The last one can have room for more. */
  private chunks: { bytes: Uint8Array; length: number }[] = [];
  /** Bytes forgotten, and bytes in all. */
  private base = 0;
  private end = 0;
  /** How far {@link take} has come. */
  private taken = 0;

  write(bytes: Uint8Array): void {
    let last = this.chunks.at(-1);
    if (!last || last.length + bytes.length > last.bytes.length) {
      this.chunks.push((last = { bytes: new Uint8Array(Math.max(CHUNK_BYTES, bytes.length)), length: 0 }));
    }
    last.bytes.set(bytes, last.length);
    last.length += bytes.length;
    this.end += bytes.length;
    while (this.end - this.base - this.chunks[0]!.length > KEEP_BYTES) this.base += this.chunks.shift()!.length;
  }

  /** Forgets everything behind the first `length` bytes since boot. */
  truncate(length: number): void {
    while (this.chunks.length > 0 && this.end > length) {
      const last = this.chunks.at(-1)!;
      const surplus = Math.min(last.length, this.end - length);
      last.length -= surplus;
      this.end -= surplus;
      if (last.length === 0) this.chunks.pop();
    }
    this.base = Math.min(this.base, length);
    this.end = length;
    this.taken = Math.min(this.taken, length);
  }

  /** What was written since the last call. */
  take(): Uint8Array<ArrayBuffer> {
    const from = Math.max(this.taken, this.base);
    this.taken = this.end;
    return this.slice(from);
  }

  /** Everything that is kept. */
  all(): Uint8Array<ArrayBuffer> {
    this.taken = this.end;
    return this.slice(this.base);
  }

  private slice(from: number): Uint8Array<ArrayBuffer> {
    const result = new Uint8Array(this.end - from);
    let start = this.end;
    for (let i = this.chunks.length - 1; i >= 0 && start > from; i--) {
      const { bytes, length } = this.chunks[i]!;
      start -= length;
      result.set(bytes.subarray(Math.max(0, from - start), length), Math.max(0, start - from));
    }
    return result;
  }
}
