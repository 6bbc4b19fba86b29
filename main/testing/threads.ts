/** For tests of pthreads: what their C has in common, and a run of it. */
import { expect } from 'vitest';
import { compile, type Choice } from './firmware';

/** `E` turns a returned error into -1 and errno, for expectCalls; `begin` starts a thread of a priority. */
export const threads = `#include <pthread.h>
#include <signal.h>

static int E(int error)
{
  errno = error;
  return error ? -1 : 0;
}

static pthread_t begin(int priority, void *(*start)(void *))
{
  struct sched_param param = { .sched_priority = priority };
  pthread_attr_t attr;
  pthread_t thread;
  pthread_attr_init(&attr);
  pthread_attr_setschedparam(&attr, &param);
  pthread_create(&thread, &attr, start, (void *)priority);
  return thread;
}
`;

const includes = ['errno.h', 'stdio.h', 'unistd.h', 'nuttx/clock.h'].map((name) => `#include <${name}>\n`).join('');

/** Runs a whole program, which has to come to its end or to wait for ever without a crash; gives its lines. */
export async function outputOf(source: string, choice: Choice = {}): Promise<string[]> {
  const { lines, dump } = (await compile(includes + source, choice)).run();
  expect(dump?.text).toBeUndefined();
  return lines;
}
