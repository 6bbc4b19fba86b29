/** For tests: a table of C expressions and what each gives, run as one firmware. */
import { expect } from 'vitest';
import { Errno } from '../../kernel/errno';
import { compile, type Choice, type TestMachine } from './firmware';

/** A C expression, and its value, or the name of the errno with which it gives -1. */
export type Call = readonly [expression: string, result: number | keyof typeof Errno];

const includes = [
  ...[
    'nuttx/config.h',
    'nuttx/clock.h',
    'errno.h',
    'fcntl.h',
    'limits.h',
    'mqueue.h',
    'sched.h',
    'semaphore.h',
    'stdio.h',
    'stdlib.h',
  ],
  ...['string.h', 'time.h', 'unistd.h'],
]
  .map((name) => `#include <${name}>\n`)
  .join('');

/** For setups: set a time `ms` from now on CLOCK_REALTIME, and wait until what was created has run. */
const prelude = `${includes}
/* The arguments of each printf take room of their own on the stack of the function that calls it. */

static __attribute__((noinline)) void report(int number, int result)
{
  printf("%d %d %d\\n", number, result, result == -1 ? errno : 0);
}

#define CALL(number, expression) \\
  do \\
    { \\
      errno = 0; \\
      report(number, (int)(expression)); \\
    } \\
  while (0)

static struct timespec g_time;

static inline FAR struct timespec *in_ms(int ms)
{
  clock_gettime(CLOCK_REALTIME, &g_time);
  int64_t ns = g_time.tv_sec * 1000000000 + g_time.tv_nsec + ms * 1000000LL;
  g_time.tv_sec = ns / 1000000000;
  g_time.tv_nsec = ns % 1000000000;
  return &g_time;
}
`;

/**
 * Evaluates the expressions in their order, in a task of priority 100, and compares what they give with the table; gives
 * the machine.
 */
export async function expectCalls(setup: string, calls: readonly Call[], choice: Choice = {}): Promise<TestMachine> {
  const body = calls.map(([expression], i) => `  CALL(${i}, ${expression});\n`).join('');
  const firmware = await compile(
    `${prelude}${setup}\nint main(int argc, FAR char *argv[])\n{\n${body}  return 0;\n}\n`,
    choice,
  );
  const machine = firmware.run();
  const { lines, dump } = machine;
  expect(dump?.text).toBeUndefined();
  const names = new Map(Object.entries(Errno).map(([name, number]) => [number as number, name]));
  const got = lines.map((line) => {
    const [index, result, error] = line.split(' ').map(Number) as [number, number, number];
    return `${calls[index]?.[0]} gives ${error === 0 ? result : (names.get(error) ?? `errno ${error}`)}`;
  });
  expect(got).toEqual(calls.map(([expression, result]) => `${expression} gives ${result}`));
  return machine;
}
