import { expect, test } from 'vitest';
import { compile, type Choice, type TestMachine } from '../firmware';

const prelude = `
#include <errno.h>
#include <fcntl.h>
#include <mqueue.h>
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <sys/wait.h>

static pthread_t g_thread;
static sem_t g_sem;
static pthread_mutex_t g_mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t g_cond = PTHREAD_COND_INITIALIZER;
static pthread_key_t g_key;

static void clean(void *arg)
{
  printf("clean %s in %s\\n", (char *)arg, pthread_self() == g_thread ? "target" : "canceller");
}

static void destroy(void *arg)
{
  printf("destroy %s\\n", (char *)arg);
}

static struct timespec in_ms(int ms)
{
  struct timespec time;
  clock_gettime(CLOCK_REALTIME, &time);
  time.tv_nsec += ms * 1000000;
  time.tv_sec += time.tv_nsec / 1000000000;
  time.tv_nsec %= 1000000000;
  return time;
}

static void join(void)
{
  void *value;
  int error = pthread_join(g_thread, &value);
  printf("join %d%s\\n", error, value == PTHREAD_CANCELED ? " canceled" : "");
}

/* Lets the thread run, then cancels it. */

static void cancel(void *(*start)(void *), void *arg)
{
  pthread_create(&g_thread, NULL, start, arg);
  usleep(1);
  printf("cancel %d\\n", pthread_cancel(g_thread));
  join();
}
`;

const points = { CONFIG_CANCELLATION_POINTS: true, CONFIG_TLS_NCLEANUP: 4, CONFIG_TLS_NELEM: 4 };

async function run(source: string, config: Choice['config'] = points): Promise<TestMachine> {
  const machine = (await compile(prelude + source, { config })).run();
  expect(machine.dump?.text).toBeUndefined();
  return machine;
}

/** How long a wait lasts that nothing ends. */
const LIMIT = '{ 2, 0 }';

const cancellationPoints = [
  'sem_wait(&g_sem)',
  '(time = in_ms(500), sem_timedwait(&g_sem, &time))',
  '(time = in_ms(500), sem_clockwait(&g_sem, CLOCK_REALTIME, &time))',
  'usleep(500000)',
  'sleep(1)',
  `nanosleep(&(struct timespec)${LIMIT}, NULL)`,
  `clock_nanosleep(CLOCK_REALTIME, 0, &(struct timespec)${LIMIT}, NULL)`,
  'mq_receive(g_queue, text, 8, NULL)',
  '(time = in_ms(500), mq_timedreceive(g_queue, text, 8, NULL, &time))',
  '(mq_send(g_queue, text, 1, 0), mq_send(g_queue, text, 1, 0))',
  '(time = in_ms(500), mq_timedsend(g_queue, text, 1, 0, &time))',
  'sigwaitinfo(&set, NULL)',
  `sigtimedwait(&set, NULL, &(struct timespec)${LIMIT})`,
  'sigwait(&set, &status)',
  'sigsuspend(&set)',
  'pause()',
  'waitpid(g_child, &status, 0)',
  'waitid(P_PID, g_child, &info, WEXITED)',
  'wait(&status)',
  'pthread_join(g_other, NULL)',
  '(lock(), pthread_cond_wait(&g_cond, &g_mutex))',
  '(lock(), time = in_ms(500), pthread_cond_timedwait(&g_cond, &g_mutex, &time))',
  '(lock(), time = in_ms(500), pthread_cond_clockwait(&g_cond, &g_mutex, CLOCK_REALTIME, &time))',
  '(write_lock(), pthread_rwlock_rdlock(&g_lock))',
  '(write_lock(), pthread_rwlock_wrlock(&g_lock))',
  '(write_lock(), time = in_ms(500), pthread_rwlock_timedrdlock(&g_lock, &time))',
  '(write_lock(), time = in_ms(500), pthread_rwlock_timedwrlock(&g_lock, &time))',
  'read(0, text, 1)',
];

