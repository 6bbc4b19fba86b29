/**
 * An analog-digital converter with NuttX's driver, /dev/adcN (nuttx/analog/adc.h; NuttX: drivers/analog/adc.c). It converts
 * its channels one after the other and interrupts for each.
 */
import { Errno } from '../../kernel/errno';
import { isNonBlocking, type OpenFile } from '../../kernel/fs/file';
import { notifyPollers, PollEvent } from '../../kernel/fs/poll';
import { cyclesOf, hardwareNow, hardwareState, schedule, unschedule, wireChanged } from '../../kernel/hardware';
import { raiseInterrupt } from '../../kernel/irq';
import type { Kernel } from '../../kernel/kernel';
import { waitInDriver, wakeDriverWait } from '../../kernel/sched/driverwait';
import type { Device, DeviceInput, Generator } from '../device';
import { constant, preview, sample } from './generator';

export interface AdcOptions {
  node: string;
  irq: number;
  channels: number;
  /** Of a result. */
  bits: number;
  /** Volts that give the largest result. */
  reference: number;
  /** Nanoseconds of one conversion. */
  conversionNs: number;
  /** Hertz at which it converts its channels by itself, while the driver is open; null: when ANIOC_TRIGGER says so. */
  rate: number | null;
}

interface Sample {
  channel: number;
  data: number;
}

interface State {
  generators: Generator[];
  /** Channel that is being converted; null: it rests. */
  converting: number | null;
  /** The result that the CPU has not taken yet. */
  result: Sample | null;
  /** Results that were lost, since the one before had not been taken. */
  overruns: number;
  /** What read will give. */
  fifo: Sample[];
  /** Open files. */
  users: number;
}

const Ioctl = { Trigger: 0x0b01, Channels: 0x0b04, ResetFifo: 0x0b05, Samples: 0x0b06 } as const;
const Event = { Converted: 0, Start: 1 } as const;

/** Samples that the driver keeps: CONFIG_ADC_FIFOSIZE less the one that a ring cannot hold. */
const FIFO_SIZE = 7;
const MESSAGE_SIZE = 5;

