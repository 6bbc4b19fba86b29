/** What happens to a thread while something else is under way with it. */
import { describe, expect, test } from 'vitest';
import type { ConfigValue } from '../../contract/project';
import { compile } from '../firmware';

const config: Record<string, ConfigValue> = {
  CONFIG_SIG_DEFAULT: true,
  CONFIG_SCHED_HPWORK: true,
  CONFIG_SCHED_WAITPID: true,
  CONFIG_SCHED_HAVE_PARENT: true,
  CONFIG_SCHED_CHILD_STATUS: true,
  CONFIG_CANCELLATION_POINTS: true,
  CONFIG_RR_INTERVAL: 10,
};

const prelude = `#include <nuttx/config.h>
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/wait.h>

static sem_t g_sem = SEM_INITIALIZER(0);

static void clean(FAR void *arg)
{
  printf("clean %s\\n", (FAR char *)arg);
}

static FAR void *waiting(FAR void *arg)
{
  pthread_cleanup_push(clean, arg);
  sem_wait(&g_sem);
  pthread_cleanup_pop(0);
  return NULL;
}

static FAR void *busy(FAR void *arg)
{
  pthread_cleanup_push(clean, arg);
  pthread_cleanup_push(clean, arg);
  for (;;);
  pthread_cleanup_pop(0);
  pthread_cleanup_pop(0);
  return NULL;
}
`;

async function output(source: string, more: Record<string, ConfigValue> = {}): Promise<string[]> {
  const machine = (await compile(prelude + source, { config: { ...config, ...more } })).run();
  expect(machine.dump?.text).toBeUndefined();
  return machine.lines;
}

describe('a signal that ends a group comes to a pthread', () => {
  const task = (thread: string) => `
static int task(int argc, FAR char *argv[])
{
  pthread_t first;
  pthread_t second;
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGTERM);
  pthread_create(&first, NULL, ${thread}, "taker");
  sigprocmask(SIG_BLOCK, &set, NULL);
  pthread_create(&second, NULL, busy, "sibling");
  for (;;);
}

int main(int argc, FAR char *argv[])
{
  int status = 0x5555;
  pid_t pid = task_create("task", 90, 4096, task, NULL);
  usleep(100000);
  kill(pid, SIGTERM);
  usleep(100000);
  printf("%d %d\\n", kill(pid, 0), errno == ESRCH);
  printf("%d\\n", waitpid(pid, &status, WNOHANG) == pid);
  return 0;
}
`;

  test.each(['busy', 'waiting'])('%s: it runs the cleanup handlers of the others, then its own', async (thread) => {
    const own = thread === 'busy' ? ['clean taker', 'clean taker'] : ['clean taker'];
    expect(await output(task(thread))).toEqual(['clean sibling', 'clean sibling', ...own, '-1 1', '1']);
  });
});

describe('vfork, while the parent is off the CPU', () => {
  test('its group is stopped and goes on', async () => {
    const lines = await output(`
static FAR void *forks(FAR void *arg)
{
  if (vfork() == 0)
    {
      usleep(50000);
      printf("child\\n");
      _exit(0);
    }

  printf("parent\\n");
  return NULL;
}

static int task(int argc, FAR char *argv[])
{
  pthread_t t;
  pthread_create(&t, NULL, forks, NULL);
  for (int i = 0; i < 6; i++)
    {
      usleep(20000);
      printf("main %d\\n", i);
    }

  return 0;
}

int main(int argc, FAR char *argv[])
{
  pid_t pid = task_create("task", 90, 4096, task, NULL);
  usleep(30000);
  printf("stop %d\\n", kill(pid, SIGSTOP));
  usleep(200000);
  printf("continue %d\\n", kill(pid, SIGCONT));
  return 0;
}
`);
    expect(lines).toContain('child');
    expect(lines).toContain('parent');
    expect(lines.at(-1)).toBe('main 5');
  });

  test('it is ended before its child has had the CPU', async () => {
    const lines = await output(
      `
#include <nuttx/wdog.h>
static void wake(wdparm_t arg)
{
  sem_post(&g_sem);
}

static volatile pid_t g_task;
static volatile int g_forking;

static int killer(int argc, FAR char *argv[])
{
  sem_wait(&g_sem);
  printf("%d %d\\n", g_forking, task_delete(g_task));
  return 0;
}

static int task(int argc, FAR char *argv[])
{
  char area[64];
  memset(area, 7, sizeof(area));
  task_setcanceltype(TASK_CANCEL_ASYNCHRONOUS, NULL);
  g_task = gettid();
  g_forking = 1;
  sched_lock();
  if (vfork() == 0)
    {
      printf("child %d\\n", area[3]);
      _exit(0);
    }

  printf("parent\\n");
  return 0;
}

int main(int argc, FAR char *argv[])
{
  task_create("killer", 120, 2048, killer, NULL);
  pid_t pid = task_create("task", 110, 2048, task, NULL);
  return pid < 0;
}
`.replace('sched_lock();', 'sched_lock(); sem_post(&g_sem);'),
    );
    expect(lines).toEqual(['1 0', 'child 7']);
  });
});

