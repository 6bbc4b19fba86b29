import { expect, test } from 'vitest';
import { expectCalls } from '../calls';
import { outputOf, threads } from '../threads';

const prelude = `${threads}
static pthread_barrier_t g_barrier;
static pthread_rwlock_t g_lock = PTHREAD_RWLOCK_INITIALIZER;
static pthread_spinlock_t g_spin;
static pthread_once_t g_once = PTHREAD_ONCE_INIT;
static pthread_t g_thread;


static void catch(int signo)
{
  printf("handler\\n");
}
`;

test('errors of barriers', () =>
  expectCalls(
    `${prelude}
static pthread_barrierattr_t g_attr;
static int g_int;

static void *waits(void *arg)
{
  pthread_barrier_wait(&g_barrier);
  return NULL;
}
`,
    [
      ['E(pthread_barrierattr_init(NULL))', 'EINVAL'],
      ['E(pthread_barrierattr_init(&g_attr))', 0],
      ['E(pthread_barrierattr_setpshared(&g_attr, PTHREAD_PROCESS_SHARED))', 0],
      ['(pthread_barrierattr_getpshared(&g_attr, &g_int), g_int)', 1],
      ['E(pthread_barrierattr_setpshared(&g_attr, 2))', 'EINVAL'],
      ['E(pthread_barrierattr_setpshared(NULL, 0))', 'EINVAL'],
      ['E(pthread_barrierattr_getpshared(&g_attr, NULL))', 'EINVAL'],
      ['E(pthread_barrier_init(NULL, NULL, 1))', 'EINVAL'],
      ['E(pthread_barrier_init(&g_barrier, &g_attr, 0))', 'EINVAL'],
      ['E(pthread_barrier_init(&g_barrier, &g_attr, 1))', 0],
      ['pthread_barrier_wait(&g_barrier) == PTHREAD_BARRIER_SERIAL_THREAD', 1],
      ['E(pthread_barrier_wait(NULL))', 'EINVAL'],
      ['E(pthread_barrier_init(&g_barrier, NULL, 2))', 0],
      ['(begin(110, waits), E(pthread_barrier_init(&g_barrier, NULL, 2)))', 'EBUSY'],
      ['E(pthread_barrier_destroy(&g_barrier))', 'EBUSY'],
      ['(pthread_barrier_wait(&g_barrier), E(pthread_barrier_destroy(&g_barrier)))', 0],
      ['E(pthread_barrier_destroy(NULL))', 'EINVAL'],
      ['E(pthread_barrierattr_destroy(&g_attr))', 0],
      ['E(pthread_barrierattr_destroy(NULL))', 'EINVAL'],
    ],
  ));

test('a barrier can be used again and again; a signal does not end pthread_barrier_wait', async () => {
  const lines = await outputOf(
    `${prelude}
static void *waits(void *arg)
{
  for (int turn = 0; turn < 2; turn++)
    {
      int result = pthread_barrier_wait(&g_barrier);
      printf("%d: %s\\n", (int)arg, result ? "serial" : "0");
    }
  return NULL;
}

int main(int argc, char *argv[])
{
  signal(SIGUSR1, catch);
  pthread_barrier_init(&g_barrier, NULL, 3);
  pthread_t first = begin(110, waits);
  begin(120, waits);
  pthread_kill(first, SIGUSR1);
  usleep(20000);
  for (int turn = 0; turn < 2; turn++)
    {
      int result = pthread_barrier_wait(&g_barrier);
      printf("main: %s\\n", result ? "serial" : "0");
    }
  return 0;
}
`,
  );
  const turn = ['120: 0', '110: 0', 'main: serial'];
  expect(lines).toEqual(['handler', ...turn, ...turn]);
});

