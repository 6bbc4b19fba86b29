/**
 * A port of pins, and NuttX's driver for each, /dev/gpioN (nuttx/ioexpander/gpio.h; NuttX: drivers/ioexpander/gpio.c). A pin
 * that is an input has the level that is put on it from outside, or that its resistor pulls it to.
 */
import { Errno } from '../../kernel/errno';
import type { OpenFile } from '../../kernel/fs/file';
import type { FileOperations } from '../../kernel/fs/operations';
import { notifyPollers, PollEvent } from '../../kernel/fs/poll';
import { hardwareNow, hardwareState, wireChanged } from '../../kernel/hardware';
import { raiseInterrupt } from '../../kernel/irq';
import { running, taskOf, type Kernel } from '../../kernel/kernel';
import { groupOf } from '../../kernel/sched/group';
import type { Device, DeviceView } from '../device';
import { loadNotification, tell, type Notification } from './notify';

/** enum gpio_pintype_e */
export const PinType = {
  Input: 0, PullUp: 1, PullDown: 2, Output: 3, OpenDrain: 4, Interrupt: 5, High: 6, Low: 7, Rising: 8, Falling: 9, Both: 10,
} as const; // prettier-ignore
const PIN_TYPES = 11;

export interface PinOptions {
  /** What the Logic pane calls it. */
  name: string;
  /** {@link PinType} at power on. */
  type: number;
  /** Another device of the board is wired to it: nobody sets it by hand. */
  isWired?: boolean;
}

export interface GpioOptions {
  /** Of all its pins. */
  irq: number;
  /** Number of the first pin's node. */
  first?: number;
  pins: readonly PinOptions[];
}

interface Pin {
  type: number;
  /** What is written to it, and what is put on it from outside, if anything is. */
  latch: number;
  outside: number | null;
  level: number;
  /** An edge, or level, has come for which its driver has not been called yet; and one since it was last read. */
  pending: boolean;
  isNews: boolean;
  /** Who is told of interrupts. */
  signals: Notification[];
  /** Another device's interrupt, which every change raises; 0 for none. */
  line: number;
}

interface GpioState {
  pins: Pin[];
}

const Request = { Write: 0x2301, Read: 0x2302, Type: 0x2303, Register: 0x2304, Unregister: 0x2305, SetType: 0x2306 };

const SEEK_SET = 0;
const ZERO = '0'.charCodeAt(0);

const pinOf = (k: Kernel, device: string, pin: number): Pin => hardwareState<GpioState>(k, device).pins[pin]!;
const isOutput = (type: number) => type === PinType.Output || type === PinType.OpenDrain;
const isInterrupt = (type: number) => type >= PinType.Interrupt;

/** The level that a pin has. */
function levelOf({ type, latch, outside }: Pin): number {
  if (type === PinType.Output || (type === PinType.OpenDrain && latch === 0)) return latch;
  return outside ?? (type === PinType.PullUp || type === PinType.OpenDrain ? 1 : 0);
}

/** Level of a pin of a port. */
export function readPin(k: Kernel, device: string, pin: number): number {
  return pinOf(k, device, pin).level;
}

/** Writes to a pin, which shows if it is an output. */
export function writePin(k: Kernel, device: string, pin: number, level: number): void {
  pinOf(k, device, pin).latch = level;
  settle(k, device, pin);
}

/** Puts a level on a pin from outside. */
export function drivePin(k: Kernel, device: string, pin: number, level: number): void {
  pinOf(k, device, pin).outside = level;
  settle(k, device, pin);
}

/** Lets every change of a pin raise an interrupt of another device. */
export function watchPin(k: Kernel, device: string, pin: number, irq: number): void {
  pinOf(k, device, pin).line = irq;
}

/** A pin may have another level now. */
function settle(k: Kernel, device: string, index: number): void {
  const pin = pinOf(k, device, index);
  const level = levelOf(pin);
  if (level === pin.level) return;
  pin.level = level;
  wireChanged(k, device, index, level);
  if (isOutput(pin.type)) k.onOutput(device, { type: 'value', channel: index, value: level }, hardwareNow(k));
  if (pin.line !== 0) raiseInterrupt(k, pin.line);
  if (!triggers(pin)) return;
  pin.pending = true;
  raiseInterrupt(k, hardwareState<{ irq: number }>(k, device).irq);
}

/** Whether a pin's change to the level that it has is what its interrupt is for. A level's comes when it is reached. */
function triggers({ type, level }: Pin): boolean {
  switch (type) {
    case PinType.Interrupt:
    case PinType.High:
    case PinType.Rising:
      return level === 1;
    case PinType.Low:
    case PinType.Falling:
      return level === 0;
    default:
      return type === PinType.Both;
  }
}

