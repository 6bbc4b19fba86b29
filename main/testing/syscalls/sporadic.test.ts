import { expect, test } from 'vitest';
import { expectCalls } from '../calls';
import { compile } from '../firmware';

const config = { CONFIG_SCHED_SPORADIC: true, CONFIG_DEBUG_FEATURES: true };

test('parameters of SCHED_SPORADIC: sched_setscheduler, sched_setparam, sched_getparam', () =>
  expectCalls(
    `static struct sched_param g_param;
static struct sched_param g_got;

/* Milliseconds. */

static FAR struct sched_param *sporadic(int priority, int low, int budget, int period, int repl)
{
  g_param.sched_priority = priority;
  g_param.sched_ss_low_priority = low;
  g_param.sched_ss_init_budget.tv_nsec = budget * 1000000;
  g_param.sched_ss_repl_period.tv_nsec = period * 1000000;
  g_param.sched_ss_max_repl = repl;
  return &g_param;
}
`,
    [
      ['sched_getparam(0, &g_got)', 0],
      ['g_got.sched_ss_max_repl', 0],
      ['sched_setscheduler(0, SCHED_SPORADIC, sporadic(150, 90, 50, 90, 3))', 'EINVAL'],
      ['sched_setscheduler(0, SCHED_SPORADIC, sporadic(150, 90, 50, 100, 0))', 'EINVAL'],
      [
        'sched_setscheduler(0, SCHED_SPORADIC, sporadic(150, 90, 50, 100, CONFIG_SCHED_SPORADIC_MAXREPL + 1))',
        'EINVAL',
      ],
      ['sched_setscheduler(0, SCHED_SPORADIC, sporadic(150, 0, 50, 100, 1))', 'EINVAL'],
      ['sched_setscheduler(0, SCHED_SPORADIC, sporadic(256, 90, 50, 100, 1))', 'EINVAL'],
      ['sched_setscheduler(0, SCHED_SPORADIC, NULL)', 'EINVAL'],
      ['sched_setscheduler(12345, SCHED_SPORADIC, sporadic(150, 90, 50, 100, 1))', 'ESRCH'],
      ['sched_getscheduler(0)', 2],
      ['sched_setscheduler(0, SCHED_SPORADIC, sporadic(150, 90, 45, 105, 2))', 0],
      ['sched_getscheduler(0)', 3],
      ['sched_getparam(0, &g_got)', 0],
      ['g_got.sched_priority * 1000 + g_got.sched_ss_low_priority', 150_090],
      ['g_got.sched_ss_max_repl', 2],
      // In whole ticks.
      ['g_got.sched_ss_init_budget.tv_nsec', 50_000_000],
      ['g_got.sched_ss_repl_period.tv_nsec', 110_000_000],
      ['sched_setparam(0, sporadic(160, 80, 50, 90, 2))', 'EINVAL'],
      ['sched_setparam(0, sporadic(160, 80, 10, 200, 2))', 0],
      ['sched_getparam(getpid(), &g_got)', 0],
      ['g_got.sched_priority * 1000 + g_got.sched_ss_low_priority', 160_080],
      ['(usleep(30000), sched_getparam(0, &g_got), g_got.sched_priority)', 80],
      ['sched_setscheduler(0, SCHED_FIFO, sporadic(100, 0, 0, 0, 0))', 0],
      ['(usleep(500000), sched_getparam(0, &g_got), g_got.sched_priority)', 100],
    ],
    { config },
  ));

test('without CONFIG_SCHED_SPORADIC there is no such policy', () =>
  expectCalls('static struct sched_param g_param = { .sched_priority = 100, .sched_ss_low_priority = 90 };\n', [
    ['sched_setscheduler(0, SCHED_SPORADIC, &g_param)', 'EINVAL'],
  ]));

const source = `
#include <nuttx/config.h>
#include <nuttx/clock.h>
#include <sched.h>
#include <semaphore.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static sem_t g_sem;
static clock_t g_start;

static int prio(pid_t pid)
{
  struct sched_param param;
  return sched_getparam(pid, &param) < 0 ? -1 : param.sched_priority;
}

/* Says each change of its own priority, for so many ticks. */

static void watch(int ticks)
{
  int last = -1;
  clock_t end = g_start + ticks;
  while ((int)(clock_systime_ticks() - end) < 0)
    {
      if (prio(0) != last)
        {
          last = prio(0);
          printf("%d: %d\\n", (int)(clock_systime_ticks() - g_start), last);
        }
    }
}

static void become_sporadic(int budget, int period, int repl)
{
  struct sched_param param = { .sched_priority = 150, .sched_ss_low_priority = 90, .sched_ss_max_repl = repl };
  param.sched_ss_init_budget.tv_nsec = budget * 10000000;
  param.sched_ss_repl_period.tv_nsec = period * 10000000;
  g_start = clock_systime_ticks();
  sched_setscheduler(0, SCHED_SPORADIC, &param);
}

static int waiter(int argc, FAR char *argv[])
{
  sem_wait(&g_sem);
  sem_post(&g_sem);
  return 0;
}

int main(int argc, FAR char *argv[])
{
  if (strcmp(argv[1], "budget") == 0)
    {
      become_sporadic(5, 20, 3);
      watch(50);
    }
  else if (strcmp(argv[1], "lock") == 0)
    {
      become_sporadic(5, 20, 3);
      sched_lock();
      watch(12);
      sched_unlock();
      watch(40);
    }
  else if (strcmp(argv[1], "boost") == 0)
    {
      sem_init(&g_sem, 0, 1);
      sem_setprotocol(&g_sem, SEM_PRIO_INHERIT);
      sem_wait(&g_sem);
      become_sporadic(5, 20, 3);
      task_create("waiter", 160, 2048, waiter, NULL);
      watch(10);
      sem_post(&g_sem);
      watch(30);
    }
  else if (strcmp(argv[1], "asleep") == 0)
    {
      become_sporadic(8, 40, 2);
      usleep(100000);
      watch(60);
    }
  else
    {
      become_sporadic(8, 40, atoi(argv[1]));
      usleep(10000);
      watch(60);
    }
  return 0;
}
`;

test.each([
  ['budget', ['0: 150', '6: 90', '22: 150', '28: 90', '44: 150']],
  // The budget ends under the lock; its consequences come with the unlock, and the period goes on from there.
  ['lock', ['0: 150', '12: 90', '27: 150', '33: 90']],
  // A lent priority stays; what the thread goes back to is the low one.
  ['boost', ['0: 160', '10: 90', '22: 150', '28: 90']],
  // Off the CPU when the budget ends, it gets back what was left of it.
  ['asleep', ['11: 90', '21: 150', '31: 90', '42: 150', '51: 90']],
  // Off the CPU for two ticks, it gets them back half a period later, if it may have another timer.
  ['2', ['2: 150', '9: 90', '21: 150', '24: 90', '42: 150', '51: 90']],
  ['1', ['2: 150', '9: 90', '42: 150', '51: 90']],
])('SCHED_SPORADIC, %s', async (what, changes) => {
  const { lines, dump } = (await compile(source, { config: { ...config, CONFIG_PRIORITY_INHERITANCE: true } })).run(
    what,
  );
  expect(dump?.text).toBeUndefined();
  expect(lines).toEqual(changes);
});
