/** The UARTs of the board that runs, and what each is wired to outside: a pseudo terminal, a TCP port, a real device. */
import type { BoardUart } from '../contract/serial';
import { PtyOutlet, TcpOutlet, type Outlet } from './outlets';

/** A UART that a board has. */
export type UartLine = Pick<BoardUart, 'id' | 'label' | 'console'>;

export interface UartsOptions {
  /** Puts bytes on the UART's receiving line; resolves when it takes more. */
  feed: (uart: string, data: Uint8Array) => Promise<void>;
  /** So many bytes that the UART sent have been passed on: the board may send more. */
  taken: (uart: string, count: number) => void;
  onChange: () => void;
}

/** A real device that is bridged to a UART. */
export interface Bridge {
  device: string;
  send(data: Uint8Array): Promise<void>;
}

interface Wired extends UartLine {
  pty: Outlet | null;
  tcp: Outlet | null;
  bridge: Bridge | null;
  toBoard: number;
  fromBoard: number;
  /** Bytes go out in their order. */
  turn: Promise<void>;
}

export class Uarts {
  private readonly wired = new Map<string, Wired>();

  constructor(private readonly options: UartsOptions) {}

  list(): BoardUart[] {
    return [...this.wired.values()].map(({ id, label, console, pty, tcp, bridge, toBoard, fromBoard }) => ({
      ...{ id, label, console, toBoard, fromBoard },
      pty: pty && pty.address,
      tcp: tcp && { address: tcp.address, clients: tcp.clients ?? 0 },
      bridge: bridge && bridge.device,
    }));
  }

  /** Another board has these; what is wired to a UART of the same name stays. */
  async setLines(lines: readonly UartLine[]): Promise<void> {
    const gone = [...this.wired.values()].filter(({ id }) => !lines.some((line) => line.id === id));
    for (const { id } of gone) this.wired.delete(id);
    for (const line of lines) {
      const known = this.wired.get(line.id);
      if (known) Object.assign(known, line);
      else {
        const nothing = { pty: null, tcp: null, bridge: null, toBoard: 0, fromBoard: 0, turn: Promise.resolve() };
        this.wired.set(line.id, { ...line, ...nothing });
      }
    }
    this.options.onChange();
    await Promise.all(gone.flatMap(({ pty, tcp }) => [pty, tcp].flatMap((outlet) => (outlet ? [outlet.close()] : []))));
  }

  /** The UART has sent these. */
  output(id: string, data: Uint8Array): void {
    const uart = this.wired.get(id);
    if (!uart) return this.options.taken(id, data.length);
    uart.fromBoard += data.length;
    uart.turn = uart.turn.then(async () => {
      await Promise.all([uart.pty, uart.tcp, uart.bridge].flatMap((outlet) => (outlet ? [outlet.send(data)] : [])));
      this.options.taken(id, data.length);
    });
    this.options.onChange();
  }

  /** Bytes for the UART come from outside; resolves when it takes more. */
  async feed(id: string, data: Uint8Array): Promise<void> {
    const uart = this.wired.get(id);
    if (!uart) return;
    uart.toBoard += data.length;
    this.options.onChange();
    await this.options.feed(id, data);
  }

  /** Opens a way to the UART for programs of this computer, if it is not open. `port` 0: any that is free. */
  async expose(id: string, as: 'pty' | 'tcp', port: number): Promise<void> {
    const uart = this.uartOf(id);
    if (uart[as]) return;
    const feed = (data: Uint8Array) => this.feed(id, data);
    uart[as] = await (as === 'pty' ? PtyOutlet.open(feed) : TcpOutlet.open(port, feed, this.options.onChange));
    this.options.onChange();
  }

  async unexpose(id: string, as: 'pty' | 'tcp'): Promise<void> {
    const uart = this.uartOf(id);
    const outlet = uart[as];
    uart[as] = null;
    this.options.onChange();
    await outlet?.close();
  }

  /** @throws Error when the board has no such UART */
  check(id: string): void {
    this.uartOf(id);
  }

  /** Wires a real device to the UART, or takes the wire away. */
  bridge(id: string, bridge: Bridge | null): void {
    this.uartOf(id).bridge = bridge;
    this.options.onChange();
  }

  /** The UART that a device is bridged to. */
  bridgedTo(device: string): string | null {
    return [...this.wired.values()].find(({ bridge }) => bridge?.device === device)?.id ?? null;
  }

  async close(): Promise<void> {
    await this.setLines([]);
  }

  private uartOf(id: string): Wired {
    const uart = this.wired.get(id);
    if (uart) return uart;
    const there = [...this.wired.keys()].join(', ') || 'none';
    throw new Error(`The board has no UART "${id}"; it has ${there}. Choose a board with a UART.`);
  }
}