export function gpio(name: string, { irq, first = 0, pins }: GpioOptions): Device {
  const path = (pin: number) => `/dev/gpio${first + pin}`;

  function operations(index: number): FileOperations {
    const pin = (k: Kernel) => pinOf(k, name, index);
    return {
      fromOutside: true,
      read(k, file, data) {
        // The level is all that there is: what follows is the end, until the position is set back.
        if (file.offset > 0) return 0;
        k.memory.store8(data, ZERO + pin(k).level);
        pin(k).isNews = false;
        file.offset = 1;
        return 1;
      },
      write(k, _file, data) {
        if (!isOutput(pin(k).type)) return -Errno.EACCES;
        const level = k.memory.load8(data) - ZERO;
        if (level !== 0 && level !== 1) return -Errno.EINVAL;
        writePin(k, name, index, level);
        return 1;
      },
      seek: seekBack,
      poll: (k) => (pin(k).isNews ? PollEvent.In : 0) | (isOutput(pin(k).type) ? PollEvent.Out : 0),
      ioctl: (k, _file, request, arg) => control(k, index, request, arg),
    };
  }

  function control(k: Kernel, index: number, request: number, arg: number): number {
    const pin = pinOf(k, name, index);
    switch (request) {
      case Request.Write:
        if (!isOutput(pin.type)) return -Errno.EACCES;
        writePin(k, name, index, arg === 0 ? 0 : 1);
        return 0;
      case Request.Read:
        if (arg === 0) return -Errno.EINVAL;
        k.memory.store8(arg, pin.level);
        pin.isNews = false;
        return 0;
      case Request.Type:
        if (arg === 0) return -Errno.EINVAL;
        k.memory.store32(arg, pin.type);
        return 0;
      case Request.SetType:
        if (arg < 0 || arg >= PIN_TYPES) return -Errno.EINVAL;
        pin.type = arg;
        settle(k, name, index);
        return 0;
      case Request.Register:
        return arg === 0 || !isInterrupt(pin.type) ? -Errno.EACCES : register(k, pin, arg);
      case Request.Unregister:
        return isInterrupt(pin.type) ? unregister(k, pin) : -Errno.EACCES;
      default:
        return -Errno.ENOTTY;
    }
  }

  function handler(k: Kernel): void {
    hardwareState<GpioState>(k, name).pins.forEach((pin, index) => {
      if (!pin.pending) return;
      pin.pending = false;
      pin.isNews = true;
      pin.signals = pin.signals.filter(({ pid }) => taskOf(k, pid));
      pin.signals.forEach((each, i) => tell(k, each, (first + index) * MOST_SIGNALS + i));
      notifyPollers(k, { kind: path(index), object: 0 }, PollEvent.In);
    });
  }

  return {
    name,
    kind: 'gpio',
    state: { irq, pins: pins.map(({ type }) => initialPin(type, null)) },
    nodes: pins.map((_, i) => ({ path: path(i), operations: operations(i) })),
    irq: { number: irq, handler },
    wires: pins.map((pin) => ({ name: pin.name, kind: 'level' })),
    /** What is put on the pins from outside. */
    kept: (k) => ({ pins: pins.map(({ type }, i) => initialPin(type, pinOf(k, name, i).outside)) }),
    start(k) {
      pins.forEach((_, i) => {
        const { type, level } = pinOf(k, name, i);
        wireChanged(k, name, i, level);
        // What it is wired to may know another one from before a reset.
        if (isOutput(type) && k.state.boot.cycle > 0)
          k.onOutput(name, { type: 'value', channel: i, value: level }, hardwareNow(k));
      });
    },
    input(k, value) {
      if (value.type !== 'value') throw new Error(`${name} is a port of pins: it takes levels, no ${value.type}.`);
      if (!pins[value.channel]) throw new Error(`${name} has pins 0 to ${pins.length - 1}, no ${value.channel}.`);
      drivePin(k, name, value.channel, value.value === 0 ? 0 : 1);
    },
    isAwaited: (k) => hardwareState<GpioState>(k, name).pins.some(({ signals }) => signals.length > 0),
    view: (k) => view(hardwareState<GpioState>(k, name).pins, pins),
  };
}

const initialPin = (type: number, outside: number | null): Pin => {
  const pin: Pin = {
    type,
    latch: 0,
    outside,
    level: 0,
    pending: false,
    isNews: false,
    signals: [],
    line: 0,
  };
  return { ...pin, level: levelOf(pin) };
};

/** More than CONFIG_DEV_GPIO_NSIGNALS can be. */
const MOST_SIGNALS = 64;

/** The caller's task is told of interrupts from now on, as a struct sigevent says. -EBUSY: as many are as can be. */
function register(k: Kernel, pin: Pin, event: number): number {
  const wanted = loadNotification(k, event, 0);
  const others = pin.signals.filter(({ pid }) => pid !== wanted.pid && taskOf(k, pid));
  if (others.length >= Number(k.state.settings.config.CONFIG_DEV_GPIO_NSIGNALS)) return -Errno.EBUSY;
  pin.signals = [...others, wanted];
  return 0;
}

/** -EINVAL: it was not. */
function unregister(k: Kernel, pin: Pin): number {
  const self = groupOf(k, running(k)).id;
  const others = pin.signals.filter(({ pid }) => pid !== self);
  if (others.length === pin.signals.length) return -Errno.EINVAL;
  pin.signals = others;
  return 0;
}

/** Back to the beginning, where there is something to read. -ENOSYS: from elsewhere; -EINVAL: to elsewhere. */
function seekBack(_k: Kernel, file: OpenFile, offset: number, whence: number): number {
  if (whence !== SEEK_SET) return -Errno.ENOSYS;
  if (offset !== 0) return -Errno.EINVAL;
  file.offset = 0;
  return 0;
}

function view(pins: readonly Pin[], options: readonly PinOptions[]): DeviceView {
  const bits = (of: (pin: Pin) => number) => pins.reduce((sum, pin, i) => sum + of(pin) * 2 ** i, 0);
  const register = (name: string, of: (pin: Pin) => number) => ({ name, value: bits(of), bits: pins.length });
  return {
    registers: [
      register('IN', ({ level }) => level),
      register('OUT', ({ latch }) => latch),
      register('DIRECTION', ({ type }) => (isOutput(type) ? 1 : 0)),
      register('PENDING', ({ pending }) => (pending ? 1 : 0)),
    ],
    controls: pins.map(({ type, level }, channel) => ({
      type: 'level',
      channel,
      label: options[channel]!.name,
      level,
      direction: isOutput(type) ? 'out' : 'in',
      settable: !isOutput(type) && !options[channel]!.isWired,
    })),
  };
}
