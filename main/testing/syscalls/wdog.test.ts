import { expect, test } from 'vitest';
import { expectCalls } from '../calls';
import { compile } from '../firmware';

const setup = `#include <nuttx/wdog.h>
#include <sys/prctl.h>

static struct wdog_s g_wdog;
static struct wdog_s g_other;
static WDOG_ID g_id;
static FAR void *volatile g_memory;
static clock_t g_start;
static char g_calls[64];
static char g_name[32];
static int g_tick;
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
  return 0;
}

/* Appends the argument as a character. */

static void callback(wdparm_t arg)
{
  char text[2] = { (char)arg, 0 };
  strcat(g_calls, text);
  g_tick = ticks();
  prctl(PR_GET_NAME, g_name, 0);
}

static void again(wdparm_t arg)
{
  callback('0' + arg);
  if (arg > 0) wd_start(&g_wdog, 2, again, arg - 1);
}

static void post(wdparm_t arg)
{
  sem_post(&g_sem);
}

static int is(FAR const char *text)
{
  return strcmp(g_calls, text) == 0;
}
`;

test('wd_start, wd_cancel, wd_gettime', () =>
  expectCalls(setup, [
    ['wd_start(NULL, 1, callback, 0)', -22],
    ['wd_start(&g_wdog, -1, callback, 0)', -22],
    ['wd_start(&g_wdog, 1, NULL, 0)', -22],
    ['WDOG_ISACTIVE(&g_wdog)', 0],
    ['(align(), wd_start(&g_wdog, 5, callback, 97))', 0],
    ['wd_gettime(&g_wdog)', 6],
    ['WDOG_ISACTIVE(&g_wdog)', 1],
    ['g_wdog.func == callback && g_wdog.arg == 97', 1],
    ['(usleep(100000), is("a"))', 1],
    ['g_tick', 6],
    ['strcmp(g_name, "Idle_Task")', 0],
    ['WDOG_ISACTIVE(&g_wdog)', 0],
    ['wd_gettime(&g_wdog)', 0],
    // On the same tick in the order of starting; to start again is to begin anew.
    ['(align(), wd_start(&g_wdog, 3, callback, 97), wd_start(&g_other, 4, callback, 98))', 0],
    ['wd_start(&g_wdog, 4, callback, 99)', 0],
    ['(usleep(100000), is("bc"))', 1],
    ['(align(), wd_start(&g_wdog, 0, callback, 97))', 0],
    ['(usleep(100000), g_tick)', 1],
    ['(align(), wd_start(&g_wdog, 3, callback, 97))', 0],
    ['wd_cancel(&g_wdog)', 0],
    ['wd_cancel(&g_wdog)', -22],
    ['wd_cancel(NULL)', -22],
    ['(usleep(100000), is(""))', 1],
    // From the callback itself.
    ['(align(), wd_start(&g_wdog, 2, again, 3))', 0],
    ['(usleep(200000), is("3210"))', 1],
    ['g_tick', 12],
    ['(align(), wd_start(&g_wdog, 2, post, 0), sem_wait(&g_sem))', 0],
    ['ticks()', 3],
  ]));

test('wd_create, wd_init, wd_delete', () =>
  expectCalls(setup, [
    ['(g_id = wd_create()) != NULL', 1],
    ['(align(), wd_start(g_id, 2, callback, 97))', 0],
    ['(usleep(100000), is("a"))', 1],
    ['wd_start(g_id, 2, callback, 97)', 0],
    ['wd_delete(g_id)', 0],
    // Its memory is free again.
    ['(g_memory = malloc(sizeof(struct wdog_s)), g_memory == g_id)', 1],
    ['(align(), usleep(100000), is(""))', 1],
    ['(memset(&g_other, 0xff, sizeof(g_other)), wd_init(&g_other), wd_start(&g_other, 2, callback, 98))', 0],
    ['wd_delete(&g_other)', 0],
    ['WDOG_ISACTIVE(&g_other)', 0],
    ['wd_delete(NULL)', -22],
  ]));

const faulty = (body: string, then = 'sleep(1)') => `#include <nuttx/wdog.h>
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <stdlib.h>
#include <unistd.h>

static sem_t g_sem = SEM_INITIALIZER(1);

static void callback(wdparm_t arg)
{
  ${body};
}

int main(int argc, char *argv[])
{
  static struct wdog_s wdog;
  wd_start(&wdog, 1, callback, 0);
  ${then};
  return 0;
}
`;

test.each([
  ['sem_wait(&g_sem)', 'sem_wait called from an interrupt handler'],
  ['usleep(1)', 'usleep called from an interrupt handler'],
  ['exit(0)', 'exit called from an interrupt handler'],
  ['pthread_exit(0)', 'pthread_exit called from an interrupt handler'],
  ['task_delete(0)', 'task_delete called from an interrupt handler'],
  ['vfork()', 'vfork called from an interrupt handler'],
  ['execl("/bin/main", "main", NULL)', 'execl called from an interrupt handler'],
  ['pthread_cancel(pthread_self())', 'pthread_cancel called from an interrupt handler'],
  ['task_setcancelstate(TASK_CANCEL_ENABLE, NULL)', 'task_setcancelstate called from an interrupt handler'],
  ['task_restart(1)', 'task_restart called from an interrupt handler'],
])('a watchdog’s function that calls %s stops the board', async (body, reason) => {
  const { dump } = (await compile(faulty(body))).run();
  expect(dump?.text).toContain(reason);
});

test.each(['sleep(1)', 'for (;;)'])(
  'a watchdog’s function that does not come to its end stops the board: %s',
  async (then) => {
    const { dump } = (await compile(faulty('for (volatile int i = 0; ; i++)', then))).run();
    expect(dump?.text).toContain('An interrupt handler does not come to its end');
  },
);

test('sched_lock and sched_unlock in a watchdog’s function leave the lock of the task alone that it interrupts', async () => {
  const source = faulty(
    'sched_lock(); sched_lock(); sched_unlock(); sem_post(&g_sem)',
    'sched_lock(); for (volatile int i = 0; i < 5000000; i++); int count = sched_lockcount(); sched_unlock(); return 10 * count + sched_lockcount()',
  );
  const { dump, status } = (await compile(source)).run();
  expect(dump?.text).toBeUndefined();
  expect(status).toBe(10);
});

test('what expires is in the event log', async () => {
  const run = (await compile(faulty('sem_post(&g_sem)'))).run();
  expect(run.dump?.text).toBeUndefined();
  expect(run.events('expire')).toMatchObject([{ pid: 0, kind: 'wdog' }]);
});
