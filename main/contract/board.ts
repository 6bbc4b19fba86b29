/** What a board shows of its devices, and what can be done to them from outside. */
import { z } from 'zod';

/** A signal generator: value(t) = offset + amplitude * shape(frequency * t). */
export const Generator = z.object({
  shape: z.enum(['constant', 'sine', 'square', 'triangle', 'sawtooth', 'noise']),
  /** Volts. */
  offset: z.number(),
  amplitude: z.number().min(0),
  /** Hertz. */
  frequency: z.number().min(0),
});
export type Generator = z.infer<typeof Generator>;

const channel = z.int().min(0);

export const DeviceInput = z.discriminatedUnion('type', [
  /** Bytes on a UART's receiving line, one after the other at its baud rate. */
  z.object({ type: z.literal('bytes'), bytes: z.instanceof(Uint8Array) }),
  /** A level, a button (1: pressed), or a sensor's or an ADC channel's value in its unit. */
  z.object({ type: z.literal('value'), channel, value: z.number() }),
  z.object({ type: z.literal('generator'), channel, generator: Generator }),
]);
export type DeviceInput = z.infer<typeof DeviceInput>;

export const Register = z.object({ name: z.string(), value: z.number(), bits: z.int().min(1).max(64) });
export type Register = z.infer<typeof Register>;

const onChannel = { channel, label: z.string() };

/** What can be seen of a device, and set where that makes sense. */
export const Control = z.discriminatedUnion('type', [
  /** Brightness 0 to 1: of an LED that PWM drives, its share of the time. */
  z.object({ type: z.literal('led'), ...onChannel, on: z.boolean(), brightness: z.number() }),
  z.object({ type: z.literal('button'), ...onChannel, pressed: z.boolean() }),
  z.object({
    type: z.literal('level'),
    ...onChannel,
    level: z.number(),
    direction: z.enum(['in', 'out']),
    settable: z.boolean(),
  }),
  z.object({
    type: z.literal('slider'),
    ...onChannel,
    value: z.number(),
    min: z.number(),
    max: z.number(),
    step: z.number(),
    unit: z.string(),
  }),
  /** Volts: `value` is what it gives now, `max` what the channel can tell from more. */
  z.object({ type: z.literal('generator'), ...onChannel, generator: Generator, value: z.number(), max: z.number() }),
  z.object({ type: z.literal('text'), label: z.string(), text: z.string() }),
]);
export type Control = z.infer<typeof Control>;

export const DeviceSnapshot = z.object({
  /** No two of a board have the same. */
  name: z.string(),
  /** What it is: `uart`, `gpio`, `leds`, ... */
  kind: z.string(),
  registers: z.array(Register),
  controls: z.array(Control),
});
export type DeviceSnapshot = z.infer<typeof DeviceSnapshot>;

/**
 * Something with a value over time: a wire of a device, or a variable of the firmware that is watched.
 * `level`: 0 or 1. `analog`: a number. `bytes`: bytes on a serial line, 8N1. `bus`: bytes on a bus, I2C or SPI. `pwm`: a
 * rectangle of a frequency and duty.
 */
export const Wave = z.object({
  /** `gpio0 PA1`; of a variable `= g_speed`. It stays the same from one boot to the next. */
  id: z.string(),
  /** Null for a variable. */
  device: z.string().nullable(),
  name: z.string(),
  kind: z.enum(['level', 'analog', 'bytes', 'bus', 'pwm']),
  unit: z.string(),
});
export type Wave = z.infer<typeof Wave>;

export const BoardSnapshot = z.object({ title: z.string(), devices: z.array(DeviceSnapshot) });
export type BoardSnapshot = z.infer<typeof BoardSnapshot>;

/**
 * Numbers that describe one change of a wave, as doubles: virtual time in nanoseconds, value, detail. Value and detail
 * of `analog`: in the wave's unit, and nothing. Of `bytes`: the byte whose start bit begins then, and the baud rate; 0 for a
 * break, up to the next change. Of
 * `bus`: the byte that begins then, and the nanoseconds it takes. Of `pwm`: hertz, and the share of the period that it is
 * high, 0 to 1.
 */
export const CHANGE_NUMBERS = 3;

const nothing = z.object({});
const waveId = z.string().max(300);

/** Requests, by method: spread into those of the host. */
export const boardMethods = {
  /** Does something to a device. Refused when there is no such device, or it cannot take that. */
  deviceInput: { params: z.object({ device: z.string().max(64), value: DeviceInput }), result: nothing },
  /**
   * Watches a variable from now on, or no longer. Refused for what is no global variable, or a part of one, that holds
   * a number: `g_speed`, `g_tank.level[2]`.
   */
  watch: { params: z.object({ expression: z.string().min(1).max(256), on: z.boolean() }), result: nothing },
  /** Names of global variables. */
  variables: { params: nothing, result: z.object({ names: z.array(z.string()) }) },
  /**
   * Changes of waves in a span of virtual time, and for each the last change before it. Where there are more than
   * `points`, each of as many parts of the span is told by its first, lowest, highest and last change.
   */
  waves: {
    params: z.object({
      ids: z.array(waveId).max(512),
      from: z.number(),
      to: z.number(),
      points: z.int().min(1),
    }),
    /** In the order of `ids`, of waves that are there; see {@link CHANGE_NUMBERS}. */
    result: z.object({ waves: z.array(z.object({ id: z.string(), changes: z.instanceof(Uint8Array) })) }),
  },
  /** The last change of a wave before a time, or the first after it. */
  waveChange: {
    params: z.object({ id: waveId, at: z.number(), back: z.boolean() }),
    result: z.object({ change: z.tuple([z.number(), z.number(), z.number()]).nullable() }),
  },
} as const;
