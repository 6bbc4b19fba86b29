import { expect, test } from 'vitest';
import { blankComments, findUse, parseClang, parseLinker } from './diagnostics';

const showPath = (path: string) => (path.startsWith('project/') ? path.slice(8) : null);

test('clang: errors, warnings and notes with their places, the rest left out', () => {
  const text = [
    'In file included from project/main.c:1:',
    "project/app.h:3:10: fatal error: 'nosuch.h' file not found",
    "project/main.c:7:3: warning: unused variable 'x' [-Wunused-variable]",
    'project/main.c:9:1: note: previous definition is here',
    '2 warnings generated.',
    'clang: error: no such file or directory',
  ].join('\n');
  expect(parseClang(text, showPath)).toEqual([
    { severity: 'error', message: "'nosuch.h' file not found", source: 'clang', file: 'app.h', line: 3, column: 10 },
    { severity: 'warning', message: "unused variable 'x' [-Wunused-variable]", source: 'clang', file: 'main.c', line: 7, column: 3 }, // prettier-ignore
    { severity: 'note', message: 'previous definition is here', source: 'clang', file: 'main.c', line: 9, column: 1 },
    { severity: 'error', message: 'no such file or directory', source: 'clang', file: null, line: null, column: null },
  ]);
});

test('the first use of a name, not in a comment, a string or a longer name', () => {
  const text = '/* foo() */ // foo\nchar *s = "foo(";\nint foo_bar, afoo;\n  foo(1);\n';
  expect(findUse(blankComments(text), 'foo')).toEqual({ line: 4, column: 3 });
  expect(findUse(blankComments(text), 'nothing')).toBeNull();
  expect(findUse('int foo(int);\n\nint bar(void)\n{\n  return foo(1);\n}\n', 'foo')).toEqual({ line: 5, column: 10 });
  expect(findUse('int foo(int);\nint (*g_f)(int) = foo;\n', 'foo')).toEqual({ line: 1, column: 5 });
});

const context = {
  showPath,
  text: (file: string) => (file === 'main.c' ? 'int main(void)\n{\n  return nosuch();\n}\n' : undefined),
  board: 'small',
  ramBase: 0x2000_0000,
  ramSize: 65536,
};

test('wasm-ld: an undefined symbol names the caller and its line', () => {
  const [problem] = parseLinker('wasm-ld: error: project/main.c.o: undefined symbol: nosuch\n', context);
  expect(problem).toMatchObject({ severity: 'error', source: 'wasm-ld', file: 'main.c', line: 3, column: 10 });
  expect(problem!.message).toMatch(/^undefined symbol: nosuch, used by main\.c\. .*Check the spelling/);
});

test('wasm-ld: too little RAM, a duplicate, and anything else', () => {
  const text = [
    'wasm-ld: error: initial memory too small, 537001984 bytes needed',
    'wasm-ld: error: duplicate symbol: g_x',
    '>>> defined in project/main.c.o',
    '>>> defined in project/b.c.o',
    'wasm-ld: warning: function signature mismatch: f',
  ].join('\n');
  const messages = parseLinker(text, context).map(({ severity, message }) => `${severity}: ${message}`);
  expect(messages[0]).toBe(
    "error: The firmware's data needs 128 KiB of RAM, but the board small has 64 KiB. Make its arrays smaller or choose a larger board.",
  );
  expect(messages[1]).toBe(
    'error: duplicate symbol: g_x, defined in main.c and b.c. Rename one of the two, or make it static.',
  );
  expect(messages[2]).toBe('warning: function signature mismatch: f');
});
