/** How a byte goes over a serial line: a start bit, data from the lowest bit on, parity, and stop bits. */
import type { LineSettings } from '../../kernel/hardware';
import { ReceiveError } from '../../kernel/serial/tty';

/** Bits of a frame. */
export const frameBits = ({ bits, parity, stop }: LineSettings): number =>
  1 + bits + (parity === 'none' ? 0 : 1) + stop;

/** The levels of a frame's bits, in their order; the line is high before and behind it. */
function levels(byte: number, line: LineSettings): number[] {
  const data = Array.from({ length: line.bits }, (_, i) => (byte >> i) & 1);
  const check = line.parity === 'none' ? [] : [parityOf(data, line)];
  return [0, ...data, ...check, ...Array<number>(line.stop).fill(1)];
}

const parityOf = (data: readonly number[], { parity }: LineSettings) =>
  data.reduce((sum, bit) => sum ^ bit, parity === 'odd' ? 1 : 0);

/** What a receiver makes of a byte whose sender has other settings: it looks at the middle of each of its own bits. */
export function sample(byte: number, sender: LineSettings, receiver: LineSettings): { byte: number; error: number } {
  const sent = levels(byte, sender);
  const at = (bit: number) => sent[Math.floor(((bit + 0.5) * sender.baud) / receiver.baud)] ?? 1;
  const data = Array.from({ length: receiver.bits }, (_, i) => at(1 + i));
  const value = data.reduce((sum, bit, i) => sum | (bit << i), 0);
  const end = 1 + receiver.bits;
  const hasParity = receiver.parity !== 'none';
  if (at(end + (hasParity ? 1 : 0)) === 0) {
    return { byte: value, error: value === 0 ? ReceiveError.Break : ReceiveError.Framing };
  }
  const isWrong = hasParity && at(end) !== parityOf(data, receiver);
  return { byte: value, error: isWrong ? ReceiveError.Parity : ReceiveError.None };
}

export function isSame(a: LineSettings, b: LineSettings): boolean {
  return a.baud === b.baud && a.bits === b.bits && a.parity === b.parity && a.stop === b.stop;
}
