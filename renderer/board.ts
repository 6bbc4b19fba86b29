/** What the Board pane does to devices, and how it writes what they show. */
import type { DeviceInput, Register } from '../main/contract/board';
import { useHost } from './stores/host';

/** Does something to a device; what is refused becomes a notice. */
export function inputTo(device: string, value: DeviceInput): Promise<unknown> {
  return useHost().ask('deviceInput', { device, value });
}

/**
 * Sends values that follow one another quickly, as from a slider: one at a time, and of those that come meanwhile the
 * last.
 */
export function createSender(send: (value: number) => Promise<unknown>): (value: number) => void {
  let next: number | null = null;
  let sending = false;
  async function run(): Promise<void> {
    if (sending) return;
    sending = true;
    while (next !== null) {
      const value = next;
      next = null;
      await send(value);
    }
    sending = false;
  }
  return (value) => {
    next = value;
    void run();
  };
}

/** Something of several parts that is changed a part at a time, maybe before a snapshot shows the change before. */
export class Edits<T> {
  private sent: string[] = [];
  private seen: string;

  constructor(shown: T) {
    this.seen = JSON.stringify(shown);
  }

  /** What to change next: as it was sent last, else as it is shown. */
  latest(): T {
    return JSON.parse(this.sent.at(-1) ?? this.seen) as T;
  }

  add(value: T): void {
    this.sent.push(JSON.stringify(value));
  }

  /** Takes in what a snapshot shows: one of those that were sent, or what somebody else made of it. */
  see(shown: T): void {
    const text = JSON.stringify(shown);
    if (text === this.seen) return;
    this.seen = text;
    const index = this.sent.indexOf(text);
    this.sent = index < 0 ? [] : this.sent.slice(index + 1);
  }

  /** What was sent has been refused. */
  forget(): void {
    this.sent = [];
  }
}

/** A register in as many hexadecimal digits as it has: `0x01F4`. */
export function hexOf({ value, bits }: Register): string {
  return `0x${unsigned(value, bits)
    .toString(16)
    .toUpperCase()
    .padStart(Math.ceil(bits / 4), '0')}`;
}

/** Its bits in groups of four, the highest first: `0001 1111`. */
export function bitsOf({ value, bits }: Register): string {
  const digits = unsigned(value, bits).toString(2).padStart(bits, '0');
  return digits.replace(/\B(?=(.{4})+$)/g, ' ');
}

function unsigned(value: number, bits: number): bigint {
  return BigInt.asUintN(bits, BigInt(Math.trunc(value)));
}

/** A value with as many decimals as its step has. */
export function inSteps(value: number, step: number): string {
  const decimals = /\.(\d+)$/.exec(String(step))?.[1]?.length ?? 0;
  return value.toFixed(decimals);
}

/** Colour of an LED, when its label has one. */
export function ledColor(label: string): string {
  const found = /red|amber|orange|yellow|blue|white/i.exec(label)?.[0].toLowerCase() ?? 'green';
  return colors[found] ?? colors['green']!;
}
const colors: Record<string, string> = {
  green: '#19c37d',
  red: '#ff4d3d',
  amber: '#ffab1a',
  orange: '#ff8c1a',
  yellow: '#ffd21a',
  blue: '#3d9bff',
  white: '#f2f4f8',
};