/** Each of them in a thread that is cancelled, when it waits already or before it does. */
const eachPoint = (before: string) => `
static mqd_t g_queue;
static pid_t g_child;
static pthread_t g_other;
static pthread_rwlock_t g_lock;

static int sleeper(int argc, char *argv[])
{
  return sleep(60);
}

static void *other(void *arg)
{
  sleep(60);
  return NULL;
}

static void lock(void)
{
  pthread_mutex_init(&g_mutex, NULL);
  pthread_mutex_lock(&g_mutex);
}

static void write_lock(void)
{
  pthread_rwlock_init(&g_lock, NULL);
  pthread_rwlock_wrlock(&g_lock);
}

static void *target(void *arg)
{
  struct timespec time;
  char text[8] = "";
  int status;
  siginfo_t info;
  sigset_t set;
  sigemptyset(&set);
  ${before}
  switch ((int)arg)
    {
${cancellationPoints.map((call, i) => `      case ${i}: ${call}; break;\n`).join('')}
    }
  printf("%d goes on\\n", (int)arg);
  return NULL;
}

int main(int argc, char *argv[])
{
  struct mq_attr attr = { .mq_maxmsg = 1, .mq_msgsize = 8 };
  void *value;
  g_queue = mq_open("/queue", O_CREAT | O_RDWR, 0666, &attr);
  g_child = task_create("sleeper", 90, 2048, sleeper, NULL);
  pthread_create(&g_other, NULL, other, NULL);
  for (int i = 0; i < ${cancellationPoints.length}; i++)
    {
      pthread_create(&g_thread, NULL, target, (void *)i);
      usleep(20000);
      pthread_cancel(g_thread);
      pthread_join(g_thread, &value);
      printf("%d %s\\n", i, value == PTHREAD_CANCELED ? "canceled" : "?");
      if (i == 8) mq_send(g_queue, "", 1, 0);
    }
  task_delete(g_child);
  return 0;
}
`;

const waiting = { ...points, CONFIG_SCHED_WAITPID: true, CONFIG_SCHED_HAVE_PARENT: true };
const allCanceled = cancellationPoints.map((_, i) => `${i} canceled`);

test('a thread that waits in a cancellation point goes when it is cancelled', async () => {
  expect((await run(eachPoint(''), waiting)).lines).toEqual(allCanceled);
});

test('a thread that was cancelled goes at its next cancellation point', async () => {
  const busy = 'for (int until = clock() + 4; clock() < until;);';
  const { lines, machine } = await run(eachPoint(busy), waiting);
  expect(lines).toEqual(allCanceled);
  expect(machine.ticks).toBeLessThan(400);
});

/** A thread that pushes two handlers and sets a value, then does something. */
const target = (body: string) => `
static void *target(void *arg)
{
  int old = 7;
  pthread_setspecific(g_key, "value");
  pthread_cleanup_push(clean, "outer");
  pthread_cleanup_push(clean, "inner");
  ${body}
  printf("goes on %d\\n", old);
  pthread_cleanup_pop(1);
  pthread_cleanup_pop(0);
  return (void *)3;
}

int main(int argc, char *argv[])
{
  pthread_key_create(&g_key, destroy);
  cancel(target, NULL);
  return 0;
}
`;

test('deferred: cleanup handlers inner to outer, then destructors, in the thread', async () => {
  const { lines, machine } = await run(target('sem_wait(&g_sem);'));
  expect(lines).toEqual([
    'cancel 0',
    'clean inner in target',
    'clean outer in target',
    'destroy value',
    'join 0 canceled',
  ]);
  expect(machine.kernel.state.quirks.size).toBe(0);
});

test('pthread_setcancelstate: disabled, a cancellation waits until it is enabled and a cancellation point comes', async () => {
  const { lines } = await run(
    target(`
  pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &old);
  printf("was %d\\n", old);
  usleep(20000);
  pthread_testcancel();
  pthread_setcancelstate(PTHREAD_CANCEL_ENABLE, &old);
  printf("enabled, was %d\\n", old);
  pthread_testcancel();`),
  );
  expect(lines).toEqual([
    'was 0',
    'cancel 0',
    'enabled, was 1',
    'clean inner in target',
    'clean outer in target',
    'destroy value',
    'join 0 canceled',
  ]);
});

test('pthread_setcanceltype: to become asynchronous with a cancellation pending is to go', async () => {
  const { lines } = await run(
    target(`
  pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, NULL);
  usleep(20000);
  pthread_setcanceltype(PTHREAD_CANCEL_ASYNCHRONOUS, &old);
  printf("asynchronous, was %d\\n", old);
  pthread_setcancelstate(PTHREAD_CANCEL_ENABLE, NULL);`),
  );
  expect(lines).toEqual([
    'cancel 0',
    'asynchronous, was 0',
    'clean inner in target',
    'clean outer in target',
    'destroy value',
    'join 0 canceled',
  ]);
});

const asynchronous = target('pthread_setcanceltype(PTHREAD_CANCEL_ASYNCHRONOUS, NULL); sem_wait(&g_sem);');

test('asynchronous: the canceller runs the handlers, and no destructors, as NuttX has it', async () => {
  const { lines, machine } = await run(asynchronous);
  expect(lines).toEqual(['clean inner in canceller', 'clean outer in canceller', 'cancel 0', 'join 0 canceled']);
  expect(machine.kernel.state.quirks.get('asyncCancel')?.count).toBe(1);
});

