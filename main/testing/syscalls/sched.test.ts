import { expect, test } from 'vitest';
import { expectCalls } from '../calls';
import { compile } from '../firmware';

const setup = `static struct sched_param g_param;
static struct timespec g_slice;
static pid_t g_child;
static int g_runs;

static int child(int argc, FAR char *argv[])
{
  g_runs++;
  return 0;
}

static FAR struct sched_param *priority(int value)
{
  g_param.sched_priority = value;
  return &g_param;
}

static int priority_of(pid_t pid)
{
  struct sched_param param;
  return sched_getparam(pid, &param) < 0 ? -1 : param.sched_priority;
}
`;

test('parameters and policies', () =>
  expectCalls(
    setup,
    [
      ['sched_get_priority_max(SCHED_FIFO)', 255],
      ['sched_get_priority_max(SCHED_RR)', 255],
      ['sched_get_priority_max(SCHED_OTHER)', 255],
      ['sched_get_priority_max(99)', 'EINVAL'],
      ['sched_get_priority_min(SCHED_FIFO)', 1],
      ['sched_get_priority_min(-1)', 'EINVAL'],

      ['sched_getparam(0, &g_param)', 0],
      ['g_param.sched_priority', 100],
      ['sched_getparam(0, NULL)', 'EINVAL'],
      ['sched_getparam(12345, &g_param)', 'ESRCH'],
      ['sched_setparam(0, NULL)', 'EINVAL'],
      ['sched_setparam(0, priority(0))', 'EINVAL'],
      ['sched_setparam(0, priority(256))', 'EINVAL'],
      ['sched_setparam(12345, priority(50))', 'ESRCH'],
      ['sched_setparam(-2, priority(50))', 'ESRCH'],
      ['sched_setparam(0, priority(255))', 0],
      ['priority_of(0)', 255],
      ['sched_setparam(getpid(), priority(100))', 0],

      ['sched_getscheduler(0)', 2],
      ['sched_getscheduler(12345)', 'ESRCH'],
      ['sched_setscheduler(0, SCHED_FIFO, priority(110))', 0],
      ['sched_getscheduler(getpid())', 1],
      ['priority_of(0)', 110],
      ['sched_setscheduler(0, SCHED_OTHER, priority(100))', 0],
      ['sched_getscheduler(0)', 2],
      ['sched_setscheduler(0, 99, priority(100))', 'EINVAL'],
      ['sched_setscheduler(0, SCHED_RR, priority(0))', 'EINVAL'],
      ['sched_setscheduler(0, SCHED_RR, NULL)', 'EINVAL'],
      ['sched_setscheduler(12345, SCHED_RR, priority(100))', 'ESRCH'],

      ['sched_rr_get_interval(0, &g_slice)', 0],
      ['g_slice.tv_nsec', 200_000_000],
      ['sched_rr_get_interval(0, NULL)', 'EINVAL'],
      ['sched_rr_get_interval(-1, &g_slice)', 'EINVAL'],
      ['sched_rr_get_interval(12345, &g_slice)', 'ESRCH'],
      // The manual's name for the same.
      ['sched_get_rr_interval(getpid(), &g_slice)', 0],
      ['g_slice.tv_nsec', 200_000_000],
      ['sched_get_rr_interval(0, NULL)', 'EINVAL'],
      ['sched_get_rr_interval(-1, &g_slice)', 'EINVAL'],
      ['sched_get_rr_interval(12345, &g_slice)', 'ESRCH'],
      ['sched_setscheduler(0, SCHED_FIFO, priority(100))', 0],
      ['sched_rr_get_interval(0, &g_slice)', 0],
      ['g_slice.tv_sec + g_slice.tv_nsec', 0],
    ],
    { config: { CONFIG_DEBUG_FEATURES: true } },
  ));

test('locks nest, and keep even higher tasks off', () =>
  expectCalls(setup, [
    ['sched_lockcount()', 0],
    ['sched_lock()', 0],
    ['sched_lock()', 0],
    ['sched_lockcount()', 2],
    ['(g_child = task_create("child", 200, 2048, child, NULL)) > 0', 1],
    ['sched_yield()', 0],
    ['sched_unlock()', 0],
    ['g_runs', 0],
    ['sched_unlock()', 0],
    ['g_runs', 1],
    ['sched_unlock()', 0],
    ['sched_lockcount()', 0],
    // Raised above its creator, a ready task runs before the call returns.
    ['(g_child = task_create("child", 50, 2048, child, NULL)) > 0', 1],
    ['sched_setparam(g_child, priority(100))', 0],
    ['g_runs', 1],
    ['sched_setparam(g_child, priority(101))', 0],
    ['g_runs', 2],
    ['priority_of(g_child)', 'ESRCH'],
  ]));