test('a vfork child that is ended leaves the stack to its own vfork child, and the parent waits for that', async () => {
  const lines = await output(`
static pid_t g_child;

static __attribute__((noinline)) void forks_again(void)
{
  if (vfork() == 0)
    {
      char area[512];
      usleep(50000);
      memset(area, 5, sizeof(area));
      printf("grandchild %d\\n", area[100]);
      _exit(0);
    }
}

static int task(int argc, FAR char *argv[])
{
  char area[64];
  memset(area, 7, sizeof(area));
  if (vfork() == 0)
    {
      g_child = gettid();
      task_setcanceltype(TASK_CANCEL_ASYNCHRONOUS, NULL);
      forks_again();
      _exit(0);
    }

  printf("parent %d\\n", area[3]);
  return 0;
}

int main(int argc, FAR char *argv[])
{
  task_create("task", 110, 4096, task, NULL);
  usleep(20000);
  printf("%d\\n", task_delete(g_child));
  sleep(1);
  return 0;
}
`);
  expect(lines).toEqual(['0', 'grandchild 5', 'parent 7']);
});

test('a pthread’s vfork child that has outlived the pthread can be restarted', async () => {
  const lines = await output(`
static pid_t g_child;
static pthread_t g_thread;

static FAR void *forks(FAR void *arg)
{
  printf("begins %s\\n", (FAR char *)arg);
  pthread_setcanceltype(PTHREAD_CANCEL_ASYNCHRONOUS, NULL);
  if (g_child == 0 && vfork() == 0)
    {
      g_child = gettid();
      sleep(1);
    }

  return NULL;
}

int main(int argc, FAR char *argv[])
{
  pthread_create(&g_thread, NULL, forks, "there");
  usleep(50000);
  printf("%d\\n", pthread_cancel(g_thread));
  printf("%d\\n", task_restart(g_child));
  usleep(50000);
  printf("%d\\n", kill(g_child, 0));
  return 0;
}
`);
  expect(lines).toEqual(['begins there', '0', '0', 'begins there', '-1']);
});

test('a task that is restarted while a waiter for its mutex lends it its priority', async () => {
  const lines = await output(
    `
static pthread_mutex_t g_mutex;

static int holder(int argc, FAR char *argv[])
{
  printf("holder %d\\n", pthread_mutex_lock(&g_mutex) == EDEADLK);
  sleep(1);
  return 0;
}

static FAR void *locks(FAR void *arg)
{
  printf("waiter %d\\n", pthread_mutex_lock(&g_mutex) == EOWNERDEAD);
  return NULL;
}

int main(int argc, FAR char *argv[])
{
  pthread_t t;
  pthread_mutexattr_t attr;
  pthread_mutexattr_init(&attr);
  pthread_mutexattr_setprotocol(&attr, PTHREAD_PRIO_INHERIT);
  pthread_mutexattr_setrobust(&attr, PTHREAD_MUTEX_ROBUST);
  pthread_mutex_init(&g_mutex, &attr);
  pid_t pid = task_create("holder", 90, 2048, holder, NULL);
  usleep(10000);
  pthread_create(&t, NULL, locks, NULL);
  usleep(10000);
  printf("%d\\n", task_restart(pid));
  usleep(50000);
  return 0;
}
`,
    { CONFIG_PRIORITY_INHERITANCE: true, CONFIG_SEM_PREALLOCHOLDERS: 8 },
  );
  // The mutex has its pid still.
  expect(lines).toEqual(['holder 0', '0', 'waiter 1', 'holder 1']);
});

describe('kernel threads', () => {
  test.each(['SIGTERM', 'SIGKILL', 'SIGSTOP', 'SIGCONT', 'SIGUSR1'])('%s does nothing to them', async (signal) => {
    const lines = await output(`
#include <nuttx/wqueue.h>
static struct work_s g_work;
static void work(FAR void *arg)
{
  printf("work\\n");
}

int main(int argc, FAR char *argv[])
{
  for (pid_t pid = 1; pid < getpid(); pid++)
    {
      printf("%d", kill(pid, ${signal}));
      printf(" %d\\n", pthread_kill(pid, ${signal}));
    }

  usleep(10000);
  work_queue(HPWORK, &g_work, work, NULL, 0);
  usleep(10000);
  printf("main\\n");
  return 0;
}
`);
    expect(lines.slice(-2)).toEqual(['work', 'main']);
    expect(lines[0]).toBe('0 0');
  });
});

test('without CONFIG_SCHED_HAVE_PARENT, waitpid for a kernel thread gives ECHILD', async () => {
  const source =
    'int main(int argc, FAR char *argv[])\n{\n  return waitpid(1, NULL, 0) == -1 && errno == ECHILD ? 3 : 4;\n}\n';
  const { status } = (
    await compile(prelude + source, {
      config: { ...config, CONFIG_SCHED_HAVE_PARENT: false, CONFIG_SCHED_CHILD_STATUS: false },
    })
  ).run();
  expect(status).toBe(3);
});

