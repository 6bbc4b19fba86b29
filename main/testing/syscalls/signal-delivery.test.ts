import { expect, test } from 'vitest';
import { expectCheckpointsHold } from '../checkpoints';
import { compile, type Choice } from '../firmware';

const prelude = `
#include <nuttx/config.h>
#include <nuttx/clock.h>
#include <errno.h>
#include <fcntl.h>
#include <mqueue.h>
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <sys/wait.h>

static volatile int g_depth;

static void show(int signo, FAR siginfo_t *info, FAR void *context)
{
  printf("%s%d: %d\\n", g_depth ? "nested " : "", signo, info->si_value.sival_int);
}

static void catch(int signo, void (*handler)(int, FAR siginfo_t *, FAR void *))
{
  struct sigaction act = { .sa_sigaction = handler, .sa_flags = SA_SIGINFO };
  sigemptyset(&act.sa_mask);
  sigaction(signo, &act, NULL);
}

static void mask(int how, int signo)
{
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, signo);
  pthread_sigmask(how, &set, NULL);
}

static void queue(pid_t pid, int signo, int value)
{
  sigqueue(pid, signo, (union sigval){ .sival_int = value });
}
`;

/** What the firmware prints. */
async function output(source: string, choice: Choice = {}): Promise<string[]> {
  const machine = (await compile(prelude + source, choice)).run();
  expect(machine.dump?.text).toBeUndefined();
  return machine.lines;
}

test('a signal that nothing blocks ends every wait with EINTR, with a handler or without', async () => {
  const waits: readonly [string, string][] = [
    ['sem_wait', 'sem_wait(&g_sem)'],
    ['sem_timedwait', 'sem_timedwait(&g_sem, &g_late)'],
    ['mq_receive', 'mq_receive(g_empty, g_text, sizeof(g_text), NULL)'],
    ['mq_timedreceive', 'mq_timedreceive(g_empty, g_text, sizeof(g_text), NULL, &g_late)'],
    ['mq_send', 'mq_send(g_full, g_text, 1, 0)'],
    ['mq_timedsend', 'mq_timedsend(g_full, g_text, 1, 0, &g_late)'],
    ['pause', 'pause()'],
    ['read', 'read(0, g_text, sizeof(g_text))'],
  ];
  const lines = await output(`
static sem_t g_sem;
static mqd_t g_empty;
static mqd_t g_full;
static char g_text[8];
static struct timespec g_late = { 2000000000, 0 };

static void waiter(int (*wait)(void))
{
  errno = 0;
  int result = wait();
  int value;
  sem_getvalue(&g_sem, &value);
  printf("%d %d %d\\n", result, errno == EINTR, value);
}

${waits.map(([name, call]) => `static int do_${name}(void) { return ${call}; }`).join('\n')}

static int other(int argc, FAR char *argv[])
{
  for (int i = 0; i < ${2 * waits.length}; i++)
    {
      usleep(20000);
      queue(atoi(argv[1]), i % 2 ? SIGUSR1 : SIGURG, i);
    }

  return 0;
}

int main(int argc, FAR char *argv[])
{
  struct mq_attr attr = { .mq_maxmsg = 1, .mq_msgsize = sizeof(g_text) };
  char pid[16];
  FAR char *args[] = { pid, NULL };
  g_empty = mq_open("empty", O_RDWR | O_CREAT, 0666, &attr);
  g_full = mq_open("full", O_RDWR | O_CREAT, 0666, &attr);
  mq_send(g_full, "", 1, 0);
  sem_init(&g_sem, 0, 0);
  catch(SIGUSR1, show);
  snprintf(pid, sizeof(pid), "%d", getpid());
  task_create("other", 100, 2048, other, args);
${waits.map(([name]) => `  waiter(do_${name});\n  waiter(do_${name});`).join('\n')}
  return 0;
}
`);
  expect(lines).toEqual(waits.flatMap((_, i) => ['-1 1 0', `10: ${2 * i + 1}`, '-1 1 0']));
});

