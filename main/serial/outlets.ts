/**
 * Where the bytes of a board's UART go besides the board: a pseudo terminal or a TCP port that any program can open.
 * Each takes bytes no faster than its reader does, and what comes from there is read no faster than the UART takes it.
 * With nobody there, bytes are lost, as on a cable that ends in the air.
 */
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { openPty, type Pty } from './pty';

export interface Outlet {
  /** What a terminal program is to be told: a path, or host and port. */
  readonly address: string;
  /** Programs that are connected; null where nobody can know. */
  readonly clients: number | null;
  /** Resolves when more can come. */
  send(data: Uint8Array): Promise<void>;
  close(): Promise<void>;
}

/** Bytes for the UART; resolves when its line takes more. */
export type Feed = (data: Uint8Array) => Promise<void>;

/** A pseudo terminal of which nobody has read for so long has no reader. */
const STALLED_MS = 500;
const FULL_MS = 5;

export class PtyOutlet implements Outlet {
  readonly clients = null;
  private stalled = false;

  private constructor(
    private readonly pty: Pty,
    feed: Feed,
  ) {
    pty.input.on('data', (data: Buffer) => {
      pty.input.pause();
      void feed(new Uint8Array(data)).finally(() => pty.input.resume());
    });
    pty.input.on('error', () => {}); // It is being closed.
  }

  static async open(feed: Feed): Promise<PtyOutlet> {
    return new PtyOutlet(await openPty(), feed);
  }

  get address(): string {
    return this.pty.path;
  }

  async send(data: Uint8Array): Promise<void> {
    let waited = this.stalled ? STALLED_MS : 0;
    for (let at = 0; at < data.length;) {
      const taken = await this.pty.write(data.subarray(at)).catch(() => data.length - at);
      at += taken;
      if (taken > 0) {
        this.stalled = false;
        waited = 0;
      } else if (waited >= STALLED_MS) {
        this.stalled = true;
        return;
      } else {
        await sleep(FULL_MS);
        waited += FULL_MS;
      }
    }
  }

  async close(): Promise<void> {
    this.pty.close();
    await Promise.resolve();
  }
}

const LOCAL = '127.0.0.1';

export class TcpOutlet implements Outlet {
  private readonly sockets = new Set<Socket>();

  private constructor(
    private readonly server: Server,
    feed: Feed,
    onChange: () => void,
  ) {
    server.on('connection', (socket) => {
      this.sockets.add(socket);
      socket.setNoDelay(true);
      socket.on('error', () => {}); // It closes then.
      socket.on('close', () => {
        this.sockets.delete(socket);
        onChange();
      });
      socket.on('data', (data: Buffer) => {
        socket.pause();
        void feed(new Uint8Array(data)).finally(() => socket.resume());
      });
      onChange();
    });
  }

  /** @param port 0: any that is free */
  static async open(port: number, feed: Feed, onChange: () => void): Promise<TcpOutlet> {
    const server = createServer();
    await new Promise<void>((resolve, reject) => {
      server.once('error', (error: NodeJS.ErrnoException) =>
        reject(
          error.code === 'EADDRINUSE' ? new Error(`Port ${port} is in use by another program. Choose another.`) : error,
        ),
      );
      server.listen(port, LOCAL, resolve);
    });
    return new TcpOutlet(server, feed, onChange);
  }

  get address(): string {
    return `${LOCAL}:${(this.server.address() as AddressInfo).port}`;
  }

  get clients(): number {
    return this.sockets.size;
  }

  async send(data: Uint8Array): Promise<void> {
    await Promise.all([...this.sockets].map((socket) => deliver(socket, data)));
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise<void>((resolve) => this.server.close(() => resolve()));
  }
}

/** Resolves when the socket takes more, or is gone. */
function deliver(socket: Socket, data: Uint8Array): Promise<void> {
  return new Promise((resolve) => {
    if (socket.write(data)) return resolve();
    const done = () => {
      socket.off('drain', done).off('close', done);
      resolve();
    };
    socket.on('drain', done).on('close', done);
  });
}
