/** What the board has written to its console since boot; the oldest is forgotten beyond a limit. */
const KEEP_BYTES = 1 << 20;

export class Screen {
  private chunks: Uint8Array[] = [];
  /** Bytes forgotten, and bytes in all. */
  private base = 0;
  private end = 0;
  /** How far {@link take} has come. */
  private taken = 0;

  write(bytes: Uint8Array): void {
    this.chunks.push(bytes);
    this.end += bytes.length;
    while (this.end - this.base - this.chunks[0]!.length > KEEP_BYTES) this.base += this.chunks.shift()!.length;
  }

  /** Forgets everything behind the first `length` bytes since boot. */
  truncate(length: number): void {
    while (this.chunks.length > 0 && this.end > length) {
      const last = this.chunks.pop()!;
      this.end -= last.length;
      if (this.end < length) this.write(last.subarray(0, length - this.end));
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
      const chunk = this.chunks[i]!;
      start -= chunk.length;
      result.set(chunk.subarray(Math.max(0, from - start)), Math.max(0, start - from));
    }
    return result;
  }
}
