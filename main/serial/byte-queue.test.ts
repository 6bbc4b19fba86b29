import { describe, expect, it } from 'vitest';
import { ByteQueue, ByteTail } from './byte-queue';

const bytes = (text: string) => new TextEncoder().encode(text);
const words = (data: Uint8Array) => new TextDecoder().decode(data);

describe('ByteQueue', () => {
  it('gives bytes in order, and those put back first', () => {
    const queue = new ByteQueue();
    queue.push(bytes('abcdef'));
    queue.push(bytes('gh'));
    const first = queue.take(4)!;
    expect(words(first.data)).toBe('abcd');
    first.putBack(first.data.subarray(1));
    expect(queue.length).toBe(7);
    expect(['', '', ''].map(() => words(queue.take(4)!.data))).toEqual(['bcd', 'ef', 'gh']);
    expect(queue.take(4)).toBeNull();
  });

  it('takes nothing back that was thrown away meanwhile', () => {
    const queue = new ByteQueue();
    queue.push(bytes('abc'));
    const out = queue.take(3)!;
    queue.clear();
    queue.push(bytes('d'));
    out.putBack(out.data);
    expect(words(queue.take(9)!.data)).toBe('d');
    expect(queue.length).toBe(0);
  });
});

describe('ByteTail', () => {
  it('keeps at least the last bytes, and not much more', () => {
    const tail = new ByteTail(4);
    expect(words(tail.read())).toBe('');
    for (const part of ['abc', 'de', 'fg', 'h']) tail.push(bytes(part));
    expect(words(tail.read())).toBe('defgh');
  });
});
