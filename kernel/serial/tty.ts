/**
 * Terminals (NuttX: drivers/serial/serial.c): the queues and the line discipline between tasks that read and write and
 * the line that the bytes come and go by, a UART or the simulator's console. What is typed is echoed and mended when it
 * comes, not when it is read.
 */
import { startTimeout } from '../clock/timeout';
import { ticksOf } from '../clock/timespec';
import { Errno } from '../errno';
import { simulatedLine } from '../fs/console';
import { isNonBlocking, type OpenFile } from '../fs/file';
import { notifyPollers, PollEvent } from '../fs/poll';
import { running, taskOf, type Kernel } from '../kernel';
import { isTelnet, telnetLine } from '../net/telnet';
import { waitInDriver, wakeAllInDriver, wakeDriverWait } from '../sched/driverwait';
import { kill } from '../signal/kill';
import { NONE } from '../state';
import { clearQueue, createQueue, putByte, putBytes, roomIn, takeBytes, type ByteQueue } from './queue';
import { Control, Input, Local, OutputFlag, type Termios } from './termios';

export interface Tty {
  /** The device that its line is of. */
  device: string;
  /** What messages call it, and the kinds of the files of its nodes. */
  label: string;
  kinds: string[];
  termios: Termios;
  /** What can be read; with ICANON that is lines of these lengths, of which an empty one is an end of file. */
  input: ByteQueue;
  lines: number[];
  /** The line that is being typed, with ICANON. */
  line: number[];
  output: ByteQueue;
  /** VSTOP has come, or tcflow was told so: nothing is sent. */
  stopped: boolean;
  /** Task that waits for room in the middle of a write, into which no other breaks; or NONE. */
  writer: number;
  /** Task that VINTR and its kin send signals to; or NONE. */
  controller: number;
  window: { rows: number; columns: number };
  /** Bytes that found no room in the input. */
  lost: number;
}

/** What is below a terminal. */
export interface SerialLine {
  /** Takes what it can of the terminal's output, unless that is stopped. */
  send(k: Kernel, tty: Tty): void;
  /** Everything that it took has left; if not, it calls {@link drained} when it has. */
  isDrained(k: Kernel, tty: Tty): boolean;
  /** -EINVAL: it cannot do that. */
  configure(k: Kernel, termios: Termios): number;
  /** Begins and ends a break. */
  setBreak(k: Kernel, on: boolean): void;
  /** Sends one of a length. */
  sendBreak(k: Kernel, ns: number): void;
  /** Words of struct serial_icounter_s. */
  counts(k: Kernel): number[];
}

/** The terminal that tasks have as standard input and output, by its label; and what they wait for that read it. */
export const CONSOLE = '/dev/console';
export const CONSOLE_INPUT = 'console input';

/** What was wrong with a byte. */
export const ReceiveError = { None: 0, Parity: 1, Framing: 2, Break: 4 } as const;

/** `input` and `output` are the bytes that its queues hold. */
export function createTty(
  { device, label, kinds, termios }: Pick<Tty, 'device' | 'label' | 'kinds' | 'termios'>,
  input: number,
  output: number,
): Tty {
  return {
    device,
    label,
    kinds,
    termios,
    input: createQueue(input),
    lines: [],
    line: [],
    output: createQueue(output),
    stopped: false,
    writer: NONE,
    controller: NONE,
    window: { rows: 24, columns: 80 },
    lost: 0,
  };
}

export const ttyOf = ({ state }: Kernel, device: string): Tty => state.ttys.get(device)!;

/** What the bytes of a terminal come and go by. */
export const lineOf = (k: Kernel, { device }: Tty): SerialLine =>
  k.hardware[device]?.line ?? (isTelnet(k, device) ? telnetLine : simulatedLine);

const isCanonical = ({ termios }: Tty) => (termios.lflag & Local.ICANON) !== 0;
const dataOf = ({ label }: Tty) => (label === CONSOLE ? CONSOLE_INPUT : `data from ${label}`);
const roomOf = ({ label }: Tty) => `room in ${label}`;
const turnOf = ({ label }: Tty) => `its turn at ${label}`;
const drainOf = ({ label }: Tty) => `the last byte to leave ${label}`;

function notify(k: Kernel, { kinds }: Tty, events: number): void {
  for (const kind of kinds) notifyPollers(k, { kind, object: 0 }, events);
}

// --- Output ----------------------------------------------------------------------------------------------------------

const NEWLINE = 10;
const RETURN = 13;

