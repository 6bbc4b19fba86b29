/**
 * The packets that have passed the ports of the boards. They are kept with the events that sent or received them, and go
 * with those when the machine goes back; the oldest are forgotten beyond a limit.
 */
import type { Board } from '../../boards/board';
import type { Packet, PacketSource } from '../packets/source';

const KEEP_PACKETS = 1 << 18;
const KEEP_BYTES = 64 << 20;
/** Packets lie in pieces of memory of this size, each of which goes when its last packet does. */
const SLAB_BYTES = 1 << 20;

/** A board's ports, by the names of their devices, and its loopback. */
export interface CapturedBoard {
  name: string;
  ports: readonly string[];
}

/** The boards of a bench, or the one that is alone. */
export const capturedBoards = (board: Board): CapturedBoard[] =>
  (board.bench?.boards ?? [board]).map(({ name }) => ({
    name,
    ports: [...board.devices.filter(({ net }) => net).map((device) => device.name), 'lo'],
  }));

interface Captured {
  timeNs: number;
  interface: number;
  direction: 'in' | 'out';
  bytes: Uint8Array;
  board: number;
  /** Number of the event in the board's log. */
  event: number;
}

export class Capture implements PacketSource {
  readonly interfaces: readonly string[];
  /** Hears that packets from a number on are gone, or will be others. */
  onCut: (end: number) => void = () => undefined;
  private readonly firstPort: readonly number[];
  private packets: Captured[] = [];
  /** Of {@link packets}, so many are forgotten. */
  private forgotten = 0;
  /** Number of the first that is held. */
  first = 1;
  private heldBytes = 0;
  private slab = new Uint8Array(0);
  private slabUsed = 0;

  constructor(private readonly boards: readonly CapturedBoard[]) {
    this.interfaces = boards.flatMap(({ name, ports }) => ports.map((port) => `${name}/${port}`));
    let next = 0;
    this.firstPort = boards.map(({ ports }) => (next += ports.length) - ports.length);
  }

  get end(): number {
    return this.first + this.packets.length - this.forgotten;
  }

  /** A frame has passed a port of a board, known by its place; `event` is the number of that in the board's log. */
  add(board: number, device: string, direction: 'in' | 'out', frame: Uint8Array, timeNs: number, event: number): void {
    const port = this.firstPort[board]! + this.boards[board]!.ports.indexOf(device);
    this.packets.push({ timeNs, interface: port, direction, bytes: this.keep(frame), board, event });
    this.heldBytes += frame.length;
    while (this.end - this.first > KEEP_PACKETS || this.heldBytes > KEEP_BYTES) this.forgetFirst();
  }

  packet(number: number): Packet {
    const { timeNs, interface: port, direction, bytes } = this.at(number);
    return { number, timeNs, interface: port, direction, bytes, length: bytes.length };
  }

  /** The event of a packet: the name of its board, and the event's number in that one's log. */
  eventOf(number: number): { board: string; number: number } {
    const { board, event } = this.at(number);
    return { board: this.boards[board]!.name, number: event };
  }

  /** The packet of an event; null: it is of none that is held. */
  packetOf(board: string, event: number): number | null {
    const place = this.boards.findIndex(({ name }) => name === board);
    for (let number = this.end - 1; number >= this.first; number--) {
      const packet = this.at(number);
      if (packet.board === place && packet.event <= event) return packet.event === event ? number : null;
    }
    return null;
  }

  /** The boards have gone back: in the log of each are so many events. What came last is gone, and nothing else. */
  goneBack(events: readonly number[]): void {
    while (this.end > this.first) {
      const { board, event, bytes } = this.packets.at(-1)!;
      if (event < events[board]!) break;
      this.packets.pop();
      this.heldBytes -= bytes.length;
    }
    this.onCut(this.end);
  }

  /** The boards are at boot, where they have logged so many events. */
  begin(events: readonly number[]): void {
    this.goneBack(events);
    if (this.end === this.first) this.first = 1;
  }

  private at(number: number): Captured {
    return this.packets[this.forgotten + number - this.first]!;
  }

  private forgetFirst(): void {
    this.heldBytes -= this.at(this.first).bytes.length;
    this.first++;
    this.forgotten++;
    if (this.forgotten * 2 < this.packets.length) return;
    this.packets.splice(0, this.forgotten);
    this.forgotten = 0;
  }

  /** A copy: whoever has the frame may change it. */
  private keep(frame: Uint8Array): Uint8Array {
    const { length } = frame;
    if (this.slabUsed + length > this.slab.length) {
      this.slab = new Uint8Array(Math.max(SLAB_BYTES, length));
      this.slabUsed = 0;
    }
    const copy = this.slab.subarray(this.slabUsed, this.slabUsed + length);
    copy.set(frame);
    this.slabUsed += length;
    return copy;
  }
}