test('without CONFIG_RR_INTERVAL every task is SCHED_FIFO', () =>
  expectCalls(
    setup,
    [
      ['sched_getscheduler(0)', 1],
      ['sched_setscheduler(0, SCHED_RR, priority(100))', 0],
      ['sched_getscheduler(0)', 1],
      ['sched_rr_get_interval(0, &g_slice)', 0],
      ['g_slice.tv_nsec', 0],
    ],
    { config: { CONFIG_RR_INTERVAL: 0 } },
  ));

test('inheritance lends a priority and takes it back, as s06 of the scenarios from a real NuttX has it', async () => {
  const firmware = await compile(`#include <nuttx/config.h>
#include <errno.h>
#include <sched.h>
#include <semaphore.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

static sem_t g_a;
static sem_t g_b;
static sem_t g_go;

static int prio(pid_t pid)
{
  struct sched_param param;
  return sched_getparam(pid, &param) < 0 ? -errno : param.sched_priority;
}

static int holder(int argc, FAR char *argv[])
{
  sem_wait(&g_a);
  sem_wait(&g_b);
  sem_wait(&g_go);
  printf("holder goes at %d\\n", prio(0));
  sem_post(&g_b);
  printf("without b at %d\\n", prio(0));
  sem_post(&g_a);
  printf("without a at %d\\n", prio(0));
  return 0;
}

static int waiter(int argc, FAR char *argv[])
{
  FAR sem_t *sem = argv[1][0] == 'a' ? &g_a : &g_b;
  sem_wait(sem);
  printf("%s got it at %d\\n", argv[1], prio(0));
  sem_post(sem);
  return 0;
}

static int impatient(int argc, FAR char *argv[])
{
  struct timespec ts;
  clock_gettime(CLOCK_REALTIME, &ts);
  ts.tv_sec++;
  printf("impatient: %s\\n", sem_timedwait(&g_a, &ts) < 0 && errno == ETIMEDOUT ? "timed out" : "got it");
  return 0;
}

int main(int argc, FAR char *argv[])
{
  static char *a[] = { "a", NULL };
  static char *b[] = { "b", NULL };
  struct sched_param param = { .sched_priority = 70 };
  sem_init(&g_a, 0, 1);
  sem_init(&g_b, 0, 1);
  sem_init(&g_go, 0, 0);
  sem_setprotocol(&g_a, SEM_PRIO_INHERIT);
  sem_setprotocol(&g_b, SEM_PRIO_INHERIT);

  pid_t pid = task_create("holder", 50, 4096, holder, NULL);
  usleep(10000);
  task_create("waiter", 120, 4096, waiter, a);
  printf("one waits: %d\\n", prio(pid));
  pid_t second = task_create("waiter", 150, 4096, waiter, b);
  printf("two wait: %d\\n", prio(pid));
  param.sched_priority = 180;
  sched_setparam(second, &param);
  printf("a waiter's own change: %d\\n", prio(pid));
  param.sched_priority = 150;
  sched_setparam(second, &param);
  sem_post(&g_go);
  usleep(100000);

  pid = task_create("holder", 50, 4096, holder, NULL);
  usleep(10000);
  task_create("impatient", 150, 4096, impatient, NULL);
  printf("boosted: %d\\n", prio(pid));
  sleep(2);
  printf("after the timeout: %d\\n", prio(pid));
  param.sched_priority = 70;
  sched_setparam(pid, &param);
  printf("set while boosted: %d\\n", prio(pid));
  sem_post(&g_go);
  usleep(100000);
  return 0;
}
`);
  expect(firmware.run().lines).toEqual([
    'one waits: 120',
    'two wait: 150',
    "a waiter's own change: 150",
    'holder goes at 150',
    'b got it at 150',
    'without b at 120',
    'a got it at 120',
    'without a at 50',
    'boosted: 150',
    'impatient: timed out',
    // As a real NuttX: the boost stays although nobody waits any more.
    'after the timeout: 150',
    'set while boosted: 70',
    'holder goes at 70',
    'without b at 70',
    'without a at 70',
  ]);
});
