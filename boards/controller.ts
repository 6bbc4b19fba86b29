/** A controller with everything. */
import type { Board } from './board';
import { adc } from './devices/adc';
import { card } from './devices/block';
import { buttons } from './devices/buttons';
import { ethernet } from './devices/ethernet';
import { flash } from './devices/flash';
import { gpio, PinType, type PinOptions } from './devices/gpio';
import { i2c } from './devices/i2c';
import { leds } from './devices/leds';
import { pwm } from './devices/pwm';
import { ptpClock } from './devices/ptpclock';
import { random } from './devices/random';
import { rtc } from './devices/rtc';
import { spi } from './devices/spi';
import { temperature } from './devices/temperature';
import { timer } from './devices/timer';
import { uart } from './devices/uart';
import { watchdog } from './devices/watchdog';
import { network, usual } from './usual';

const led = (name: string): PinOptions => ({ name, type: PinType.Output, isWired: true });
const button = (name: string): PinOptions => ({ name, type: PinType.Both, isWired: true });

/** Interrupts, by number; a device that has none has no need of one. */
const Irq = {
  Uart0: 1,
  Uart1: 2,
  Gpio: 3,
  Buttons: 4,
  Adc: 5,
  I2c: 6,
  Temperature: 7,
  Spi: 8,
  Rtc: 9,
  Timer0: 10,
  Timer1: 11,
  Watchdog: 12,
  Ethernet: 13,
} as const;

const MEBIBYTE = 1 << 20;

const thermometer = temperature('temp0', { node: '/dev/temp0', bus: 'i2c0', address: 0x48, irq: Irq.Temperature });
/** SPIDEV_FLASH(0) */
const norFlash = flash('flash0', { node: '/dev/mtdblock0', id: 2 << 16, size: MEBIBYTE, frequency: 20_000_000 });

export const controller: Board = {
  name: 'controller',
  title: 'Controller',
  description:
    '100 MHz, 1 MiB RAM, two UARTs, pins, LEDs and buttons, and an Ethernet port, and every other device that there is.',
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
    adc('adc0', {
      node: '/dev/adc0',
      irq: Irq.Adc,
      channels: 4,
      bits: 12,
      reference: 3.3,
      conversionNs: 20_000,
      rate: null,
    }),
    pwm('pwm0', { node: '/dev/pwm0', maxFrequency: 1_000_000 }),
    i2c('i2c0', { node: '/dev/i2c0', irq: Irq.I2c, slaves: [thermometer.slave] }),
    thermometer,
    spi('spi0', { node: '/dev/spi0', irq: Irq.Spi, slaves: [norFlash.slave] }),
    norFlash,
    rtc('rtc0', { node: '/dev/rtc0', irq: Irq.Rtc }),
    timer('timer0', { node: '/dev/timer0', irq: Irq.Timer0 }),
    timer('timer1', { node: '/dev/timer1', irq: Irq.Timer1 }),
    watchdog('watchdog0', { node: '/dev/watchdog0', irq: Irq.Watchdog, timeout: 2000, maxTimeout: 32_000 }),
    random('random'),
    ptpClock('ptp0', { node: '/dev/ptp0', maxAdjustment: 500_000 }),
    ethernet('eth0', { irq: Irq.Ethernet, mac: 0x0200_0000_0001, txRing: 8, rxRing: 16, clock: 'ptp0' }),
    card('card0', { node: '/dev/mmcsd0', size: MEBIBYTE, frequency: 25_000_000 }),
  ],
  ramDisks: [128],
  // A crystal.
  oscillator: { ppm: 0, tolerancePpm: 20, driftPpmPerDay: 0.05, wanderPpb: 0.5, ppmPerDegree: 0.2, noiseNs: 4 },
  console: 'uart0',
  config: { ...usual, CONFIG_ARCH_BOARD: 'controller', CONFIG_RTC: true, ...network, CONFIG_NETUTILS_NETINIT: true },
};
