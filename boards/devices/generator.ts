/** Signal generators: what is on a wire that nothing of the board drives. */
import { cyclesToNs, type Kernel } from '../../kernel/kernel';
import { arc4random } from '../../kernel/random';
import type { Generator } from '../device';

export const constant = (offset: number): Generator => ({ shape: 'constant', offset, amplitude: 0, frequency: 0 });

/** From -1 to 1, by the part of a period that is over. */
const shapes: Record<Exclude<Generator['shape'], 'noise'>, (phase: number) => number> = {
  constant: () => 0,
  sine: (phase) => Math.sin(2 * Math.PI * phase),
  square: (phase) => (phase < 0.5 ? 1 : -1),
  triangle: (phase) => 1 - 4 * Math.abs(((phase + 0.25) % 1) - 0.5),
  sawtooth: (phase) => 2 * phase - 1,
};

/** Volts at a cycle. Noise is another number each time. */
export function sample(k: Kernel, { shape, offset, amplitude, frequency }: Generator, cycle: number): number {
  if (shape === 'noise') return offset + (amplitude * arc4random(k)) / 0x8000_0000;
  return offset + amplitude * shapes[shape](((cyclesToNs(k.state, cycle) / 1e9) * frequency) % 1);
}

/** What can be said of it without taking a random number. */
export function preview(k: Kernel, generator: Generator, cycle: number): number {
  return generator.shape === 'noise' ? generator.offset : sample(k, generator, cycle);
}
