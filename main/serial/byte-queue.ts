/** Bytes that wait to be written, first in, first out. */
export class ByteQueue {
  private chunks: Uint8Array[] = [];
  /** Counts up when all is thrown away, so that what was out at that time does not come back. */
  private epoch = 0;
  length = 0;

  push(data: Uint8Array): void {
    if (data.length > 0) this.chunks.push(data);
    this.length += data.length;
  }

  /** Takes at most `max` bytes off the front. `putBack` returns those of them that could not be written. */
  take(max: number): { data: Uint8Array; putBack: (rest: Uint8Array) => void } | null {
    const chunk = this.chunks.shift();
    if (!chunk) return null;
    const data = chunk.subarray(0, max);
    if (data.length < chunk.length) this.chunks.unshift(chunk.subarray(max));
    this.length -= data.length;
    const { epoch } = this;
    return {
      data,
      putBack: (rest) => {
        if (rest.length === 0 || epoch !== this.epoch) return;
        this.chunks.unshift(rest);
        this.length += rest.length;
      },
    };
  }

  clear(): void {
    this.chunks = [];
    this.length = 0;
    this.epoch += 1;
  }
}

/** The last bytes of a stream. */
export class ByteTail {
  private chunks: Uint8Array[] = [];
  private size = 0;

  constructor(private readonly keep: number) {}

  push(data: Uint8Array): void {
    this.chunks.push(data);
    this.size += data.length;
    while (this.size - this.chunks[0]!.length >= this.keep) this.size -= this.chunks.shift()!.length;
  }

  read(): Uint8Array<ArrayBuffer> {
    return new Uint8Array(Buffer.concat(this.chunks));
  }
}
