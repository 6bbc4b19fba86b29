import { expect, test } from 'vitest';
import { expectCalls, type Call } from '../calls';
import { compile, type Choice } from '../firmware';

const prelude = `#include <pthread.h>
#include <signal.h>

static pthread_mutex_t g_mutex;
static pthread_mutexattr_t g_attr;
static pthread_t g_thread;
static int g_int;

static int E(int error)
{
  errno = error;
  return error ? -1 : 0;
}

static void init(int type, int robust)
{
  pthread_mutexattr_init(&g_attr);
  pthread_mutexattr_settype(&g_attr, type);
  pthread_mutexattr_setrobust(&g_attr, robust);
  pthread_mutex_init(&g_mutex, &g_attr);
}

/* What a thread of another gives. */

static void *call(void *arg)
{
  return (void *)((int (*)(pthread_mutex_t *))arg)(&g_mutex);
}

static int other(int (*function)(pthread_mutex_t *))
{
  void *value;
  pthread_create(&g_thread, NULL, call, function);
  pthread_join(g_thread, &value);
  return (int)value;
}
`;

const both = { CONFIG_PTHREAD_MUTEX_BOTH: true, CONFIG_PTHREAD_MUTEX_TYPES: true };

async function output(source: string, choice: Choice = {}): Promise<string[]> {
  const includes = '#include <nuttx/clock.h>\n#include <errno.h>\n#include <stdio.h>\n#include <unistd.h>\n';
  const { lines, dump } = (await compile(includes + prelude + source, choice)).run();
  expect(dump?.text).toBeUndefined();
  return lines;
}

const int = (call: (address: string) => string, value: number): Call[] => [
  [`E(${call('&g_int')})`, 0],
  ['g_int', value],
];

test('attributes of mutexes', () =>
  expectCalls(
    prelude,
    [
      ['E(pthread_mutexattr_init(NULL))', 'EINVAL'],
      ['E(pthread_mutexattr_init(&g_attr))', 0],
      ...int((to) => `pthread_mutexattr_gettype(&g_attr, ${to})`, 0),
      ...int((to) => `pthread_mutexattr_getpshared(&g_attr, ${to})`, 0),
      ...int((to) => `pthread_mutexattr_getprotocol(&g_attr, ${to})`, 0),
      ...int((to) => `pthread_mutexattr_getrobust(&g_attr, ${to})`, 1),

      ['E(pthread_mutexattr_settype(&g_attr, PTHREAD_MUTEX_RECURSIVE))', 0],
      ...int((to) => `pthread_mutexattr_gettype(&g_attr, ${to})`, 2),
      ['E(pthread_mutexattr_settype(&g_attr, 3))', 'EINVAL'],
      ['E(pthread_mutexattr_settype(NULL, 0))', 'EINVAL'],
      ['E(pthread_mutexattr_gettype(&g_attr, NULL))', 'EINVAL'],
      ['E(pthread_mutexattr_gettype(NULL, &g_int))', 'EINVAL'],
      ['E(pthread_mutexattr_setpshared(&g_attr, PTHREAD_PROCESS_SHARED))', 0],
      ...int((to) => `pthread_mutexattr_getpshared(&g_attr, ${to})`, 1),
      ['E(pthread_mutexattr_setpshared(&g_attr, 2))', 'EINVAL'],
      ['E(pthread_mutexattr_getpshared(NULL, &g_int))', 'EINVAL'],
      ['E(pthread_mutexattr_setprotocol(&g_attr, PTHREAD_PRIO_INHERIT))', 0],
      ...int((to) => `pthread_mutexattr_getprotocol(&g_attr, ${to})`, 1),
      ['E(pthread_mutexattr_setprotocol(&g_attr, PTHREAD_PRIO_PROTECT))', 'ENOTSUP'],
      ['E(pthread_mutexattr_setprotocol(&g_attr, 3))', 'EINVAL'],
      ['E(pthread_mutexattr_setprotocol(NULL, PTHREAD_PRIO_NONE))', 'EINVAL'],
      ['E(pthread_mutexattr_getprotocol(&g_attr, NULL))', 'EINVAL'],
      ['E(pthread_mutexattr_setrobust(&g_attr, PTHREAD_MUTEX_STALLED))', 0],
      ...int((to) => `pthread_mutexattr_getrobust(&g_attr, ${to})`, 0),
      ['E(pthread_mutexattr_setrobust(&g_attr, 2))', 'EINVAL'],
      ['E(pthread_mutexattr_getrobust(NULL, &g_int))', 'EINVAL'],
      ['E(pthread_mutexattr_destroy(&g_attr))', 0],
      ['E(pthread_mutexattr_destroy(NULL))', 'EINVAL'],
    ],
    { config: { ...both, CONFIG_PRIORITY_INHERITANCE: true } },
  ));

