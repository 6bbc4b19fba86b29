/**
 * A terminal on one device. It stays when the device goes away, tries to open it again with back-off, and goes on
 * where it stopped.
 *
 * What is typed is written exactly once: it leaves the queue by as many bytes as the system says that it took, so none
 * is doubled, and none is dropped, also not while the device is away. What the system took and had not yet sent when
 * the device was pulled is lost with it; nobody can know how much that is. What is typed waits behind a file that is
 * being sent, for in the middle of it it would spoil the file.
 */
import { write } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { realpath } from 'node:fs/promises';
import type { SerialPort } from 'serialport';
import { MAX_FILE_BYTES, MAX_TYPED_BYTES, type SerialLine as LineState, type SerialSettings } from '../contract/serial';
import { ByteQueue, ByteTail } from './byte-queue';
import { loadSerialPort } from './devices';
import { explain } from './errors';
import { SerialLog } from './log';

const FIRST_RETRY_MS = 250;
const LAST_RETRY_MS = 8000;
const BREAK_MS = 250;
/** Written at a time, so that what is typed does not wait long behind a part of a file that is cancelled. */
const PIECE = 4096;
/** Time until a full buffer is tried again. At 3 Mbaud 600 bytes leave it. */
const FULL_MS = 2;
/** So many of a bridged board's bytes wait at most; then the board does. */
const BRIDGE_BYTES = 16 * 1024;
const KEPT_BYTES = 1 << 20;
/** Received bytes go on in batches. */
const BATCH_MS = 10;
const PRESENCE_MS = 1000;
/** As the system says it, so that {@link explain} knows it. */
const GONE = 'no such device';

export interface LineOptions {
  /** Where the device is now: of a USB device the path can change. */
  path: () => string;
  settings: SerialSettings;
  /** Folder for logs. */
  logFolder: string;
  onChange: () => void;
  /** `first`: how many bytes came before. */
  onData: (data: Uint8Array<ArrayBuffer>, first: number) => void;
  /** Of a bridge: takes what is received, and resolves when more can come; null for none. */
  bridge: () => ((data: Uint8Array) => Promise<void>) | null;
}

export class SerialTerminal {
  private settings: SerialSettings;
  private port: SerialPort | null = null;
  private status: LineState['status'] = 'opening';
  private message: string | null = null;
  private retryMs = FIRST_RETRY_MS;
  private retry: NodeJS.Timeout | undefined;
  private presence: NodeJS.Timeout | undefined;
  private modemLines = false;
  private received = 0;
  private sent = 0;
  private readonly typed = new ByteQueue();
  private file: (NonNullable<LineState['file']> & { queue: ByteQueue; given: number }) | null = null;
  private log: SerialLog | null = null;
  private readonly tail = new ByteTail(KEPT_BYTES);
  private batch: Buffer[] = [];
  private pumping = false;
  /** Those whose bytes wait to be written before they may bring more. */
  private readonly waiting: (() => void)[] = [];
  private closed = false;
  /** Opening and closing, one after the other. */
  private turn: Promise<void> = Promise.resolve();

  constructor(private readonly options: LineOptions) {
    this.settings = options.settings;
    void this.open();
  }

  state(): LineState {
    const { status, message, modemLines, received, sent, log, file } = this;
    return {
      ...{ status, message, modemLines, received, sent },
      retryMs: status === 'waiting' ? this.retryMs : null,
      queued: this.typed.length,
      log: log && { file: log.file, bytes: log.bytes },
      file: file && { name: file.name, total: file.total, sent: file.sent, state: file.state },
    };
  }

  /** The last megabyte received, and how many bytes came before. */
  history(): { first: number; data: Uint8Array<ArrayBuffer> } {
    this.flushBatch();
    const data = this.tail.read();
    return { first: this.received - data.length, data };
  }

  /** Tries now to open a device that is away: there is reason to think that it is back. */
  tryNow(): void {
    if (this.status !== 'waiting') return;
    void this.open();
  }

  /** Closes the device and the log. */
  async close(): Promise<void> {
    this.closed = true;
    this.waiting.splice(0).forEach((resolve) => resolve());
    clearTimeout(this.retry);
    await this.then(() => this.release());
    this.flushBatch();
    await this.endLog();
  }

  /** Changes the settings. What the library cannot change on an open device closes and opens it. */
  async set(settings: SerialSettings): Promise<void> {
    const before = this.settings;
    this.settings = settings;
    await this.then(async () => {
      const { port } = this;
      if (!port) return;
      this.message = null;
      if (frameOf(before) !== frameOf(settings)) {
        await this.release();
        this.status = 'opening';
        return this.openNow();
      }
      if (before.baudRate !== settings.baudRate) {
        const update = call((done) => port.update({ baudRate: settings.baudRate }, done));
        await update.catch((error: Error) => this.complain(error));
      }
      if (before.dtr !== settings.dtr || before.rts !== settings.rts) await this.setModemLines(port);
    });
    this.tryNow();
  }

