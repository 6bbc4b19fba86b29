import { describe, expect, test } from 'vitest';
import { expectCalls } from '../calls';
import { compile } from '../firmware';

test('task_create, task_delete and getpid', () =>
  expectCalls(
    `static sem_t g_gate = SEM_INITIALIZER(0);
static int g_runs;

static int child(int argc, FAR char *argv[])
{
  g_runs++;
  return sem_wait(&g_gate);
}

static pid_t g_first;
static pid_t g_second;
`,
    [
      ['getpid() > 0', 1],
      // Eight bits of a priority count, and at 0 a task never runs.
      ['task_delete(task_create("never", 0, 2048, child, NULL))', 0],
      ['task_delete(task_create("never", 256, 2048, child, NULL))', 0],
      ['usleep(1)', 0],
      ['g_runs', 0],
      ['task_create("child", 100, 64 * 1024 * 1024, child, NULL)', 'ENOMEM'],
      // A higher task runs before the call returns, an equal one does not.
      ['(g_first = task_create("child", 120, 2048, child, NULL)) > getpid()', 1],
      ['g_runs', 1],
      ['(g_second = task_create("child", 100, 2048, child, NULL)) > g_first', 1],
      ['g_runs', 1],
      ['task_delete(g_second)', 0],
      ['sched_yield()', 0],
      ['g_runs', 1],
      ['task_delete(g_second)', 'ESRCH'],
      ['task_delete(g_first)', 0],
      ['task_delete(g_first)', 'ESRCH'],
      ['task_delete(-1)', 'ESRCH'],
      // Who is deleted while it waits has not taken the semaphore.
      ['sem_post(&g_gate)', 0],
      ['sem_trywait(&g_gate)', 0],
      // Memory comes back: more stacks than fit at a time.
      ['({ int made = 0; for (int i = 0; i < 2000; i++) { pid_t pid = task_create("many", 90, 4096, child, NULL); made += pid > 0 && task_delete(pid) == 0; } made; })', 2000],
    ],
  )); // prettier-ignore

test('every thread has an errno of its own', () =>
  expectCalls(
    `#include <pthread.h>
static FAR int *g_errno;

static void *thread(void *arg)
{
  g_errno = __errno();
  return (void *)(sem_wait(NULL) == -1 && errno == EINVAL);
}

static pthread_t g_thread;
static void *g_value;
`,
    [
      ['__errno() == __errno() && __errno() == &errno', 1],
      ['(errno = 77, pthread_create(&g_thread, NULL, thread, NULL))', 0],
      ['(errno = 77, pthread_join(g_thread, &g_value), errno)', 77],
      ['(int)g_value', 1],
      ['g_errno != NULL && g_errno != __errno()', 1],
    ],
  ));

describe('the end of a task', async () => {
  const firmware = await compile(`#include <nuttx/config.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int says(int argc, FAR char *argv[])
{
  printf("%d arguments:", argc);
  for (int i = 0; i < argc; i++) printf(" %s", argv[i]);
  printf("%s\\n", argv[argc] == NULL ? "" : " and no end");
  return 0;
}

static void ends(FAR const char *how)
{
  printf("no newline");
  if (strcmp(how, "exit") == 0) exit(300);
  if (strcmp(how, "_exit") == 0) _exit(7);
  if (strcmp(how, "delete") == 0) task_delete(0);
  if (strcmp(how, "self") == 0) task_delete(getpid());
}

int main(int argc, FAR char *argv[])
{
  char *args[] = { "one", "two three", "", NULL };
  if (strcmp(argv[1], "arguments") == 0)
    {
      task_create("child", 120, 2048, says, args);
      task_create(NULL, 120, 2048, says, NULL);
      return says(argc, argv);
    }
  ends(argv[1]);
  return -1;
}
`);

  test('arguments arrive as they were given', () => {
    expect(firmware.run('arguments', 'x y').lines).toEqual([
      '4 arguments: child one two three ',
      '1 arguments: <noname>',
      '3 arguments: main arguments x y',
    ]);
  });

  test.each([
    ['exit', 300 & 0xff, 'no newline'],
    ['return', 255, 'no newline'],
    // Neither of these writes out what stdio holds... which is nothing: the console is not buffered by halves of lines.
    ['_exit', 7, expect.any(String)],
    ['delete', 0, expect.any(String)],
    ['self', 0, expect.any(String)],
  ])('by %s', (how, status, text) => {
    const target = firmware.run(how);
    expect(target.dump).toBeNull();
    expect(target.status).toBe(status);
    expect(target.console).toEqual(text);
    expect(target.events('stop')).toMatchObject([{ pid: 1 }]);
  });
});
