/** A fingerprint of a machine's state, for comparing runs. */
import { ARENA_SIZE, FRAMES_START } from '../kernel/binfmt/abi';
import { cyclesNow, type Kernel } from '../kernel/kernel';

/** Where in the arena the frames are depends on how often a task left the CPU deep in its calls, which means nothing. */
const PLACES = new Set(['arena', 'frameBase', 'frameStart', 'frameTop', 'frameLimit']);

/**
 * Hashes the state tree, RAM, and the saved frames of every task. What lies in the arena beyond them is left over from
 * frames that were taken back, and means nothing either.
 */
export function hashMachine(k: Kernel): string {
  const hash = new Hash();
  hash.text(JSON.stringify({ ...k.state, cycles: cyclesNow(k), budget: 0 }, plain));
  hash.words(k.memory.words, ARENA_SIZE / 4, k.memory.words.length);
  for (const { start, size } of k.state.deviceMemory.values())
    hash.words(k.memory.words, start / 4, (start + size) / 4);
  for (const tcb of k.state.tasks) {
    if (tcb && tcb.frameBase >= FRAMES_START) hash.words(k.memory.words, tcb.frameBase / 4, tcb.frameTop / 4);
  }
  return hash.hex();
}

/** Hashes plain data. */
export function hashData(data: object): string {
  const hash = new Hash();
  hash.text(JSON.stringify(data, plain));
  return hash.hex();
}

/** Maps and typed arrays as JSON has no words for them. */
function plain(key: string, value: unknown): unknown {
  if (PLACES.has(key)) return undefined;
  if (value instanceof Map) return [...(value as Map<unknown, unknown>)];
  return value instanceof Uint8Array ? [...value] : value;
}

/** Two lanes of FNV-1a over 32-bit words. */
class Hash {
  private a = 0x811c9dc5;
  private b = 0x01000193;

  words(source: Int32Array, from: number, to: number): void {
    let { a, b } = this;
    for (let i = from; i < to; i++) {
      const word = source[i]!;
      a = Math.imul(a ^ word, 0x01000193);
      b = Math.imul(b ^ ((word << 16) | (word >>> 16)), 0x85ebca6b);
      b ^= b >>> 13;
    }
    this.a = a;
    this.b = b;
  }

  text(text: string): void {
    this.words(
      Int32Array.from(text, (c) => c.charCodeAt(0)),
      0,
      text.length,
    );
  }

  hex(): string {
    return [this.a, this.b].map((lane) => (lane >>> 0).toString(16).padStart(8, '0')).join('');
  }
}