  /** Rejects when the device has no such thing, or is away. */
  async sendBreak(): Promise<void> {
    const { port } = this;
    if (!port) throw new Error(`${this.options.path()} is away: a break cannot wait for it.`);
    if (!this.modemLines) throw new Error(`${this.options.path()} cannot send a break: it is a pseudo terminal.`);
    const { dtr, rts } = this.settings;
    await call((done) => port.set({ dtr, rts, brk: true }, done));
    await sleep(BREAK_MS);
    if (port.isOpen) await call((done) => port.set({ dtr, rts, brk: false }, done));
  }

  /** Takes bytes typed. Throws, and takes none, when too many wait already. */
  type(data: Uint8Array): void {
    if (this.typed.length + data.length > MAX_TYPED_BYTES) {
      throw new Error(
        `${this.options.path()} takes nothing now. ${this.typed.length} bytes wait for it already, of ${MAX_TYPED_BYTES} that can, so this was not added. Discard them, or wait for the device.`,
      );
    }
    this.typed.push(data);
    this.options.onChange();
    void this.pump();
  }

  /** Takes bytes from a board's UART, which are never too many: resolves when more can come. */
  async send(data: Uint8Array): Promise<void> {
    this.typed.push(data);
    void this.pump();
    while (this.typed.length > BRIDGE_BYTES && !this.closed) await this.drained();
  }

  private drained(): Promise<void> {
    return new Promise((resolve) => this.waiting.push(resolve));
  }

  discard(): void {
    this.typed.clear();
    this.waiting.splice(0).forEach((resolve) => resolve());
    this.options.onChange();
  }

  /** Takes a part of a file to send; the one at offset 0 begins a file. */
  sendFile(name: string, total: number, offset: number, data: Uint8Array): void {
    if (total > MAX_FILE_BYTES) throw new Error(`${name} is too large: 64 MiB at most are sent.`);
    if (offset === 0) {
      if (this.file?.state === 'sending') {
        throw new Error(`${this.file.name} is being sent. Wait for its end or cancel it.`);
      }
      this.file = { name, total, sent: 0, state: 'sending', queue: new ByteQueue(), given: 0 };
    }
    const { file } = this;
    if (file?.state !== 'sending' || file.name !== name || file.total !== total || file.given !== offset) {
      throw new Error(`The sending of ${name} was cancelled.`);
    }
    file.queue.push(data);
    file.given += data.length;
    this.options.onChange();
    void this.pump();
  }

  cancelFile(): void {
    if (this.file?.state !== 'sending') return;
    this.file.queue.clear();
    this.file.state = 'cancelled';
    this.options.onChange();
    void this.pump();
  }

  async beginLog(): Promise<void> {
    if (this.log) return;
    this.log = await SerialLog.begin(this.options.logFolder, this.options.path(), (error) => {
      this.log = null;
      this.message = `The log ended: ${error.message}.`;
      this.options.onChange();
    });
    this.log.remark(`${this.options.path()}, ${describeSettings(this.settings)}`);
    this.options.onChange();
  }

  async endLog(): Promise<void> {
    const { log } = this;
    this.log = null;
    this.options.onChange();
    await log?.end();
  }

  /** Does something with the port after what is being done with it; if that fails, the device is waited for. */
  private then(step: () => Promise<void>): Promise<void> {
    this.turn = this.turn.then(step).catch((error: Error) => this.wait(error));
    return this.turn;
  }

  private open(): Promise<void> {
    clearTimeout(this.retry);
    return this.then(() => this.openNow());
  }

  private async openNow(): Promise<void> {
    if (this.port || this.closed) return;
    const { baudRate, dataBits, parity, stopBits, flowControl } = this.settings;
    const port = new (await loadSerialPort())({
      ...{ path: this.options.path(), baudRate, dataBits, parity, stopBits, autoOpen: false },
      rtscts: flowControl === 'rtscts',
      xon: flowControl === 'xonxoff',
      xoff: flowControl === 'xonxoff',
    });
    port.on('data', (data: Buffer) => this.receive(data));
    port.on('error', (error) => this.lose(port, error));
    port.on('close', () => this.lose(port, new Error(GONE)));
    await call((done) => port.open(done));
    if (this.status === 'waiting') this.log?.remark('the device is back');
    this.port = port;
    this.status = 'open';
    this.message = null;
    this.retryMs = FIRST_RETRY_MS;
    await this.watchPresence(port);
    await this.setModemLines(port);
    void this.pump();
  }

  /** Also finds out whether there are any. */
  private async setModemLines(port: SerialPort): Promise<void> {
    const { dtr, rts } = this.settings;
    const set = call((done) => port.set({ dtr, rts }, done));
    this.modemLines = await set.then(
      () => true,
      () => false,
    );
    this.options.onChange();
  }

