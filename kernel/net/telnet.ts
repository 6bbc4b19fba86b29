/**
 * Terminals on connections (NuttX: drivers/net/telnet.c). /dev/telnet makes one of a connected socket: /dev/telnet0 and so
 * on, which is there until it is closed. What goes over the connection is Telnet (RFC 854): the terminal echoes and edits,
 * so the other side is asked to send each byte as it is typed (RFC 857 and 858), and to say how large its window is (RFC
 * 1073).
 */
import { Errno } from '../errno';
import { closeDescriptor, holdFile, letGoFile, lookUpFile } from '../fs/file';
import { addInode } from '../fs/inode';
import type { FileOperations } from '../fs/operations';
import { PollEvent } from '../fs/poll';
import { running, type Kernel } from '../kernel';
import { allocate, release } from '../mm/heap';
import { groupOf } from '../sched/group';
import { ttyOperations } from '../serial/operations';
import { roomIn, takeByte } from '../serial/queue';
import { consoleTermios, Control } from '../serial/termios';
import { createTty, drained, hangUp, receive, sent, ttyOf, type SerialLine, type Tty } from '../serial/tty';
import { Message, operationsOf, type Socket } from './socket';

/** A session's side of the protocol. */
export interface TelnetSession {
  /** Name of its terminal's device. */
  device: string;
  /** The open file of its socket, which it has beside whoever else, and the socket. */
  file: number;
  socket: number;
  /** Of what NuttX keeps of it, in the heap. */
  heapAddress: number;
  /** How often it is open. */
  opens: number;
  /** The other side has closed the connection, or it is broken. */
  ended: boolean;
  /** What comes next: data, a command, what a command is about, a subnegotiation, a command in one. */
  state: 'data' | 'command' | 'option' | 'sub' | 'subcommand';
  command: number;
  /** Of the subnegotiation. */
  parameters: number[];
  /** A carriage return came last: what ends the line may follow. */
  afterReturn: boolean;
  /** On its way: bytes that the socket had no room for. */
  unsent: number[];
}

export const FACTORY = '/dev/telnet';
const SIOCTELNET = 0x729;
/** struct telnet_session_s: a descriptor, and room for a path. */
const PATH_AT = 4;
/** Bytes that NuttX keeps of a session. */
const HEAP_SIZE = 576;
/** As many as CONFIG_TELNET_MAXLCLIENTS can be. */
const MOST_SESSIONS = 32;

const Telnet = {
  SE: 240,
  BRK: 243,
  IP: 244,
  EC: 247,
  EL: 248,
  SB: 250,
  WILL: 251,
  WONT: 252,
  DO: 253,
  DONT: 254,
  IAC: 255,
} as const;
const Option = { Echo: 1, SuppressGoAhead: 3, WindowSize: 31 } as const;
const OFFERED: readonly number[] = [Option.Echo, Option.SuppressGoAhead];

/** Commands that stand for what would be typed. */
const typed: Readonly<Record<number, number>> = {
  [Telnet.BRK]: Control.INTR,
  [Telnet.IP]: Control.INTR,
  [Telnet.EC]: Control.ERASE,
  [Telnet.EL]: Control.KILL,
};

const RETURN = 13;
const NEWLINE = 10;
/** Bytes that are taken from a socket, or given to it, at a time. */
const PIECE = 256;

const sessionOf = ({ state }: Kernel, device: string): TelnetSession => state.net.telnet.get(device)!;
const socketOfSession = ({ state }: Kernel, { socket }: TelnetSession): Socket => state.net.sockets.get(socket)!;

/** Whether a terminal's device is a connection. */
export const isTelnet = ({ state }: Kernel, device: string): boolean => state.net.telnet.has(device);

/** The factory, and every session that there can be. */
export const telnetFiles: Readonly<Record<string, FileOperations>> = {
  [FACTORY]: {
    read: () => 0,
    write: (_k, _file, _data, length) => length,
    ioctl: (k, _file, request, arg) => (request === SIOCTELNET ? createSession(k, arg) : -Errno.ENOTTY),
  },
  ...Object.fromEntries(Array.from({ length: MOST_SESSIONS }, (_, i) => [`${FACTORY}${i}`, sessionFile(`telnet${i}`)])),
};

/**
 * SIOCTELNET: the socket of a descriptor, which is closed, becomes a terminal, whose path is stored.
 *
 * @returns 0, or -EINVAL: no session given; -EBADF, -ENOTSOCK: the descriptor is none of a socket; -ENFILE: there are
 *   CONFIG_TELNET_MAXLCLIENTS sessions; -ENOMEM
 */
