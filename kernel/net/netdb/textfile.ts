/** Small text files that the kernel reads and writes itself. */
import { Errno } from '../../errno';
import { discardFile } from '../../fs/file';
import { openPath } from '../../fs/open';
import { O_CREAT, O_RDONLY, O_TRUNC, O_WRONLY } from '../../fs/openflags';
import { writeFile } from '../../fs/readwrite';
import { BLOCKED, type Kernel } from '../../kernel';
import { allocate, release } from '../../mm/heap';

/** One that is being read; what it is on may take its time. */
export interface Reading {
  /** Open file. */
  file: number;
  /** In the heap. */
  buffer: number;
  text: string;
}

const CHUNK = 256;
/** Nobody has a longer one. */
const LONGEST = 65_536;

/** Begins to read a file; a negated errno of open, or -ENOMEM. */
export function beginReading(k: Kernel, path: string): Reading | number {
  const file = openPath(k, path, O_RDONLY);
  if (file < 0) return file;
  const buffer = k.drivers[k.state.files.get(file)!.kind]!.read ? allocate(k, CHUNK) : 0;
  if (buffer !== 0) return { file, buffer, text: '' };
  discardFile(k, file);
  return -Errno.ENOMEM;
}

/** Reads on to the end, and closes it: 0, BLOCKED, or a negated errno. */
export function readOn(k: Kernel, reading: Reading): number {
  for (;;) {
    const file = k.state.files.get(reading.file)!;
    const count = k.drivers[file.kind]!.read!(k, file, reading.buffer, CHUNK);
    if (count === BLOCKED) return BLOCKED;
    if (count > 0) reading.text += String.fromCharCode(...k.memory.slice(reading.buffer, count));
    if (count > 0 && reading.text.length < LONGEST) continue;
    endReading(k, reading);
    return Math.min(count, 0);
  }
}

export function endReading(k: Kernel, { file, buffer }: Reading): void {
  release(k, buffer);
  discardFile(k, file, true);
}

/** Writes a file, where that takes no time. */
export function writeText(k: Kernel, path: string, text: string): void {
  const buffer = allocate(k, text.length + 1);
  const id = openPath(k, path, O_WRONLY | O_CREAT | O_TRUNC, 0o644);
  if (id >= 0 && buffer !== 0) {
    k.memory.storeString(buffer, text);
    writeFile(k, k.state.files.get(id)!, buffer, text.length);
  }
  if (buffer !== 0) release(k, buffer);
  if (id >= 0) discardFile(k, id);
}
