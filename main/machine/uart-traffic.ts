/**
 * The bytes that go between the boards' UARTs and what they are wired to outside of the session. Nothing goes out twice,
 * though a run is made again after going back; and nothing comes in while it is, for what came in then is known.
 */
import type { BenchInput } from '../../boards/bench';
import type { Device } from '../../boards/device';
import { bytesArriving } from '../../boards/devices/uart';
import { joinBytes } from '../../kernel/net/bytes';
import type { Seat } from './seat';

/** A UART of a board; of several boards its name is `left/uart0`. */
export interface UartOnBoard {
  id: string;
  label: string;
  console: boolean;
}

/** So many bytes wait for a UART's line at most, or for whoever takes what it sends. */
const LIMIT = 64 * 1024;
/** What comes from outside goes into the input log in pieces of that size. */
const PIECE = 4096;
const NEVER = -1;

interface Port extends UartOnBoard {
  seat: Seat;
  device: Device;
  /** Sent by the UART, and not told yet. */
  sent: Uint8Array[];
  /** Cycle of the last byte sent; up to there a run is made again after going back. */
  sentUntil: number;
  /** Bytes told that nobody has said to have taken. */
  untaken: number;
  /** Bytes that wait for the UART's line to have room. */
  waiting: { bytes: Uint8Array; done: () => void }[];
}

export class UartTraffic {
  private readonly ports = new Map<string, Port>();

  /** @param before what was there with another firmware: bytes that wait for a UART of the same name still do */
  constructor(seats: readonly Seat[], before: UartTraffic | null) {
    for (const seat of seats) {
      for (const device of seat.machine.board.devices) {
        if (device.kind !== 'uart') continue;
        const id = seats.length > 1 ? `${seat.name}/${device.name}` : device.name;
        const node = device.nodes?.[0]?.path ?? '';
        const { untaken = 0, waiting = [] } = before?.ports.get(id) ?? {};
        this.ports.set(id, {
          ...{ id, seat, device, untaken, waiting, sent: [], sentUntil: NEVER },
          label: `${id} ${node}`,
          console: seat.machine.board.console === device.name,
        });
      }
    }
    for (const [id, { waiting }] of before?.ports ?? []) {
      if (!this.ports.has(id)) for (const { done } of waiting) done();
    }
  }

  list(): UartOnBoard[] {
    return [...this.ports.values()].map(({ id, label, console }) => ({ id, label, console }));
  }

  /** Somebody is slower than the boards: they have to wait. */
  get isFull(): boolean {
    for (const { untaken } of this.ports.values()) if (untaken > LIMIT) return true;
    return false;
  }

  /** A UART of a board has sent a byte, whose stop bit passed at a cycle of the board. */
  add(seat: Seat | undefined, device: string, bytes: Uint8Array, cycle: number): void {
    for (const port of this.ports.values()) {
      if (port.seat !== seat || port.device.name !== device || cycle <= port.sentUntil) continue;
      port.sentUntil = cycle;
      port.sent.push(bytes);
    }
  }

  /** From where the boards are now everything may be new. */
  anotherRun(): void {
    for (const port of this.ports.values()) port.sentUntil = Math.min(port.sentUntil, port.seat.machine.cycles);
  }

  /** What was sent since the last time. */
  take(): { uart: string; data: Uint8Array<ArrayBuffer> }[] {
    const taken: ReturnType<UartTraffic['take']> = [];
    for (const port of this.ports.values()) {
      if (port.sent.length === 0) continue;
      const data = joinBytes(port.sent);
      port.sent = [];
      port.untaken += data.length;
      taken.push({ uart: port.id, data });
    }
    return taken;
  }

  /** So many bytes have gone on to where they should. */
  taken(uart: string, count: number): void {
    const port = this.ports.get(uart);
    if (port) port.untaken = Math.max(0, port.untaken - count);
  }

  /** Bytes come for a UART. Resolves when its line has room for them; for one that is not there at once. */
  feed(uart: string, data: Uint8Array): Promise<void> {
    const port = this.ports.get(uart);
    if (!port) return Promise.resolve();
    const pieces = Array.from({ length: Math.ceil(data.length / PIECE) }, (_, i) =>
      data.slice(i * PIECE, (i + 1) * PIECE),
    );
    return Promise.all(pieces.map((bytes) => new Promise<void>((done) => port.waiting.push({ bytes, done })))).then(
      () => undefined,
    );
  }

  /** Hands over what now finds room on its UART's line; tells whether there was anything. */
  deliver(input: (input: BenchInput) => void): boolean {
    let any = false;
    for (const { seat, device, waiting } of this.ports.values()) {
      while (waiting.length > 0 && bytesArriving(seat.machine.kernel, device.name) < LIMIT) {
        const { bytes, done } = waiting.shift()!;
        input({ board: seat.name, device: device.name, value: { type: 'bytes', bytes } });
        done();
        any = true;
      }
    }
    return any;
  }
}
