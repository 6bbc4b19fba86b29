/** Output of several boards to one place: whole lines, each with the name of who wrote it. */
const NEWLINE = 10;

export class PrefixedLines {
  private line: number[] = [];
  private readonly prefix: Uint8Array;

  constructor(prefix: string) {
    this.prefix = new TextEncoder().encode(prefix);
  }

  /** Takes what was written, and gives the lines that are whole now. */
  take(bytes: Uint8Array): Uint8Array {
    const lines: number[] = [];
    for (const byte of bytes) {
      this.line.push(byte);
      if (byte === NEWLINE) lines.push(...this.rest());
    }
    return Uint8Array.from(lines);
  }

  /** The line that was begun, if there is one. */
  rest(): Uint8Array {
    const { line } = this;
    this.line = [];
    return Uint8Array.from(line.length > 0 ? [...this.prefix, ...line] : []);
  }
}