/** Puts bytes into the output as c_oflag has it, as far as there is room; gives how many. */
function putOutput({ termios: { oflag }, output }: Tty, bytes: Uint8Array, room: number): number {
  const [newline, carriage] = [OutputFlag.ONLCR, OutputFlag.OCRNL].map((flag) => (oflag & flag) !== 0);
  if (!(oflag & OutputFlag.OPOST) || (!newline && !carriage)) {
    const taken = Math.min(bytes.length, room);
    putBytes(output, bytes.subarray(0, taken));
    return taken;
  }
  let left = room;
  for (let i = 0; i < bytes.length; i++) {
    const byte = carriage && bytes[i] === RETURN ? NEWLINE : bytes[i]!;
    const both = newline && byte === NEWLINE;
    left -= both ? 2 : 1;
    if (left < 0) return i;
    if (both) putByte(output, RETURN);
    putByte(output, byte);
  }
  return bytes.length;
}

/**
 * Writes all bytes, and waits for room. An interrupt handler does not wait: what it writes is queued, room or not.
 * EAGAIN: no room, with O_NONBLOCK.
 */
export function writeTty(k: Kernel, tty: Tty, file: OpenFile, data: number, length: number): number {
  const tcb = running(k);
  const bytes = k.memory.slice(data, length);
  if (k.state.interrupts > 0) {
    putOutput(tty, bytes, Infinity);
    lineOf(k, tty).send(k, tty);
    return length;
  }
  if (tty.writer !== tcb.pid && taskOf(k, tty.writer)) {
    return isNonBlocking(file) ? -Errno.EAGAIN : waitInDriver(k, turnOf(tty));
  }
  for (let put = 1; put > 0;) {
    put = putOutput(tty, bytes.subarray(tcb.progress), roomIn(tty.output));
    tcb.progress += put;
    lineOf(k, tty).send(k, tty);
    if (tcb.progress < length) continue;
    leaveWrite(k, tty);
    return length;
  }
  if (isNonBlocking(file)) return tcb.progress || -Errno.EAGAIN;
  tty.writer = tcb.pid;
  return waitInDriver(k, roomOf(tty));
}

/** The write is over, or a signal has ended it: it is the next one's turn. */
export function leaveWrite(k: Kernel, tty: Tty): void {
  if (tty.writer === running(k).pid) tty.writer = NONE;
  if (tty.writer === NONE) wakeDriverWait(k, turnOf(tty));
}

/** The line has taken bytes: there is room. */
export function sent(k: Kernel, tty: Tty): void {
  if (roomIn(tty.output) === 0) return;
  notify(k, tty, PollEvent.Out);
  wakeDriverWait(k, roomOf(tty));
}

/** Everything has left, as far as the line knows. */
export function drained(k: Kernel, tty: Tty): void {
  wakeAllInDriver(k, drainOf(tty));
}

/** Waits until everything that was written has left; 0 when it has. */
export function drain(k: Kernel, tty: Tty): number {
  return isDrained(k, tty) ? 0 : waitInDriver(k, drainOf(tty));
}

const isDrained = (k: Kernel, tty: Tty) => lineOf(k, tty).isDrained(k, tty) && tty.output.used === 0;

function setStopped(k: Kernel, tty: Tty, stopped: boolean): void {
  tty.stopped = stopped;
  if (stopped) return;
  lineOf(k, tty).send(k, tty);
  if (isDrained(k, tty)) drained(k, tty);
}

// --- Input -----------------------------------------------------------------------------------------------------------

const BACKSPACE = 8;
const TAB = 9;
const SPACE = 32;
const DELETE = 127;
const RUBOUT = [BACKSPACE, SPACE, BACKSPACE];

const SIGINT = 2;
const SIGQUIT = 3;
const SIGTSTP = 20;
const signalCharacters = [
  [Control.INTR, SIGINT],
  [Control.QUIT, SIGQUIT],
  [Control.SUSP, SIGTSTP],
] as const;

/** Bytes have come, each with what was wrong with it. Whoever waits for what can be read now is woken. */
export function receive(k: Kernel, tty: Tty, bytes: ArrayLike<number>, errors?: readonly number[]): void {
  const echo: number[] = [];
  for (let i = 0; i < bytes.length; i++) {
    const error = errors?.[i] ?? ReceiveError.None;
    if (error === ReceiveError.None) take(k, tty, bytes[i]!, echo);
    else takeBad(k, tty, bytes[i]!, error, echo);
  }
  if (echo.length > 0) {
    putOutput(tty, Uint8Array.from(echo), roomIn(tty.output));
    lineOf(k, tty).send(k, tty);
  }
  announce(k, tty);
}

