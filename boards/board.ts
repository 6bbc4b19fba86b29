/** A virtual board: the data that makes one different from another. */
import type { Oscillator } from '../kernel/clock/oscillator';
import type { ConfigValue } from '../kernel/config';
import { controller } from './controller';
import type { Device } from './device';
import { fourPorts } from './four-ports';
import { micro } from './micro';
import type { BenchPlan } from './plan';
import { twoControllers } from './two-controllers';
import { network, usual } from './usual';

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
  /** Sectors of 512 bytes of the disks that its bring-up makes in RAM: /dev/ram0 and so on. */
  ramDisks?: readonly number[];
  /** Of its PTP clock; a perfect one without. A bench may say otherwise for each of its boards. */
  oscillator?: Oscillator;
  /** Name of the UART that is the console; null for one that takes no time. */
  console: string | null;
  /** What the board sets differently from NuttX's defaults. */
  config: Record<string, ConfigValue>;
  /** Of several that are alike and wired together, what they are called and what links them. */
  bench?: BenchPlan;
}

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
    config: { ...usual, ...network, CONFIG_ARCH_BOARD: 'sim', CONFIG_NETDB_HOSTCONF: false },
  },
  micro,
  controller,
  fourPorts,
  twoControllers,
];

export const defaultBoard = boards[0]!;

export function findBoard(name: string): Board | undefined {
  return boards.find((board) => board.name === name);
}
