/** Bytes as a hex dump shows them. */

export const HEX_ROW = 16;

export interface HexRow {
  offset: string;
  hex: string;
  text: string;
}

/** One row of a dump: at most `length` bytes, the first of which is number `offset`. */
export function hexRow(bytes: Uint8Array, offset: number, length = HEX_ROW): HexRow {
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0'));
  const half = length / 2;
  return {
    offset: offset.toString(16).padStart(8, '0'),
    hex: `${hex
      .slice(0, half)
      .join(' ')
      .padEnd(half * 3)} ${hex.slice(half).join(' ')}`.padEnd(length * 3),
    text: Array.from(bytes, (byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '.')).join(''),
  };
}

/** The last bytes of a stream, with their places in it: at least `keep`, in whole rows. */
export class HexLog {
  private bytes = new Uint8Array(0);
  private added: Uint8Array[] = [];

  /** @param first the place of the first byte to come */
  constructor(
    private readonly keep: number,
    private first: number,
  ) {}

  push(data: Uint8Array): void {
    this.added.push(data);
  }

  /** Takes in what was pushed, and gives the number of rows there are now. */
  settle(): number {
    if (this.added.length > 0) {
      const parts = [this.bytes, ...this.added];
      this.added = [];
      const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
      let at = 0;
      for (const part of parts) {
        all.set(part, at);
        at += part.length;
      }
      const over = Math.max(0, Math.floor((all.length - this.keep) / HEX_ROW) * HEX_ROW);
      this.bytes = all.slice(over);
      this.first += over;
    }
    return Math.ceil(this.bytes.length / HEX_ROW);
  }

  row(index: number): HexRow {
    const at = index * HEX_ROW;
    return hexRow(this.bytes.subarray(at, at + HEX_ROW), this.first + at);
  }
}
