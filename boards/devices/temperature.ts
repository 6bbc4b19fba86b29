/**
 * An LM75 temperature sensor on an I2C bus, with NuttX's driver, /dev/tempN (nuttx/sensors/lm75.h; NuttX:
 * drivers/sensors/lm75.c). It measures ten times a second, and compares with two thresholds for its OS pin.
 */
import { Errno } from '../../kernel/errno';
import type { OpenFile } from '../../kernel/fs/file';
import { cyclesOf, hardwareNow, hardwareState, schedule, unschedule, wireChanged } from '../../kernel/hardware';
import { raiseInterrupt } from '../../kernel/irq';
import type { Kernel } from '../../kernel/kernel';
import type { Device } from '../device';
import { I2C_READ, i2cTransfer, type I2cMessage, type I2cSlave } from './i2c';

const Register = { Temperature: 0, Configuration: 1, Hysteresis: 2, OverTemperature: 3 } as const;
const Configuration = { Shutdown: 1, Interrupt: 2, Polarity: 4, FaultShift: 3 } as const;
const Ioctl = {
  ReadConfiguration: 0x0a0b,
  WriteConfiguration: 0x0a0c,
  Shutdown: 0x0a0d,
  PowerUp: 0x0a0e,
  Fahrenheit: 0x0a0f,
  Centigrade: 0x0a10,
  ReadHysteresis: 0x0a11,
  WriteHysteresis: 0x0a12,
  ReadOverTemperature: 0x0a13,
  WriteOverTemperature: 0x0a14,
} as const;

/** Measurements beyond a threshold in a row until it counts, by two bits of the configuration. */
const FAULTS = [1, 2, 4, 6] as const;
const MEASUREMENT_NS = 100_000_000;
/** CONFIG_LM75_I2C_FREQUENCY, in hertz. */
const FREQUENCY = 100_000;
/** Bytes of a b16_t. */
const SAMPLE_SIZE = 4;
const [COLDEST, HOTTEST] = [-55, 125];
const Wire = { Temperature: 0, Os: 1 } as const;

interface State {
  /** What it is exposed to, in degrees Celsius. */
  celsius: number;
  /** Nine-bit numbers of half degrees, as the upper bits of 16; signed. */
  temperature: number;
  hysteresis: number;
  overTemperature: number;
  configuration: number;
  /** Register that is read next, and how many bytes of it, and of what is written, have passed. */
  pointer: number;
  passed: number;
  /** First of two bytes that are written. */
  upper: number;
  /** Measurements beyond the threshold in a row. */
  faults: number;
  /** It has been too hot, and not cold enough since; and OS says so, or in interrupt mode that this has changed. */
  hot: boolean;
  active: boolean;
  /** The driver: what read gives is in degrees Fahrenheit. */
  fahrenheit: boolean;
}

const HALF_DEGREE = 0x80;
const registerOf = (celsius: number) => Math.floor(celsius * 2) * HALF_DEGREE;
const microDegrees = ({ temperature }: State) => (temperature / (2 * HALF_DEGREE)) * 1e6;
/** As NuttX calculates, with b16_t: nine fifths are a little less there. */
const inFahrenheit = (value: number) => Math.floor((value * 0x1cccc) / 0x10000) + (32 << 16);
const signed16 = (value: number) => (value << 16) >> 16;

