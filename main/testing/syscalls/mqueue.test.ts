import { expect, test } from 'vitest';
import { expectCalls } from '../calls';
import { compile } from '../firmware';

test('opening, closing, unlinking', () =>
  expectCalls(
    `static struct mq_attr g_attr = { .mq_maxmsg = 4, .mq_msgsize = 16 };
static struct mq_attr g_bad = { .mq_maxmsg = 0, .mq_msgsize = 16 };
static struct mq_attr g_large = { .mq_maxmsg = 4, .mq_msgsize = CONFIG_MQ_MAXMSGSIZE + 1 };
static mqd_t g_mq;
static mqd_t g_other;
static char g_buffer[64];
`,
    [
      ['mq_open("q", O_RDWR)', 'ENOENT'],
      ['mq_open(NULL, O_RDWR)', 'EINVAL'],
      ['mq_open("", O_RDWR | O_CREAT, 0666, &g_attr)', 'EINVAL'],
      ['mq_open("/", O_RDWR | O_CREAT, 0666, &g_attr)', 'EINVAL'],
      ['mq_open("q", O_RDWR | O_CREAT, 0666, &g_bad)', 'EINVAL'],
      ['mq_open("q", O_RDWR | O_CREAT, 0666, &g_large)', 'EINVAL'],
      ['mq_open("a-name-that-is-longer-than-thirty-two-characters", O_RDWR | O_CREAT, 0666, &g_attr)', 'ENAMETOOLONG'],
      ['(g_mq = mq_open("q", O_RDWR | O_CREAT | O_NONBLOCK, 0666, &g_attr)) >= 0', 1],
      ['mq_open("q", O_RDWR | O_CREAT | O_EXCL, 0666, &g_attr)', 'EEXIST'],
      ['mq_getattr(g_mq, &g_attr)', 0],
      ['g_attr.mq_maxmsg * 10000 + g_attr.mq_msgsize * 100 + g_attr.mq_curmsgs', 41600],
      ['(g_attr.mq_flags & O_NONBLOCK) != 0', 1],
      ['(g_other = mq_open("/q", O_RDONLY)) > g_mq', 1],
      ['mq_send(g_mq, "x", 1, 1)', 0],
      ['mq_receive(g_other, g_buffer, sizeof(g_buffer), NULL)', 1],
      ['mq_close(g_other)', 0],
      ['mq_close(g_other)', 'EBADF'],
      ['mq_close(1)', 'EBADF'],
      ['mq_close(-1)', 'EBADF'],
      ['mq_unlink("nosuch")', 'ENOENT'],
      ['mq_unlink(NULL)', 'EINVAL'],
      ['mq_unlink("q")', 0],
      ['mq_unlink("q")', 'ENOENT'],
      ['mq_open("q", O_RDWR)', 'ENOENT'],
      // Unlinked, it serves who has it open.
      ['mq_send(g_mq, "y", 1, 1)', 0],
      ['mq_receive(g_mq, g_buffer, sizeof(g_buffer), NULL)', 1],
      ['mq_close(g_mq)', 0],
      ['mq_send(g_mq, "y", 1, 1)', 'EBADF'],
      ['mq_receive(g_mq, g_buffer, sizeof(g_buffer), NULL)', 'EBADF'],
      ['mq_getattr(g_mq, &g_attr)', 'EBADF'],
    ],
  ));

test('mq_close and mq_unlink of a queue that threads wait for: the waits go on, and the queue goes with the last of them', async () => {
  const machine = await expectCalls(
    `#include <pthread.h>
static mqd_t g_mq;
static char g_buffer[32];

static FAR void *receives(FAR void *arg)
{
  int result = arg ? mq_timedreceive(g_mq, g_buffer, 32, NULL, arg) : mq_receive(g_mq, g_buffer, 32, NULL);
  return (FAR void *)(uintptr_t)(result < 0 ? errno : 0);
}

static int errno_of(pthread_t thread)
{
  FAR void *value;
  pthread_join(thread, &value);
  return (int)(uintptr_t)value;
}

static pthread_t g_threads[2];
`,
    [
      ['(g_mq = mq_open("q", O_RDWR | O_CREAT, 0666, NULL)) >= 0', 1],
      ['pthread_create(&g_threads[0], NULL, receives, in_ms(50))', 0],
      ['pthread_create(&g_threads[1], NULL, receives, NULL)', 0],
      ['usleep(10000)', 0],
      ['mq_unlink("q")', 0],
      ['mq_close(g_mq)', 0],
      ['errno_of(g_threads[0]) == ETIMEDOUT', 1],
      ['pthread_cancel(g_threads[1])', 0],
      ['pthread_join(g_threads[1], NULL)', 0],
    ],
    { config: { CONFIG_CANCELLATION_POINTS: true } },
  );
  expect(machine.machine.kernel.state.queues.size).toBe(0);
});

