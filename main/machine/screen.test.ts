import { expect, test } from 'vitest';
import { Screen } from './screen';

const bytes = (text: string) => new TextEncoder().encode(text);
const text = (data: Uint8Array) => new TextDecoder().decode(data);

test('gives what is new once, and everything on request', () => {
  const screen = new Screen();
  screen.write(bytes('one '));
  screen.write(bytes('two '));
  expect(text(screen.take())).toBe('one two ');
  screen.write(bytes('three'));
  expect(text(screen.take())).toBe('three');
  expect(text(screen.take())).toBe('');
  expect(text(screen.all())).toBe('one two three');
});

test('goes back to any length, in the middle of a piece too', () => {
  const screen = new Screen();
  screen.write(bytes('abcdef'));
  screen.write(bytes('ghi'));
  screen.truncate(4);
  expect(text(screen.all())).toBe('abcd');
  screen.write(bytes('X'));
  expect(text(screen.take())).toBe('X');
  expect(text(screen.all())).toBe('abcdX');
});

test('forgets the oldest beyond a megabyte, and still counts from boot', () => {
  const screen = new Screen();
  for (let i = 0; i < 40; i++) screen.write(new Uint8Array(65536).fill(i));
  expect(screen.all().length).toBeLessThan(20 * 65536);
  screen.truncate(39 * 65536);
  expect(screen.all().at(-1)).toBe(38);
});