function createSession(k: Kernel, arg: number): number {
  if (arg === 0) return -Errno.EINVAL;
  const fd = k.memory.load32(arg);
  const file = lookUpFile(k, fd);
  if (!file) return -Errno.EBADF;
  if (file.kind !== 'socket') return -Errno.ENOTSOCK;
  const { net, settings, ttys } = k.state;
  const most = Number(settings.config.CONFIG_TELNET_MAXLCLIENTS);
  const minor = Array.from({ length: most }, (_, i) => i).find((i) => !net.telnet.has(`telnet${i}`));
  if (minor === undefined) return -Errno.ENFILE;
  const heapAddress = allocate(k, HEAP_SIZE);
  if (heapAddress === 0) return -Errno.ENOMEM;
  const device = `telnet${minor}`;
  const path = `${FACTORY}${minor}`;
  const added = addInode(k, path, { kind: path, object: 0 });
  if (added < 0) {
    release(k, heapAddress);
    return added;
  }
  const session: TelnetSession = {
    ...{ device, file: file.id, socket: file.object, heapAddress, opens: 0, ended: false },
    ...{ state: 'data', command: 0, parameters: [], afterReturn: false },
    unsent: [
      ...OFFERED.flatMap((option) => [Telnet.IAC, Telnet.WILL, option]),
      Telnet.IAC,
      Telnet.DO,
      Option.WindowSize,
    ],
  };
  net.telnet.set(device, session);
  const size = (name: string) => Number(settings.config[`CONFIG_TELNET_${name}BUFFER_SIZE`]);
  const common = { device, label: path, kinds: [path], termios: consoleTermios(LINE_SPEED) };
  ttys.set(device, createTty(common, size('RX'), size('TX')));
  holdFile(k, file.id);
  closeDescriptor(k, groupOf(k, running(k)), fd);
  k.memory.storeString(arg + PATH_AT, path);
  socketOfSession(k, session).terminal = device;
  terminalReady(k, device);
  return 0;
}

/** What such a terminal says its baud rate is; nothing comes of it. */
const LINE_SPEED = 115200;

function sessionFile(device: string): FileOperations {
  const tty = ttyOperations(device);
  return {
    ...tty,
    open(k) {
      sessionOf(k, device).opens++;
      return 0;
    },
    close: (k) => leaveSession(k, device),
    read(k, file, data, length) {
      const session = sessionOf(k, device);
      const { input, lines } = ttyOf(k, device);
      // What the last read has made room for.
      takeInput(k, session);
      return session.ended && input.used === 0 && lines.length === 0 ? 0 : tty.read!(k, file, data, length);
    },
    write: (k, file, data, length) => (sessionOf(k, device).ended ? -Errno.EPIPE : tty.write!(k, file, data, length)),
    poll: (k, file) => tty.poll!(k, file) | (sessionOf(k, device).ended ? PollEvent.In | PollEvent.HangUp : 0),
  };
}

/** Its last one has closed it: the connection is closed, too. */
function leaveSession(k: Kernel, device: string): void {
  const session = sessionOf(k, device);
  if (--session.opens > 0) return;
  const { net, ttys, inodes } = k.state;
  const { file, heapAddress } = session;
  socketOfSession(k, session).terminal = null;
  inodes.delete(ttyOf(k, device).label);
  ttys.delete(device);
  net.telnet.delete(device);
  release(k, heapAddress);
  letGoFile(k, file);
}

/** Something has happened to the socket of a terminal: there may be data, or room, or an end. */
export function terminalReady(k: Kernel, device: string): void {
  const session = sessionOf(k, device);
  const tty = ttyOf(k, device);
  takeInput(k, session);
  if (session.ended) return;
  sendOutput(k, session, tty);
  sent(k, tty);
  if (telnetLine.isDrained(k, tty)) drained(k, tty);
}

/** The line of such a terminal. */
export const telnetLine: SerialLine = {
  send: (k, tty) => sendOutput(k, sessionOf(k, tty.device), tty),
  isDrained: (k, { device, output }) => output.used === 0 && sessionOf(k, device).unsent.length === 0,
  configure: () => 0,
  setBreak: () => undefined,
  sendBreak: () => undefined,
  counts: () => [0, 0, 0, 0, 0, 0],
};

