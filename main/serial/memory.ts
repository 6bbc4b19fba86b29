/** Serial devices that were attached before and how they were set, remembered in the state folder. */
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { SerialDevice } from '../contract/serial';

const KEEP = 50;
const Remembered = SerialDevice.omit({ present: true, line: true });
export type Remembered = z.infer<typeof Remembered>;
const File = z.array(Remembered);

export class SerialMemory {
  private readonly file: string;
  private devices: Remembered[] | null = null;
  private writing: Promise<void> = Promise.resolve();

  /** @param folder made when needed */
  constructor(private readonly folder: string) {
    this.file = join(folder, 'serial.json');
  }

  /** The latest first. A list that cannot be read counts as empty. */
  async list(): Promise<readonly Remembered[]> {
    const read = async () => File.parse(JSON.parse(await readFile(this.file, 'utf8')));
    const devices = this.devices ? null : await read().catch(() => []);
    return (this.devices ??= devices ?? []);
  }

  async add(device: Remembered): Promise<void> {
    const others = (await this.list()).filter(({ id }) => id !== device.id);
    await this.write([Remembered.parse(device), ...others].slice(0, KEEP));
  }

  async forget(id: string): Promise<void> {
    await this.write((await this.list()).filter((device) => device.id !== id));
  }

  /** One after the other, and renamed into place, so that there never is half a list. */
  private write(devices: Remembered[]): Promise<void> {
    this.devices = devices;
    this.writing = this.writing
      .catch(() => {})
      .then(async () => {
        await mkdir(this.folder, { recursive: true });
        await writeFile(`${this.file}.new`, JSON.stringify(devices, null, 2));
        await rename(`${this.file}.new`, this.file);
      });
    return this.writing;
  }
}
