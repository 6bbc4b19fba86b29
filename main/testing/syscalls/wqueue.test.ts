import { expect, test } from 'vitest';
import { expectCalls } from '../calls';
import { compile } from '../firmware';

const both = { CONFIG_SCHED_HPWORK: true, CONFIG_SCHED_LPWORK: true };

const setup = `#include <nuttx/wqueue.h>
#include <signal.h>
#include <sys/prctl.h>

static struct work_s g_work;
static struct work_s g_other;
static clock_t g_start;
static char g_calls[64];
static char g_name[32];
static int g_tick;
static int g_ended;
static sem_t g_sem = SEM_INITIALIZER(0);

static int ticks(void)
{
  return clock_systime_ticks() - g_start;
}

static int align(void)
{
  usleep(1);
  g_start = clock_systime_ticks();
  g_calls[0] = 0;
  g_ended = 0;
  return 0;
}

static void worker(FAR void *arg)
{
  char text[2] = { (char)(uintptr_t)arg, 0 };
  strcat(g_calls, text);
  g_tick = ticks();
  prctl(PR_GET_NAME, g_name, 0);
}

static void slow(FAR void *arg)
{
  worker(arg);
  usleep(50000);
  g_ended = 1;
}

static void requeue(FAR void *arg)
{
  int n = (int)(uintptr_t)arg;
  worker((FAR void *)(uintptr_t)('0' + n));
  if (n > 0) work_queue(HPWORK, &g_work, requeue, (FAR void *)(uintptr_t)(n - 1), 2);
}

static void slow_again(FAR void *arg)
{
  usleep(50000);
  work_queue(HPWORK, &g_work, worker, arg, 2);
}

static void cancel_self(FAR void *arg)
{
  g_ended = work_cancel_sync(HPWORK, &g_work) == 0;
}

static void waiter(FAR void *arg)
{
  sem_wait(&g_sem);
  worker(arg);
}

static int queue(int qid, FAR struct work_s *work, char arg, int delay)
{
  return work_queue(qid, work, worker, (FAR void *)(uintptr_t)arg, delay);
}

static int is(FAR const char *text)
{
  return strcmp(g_calls, text) == 0;
}

static int on(FAR const char *name)
{
  return strcmp(g_name, name) == 0;
}
`;

test('work_queue: at once, and after a delay', () =>
  expectCalls(
    setup,
    [
      ['getpid()', 3],
      // The worker outranks the caller.
      ['(align(), queue(HPWORK, &g_work, 97, 0))', 0],
      ['is("a") && on("hpwork")', 1],
      ['work_available(&g_work)', 1],
      ['(align(), queue(HPWORK, &g_work, 97, 5))', 0],
      ['work_available(&g_work)', 0],
      ['work_timeleft(&g_work)', 6],
      ['(usleep(100000), is("a"))', 1],
      ['g_tick', 6],
      ['work_timeleft(&g_work)', 0],
      // Queued again before it began: once, and later.
      ['(align(), queue(HPWORK, &g_work, 97, 2), queue(HPWORK, &g_other, 98, 4), queue(HPWORK, &g_work, 99, 4))', 0],
      ['(usleep(100000), is("bc"))', 1],
      // It is not above the caller, whose turn it still is.
      ['(align(), queue(LPWORK, &g_work, 97, 0), queue(LPWORK, &g_other, 98, 0))', 0],
      ['is("")', 1],
      ['queue(LPWORK, &g_work, 99, 0)', 0],
      ['(usleep(10000), is("bc") && on("lpwork"))', 1],
      ['(align(), work_queue(HPWORK, &g_work, requeue, (FAR void *)3, 0))', 0],
      ['(usleep(200000), is("3210"))', 1],
      ['g_tick', 9],
      // One waits: those behind it wait too.
      ['(align(), work_queue(HPWORK, &g_work, waiter, (FAR void *)97, 0), queue(HPWORK, &g_other, 98, 0))', 0],
      ['is("")', 1],
      ['(sem_post(&g_sem), is("ab"))', 1],
      // A signal wakes the worker, which finds nothing to do.
      ['kill(1, SIGUSR1) >= -1 && (align(), queue(HPWORK, &g_work, 97, 0), is("a"))', 1],
      ['queue(2, &g_work, 97, 0)', -22],
      ['queue(HPWORK, NULL, 97, 0)', -22],
      ['work_queue(HPWORK, &g_work, NULL, NULL, 0)', -22],
    ],
    { config: both },
  ));

