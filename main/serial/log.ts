/** Logs of what a device sends: its bytes as they are, with the time before each line. */
import { createWriteStream, type WriteStream } from 'node:fs';
import { mkdir, open } from 'node:fs/promises';
import { basename, join } from 'node:path';

const LINE_FEED = 10;

/** Puts the time, as ISO 8601 in UTC to the millisecond, before each line. */
export class LineStamper {
  private atStart = true;

  /** @param now when `data` came, in milliseconds since 1970: the time of every line that begins in it */
  stamp(data: Uint8Array, now: number): Buffer {
    const time = Buffer.from(`${new Date(now).toISOString()} `);
    const parts: Uint8Array[] = [];
    for (let from = 0; from < data.length;) {
      const feed = data.indexOf(LINE_FEED, from);
      const end = feed < 0 ? data.length : feed + 1;
      if (this.atStart) parts.push(time);
      parts.push(data.subarray(from, end));
      this.atStart = feed >= 0;
      from = end;
    }
    return Buffer.concat(parts);
  }

  /** A line of our own, between lines of the device. */
  remark(text: string, now: number): Buffer {
    const end = this.atStart ? '' : '\n';
    this.atStart = true;
    return Buffer.from(`${end}${new Date(now).toISOString()} --- ${text}\n`);
  }
}

/** One log, in a file of its own. */
export class SerialLog {
  bytes = 0;
  private readonly stamper = new LineStamper();

  private constructor(
    readonly file: string,
    private readonly stream: WriteStream,
  ) {}

  /**
   * Begins a log; its file is named after the device and the time and replaces none.
   * @param onError told once when the file cannot be written any more (a full disk, say); the log is over then
   */
  static async begin(folder: string, path: string, onError: (error: Error) => void): Promise<SerialLog> {
    await mkdir(folder, { recursive: true });
    const name = basename(path).replace(/[^\w.-]/g, '_');
    const time = new Date().toISOString().replace(/:/g, '.');
    const file = join(folder, `${name}-${time}.log`);
    const handle = await open(file, 'wx');
    const log = new SerialLog(file, createWriteStream(file, { fd: handle }));
    log.stream.on('error', onError);
    return log;
  }

  write(data: Uint8Array): void {
    this.append(this.stamper.stamp(data, Date.now()));
  }

  remark(text: string): void {
    this.append(this.stamper.remark(text, Date.now()));
  }

  private append(data: Buffer): void {
    this.bytes += data.length;
    this.stream.write(data);
  }

  /** Resolves when all is in the file. */
  end(): Promise<void> {
    return new Promise((resolve) => {
      if (this.stream.destroyed) return resolve();
      this.stream.once('close', resolve).end();
    });
  }
}
