/** A controller with everything. */
import type { Board } from './board';
import { buttons } from './devices/buttons';
import { gpio, PinType, type PinOptions } from './devices/gpio';
import { leds } from './devices/leds';
import { uart } from './devices/uart';
import { usual } from './usual';

const led = (name: string): PinOptions => ({ name, type: PinType.Output, isWired: true });
const button = (name: string): PinOptions => ({ name, type: PinType.Both, isWired: true });

/** Interrupts, by number; a device that has none has no need of one. */
const Irq = { Uart0: 1, Uart1: 2, Gpio: 3, Buttons: 4 } as const;

export const controller: Board = {
  name: 'controller',
  title: 'Controller',
  description: '100 MHz, 1 MiB RAM, two UARTs, pins, LEDs and buttons, and every other device that there is.',
  cpuHz: 100_000_000,
  ramSize: 1 << 20,
  callCycles: 100,
  irqLatencyCycles: 500,
  devices: [
    uart('uart0', { irq: Irq.Uart0, number: 0, console: true }),
    uart('uart1', { irq: Irq.Uart1, number: 1 }),
    gpio('gpio', {
      irq: Irq.Gpio,
      pins: [
        { name: 'PA0', type: PinType.Output },
        { name: 'PA1', type: PinType.Output },
        { name: 'PA2', type: PinType.Input },
        { name: 'PA3', type: PinType.Rising },
        led('LED1'),
        led('LED2'),
        led('LED3'),
        led('LED4'),
        button('BTN1'),
        button('BTN2'),
      ],
    }),
    leds('leds', { port: 'gpio', pins: [4, 5, 6, 7] }),
    buttons('buttons', { irq: Irq.Buttons, port: 'gpio', pins: [8, 9] }),
  ],
  console: 'uart0',
  config: { ...usual, CONFIG_ARCH_BOARD: 'controller' },
};