test('nanosleep, usleep and sleep give 0 when a signal ends them, unless told to do as POSIX says', async () => {
  const source = `
static int other(int argc, FAR char *argv[])
{
  for (int i = 0; i < 3; i++)
    {
      usleep(1000000);
      kill(atoi(argv[1]), SIGUSR1);
    }

  return 0;
}

int main(int argc, FAR char *argv[])
{
  char pid[16];
  FAR char *args[] = { pid, NULL };
  struct timespec time = { 3, 0 };
  snprintf(pid, sizeof(pid), "%d", getpid());
  task_create("other", 100, 2048, other, args);
  int result = nanosleep(&time, &time);
  printf("%d %d %d\\n", result, (int)time.tv_sec, (int)(time.tv_nsec / 10000000));
  printf("%d\\n", usleep(3000000));
  printf("%u\\n", sleep(3));
  return 0;
}
`;
  expect(await output(source)).toEqual(['0 2 0', '0', '0']);
  const posix = { CONFIG_TICKSCOPE_POSIX_NANOSLEEP: true };
  expect(await output(source, { config: posix })).toEqual(['-1 2 0', '-1', '2']);
});

const nested = `
static sem_t g_sem;

static void waiting(int signo, FAR siginfo_t *info, FAR void *context)
{
  g_depth++;
  int result = sem_wait(&g_sem);
  printf("handler: %d %d\\n", result, errno == EINTR);
  usleep(50000);
  g_depth--;
}

static int receiver(int argc, FAR char *argv[])
{
  sem_t sem;
  sem_init(&sem, 0, 0);
  catch(SIGUSR1, waiting);
  catch(SIGUSR2, show);
  int result = sem_wait(&sem);
  printf("task: %d %d\\n", result, errno == EINTR);
  return 0;
}

int main(int argc, FAR char *argv[])
{
  sem_init(&g_sem, 0, 0);
  pid_t pid = task_create("receiver", 110, 4096, receiver, NULL);
  queue(pid, SIGUSR1, 1);
  printf("the handler waits\\n");
  queue(pid, SIGUSR2, 2);
  queue(pid, SIGUSR2, 3);
  printf("it sleeps\\n");
  usleep(200000);
  return 0;
}
`;

test('a handler may wait and be interrupted; the next one comes when it has returned', async () => {
  const lines = await output(nested);
  // The second SIGUSR2 ends the handler's sleep; both come after it, as NuttX nests no handlers.
  expect(lines).toEqual(['the handler waits', 'handler: -1 1', '12: 2', '12: 3', 'task: -1 1', 'it sleeps']);
});

test('a checkpoint holds it at every position, within a handler too', async () => {
  const firmware = await compile(prelude + nested);
  expectCheckpointsHold(firmware.boot());
});

test('pending signals come lowest first, then what is left of real-time ones', async () => {
  const lines = await output(`
int main(int argc, FAR char *argv[])
{
  sigset_t all;
  sigset_t none;
  sigfillset(&all);
  sigemptyset(&none);
  catch(SIGUSR1, show);
  catch(SIGRTMIN, show);
  catch(SIGRTMIN + 1, show);
  sigprocmask(SIG_SETMASK, &all, NULL);
  queue(getpid(), SIGRTMIN + 1, 1);
  queue(getpid(), SIGRTMIN, 2);
  queue(getpid(), SIGRTMIN, 3);
  queue(getpid(), SIGRTMIN, 4);
  queue(getpid(), SIGUSR1, 5);
  queue(getpid(), SIGUSR1, 6);
  errno = 0;
  printf("%d\\n", sigsuspend(&none));
  sigprocmask(SIG_SETMASK, &none, NULL);
  printf("done\\n");
  return 0;
}
`);
  expect(lines).toEqual(['10: 6', '32: 2', '33: 1', '32: 3', '32: 4', '-1', 'done']);
});

