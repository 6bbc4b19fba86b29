/** Files that a run writes as it goes. */
import { closeSync, openSync, writeSync } from 'node:fs';
import { UsageError } from './options';

/** Also to a pipe that is full, where a single write may be refused or cut short. */
export function writeAll(fd: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length;) {
    try {
      at += writeSync(fd, bytes, at);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
    }
  }
}

export class OutputFile {
  private readonly fd: number;

  /** @throws UsageError when it cannot be written; names the option that has asked for it */
  constructor(path: string, option: string) {
    try {
      this.fd = openSync(path, 'w');
    } catch (error) {
      throw new UsageError(`${option}: ${(error as Error).message}`);
    }
  }

  write(data: Uint8Array | string): void {
    writeAll(this.fd, typeof data === 'string' ? new TextEncoder().encode(data) : data);
  }

  close(): void {
    closeSync(this.fd);
  }
}
