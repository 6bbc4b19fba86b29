/** A virtual board: the data that makes one different from another. */
import type { ConfigValue } from '../kernel/config';
import type { Device } from './device';

export interface Board {
  name: string;
  title: string;
  description: string;
  cpuHz: number;
  /** Bytes, a multiple of 64 KiB. */
  ramSize: number;
  /** CPU cycles that a system call costs, and that pass between the timer's tick and its interrupt handler. */
  callCycles: number;
  irqLatencyCycles: number;
  /** What is on it. */
  devices: readonly Device[];
  /** Name of the UART that is the console; null for one that takes no time. */
  console: string | null;
  /** What the board sets differently from NuttX's defaults. */
  config: Record<string, ConfigValue>;
}

/** What firmware of any board may expect to be there, though NuttX leaves it out unless asked. */
const usual: Record<string, ConfigValue> = {
  CONFIG_RR_INTERVAL: 200,
  CONFIG_PRIORITY_INHERITANCE: true,
  CONFIG_SCHED_WAITPID: true,
  CONFIG_LIBC_MAX_EXITFUNS: 8,
  CONFIG_TLS_NCLEANUP: 8,
  CONFIG_PIPES: true,
};

export const boards: readonly Board[] = [
  {
    name: 'sim',
    title: 'Simulator',
    description: '100 MHz, 1 MiB RAM, a console: for everything that needs no peripherals.',
    cpuHz: 100_000_000,
    ramSize: 1 << 20,
    callCycles: 100,
    irqLatencyCycles: 500,
    devices: [],
    console: null,
    config: { ...usual, CONFIG_ARCH_BOARD: 'sim' },
  },
  {
    name: 'micro',
    title: 'Microcontroller',
    description: '16 MHz, 128 KiB RAM, a console: where stacks and heap are tight.',
    cpuHz: 16_000_000,
    ramSize: 2 << 16,
    callCycles: 60,
    irqLatencyCycles: 300,
    devices: [],
    console: null,
    config: { ...usual, CONFIG_ARCH_BOARD: 'micro' },
  },
];

export const defaultBoard = boards[0]!;

export function findBoard(name: string): Board | undefined {
  return boards.find((board) => board.name === name);
}
