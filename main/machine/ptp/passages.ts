/** How long messages are really on their way: when they were sent, up to when they come. */
import { identity } from '../../../boards/apps/ptpd/bytes';
import { MessageType } from '../../../boards/apps/ptpd/messages';
import { ptpIn, PtpField, ptpType } from '../../../boards/net/ptp';
import { get16 } from '../../../kernel/net/bytes';

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
    const message = ptpIn(frame);
    if (!message) return;
    const type = ptpType(frame, message);
    if (!measured.has(type)) return;
    const { at } = message;
    const key = keyOf(frame, at, type);
    if (direction === 'out') {
      const clock = identity(frame, at + PtpField.source);
      this.sent.delete(key);
      this.sent.set(key, { clock, from: place, sentNs: timeNs });
      if (this.sent.size > MOST_SENT) this.sent.delete(this.sent.keys().next().value!);
      return;
    }
    const sent = this.sent.get(key);
    if (sent) this.onPassage({ type, ...sent, to: place, receivedNs: timeNs });
  }
}

/** A number for a message's type, source and sequence number: 50 bits, 32 of them of the source's ten bytes. */
function keyOf(frame: Uint8Array, at: number, type: number): number {
  let source = 0;
  for (let i = at + PtpField.source; i < at + PtpField.sequence; i++)
    source = (Math.imul(source, 0x01000193) + frame[i]!) >>> 0;
  return (source * 65536 + get16(frame, at + PtpField.sequence)) * 4 + type;
}
