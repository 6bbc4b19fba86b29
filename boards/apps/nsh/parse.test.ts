import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseStatement, quote, SyntaxProblem, type Word } from './parse';

const textOf = (word: Word) => word.map(({ text }) => text).join('');

/** Statements of a text: words by commands, and what stands behind each. */
function parse(text: string): string[] {
  const found: string[] = [];
  for (let at = 0; at < text.length;) {
    const { pipeline, separator, next } = parseStatement(text, at);
    const commands = pipeline.map(({ words, redirections }) => {
      const files = redirections.map(({ operator, target }) => `${operator}${textOf(target)}`);
      return [...words.map((word) => `<${textOf(word)}>`), ...files].join(' ');
    });
    found.push(`${commands.join(' | ')} ${JSON.stringify(separator)}`.trim());
    at = next;
  }
  return found;
}

test.each([
  ['echo a  b', ['<echo> <a> <b> ""']],
  ['a;b\nc', ['<a> ";"', '<b> "\\n"', '<c> ""']],
  ['a && b || c &', ['<a> "&&"', '<b> "||"', '<c> "&"']],
  ['a | b > f', ['<a> | <b> >f ""']],
  ['a >> f < g', ['<a> >>f <g ""']],
  ['a>f', ['<a> >f ""']],
  ['echo "a ; b" \'c | d\'', ['<echo> <a ; b> <c | d> ""']],
  ['echo a\\ b \\"', ['<echo> <a b> <"> ""']],
  ['echo "say \\"hi\\" \\n"', ['<echo> <say "hi" \\n> ""']],
  ['echo `ls -l; ps` x', ['<echo> <ls -l; ps> <x> ""']],
  ['echo a # b ; c', ['<echo> <a> ""']],
  ['echo a#b', ['<echo> <a#b> ""']],
  ['# only that\nx', ['"\\n"', '<x> ""']],
  ['', []],
  [';;', ['";"', '";"']],
  ['echo ""', ['<echo> <> ""']],
  ["''''", ['<> ""']],
])('%j is %j', (text, statements) => {
  expect(parse(text)).toEqual(statements);
});

test.each([
  ['echo "a', '": no matching "'],
  ["echo 'a\n'", "': no matching '"],
  ['echo `a', '`: no matching `'],
  ['echo >', '>: missing required argument(s)'],
  ['echo > > f', '>: missing required argument(s)'],
  ['| a', '|: syntax error'],
  ['a |', '|: syntax error'],
  ['a | | b', '|: syntax error'],
  ['&', '&: syntax error'],
  ['&& a', '&&: syntax error'],
])('%j is refused: %s', (text, message) => {
  expect(() => parse(text)).toThrow(new SyntaxProblem(message));
});

test('any text is statements or is refused, and goes on', () => {
  const text = fc.string({ unit: fc.constantFrom(...'ab "\'`\\;&|<>\n#$ '), maxLength: 40 });
  fc.assert(
    fc.property(text, (line) => {
      for (let at = 0; at < line.length;) {
        try {
          const { next } = parseStatement(line, at);
          expect(next).toBeGreaterThan(at);
          at = next;
        } catch (error) {
          expect(error).toBeInstanceOf(SyntaxProblem);
          return;
        }
      }
    }),
    { numRuns: 1000 },
  );
});

test('a quoted word is one word, and itself', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...'ab"\'`\\;&|<>#$ '), maxLength: 20 }), (word) => {
      const { words } = parseStatement(quote(word), 0).pipeline[0]!;
      expect(words.map(textOf)).toEqual([word]);
      const expandable = words[0]!.filter(({ kind }) => kind !== 'literal');
      expect(expandable.some(({ text }) => /[$`]/.test(text))).toBe(false);
    }),
  );
});
