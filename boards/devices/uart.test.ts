import { describe, expect, test } from 'vitest';
import { O_NONBLOCK, O_RDWR } from '../../kernel/fs/openflags';
import type { OpenFile } from '../../kernel/fs/file';
import { serveEvent, type LineSettings, type Output } from '../../kernel/hardware';
import { setMasked } from '../../kernel/irq';
import { cyclesToNs, type Kernel } from '../../kernel/kernel';
import { Mode } from '../../kernel/serial/termios';
import { ttyOf } from '../../kernel/serial/tty';
import { bareKernel } from '../../kernel/testing';
import { RAM_BASE } from '../../kernel/binfmt/abi';
import { connect, powerUp } from '../power';
import { frameBits, sample } from './frame';
import { uart } from './uart';

const line: LineSettings = { baud: 115200, bits: 8, parity: 'none', stop: 1 };
const file: OpenFile = {
  id: 0,
  kind: '/dev/ttyS1',
  object: 0,
  node: 0,
  path: '',
  flags: O_RDWR | O_NONBLOCK,
  offset: 0,
  references: 1,
};

/** A UART on a board without a CPU: what happens, happens by the hardware's events alone. */
function bench() {
  const device = uart('uart1', { irq: 2, number: 1 });
  const sent: { ns: number; output: Output }[] = [];
  const k: Kernel = {
    ...bareKernel(),
    ...connect([device]),
    onOutput: (_, output, cycle) => sent.push({ ns: cyclesToNs(k.state, cycle), output }),
  };
  Object.assign(k.state.settings.config, {
    CONFIG_UART1_BAUD: 115200,
    CONFIG_UART1_RXBUFSIZE: 64,
    CONFIG_UART1_TXBUFSIZE: 64,
  });
  powerUp(k, [device]);
  const driver = k.drivers['/dev/ttyS1']!;
  const BUFFER = RAM_BASE + 1024;
  return {
    k,
    sent,
    device,
    tty: ttyOf(k, 'uart1'),
    write(text: string): number {
      k.memory.slice(BUFFER, text.length).set(new TextEncoder().encode(text));
      k.state.tasks[0]!.progress = 0;
      return driver.write!(k, file, BUFFER, text.length);
    },
    read(): string | number {
      const count = driver.read!(k, file, BUFFER, 64);
      return count < 0
        ? count
        : k.memory.slice(BUFFER, count).reduce((text, byte) => text + String.fromCharCode(byte), '');
    },
    input: (text: string, settings?: LineSettings) =>
      device.input!(k, { type: 'bytes', bytes: new TextEncoder().encode(text), ...(settings && { line: settings }) }),
    /** Up to the end of the next event. */
    step: () => serveEvent(k),
    finish() {
      while (k.state.events.length > 0) serveEvent(k);
    },
    termios: (change: object) => device.line!.configure(k, Object.assign(ttyOf(k, 'uart1').termios, change)),
  };
}

const bytesOf = ({ output }: { output: Output }) =>
  output.type === 'bytes' ? String.fromCharCode(...output.bytes) : output.type;

describe('a UART that sends', () => {
  test('each byte leaves when its stop bit has passed, without drift', () => {
    const { write, finish, sent, k } = bench();
    const text = 'x'.repeat(40);
    expect(write(text)).toBe(40);
    finish();
    expect(sent.map(bytesOf).join('')).toBe(text);
    // To the cycle, which takes ten nanoseconds here.
    sent.forEach(({ ns }, i) => expect(Math.abs(ns - ((i + 1) * 10 * 1e9) / 115200)).toBeLessThanOrEqual(5));
    expect(k.state.transmitters).toBe(0);
  });

  test('does so for hours', () => {
    const { write, step, sent, tty } = bench();
    const bits = 10;
    for (let byte = 1; byte <= 300_000; byte++) {
      if (tty.output.used <= 32) write('y'.repeat(32));
      while (sent.length < byte) step();
      if (byte % 50_000 === 0) {
        expect(Math.abs(sent.at(-1)!.ns - (byte * bits * 1e9) / 115200)).toBeLessThanOrEqual(5);
      }
    }
  });

  test.each<[string, number, LineSettings]>([
    ['7E1', Mode.PARENB | 0x20, { baud: 9600, bits: 7, parity: 'even', stop: 1 }],
    ['8O2', Mode.PARENB | Mode.PARODD | Mode.CSTOPB | 0x30, { baud: 9600, bits: 8, parity: 'odd', stop: 2 }],
    ['5N2', Mode.CSTOPB, { baud: 9600, bits: 5, parity: 'none', stop: 2 }],
  ])('in %s', (_, cflag, settings) => {
    const { write, finish, sent, termios } = bench();
    expect(termios({ cflag, speed: 9600 })).toBe(0);
    write('ab');
    finish();
    const each = (frameBits(settings) * 1e9) / 9600;
    sent.forEach(({ ns }, i) => expect(Math.abs(ns - (i + 1) * each)).toBeLessThanOrEqual(5));
    expect(sent[0]!.output).toMatchObject({ line: settings });
  });

  test('a new speed is that of the next byte', () => {
    const { write, finish, sent, termios } = bench();
    write('ab');
    termios({ speed: 9600 });
    finish();
    const first = 10e9 / 115200;
    expect(Math.abs(sent[0]!.ns - first)).toBeLessThanOrEqual(5);
    expect(Math.abs(sent[1]!.ns - first - 10e9 / 9600)).toBeLessThanOrEqual(10);
  });

  test('holds back what finds no room', () => {
    const { write, finish } = bench();
    expect(write('z'.repeat(100))).toBe(64 + 16 + 1);
    expect(write('z')).toBeLessThan(0);
    finish();
    expect(write('z')).toBe(1);
  });

  test('a break takes its time behind what was written, and bytes wait for it', () => {
    const { write, finish, sent, device, k } = bench();
    write('a');
    device.line!.sendBreak(k, 1_000_000);
    write('b');
    finish();
    const byte = 10e9 / 115200;
    expect(sent.map(bytesOf)).toEqual(['a', 'break', 'break', 'b']);
    const times = [byte, byte, byte + 1e6, 2 * byte + 1e6];
    sent.forEach(({ ns }, i) => expect(Math.abs(ns - times[i]!)).toBeLessThanOrEqual(10));
  });
});