/** `irq` is raised when OS becomes active; `bus` is the name of the bus. */
export function temperature(
  name: string,
  { node, bus, address, irq }: { node: string; bus: string; address: number; irq: number },
): Device & { slave: I2cSlave } {
  const stateOf = (k: Kernel) => hardwareState<State>(k, name);

  const isOff = ({ configuration }: State) => (configuration & Configuration.Shutdown) !== 0;
  const interrupts = ({ configuration }: State) => (configuration & Configuration.Interrupt) !== 0;

  /** It measures on, as long as that may change something: time can be skipped otherwise. */
  function measureOn(k: Kernel, state: State): void {
    unschedule(k, name);
    const settled = state.temperature === registerOf(state.celsius) && !isBeyond(state);
    if (settled || isOff(state)) return;
    const period = cyclesOf(k, MEASUREMENT_NS);
    schedule(k, name, (Math.floor(hardwareNow(k) / period) + 1) * period);
  }

  /** The temperature is where OS is to change; in interrupt mode only when it has been heard. */
  function isBeyond(state: State): boolean {
    const { temperature: now, overTemperature, hysteresis, active, hot } = state;
    if (interrupts(state) && active) return false;
    return hot ? now < hysteresis : now > overTemperature;
  }

  function setActive(k: Kernel, state: State, active: boolean): void {
    if (state.active === active) return;
    state.active = active;
    showOs(k, state);
    if (active) raiseInterrupt(k, irq);
  }

  const showOs = (k: Kernel, { active, configuration }: State) =>
    wireChanged(k, name, Wire.Os, Number(active === ((configuration & Configuration.Polarity) !== 0)));

  function measure(k: Kernel): void {
    const state = stateOf(k);
    state.temperature = registerOf(state.celsius);
    wireChanged(k, name, Wire.Temperature, microDegrees(state));
    state.faults = isBeyond(state) ? state.faults + 1 : 0;
    const enough = FAULTS[(state.configuration >> Configuration.FaultShift) & 3]!;
    if (state.faults >= enough) {
      state.faults = 0;
      state.hot = !state.hot;
      setActive(k, state, interrupts(state) || state.hot);
    }
    measureOn(k, state);
  }

  const registerValue = ({ pointer, temperature: now, hysteresis, overTemperature }: State) =>
    pointer === Register.Temperature ? now : pointer === Register.Hysteresis ? hysteresis : overTemperature;

  const slave: I2cSlave = {
    address,
    begin(k, reads) {
      const state = stateOf(k);
      state.passed = 0;
      // In interrupt mode whoever reads has been told.
      if (!reads || !interrupts(state)) return;
      setActive(k, state, false);
      measureOn(k, state);
    },
    read(k) {
      const state = stateOf(k);
      if (state.pointer === Register.Configuration) return state.configuration;
      return (registerValue(state) >> (state.passed++ % 2 === 0 ? 8 : 0)) & 0xff;
    },
    write(k, byte) {
      const state = stateOf(k);
      const { pointer } = state;
      switch (state.passed++) {
        case 0:
          state.pointer = byte & 3;
          return true;
        case 1:
          if (pointer === Register.Configuration) {
            state.configuration = byte & 0x1f;
            if (!interrupts(state)) state.active = state.hot;
            showOs(k, state);
            measureOn(k, state);
          }
          state.upper = byte;
          return pointer !== Register.Temperature;
        case 2: {
          const value = signed16((state.upper << 8) | (byte & HALF_DEGREE));
          if (pointer === Register.Hysteresis) state.hysteresis = value;
          else if (pointer === Register.OverTemperature) state.overTemperature = value;
          else return false;
          measureOn(k, state);
          return true;
        }
        default:
          return false;
      }
    },
  };

  const message = (flags: number, bytes: number[]): I2cMessage => ({ address, flags, frequency: FREQUENCY, bytes });

  /** Sets the pointer and reads, each a transfer of its own on a real board; here they follow each other on the bus. */
  const readMessages = (register: number, size: number) => [
    message(0, [register]),
    message(I2C_READ, new Array<number>(size).fill(0)),
  ];

  /** Reads a register into RAM, by `store`. */
  function readRegister(k: Kernel, register: number, size: number, store: (bytes: number[]) => void): number {
    const done = i2cTransfer(k, bus, () => readMessages(register, size));
    if (typeof done === 'number') return done;
    store(done[1]!.bytes);
    return 0;
  }

  function writeRegister(k: Kernel, register: number, bytes: number[]): number {
    const done = i2cTransfer(k, bus, () => [message(0, [register, ...bytes])]);
    return typeof done === 'number' ? done : 0;
  }
  const b16 = ([upper, lower]: number[]) => signed16((upper! << 8) | lower!) << 8;
  const bytesOf = (value: number) => [(value >> 16) & 0xff, (value >> 8) & 0xff];

  /** Temperatures as b16_t, each measured by itself. -ENXIO: the sensor does not answer. */
  function read(k: Kernel, _file: OpenFile, data: number, length: number): number {
    const count = Math.floor(length / SAMPLE_SIZE);
    if (count === 0) return 0;
    // Beyond RAM there is nothing to measure for.
    k.memory.slice(data, count * SAMPLE_SIZE);
    const done = i2cTransfer(k, bus, () =>
      Array.from({ length: count }, () => readMessages(Register.Temperature, 2)).flat(),
    );
    if (typeof done === 'number') return done;
    const { fahrenheit } = stateOf(k);
    for (let i = 0; i < count; i++) {
      const value = b16(done[2 * i + 1]!.bytes);
      k.memory.store32(data + SAMPLE_SIZE * i, fahrenheit ? inFahrenheit(value) : value);
    }
    return count * SAMPLE_SIZE;
  }

  /** The configuration with some bits changed. */
  function configure(k: Kernel, change: (configuration: number) => number): number {
    const done = i2cTransfer(k, bus, () => readMessages(Register.Configuration, 1));
    if (typeof done === 'number') return done;
    const [, was] = done;
    // One message is what was written then.
    return was ? writeRegister(k, Register.Configuration, [change(was.bytes[0]!)]) : 0;
  }

  function setFahrenheit(k: Kernel, fahrenheit: boolean): number {
    stateOf(k).fahrenheit = fahrenheit;
    return 0;
  }

  /** -ENXIO: the sensor does not answer; -EINVAL: nowhere to store a register. */
  function ioctl(k: Kernel, _file: OpenFile, request: number, arg: number): number {
    const store16 = (bytes: number[]) => k.memory.store32(arg, b16(bytes));
    switch (request) {
      case Ioctl.ReadConfiguration:
        if (arg === 0) return -Errno.EINVAL;
        return readRegister(k, Register.Configuration, 1, ([byte]) => k.memory.store8(arg, byte!));
      case Ioctl.WriteConfiguration:
        return writeRegister(k, Register.Configuration, [arg & 0xff]);
      case Ioctl.Shutdown:
        return configure(k, (was) => was | Configuration.Shutdown);
      case Ioctl.PowerUp:
        return configure(k, (was) => was & ~Configuration.Shutdown);
      case Ioctl.Fahrenheit:
        return setFahrenheit(k, true);
      case Ioctl.Centigrade:
        return setFahrenheit(k, false);
      case Ioctl.ReadHysteresis:
        return arg === 0 ? -Errno.EINVAL : readRegister(k, Register.Hysteresis, 2, store16);
      case Ioctl.WriteHysteresis:
        return writeRegister(k, Register.Hysteresis, bytesOf(arg));
      case Ioctl.ReadOverTemperature:
        return arg === 0 ? -Errno.EINVAL : readRegister(k, Register.OverTemperature, 2, store16);
      case Ioctl.WriteOverTemperature:
        return writeRegister(k, Register.OverTemperature, bytesOf(arg));
      default:
        return -Errno.ENOTTY;
    }
  }

  return {
    name,
    kind: 'temperature',
    slave,
    state: {
      celsius: 20,
      temperature: registerOf(20),
      hysteresis: registerOf(75),
      overTemperature: registerOf(80),
      configuration: 0,
      pointer: Register.Temperature,
      passed: 0,
      upper: 0,
      faults: 0,
      active: false,
      hot: false,
      fahrenheit: false,
    } satisfies State,
    // The chip hears nothing of the reset; its driver does.
    kept: (k) => ({ ...stateOf(k), fahrenheit: false }),
    wires: [
      { name, kind: 'analog', unit: '°C' },
      { name: `${name} OS`, kind: 'level' },
    ],
    nodes: [{ path: node, operations: { uninterruptible: true, read, write: () => -Errno.ENOSYS, ioctl } }],
    irq: { number: irq, handler: () => undefined },
    start(k) {
      const state = stateOf(k);
      wireChanged(k, name, Wire.Temperature, microDegrees(state));
      showOs(k, state);
      measureOn(k, state);
    },
    event: measure,
    input(k, value) {
      if (value.type !== 'value') throw new Error(`${name} takes a temperature.`);
      if (!(value.value >= COLDEST && value.value <= HOTTEST)) {
        throw new Error(`${name} measures from ${COLDEST} to ${HOTTEST} °C, not ${value.value}.`);
      }
      const state = stateOf(k);
      state.celsius = value.value;
      measureOn(k, state);
    },
    view(k) {
      const state = stateOf(k);
      return {
        registers: [
          { name: 'TEMP', value: state.temperature & 0xffff, bits: 16 },
          { name: 'CONF', value: state.configuration, bits: 8 },
          { name: 'THYST', value: state.hysteresis & 0xffff, bits: 16 },
          { name: 'TOS', value: state.overTemperature & 0xffff, bits: 16 },
        ],
        controls: [
          {
            type: 'slider',
            channel: 0,
            label: 'Temperature',
            value: state.celsius,
            min: COLDEST,
            max: HOTTEST,
            step: 0.5,
            unit: '°C',
          },
          { type: 'led', channel: 0, label: 'OS', on: state.active, brightness: state.active ? 1 : 0 },
        ],
      };
    },
  };
}
