import { expect, test } from 'vitest';
import { expectCalls, type Call } from '../calls';
import { compile, type Choice } from '../firmware';

/** Pthread functions return their errno; E gives it as other functions have it. */
const prelude = `#include <pthread.h>
#include <signal.h>

static int E(int error)
{
  errno = error;
  return error ? -1 : 0;
}
`;

/** What the firmware prints. */
async function output(source: string, choice: Choice = {}): Promise<string[]> {
  const includes = ['errno.h', 'pthread.h', 'sched.h', 'semaphore.h', 'signal.h', 'stdio.h', 'stdlib.h', 'unistd.h'];
  const { lines, dump } = (
    await compile(`${includes.map((name) => `#include <${name}>\n`).join('')}${source}`, choice)
  ).run();
  expect(dump?.text).toBeUndefined();
  return lines;
}

const int = (call: (address: string) => string, value: number): Call[] => [
  [`E(${call('&g_int')})`, 0],
  ['g_int', value],
];

test('attributes of threads', () =>
  expectCalls(
    `${prelude}
static pthread_attr_t g_attr;
static struct sched_param g_param;
static int g_int;
static size_t g_size;
static void *g_address;
static char g_stack[4096];
`,
    [
      ['E(pthread_attr_init(NULL))', 'EINVAL'],
      ['E(pthread_attr_init(&g_attr))', 0],
      ...int((to) => `pthread_attr_getschedpolicy(&g_attr, ${to})`, 0),
      ...int((to) => `pthread_attr_getinheritsched(&g_attr, ${to})`, 1),
      ...int((to) => `pthread_attr_getdetachstate(&g_attr, ${to})`, 0),
      ...int((to) => `pthread_attr_getscope(&g_attr, ${to})`, 0),
      ['E(pthread_attr_getschedparam(&g_attr, &g_param))', 0],
      ['g_param.sched_priority', 100],
      ['E(pthread_attr_getstacksize(&g_attr, &g_size))', 0],
      ['g_size == CONFIG_PTHREAD_STACK_DEFAULT', 1],

      ['E(pthread_attr_setschedpolicy(&g_attr, SCHED_FIFO))', 0],
      ...int((to) => `pthread_attr_getschedpolicy(&g_attr, ${to})`, 1),
      ['E(pthread_attr_setschedpolicy(&g_attr, SCHED_RR))', 0],
      ['E(pthread_attr_setschedpolicy(&g_attr, SCHED_SPORADIC))', 0],
      ['E(pthread_attr_setschedpolicy(&g_attr, SCHED_OTHER))', 0],
      ['E(pthread_attr_setschedpolicy(&g_attr, 17))', 'EINVAL'],
      ['E(pthread_attr_setschedpolicy(NULL, SCHED_FIFO))', 'EINVAL'],
      ['E(pthread_attr_getschedpolicy(&g_attr, NULL))', 'EINVAL'],

      [
        '(g_param = (struct sched_param){ 120, 80, { 1, 5 }, { 0, 7 }, 3 }, E(pthread_attr_setschedparam(&g_attr, &g_param)))',
        0,
      ],
      ['(memset(&g_param, 0, sizeof(g_param)), E(pthread_attr_getschedparam(&g_attr, &g_param)))', 0],
      ['g_param.sched_priority * 1000 + g_param.sched_ss_low_priority * 10 + g_param.sched_ss_max_repl', 120803],
      ['(int)g_param.sched_ss_repl_period.tv_sec * 100 + g_param.sched_ss_repl_period.tv_nsec * 10', 150],
      ['(int)g_param.sched_ss_init_budget.tv_nsec', 7],
      ['E(pthread_attr_setschedparam(&g_attr, NULL))', 'EINVAL'],
      ['E(pthread_attr_getschedparam(NULL, &g_param))', 'EINVAL'],

      ['E(pthread_attr_setinheritsched(&g_attr, PTHREAD_INHERIT_SCHED))', 0],
      ...int((to) => `pthread_attr_getinheritsched(&g_attr, ${to})`, 0),
      ['E(pthread_attr_setinheritsched(&g_attr, 2))', 'EINVAL'],
      ['E(pthread_attr_getinheritsched(NULL, &g_int))', 'EINVAL'],
      ['E(pthread_attr_setdetachstate(&g_attr, PTHREAD_CREATE_DETACHED))', 0],
      ...int((to) => `pthread_attr_getdetachstate(&g_attr, ${to})`, 1),
      ['E(pthread_attr_setdetachstate(&g_attr, 2))', 'EINVAL'],
      ['E(pthread_attr_setstacksize(&g_attr, 3000))', 0],
      ['(pthread_attr_getstacksize(&g_attr, &g_size), g_size)', 3000],
      ['E(pthread_attr_setstacksize(&g_attr, PTHREAD_STACK_MIN - 1))', 'EINVAL'],
      ['E(pthread_attr_getstacksize(&g_attr, NULL))', 'EINVAL'],
      ['E(pthread_attr_setstack(&g_attr, g_stack, sizeof(g_stack)))', 0],
      ['E(pthread_attr_getstack(&g_attr, &g_address, &g_size))', 0],
      ['g_address == g_stack && g_size == sizeof(g_stack)', 1],
      ['E(pthread_attr_setstack(&g_attr, NULL, 4096))', 'EINVAL'],
      ['E(pthread_attr_setguardsize(&g_attr, 64))', 0],
      ['(pthread_attr_getguardsize(&g_attr, &g_size), g_size)', 64],
      ['E(pthread_attr_setscope(&g_attr, PTHREAD_SCOPE_SYSTEM))', 0],
      ['E(pthread_attr_setscope(&g_attr, PTHREAD_SCOPE_PROCESS))', 'ENOTSUP'],
      ['E(pthread_attr_setscope(&g_attr, 5))', 'EINVAL'],
      ['E(pthread_attr_destroy(&g_attr))', 0],
      ['E(pthread_attr_destroy(NULL))', 'EINVAL'],
    ],
    { config: { CONFIG_RR_INTERVAL: 100, CONFIG_SCHED_SPORADIC: true } },
  ));

test('policies that the configuration does not have', () =>
  expectCalls(
    `${prelude}static pthread_attr_t g_attr;`,
    [
      ['E(pthread_attr_init(&g_attr))', 0],
      ['E(pthread_attr_setschedpolicy(&g_attr, SCHED_RR))', 'EINVAL'],
      ['E(pthread_attr_setschedpolicy(&g_attr, SCHED_SPORADIC))', 'EINVAL'],
      ['E(pthread_attr_setschedpolicy(&g_attr, SCHED_FIFO))', 0],
    ],
    { config: { CONFIG_RR_INTERVAL: 0 } },
  ));

test('threads are made with attributes, joined, detached; each errno', () =>
  expectCalls(
    `${prelude}
static pthread_t g_thread, g_main;
static pthread_attr_t g_attr;
static sem_t g_sem;
static void *g_value;
static int g_policy, g_seen;
static struct sched_param g_param;
static char g_stack[4096] aligned_data(16);

static void *returns(void *arg)
{
  return arg;
}

static void *waits(void *arg)
{
  sem_wait(&g_sem);
  return arg;
}

static void *exits(void *arg)
{
  pthread_exit(arg);
  return NULL;
}

static void *looks(void *arg)
{
  pthread_getschedparam(pthread_self(), &g_policy, &g_param);
  g_seen = (char *)&arg > g_stack && (char *)&arg < g_stack + sizeof(g_stack);
  return NULL;
}

static void *joins_main(void *arg)
{
  return (void *)pthread_join(g_main, NULL);
}

static int begin(void *(*start)(void *), pthread_attr_t *attr)
{
  return pthread_create(&g_thread, attr, start, (void *)42);
}

static int with_priority(int priority, int policy)
{
  pthread_attr_init(&g_attr);
  g_param = (struct sched_param){ .sched_priority = priority };
  pthread_attr_setschedparam(&g_attr, &g_param);
  pthread_attr_setschedpolicy(&g_attr, policy);
  return begin(looks, &g_attr);
}

static int other(int argc, FAR char *argv[])
{
  return sem_wait(&g_sem);
}
`,
    [
      ['E(begin(returns, NULL))', 0],
      ['E(pthread_join(g_thread, &g_value))', 0],
      ['(int)g_value', 42],
      ['E(pthread_join(g_thread, &g_value))', 'ESRCH'],
      ['E(begin(exits, NULL))', 0],
      ['(usleep(1), E(pthread_join(g_thread, &g_value)))', 0],
      ['(int)g_value', 42],
      ['E(begin(returns, NULL))', 0],
      ['E(pthread_join(g_thread, NULL))', 0],

      ['E(begin(NULL, NULL))', 'EINVAL'],
      ['E(with_priority(0, SCHED_FIFO))', 'EINVAL'],
      [
        '(pthread_attr_init(&g_attr), pthread_attr_setstacksize(&g_attr, 64 << 20), E(begin(returns, &g_attr)))',
        'ENOMEM',
      ],

      ['E(with_priority(110, SCHED_FIFO))', 0],
      ['g_policy * 1000 + g_param.sched_priority', 1110],
      ['E(pthread_join(g_thread, NULL))', 0],
      ['E(with_priority(110, SCHED_RR))', 0],
      ['g_policy', 2],
      ['E(pthread_join(g_thread, NULL))', 0],
      ['(pthread_attr_setstack(&g_attr, g_stack, sizeof(g_stack)), E(begin(looks, &g_attr)))', 0],
      ['g_seen', 1],
      ['E(pthread_join(g_thread, NULL))', 0],
      ['(pthread_attr_init(&g_attr), pthread_attr_setinheritsched(&g_attr, PTHREAD_INHERIT_SCHED))', 0],
      ['(E(begin(looks, &g_attr)), E(pthread_join(g_thread, NULL)))', 0],
      ['g_policy * 1000 + g_param.sched_priority', 2100],

      ['E(pthread_join(pthread_self(), NULL))', 'EDEADLK'],
      ['E(pthread_join(12345, NULL))', 'ESRCH'],
      ['E(pthread_join(-1, NULL))', 'ESRCH'],
      ['E(pthread_join(task_create("other", 90, 2048, other, NULL), NULL))', 'EINVAL'],
      ['(g_main = pthread_self(), E(begin(joins_main, NULL)))', 0],
      ['(pthread_join(g_thread, &g_value), (int)g_value == EINVAL)', 1],

      ['(sem_init(&g_sem, 0, 0), E(begin(waits, NULL)))', 0],
      ['E(pthread_detach(g_thread))', 0],
      ['E(pthread_detach(g_thread))', 'EINVAL'],
      ['E(pthread_join(g_thread, NULL))', 'EINVAL'],
      ['(usleep(1), sem_post(&g_sem), usleep(1), E(pthread_join(g_thread, NULL)))', 'ESRCH'],
      ['E(pthread_detach(g_thread))', 'ESRCH'],
      ['E(pthread_detach(0))', 'ESRCH'],
      ['(begin(returns, NULL), usleep(1), E(pthread_detach(g_thread)))', 0],
      ['E(pthread_join(g_thread, NULL))', 'ESRCH'],
      ['(pthread_attr_setdetachstate(&g_attr, PTHREAD_CREATE_DETACHED), E(begin(waits, &g_attr)))', 0],
      ['E(pthread_join(g_thread, NULL))', 'EINVAL'],
    ],
    { config: { CONFIG_RR_INTERVAL: 100 } },
  ));

test('several threads join one; a signal does not end pthread_join; a group lives until its last thread', async () => {
  const lines = await output(`
static pthread_t g_worker;

static void catch(int signo)
{
  printf("signal %d\\n", signo);
}

static void *work(void *arg)
{
  usleep(50000);
  printf("work done\\n");
  return (void *)7;
}

static void *join(void *arg)
{
  void *value = NULL;
  int error = pthread_join(g_worker, &value);
  printf("joiner %d: %d %d\\n", (int)arg, error, (int)value);
  if ((int)arg == 2)
    {
      usleep(20000);
      printf("last thread\\n");
    }
  return NULL;
}

int main(int argc, char *argv[])
{
  pthread_t first, second;
  signal(SIGUSR1, catch);
  pthread_create(&g_worker, NULL, work, NULL);
  pthread_create(&first, NULL, join, (void *)1);
  pthread_create(&second, NULL, join, (void *)2);
  usleep(10000);
  pthread_kill(first, SIGUSR1);
  pthread_join(first, NULL);
  printf("main goes\\n");
  pthread_exit(NULL);
}
`);
  expect(lines).toEqual([`signal 10`, 'work done', 'joiner 2: 0 7', 'joiner 1: 0 7', 'main goes', 'last thread']);
});

test('what a thread has of its own and what it shares', async () => {
  const lines = await output(`
static int g_shared;

static void *child(void *arg)
{
  sigset_t set;
  errno = ENOSPC;
  pthread_sigmask(SIG_BLOCK, NULL, &set);
  printf("%d %d %d\\n", getpid() == (int)arg, pthread_self() == gettid(), pthread_self() != getpid());
  printf("blocked %d %d\\n", sigismember(&set, SIGUSR1), sigismember(&set, SIGUSR2));
  g_shared++;
  setenv("COLOUR", "blue", 1);
  return NULL;
}

int main(int argc, char *argv[])
{
  pthread_t thread;
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGUSR1);
  pthread_sigmask(SIG_BLOCK, &set, NULL);
  errno = 0;
  pthread_create(&thread, NULL, child, (void *)getpid());
  printf("join %d\\n", pthread_join(thread, NULL));
  printf("errno %d, shared %d, %s\\n", errno, g_shared, getenv("COLOUR"));
  return 0;
}
`);
  expect(lines).toEqual(['1 1 1', 'blocked 1 0', 'join 0', 'errno 0, shared 1, blue']);
});

test('names, handles and scheduling parameters of threads; pthread_getattr_np', () =>
  expectCalls(
    `${prelude}
static pthread_t g_thread;
static pthread_attr_t g_attr;
static sem_t g_sem;
static char g_name[40];
static int g_int;
static size_t g_size;
static struct sched_param g_param;

static void *waits(void *arg)
{
  sem_wait(&g_sem);
  return arg;
}

static void *yields(void *arg)
{
  g_int = 1;
  pthread_yield();
  return NULL;
}
`,
    [
      ['(sem_init(&g_sem, 0, 0), pthread_create(&g_thread, NULL, waits, NULL))', 0],
      ['pthread_equal(pthread_self(), g_thread)', 0],
      ['pthread_equal(pthread_self(), pthread_self())', 1],
      ['pthread_gettid_np(g_thread) == g_thread', 1],
      ['E(pthread_setname_np(g_thread, "a name that is much too long for it"))', 0],
      ['E(pthread_getname_np(g_thread, g_name, sizeof(g_name)))', 0],
      ['strcmp(g_name, "a name that is much too long f")', 0],
      ['(pthread_getname_np(g_thread, g_name, 7), strcmp(g_name, "a name"))', 0],
      ['E(pthread_setname_np(g_thread, NULL))', 'EINVAL'],
      ['E(pthread_setname_np(999, "x"))', 'ESRCH'],
      ['E(pthread_getname_np(g_thread, g_name, 0))', 'EINVAL'],
      ['E(pthread_getname_np(999, g_name, 8))', 'ESRCH'],

      ['E(pthread_getschedparam(g_thread, &g_int, &g_param))', 0],
      ['g_int * 1000 + g_param.sched_priority', 2100],
      ['(g_param.sched_priority = 90, E(pthread_setschedparam(g_thread, SCHED_RR, &g_param)))', 0],
      ['(pthread_getschedparam(g_thread, &g_int, &g_param), g_int * 1000 + g_param.sched_priority)', 2090],
      ['E(pthread_getschedparam(999, &g_int, &g_param))', 'ESRCH'],
      ['E(pthread_getschedparam(g_thread, NULL, &g_param))', 'EINVAL'],
      ['E(pthread_setschedparam(999, SCHED_RR, &g_param))', 'ESRCH'],
      ['E(pthread_setschedparam(g_thread, 9, &g_param))', 'EINVAL'],
      ['E(pthread_setschedparam(g_thread, SCHED_RR, NULL))', 'EINVAL'],
      ['(g_param.sched_priority = 256, E(pthread_setschedparam(g_thread, SCHED_RR, &g_param)))', 'EINVAL'],
      ['E(pthread_setschedprio(g_thread, 80))', 0],
      ['(pthread_getschedparam(g_thread, &g_int, &g_param), g_param.sched_priority)', 80],
      ['E(pthread_setschedprio(g_thread, 0))', 'EINVAL'],
      ['E(pthread_setschedprio(999, 80))', 'ESRCH'],

      ['E(pthread_getattr_np(g_thread, &g_attr))', 0],
      ['(pthread_attr_getschedparam(&g_attr, &g_param), g_param.sched_priority)', 80],
      ['(pthread_attr_getstacksize(&g_attr, &g_size), g_size)', 2048],
      ['(pthread_attr_getschedpolicy(&g_attr, &g_int), g_int)', 2],
      ['E(pthread_getattr_np(g_thread, NULL))', 'EINVAL'],
      ['E(pthread_getattr_np(999, &g_attr))', 'ESRCH'],

      ['(g_int = 0, pthread_create(&g_thread, NULL, yields, NULL))', 0],
      ['(pthread_yield(), g_int)', 1],
    ],
    { config: { CONFIG_RR_INTERVAL: 100 } },
  ));

test('a sporadic thread is made with its parameters', () =>
  expectCalls(
    `${prelude}
static pthread_t g_thread;
static pthread_attr_t g_attr;
static sem_t g_sem;
static int g_int;
static struct sched_param g_param;

static void *waits(void *arg)
{
  sem_wait(&g_sem);
  return arg;
}

static int begin(int max_repl)
{
  g_param = (struct sched_param){ 120, 90, { 0, 500000000 }, { 0, 100000000 }, max_repl };
  pthread_attr_init(&g_attr);
  pthread_attr_setschedpolicy(&g_attr, SCHED_SPORADIC);
  pthread_attr_setschedparam(&g_attr, &g_param);
  return pthread_create(&g_thread, &g_attr, waits, NULL);
}
`,
    [
      ['(sem_init(&g_sem, 0, 0), E(begin(0)))', 'EINVAL'],
      ['E(begin(2))', 0],
      ['(memset(&g_param, 0, sizeof(g_param)), E(pthread_getschedparam(g_thread, &g_int, &g_param)))', 0],
      ['g_int * 1000000 + g_param.sched_priority * 1000 + g_param.sched_ss_low_priority', 3120090],
      ['(int)g_param.sched_ss_repl_period.tv_nsec', 500000000],
      ['(int)g_param.sched_ss_init_budget.tv_nsec', 100000000],
      ['g_param.sched_ss_max_repl', 2],
      ['(pthread_getattr_np(g_thread, &g_attr), pthread_attr_getschedparam(&g_attr, &g_param))', 0],
      ['(int)g_param.sched_ss_repl_period.tv_nsec', 500000000],
    ],
    { config: { CONFIG_SCHED_SPORADIC: true } },
  ));
