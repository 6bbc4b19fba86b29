/** LEDs on pins of a port, and NuttX's driver for them, /dev/userleds (nuttx/leds/userled.h; NuttX: userled_upper.c). */
import { Errno } from '../../kernel/errno';
import type { FileOperations } from '../../kernel/fs/operations';
import type { Kernel } from '../../kernel/kernel';
import type { Device } from '../device';
import { readPin, writePin } from './gpio';

export interface LedsOptions {
  /** Name of the port, and its pins, which are outputs; an LED is on while its pin is high. */
  port: string;
  pins: readonly number[];
}

const Request = { Supported: 0x1d01, SetLed: 0x1d02, SetAll: 0x1d03, GetAll: 0x1d04 } as const;
/** Bytes of userled_set_t. */
const SET_SIZE = 4;

export function leds(name: string, { port, pins }: LedsOptions): Device {
  const supported = 2 ** pins.length - 1;
  const isOn = (k: Kernel, led: number) => readPin(k, port, pins[led]!);
  const lit = (k: Kernel) => pins.reduce((set, _, led) => set | (isOn(k, led) << led), 0);

  /** -EINVAL: there is no such LED. */
  function setAll(k: Kernel, set: number): number {
    if (set & ~supported) return -Errno.EINVAL;
    pins.forEach((pin, led) => writePin(k, port, pin, (set >> led) & 1));
    return 0;
  }

  /** struct userled_s: which one, and whether it is to be on. */
  function setLed(k: Kernel, address: number): number {
    const pin = pins[k.memory.load8(address)];
    if (pin === undefined) return -Errno.EINVAL;
    writePin(k, port, pin, k.memory.load8(address + 1) === 0 ? 0 : 1);
    return 0;
  }

  const operations: FileOperations = {
    write(k, _file, data, length) {
      if (length < SET_SIZE) return -Errno.EINVAL;
      const result = setAll(k, k.memory.load32(data));
      return result < 0 ? result : SET_SIZE;
    },
    ioctl(k, _file, request, arg) {
      if (request === Request.SetAll) return setAll(k, arg);
      if (!Object.values<number>(Request).includes(request)) return -Errno.ENOTTY;
      if (arg === 0) return -Errno.EINVAL;
      if (request === Request.SetLed) return setLed(k, arg);
      k.memory.store32(arg, request === Request.Supported ? supported : lit(k));
      return 0;
    },
  };

  return {
    name,
    kind: 'leds',
    state: {},
    nodes: [{ path: '/dev/userleds', operations }],
    view: (k) => ({
      registers: [{ name: 'SET', value: lit(k), bits: pins.length }],
      controls: pins.map((_, led) => {
        const on = isOn(k, led);
        return { type: 'led', channel: led, label: `LED${led + 1}`, on: on === 1, brightness: on };
      }),
    }),
  };
}
