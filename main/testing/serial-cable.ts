/** A serial device for tests: a pseudo terminal that socat makes, and that is gone when socat is killed. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';

import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** False where these tests cannot run. */
export const hasSocat = spawnSync('socat', ['-V']).status === 0;

/** `path` is the device; this object is what is at the other end of the cable. */
export class SerialCable {
  private readonly folder = mkdtempSync(join(tmpdir(), 'tickscope-serial-'));
  readonly path = join(this.folder, 'ttyBoard');
  private readonly far = join(this.folder, 'far.sock');
  private socat: ChildProcess | null = null;
  private readonly server: Server;
  private socket: Socket | null = null;
  private chunks: Buffer[] = [];
  /** What the device does with what it gets, if not just keep it. */
  onData: ((data: Buffer) => void) | null = null;

  constructor() {
    this.server = createServer((socket) => {
      this.socket = socket;
      socket.on('error', () => {});
      socket.on('data', (data) => {
        this.chunks.push(data);
        this.onData?.(data);
      });
    }).listen(this.far);
  }

  /** Makes the device appear. */
  async plug(): Promise<void> {
    this.socket = null;
    this.socat = spawn('socat', [`pty,raw,echo=0,link=${this.path}`, `unix-connect:${this.far}`], {
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    while (!existsSync(this.path) || !this.socket) await sleep(5);
  }

  /** Makes it vanish, as when someone pulls the plug. */
  async unplug(): Promise<void> {
    const { socat } = this;
    if (!socat) return;
    this.socat = null;
    const ended = once(socat, 'exit');
    // udev removes a device's node. First, as the system gives the number of the terminal to the next that asks for one.
    rmSync(this.path, { force: true });
    socat.kill('SIGKILL');
    await ended;
  }

  /** All that the device got so far. */
  get got(): Buffer {
    return Buffer.concat(this.chunks);
  }

  forget(): void {
    this.chunks = [];
  }

  /** The device sends; while it is unplugged nobody hears it. */
  send(data: string | Uint8Array): void {
    this.socket?.write(data);
  }

  /** The device stops to take anything, or goes on. */
  hold(held: boolean): void {
    if (held) this.socket!.pause();
    else this.socket!.resume();
  }

  async remove(): Promise<void> {
    await this.unplug();
    this.socket?.destroy();
    this.server.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