test('asynchronous as POSIX has it: in the thread, wherever it is, with destructors', async () => {
  const config = { ...points, CONFIG_TICKSCOPE_POSIX_ASYNC_CANCEL: true };
  const expected = ['cancel 0', 'clean inner in target', 'clean outer in target', 'destroy value', 'join 0 canceled'];
  expect((await run(asynchronous, config)).lines).toEqual(expected);
  const busy = target('pthread_setcanceltype(PTHREAD_CANCEL_ASYNCHRONOUS, NULL); sched_yield(); for (;;);');
  expect((await run(busy, { ...config, CONFIG_RR_INTERVAL: 10 })).lines).toEqual(expected);
});

test('without cancellation points every cancellation is asynchronous', async () => {
  const { lines } = await run(
    target(
      'printf("%d\\n", pthread_setcanceltype(PTHREAD_CANCEL_DEFERRED, &old)); pthread_mutex_lock(&g_mutex); sem_wait(&g_sem);',
    ),
    { ...points, CONFIG_CANCELLATION_POINTS: false },
  );
  expect(lines).toEqual(['22', 'clean inner in canceller', 'clean outer in canceller', 'cancel 0', 'join 0 canceled']);
});

test('pthread_exit and return run what is left; pthread_cleanup_pop runs one; handlers may wait and exit themselves', async () => {
  const { lines } = await run(`
static void waits(void *arg)
{
  usleep(20000);
  printf("waited\\n");
}

static void exits(void *arg)
{
  pthread_exit((void *)9);
}

static void *exiting(void *arg)
{
  pthread_cleanup_push(waits, NULL);
  pthread_cleanup_push(exits, NULL);
  pthread_cleanup_push(clean, "popped");
  pthread_cleanup_pop(1);
  pthread_setspecific(g_key, "value");
  pthread_exit((void *)8);
}

static void again(void *arg)
{
  static int count;
  printf("again %d\\n", ++count);
  pthread_setspecific(g_key, "again");
}

int main(int argc, char *argv[])
{
  void *value;
  pthread_key_create(&g_key, again);
  pthread_create(&g_thread, NULL, exiting, NULL);
  pthread_join(g_thread, &value);
  printf("%d\\n", (int)value);
  return 0;
}
`);
  expect(lines).toEqual(['clean popped in target', 'waited', 'again 1', 'again 2', 'again 3', 'again 4', '9']);
});

test('a cancelled pthread_cond_wait has the mutex back before cleanup handlers run', async () => {
  const { lines } = await run(`
static void unlock(void *arg)
{
  printf("unlock %d\\n", pthread_mutex_unlock(&g_mutex));
}

static void *target(void *arg)
{
  pthread_mutex_lock(&g_mutex);
  pthread_cleanup_push(unlock, NULL);
  pthread_cond_wait(&g_cond, &g_mutex);
  pthread_cleanup_pop(1);
  return NULL;
}

int main(int argc, char *argv[])
{
  pthread_create(&g_thread, NULL, target, NULL);
  usleep(1);
  pthread_mutex_lock(&g_mutex);
  pthread_cancel(g_thread);
  usleep(20000);
  printf("cancelled, holding the mutex\\n");
  pthread_mutex_unlock(&g_mutex);
  join();
  printf("lock %d\\n", pthread_mutex_lock(&g_mutex));
  return 0;
}
`);
  expect(lines).toEqual(['cancelled, holding the mutex', 'unlock 0', 'join 0 canceled', 'lock 0']);
});

test('a thread that waits for a mutex, a barrier or a once function is no cancellation point', async () => {
  const { lines } = await run(`
static pthread_barrier_t g_barrier;
static pthread_once_t g_once = PTHREAD_ONCE_INIT;

static void slow(void)
{
  usleep(50000);
}

static void *once(void *arg)
{
  pthread_once(&g_once, slow);
  return NULL;
}

static void *target(void *arg)
{
  if ((int)arg == 0) pthread_mutex_lock(&g_mutex);
  if ((int)arg == 1) pthread_barrier_wait(&g_barrier);
  if ((int)arg == 2) pthread_once(&g_once, slow);
  printf("still there\\n");
  pthread_testcancel();
  printf("goes on\\n");
  return NULL;
}

int main(int argc, char *argv[])
{
  pthread_t helper;
  pthread_barrier_init(&g_barrier, NULL, 2);
  pthread_mutex_lock(&g_mutex);
  for (int i = 0; i < 3; i++)
    {
      if (i == 2)
        {
          pthread_create(&helper, NULL, once, NULL);
          usleep(1);
        }
      pthread_create(&g_thread, NULL, target, (void *)i);
      usleep(1);
      pthread_cancel(g_thread);
      usleep(1);
      printf("cancelled\\n");
      if (i == 0) pthread_mutex_unlock(&g_mutex);
      if (i == 1) pthread_barrier_wait(&g_barrier);
      join();
    }
  return 0;
}
`);
  expect(lines).toEqual([0, 1, 2].flatMap(() => ['cancelled', 'still there', 'join 0 canceled']));
});

