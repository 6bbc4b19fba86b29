/**
 * A UART with queues of its own before the transmitter's and behind the receiver's shift register, and NuttX's driver for
 * it, /dev/ttySN. Bytes follow each other on the line without drift, whatever the baud rate.
 */
import { Errno } from '../../kernel/errno';
import { showOnConsole } from '../../kernel/fs/console';
import { cyclesOf, hardwareNow, hardwareState, schedule, wireChanged, type LineSettings } from '../../kernel/hardware';
import { raiseInterrupt } from '../../kernel/irq';
import type { Kernel } from '../../kernel/kernel';
import { ttyOperations } from '../../kernel/serial/operations';
import { takeByte } from '../../kernel/serial/queue';
import { consoleTermios, Mode, rawTermios, type Termios } from '../../kernel/serial/termios';
import {
  CONSOLE,
  createTty,
  drained,
  receive,
  ReceiveError,
  sent,
  ttyOf,
  type SerialLine,
  type Tty,
} from '../../kernel/serial/tty';
import type { Device, DeviceInput, DeviceView } from '../device';
import { frameBits, isSame, sample } from './frame';

export interface UartOptions {
  irq: number;
  /** Which one: /dev/ttySN, and CONFIG_UARTn_... are its settings. */
  number: number;
  /** It is /dev/console, too. */
  console?: boolean;
  /** Bytes of each of its own two queues, and how full the receiver's is to be for an interrupt. */
  fifo?: number;
  trigger?: number;
}

/** Frames that follow each other: so many bits since a cycle, so that nothing is rounded twice. */
interface Pace {
  since: number;
  /** ANEW: the next frame begins to count. */
  bits: number;
}

const ANEW = -1;

interface UartState {
  line: LineSettings;
  /** Waiting to be sent, and the byte that is on the line: IDLE for none. */
  txQueue: number[];
  tx: number;
  txPace: Pace;
  /** The line is held low: on request, or up to the cycle; 0 for not. Cycles of breaks that are to be sent are in `breaks`. */
  isBroken: boolean;
  breaks: number[];
  /** Bytes from outside that wait for the line, of the first of which as many have gone already. */
  arriving: Uint8Array[];
  gone: number;
  /** The byte that is on the line, and those that have come, with their errors. */
  rx: number;
  rxPace: Pace;
  rxQueue: number[];
  rxErrors: number[];
  /** When the last one came; an interrupt comes a while later for those that did not fill the queue. */
  rxLast: number;
  rxTimer: boolean;
  /** The driver wants an interrupt when everything has left. */
  tellsEnd: boolean;
  counts: { received: number; sent: number; framing: number; overrun: number; parity: number; breaks: number };
}

const IDLE = -1;
/** What is on the line is no byte. */
const BREAK = 256;
/** Frames of silence after which the receiver tells of what it has. */
const SILENCE = 4;

/** Each byte by itself, for those who hear of it; making one takes longer than all the rest. */
const single = Array.from({ length: 256 }, (_, byte) => Uint8Array.of(byte));

const Event = { Sent: 0, Received: 1, Silence: 2 } as const;
const Wire = { Tx: 0, Rx: 1 } as const;

const settings = (k: Kernel, number: number, name: string): number =>
  Number(k.state.settings.config[`CONFIG_UART${number}_${name}`]);

