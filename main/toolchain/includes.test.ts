import { expect, test } from 'vitest';
import { includeClosure } from './includes';

const texts = new Map([
  ['main.c', '#include <stdio.h>\n#include "app.h"\nint main(void) { return 0; }'],
  ['other.c', 'int other;'],
  ['inc/app.h', '#  include "../deep/types.h"'],
  ['deep/types.h', '#include "app.h"'],
  ['lib/deep/types.h', ''],
  ['macro.c', '#define HEADER "app.h"\n#include HEADER'],
  ['table.c', '#include "rows.inc"\n#include "other.c"'],
  ['rows.inc', ''],
]);

test('follows includes by their last part, wherever such a file lies, and ends on a circle', () => {
  expect(includeClosure('main.c', texts)).toEqual(['deep/types.h', 'inc/app.h', 'lib/deep/types.h', 'main.c']);
});

test('includes of other kinds of files, C files among them', () => {
  expect(includeClosure('table.c', texts)).toEqual(['other.c', 'rows.inc', 'table.c']);
});

test('an include that a macro names may reach every header', () => {
  const closure = includeClosure('macro.c', texts);
  expect(closure).toContain('inc/app.h');
  expect(closure).not.toContain('main.c');
});
