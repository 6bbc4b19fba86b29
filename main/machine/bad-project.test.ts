import { describe, expect, test } from 'vitest';
import type { Problem } from '../contract/project';
import { buildFolder, folderOf } from '../testing/firmware';

const problemLine = ({ severity, message, file, line, column }: Problem) =>
  `${[file, line, column].filter((part) => part !== null).join(':')}: ${severity}: ${message}`;

describe('a folder that is no project says what to do', () => {
  const main = 'int main(int argc, char *argv[])\n{\n  return 0;\n}\n';
  test.each<[string, Record<string, string>, RegExp]>([
    ['no C files', { 'readme.txt': 'x' }, /has no C files\. A project is a folder with C files/],
    ['no main', { 'a.c': 'int a;\n' }, /No C file defines main/],
    [
      'a missing include',
      { 'main.c': `#include "nosuch.h"\n${main}` },
      /main\.c:1:10: error: 'nosuch\.h' file not found/,
    ],
    [
      'an error',
      { 'main.c': 'int main(void)\n{\n  return x;\n}\n' },
      /main\.c:3:10: error: use of undeclared identifier 'x'/,
    ],
    [
      'an unknown symbol',
      { 'main.c': 'int nosuch(void);\nint main(void)\n{\n  return nosuch();\n}\n' },
      /main\.c:\d+:\d+: error: undefined symbol: nosuch, used by main\.c/,
    ],
    [
      'a broken tickscope.json',
      { 'main.c': main, 'tickscope.json': '{ "apps": [{ "name": "x", "priority": 300 }] }' },
      /tickscope\.json:1:\d+: error: apps\[0\]\.priority: .*255/,
    ],
    [
      'a field that does not exist',
      { 'main.c': main, 'tickscope.json': '{ "prio": 3 }' },
      /tickscope\.json:1:\d+: error: there is no field "prio"\. Known are board, bench, config, apps/,
    ],
    [
      'no JSON',
      { 'main.c': main, 'tickscope.json': '{ "apps" [] }' },
      /tickscope\.json:1:\d+: error: Not valid JSON: a colon is expected here/,
    ],
    [
      'another board',
      { 'main.c': main, 'tickscope.json': '{ "board": "nosuch" }' },
      /tickscope\.json.*: error: tickscope\.json asks for the board "nosuch", which does not exist/,
    ],
  ])('%s', async (_, files, message) => {
    const { ok, problems } = await buildFolder(await folderOf(files));
    expect(ok).toBe(false);
    expect(problems.map(problemLine).join('\n')).toMatch(message);
  });
});