export function uart(name: string, options: UartOptions): Device {
  const { irq, number, console: isConsole = false, fifo = 16, trigger = 8 } = options;
  const path = `/dev/ttyS${number}`;
  const paths = isConsole ? [path, CONSOLE] : [path];
  const state = (k: Kernel) => hardwareState<UartState>(k, name);
  const tty = (k: Kernel) => ttyOf(k, name);

  // --- Transmitter ---------------------------------------------------------------------------------------------------

  /** The driver fills the queue. */
  function fill(k: Kernel, s: UartState, { output, stopped }: Tty): void {
    while (!stopped && output.used > 0 && s.txQueue.length < fifo) s.txQueue.push(takeByte(output));
    if (s.tx === IDLE && !s.isBroken) beginByte(k, s, hardwareNow(k), false);
  }

  /** The next byte, or break, goes on the line at a cycle. */
  function beginByte(k: Kernel, s: UartState, cycle: number, follows: boolean): void {
    const byte = s.txQueue.shift();
    if (byte === undefined) {
      if (s.tx !== IDLE) k.state.transmitters--;
      s.tx = IDLE;
      if (s.tellsEnd) raiseInterrupt(k, irq);
      return;
    }
    if (s.tx === IDLE) k.state.transmitters++;
    s.tx = byte;
    if (byte === BREAK) {
      k.onOutput(name, { type: 'break', on: true }, cycle);
      wireChanged(k, name, Wire.Tx, 0);
      schedule(k, name, cycle + s.breaks[0]!, Event.Sent);
    } else {
      wireChanged(k, name, Wire.Tx, byte, s.line.baud);
      schedule(k, name, frameEnd(k, s.txPace, s.line, cycle, follows), Event.Sent);
    }
    // The queue is empty while the last byte is sent: time to fill it.
    if (s.txQueue.length === 0 && tty(k).output.used > 0) raiseInterrupt(k, irq);
  }

  function byteSent(k: Kernel, s: UartState): void {
    const now = hardwareNow(k);
    if (s.tx === BREAK) {
      s.breaks.shift();
      k.onOutput(name, { type: 'break', on: false }, now);
    } else {
      s.counts.sent++;
      const bytes = single[s.tx]!;
      k.onOutput(name, { type: 'bytes', bytes, line: s.line }, now);
      if (isConsole) showOnConsole(k, bytes);
    }
    if (s.isBroken) {
      s.tx = IDLE;
      k.state.transmitters--;
    } else beginByte(k, s, now, s.tx !== BREAK);
  }

  // --- Receiver ------------------------------------------------------------------------------------------------------

  /** The next byte from outside goes on the line at a cycle. */
  function beginArrival(k: Kernel, s: UartState, cycle: number, follows: boolean): void {
    if (s.arriving.length > 0 && s.gone === s.arriving[0]!.length) {
      s.arriving.shift();
      s.gone = 0;
    }
    const [first] = s.arriving;
    if (!first) {
      s.rx = IDLE;
      return;
    }
    s.rx = first[s.gone++]!;
    wireChanged(k, name, Wire.Rx, s.rx, s.line.baud);
    schedule(k, name, frameEnd(k, s.rxPace, s.line, cycle, follows), Event.Received);
  }

  /** A byte has come, with what was wrong with it. */
  function accept(k: Kernel, s: UartState, byte: number, error: number): void {
    s.counts.received++;
    if (error === ReceiveError.Framing) s.counts.framing++;
    else if (error === ReceiveError.Parity) s.counts.parity++;
    else if (error === ReceiveError.Break) s.counts.breaks++;
    if (!(tty(k).termios.cflag & Mode.CREAD)) return;
    if (s.rxQueue.length >= fifo) {
      s.counts.overrun++;
      return;
    }
    s.rxQueue.push(byte & ((1 << s.line.bits) - 1));
    s.rxErrors.push(error);
    s.rxLast = hardwareNow(k);
    if (s.rxQueue.length >= trigger) raiseInterrupt(k, irq);
    else if (!s.rxTimer) awaitSilence(k, s);
  }

  function awaitSilence(k: Kernel, s: UartState): void {
    s.rxTimer = true;
    schedule(k, name, s.rxLast + Math.round(SILENCE * cyclesPerFrame(k, s.line)), Event.Silence);
  }

  function silence(k: Kernel, s: UartState): void {
    s.rxTimer = false;
    if (s.rxQueue.length === 0) return;
    if (hardwareNow(k) - s.rxLast < Math.round(SILENCE * cyclesPerFrame(k, s.line))) awaitSilence(k, s);
    else raiseInterrupt(k, irq);
  }

  // --- Driver --------------------------------------------------------------------------------------------------------

  function handler(k: Kernel): void {
    const s = state(k);
    const terminal = tty(k);
    if (s.rxQueue.length > 0) {
      const [bytes, errors] = [s.rxQueue, s.rxErrors];
      s.rxQueue = [];
      s.rxErrors = [];
      receive(k, terminal, bytes, errors);
    }
    const { used } = terminal.output;
    fill(k, s, terminal);
    if (terminal.output.used < used) sent(k, terminal);
    if (s.tellsEnd && isEmpty(s, terminal)) {
      s.tellsEnd = false;
      drained(k, terminal);
    }
  }

  const line: SerialLine = {
    send: (k, terminal) => fill(k, state(k), terminal),
    isDrained(k) {
      const s = state(k);
      s.tellsEnd = !isEmpty(s, tty(k));
      return !s.tellsEnd;
    },
    configure(k, termios) {
      const wanted = lineSettings(termios);
      if (wanted.baud < 1 || wanted.baud > k.state.settings.cpuHz) return -Errno.EINVAL;
      const s = state(k);
      if (isSame(wanted, s.line)) return 0;
      s.line = wanted;
      // What is on the line ends as it began.
      for (const pace of [s.txPace, s.rxPace]) pace.bits = ANEW;
      return 0;
    },
    setBreak(k, on) {
      const s = state(k);
      if (s.isBroken === on) return;
      s.isBroken = on;
      if (on) wireChanged(k, name, Wire.Tx, 0);
      k.onOutput(name, { type: 'break', on }, hardwareNow(k));
      if (!on) fill(k, s, tty(k));
    },
    sendBreak(k, ns) {
      const s = state(k);
      s.txQueue.push(BREAK);
      s.breaks.push(cyclesOf(k, ns));
      fill(k, s, tty(k));
    },
    counts: (k) => {
      const { received, sent: out, framing, overrun, parity, breaks } = state(k).counts;
      return [received, out, framing, overrun, parity, breaks];
    },
  };

  return {
    name,
    kind: 'uart',
    state: initialState(),
    nodes: paths.map((each) => ({ path: each, operations: ttyOperations(name) })),
    irq: { number: irq, handler },
    line,
    wires: [
      { name: 'TX', kind: 'bytes' },
      { name: 'RX', kind: 'bytes' },
    ],
    start(k) {
      const termios = (isConsole ? consoleTermios : rawTermios)(settings(k, number, 'BAUD'));
      const [input, output] = ['RXBUFSIZE', 'TXBUFSIZE'].map((which) => settings(k, number, which));
      const label = isConsole ? CONSOLE : path;
      k.state.ttys.set(name, createTty({ device: name, label, kinds: paths, termios }, input!, output!));
      const s = state(k);
      s.line = lineSettings(termios);
      if (s.arriving.length > 0) beginArrival(k, s, hardwareNow(k), false);
    },
    kept(k) {
      const { arriving, gone } = state(k);
      return { arriving, gone };
    },
    event(k, what) {
      const s = state(k);
      if (what === Event.Sent) byteSent(k, s);
      else if (what === Event.Silence) silence(k, s);
      else {
        accept(k, s, s.rx, ReceiveError.None);
        beginArrival(k, s, hardwareNow(k), true);
      }
    },
    input(k, value) {
      const s = state(k);
      if (value.type === 'bytes') {
        if (value.line) {
          for (const byte of value.bytes) arrived(k, s, byte, value.line);
        } else {
          if (value.bytes.length > 0) s.arriving.push(value.bytes.slice());
          if (s.rx === IDLE) beginArrival(k, s, hardwareNow(k), false);
        }
      } else if (value.type === 'break') {
        if (!value.on) return;
        wireChanged(k, name, Wire.Rx, 0);
        accept(k, s, 0, ReceiveError.Break);
      } else throw refusal(name, value);
    },
    view: (k) => view(state(k), tty(k), fifo),
  };

  /** A byte that has passed on the line up to now. */
  function arrived(k: Kernel, s: UartState, byte: number, sender: LineSettings): void {
    wireChanged(k, name, Wire.Rx, byte, -sender.baud);
    if (isSame(sender, s.line)) return accept(k, s, byte, ReceiveError.None);
    const seen = sample(byte, sender, s.line);
    accept(k, s, seen.byte, seen.error);
  }
}