test('sending and receiving', () =>
  expectCalls(
    `static struct mq_attr g_attr = { .mq_maxmsg = 3, .mq_msgsize = 8 };
static struct mq_attr g_old;
static struct mq_attr g_blocking;
static mqd_t g_mq;
static mqd_t g_reader;
static mqd_t g_writer;
static mqd_t g_polled;
static char g_buffer[8];
static unsigned int g_prio;
static clock_t g_start;

/* A received message: its first character and its priority. */

static int received(void)
{
  ssize_t size = mq_receive(g_mq, g_buffer, sizeof(g_buffer), &g_prio);
  return size < 0 ? -1 : g_buffer[0] * 1000 + (int)g_prio;
}

static int ticks(void)
{
  return clock_systime_ticks() - g_start;
}

static int sender(int argc, FAR char *argv[])
{
  mqd_t mq = mq_open("q", O_WRONLY);
  usleep(30000);
  return mq_send(mq, "late", 4, 2);
}
`,
    [
      ['(g_mq = mq_open("q", O_RDWR | O_CREAT | O_NONBLOCK, 0666, &g_attr)) >= 0', 1],
      ['(g_reader = mq_open("q", O_RDONLY)) >= 0', 1],
      ['(g_writer = mq_open("q", O_WRONLY)) >= 0', 1],
      ['mq_send(g_mq, "123456789", 9, 1)', 'EMSGSIZE'],
      ['mq_receive(g_mq, g_buffer, 7, NULL)', 'EMSGSIZE'],
      ['mq_send(g_mq, "x", 1, 256)', 'EINVAL'],
      ['mq_send(g_mq, NULL, 1, 1)', 'EINVAL'],
      ['mq_receive(g_mq, NULL, 8, NULL)', 'EINVAL'],
      ['mq_receive(g_mq, g_buffer, 8, NULL)', 'EAGAIN'],
      ['mq_send(g_reader, "x", 1, 1)', 'EPERM'],
      ['mq_receive(g_writer, g_buffer, 8, NULL)', 'EPERM'],

      // The highest first, equals in order.
      ['mq_send(g_mq, "a", 1, 1)', 0],
      ['mq_send(g_mq, "b", 1, 9)', 0],
      ['mq_send(g_mq, "c", 1, 9)', 0],
      ['mq_send(g_mq, "d", 1, 9)', 'EAGAIN'],
      ['received()', 98_009],
      ['received()', 99_009],
      ['received()', 97_001],
      ['mq_send(g_mq, "", 0, 0)', 0],
      ['mq_receive(g_mq, g_buffer, 8, &g_prio)', 0],

      // Flags are a descriptor's own, and only O_NONBLOCK can change.
      ['mq_setattr(g_mq, &g_blocking, &g_old)', 0],
      ['(g_old.mq_flags & O_NONBLOCK) != 0', 1],
      ['mq_getattr(g_mq, &g_old)', 0],
      ['g_old.mq_flags & O_NONBLOCK', 0],
      ['mq_setattr(g_mq, NULL, NULL)', 'EINVAL'],
      ['mq_setattr(99, &g_blocking, NULL)', 'EBADF'],
      ['mq_getattr(g_mq, NULL)', 'EINVAL'],

      // The timed calls check the same.
      ['mq_timedsend(g_mq, "123456789", 9, 1, in_ms(50))', 'EMSGSIZE'],
      ['mq_timedreceive(g_mq, g_buffer, 7, NULL, in_ms(50))', 'EMSGSIZE'],
      ['mq_timedsend(g_mq, NULL, 1, 1, in_ms(50))', 'EINVAL'],
      ['mq_timedsend(g_mq, "x", 1, 256, in_ms(50))', 'EINVAL'],
      ['mq_timedreceive(g_mq, NULL, 8, NULL, in_ms(50))', 'EINVAL'],
      ['mq_timedsend(g_reader, "x", 1, 1, in_ms(50))', 'EPERM'],
      ['mq_timedreceive(g_writer, g_buffer, 8, NULL, in_ms(50))', 'EPERM'],
      ['mq_timedsend(99, "x", 1, 1, in_ms(50))', 'EBADF'],
      ['mq_timedreceive(99, g_buffer, 8, NULL, in_ms(50))', 'EBADF'],
      ['(g_polled = mq_open("q", O_RDWR | O_NONBLOCK)) >= 0', 1],
      ['mq_timedreceive(g_polled, g_buffer, 8, NULL, in_ms(50))', 'EAGAIN'],
      ['mq_send(g_mq, "a", 1, 1) + mq_send(g_mq, "b", 1, 1) + mq_send(g_mq, "c", 1, 1)', 0],
      ['mq_timedsend(g_polled, "x", 1, 1, in_ms(50))', 'EAGAIN'],
      // A time that is none is refused, needed or not.
      ['(in_ms(10)->tv_nsec = 1000000000, mq_timedreceive(g_mq, g_buffer, 8, NULL, &g_time))', 'EINVAL'],
      ['received() + received() + received()', 294_003],

      // With a limit: the tick that has begun counts as a whole.
      ['(g_start = clock_systime_ticks(), mq_timedreceive(g_mq, g_buffer, 8, NULL, in_ms(50)))', 'ETIMEDOUT'],
      ['ticks()', 6],
      ['mq_timedreceive(g_mq, g_buffer, 8, NULL, in_ms(-50))', 'EINVAL'],
      ['mq_timedreceive(g_mq, g_buffer, 8, NULL, NULL)', 'EINVAL'],
      ['(in_ms(10)->tv_nsec = 1000000000, mq_timedreceive(g_mq, g_buffer, 8, NULL, &g_time))', 'EINVAL'],
      ['task_create("sender", 100, 2048, sender, NULL) > 0', 1],
      ['mq_timedreceive(g_mq, g_buffer, 8, NULL, in_ms(500))', 4],
      ['mq_send(g_mq, "a", 1, 1) + mq_send(g_mq, "b", 1, 1) + mq_send(g_mq, "c", 1, 1)', 0],
      ['(g_start = clock_systime_ticks(), mq_timedsend(g_mq, "d", 1, 1, in_ms(50)))', 'ETIMEDOUT'],
      ['ticks()', 6],
      ['mq_timedsend(g_mq, "d", 1, 1, in_ms(-50))', 'EINVAL'],
      // Where there is a message, nobody asks for the time.
      ['mq_timedreceive(g_mq, g_buffer, 8, NULL, in_ms(-50))', 1],
      ['mq_timedsend(g_mq, "d", 1, 1, in_ms(-50))', 0],
    ],
    { config: { CONFIG_DEBUG_FEATURES: true } },
  ));

