/** What ports do in the course of a turn. */
import type { Message } from './messages';
import { messageNames } from './build';
import { count, type Port, type Turn } from './own';

const indexOf = (port: Port): number => port.ds.portIdentity.port - 1;

/** Sends by a port; `to` is an IPv4 address, null: to all. */
export function send(turn: Turn, port: Port, message: Message, to: number | null = null): void {
  count(port.sent, messageNames[message.type]);
  turn.effects.push({ do: 'send', port: indexOf(port), message, to });
}

/** The next number of a sequence of the port's: 16 bits, from 0 on again after 65,535. */
export function nextSequence(port: Port, which: keyof Port['sequences']): number {
  const sequence = port.sequences[which];
  port.sequences[which] = (sequence + 1) & 0xffff;
  return sequence;
}

/** Notes the difference of two time stamps: from the master (0), or to it (1). */
export function noteDelay(turn: Turn, port: Port, way: 0 | 1, ns: number): void {
  turn.effects.push({ do: 'delay', port: indexOf(port), way, ns });
}

export function noteSample(turn: Turn, port: Port, offsetNs: number, delayNs: number): void {
  turn.effects.push({ do: 'sample', port: indexOf(port), offsetNs, delayNs });
}