test('errors of read-write locks', () =>
  expectCalls(
    `${prelude}
static pthread_rwlockattr_t g_attr;
static int g_int;

static void *waits(void *arg)
{
  pthread_rwlock_rdlock(&g_lock);
  pthread_rwlock_unlock(&g_lock);
  return NULL;
}
`,
    [
      ['E(pthread_rwlockattr_init(&g_attr))', 0],
      ['E(pthread_rwlockattr_init(NULL))', 'EINVAL'],
      ['E(pthread_rwlockattr_setpshared(&g_attr, PTHREAD_PROCESS_SHARED))', 0],
      ['(pthread_rwlockattr_getpshared(&g_attr, &g_int), g_int)', 1],
      ['E(pthread_rwlockattr_setpshared(&g_attr, 3))', 'EINVAL'],
      ['E(pthread_rwlockattr_getpshared(NULL, &g_int))', 'EINVAL'],
      ['E(pthread_rwlockattr_destroy(&g_attr))', 0],

      // A static one needs no pthread_rwlock_init.
      ['E(pthread_rwlock_unlock(&g_lock))', 'EINVAL'],
      ['E(pthread_rwlock_rdlock(&g_lock))', 0],
      ['E(pthread_rwlock_tryrdlock(&g_lock))', 0],
      ['E(pthread_rwlock_trywrlock(&g_lock))', 'EBUSY'],
      ['E(pthread_rwlock_timedwrlock(&g_lock, in_ms(20)))', 'ETIMEDOUT'],
      ['g_lock.num_writers', 0],
      ['E(pthread_rwlock_unlock(&g_lock))', 0],
      ['E(pthread_rwlock_unlock(&g_lock))', 0],
      ['E(pthread_rwlock_timedwrlock(&g_lock, in_ms(20)))', 0],
      ['E(pthread_rwlock_tryrdlock(&g_lock))', 'EBUSY'],
      ['E(pthread_rwlock_timedrdlock(&g_lock, in_ms(20)))', 'ETIMEDOUT'],
      ['(in_ms(0), g_time.tv_nsec = -1, E(pthread_rwlock_timedrdlock(&g_lock, &g_time)))', 'EINVAL'],
      ['E(pthread_rwlock_timedwrlock(&g_lock, &g_time))', 'EINVAL'],
      ['(begin(110, waits), E(pthread_rwlock_destroy(&g_lock)))', 'EBUSY'],
      ['E(pthread_rwlock_unlock(&g_lock))', 0],
      ['E(pthread_rwlock_wrlock(&g_lock))', 0],
      ['E(pthread_rwlock_unlock(&g_lock))', 0],
      ['(g_lock.num_readers = 0xffffffff, E(pthread_rwlock_tryrdlock(&g_lock)))', 'EAGAIN'],
      ['(g_lock.num_readers = 0, E(pthread_rwlock_destroy(&g_lock)))', 0],
      ['E(pthread_rwlock_init(&g_lock, NULL))', 0],
      ['E(pthread_rwlock_trywrlock(&g_lock))', 0],
      ...[
        'pthread_rwlock_init(NULL, NULL)',
        'pthread_rwlock_destroy(NULL)',
        'pthread_rwlock_rdlock(NULL)',
        'pthread_rwlock_timedrdlock(NULL, in_ms(1))',
        'pthread_rwlock_tryrdlock(NULL)',
        'pthread_rwlock_wrlock(NULL)',
        'pthread_rwlock_timedwrlock(NULL, in_ms(1))',
        'pthread_rwlock_trywrlock(NULL)',
        'pthread_rwlock_unlock(NULL)',
        'pthread_rwlockattr_destroy(NULL)',
      ].map((call) => [`E(${call})`, 'EINVAL'] as const),
    ],
  ));

test('who wants to write goes before who comes to read later; readers share; signals do not end a wait', async () => {
  const lines = await outputOf(
    `${prelude}
static void *reads(void *arg)
{
  printf("%d reads %d\\n", (int)arg, pthread_rwlock_rdlock(&g_lock));
  usleep(20000);
  pthread_rwlock_unlock(&g_lock);
  return NULL;
}

static void *writes(void *arg)
{
  printf("%d writes %d\\n", (int)arg, pthread_rwlock_wrlock(&g_lock));
  usleep(20000);
  printf("%d has written\\n", (int)arg);
  pthread_rwlock_unlock(&g_lock);
  return NULL;
}

int main(int argc, char *argv[])
{
  pthread_t writer;
  signal(SIGUSR1, catch);
  begin(110, reads);
  begin(111, reads);
  writer = begin(105, writes);
  begin(120, reads);
  begin(121, reads);
  pthread_kill(writer, SIGUSR1);
  usleep(200000);
  return 0;
}
`,
  );
  expect(lines).toEqual([
    ...['110 reads 0', '111 reads 0', 'handler', '105 writes 0', '105 has written'],
    ...['121 reads 0', '120 reads 0'],
  ]);
});