test('one thread of a group gets a signal: who waits for it, or else the first that does not block it', async () => {
  const lines = await output(`
static pid_t g_tid[3];
static sem_t g_go;

static void who(int signo, FAR siginfo_t *info, FAR void *context)
{
  for (int i = 0; i < 3; i++)
    {
      if (pthread_self() == g_tid[i])
        {
          printf("thread %d: %d\\n", i, info->si_value.sival_int);
        }
    }
}

static FAR void *waits(FAR void *arg)
{
  sigset_t set;
  siginfo_t info;
  g_tid[1] = pthread_self();
  sigemptyset(&set);
  sigaddset(&set, SIGUSR1);
  sigwaitinfo(&set, &info);
  printf("waited for %d\\n", info.si_value.sival_int);
  sem_wait(&g_go);
  return NULL;
}

static FAR void *lets(FAR void *arg)
{
  g_tid[2] = pthread_self();
  mask(SIG_UNBLOCK, SIGUSR1);
  while (sem_wait(&g_go) < 0)
    {
      printf("interrupted\\n");
    }

  return NULL;
}

int main(int argc, FAR char *argv[])
{
  pthread_t threads[2];
  sem_init(&g_go, 0, 0);
  g_tid[0] = pthread_self();
  catch(SIGUSR1, who);

  /* Threads block what their creator blocks. */

  mask(SIG_BLOCK, SIGUSR1);
  pthread_create(&threads[0], NULL, waits, NULL);
  pthread_create(&threads[1], NULL, lets, NULL);
  usleep(20000);
  queue(getpid(), SIGUSR1, 1);
  usleep(20000);
  queue(getpid(), SIGUSR1, 2);
  usleep(20000);
  mask(SIG_UNBLOCK, SIGUSR1);
  queue(getpid(), SIGUSR1, 3);

  /* Sent to one thread it is that one's alone, pending or not. */

  mask(SIG_BLOCK, SIGUSR1);
  pthread_kill(g_tid[2], SIGUSR1);
  usleep(20000);
  tgkill(getpid(), g_tid[1], SIGUSR1);
  sigset_t pending;
  sigpending(&pending);
  printf("pending for main: %d\\n", sigismember(&pending, SIGUSR1));
  sem_post(&g_go);
  sem_post(&g_go);
  pthread_join(threads[0], NULL);
  pthread_join(threads[1], NULL);
  return 0;
}
`);
  expect(lines).toEqual([
    'waited for 1',
    'thread 2: 2',
    'interrupted',
    'thread 0: 3',
    'thread 2: 0',
    'interrupted',
    'pending for main: 0',
  ]);
});

test('waits for a mutex, a condition, a barrier and a thread go on after the handler', async () => {
  const lines = await output(
    `
static pthread_mutex_t g_mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_mutex_t g_other = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t g_cond = PTHREAD_COND_INITIALIZER;
static pthread_barrier_t g_barrier;

static FAR void *locks(FAR void *arg)
{
  printf("lock: %d\\n", pthread_mutex_lock(&g_mutex));
  pthread_mutex_unlock(&g_mutex);
  return NULL;
}

static FAR void *waits(FAR void *arg)
{
  pthread_mutex_lock(&g_other);
  printf("cond: %d\\n", pthread_cond_wait(&g_cond, &g_other));
  pthread_mutex_unlock(&g_other);
  return NULL;
}

static FAR void *meets(FAR void *arg)
{
  pthread_barrier_wait(&g_barrier);
  printf("barrier\\n");
  return NULL;
}

static FAR void *joins(FAR void *arg)
{
  printf("join: %d\\n", pthread_join(*(FAR pthread_t *)arg, NULL));
  return NULL;
}

int main(int argc, FAR char *argv[])
{
  pthread_t threads[4];
  catch(SIGUSR1, show);
  pthread_barrier_init(&g_barrier, NULL, 2);
  pthread_mutex_lock(&g_mutex);
  pthread_create(&threads[0], NULL, locks, NULL);
  pthread_create(&threads[1], NULL, waits, NULL);
  pthread_create(&threads[2], NULL, meets, NULL);
  pthread_create(&threads[3], NULL, joins, &threads[0]);
  usleep(20000);
  for (int i = 0; i < 4; i++)
    {
      pthread_kill(threads[i], SIGUSR1);
    }

  usleep(50000);
  printf("now\\n");
  pthread_mutex_unlock(&g_mutex);
  usleep(20000);
  pthread_cond_signal(&g_cond);
  usleep(20000);
  pthread_barrier_wait(&g_barrier);
  usleep(20000);
  return 0;
}
`,
    { config: { CONFIG_PTHREAD_STACK_DEFAULT: 4096 } },
  );
  expect(lines).toEqual([...Array<string>(4).fill('10: 0'), 'now', 'lock: 0', 'join: 0', 'cond: 0', 'barrier']);
});