  /** Closes the port, if it is open. */
  private async release(): Promise<void> {
    const { port } = this;
    this.port = null;
    clearInterval(this.presence);
    if (port?.isOpen) await call((done) => port.close(done)).catch(() => {}); // it may just have gone by itself
  }

  /** The library does not see every device go: of one that hung up it can go on reading nothing for ever. */
  private async watchPresence(port: SerialPort): Promise<void> {
    if (process.platform === 'win32') return; // COM ports are no files
    const where = () => realpath(port.path).catch(() => null);
    const opened = await where();
    if (port !== this.port) return;
    this.presence = setInterval(() => {
      void where().then((now) => now === opened || this.lose(port, new Error(GONE)));
    }, PRESENCE_MS);
  }

  /** The device went away. */
  private lose(port: SerialPort, error: Error): void {
    if (port !== this.port) return;
    this.log?.remark('the device went away');
    this.wait(error);
    const closing = this.release();
    void this.then(() => closing);
  }

  private wait(error: Error): void {
    if (this.closed) return;
    this.complain(error);
    this.retryMs = this.status === 'waiting' ? Math.min(this.retryMs * 2, LAST_RETRY_MS) : FIRST_RETRY_MS;
    this.status = 'waiting';
    clearTimeout(this.retry);
    this.retry = setTimeout(() => void this.open(), this.retryMs);
  }

  private complain(error: Error): void {
    this.message = explain(error, this.options.path(), this.settings.baudRate);
    this.options.onChange();
  }

  private receive(data: Buffer): void {
    this.received += data.length;
    this.log?.write(data);
    if (this.batch.length === 0) setTimeout(() => this.flushBatch(), BATCH_MS);
    this.batch.push(data);
    const pass = this.options.bridge();
    const { port } = this;
    if (!pass || !port) return;
    port.pause();
    void pass(new Uint8Array(data)).finally(() => port.resume());
  }

  private flushBatch(): void {
    if (this.batch.length === 0) return;
    // A copy: the bytes are a part of the library's buffer.
    const data = new Uint8Array(Buffer.concat(this.batch));
    this.batch = [];
    this.tail.push(data);
    this.options.onData(data, this.received - data.length);
    this.options.onChange();
  }

  /** Writes what waits for as long as there is anything and the device takes it. */
  private async pump(): Promise<void> {
    if (this.pumping) return;
    this.pumping = true;
    for (;;) {
      const { port } = this;
      const file = this.file?.state === 'sending' ? this.file : null;
      const piece = port && (file ? file.queue : this.typed).take(PIECE);
      if (!piece) break;
      let taken = 0;
      try {
        taken = await writeSome(port, piece.data);
      } catch (error) {
        this.lose(port, error as Error);
      }
      piece.putBack(piece.data.subarray(taken));
      this.sent += taken;
      if (file) {
        file.sent += taken;
        if (file.sent === file.total) file.state = 'sent';
      }
      this.options.onChange();
      if (this.typed.length <= BRIDGE_BYTES) this.waiting.splice(0).forEach((resolve) => resolve());
      if (taken === 0) await sleep(FULL_MS);
    }
    this.pumping = false;
  }
}

/** What makes up a frame on the wire, and who may send: not to be changed on an open port. */
function frameOf({ dataBits, parity, stopBits, flowControl }: SerialSettings): string {
  return [dataBits, parity, stopBits, flowControl].join();
}

/** Turns a call with a callback into a promise. */
function call(start: (done: (error: Error | null) => void) => void): Promise<void> {
  return new Promise((resolve, reject) => start((error) => (error ? reject(error) : resolve())));
}

/**
 * Writes to a device and gives how many bytes the system took; 0 when its buffer is full. The library's own `write`
 * does not tell how far it got when the device goes away, so where there is a file descriptor it is written to
 * directly, as the library does. On Windows a piece that fails counts as not taken at all.
 */
function writeSome(port: SerialPort, data: Uint8Array): Promise<number> {
  const fd = (port.port as { fd?: number | null } | undefined)?.fd;
  if (process.platform === 'win32') {
    return call((done) => port.write(Buffer.from(data), (error) => done(error ?? null))).then(() => data.length);
  }
  return new Promise((resolve, reject) => {
    if (typeof fd !== 'number') return reject(new Error(GONE));
    write(fd, data, (error, taken) => {
      if (!error) resolve(taken);
      else if (error.code === 'EAGAIN' || error.code === 'EINTR') resolve(0);
      else reject(error.code === 'EIO' || error.code === 'EBADF' ? new Error(GONE) : error);
    });
  });
}

/** As one writes it: 115200 8N1. */
export function describeSettings({ baudRate, dataBits, parity, stopBits, flowControl }: SerialSettings): string {
  const flow = { none: '', rtscts: ', RTS/CTS', xonxoff: ', XON/XOFF' }[flowControl];
  return `${baudRate} ${dataBits}${parity[0]!.toUpperCase()}${stopBits}${flow}`;
}
