/** Puts words, strings and addresses one behind the other into memory that a caller has given. */
import type { Kernel } from '../../kernel';
import { put32 } from '../bytes';

const WORD = 4;

export class Layout {
  private at: number;

  /** @param size bytes from the address on */
  constructor(
    private readonly k: Kernel,
    private readonly address: number,
    private readonly size: number,
  ) {
    this.at = address;
  }

  /** There was not room for everything; nothing was put where there is none. */
  get overflows(): boolean {
    return this.at > this.address + this.size;
  }

  private take(bytes: number): number | null {
    const at = this.at;
    this.at += bytes;
    return this.overflows ? null : at;
  }

  /** Words, such as pointers; gives the address of the first. */
  words(values: readonly number[]): number {
    this.at = Math.ceil(this.at / WORD) * WORD;
    const at = this.take(WORD * values.length);
    if (at !== null) values.forEach((value, i) => this.k.memory.store32(at + WORD * i, value));
    return at ?? 0;
  }

  /** An address in network byte order. */
  ipv4(address: number): number {
    this.at = Math.ceil(this.at / WORD) * WORD;
    const at = this.take(WORD);
    if (at !== null) put32(this.k.memory.slice(at, WORD), 0, address);
    return at ?? 0;
  }

  string(text: string): number {
    const at = this.take(text.length + 1);
    if (at !== null) this.k.memory.storeString(at, text);
    return at ?? 0;
  }

  /** A list of pointers that ends with a null. */
  list(pointers: readonly number[]): number {
    return this.words([...pointers, 0]);
  }
}
