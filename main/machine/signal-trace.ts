/** The way of every signal, read from the event log: sent, queued, delivered, handled, and how long that took. */
import { NOTE_WORDS, noteTypes, type NoteLog, type NoteName } from '../../kernel/note/note';
import type { Settings } from '../../kernel/state';
import type { SignalEvent } from '../contract/objects';
import { senderOf, signalCodes, signalName } from './signal-names';

type Kind = SignalEvent['kind'];

const kinds: Partial<Record<NoteName, Kind>> = {
  signal_send: 'sent',
  signal_queue: 'queued',
  signal_deliver: 'delivered',
  signal_return: 'handled',
  signal_accept: 'accepted',
  signal_default: 'default',
  signal_ignore: 'ignored',
  signal_discard: 'discarded',
};
const kindOf = noteTypes.map(({ name }) => kinds[name]);

/** Steps that are kept, and signals that are on their way: one that never arrives is forgotten in the end. */
const KEEP = 1000;

/** A signal as it was sent, or as its handler got it. */
interface Signal {
  signo: number;
  sender: number;
  code: number;
  value: number;
  timeNs: number;
}

export class SignalTrace {
  private readonly events: SignalEvent[] = [];
  /** Sent and not yet at its end, oldest first. */
  private readonly underway: Signal[] = [];
  /** By pid: what the handlers have that it is in, outermost first. */
  private readonly inHandlers = new Map<number, Signal[]>();
  /** Number of the first event that has not been read. */
  private next = 0;

  constructor(private readonly settings: Settings) {}

  /** The last steps up to the log's end, oldest first. The log may only have grown since the last call. */
  read(notes: NoteLog): SignalEvent[] {
    const from = Math.max(this.next, notes.first);
    const words = notes.slice(from, notes.count);
    for (let at = 0; at < words.length; at += NOTE_WORDS) {
      const kind = kindOf[words[at + 2]!];
      if (kind) this.add(kind, from + at / NOTE_WORDS, words.subarray(at, at + NOTE_WORDS));
    }
    this.next = notes.count;
    return this.events.slice(-KEEP);
  }

  private add(kind: Kind, number: number, words: Int32Array): void {
    const [pid, signo, other, code, value] = [words[3]!, words[4]!, words[5]!, words[6]!, words[7]!];
    const timeNs = (words[0]! >>> 0) + words[1]! * 2 ** 32;
    const sender = kind === 'sent' ? pid : other;
    const { signal, since } = this.step(kind, pid, { signo, sender, code, value, timeNs });
    const tick = this.tickAt(timeNs);
    this.events.push({
      number,
      timeNs,
      tick,
      kind,
      signal: signalName(signo),
      sender: senderOf({ pid: signal.sender, code: signal.code }),
      receiver: kind === 'sent' ? other : pid,
      code: signalCodes[signal.code] ?? String(signal.code),
      value: signal.value,
      latency: since === null ? null : { ticks: tick - this.tickAt(since), ns: timeNs - since },
    });
    if (this.events.length > 2 * KEEP) this.events.splice(0, KEEP);
  }

  /** What the log leaves out of a step: the whole signal, and since when it was on its way. */
  private step(kind: Kind, pid: number, signal: Signal): { signal: Signal; since: number | null } {
    const handlers = this.inHandlers.get(pid) ?? [];
    switch (kind) {
      case 'sent':
        this.underway.push(signal);
        if (this.underway.length > KEEP) this.underway.shift();
        return { signal, since: null };
      case 'queued':
        return { signal, since: null };
      case 'handled': {
        const handled = handlers.pop();
        return { signal: handled ?? signal, since: handled?.timeNs ?? null };
      }
      default: {
        const sent = this.arrived(signal, kind === 'default');
        if (kind === 'delivered') this.inHandlers.set(pid, [...handlers, signal]);
        return { signal: kind === 'default' ? (sent ?? signal) : signal, since: sent?.timeNs ?? null };
      }
    }
  }

  /** The oldest signal on its way that is like this one, or `anyValue`; it is so no more. */
  private arrived({ signo, sender, code, value }: Signal, anyValue: boolean): Signal | undefined {
    const place = this.underway.findIndex(
      (sent) =>
        sent.signo === signo && sent.sender === sender && (anyValue || (sent.code === code && sent.value === value)),
    );
    return place < 0 ? undefined : this.underway.splice(place, 1)[0];
  }

  /** The tick in which a moment lies; a tick begins with its interrupt, which the timer's counter precedes. */
  private tickAt(timeNs: number): number {
    const { tickNs, irqLatencyCycles, cpuHz } = this.settings;
    return Math.max(0, Math.floor((timeNs - (irqLatencyCycles * 1e9) / cpuHz) / tickNs));
  }
}
