import { test } from 'vitest';
import { expectCalls } from '../calls';

test('when RAM is out malloc and its kin give null and ENOMEM', () =>
  expectCalls(
    'static FAR void *g_block;\nstatic int is_enomem(FAR void *p) { return p == NULL && errno == ENOMEM; }\n',
    [
      ['is_enomem(malloc(1 << 24))', 1],
      ['(errno = 0, is_enomem(calloc(1 << 16, 1 << 16)))', 1],
      ['(errno = 0, is_enomem(memalign(64, 1 << 24)))', 1],
      ['(errno = 0, memalign(24, 8) == NULL && errno == EINVAL)', 1],
      ['(g_block = malloc(8)) != NULL', 1],
      ['(errno = 0, is_enomem(realloc(g_block, 1 << 24)))', 1],
      // The old block is as it was.
      ['(free(g_block), 0)', 0],
    ],
  ));
