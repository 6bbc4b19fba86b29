import { expect, test } from 'vitest';
import { expectCalls } from '../calls';
import { compile } from '../firmware';

const setup = `#include <sys/wait.h>
static FAR char *g_value;

static int same(FAR const char *value, FAR const char *wanted)
{
  if (value == NULL) return wanted == NULL;
  return wanted != NULL && strcmp(value, wanted) == 0;
}

static int child(int argc, FAR char *argv[])
{
  int ok = same(getenv("A"), "two") && setenv("A", "child", 1) == 0 && same(getenv("A"), "child");
  return ok;
}
`;

test('setenv, getenv, putenv, unsetenv, clearenv and environ', () =>
  expectCalls(setup, [
    ['environ == NULL', 1],
    ['same(getenv("A"), NULL)', 1],
    ['same(getenv(NULL), NULL)', 1],
    ['setenv("A", "one", 1)', 0],
    ['setenv("A", "zero", 0)', 0],
    ['same(getenv("A"), "one")', 1],
    ['setenv("AB", "x", 0)', 0],
    ['setenv("A", "two", 1)', 0],
    ['same(getenv("A"), "two")', 1],
    // A real pointer, as long as the variable is left alone.
    ['(g_value = getenv("AB"), setenv("C", "y", 1), g_value == getenv("AB"))', 1],
    ['(environ[0] != NULL) + (environ[1] != NULL) + (environ[2] != NULL) + (environ[3] == NULL)', 4],
    ['same(environ[2], "C=y")', 1],
    ['putenv("P=q=r")', 0],
    ['same(getenv("P"), "q=r")', 1],
    ['putenv("nothing")', 0],
    ['same(getenv("nothing"), NULL)', 1],
    // An empty value takes a variable away, as does none.
    ['setenv("AB", "", 0)', 0],
    ['same(getenv("AB"), "x")', 1],
    ['setenv("AB", "", 1)', 0],
    ['same(getenv("AB"), NULL)', 1],
    ['setenv("C", NULL, 1)', 0],
    ['same(getenv("C"), NULL)', 1],
    ['unsetenv("P")', 0],
    ['same(getenv("P"), NULL)', 1],
    ['unsetenv("P")', 0],
    ['setenv(NULL, "x", 1)', 'EINVAL'],
    ['putenv(NULL)', 'EINVAL'],
    ['unsetenv(NULL)', 'EINVAL'],
    // A task gets a copy.
    ['({ int status; pid_t pid = task_create("child", 100, 4096, child, NULL); waitpid(pid, &status, 0); status; })', 0x100],
    ['same(getenv("A"), "two")', 1],
    ['clearenv()', 0],
    ['environ == NULL', 1],
    ['same(getenv("A"), NULL)', 1],
    // What is no more takes no memory.
    ['({ int ok = 0; for (int i = 0; i < 3000; i++) ok += setenv("LONG", "a value of some length, again and again", 1) == 0; ok; })', 3000],
    // There is an end to it.
    ['({ char name[16]; int i = 0; char *big = calloc(1, 8193); memset(big, 65, 8192); do { snprintf(name, 16, "V%d", i++); } while (setenv(name, big, 1) == 0); errno; })', 12],
  ], { config: { CONFIG_SCHED_WAITPID: true, CONFIG_SCHED_HAVE_PARENT: true, CONFIG_SCHED_CHILD_STATUS: true } })); // prettier-ignore

test('without environments', () =>
  expectCalls(
    '',
    [
      ['setenv("A", "one", 1)', 'ENOSYS'],
      ['putenv("A=one")', 'ENOSYS'],
      ['unsetenv("A")', 'ENOSYS'],
      ['clearenv()', 'ENOSYS'],
      ['getenv("A") == NULL', 1],
    ],
    { config: { CONFIG_DISABLE_ENVIRON: true } },
  ));

test('threads share their task’s environment, and it is freed with the group', async () => {
  const firmware = await compile(`#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

static void *thread(void *arg)
{
  printf("thread sees %s\\n", getenv("A"));
  setenv("B", "thread", 1);
  return NULL;
}

int main(int argc, FAR char *argv[])
{
  pthread_t t;
  setenv("A", "main", 1);
  pthread_create(&t, NULL, thread, NULL);
  pthread_join(t, NULL);
  printf("main sees %s\\n", getenv("B"));
  return 0;
}
`);
  const machine = firmware.run();
  expect(machine.lines).toEqual(['thread sees main', 'main sees thread']);
  expect([...machine.machine.kernel.state.heap.used.values()].filter(({ size }) => size < 64)).toEqual([]);
});
