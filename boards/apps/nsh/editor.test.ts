import fc from 'fast-check';
import { expect, test } from 'vitest';
import { beginEditing, LONGEST_LINE, typeByte, type Outcome } from './editor';

const history = ['first', 'second', 'third'];

/** Types bytes into an empty line; `screen` is what a terminal shows behind the prompt, with the cursor as |. */
function type(text: string, lines: readonly string[] = history) {
  const editing = beginEditing(lines);
  const outcomes: Outcome[] = [];
  const cells: string[] = [];
  let at = 0;
  for (const char of text) {
    const { outcome, echo } = typeByte(editing, char.charCodeAt(0), lines);
    outcomes.push(outcome);
    for (const each of echo) {
      if (each === '\b') at--;
      else cells[at++] = each;
    }
  }
  const shown = cells.join('').trimEnd().padEnd(at);
  return { ...editing, outcome: outcomes.at(-1), screen: `${shown.slice(0, at)}|${shown.slice(at)}` };
}

const [UP, DOWN, RIGHT, LEFT, HOME, END, DELETE] = ['[A', '[B', '[C', '[D', '[H', '[F', '[3~'].map(
  (key) => `\x1b${key}`,
) as [string, string, string, string, string, string, string];

test.each([
  ['abc', 'abc|'],
  ['abc\x7f', 'ab|'],
  ['abc\b\b', 'a|'],
  ['\x7f', '|'],
  [`abc${LEFT}x`, 'abx|c'],
  [`abc${LEFT}${LEFT}${LEFT}${LEFT}x`, 'x|abc'],
  [`abc${LEFT}${LEFT}\x7f`, '|bc'],
  [`abc${HOME}x${END}y`, 'xabcy|'],
  ['abc\x01x\x05y', 'xabcy|'],
  [`abc${HOME}${RIGHT}x`, 'ax|bc'],
  [`abc${RIGHT}`, 'abc|'],
  [`abc${HOME}${DELETE}`, '|bc'],
  [`abc${DELETE}`, 'abc|'],
  [`abcdef${LEFT}${LEFT}\x0b`, 'abcd|'],
  [`abcdef${LEFT}${LEFT}\x15`, '|ef'],
  ['one two  \x17', 'one |'],
  ['one two\x17\x17', '|'],
  ['   \x17', '|'],
  [`${UP}`, 'third|'],
  [`${UP}${UP}`, 'second|'],
  [`${UP}${UP}${UP}${UP}`, 'first|'],
  [`dra${UP}${DOWN}ft`, 'draft|'],
  [`${UP}${UP}${DOWN}!`, 'third!|'],
  [`${DOWN}`, '|'],
  ['\x10\x10\x0e', 'third|'],
  [`\x1bOAx`, 'thirdx|'],
  ['a\x1b[99;99Qb', 'ab|'],
  ['a\x1bqb', 'ab|'],
  ['a\x00b', 'ab|'],
  [`äöü${LEFT}\x7f`, 'ä|ü'],
])('typing %j gives %j', (text, screen) => {
  expect(type(text).screen).toBe(screen);
});

test('keys that end a line, or ask for something, say so', () => {
  expect(type('ab\r').outcome).toBe('line');
  expect(type(`ab${HOME}\n`)).toMatchObject({ outcome: 'line', text: 'ab', screen: 'ab|' });
  expect(type('ab\x03').outcome).toBe('interrupted');
  expect(type('\x04').outcome).toBe('end');
  expect(type(`ab${HOME}\x04`)).toMatchObject({ outcome: 'typing', text: 'b' });
  expect(type('a\t').outcome).toBe('complete');
  expect(type('a\x0c').outcome).toBe('clear');
});

test('a line has an end', () => {
  expect(type('x'.repeat(LONGEST_LINE + 10)).text).toHaveLength(LONGEST_LINE);
});

test('whatever is typed, the screen shows the line and the cursor', () => {
  const key = fc.oneof(
    fc.constantFrom(UP, DOWN, RIGHT, LEFT, HOME, END, DELETE, '\x7f', '\x01', '\x05', '\x0b', '\x15', '\x17', '\x1b'),
    fc.constantFrom('a', 'b', ' ', '[', 'O', '~', '3', '\x00', '\x1f'),
  );
  fc.assert(
    fc.property(fc.array(key, { maxLength: 60 }), (keys) => {
      const { text, cursor, screen } = type(keys.join(''));
      const expected = text.trimEnd().padEnd(cursor);
      expect(screen).toBe(`${expected.slice(0, cursor)}|${expected.slice(cursor)}`);
    }),
    { numRuns: 500 },
  );
});