test('what the configuration leaves of the attributes', async () => {
  await expectCalls(
    prelude,
    [
      ['pthread_mutexattr_init(&g_attr)', 0],
      ['E(pthread_mutexattr_settype(&g_attr, PTHREAD_MUTEX_RECURSIVE))', 'EINVAL'],
      ['E(pthread_mutexattr_settype(&g_attr, PTHREAD_MUTEX_NORMAL))', 0],
      ['E(pthread_mutexattr_setprotocol(&g_attr, PTHREAD_PRIO_INHERIT))', 'ENOTSUP'],
      ['E(pthread_mutexattr_setrobust(&g_attr, PTHREAD_MUTEX_ROBUST))', 'EINVAL'],
      ['E(pthread_mutexattr_setrobust(&g_attr, PTHREAD_MUTEX_STALLED))', 0],
    ],
    {
      config: {
        CONFIG_PTHREAD_MUTEX_TYPES: false,
        CONFIG_PTHREAD_MUTEX_UNSAFE: true,
        CONFIG_PRIORITY_INHERITANCE: false,
      },
    },
  );
  await expectCalls(
    prelude,
    [
      ['pthread_mutexattr_init(&g_attr)', 0],
      ...int((to) => `pthread_mutexattr_getprotocol(&g_attr, ${to})`, 1),
      ['E(pthread_mutexattr_setrobust(&g_attr, PTHREAD_MUTEX_STALLED))', 'EINVAL'],
    ],
    {
      config: {
        CONFIG_PTHREAD_MUTEX_ROBUST: true,
        CONFIG_PRIORITY_INHERITANCE: true,
        CONFIG_PTHREAD_MUTEX_DEFAULT_PRIO_INHERIT: true,
      },
    },
  );
});