test('work_cancel, work_cancel_sync', () =>
  expectCalls(
    setup,
    [
      ['(align(), queue(HPWORK, &g_work, 97, 5))', 0],
      ['work_cancel(HPWORK, &g_work)', 0],
      ['work_available(&g_work)', 1],
      ['work_cancel(HPWORK, &g_work)', 0],
      ['(usleep(100000), is(""))', 1],
      ['(align(), queue(LPWORK, &g_work, 97, 0), work_cancel(LPWORK, &g_work))', 0],
      ['(usleep(100000), is(""))', 1],
      ['work_cancel(2, &g_work)', -22],
      ['work_cancel(HPWORK, NULL)', -22],
      ['work_cancel_sync(2, &g_work)', -22],
      // What has begun ends before work_cancel_sync does, but not before work_cancel does.
      ['(align(), work_queue(HPWORK, &g_work, slow, (FAR void *)97, 0), work_cancel(HPWORK, &g_work))', 0],
      ['is("a") && g_ended == 0', 1],
      ['work_cancel_sync(HPWORK, &g_work)', 0],
      ['g_ended', 1],
      ['ticks()', 6],
      ['work_cancel_sync(HPWORK, &g_work)', 0],
      // It leaves alone what is queued while it waits.
      ['(align(), work_queue(HPWORK, &g_work, slow_again, (FAR void *)98, 0), work_cancel_sync(HPWORK, &g_work))', 0],
      ['(is(""), usleep(100000), is("b"))', 1],
      ['(align(), work_queue(HPWORK, &g_work, cancel_self, NULL, 0))', 0],
      ['g_ended', 1],
    ],
    { config: both },
  ));

test.each([
  [{ CONFIG_SCHED_HPWORK: true }, 'hpwork'],
  [{ CONFIG_SCHED_LPWORK: true }, 'lpwork'],
])('with one queue only it is both: %o', async (config, name) => {
  await expectCalls(
    setup,
    [
      ['getpid()', 2],
      ['(align(), queue(HPWORK, &g_work, 97, 0), queue(LPWORK, &g_other, 98, 0))', 0],
      [`(usleep(50000), is("ab") && on("${name}"))`, 1],
    ],
    { config },
  );
});

test('without a queue there is none', () =>
  expectCalls(setup, [
    ['getpid()', 1],
    ['queue(HPWORK, &g_work, 97, 0)', -22],
  ]));

test('the workers are kernel threads with their priorities, before the apps', async () => {
  const firmware = await compile('int main(void)\n{\n  return 0;\n}\n', {
    config: { ...both, CONFIG_SCHED_HPWORKPRIORITY: 192, CONFIG_DEFAULT_TASK_STACKSIZE: 4096 },
  });
  const tasks = firmware.boot().machine.kernel.state.tasks.filter((tcb) => tcb !== null);
  expect(
    tasks.map(({ pid, name, kind, group, priority, stackSize }) => [pid, name, kind, group, priority, stackSize]),
  ).toEqual([
    [0, 'Idle_Task', 'idle', 0, 0, 4096],
    [1, 'hpwork', 'kthread', 0, 192, 4096],
    [2, 'lpwork', 'kthread', 0, 100, 4096],
    [3, 'main', 'task', 3, 100, expect.any(Number)],
  ]);
});

test('a worker cannot be restarted or deleted', () =>
  expectCalls(
    setup,
    [
      ['task_restart(1)', 'ESRCH'],
      ['task_delete(1)', 'EACCES'],
      ['(align(), queue(HPWORK, &g_work, 97, 0), is("a"))', 1],
    ],
    { config: both },
  ));

test.each(['exit(0)', '_exit(0)', 'pthread_exit(NULL)', 'task_delete(0)'])(
  'work that calls %s stops the board',
  async (end) => {
    const firmware = await compile(
      `#include <nuttx/wqueue.h>
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <unistd.h>

static void worker(void *arg)
{
  ${end};
}

int main(int argc, char *argv[])
{
  static struct work_s work;
  work_queue(HPWORK, &work, worker, NULL, 0);
  return 0;
}
`,
      { config: both },
    );
    expect(firmware.run().dump?.text).toContain('hpwork was made to end');
  },
);

test('workers that do not fit into RAM are told at boot', async () => {
  const firmware = await compile('int main(void)\n{\n  return 0;\n}\n', {
    config: { ...both, CONFIG_DEFAULT_TASK_STACKSIZE: 1 << 24 },
  });
  expect(() => firmware.boot()).toThrow(/work queues do not fit/);
});
