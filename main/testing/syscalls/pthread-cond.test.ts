import { expect, test } from 'vitest';
import { expectCalls } from '../calls';
import { outputOf, threads } from '../threads';

const prelude = `${threads}
static pthread_mutex_t g_mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t g_cond = PTHREAD_COND_INITIALIZER;
static pthread_condattr_t g_attr;
static pthread_t g_thread;
static int g_int;

`;

test('condition variables and their attributes: each errno, and limits of waits', () =>
  expectCalls(
    `${prelude}
static clockid_t g_clock;
static int g_ticks;

static struct timespec *monotonic_in(int ms)
{
  clock_gettime(CLOCK_MONOTONIC, &g_time);
  g_time.tv_sec += ms / 1000;
  g_time.tv_nsec += ms % 1000 * 1000000;
  if (g_time.tv_nsec >= 1000000000) g_time.tv_sec++, g_time.tv_nsec -= 1000000000;
  return &g_time;
}

static void *signals(void *arg)
{
  usleep(20000);
  pthread_mutex_lock(&g_mutex);
  pthread_cond_signal(&g_cond);
  pthread_mutex_unlock(&g_mutex);
  return NULL;
}

static void *waits(void *arg)
{
  pthread_mutex_lock(&g_mutex);
  pthread_cond_wait(&g_cond, &g_mutex);
  pthread_mutex_unlock(&g_mutex);
  return NULL;
}
`,
    [
      ['E(pthread_condattr_init(NULL))', 'EINVAL'],
      ['E(pthread_condattr_init(&g_attr))', 0],
      ['(pthread_condattr_getclock(&g_attr, &g_clock), g_clock)', 0],
      ['E(pthread_condattr_setclock(&g_attr, CLOCK_MONOTONIC))', 0],
      ['(pthread_condattr_getclock(&g_attr, &g_clock), g_clock)', 1],
      ['E(pthread_condattr_setclock(&g_attr, 99))', 'EINVAL'],
      ['E(pthread_condattr_setclock(NULL, 0))', 'EINVAL'],
      ['E(pthread_condattr_getclock(&g_attr, NULL))', 'EINVAL'],
      ['E(pthread_condattr_setpshared(&g_attr, PTHREAD_PROCESS_SHARED))', 0],
      ['(pthread_condattr_getpshared(&g_attr, &g_int), g_int)', 1],
      ['E(pthread_condattr_setpshared(&g_attr, 7))', 'EINVAL'],
      ['E(pthread_condattr_getpshared(NULL, &g_int))', 'EINVAL'],

      ['E(pthread_cond_init(NULL, NULL))', 'EINVAL'],
      ['E(pthread_cond_destroy(NULL))', 'EINVAL'],
      ['E(pthread_cond_signal(NULL))', 'EINVAL'],
      ['E(pthread_cond_broadcast(NULL))', 'EINVAL'],
      ['E(pthread_cond_wait(NULL, &g_mutex))', 'EINVAL'],
      ['E(pthread_cond_wait(&g_cond, NULL))', 'EINVAL'],
      ['E(pthread_cond_wait(&g_cond, &g_mutex))', 'EPERM'],
      ['E(pthread_cond_timedwait(&g_cond, &g_mutex, in_ms(10)))', 'EPERM'],

      ['E(pthread_mutex_lock(&g_mutex))', 0],
      ['E(pthread_cond_timedwait(&g_cond, &g_mutex, NULL))', 'EINVAL'],
      ['E(pthread_cond_timedwait(NULL, &g_mutex, in_ms(10)))', 'EINVAL'],
      ['(in_ms(10), g_time.tv_nsec = -1, E(pthread_cond_timedwait(&g_cond, &g_mutex, &g_time)))', 'EINVAL'],
      ['E(pthread_cond_timedwait(&g_cond, &g_mutex, in_ms(-10)))', 'ETIMEDOUT'],
      ['E(pthread_cond_timedwait(&g_cond, &g_mutex, in_ms(30)))', 'ETIMEDOUT'],
      ['g_cond.wait_count', 0],
      ['E(pthread_mutex_trylock(&g_mutex))', 'EBUSY'],
      ['(begin(100, signals), E(pthread_cond_timedwait(&g_cond, &g_mutex, in_ms(500))))', 0],
      ['(begin(100, signals), E(pthread_cond_wait(&g_cond, &g_mutex)))', 0],

      // The clock of the attributes, and one of the caller's choice. CLOCK_REALTIME is years ahead.
      ['E(pthread_cond_init(&g_cond, &g_attr))', 0],
      [
        '(g_ticks = clock_systime_ticks(), E(pthread_cond_timedwait(&g_cond, &g_mutex, monotonic_in(50))))',
        'ETIMEDOUT',
      ],
      ['clock_systime_ticks() - g_ticks >= 5', 1],
      ['E(pthread_cond_clockwait(&g_cond, &g_mutex, CLOCK_REALTIME, in_ms(20)))', 'ETIMEDOUT'],
      ['E(pthread_cond_clockwait(&g_cond, &g_mutex, CLOCK_MONOTONIC, monotonic_in(20)))', 'ETIMEDOUT'],
      ['E(pthread_cond_clockwait(&g_cond, &g_mutex, 99, in_ms(20)))', 'EINVAL'],
      ['E(pthread_cond_clockwait(&g_cond, &g_mutex, CLOCK_REALTIME, NULL))', 'EINVAL'],
      ['E(pthread_mutex_unlock(&g_mutex))', 0],

      // A signal that nobody waits for is lost.
      ['E(pthread_cond_signal(&g_cond))', 0],
      ['(pthread_mutex_lock(&g_mutex), E(pthread_cond_timedwait(&g_cond, &g_mutex, monotonic_in(20))))', 'ETIMEDOUT'],
      ['(pthread_mutex_unlock(&g_mutex), begin(110, waits), E(pthread_cond_destroy(&g_cond)))', 'EBUSY'],
      ['(pthread_cond_signal(&g_cond), E(pthread_cond_destroy(&g_cond)))', 0],
      ['E(pthread_condattr_destroy(&g_attr))', 0],
      ['E(pthread_condattr_destroy(NULL))', 'EINVAL'],
    ],
  ));

