/** The board's memory as the kernel sees it: firmware addresses in, checked. */
import { BIAS, RAM_BASE } from './binfmt/abi';

/** The firmware did what stops a board: the reason is what the crash dump prints. */
export class MachineFault extends Error {
  constructor(
    readonly reason: string,
    readonly hint: string,
  ) {
    super(reason);
  }
}

export class Memory {
  readonly bytes: Uint8Array;
  /** The control block (abi.ts) begins at word 0. */
  readonly words: Int32Array;
  private readonly view: DataView;

  constructor(readonly buffer: ArrayBuffer) {
    this.bytes = new Uint8Array(buffer);
    this.words = new Int32Array(buffer);
    this.view = new DataView(buffer);
  }

  /**
   * Linear address of a firmware address.
   * @throws MachineFault when it or the bytes behind it are not RAM.
   */
  linear(address: number, size: number): number {
    if (!this.isRam(address, size)) {
      throw new MachineFault(
        `Access to address 0x${(address >>> 0).toString(16).padStart(8, '0')} in a system call`,
        'A pointer given to the system call does not point into RAM. Was it initialised, and is what it points to still there?',
      );
    }
    return (address >>> 0) - BIAS;
  }

  isRam(address: number, size: number): boolean {
    return address >>> 0 >= RAM_BASE && (address >>> 0) - BIAS + size <= this.bytes.length;
  }

  load8(address: number): number {
    return this.bytes[this.linear(address, 1)]!;
  }

  store8(address: number, value: number): void {
    this.bytes[this.linear(address, 1)] = value;
  }

  load16(address: number): number {
    return this.view.getInt16(this.linear(address, 2), true);
  }

  store16(address: number, value: number): void {
    this.view.setInt16(this.linear(address, 2), value, true);
  }

  load32(address: number): number {
    return this.view.getInt32(this.linear(address, 4), true);
  }

  store32(address: number, value: number): void {
    this.view.setInt32(this.linear(address, 4), value, true);
  }

  load64(address: number): number {
    return Number(this.view.getBigInt64(this.linear(address, 8), true));
  }

  store64(address: number, value: number): void {
    this.view.setBigInt64(this.linear(address, 8), BigInt(value), true);
  }

  /** A view, valid until the memory is restored. Where there is nothing to read, any address will do. */
  slice(address: number, size: number): Uint8Array {
    if (size === 0) return this.bytes.subarray(0, 0);
    const start = this.linear(address, size);
    return this.bytes.subarray(start, start + size);
  }

  /** A C string as Latin-1, at most `limit` characters. */
  string(address: number, limit = 4096): string {
    const start = this.linear(address, 1);
    const end = this.bytes.indexOf(0, start);
    let text = '';
    for (let at = start; at < Math.min(end < 0 ? this.bytes.length : end, start + limit); at++) {
      text += String.fromCharCode(this.bytes[at]!);
    }
    return text;
  }

  /** Writes text and its terminating zero; gives the bytes written. */
  storeString(address: number, text: string): number {
    const target = this.slice(address, text.length + 1);
    for (let i = 0; i < text.length; i++) target[i] = text.charCodeAt(i);
    target[text.length] = 0;
    return text.length + 1;
  }
}