describe('a UART that receives', () => {
  test('what is typed comes at the baud rate, and an interrupt at the eighth byte or after four frames of silence', () => {
    const { input, step, tty, k, read } = bench();
    const frame = 10e9 / 115200;
    const arrivals: number[] = [];
    input('0123456789');
    let before = 0;
    while (k.state.events.length > 0) {
      const { cycle } = k.state.events[0]!;
      step();
      if (tty.input.used > before) arrivals.push(cyclesToNs(k.state, cycle));
      before = tty.input.used;
    }
    // The interrupt's latency is 5 us.
    expect(arrivals).toHaveLength(2);
    expect(Math.abs(arrivals[0]! - 8 * frame - 5000)).toBeLessThanOrEqual(10);
    expect(Math.abs(arrivals[1]! - 14 * frame - 5000)).toBeLessThanOrEqual(20);
    expect(read()).toBe('0123456789');
  });

  test('with interrupts off its queue overruns, and the rest is lost', () => {
    const { input, finish, device, k, read, tty } = bench();
    setMasked(k, true);
    input('0123456789abcdefghij');
    finish();
    expect(tty.input.used).toBe(0);
    setMasked(k, false);
    finish();
    expect(read()).toBe('0123456789abcdef');
    expect(device.line!.counts(k)).toEqual([20, 0, 0, 4, 0, 0]);
  });

  test('what nobody reads is lost beyond CONFIG_UART1_RXBUFSIZE', () => {
    const { input, finish, tty } = bench();
    input('x'.repeat(100));
    finish();
    expect([tty.input.used, tty.lost]).toEqual([64, 36]);
  });

  test('what comes over a wire is there at once', () => {
    const { input, k, device } = bench();
    input('q', line);
    expect(k.state.hardware.get('uart1')).toMatchObject({ rxQueue: [0x71] });
    expect(device.view(k).registers.find(({ name }) => name === 'RXLEVEL')?.value).toBe(1);
  });

  test('a sender with other settings gives errors', () => {
    const { input, finish, device, k } = bench();
    input('T', { ...line, parity: 'even', stop: 2 });
    input('A', { ...line, baud: 57600 });
    finish();
    expect(device.line!.counts(k)).toEqual([2, 0, 1, 0, 0, 0]);
  });

  test('refuses what is no input of a UART', () => {
    const { device, k } = bench();
    expect(() => device.input!(k, { type: 'value', channel: 0, value: 1 })).toThrow('takes bytes and breaks, no value');
  });
});

describe('a frame of other settings', () => {
  test('equal ones give the byte', () => {
    for (let byte = 0; byte < 256; byte++) expect(sample(byte, line, line)).toEqual({ byte, error: 0 });
  });

  test('wrong parity', () => {
    const [even, odd] = [
      { ...line, parity: 'even' as const },
      { ...line, parity: 'odd' as const },
    ];
    expect(sample(0x41, odd, even)).toEqual({ byte: 0x41, error: 1 });
    expect(sample(0x41, even, even)).toEqual({ byte: 0x41, error: 0 });
  });

  test('a slower sender: the stop bit is missing, or all is low, which is a break', () => {
    expect(sample(0x41, { ...line, baud: 57600 }, line).error).toBe(2);
    expect(sample(0x00, { ...line, baud: 9600 }, line)).toEqual({ byte: 0, error: 4 });
  });

  test('a few per cent do not matter', () => {
    for (let byte = 0; byte < 256; byte++) {
      expect(sample(byte, { ...line, baud: 118000 }, line)).toEqual({ byte, error: 0 });
      expect(sample(byte, { ...line, baud: 112000 }, line)).toEqual({ byte, error: 0 });
    }
  });
});