test('pthread_cond_signal wakes by priority, pthread_cond_broadcast all; a recursive mutex comes back as it was', async () => {
  const lines = await outputOf(
    `${prelude}
static void *waits(void *arg)
{
  pthread_mutex_lock(&g_mutex);
  pthread_mutex_lock(&g_mutex);
  pthread_cond_wait(&g_cond, &g_mutex);
  printf("%d: locked %d times\\n", (int)arg, g_mutex.nlocks);
  pthread_mutex_unlock(&g_mutex);
  pthread_mutex_unlock(&g_mutex);
  return NULL;
}

int main(int argc, char *argv[])
{
  pthread_mutexattr_t attr;
  pthread_mutexattr_init(&attr);
  pthread_mutexattr_settype(&attr, PTHREAD_MUTEX_RECURSIVE);
  pthread_mutex_init(&g_mutex, &attr);
  begin(110, waits);
  begin(130, waits);
  begin(120, waits);
  begin(120, waits);
  pthread_cond_signal(&g_cond);
  printf("signalled\\n");
  pthread_mutex_lock(&g_mutex);
  pthread_cond_broadcast(&g_cond);
  printf("broadcast\\n");
  pthread_mutex_unlock(&g_mutex);
  return 0;
}
`,
  );
  const waiter = (priority: number) => `${priority}: locked 2 times`;
  expect(lines).toEqual([waiter(130), 'signalled', 'broadcast', waiter(120), waiter(120), waiter(110)]);
});

test('a signal does not end pthread_cond_wait, and what comes while its handler runs is not lost', async () => {
  const lines = await outputOf(
    `${prelude}
static void catch(int signo)
{
  printf("handler\\n");
  usleep(20000);
  printf("handler returns\\n");
}

static void *waits(void *arg)
{
  pthread_mutex_lock(&g_mutex);
  printf("wait %d\\n", pthread_cond_wait(&g_cond, &g_mutex));
  pthread_mutex_unlock(&g_mutex);
  return NULL;
}

int main(int argc, char *argv[])
{
  signal(SIGUSR1, catch);
  g_thread = begin(110, waits);
  pthread_kill(g_thread, SIGUSR1);
  usleep(50000);
  printf("still waiting\\n");
  pthread_kill(g_thread, SIGUSR1);
  pthread_cond_signal(&g_cond);
  printf("signalled\\n");
  pthread_join(g_thread, NULL);
  return 0;
}
`,
  );
  expect(lines).toEqual([
    ...['handler', 'handler returns', 'still waiting'],
    ...['handler', 'signalled', 'handler returns', 'wait 0'],
  ]);
});

test('a handler that interrupts pthread_cond_timedwait may wait for a condition itself; the limit stays', async () => {
  const lines = await outputOf(
    `${prelude}
static pthread_mutex_t g_inner = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t g_never = PTHREAD_COND_INITIALIZER;

static struct timespec in_ms(int ms)
{
  struct timespec time;
  clock_gettime(CLOCK_REALTIME, &time);
  time.tv_nsec += ms * 1000000;
  time.tv_sec += time.tv_nsec / 1000000000;
  time.tv_nsec %= 1000000000;
  return time;
}

static void catch(int signo)
{
  struct timespec time = in_ms(20);
  pthread_mutex_lock(&g_inner);
  printf("inner %d\\n", pthread_cond_timedwait(&g_never, &g_inner, &time));
  pthread_mutex_unlock(&g_inner);
}

static void *waits(void *arg)
{
  struct timespec time = in_ms(100);
  int begun = clock();
  pthread_mutex_lock(&g_mutex);
  int error = pthread_cond_timedwait(&g_cond, &g_mutex, &time);
  printf("outer %d after %d ticks\\n", error, (int)clock() - begun);
  pthread_mutex_unlock(&g_mutex);
  return NULL;
}

int main(int argc, char *argv[])
{
  signal(SIGUSR1, catch);
  g_thread = begin(110, waits);
  usleep(20000);
  pthread_kill(g_thread, SIGUSR1);
  pthread_join(g_thread, NULL);
  return 0;
}
`,
  );
  expect(lines).toEqual(['inner 110', 'outer 110 after 11 ticks']);
});