export function adc(name: string, options: AdcOptions): Device {
  const { node, irq, channels, bits, reference, conversionNs, rate } = options;
  const stateOf = (k: Kernel) => hardwareState<State>(k, name);
  const what = `samples from ${node}`;

  function begin(k: Kernel, state: State, channel: number): void {
    state.converting = channel;
    schedule(k, name, hardwareNow(k) + cyclesOf(k, conversionNs), Event.Converted);
  }

  function trigger(k: Kernel): number {
    const state = stateOf(k);
    if (state.converting === null) begin(k, state, 0);
    return 0;
  }

  /** -ENOTTY: no such request. */
  function ioctl(k: Kernel, _file: OpenFile, request: number): number {
    switch (request) {
      case Ioctl.Trigger:
        return trigger(k);
      case Ioctl.Channels:
        return channels;
      case Ioctl.ResetFifo:
        stateOf(k).fifo = [];
        return 0;
      case Ioctl.Samples:
        return stateOf(k).fifo.length;
      default:
        return -Errno.ENOTTY;
    }
  }

  function open(k: Kernel): number {
    const state = stateOf(k);
    if (++state.users > 1) return 0;
    state.fifo = [];
    if (rate !== null) schedule(k, name, hardwareNow(k) + cyclesOf(k, 1e9 / rate), Event.Start);
    return 0;
  }

  function close(k: Kernel): void {
    const state = stateOf(k);
    if (--state.users > 0) return;
    state.converting = state.result = null;
    unschedule(k, name, Event.Converted);
    unschedule(k, name, Event.Start);
  }

  /** As many samples as there are and fit. -EAGAIN: none, with O_NONBLOCK; -EINTR: a signal came. */
  function read(k: Kernel, file: OpenFile, data: number, length: number): number {
    const size = [5, 4, 3, 2].find((each) => length % each === 0) ?? (length === 1 ? 1 : MESSAGE_SIZE);
    if (length < size) return 0;
    const { fifo } = stateOf(k);
    if (fifo.length === 0) return isNonBlocking(file) ? -Errno.EAGAIN : waitInDriver(k, what);
    const taken = fifo.splice(0, Math.floor(length / size));
    const bytes = k.memory.slice(data, taken.length * size);
    taken.forEach((each, i) => bytes.set(message(each, size), i * size));
    return bytes.length;
  }

  /** An end of conversion: the next channel's begins. */
  function converted(k: Kernel): void {
    const state = stateOf(k);
    const channel = state.converting!;
    const volts = sample(k, state.generators[channel]!, hardwareNow(k));
    const steps = 2 ** bits;
    const data = Math.min(steps - 1, Math.max(0, Math.floor((volts / reference) * steps)));
    wireChanged(k, name, channel, Math.round(volts * 1e6), data);
    if (state.result) state.overruns++;
    else state.result = { channel, data };
    raiseInterrupt(k, irq);
    if (channel + 1 < channels) begin(k, state, channel + 1);
    else state.converting = null;
  }

  /** The CPU takes the result; one that finds no room is lost. */
  function take(k: Kernel): void {
    const state = stateOf(k);
    const { result, fifo } = state;
    state.result = null;
    if (!result || fifo.length === FIFO_SIZE) return;
    fifo.push(result);
    wakeDriverWait(k, what);
    notifyPollers(k, { kind: node, object: 0 }, PollEvent.In);
  }

  function input(k: Kernel, value: DeviceInput): void {
    if (value.type !== 'generator' && value.type !== 'value') throw new Error(`${name} takes a generator or volts.`);
    const { generators } = stateOf(k);
    if (!generators[value.channel]) {
      throw new Error(`${name} has channels 0 to ${channels - 1}, not ${value.channel}.`);
    }
    const generator = value.type === 'generator' ? { ...value.generator } : constant(value.value);
    const { offset, amplitude, frequency } = generator;
    if (![offset, amplitude, frequency].every(Number.isFinite)) {
      throw new Error(`${name} takes finite volts and hertz, not ${offset}, ${amplitude} V and ${frequency} Hz.`);
    }
    generators[value.channel] = generator;
  }

  return {
    name,
    kind: 'adc',
    state: {
      generators: Array.from({ length: channels }, () => constant(0)),
      converting: null,
      result: null,
      overruns: 0,
      fifo: [],
      users: 0,
    } satisfies State,
    kept: (k) => ({ generators: stateOf(k).generators }),
    wires: Array.from({ length: channels }, (_, i) => ({ name: `${name} IN${i}`, kind: 'analog', unit: 'V' })),
    nodes: [
      {
        path: node,
        operations: {
          open,
          close,
          read,
          ioctl,
          poll: (k) => (stateOf(k).fifo.length > 0 ? PollEvent.In : 0),
        },
      },
    ],
    event(k, event) {
      if (event === Event.Converted) {
        converted(k);
        return;
      }
      schedule(k, name, hardwareNow(k) + cyclesOf(k, 1e9 / rate!), Event.Start);
      trigger(k);
    },
    irq: { number: irq, handler: take },
    input,
    view(k) {
      const { generators, converting, result, overruns, fifo } = stateOf(k);
      const now = hardwareNow(k);
      return {
        registers: [
          { name: 'BUSY', value: Number(converting !== null), bits: 1 },
          { name: 'CHSEL', value: converting ?? 0, bits: 4 },
          { name: 'DR', value: (result ?? fifo.at(-1))?.data ?? 0, bits },
          { name: 'OVR', value: overruns, bits: 16 },
        ],
        controls: generators.map((generator, channel) => ({
          type: 'generator',
          channel,
          label: `IN${channel}`,
          generator,
          value: preview(k, generator, now),
          max: reference,
        })),
      };
    },
  };
}

/** A sample as read gives it: struct adc_msg_s, or less of it when less was asked for. */
function message({ channel, data }: Sample, size: number): number[] {
  const bytes = [data & 0xff, (data >> 8) & 0xff, (data >> 16) & 0xff, data >>> 24];
  if (size === 5) return [channel, ...bytes];
  const upper = bytes.slice(size === 4 ? 1 : size === 1 ? 3 : 2);
  return size > 2 ? [channel, ...upper] : upper;
}
