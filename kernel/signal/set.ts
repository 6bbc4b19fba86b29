/** Sets of signals: sigset_t's two words. The bit of a signal is its number, as on NuttX, where 0 is a number too. */
import type { Kernel } from '../kernel';

export type SignalSet = [number, number];

export const emptySet = (): SignalSet => [0, 0];

/** Signals of a sigset_t in the firmware's memory. */
export function loadSet({ memory }: Kernel, address: number): SignalSet {
  return [memory.load32(address), memory.load32(address + 4)];
}

export function storeSet({ memory }: Kernel, address: number, [low, high]: SignalSet): void {
  memory.store32(address, low);
  memory.store32(address + 4, high);
}

export function only(signo: number): SignalSet {
  return signo < 32 ? [1 << signo, 0] : [0, 1 << (signo - 32)];
}

export function has(set: SignalSet, signo: number): boolean {
  return ((set[signo >> 5]! >>> (signo & 31)) & 1) === 1;
}

export function union(a: SignalSet, b: SignalSet): SignalSet {
  return [a[0] | b[0], a[1] | b[1]];
}

export function intersection(a: SignalSet, b: SignalSet): SignalSet {
  return [a[0] & b[0], a[1] & b[1]];
}

/** What is in `a` and not in `b`. */
export function without(a: SignalSet, b: SignalSet): SignalSet {
  return [a[0] & ~b[0], a[1] & ~b[1]];
}

export const MAX_SIGNO = 63;

export function isSignal(signo: number): boolean {
  return signo >>> 0 <= MAX_SIGNO;
}
