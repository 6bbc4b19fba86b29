/** How long messages are really on their way: when they were sent, up to when they come. */
import { MessageType } from '../../../boards/apps/ptpd/messages';
import { messageAt, SEQUENCE, SOURCE } from './frame';

/** Sync, Delay_Req or Pdelay_Req that has come from one board to another, known by their places. */
export interface Passage {
  type: number;
  /** Identity of the clock that has sent it. */
  clock: string;
  from: number;
  to: number;
  sentNs: number;
  receivedNs: number;
}

interface Sent {
  clock: string;
  from: number;
  sentNs: number;
}

/** Messages at most that somebody may still receive. */
const MOST_SENT = 1 << 14;

const measured = new Set<number>([MessageType.Sync, MessageType.DelayReq, MessageType.PdelayReq]);

export class Passages {
  private readonly sent = new Map<number, Sent>();

  /** @param onPassage hears of each message and of each board that it comes to */
  constructor(private readonly onPassage: (passage: Passage) => void) {}

  /** A frame has passed a port of a board. */
  passed(place: number, direction: 'in' | 'out', frame: Uint8Array, timeNs: number): void {
    const at = messageAt(frame);
    if (at < 0) return;
    const type = frame[at]! & 0xf;
    if (!measured.has(type)) return;
    const message = keyOf(frame, at, type);
    if (direction === 'out') {
      const clock = Array.from(frame.subarray(at + SOURCE, at + SOURCE + 8), hexDigits).join('');
      this.sent.delete(message);
      this.sent.set(message, { clock, from: place, sentNs: timeNs });
      if (this.sent.size > MOST_SENT) this.sent.delete(this.sent.keys().next().value!);
      return;
    }
    const sent = this.sent.get(message);
    if (sent) this.onPassage({ type, ...sent, to: place, receivedNs: timeNs });
  }
}

/** A number for a message's type, source and sequence number: 50 bits, 32 of them of the source's ten bytes. */
function keyOf(frame: Uint8Array, at: number, type: number): number {
  let source = 0;
  for (let i = at + SOURCE; i < at + SEQUENCE; i++) source = (Math.imul(source, 0x01000193) + frame[i]!) >>> 0;
  const sequence = (frame[at + SEQUENCE]! << 8) | frame[at + SEQUENCE + 1]!;
  return (source * 65536 + sequence) * 4 + type;
}

const hexDigits = (byte: number): string => byte.toString(16).padStart(2, '0');
