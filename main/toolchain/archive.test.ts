import { expect, test } from 'vitest';
import { archiveSymbols, withoutSymbols } from './archive';

/** An archive as `ar` writes it: an index, then the members. */
function archive(members: { name: string; symbols: string[]; body: string }[]): Uint8Array {
  const header = (name: string, size: number) =>
    `${name.padEnd(16)}${'0'.padEnd(12)}${'0'.padEnd(6)}${'0'.padEnd(6)}${'0'.padEnd(8)}${String(size).padEnd(10)}\`\n`;
  const names = members.flatMap(({ symbols }) => symbols);
  const text = names.map((name) => `${name}\0`).join('');
  const size = 4 + 4 * names.length + text.length;
  const index = Buffer.alloc(size + (size & 1));
  index.writeUInt32BE(names.length, 0);
  index.write(text, 4 + 4 * names.length);
  let offset = 8 + 60 + index.length;
  let slot = 4;
  const parts = members.map(({ name, symbols, body }) => {
    for (const _ of symbols) slot = index.writeUInt32BE(offset, slot);
    const part = header(`${name}/`, body.length) + body + (body.length & 1 ? '\n' : '');
    offset += part.length;
    return part;
  });
  return Buffer.concat([Buffer.from(`!<arch>\n${header('/', size)}`), index, Buffer.from(parts.join(''))]);
}

const members = [
  { name: 'malloc.o', symbols: ['malloc', 'free'], body: 'first' },
  { name: 'printf.o', symbols: ['printf'], body: 'second' },
  { name: 'sleep.o', symbols: ['sleep'], body: 'third' },
];

test('a member goes with each of its symbols, the others stay as they are', () => {
  const trimmed = withoutSymbols(archive(members), new Set(['free', 'sleep', 'unknown']));
  expect(Buffer.from(trimmed).toString()).toBe(Buffer.from(archive(members.slice(1, 2))).toString());
});

test('the symbols of an archive', () => {
  expect([...archiveSymbols(archive(members))]).toEqual(['malloc', 'free', 'printf', 'sleep']);
});

test('what is no archive is refused', () => {
  expect(() => archiveSymbols(new Uint8Array(100))).toThrow('not an archive');
});