test('waits for signals are cancellation points', async () => {
  const calls = [
    'pause()',
    'sigsuspend(&set)',
    'sigpause(SIGUSR1)',
    'sigwait(&set, &signo)',
    'sigwaitinfo(&set, NULL)',
    'sigtimedwait(&set, NULL, &time)',
    'sleep(1000)',
  ];
  const lines = await output(
    `
static FAR void *thread(FAR void *arg)
{
  sigset_t set;
  int signo;
  struct timespec time = { 1000, 0 };
  sigemptyset(&set);
  switch ((int)arg)
    {
${calls.map((call, i) => `      case ${i}: ${call}; break;`).join('\n')}
    }

  return NULL;
}

int main(int argc, FAR char *argv[])
{
  for (int i = 0; i < ${calls.length}; i++)
    {
      pthread_t other;
      FAR void *value;
      pthread_create(&other, NULL, thread, (FAR void *)i);
      usleep(20000);
      pthread_cancel(other);
      pthread_join(other, &value);
      printf("%d\\n", value == PTHREAD_CANCELED);
    }

  return 0;
}
`,
    { config: { CONFIG_CANCELLATION_POINTS: true } },
  );
  expect(lines).toEqual(calls.map(() => '1'));
});

test('a signal of the timer interrupt or a watchdog is handled in the middle of what the task does', async () => {
  const lines = await output(`
#include <nuttx/wdog.h>
#include <sys/time.h>

static volatile int g_came;
static struct wdog_s g_wdog;

static void came(int signo, FAR siginfo_t *info, FAR void *context)
{
  g_came = signo;
}

static void expired(wdparm_t pid)
{
  queue(pid, SIGUSR1, 1);
}

int main(int argc, FAR char *argv[])
{
  struct itimerval time = { { 0, 0 }, { 0, 30000 } };
  catch(SIGALRM, came);
  catch(SIGUSR1, came);
  setitimer(ITIMER_REAL, &time, NULL);
  while (!g_came)
    {
    }

  printf("%d\\n", g_came);
  wd_start(&g_wdog, 2, expired, getpid());
  while (g_came != SIGUSR1)
    {
    }

  printf("%d\\n", g_came);
  return 0;
}
`);
  expect(lines).toEqual(['14', '10']);
});

test('the event log tells what becomes of each signal, and when', async () => {
  const firmware = await compile(`${prelude}
static int receiver(int argc, FAR char *argv[])
{
  sigset_t set;
  catch(SIGUSR1, show);
  mask(SIG_BLOCK, SIGUSR2);
  sigemptyset(&set);
  sigaddset(&set, SIGUSR2);
  usleep(500000);
  usleep(20000);
  sigwaitinfo(&set, NULL);
  return 0;
}

int main(int argc, FAR char *argv[])
{
  pid_t pid = task_create("receiver", 110, 2048, receiver, NULL);
  queue(pid, SIGUSR1, 1);
  queue(pid, SIGUSR2, 2);
  queue(pid, SIGUSR2, 3);
  queue(pid, SIGURG, 4);
  return 0;
}
`);
  const machine = firmware.run();
  const told = ['send', 'queue', 'deliver', 'return', 'accept', 'ignore', 'discard']
    .flatMap((kind) => machine.events(`signal_${kind}`))
    .sort((a, b) => Number(a.t) - Number(b.t))
    .map(({ event, signo, value }) => `${String(event).slice(7)} ${signo}${value === undefined ? '' : ` ${value}`}`);
  expect(told).toEqual([
    'send SIGUSR1 1',
    'deliver SIGUSR1 1',
    'return SIGUSR1',
    'send SIGUSR2 2',
    'queue SIGUSR2 2',
    'send SIGUSR2 3',
    'queue SIGUSR2 3',
    'discard SIGUSR2 2',
    'send SIGURG 4',
    'ignore SIGURG 4',
    'accept SIGUSR2 3',
  ]);
});

test('psignal, psiginfo and strsignal', async () => {
  const lines = await output(`
int main(int argc, FAR char *argv[])
{
  siginfo_t info = { .si_signo = SIGHUP };
  psignal(SIGUSR1, "got");
  psignal(SIGKILL, NULL);
  psiginfo(&info, "and");
  psiginfo(NULL, "nothing");
  printf("%d %s\\n", errno == EINVAL, strsignal(64));
  return 0;
}
`);
  expect(lines).toEqual(['got: SIGUSR1', 'SIGKILL', 'and: Signal 1', '1 Invalid Signal']);
});
