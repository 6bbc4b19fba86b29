/** Waits for semaphores and queues that something else ends: signals, cancellation; and their calls at interrupt level. */
import { describe, expect, test } from 'vitest';
import { expectCalls } from '../calls';
import { compile } from '../firmware';

const source = (call: string, body: string) => `#include <nuttx/config.h>
#include <nuttx/clock.h>
#include <nuttx/wdog.h>
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

static sem_t g_sem;
static mqd_t g_full;
static mqd_t g_empty;
static char g_buffer[8];
static struct timespec g_time;
static struct wdog_s g_wdog;

static int count(void)
{
  int result;
  sem_getvalue(&g_sem, &result);
  return result;
}

static void handler(int signo)
{
  printf("handler\\n");
}

static int waits(int argc, FAR char *argv[])
{
  g_full = mq_open("full", O_WRONLY);
  g_empty = mq_open("empty", O_RDONLY);
  if (argc > 1)
    {
      signal(SIGUSR1, handler);
    }
  int result = ${call};
  printf("%d %s\\n", result, result < 0 ? strerror(errno) : "");
  return 0;
}

static void *waits_in_thread(void *arg)
{
  int result = ${call};
  printf("%d\\n", result);
  return NULL;
}

/* Long enough for a watchdog. */

static void spin(void)
{
  clock_t end = clock_systime_ticks() + 5;
  while (clock_systime_ticks() < end);
}

static void at_interrupt(wdparm_t arg)
{
  ${call.startsWith('mq_send') ? call : '0'};
}

int main(int argc, FAR char *argv[])
{
  struct mq_attr attr = { .mq_maxmsg = 1, .mq_msgsize = 8 };
  sem_init(&g_sem, 0, 0);
  g_empty = mq_open("empty", O_RDWR | O_CREAT, 0666, &attr);
  g_full = mq_open("full", O_RDWR | O_CREAT, 0666, &attr);
  mq_send(g_full, "x", 1, 1);
  clock_gettime(CLOCK_REALTIME, &g_time);
  g_time.tv_sec += 100;
${body}
  return 0;
}
`;

const calls = [
  'sem_wait(&g_sem)',
  'sem_timedwait(&g_sem, &g_time)',
  'sem_clockwait(&g_sem, CLOCK_REALTIME, &g_time)',
  'mq_send(g_full, "y", 1, 1)',
  'mq_timedsend(g_full, "y", 1, 1, &g_time)',
  'mq_receive(g_empty, g_buffer, 8, NULL)',
  'mq_timedreceive(g_empty, g_buffer, 8, NULL, &g_time)',
];

describe.each(calls)('%s', (call) => {
  test('a signal ends it with EINTR, after the handler if there is one', async () => {
    const { lines, dump } = (
      await compile(
        source(
          call,
          `  char *with[] = { "handler", NULL };
  pid_t pid = task_create("waits", 110, 4096, waits, NULL);
  printf("waits\\n");
  kill(pid, SIGUSR1);
  pid = task_create("waits", 110, 4096, waits, with);
  printf("waits\\n");
  kill(pid, SIGUSR1);
  printf("count %d\\n", count());`,
        ),
      )
    ).run();
    expect(dump?.text).toBeUndefined();
    expect(lines.map((line) => line.replace(/Interrupted.*/, 'EINTR'))).toEqual([
      'waits',
      '-1 EINTR',
      'waits',
      'handler',
      '-1 EINTR',
      'count 0',
    ]);
  });

  test('it is a cancellation point, and leaves nothing behind', async () => {
    const { lines, dump } = (
      await compile(
        source(
          call,
          `  pthread_t thread;
  void *value;
  pthread_create(&thread, NULL, waits_in_thread, NULL);
  usleep(20000);
  printf("count %d\\n", count());
  pthread_cancel(thread);
  pthread_join(thread, &value);
  printf("%d, count %d\\n", value == PTHREAD_CANCELED, count());`,
        ),
        { config: { CONFIG_CANCELLATION_POINTS: true } },
      )
    ).run();
    expect(dump?.text).toBeUndefined();
    expect(lines).toEqual([call.startsWith('sem') ? 'count -1' : 'count 0', '1, count 0']);
  });
});

test('mq_send from an interrupt handler does not wait, and has messages of its own', async () => {
  const { lines, dump } = (
    await compile(
      source(
        'mq_send(g_empty, "tick", 5, 1) < 0 ? printf("%s\\n", errno == EAGAIN ? "EAGAIN" : errno == EBADF ? "EBADF" : "") : 0',
        `  wd_start(&g_wdog, 1, at_interrupt, 0);
  spin();
  printf("%d %s\\n", (int)mq_receive(g_empty, g_buffer, 8, NULL), g_buffer);
  mq_send(g_empty, "full", 5, 1);
  wd_start(&g_wdog, 1, at_interrupt, 0);
  spin();
  mq_receive(g_empty, g_buffer, 8, NULL);

  /* With an empty pool. */

  attr.mq_maxmsg = 100;
  g_full = mq_open("many", O_RDWR | O_CREAT, 0666, &attr);
  for (int i = 0; i < CONFIG_PREALLOC_MQ_MSGS; i++)
    {
      mq_send(g_full, "x", 1, 1);
    }
  wd_start(&g_wdog, 1, at_interrupt, 0);
  spin();
  printf("%d\\n", (int)mq_receive(g_empty, g_buffer, 8, NULL));

  /* The descriptor is one of whoever is interrupted: of the idle task here. */

  wd_start(&g_wdog, 1, at_interrupt, 0);
  usleep(50000);`,
      ),
    )
  ).run();
  expect(dump?.text).toBeUndefined();
  expect(lines).toEqual(['5 tick', 'EAGAIN', '5', 'EBADF']);
});

test('mq_send from an interrupt handler has a reserve, and nothing from the heap', () =>
  expectCalls(
    `#include <nuttx/wdog.h>
static struct wdog_s g_wdog;
static mqd_t g_mq;
static volatile int g_errno;

static void at_interrupt(wdparm_t arg)
{
  g_errno = mq_send(g_mq, "x", 1, 0) < 0 ? errno : 0;
}

static int errno_at_interrupt(void)
{
  g_errno = -1;
  wd_start(&g_wdog, 1, at_interrupt, 0);
  while (g_errno < 0);
  return g_errno;
}
`,
    [
      ['(g_mq = mq_open("q", O_RDWR | O_CREAT, 0666, NULL)) >= 0', 1],
      ['errno_at_interrupt()', 0],
      ['errno_at_interrupt()', 0],
      ['errno_at_interrupt() == ENOMEM', 1],
      ['mq_send(g_mq, "x", 1, 0)', 0],
    ],
    { config: { CONFIG_PREALLOC_MQ_MSGS: 0, CONFIG_PREALLOC_MQ_IRQ_MSGS: 2 } },
  ));