test('errors of cancellation; a thread that cancels itself', async () => {
  const { lines } = await run(`
static void *self(void *arg)
{
  pthread_cleanup_push(clean, "own");
  pthread_cancel(pthread_self());
  if (arg == NULL) printf("before the point\\n");
  pthread_testcancel();
  pthread_cleanup_pop(0);
  return NULL;
}

int main(int argc, char *argv[])
{
  int old;
  printf("%d\\n", pthread_cancel(12345) == ESRCH);
  printf("%d\\n", pthread_cancel(0) == ESRCH);
  printf("%d\\n", pthread_setcancelstate(2, &old) == EINVAL);
  printf("%d\\n", pthread_setcanceltype(2, NULL) == EINVAL);
  printf("%d %d\\n", task_setcancelstate(5, NULL), errno == EINVAL);
  printf("%d %d\\n", task_setcanceltype(5, &old), errno == EINVAL);
  printf("%d %d\\n", task_setcancelstate(TASK_CANCEL_DISABLE, &old), old);
  printf("%d %d\\n", task_setcancelstate(TASK_CANCEL_ENABLE, &old), old);
  printf("%d %d\\n", task_setcanceltype(TASK_CANCEL_ASYNCHRONOUS, &old), old);
  printf("%d %d\\n", task_setcanceltype(TASK_CANCEL_DEFERRED, &old), old);
  pthread_create(&g_thread, NULL, self, NULL);
  join();
  return 0;
}
`);
  expect(lines).toEqual([
    ...['1', '1', '1', '1', '-1 1', '-1 1', '0 0', '0 1', '0 0', '0 1'],
    ...['before the point', 'clean own in target', 'join 0 canceled'],
  ]);
});

test('task_delete is a cancellation too: task_setcancelstate, task_testcancel', async () => {
  const { lines } = await run(`
static int target(int argc, char *argv[])
{
  task_setcancelstate(TASK_CANCEL_DISABLE, NULL);
  sem_wait(&g_sem);
  task_testcancel();
  printf("disabled\\n");
  task_setcancelstate(TASK_CANCEL_ENABLE, NULL);
  printf("enabled\\n");
  task_testcancel();
  printf("goes on\\n");
  return 0;
}

int main(int argc, char *argv[])
{
  sem_init(&g_sem, 0, 0);
  pid_t pid = task_create("target", 110, 2048, target, NULL);
  printf("delete %d\\n", task_delete(pid));
  sem_post(&g_sem);
  printf("there %d\\n", kill(pid, 0) == 0);
  return 0;
}
`);
  expect(lines).toEqual(['delete 0', 'disabled', 'enabled', 'there 0']);
});

test('a task that exits takes its threads along, and runs the cleanup handlers of those that do not wait', async () => {
  const { lines } = await run(
    `
static void *busy(void *arg)
{
  pthread_cleanup_push(clean, arg);
  for (;;);
  pthread_cleanup_pop(0);
  return NULL;
}

static void *waiting(void *arg)
{
  pthread_cleanup_push(clean, arg);
  sem_wait(&g_sem);
  pthread_cleanup_pop(0);
  return NULL;
}

int main(int argc, char *argv[])
{
  pthread_t thread;
  sem_init(&g_sem, 0, 0);
  pthread_create(&thread, NULL, busy, "first");
  pthread_create(&thread, NULL, busy, "second");
  pthread_create(&thread, NULL, waiting, "third");
  usleep(30000);
  printf("main returns\\n");
  return 0;
}
`,
    { ...points, CONFIG_RR_INTERVAL: 10 },
  );
  expect(lines.sort()).toEqual([
    'clean first in canceller',
    'clean second in canceller',
    'clean third in canceller',
    'main returns',
  ]);
});

test('more cleanup handlers than CONFIG_TLS_NCLEANUP stop the board', async () => {
  const firmware = await compile(
    `${prelude}
int main(int argc, char *argv[])
{
  for (;;) pthread_cleanup_push(clean, NULL);
}
`,
    { config: points },
  );
  expect(firmware.run().dump?.text).toContain('More than 4 cleanup handlers');
});