test('errors of spin locks', () =>
  expectCalls(prelude, [
    ['E(pthread_spin_init(&g_spin, 5))', 'EINVAL'],
    ['E(pthread_spin_init(&g_spin, PTHREAD_PROCESS_PRIVATE))', 0],
    ['E(pthread_spin_unlock(&g_spin))', 'EPERM'],
    ['E(pthread_spin_lock(&g_spin))', 0],
    ['E(pthread_spin_lock(&g_spin))', 'EDEADLK'],
    ['E(pthread_spin_trylock(&g_spin))', 'EBUSY'],
    ['E(pthread_spin_destroy(&g_spin))', 'EBUSY'],
    ['E(pthread_spin_unlock(&g_spin))', 0],
    ['E(pthread_spin_trylock(&g_spin))', 0],
    ['E(pthread_spin_unlock(&g_spin))', 0],
    ['E(pthread_spin_destroy(&g_spin))', 0],
    ...['init(NULL, 0)', 'destroy(NULL)', 'lock(NULL)', 'trylock(NULL)', 'unlock(NULL)'].map(
      (call) => [`E(pthread_spin_${call})`, 'EINVAL'] as const,
    ),
  ]));

test('who waits for a spin lock keeps the CPU until its slice is over', async () => {
  const lines = await outputOf(
    `${prelude}
static void *spins(void *arg)
{
  int begun = clock();
  printf("spin\\n");
  int error = pthread_spin_lock(&g_spin);
  printf("%d, spun %s\\n", error, (int)clock() - begun >= 9 ? "for a slice" : "?");
  return NULL;
}

int main(int argc, char *argv[])
{
  pthread_spin_init(&g_spin, 0);
  pthread_spin_lock(&g_spin);
  g_thread = begin(100, spins);
  sched_yield();
  printf("main again\\n");
  pthread_spin_unlock(&g_spin);
  pthread_join(g_thread, NULL);
  return 0;
}
`,
    { config: { CONFIG_RR_INTERVAL: 100 } },
  );
  expect(lines).toEqual(['spin', 'main again', '0, spun for a slice']);
});

test('pthread_once: one thread calls the function, the others wait for it; a signal does not end that', async () => {
  const lines = await outputOf(
    `${prelude}
static void init(void)
{
  printf("init\\n");
  usleep(30000);
  printf("init done\\n");
}

static void *once(void *arg)
{
  printf("%d: %d\\n", (int)arg, pthread_once(&g_once, init));
  return NULL;
}

int main(int argc, char *argv[])
{
  signal(SIGUSR1, catch);
  begin(110, once);
  g_thread = begin(120, once);
  pthread_kill(g_thread, SIGUSR1);
  usleep(50000);
  printf("main: %d\\n", pthread_once(&g_once, init));
  printf("%d %d\\n", pthread_once(NULL, init) == EINVAL, pthread_once(&g_once, NULL) == EINVAL);
  return 0;
}
`,
  );
  expect(lines).toEqual(['init', 'handler', 'init done', '120: 0', '110: 0', 'main: 0', '1 1']);
});

test('keys: values of each thread, destructors, and each errno', () =>
  expectCalls(
    `${prelude}
static pthread_key_t g_key, g_other;
static int g_destroyed;
static void *g_value;

static void destroy(void *value)
{
  g_destroyed += (int)value;
}

static void *child(void *arg)
{
  void *before = pthread_getspecific(g_key);
  pthread_setspecific(g_key, (void *)5);
  pthread_setspecific(g_other, (void *)100);
  return before;
}
`,
    [
      ['E(pthread_key_create(NULL, NULL))', 'EINVAL'],
      ['E(pthread_key_create(&g_key, destroy))', 0],
      ['E(pthread_key_create(&g_other, NULL))', 0],
      ['g_key != g_other', 1],
      ['E(pthread_key_create(&(pthread_key_t){ 0 }, NULL))', 'EAGAIN'],
      ['pthread_getspecific(g_key) == NULL', 1],
      ['E(pthread_setspecific(g_key, (void *)3))', 0],
      ['(int)pthread_getspecific(g_key)', 3],
      ['(g_thread = begin(110, child), pthread_join(g_thread, &g_value), (int)g_value)', 0],
      ['(int)pthread_getspecific(g_key)', 3],
      ['g_destroyed', 5],
      ['E(pthread_setspecific(2, NULL))', 'EINVAL'],
      ['E(pthread_setspecific(-1, NULL))', 'EINVAL'],
      ['pthread_getspecific(77) == NULL', 1],
      ['E(pthread_key_delete(77))', 'EINVAL'],

      // A key that is made anew has no values of the one before.
      ['E(pthread_key_delete(g_key))', 0],
      ['E(pthread_key_create(&g_key, NULL))', 0],
      ['pthread_getspecific(g_key) == NULL', 1],
    ],
    { config: { CONFIG_TLS_NELEM: 2 } },
  ));
