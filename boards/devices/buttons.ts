/**
 * Buttons on pins of a port, and NuttX's driver for them, /dev/buttons (nuttx/input/buttons.h; NuttX: button_upper.c). They
 * do not bounce.
 */
import { Errno } from '../../kernel/errno';
import type { OpenFile } from '../../kernel/fs/file';
import type { FileOperations } from '../../kernel/fs/operations';
import { notifyPollers, PollEvent } from '../../kernel/fs/poll';
import { hardwareState } from '../../kernel/hardware';
import { taskOf, type Kernel } from '../../kernel/kernel';
import type { Device } from '../device';
import { drivePin, readPin, watchPin } from './gpio';
import { loadNotification, tell, type Notification } from './notify';

export interface ButtonsOptions {
  irq: number;
  /** Name of the port, and its pins, which are inputs; a button that is pressed makes its pin high. */
  port: string;
  pins: readonly number[];
}

/** Which presses and which releases are of interest. */
interface Interest {
  press: number;
  release: number;
}

/** What somebody who has opened the driver wants to know. */
interface Reader {
  polled: Interest;
  /** Something of that has happened since it last read. */
  isNews: boolean;
  told: (Interest & Notification) | null;
}

interface ButtonsState {
  /** As the driver last saw them. */
  pressed: number;
  /** By the number that their open files got, as whose `object` poll knows them. */
  readers: Map<number, Reader>;
  next: number;
}

const PATH = '/dev/buttons';
const Request = { Supported: 0x1c01, PollEvents: 0x1c02, Register: 0x1c03 } as const;
/** Bytes of btn_buttonset_t; a press set and a release set begin both structures. */
const SET_SIZE = 4;
/** Whose notification it is, among the devices' ({@link tell}). */
const OWNER = 0x10_0000;

export function buttons(name: string, { irq, port, pins }: ButtonsOptions): Device {
  const supported = 2 ** pins.length - 1;
  const state = (k: Kernel) => hardwareState<ButtonsState>(k, name);
  const readerOf = (k: Kernel, file: OpenFile) => state(k).readers.get(file.object)!;
  const pressed = (k: Kernel) => pins.reduce((set, pin, button) => set | (readPin(k, port, pin) << button), 0);

  const operations: FileOperations = {
    fromOutside: true,
    open(k, file) {
      file.object = state(k).next++;
      state(k).readers.set(file.object, {
        polled: { press: supported, release: supported },
        isNews: false,
        told: null,
      });
      return 0;
    },
    close: (k, file) => {
      state(k).readers.delete(file.object);
    },
    read(k, file, data, length) {
      if (length < SET_SIZE) return -Errno.EINVAL;
      k.memory.store32(data, pressed(k));
      readerOf(k, file).isNews = false;
      return SET_SIZE;
    },
    poll: (k, file) => (readerOf(k, file).isNews ? PollEvent.In : 0),
    ioctl(k, file, request, arg) {
      if (!Object.values<number>(Request).includes(request)) return -Errno.ENOTTY;
      if (arg === 0) return -Errno.EINVAL;
      if (request === Request.Supported) {
        k.memory.store32(arg, supported);
        return 0;
      }
      const interest = { press: k.memory.load32(arg), release: k.memory.load32(arg + SET_SIZE) };
      const reader = readerOf(k, file);
      if (request === Request.PollEvents) reader.polled = interest;
      else reader.told = { ...interest, ...loadNotification(k, arg + 2 * SET_SIZE, 0) };
      return 0;
    },
  };

  /** Compares the buttons with what they were, as NuttX's btn_sample. */
  function handler(k: Kernel): void {
    const s = state(k);
    const now = pressed(k);
    const [press, release] = [now & ~s.pressed, s.pressed & ~now];
    s.pressed = now;
    const concerns = (interest: Interest) => (interest.press & press) | (interest.release & release);
    for (const [object, reader] of s.readers) {
      if (concerns(reader.polled)) {
        reader.isNews = true;
        notifyPollers(k, { kind: PATH, object }, PollEvent.In);
      }
      if (reader.told && concerns(reader.told) && taskOf(k, reader.told.pid)) {
        tell(k, { ...reader.told, event: { ...reader.told.event, value: now } }, OWNER + object);
      }
    }
  }

  return {
    name,
    kind: 'buttons',
    state: { pressed: 0, readers: new Map(), next: 1 } satisfies ButtonsState,
    nodes: [{ path: PATH, operations }],
    irq: { number: irq, handler },
    start: (k) => {
      for (const pin of pins) watchPin(k, port, pin, irq);
      // One that is pressed is, also over a reset.
      state(k).pressed = pressed(k);
    },
    input(k, value) {
      if (value.type !== 'value') throw new Error(`${name} are buttons: they take 1 for pressed, 0 for not.`);
      const pin = pins[value.channel];
      if (pin === undefined) throw new Error(`${name} has buttons 0 to ${pins.length - 1}, no ${value.channel}.`);
      drivePin(k, port, pin, value.value === 0 ? 0 : 1);
    },
    isAwaited: (k) => [...state(k).readers.values()].some(({ told }) => told && taskOf(k, told.pid)),
    view: (k) => ({
      registers: [{ name: 'SET', value: pressed(k), bits: pins.length }],
      controls: pins.map((pin, channel) => ({
        type: 'button',
        channel,
        label: `BTN${channel + 1}`,
        pressed: readPin(k, port, pin) === 1,
      })),
    }),
  };
}