/** Gives the socket as much as it has room for. */
function sendOutput(k: Kernel, session: TelnetSession, { output, stopped }: Tty): void {
  const socket = socketOfSession(k, session);
  while (!session.ended) {
    while (!stopped && output.used > 0 && session.unsent.length < PIECE) {
      const byte = takeByte(output);
      session.unsent.push(...(byte === Telnet.IAC ? [byte, byte] : [byte]));
    }
    if (session.unsent.length === 0) return;
    const bytes = Uint8Array.from(session.unsent);
    const message = {
      ...{ length: bytes.length, gather: (from: number, to: number) => bytes.slice(from, to) },
      ...{ to: null, flags: Message.NoSignal, control: [] },
    };
    const count = aside(k, () => operationsOf(socket).send!(k, socket, message, true));
    if (count <= 0) return;
    session.unsent.splice(0, count);
  }
}

/** How far a call has come is noted in the running task, whose call this is none of; gives that, or the error. */
function aside(k: Kernel, call: () => number): number {
  const tcb = running(k);
  const { progress } = tcb;
  tcb.progress = 0;
  const result = call();
  const done = tcb.progress;
  tcb.progress = progress;
  return done > 0 ? done : result;
}

/** Takes what has come, as far as the terminal has room; what has not makes the other side wait. */
function takeInput(k: Kernel, session: TelnetSession): void {
  const socket = socketOfSession(k, session);
  const tty = ttyOf(k, session.device);
  while (!session.ended) {
    const room = Math.min(PIECE, roomIn(tty.input) - tty.line.length);
    if (room <= 0) return;
    const bytes = new Uint8Array(room);
    const message = {
      ...{ room, scatter: (at: number, piece: Uint8Array) => bytes.set(piece, at) },
      ...{ flags: 0, from: null, outFlags: 0, control: [] },
    };
    const count = aside(k, () => operationsOf(socket).receive!(k, socket, message, true));
    if (count === -Errno.EAGAIN && socket.error === 0) return;
    if (count <= 0) {
      session.ended = true;
      hangUp(k, tty);
      return;
    }
    const data: number[] = [];
    for (const byte of bytes.subarray(0, count)) takeByteOf(session, tty, byte, data);
    receive(k, tty, data);
    sendOutput(k, session, tty);
  }
}

/** One byte of the connection: data of the terminal, or a part of what the two sides agree on. */
function takeByteOf(session: TelnetSession, tty: Tty, byte: number, data: number[]): void {
  switch (session.state) {
    case 'data':
      if (byte === Telnet.IAC) session.state = 'command';
      else takeData(session, byte, data);
      return;
    case 'command':
      return takeCommand(session, tty, byte, data);
    case 'option':
      session.state = 'data';
      return answer(session, byte);
    case 'sub':
      if (byte === Telnet.IAC) session.state = 'subcommand';
      else if (session.parameters.length < PIECE) session.parameters.push(byte);
      return;
    case 'subcommand':
      session.state = byte === Telnet.IAC ? 'sub' : 'data';
      if (byte === Telnet.IAC) session.parameters.push(byte);
      else if (byte === Telnet.SE) setWindow(tty, session.parameters);
  }
}

/** A line ends with a return, and a newline or a zero behind it. */
function takeData(session: TelnetSession, byte: number, data: number[]): void {
  const isRest = session.afterReturn && (byte === NEWLINE || byte === 0);
  session.afterReturn = byte === RETURN;
  if (!isRest) data.push(byte);
}

function takeCommand(session: TelnetSession, { termios }: Tty, byte: number, data: number[]): void {
  session.state = 'data';
  const control = typed[byte];
  if (byte === Telnet.IAC) data.push(byte);
  else if (control !== undefined) data.push(termios.cc[control]!);
  else if (byte === Telnet.SB) Object.assign(session, { state: 'sub', parameters: [] });
  else if (byte >= Telnet.WILL) Object.assign(session, { state: 'option', command: byte });
}

/** What was asked for here needs no answer when it comes; nothing else is done, or wanted. */
function answer({ command, unsent }: TelnetSession, option: number): void {
  if (command === Telnet.DO && !OFFERED.includes(option)) unsent.push(Telnet.IAC, Telnet.WONT, option);
  if (command === Telnet.WILL && option !== Option.WindowSize) unsent.push(Telnet.IAC, Telnet.DONT, option);
}

function setWindow(tty: Tty, [option, ...size]: number[]): void {
  if (option !== Option.WindowSize || size.length !== 4) return;
  const [columns, rows] = [(size[0]! << 8) | size[1]!, (size[2]! << 8) | size[3]!];
  if (columns > 0 && rows > 0) tty.window = { rows, columns };
}