test('mutexes of each type, robust or not', () =>
  expectCalls(
    `${prelude}
static pthread_mutex_t g_static = PTHREAD_MUTEX_INITIALIZER;
static pthread_mutex_t g_recursive = PTHREAD_RECURSIVE_MUTEX_INITIALIZER_NP;
`,
    [
      ['E(pthread_mutex_init(NULL, NULL))', 'EINVAL'],
      ['E(pthread_mutex_lock(NULL))', 'EINVAL'],
      ['E(pthread_mutex_timedlock(NULL, in_ms(10)))', 'EINVAL'],
      ['E(pthread_mutex_trylock(NULL))', 'EINVAL'],
      ['E(pthread_mutex_unlock(NULL))', 'EINVAL'],
      ['E(pthread_mutex_consistent(NULL))', 'EINVAL'],
      ['E(pthread_mutex_destroy(NULL))', 'EINVAL'],

      // Normal and robust: who holds it is looked at.
      ['(init(PTHREAD_MUTEX_NORMAL, PTHREAD_MUTEX_ROBUST), E(pthread_mutex_unlock(&g_mutex)))', 'EPERM'],
      ['E(pthread_mutex_lock(&g_mutex))', 0],
      ['E(pthread_mutex_lock(&g_mutex))', 'EDEADLK'],
      ['E(pthread_mutex_trylock(&g_mutex))', 'EBUSY'],
      ['E(other(pthread_mutex_trylock))', 'EBUSY'],
      ['E(other(pthread_mutex_unlock))', 'EPERM'],
      ['E(pthread_mutex_destroy(&g_mutex))', 'EBUSY'],
      ['E(pthread_mutex_consistent(&g_mutex))', 'EINVAL'],
      ['E(pthread_mutex_unlock(&g_mutex))', 0],
      ['E(pthread_mutex_destroy(&g_mutex))', 0],

      // Normal and not robust: another thread can unlock it.
      ['(init(PTHREAD_MUTEX_NORMAL, PTHREAD_MUTEX_STALLED), E(pthread_mutex_lock(&g_mutex)))', 0],
      ['E(pthread_mutex_lock(&g_mutex))', 'EDEADLK'],
      ['E(other(pthread_mutex_unlock))', 0],
      ['E(pthread_mutex_trylock(&g_mutex))', 0],

      ['(init(PTHREAD_MUTEX_ERRORCHECK, PTHREAD_MUTEX_STALLED), E(pthread_mutex_lock(&g_mutex)))', 0],
      ['E(pthread_mutex_lock(&g_mutex))', 'EDEADLK'],
      ['E(other(pthread_mutex_unlock))', 'EPERM'],
      ['E(pthread_mutex_unlock(&g_mutex))', 0],
      ['E(pthread_mutex_unlock(&g_mutex))', 'EPERM'],

      ['(init(PTHREAD_MUTEX_RECURSIVE, PTHREAD_MUTEX_STALLED), E(pthread_mutex_lock(&g_mutex)))', 0],
      ['E(pthread_mutex_lock(&g_mutex))', 0],
      ['E(pthread_mutex_trylock(&g_mutex))', 0],
      ['E(pthread_mutex_timedlock(&g_mutex, in_ms(10)))', 0],
      ['g_mutex.nlocks', 4],
      ['(g_mutex.nlocks = INT16_MAX, E(pthread_mutex_lock(&g_mutex)))', 'EOVERFLOW'],
      ['E(pthread_mutex_trylock(&g_mutex))', 'EOVERFLOW'],
      ['(g_mutex.nlocks = 2, E(pthread_mutex_unlock(&g_mutex)))', 0],
      ['E(other(pthread_mutex_trylock))', 'EBUSY'],
      ['E(pthread_mutex_unlock(&g_mutex))', 0],
      ['E(pthread_mutex_unlock(&g_mutex))', 'EPERM'],

      ['E(pthread_mutex_lock(&g_static))', 0],
      ['E(pthread_mutex_lock(&g_static))', 'EDEADLK'],
      ['E(pthread_mutex_unlock(&g_static))', 0],
      ['E(pthread_mutex_lock(&g_recursive))', 0],
      ['E(pthread_mutex_lock(&g_recursive))', 0],

      // Held by a thread that has ended without unlocking it.
      ['(init(PTHREAD_MUTEX_NORMAL, PTHREAD_MUTEX_ROBUST), E(other(pthread_mutex_lock)))', 0],
      ['E(pthread_mutex_trylock(&g_mutex))', 'EOWNERDEAD'],
      ['E(pthread_mutex_lock(&g_mutex))', 'EOWNERDEAD'],
      ['E(pthread_mutex_timedlock(&g_mutex, in_ms(10)))', 'EOWNERDEAD'],
      ['E(pthread_mutex_consistent(&g_mutex))', 0],
      ['E(pthread_mutex_unlock(&g_mutex))', 'EPERM'],
      ['E(pthread_mutex_lock(&g_mutex))', 0],
      ['E(pthread_mutex_unlock(&g_mutex))', 0],
      ['E(pthread_mutex_consistent(&g_mutex))', 0],
      ['(E(other(pthread_mutex_lock)), E(pthread_mutex_destroy(&g_mutex)))', 0],
    ],
    { config: both },
  ));

test('pthread_mutex_timedlock waits until a time', () =>
  expectCalls(
    `${prelude}
static void *holds(void *arg)
{
  pthread_mutex_lock(&g_mutex);
  usleep((int)arg);
  pthread_mutex_unlock(&g_mutex);
  return NULL;
}

static void hold(int ms)
{
  pthread_mutex_init(&g_mutex, NULL);
  pthread_create(&g_thread, NULL, holds, (void *)(ms * 1000));
  usleep(1);
}
`,
    [
      ['(hold(50), E(pthread_mutex_timedlock(&g_mutex, in_ms(20))))', 'ETIMEDOUT'],
      ['E(pthread_mutex_timedlock(&g_mutex, in_ms(-20)))', 'ETIMEDOUT'],
      ['(in_ms(20), g_time.tv_nsec = 1000000000, E(pthread_mutex_timedlock(&g_mutex, &g_time)))', 'EINVAL'],
      ['E(pthread_mutex_timedlock(&g_mutex, in_ms(500)))', 0],
      ['E(pthread_mutex_timedlock(&g_mutex, in_ms(10)))', 'EDEADLK'],
      ['E(pthread_mutex_unlock(&g_mutex))', 0],
      ['(hold(50), E(pthread_mutex_timedlock(&g_mutex, NULL)))', 0],
    ],
  ));