test('who waits is served by priority, equals in order, on both sides', async () => {
  const firmware = await compile(`#include <nuttx/config.h>
#include <fcntl.h>
#include <mqueue.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int receiver(int argc, FAR char *argv[])
{
  char text[16];
  unsigned int prio;
  ssize_t size = mq_receive(mq_open("q", O_RDONLY), text, sizeof(text), &prio);
  printf("%s: %.*s at %u\\n", argv[0], (int)size, text, prio);
  return 0;
}

static int sender(int argc, FAR char *argv[])
{
  int result = mq_send(mq_open("q", O_WRONLY), argv[0], strlen(argv[0]), 1);
  printf("%s: sent %d\\n", argv[0], result);
  return 0;
}

int main(int argc, FAR char *argv[])
{
  struct mq_attr attr = { .mq_maxmsg = 2, .mq_msgsize = 16 };
  mqd_t mq = mq_open("q", O_RDWR | O_CREAT, 0666, &attr);
  char text[16];

  task_create("R110", 110, 2048, receiver, NULL);
  task_create("R130", 130, 2048, receiver, NULL);
  task_create("R120", 120, 2048, receiver, NULL);
  task_create("S130", 130, 2048, receiver, NULL);
  printf("four receivers wait\\n");
  mq_send(mq, "one", 3, 1);
  sched_lock();
  mq_send(mq, "two", 3, 2);
  mq_send(mq, "three", 5, 9);
  sched_unlock();
  mq_send(mq, "four", 4, 4);

  mq_send(mq, "x", 1, 1);
  mq_send(mq, "y", 1, 1);
  task_create("110", 110, 2048, sender, NULL);
  task_create("130", 130, 2048, sender, NULL);
  task_create("120", 120, 2048, sender, NULL);
  printf("three senders wait\\n");
  for (int i = 0; i < 5; i++)
    {
      int size = mq_receive(mq, text, sizeof(text), NULL);
      printf("received %.*s\\n", size, text);
    }
  return 0;
}
`);
  expect(firmware.run().lines).toEqual([
    'four receivers wait',
    'R130: one at 1',
    // Two were woken under the lock; the better message goes to who runs first.
    'S130: three at 9',
    'R120: two at 2',
    'R110: four at 4',
    'three senders wait',
    '130: sent 0',
    'received x',
    '120: sent 0',
    'received y',
    '110: sent 0',
    'received 130',
    'received 120',
    'received 110',
  ]);
});

