/** A small microcontroller. */
import type { Board } from './board';
import { uart } from './devices/uart';
import { usual } from './usual';

export const micro: Board = {
  name: 'micro',
  title: 'Microcontroller',
  description: '16 MHz, 64 KiB RAM, one UART, which is the console: where stacks and heap are tight.',
  cpuHz: 16_000_000,
  ramSize: 1 << 16,
  callCycles: 60,
  irqLatencyCycles: 300,
  devices: [uart('uart0', { irq: 1, number: 0, console: true })],
  console: 'uart0',
  config: { ...usual, CONFIG_ARCH_BOARD: 'micro' },
};