describe('the main thread of a task is cancelled', () => {
  test.each(['task_delete(pid)', 'pthread_cancel(pid)'])('%s: its threads go on', async (cancel) => {
    const lines = await output(`
static FAR void *thread(FAR void *arg)
{
  usleep(50000);
  printf("thread\\n");
  return NULL;
}

static int task(int argc, FAR char *argv[])
{
  pthread_t t;
  pthread_create(&t, NULL, thread, NULL);
  waiting("main");
  return 0;
}

int main(int argc, FAR char *argv[])
{
  int status = 0x5555;
  pid_t pid = task_create("task", 90, 4096, task, NULL);
  usleep(20000);
  printf("%d\\n", ${cancel});
  usleep(10000);
  printf("%d\\n", waitpid(pid, &status, 0) == pid);
  printf("0x%x\\n", status);
  return 0;
}
`);
    expect(lines).toEqual(['0', 'clean main', 'thread', '1', '0x0']);
  });
});

test('a signal that two threads block is pending for each of them', async () => {
  const lines = await output(`
static FAR void *taker(FAR void *arg)
{
  sigset_t set;
  struct timespec no = { 0, 0 };
  siginfo_t info;
  sigemptyset(&set);
  sigaddset(&set, SIGUSR1);
  sigprocmask(SIG_BLOCK, &set, NULL);
  sem_wait(&g_sem);
  printf("%d\\n", sigtimedwait(&set, &info, &no));
  return NULL;
}

int main(int argc, FAR char *argv[])
{
  pthread_t a;
  pthread_t b;
  pthread_create(&a, NULL, taker, NULL);
  pthread_create(&b, NULL, taker, NULL);
  usleep(10000);
  pthread_kill(a, SIGUSR1);
  pthread_kill(b, SIGUSR1);
  sem_post(&g_sem);
  sem_post(&g_sem);
  pthread_join(a, NULL);
  pthread_join(b, NULL);
  return 0;
}
`);
  expect(lines).toEqual(['10', '10']);
});

test('a signal that came behind one that stops the thread is handled when it goes on', async () => {
  const lines = await output(`
static void handler(int signo)
{
  printf("handler %d\\n", signo);
}

static int task(int argc, FAR char *argv[])
{
  signal(SIGUSR1, handler);
  signal(SIGCONT, SIG_IGN);
  for (;;) sched_yield();
}

int main(int argc, FAR char *argv[])
{
  pid_t pid = task_create("task", 90, 2048, task, NULL);
  usleep(50000);
  kill(pid, SIGSTOP);
  kill(pid, SIGUSR1);
  usleep(50000);
  kill(pid, SIGCONT);
  usleep(50000);
  printf("kill\\n");
  kill(pid, SIGKILL);
  return 0;
}
`);
  expect(lines).toEqual(['handler 10', 'kill']);
});

test('a sleep that a deadly signal ended has no limit any more, while the thread waits for its siblings', async () => {
  const lines = await output(
    `
static int task(int argc, FAR char *argv[])
{
  pthread_t t;
  sigset_t set;
  sigfillset(&set);
  sigprocmask(SIG_BLOCK, &set, NULL);
  pthread_create(&t, NULL, waiting, "sibling");
  sigprocmask(SIG_UNBLOCK, &set, NULL);
  sleep(2);
  return 0;
}

int main(int argc, FAR char *argv[])
{
  int status;
  pid_t pid = task_create("task", 110, 2048, task, NULL);
  usleep(50000);
  kill(pid, SIGTERM);
  printf("%d\\n", waitpid(pid, &status, 0) == pid);
  sleep(4);
  return 0;
}
`,
    { CONFIG_GROUP_KILL_CHILDREN_TIMEOUT_MS: 100 },
  );
  expect(lines).toEqual(['clean sibling', '1']);
});

test('a wait for a condition that is over at once gives the mutex to one of a higher priority all the same', async () => {
  const lines = await output(`
#include <time.h>

static pthread_mutex_t g_mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t g_cond = PTHREAD_COND_INITIALIZER;

static FAR void *locks(FAR void *arg)
{
  sem_wait(&g_sem);
  pthread_mutex_lock(&g_mutex);
  printf("locked\\n");
  pthread_mutex_unlock(&g_mutex);
  return NULL;
}

int main(int argc, FAR char *argv[])
{
  pthread_t t;
  struct timespec past = { 1, 0 };
  struct sched_param param = { .sched_priority = 120 };
  pthread_create(&t, NULL, locks, NULL);
  pthread_setschedparam(t, SCHED_FIFO, &param);
  pthread_mutex_lock(&g_mutex);
  sem_post(&g_sem);
  printf("%d\\n", pthread_cond_timedwait(&g_cond, &g_mutex, &past) == ETIMEDOUT);
  printf("%d\\n", pthread_mutex_unlock(&g_mutex));
  pthread_join(t, NULL);
  return 0;
}
`);
  expect(lines).toEqual(['locked', '1', '0']);
});
