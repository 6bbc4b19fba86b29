import { expect, test } from 'vitest';
import { textOf } from './io';
import { jsonBytes } from './kept';

test('what is kept is the same again, also what no byte has room for', () => {
  const data = { text: 'clockClass 6 of 0200\u20260001, \u00b5s', list: [1, -2.5, null] };
  expect(JSON.parse(textOf(jsonBytes(data)))).toEqual(data);
});
