import { expect, test } from 'vitest';
import { readProjectFile } from './project-file';

const messages = (text: string) =>
  readProjectFile(text).problems.map(({ file, line, column, message }) => `${file}:${line}:${column}: ${message}`);

test('a full file, with comments', () => {
  const text = `{
    // which board
    "board": "test",
    "config": { "CONFIG_RR_INTERVAL": 100, "CONFIG_MY_OPTION": "x" },
    "apps": [{ "name": "ping", "entry": "ping_main", "priority": 120, "stackSize": 4096, "boot": true }],
  }`;
  const { value, problems } = readProjectFile(text);
  expect(problems).toEqual([]);
  expect(value.apps).toEqual([{ name: 'ping', entry: 'ping_main', priority: 120, stackSize: 4096, boot: true }]);
});

test('what does not parse is named by line and column', () => {
  expect(messages('{\n  "board": test\n}')[0]).toMatch(/^tickscope\.json:2:12: Not valid JSON: /);
  expect(messages('{\n  "board": "test"\n  "apps": []\n}')[0]).toBe(
    'tickscope.json:3:3: Not valid JSON: a comma is expected here.',
  );
});

test('a wrong field is named with what was expected and found', () => {
  expect(messages('{\n  "apps": [\n    { "name": "a", "priority": "high" }\n  ]\n}')).toEqual([
    'tickscope.json:3:32: apps[0].priority: expected number, received string.',
  ]);
  expect(messages('{ "apps": [{ "name": "a", "priority": 300 }] }')[0]).toMatch(/apps\[0\]\.priority: .*255/);
  expect(messages('{ "bord": "test" }')).toEqual([
    'tickscope.json:1:1: there is no field "bord". Known are board, bench, config, apps.',
  ]);
  expect(messages('[]')[0]).toMatch(/the file: expected object/);
});

test('an option of the wrong type, and one that is no option', () => {
  expect(messages('{ "config": { "CONFIG_RR_INTERVAL": true } }')).toEqual([
    'tickscope.json:1:37: config.CONFIG_RR_INTERVAL: expected a number, found true.',
  ]);
  expect(messages('{ "config": { "RR_INTERVAL": 1 } }')[0]).toMatch(/expected an option such as CONFIG_RR_INTERVAL/);
});