test('without CONFIG_DEBUG_FEATURES messages are not checked, as on a real NuttX, and the misuse is named', async () => {
  const { machine } = await expectCalls(
    `static struct mq_attr g_attr = { .mq_maxmsg = 3, .mq_msgsize = 8 };
static mqd_t g_mq;
static char g_buffer[64];
static unsigned int g_prio;
`,
    [
      ['(g_mq = mq_open("q", O_RDWR | O_CREAT | O_NONBLOCK, 0666, &g_attr)) >= 0', 1],
      ['mq_send(g_mq, "0123456789", 10, 256)', 0],
      ['mq_receive(g_mq, g_buffer, 4, &g_prio)', 10],
      ['g_prio', 0],
      ['strcmp(g_buffer, "0123456789")', 0],
      // Larger than any queue's.
      ['mq_send(g_mq, g_buffer, CONFIG_MQ_MAXMSGSIZE + 1, 1)', 'EMSGSIZE'],
      ['mq_send(mq_open("q", O_RDONLY), "x", 1, 1)', 0],
      ['mq_receive(mq_open("q", O_WRONLY), g_buffer, 8, NULL)', 1],
    ],
  );
  expect(machine.kernel.state.quirks.get('unchecked')?.count).toBe(4);
});

test('messages come from a pool, then from RAM, and go back where they came from', () =>
  expectCalls(
    `static struct mq_attr g_attr = { .mq_maxmsg = 100, .mq_msgsize = 8 };
static mqd_t g_mq;
static void *volatile g_block;
static char g_buffer[8];
static int g_sent;
static void *g_free;

/* The heap's first free block. */

static void *first_free(void)
{
  g_block = malloc(16);
  free(g_block);
  return g_block;
}

static int send(void)
{
  return mq_send(g_mq, "message", 8, 1);
}
`,
    [
      ['(g_mq = mq_open("q", O_RDWR | O_CREAT | O_NONBLOCK, 0666, &g_attr)) >= 0', 1],
      ['(g_free = first_free()) != NULL', 1],
      ['({ for (g_sent = 0; g_sent < CONFIG_PREALLOC_MQ_MSGS; g_sent++) send(); first_free() == g_free; })', 1],
      ['send()', 0],
      ['first_free() != g_free', 1],
      ['({ for (int size = 1 << 20; size >= 16; size /= 2) while ((g_block = malloc(size)) != NULL); 0; })', 0],
      ['send()', 'ENOMEM'],
      ['mq_open("other", O_RDWR | O_CREAT, 0666, &g_attr)', 'ENOSPC'],
      // Room for one more: what a pool's message leaves is a pool's.
      ['mq_receive(g_mq, g_buffer, 8, NULL)', 8],
      ['strcmp(g_buffer, "message")', 0],
      ['send()', 0],
      ['send()', 'ENOMEM'],
      ['mq_unlink("q") + mq_close(g_mq)', 0],
      ['(g_mq = mq_open("q", O_RDWR | O_CREAT | O_NONBLOCK, 0666, &g_attr)) >= 0', 1],
      ['send()', 0],
    ],
  ));