function announce(k: Kernel, tty: Tty): void {
  if (!canRead(tty)) return;
  notify(k, tty, PollEvent.In);
  wakeDriverWait(k, dataOf(tty));
}

const canRead = (tty: Tty) => (isCanonical(tty) ? tty.lines.length > 0 : tty.input.used > 0);

/** A byte with an error, or a break, as c_iflag has it. */
function takeBad(k: Kernel, tty: Tty, byte: number, error: number, echo: number[]): void {
  const { iflag } = tty.termios;
  if (error === ReceiveError.Break) {
    if (iflag & Input.IGNBRK) return;
    if (iflag & Input.BRKINT) interrupt(k, tty, SIGINT);
    else if (iflag & Input.PARMRK) for (const each of [255, 0, 0]) store(tty, each);
    else store(tty, 0);
  } else if (!(iflag & Input.INPCK)) take(k, tty, byte, echo);
  else if (iflag & Input.IGNPAR) return;
  else if (iflag & Input.PARMRK) for (const each of [255, 0, byte]) store(tty, each);
  else store(tty, 0);
}

function take(k: Kernel, tty: Tty, received: number, echo: number[]): void {
  const { iflag, lflag, cc } = tty.termios;
  let byte = iflag & Input.ISTRIP ? received & 127 : received;
  if (iflag & Input.IXON) {
    if (byte === cc[Control.STOP]) return setStopped(k, tty, true);
    if (byte === cc[Control.START] || (tty.stopped && iflag & Input.IXANY)) setStopped(k, tty, false);
    if (byte === cc[Control.START]) return;
  }
  if (lflag & Local.ISIG && tty.controller !== NONE && byte !== 0) {
    const found = signalCharacters.find(([control]) => cc[control] === byte);
    if (found) return interrupt(k, tty, found[1]);
  }
  if (byte === RETURN) {
    if (iflag & Input.IGNCR) return;
    if (iflag & Input.ICRNL) byte = NEWLINE;
  } else if (byte === NEWLINE && iflag & Input.INLCR) {
    byte = RETURN;
  }
  if (lflag & Local.ICANON) edit(tty, byte, echo);
  else if (store(tty, byte) && lflag & Local.ECHO && (byte === NEWLINE || (byte >= SPACE && byte !== DELETE))) {
    echo.push(byte);
  }
}

/** False when there is no room. */
function store(tty: Tty, byte: number): boolean {
  if (roomIn(tty.input) === 0) {
    tty.lost++;
    return false;
  }
  putByte(tty.input, byte);
  if (isCanonical(tty)) tty.lines.push(1);
  return true;
}

/** ICANON: the line can be mended until it is finished. */
function edit(tty: Tty, byte: number, echo: number[]): void {
  const { lflag, cc } = tty.termios;
  const show = (bytes: number[]) => lflag & Local.ECHO && echo.push(...bytes);
  if (byte === NEWLINE || (byte !== 0 && (byte === cc[Control.EOL] || byte === cc[Control.EOF]))) {
    const isEnd = byte === cc[Control.EOF];
    if (!isEnd) tty.line.push(byte);
    putBytes(tty.input, Uint8Array.from(tty.line));
    tty.lines.push(tty.line.length);
    tty.line = [];
    if (!isEnd && lflag & (Local.ECHO | Local.ECHONL)) echo.push(byte);
  } else if (byte === cc[Control.ERASE] || byte === BACKSPACE || byte === DELETE) {
    if (tty.line.pop() !== undefined) show(RUBOUT);
  } else if (byte !== 0 && byte === cc[Control.KILL]) {
    for (; tty.line.length > 0; tty.line.pop()) show(RUBOUT);
  } else if (byte >= SPACE || byte === TAB) {
    // The end of the line finds room in any case.
    if (tty.line.length + 1 >= roomIn(tty.input)) {
      tty.lost++;
      return;
    }
    tty.line.push(byte);
    show([byte]);
  }
}

/** A signal to the controlling task; what was typed before is not meant any more. */
function interrupt(k: Kernel, tty: Tty, signo: number): void {
  if (!(tty.termios.lflag & Local.NOFLSH)) flushInput(tty);
  if (tty.controller !== NONE) kill(k, tty.controller, signo);
}

