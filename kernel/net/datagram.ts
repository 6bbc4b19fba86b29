/** What sockets have in common that send and receive messages: a queue of what has come in, within SO_RCVBUF. */
import { PollEvent } from '../fs/poll';
import { Errno } from '../errno';
import type { Kernel } from '../kernel';
import { giveIobs, heldFor, poolSize, takeToKeep, takeIobs } from './iob';
import { Message, Shut, socketReady, takeError } from './socket';
import type { ControlMessage, InMessage, Socket, SocketAddress } from './socket';
import type { Stamp } from './state';
import { stampMessages } from './timestamp';
import { waitOnSocket, wakeOnSocket } from './wait';

/** A message that waits to be read. */
export interface Datagram {
  bytes: Uint8Array;
  from: SocketAddress;
  stamp: Stamp;
  /** What is told beside the stamps to those who ask for it. */
  control: ControlMessage[];
}

/** What a send has come to, for MSG_ERRQUEUE. */
export interface SendReport {
  bytes: Uint8Array;
  control: ControlMessage[];
}

export interface DatagramSocket extends Socket {
  queue: Datagram[];
  /** Bytes of the buffers that it has: many short messages take as much as a few long ones. */
  held: number;
  reports: SendReport[];
  /** What was shut down: {@link Shut}. */
  shut: number;
  /** Messages that were lost because the queue was full. */
  lost: number;
  /** Messages that were sent. */
  sent: number;
}

export const datagramFields = (): Omit<DatagramSocket, keyof Socket> => ({
  ...{ queue: [], held: 0, reports: [] },
  ...{ shut: 0, lost: 0, sent: 0 },
});

/** The fewest bytes that SO_RCVBUF can be set to still take one message, however long. */
const fits = ({ held, options }: DatagramSocket, more: number) => held === 0 || held + more <= options.receiveBuffer;

/** A message has come in; false: it is lost, since there is no room. */
export function queueDatagram(k: Kernel, socket: DatagramSocket, datagram: Datagram): boolean {
  const { length } = datagram.bytes;
  if (socket.shut & Shut.Read) return true;
  const held = heldFor(k, length);
  if (!fits(socket, held) || !takeToKeep(k, length)) {
    socket.lost++;
    return false;
  }
  // What it was cut out of need not be kept.
  socket.queue.push({ ...datagram, bytes: datagram.bytes.slice() });
  socket.held += held;
  socketReady(k, socket, PollEvent.In);
  return true;
}

/** The most that wait for MSG_ERRQUEUE: who does not fetch them loses the oldest. */
const MOST_REPORTS = 16;

/** What has become of something that was sent is there to be fetched. */
export function queueReport(k: Kernel, socket: DatagramSocket, report: SendReport): void {
  if (!takeIobs(k, report.bytes.length)) return;
  socket.reports.push(report);
  if (socket.reports.length > MOST_REPORTS) giveIobs(k, socket.reports.shift()!.bytes.length);
  socketReady(k, socket, PollEvent.Error);
}

/**
 * Gives the next message, of which the rest is lost when there is not enough room, or with MSG_ERRQUEUE the next report.
 *
 * @returns bytes of it, with MSG_TRUNC all that it has, 0 when reading was shut down, or -EAGAIN: there is none; BLOCKED;
 *   or the error that something sent before has caused
 */
export function receiveDatagram(k: Kernel, socket: DatagramSocket, message: InMessage, nonBlocking: boolean): number {
  if (message.flags & Message.ErrorQueue) return receiveReport(k, socket, message);
  const error = takeError(socket);
  if (error < 0) return error;
  const [first] = socket.queue;
  if (!first) {
    if (socket.shut & Shut.Read) return 0;
    return nonBlocking ? -Errno.EAGAIN : waitOnSocket(k, socket, 'receive');
  }
  message.from = first.from;
  message.control.push(...stampMessages(k, socket.options, first.stamp), ...first.control);
  if (!(message.flags & Message.Peek)) {
    socket.queue.shift();
    socket.held -= heldFor(k, first.bytes.length);
    giveIobs(k, first.bytes.length);
  }
  return give(message, first.bytes);
}

/** It is there at once, or not at all. */
function receiveReport(k: Kernel, socket: DatagramSocket, message: InMessage): number {
  const report = socket.reports.shift();
  if (!report) return -Errno.EAGAIN;
  giveIobs(k, report.bytes.length);
  message.outFlags |= Message.ErrorQueue;
  message.control.push(...report.control);
  return give(message, report.bytes);
}

function give(message: InMessage, bytes: Uint8Array): number {
  const count = Math.min(message.room, bytes.length);
  message.scatter(0, bytes.subarray(0, count));
  if (count < bytes.length) message.outFlags |= Message.Truncated;
  return message.flags & Message.Truncated ? bytes.length : count;
}

/** What poll finds. A message can be sent at any time. */
export function pollDatagrams(_k: Kernel, { queue, reports, error, shut }: DatagramSocket): number {
  const isReadable = queue.length > 0 || (shut & Shut.Read) !== 0;
  return (
    PollEvent.Out |
    (isReadable ? PollEvent.In : 0) |
    (error !== 0 || reports.length > 0 ? PollEvent.Error : 0) |
    (shut === (Shut.Read | Shut.Write) ? PollEvent.HangUp : 0)
  );
}

/** Nothing is received, or sent, any more; who waits learns it. */
export function shutDatagrams(k: Kernel, socket: DatagramSocket, how: number): number {
  socket.shut |= how;
  socketReady(k, socket, (how & Shut.Read ? PollEvent.In : 0) | (how & Shut.Write ? PollEvent.Out : 0));
  return 0;
}

/** Nobody reads it any more. */
export function discardDatagrams(k: Kernel, socket: DatagramSocket): void {
  for (const { bytes } of [...socket.queue, ...socket.reports]) giveIobs(k, bytes.length);
  socket.queue = [];
  socket.reports = [];
  socket.held = 0;
}

/** Bytes of the next message. */
export function readableBytes(_k: Kernel, { queue }: DatagramSocket): number {
  return queue[0]?.bytes.length ?? 0;
}

/**
 * A message was sent, or there were no I/O buffers for it: then it is sent again when there are (iob.ts).
 *
 * @param sent 0, or a negated errno
 * @param isOneFrame what takes several is not waited for: there may never be room for all of them at once
 * @returns what send gives
 */
export function sentOrWait(
  k: Kernel,
  socket: DatagramSocket,
  sent: number,
  length: number,
  nonBlocking: boolean,
  isOneFrame: boolean,
): number {
  if (sent === -Errno.ENOBUFS && isOneFrame && length < poolSize(k)) {
    if (nonBlocking) return -Errno.EAGAIN;
    k.state.net.iobs.awaited = true;
    return waitOnSocket(k, socket, 'send');
  }
  if (sent < 0) return sent;
  socket.sent++;
  return length;
}

/** There are I/O buffers again: those go on who wait for them to send. */
export function sendersGoOn(k: Kernel): void {
  k.state.net.iobs.awaited = false;
  for (const socket of k.state.net.sockets.values()) {
    if (socket.kind !== 'tcp' && socket.kind !== 'local') wakeOnSocket(k, socket, ['send']);
  }
}