/** Bytes from outside that wait for a UART's line. */
export function bytesArriving(k: Kernel, name: string): number {
  return hardwareState<UartState>(k, name).arriving.reduce((sum, { length }) => sum + length, 0);
}

const isEmpty = ({ tx, txQueue }: UartState, { output }: Tty) =>
  tx === IDLE && txQueue.length === 0 && output.used === 0;

function refusal(name: string, { type }: DeviceInput): Error {
  return new Error(`${name} is a UART: it takes bytes and breaks, no ${type}.`);
}

const initialState = (): UartState => ({
  line: { baud: 0, bits: 8, parity: 'none', stop: 1 },
  txQueue: [],
  tx: IDLE,
  txPace: { since: 0, bits: 0 },
  isBroken: false,
  breaks: [],
  arriving: [],
  gone: 0,
  rx: IDLE,
  rxPace: { since: 0, bits: 0 },
  rxQueue: [],
  rxErrors: [],
  rxLast: 0,
  rxTimer: false,
  tellsEnd: false,
  counts: { received: 0, sent: 0, framing: 0, overrun: 0, parity: 0, breaks: 0 },
});

const cyclesPerFrame = ({ state }: Kernel, line: LineSettings): number =>
  (frameBits(line) * state.settings.cpuHz) / line.baud;