/** Nobody is at the other end any more: what runs there is interrupted, and nobody waits for what will not come. */
export function hangUp(k: Kernel, tty: Tty): void {
  if (tty.controller !== NONE) kill(k, tty.controller, SIGINT);
  notify(k, tty, PollEvent.In | PollEvent.HangUp);
  for (const what of [dataOf(tty), roomOf(tty), turnOf(tty), drainOf(tty)]) wakeAllInDriver(k, what);
}

export function flushInput(tty: Tty): void {
  clearQueue(tty.input);
  tty.lines = [];
  tty.line = [];
}

export function flushOutput(k: Kernel, tty: Tty): void {
  clearQueue(tty.output);
  sent(k, tty);
  if (isDrained(k, tty)) drained(k, tty);
}

/**
 * With ICANON at most a line; else as VMIN and VTIME have it. Waits while there is nothing. EAGAIN: nothing, with
 * O_NONBLOCK.
 */
export function readTty(k: Kernel, tty: Tty, file: OpenFile, data: number, length: number): number {
  const { input, lines, termios } = tty;
  if (isCanonical(tty)) {
    const [line] = lines;
    if (line === undefined) return isNonBlocking(file) ? -Errno.EAGAIN : waitInDriver(k, dataOf(tty));
    const count = takeBytes(input, k.memory.slice(data, Math.min(length, line)));
    if (count === line) lines.shift();
    else lines[0] = line - count;
    return leaveRead(k, tty, count);
  }
  const tcb = running(k);
  const [least, time] = [termios.cc[Control.MIN]!, termios.cc[Control.TIME]!];
  const isOver = tcb.result === -Errno.ETIMEDOUT || (least === 0 && time === 0);
  if (!isOver && input.used < Math.min(Math.max(least, 1), length)) {
    if (isNonBlocking(file))
      return input.used === 0 ? -Errno.EAGAIN : leaveRead(k, tty, takeInto(k, tty, data, length));
    // The time runs from the call on, or with VMIN from the last byte on.
    if (time > 0 && (least === 0 || input.used > 0)) {
      startTimeout(k, tcb, k.state.ticks + ticksOf(k.state, time * NSEC_PER_DECISECOND) + 1);
    }
    return waitInDriver(k, dataOf(tty));
  }
  return leaveRead(k, tty, takeInto(k, tty, data, length));
}

const NSEC_PER_DECISECOND = 100_000_000;

function takeInto(k: Kernel, { input }: Tty, data: number, length: number): number {
  return takeBytes(input, k.memory.slice(data, Math.min(length, input.used)));
}

/** There may be more than one reader takes. */
function leaveRead(k: Kernel, tty: Tty, count: number): number {
  if (canRead(tty)) wakeDriverWait(k, dataOf(tty));
  return count;
}

/** What poll finds. */
export function pollTty(tty: Tty): number {
  return (canRead(tty) ? PollEvent.In : 0) | (roomIn(tty.output) > 0 ? PollEvent.Out : 0);
}

// --- Settings --------------------------------------------------------------------------------------------------------

/** -EINVAL: the line cannot do that. */
export function setTermios(k: Kernel, tty: Tty, termios: Termios): number {
  const result = lineOf(k, tty).configure(k, termios);
  if (result < 0) return result;
  const was = isCanonical(tty);
  tty.termios = termios;
  if (was === isCanonical(tty)) return 0;
  // What was being typed can be read now; or what can be read is a line.
  putBytes(tty.input, Uint8Array.from(tty.line));
  tty.line = [];
  tty.lines = !was && tty.input.used > 0 ? [tty.input.used] : [];
  announce(k, tty);
  return 0;
}

/** What tcflow does, by its numbers. */
const flowActions: readonly ((k: Kernel, tty: Tty) => void)[] = [
  (k, tty) => setStopped(k, tty, true),
  (k, tty) => setStopped(k, tty, false),
  (k, tty) => sendControl(k, tty, Control.STOP),
  (k, tty) => sendControl(k, tty, Control.START),
];

function sendControl(k: Kernel, tty: Tty, control: number): void {
  putByte(tty.output, tty.termios.cc[control]!);
  lineOf(k, tty).send(k, tty);
}

/** Stops and restarts output, or asks the other side to. -EINVAL: no such action. */
export function flow(k: Kernel, tty: Tty, action: number): number {
  const act = flowActions[action];
  if (!act) return -Errno.EINVAL;
  act(k, tty);
  return 0;
}