test('those who wait get the mutex by priority; a signal does not end the wait; EOWNERDEAD wakes the first', async () => {
  const lines = await output(
    `
static void catch(int signo)
{
  printf("signal\\n");
}

static void *locks(void *arg)
{
  int error = pthread_mutex_lock(&g_mutex);
  printf("%d: %d\\n", (int)arg, error);
  pthread_mutex_unlock(&g_mutex);
  return NULL;
}

static void *dies(void *arg)
{
  pthread_mutex_lock(&g_mutex);
  usleep(50000);
  return NULL;
}

static pthread_t thread(int priority, void *(*start)(void *))
{
  struct sched_param param = { .sched_priority = priority };
  pthread_attr_t attr;
  pthread_t thread;
  pthread_attr_init(&attr);
  pthread_attr_setschedparam(&attr, &param);
  pthread_create(&thread, &attr, start, (void *)priority);
  return thread;
}

int main(int argc, char *argv[])
{
  pthread_t first;
  signal(SIGUSR1, catch);
  init(PTHREAD_MUTEX_NORMAL, PTHREAD_MUTEX_ROBUST);
  pthread_mutex_lock(&g_mutex);
  first = thread(110, locks);
  thread(130, locks);
  thread(120, locks);
  pthread_kill(first, SIGUSR1);
  printf("unlock\\n");
  pthread_mutex_unlock(&g_mutex);
  g_thread = thread(110, dies);
  thread(130, locks);
  pthread_join(g_thread, NULL);
  printf("%d\\n", pthread_mutex_trylock(&g_mutex) == EOWNERDEAD);
  return 0;
}
`,
    { config: both },
  );
  expect(lines).toEqual(['signal', 'unlock', '130: 0', '120: 0', '110: 0', '130: 130', '1']);
});

test('a mutex that inherits lends the priority of who waits for it, also when it is static', async () => {
  const source = `
static pthread_mutex_t g_static = PTHREAD_MUTEX_INITIALIZER;
static pthread_mutex_t *g_contended;

static void *locks(void *arg)
{
  pthread_mutex_lock(g_contended);
  pthread_mutex_unlock(g_contended);
  return NULL;
}

static int priority(void)
{
  struct sched_param param;
  sched_getparam(0, &param);
  return param.sched_priority;
}

static void contend(pthread_mutex_t *mutex)
{
  struct sched_param param = { .sched_priority = 150 };
  pthread_attr_t attr;
  pthread_attr_init(&attr);
  pthread_attr_setschedparam(&attr, &param);
  g_contended = mutex;
  pthread_mutex_lock(mutex);
  pthread_create(&g_thread, &attr, locks, NULL);
  printf("%d ", priority());
  pthread_mutex_unlock(mutex);
  printf("%d\\n", priority());
}

int main(int argc, char *argv[])
{
  pthread_mutex_init(&g_mutex, NULL);
  contend(&g_mutex);
  contend(&g_static);
  pthread_mutexattr_init(&g_attr);
  pthread_mutexattr_setprotocol(&g_attr, PTHREAD_PRIO_INHERIT);
  pthread_mutex_init(&g_mutex, &g_attr);
  contend(&g_mutex);
  return 0;
}
`;
  const inherit = { CONFIG_PRIORITY_INHERITANCE: true };
  expect(await output(source, { config: { ...inherit, CONFIG_PTHREAD_MUTEX_DEFAULT_PRIO_NONE: true } })).toEqual([
    '100 100',
    '100 100',
    '150 100',
  ]);
  expect(await output(source, { config: { ...inherit, CONFIG_PTHREAD_MUTEX_DEFAULT_PRIO_INHERIT: true } })).toEqual([
    '150 100',
    '150 100',
    '150 100',
  ]);
});

test('the kernel knows where mutexes are, until they are destroyed or their memory is given back', async () => {
  const firmware = await compile(`${prelude.replace('#include', '#include <errno.h>\n#include <stdlib.h>\n#include')}
int main(int argc, char *argv[])
{
  static pthread_mutex_t unlocked = PTHREAD_MUTEX_INITIALIZER;
  static pthread_cond_t cond = PTHREAD_COND_INITIALIZER;
  pthread_mutex_t *heap = malloc(sizeof(pthread_mutex_t));
  pthread_mutex_init(heap, NULL);
  free(heap);
  pthread_mutex_init(&g_mutex, NULL);
  pthread_mutex_destroy(&g_mutex);
  pthread_mutex_lock(&unlocked);
  pthread_cond_signal(&cond);
  return 0;
}
`);
  const { syncObjects } = firmware.run().machine.kernel.state;
  expect([...syncObjects.values()]).toEqual(['mutex', 'condition']);
});
