/** The event log: what NuttX calls notes. Fixed-size records in typed arrays, so that writing one allocates nothing. */

/** Words of a record: 0-1 time in ns (low, high), 2 type, 3 pid, 4-7 arguments. */
export const NOTE_WORDS = 8;

/** Types of events; the names of their arguments are the columns of every view of the log. */
export const noteTypes = [
  { name: 'start', args: ['priority'] },
  { name: 'stop', args: ['status'] },
  { name: 'switch', args: ['from_pid', 'from_state', 'priority'] },
  { name: 'ready', args: ['by_pid', 'priority'] },
  { name: 'priority', args: ['from', 'to'] },
  { name: 'preempt_lock', args: ['count'] },
  { name: 'preempt_unlock', args: ['count'] },
  { name: 'syscall_enter', args: ['call', 'arg0', 'arg1', 'arg2'] },
  { name: 'syscall_leave', args: ['call', 'result'] },
  { name: 'irq_enter', args: ['irq'] },
  { name: 'irq_leave', args: ['irq'] },
  { name: 'timeout', args: ['tick'] },
  { name: 'console_write', args: ['bytes'] },
  { name: 'console_input', args: ['bytes'] },
  { name: 'heap_alloc', args: ['address', 'size'] },
  { name: 'heap_free', args: ['address'] },
  { name: 'fault', args: [] },
  // Signals: `pid` is the sender in signal_send, the receiver in the others.
  { name: 'signal_send', args: ['signo', 'to_pid', 'code', 'value'] },
  { name: 'signal_queue', args: ['signo', 'from_pid', 'code', 'value'] },
  { name: 'signal_deliver', args: ['signo', 'from_pid', 'code', 'value'] },
  { name: 'signal_return', args: ['signo'] },
  { name: 'signal_accept', args: ['signo', 'from_pid', 'code', 'value'] },
  { name: 'signal_default', args: ['signo', 'from_pid', 'action'] },
  { name: 'signal_ignore', args: ['signo', 'from_pid', 'code', 'value'] },
  { name: 'signal_discard', args: ['signo', 'from_pid', 'code', 'value'] },
  { name: 'expire', args: ['kind', 'id'] },
  { name: 'cancel', args: ['by_pid'] },
  { name: 'quirk', args: ['quirk'] },
  // A wire of the board has a new value: a level, millionths of its unit, a byte with its baud rate, a PWM's hertz and duty.
  { name: 'wire', args: ['wire', 'value', 'detail'] },
  // The board boots again; the causes are those of sys/boardctl.h.
  { name: 'reset', args: ['cause', 'flag'] },
  // A frame has left for the wire (`pid` has sent it), or has come; by number of the interface, with its EtherType.
  { name: 'net_send', args: ['interface', 'bytes', 'ethertype'] },
  { name: 'net_receive', args: ['interface', 'bytes', 'ethertype'] },
  // Another host has the address of an interface.
  { name: 'net_conflict', args: ['interface', 'address'] },
  // PTP. What a port believes: how far its clock is ahead of its master's (sec may be below zero, nsec never is), and the
  // path's delay. How far the clock is really ahead of the time since power on, and its frequency, in thousandths of a
  // billionth. The difference of two time stamps, of a message from the master (way 0, t2 - t1) or to it (way 1, t4 - t3).
  // A port's states are those of IEEE 1588, table 20.
  { name: 'ptp_offset', args: ['sec', 'nsec', 'delay_ns', 'port'] },
  { name: 'ptp_clock', args: ['sec', 'nsec', 'frequency'] },
  { name: 'ptp_delay', args: ['sec', 'nsec', 'way', 'port'] },
  { name: 'ptp_state', args: ['port', 'left', 'entered'] },
  // The board has no power any more: nothing else follows, until it boots (reset).
  { name: 'power_off', args: [] },
] as const;

export type NoteName = (typeof noteTypes)[number]['name'];

/** Type numbers by name. */
export const Note = Object.fromEntries(noteTypes.map((type, id) => [type.name, id])) as Record<NoteName, number>;

const CHUNK_NOTES = 32768;

/** Whoever wants to hear of every event at once; it may only look. */
export interface NoteListener {
  added(timeNs: number, type: number, pid: number, a: number, b: number, c: number): void;
  /** The machine went back: only so many events are left. */
  truncated(count: number): void;
}

/**
 * The log since a certain event, in chunks. `count` is the number of events since boot; the oldest chunks are dropped
 * beyond `keepChunks`.
 */
export class NoteLog {
  private chunks: Int32Array<ArrayBuffer>[] = [];
  /** Number of the first event of the first chunk. */
  private base = 0;
  private current = new Int32Array(0);
  private at = 0;
  /** Turned off only to measure what logging costs. */
  enabled = true;
  readonly listeners: NoteListener[] = [];

  constructor(private readonly keepChunks: number) {
    this.grow();
  }

  /** Events since boot. */
  get count(): number {
    return this.base + (this.chunks.length - 1) * CHUNK_NOTES + this.at / NOTE_WORDS;
  }

  /** Number of the oldest event that is still there. */
  get first(): number {
    return this.base;
  }

  add(timeNs: number, type: number, pid: number, a = 0, b = 0, c = 0, d = 0): void {
    if (!this.enabled) return;
    if (this.at === this.current.length) this.grow();
    const { current, at } = this;
    const high = Math.floor(timeNs / 4294967296);
    current[at] = timeNs - high * 4294967296;
    current[at + 1] = high;
    current[at + 2] = type;
    current[at + 3] = pid;
    current[at + 4] = a;
    current[at + 5] = b;
    current[at + 6] = c;
    current[at + 7] = d;
    this.at = at + NOTE_WORDS;
    for (const listener of this.listeners) listener.added(timeNs, type, pid, a, b, c);
  }

  /** Forgets all events from number `count` on, or everything when that is no longer held. */
  truncate(count: number): void {
    if (count === this.count) return;
    for (const listener of this.listeners) listener.truncated(count);
    if (count < this.base || count > this.count) {
      this.chunks = [];
      this.base = count;
      this.grow();
      return;
    }
    const chunk = Math.floor((count - this.base) / CHUNK_NOTES);
    this.chunks.length = chunk + 1;
    this.current = this.chunks[chunk]!;
    this.at = (count - this.base - chunk * CHUNK_NOTES) * NOTE_WORDS;
  }

  /** Copies events `from` (at least {@link first}) up to, not including, `to`. */
  slice(from: number, to: number): Int32Array<ArrayBuffer> {
    const result = new Int32Array((to - from) * NOTE_WORDS);
    for (let n = from; n < to;) {
      const chunk = Math.floor((n - this.base) / CHUNK_NOTES);
      const start = n - this.base - chunk * CHUNK_NOTES;
      const count = Math.min(CHUNK_NOTES - start, to - n);
      result.set(
        this.chunks[chunk]!.subarray(start * NOTE_WORDS, (start + count) * NOTE_WORDS),
        (n - from) * NOTE_WORDS,
      );
      n += count;
    }
    return result;
  }

  /** Drops chunks of which every event has a number below `count`. */
  release(count: number): void {
    while (this.chunks.length > 1 && this.base + CHUNK_NOTES <= count) {
      this.chunks.shift();
      this.base += CHUNK_NOTES;
    }
  }

  private grow(): void {
    const reused = this.chunks.length >= this.keepChunks ? this.chunks.shift() : undefined;
    if (reused) this.base += CHUNK_NOTES;
    this.current = reused ?? new Int32Array(CHUNK_NOTES * NOTE_WORDS);
    this.chunks.push(this.current);
    this.at = 0;
  }
}
