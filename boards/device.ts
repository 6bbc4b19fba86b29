/**
 * A device of a board: a UART, a button, a sensor. Each is made by a function of its own file, which the board's data
 * call: `uart('uart0', { irq: 2, node: '/dev/ttyS0' })`. A device is behaviour; its state is a plain object in the state
 * tree, under its name (`hardwareState`), so that checkpoints hold it.
 */
import type { BlockOperations } from '../kernel/fs/block';
import type { FileOperations } from '../kernel/fs/operations';
import type { Carrier, Hardware, Output } from '../kernel/hardware';
import type { Kernel } from '../kernel/kernel';

export interface Device extends Hardware {
  /** No two of a board have the same; also what the panes show. */
  name: string;
  kind: DeviceKind;
  /** Its state when the power comes on. */
  state: object;
  /** Bytes of its own memory (a flash chip's, say), which is part of checkpoints, and what they are at power on. */
  memory?: { size: number; fill: number };
  /** Its nodes in the file system: paths, and what can be done with them (`file.kind` is the path). */
  nodes?: readonly DeviceNode[];
  /** Number of its interrupt, and what its driver does when the CPU takes it. */
  irq?: { number: number; handler(k: Kernel): void };
  /** The board comes to life: the other devices are there. */
  start?(k: Kernel): void;
  /** Of its state, before the board is reset, what that leaves as it is; then it starts again. Its memory stays, too. */
  kept?(k: Kernel): object;
  /** Something comes from outside. Throws an Error with what is wrong with it, and what can be. */
  input?(k: Kernel, value: DeviceInput): void;
  /** What can be looked at over time, by its place in the list: see `wireChanged`. */
  wires?: readonly WireInfo[];
  /** What the Board pane shows: see main/contract/board.ts. */
  view(k: Kernel): DeviceView;
}

export type DeviceKind =
  | 'uart'
  | 'gpio'
  | 'leds'
  | 'buttons'
  | 'adc'
  | 'pwm'
  | 'i2c'
  | 'spi'
  | 'temperature'
  | 'flash'
  | 'rtc'
  | 'timer'
  | 'watchdog'
  | 'random'
  | 'block'
  | 'ethernet'
  | 'ptp';

export interface DeviceNode {
  path: string;
  operations: FileOperations;
  /** Of a block device; every other node is a character device. */
  block?: BlockOperations;
}

/** What reaches a device from outside, plain data; it is kept in the input log as it is. */
export type DeviceInput =
  /**
   * Bytes on a UART's receiving line, one after the other at its baud rate; or a level, a button (channel: which), a
   * slider: a sensor's or an ADC channel's value in its unit.
   */
  | Output
  | Carrier
  /** A generator on an ADC channel. */
  | { type: 'generator'; channel: number; generator: Generator };

/** A signal generator: value(t) = offset + amplitude * shape(frequency * t), noise from the machine's random numbers. */
export interface Generator {
  shape: 'constant' | 'sine' | 'square' | 'triangle' | 'sawtooth' | 'noise';
  /** Volts. */
  offset: number;
  amplitude: number;
  /** Hertz. */
  frequency: number;
}

export interface WireInfo {
  name: string;
  /**
   * `level`: 0 or 1. `analog`: a number of `unit`, in millionths. `bytes`: of a UART a byte that begins, with its baud rate
   * (that has ended, with that below zero; without one, a break begins), of a bus one that has passed, with its hertz.
   * `pwm`: frequency, duty in 1/65536.
   */
  kind: 'level' | 'analog' | 'bytes' | 'pwm';
  unit?: string;
}

/** What a device shows of itself. */
export interface DeviceView {
  /** Its registers, as they would be read. */
  registers: { name: string; value: number; bits: number }[];
  /** What can be seen and set on screen. */
  controls: Control[];
}

export type Control =
  | { type: 'led'; channel: number; label: string; on: boolean; brightness: number }
  | { type: 'button'; channel: number; label: string; pressed: boolean }
  | { type: 'level'; channel: number; label: string; level: number; direction: 'in' | 'out'; settable: boolean }
  | {
      type: 'slider';
      channel: number;
      label: string;
      value: number;
      min: number;
      max: number;
      step: number;
      unit: string;
    }
  /** `max`: volts that the channel can tell from more. */
  | { type: 'generator'; channel: number; label: string; generator: Generator; value: number; max: number }
  | { type: 'text'; label: string; text: string };
