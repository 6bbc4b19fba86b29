/** Build results on disk, named by a hash of all that went into them. */
import { createHash } from 'node:crypto';
import { mkdir, readFile, readdir, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { deserialize, serialize } from 'node:v8';

const DIGEST_SIZE = 32;
const DEFAULT_LIMIT = 512 * 1024 * 1024;

const sha256 = (data: Uint8Array) => createHash('sha256').update(data).digest();

/** A key for the cache: a hash over the parts, in hex. */
export function contentKey(...parts: (string | Uint8Array)[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(`${part.length}:`).update(part);
  return hash.digest('hex');
}

export class Cache {
  /** @param limit bytes to keep; {@link trim} drops what was used longest ago */
  constructor(
    private readonly folder: string,
    private readonly limit = DEFAULT_LIMIT,
  ) {}

  /** The value stored under the key; null when there is none or when its file is damaged. */
  async get<T>(key: string): Promise<T | null> {
    const path = join(this.folder, key);
    try {
      const data = await readFile(path);
      const body = data.subarray(DIGEST_SIZE);
      if (!sha256(body).equals(data.subarray(0, DIGEST_SIZE))) throw new Error('damaged');
      const now = new Date();
      await utimes(path, now, now).catch(() => {});
      return deserialize(body) as T;
    } catch {
      return null;
    }
  }

  /** Stores a structured-cloneable value. A full or read-only disk costs speed, not correctness: it is not an error. */
  async put(key: string, value: unknown): Promise<void> {
    const body = serialize(value);
    const path = join(this.folder, key);
    const temporary = `${path}.${process.pid}.${Math.random().toString(36).slice(2)}`;
    try {
      await mkdir(this.folder, { recursive: true });
      await writeFile(temporary, Buffer.concat([sha256(body), body]));
      await rename(temporary, path);
    } catch {
      await rm(temporary, { force: true }).catch(() => {});
    }
  }

  /** Drops the entries used longest ago until the rest fits the limit. */
  async trim(): Promise<void> {
    const names = await readdir(this.folder).catch(() => []);
    const entries = await Promise.all(
      names.map(async (name) => {
        const path = join(this.folder, name);
        const info = await stat(path).catch(() => null);
        return { path, size: info?.size ?? 0, used: info?.mtimeMs ?? 0 };
      }),
    );
    entries.sort((a, b) => b.used - a.used);
    let total = 0;
    for (const { path, size } of entries) {
      total += size;
      if (total > this.limit) await rm(path, { force: true }).catch(() => {});
    }
  }
}