/** The cycle at which a frame ends that begins at one; it may follow another without a pause. */
function frameEnd({ state }: Kernel, pace: Pace, line: LineSettings, begin: number, follows: boolean): number {
  const { cpuHz } = state.settings;
  if (!follows || pace.bits === ANEW) {
    pace.since = begin;
    pace.bits = 0;
  } else if (pace.bits >= line.baud) {
    // Exactly a second has passed.
    pace.since += cpuHz;
    pace.bits -= line.baud;
  }
  pace.bits += frameBits(line);
  return pace.since + Math.round((pace.bits * cpuHz) / line.baud);
}

/** What struct termios says of the line. */
export function lineSettings({ cflag, speed }: Termios): LineSettings {
  return {
    baud: speed,
    bits: 5 + ((cflag & Mode.CSIZE) >> 4),
    parity: !(cflag & Mode.PARENB) ? 'none' : cflag & Mode.PARODD ? 'odd' : 'even',
    stop: cflag & Mode.CSTOPB ? 2 : 1,
  };
}

function view(s: UartState, { output, input }: Tty, fifo: number): DeviceView {
  const { line, counts } = s;
  const status = (s.tx === IDLE ? 0x40 : 0) | (s.txQueue.length === 0 ? 0x20 : 0) | (s.rxQueue.length > 0 ? 1 : 0);
  return {
    registers: [
      { name: 'DATA', value: s.rxQueue[0] ?? 0, bits: 8 },
      { name: 'STATUS', value: status, bits: 8 },
      { name: 'BAUD', value: line.baud, bits: 32 },
      { name: 'TXLEVEL', value: s.txQueue.length, bits: 8 },
      { name: 'RXLEVEL', value: s.rxQueue.length, bits: 8 },
      { name: 'OVERRUN', value: counts.overrun, bits: 32 },
      { name: 'FRAMING', value: counts.framing, bits: 32 },
      { name: 'PARITY', value: counts.parity, bits: 32 },
      { name: 'BREAK', value: counts.breaks, bits: 32 },
    ],
    controls: [
      { type: 'text', label: 'Line', text: describe(line) },
      { type: 'text', label: 'Sent', text: `${counts.sent} bytes, ${output.used + s.txQueue.length} waiting` },
      { type: 'text', label: 'Received', text: `${counts.received} bytes, ${input.used + s.rxQueue.length} not read` },
      { type: 'text', label: 'FIFO', text: `${fifo} bytes each way` },
    ],
  };
}

/** `115200 8N1` */
const describe = ({ baud, bits, parity, stop }: LineSettings) => `${baud} ${bits}${parity[0]!.toUpperCase()}${stop}`;
