import { expect, test } from 'vitest';
import { expectCalls } from '../calls';
import { compile } from '../firmware';

const setup = `#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/select.h>

static int g_fds[2];
static int g_more[2];
static int g_mq;
static char g_buffer[1024];
static struct pollfd g_poll[3];
static clock_t g_start;
static fd_set g_read, g_write, g_except;
static struct timeval g_timeout;
static struct mq_attr g_attr = { .mq_maxmsg = 1, .mq_msgsize = 8 };

static int poll_one(int fd, int events, int timeout)
{
  g_poll[0] = (struct pollfd) { .fd = fd, .events = events, .revents = 99 };
  g_start = clock_systime_ticks();
  return poll(g_poll, 1, timeout);
}

static int revents(int fd, int events)
{
  return poll_one(fd, events, 0) < 0 ? -1 : g_poll[0].revents;
}

static int ticks(void)
{
  return clock_systime_ticks() - g_start;
}

static int writer(int argc, FAR char *argv[])
{
  usleep(20000);
  write(g_fds[1], "x", 1);
  write(g_more[1], "y", 1);
  return 0;
}

static int sender(int argc, FAR char *argv[])
{
  usleep(20000);
  mq_send(g_mq, "x", 1, 1);
  return 0;
}

static void caught(int signo)
{
  /* A handler may poll as well. */

  struct pollfd other = { .fd = g_fds[1], .events = POLLOUT };
  poll(&other, 1, 10);
}

static int killer(int argc, FAR char *argv[])
{
  usleep(20000);
  kill(atoi(argv[1]), SIGUSR1);
  return 0;
}

static int start(main_t entry, int priority)
{
  static char pid[8];
  FAR char *args[] = { pid, NULL };
  snprintf(pid, sizeof(pid), "%d", getpid());
  return task_create("helper", priority, 2048, entry, args) > 0;
}

static int select_two(int timeout)
{
  FD_ZERO(&g_read);
  FD_ZERO(&g_write);
  FD_ZERO(&g_except);
  FD_SET(g_fds[0], &g_read);
  FD_SET(g_fds[1], &g_write);
  FD_SET(g_fds[0], &g_except);
  g_timeout = (struct timeval) { .tv_usec = timeout * 1000 };
  g_start = clock_systime_ticks();
  return select(FD_SETSIZE, &g_read, &g_write, &g_except, timeout < 0 ? NULL : &g_timeout);
}

static int sets(void)
{
  return FD_ISSET(g_fds[0], &g_read) + 10 * FD_ISSET(g_fds[1], &g_write) + 100 * FD_ISSET(g_fds[0], &g_except);
}

static int select_bad(int count)
{
  FD_ZERO(&g_read);
  FD_SET(200, &g_read);
  return select(count, &g_read, NULL, NULL, NULL);
}

static int select_read(void)
{
  FD_ZERO(&g_read);
  FD_SET(g_fds[0], &g_read);
  g_start = clock_systime_ticks();
  return select(g_fds[0] + 1, &g_read, NULL, NULL, NULL);
}
`;

test('poll: events of pipes, queues and the console, time, errors', () =>
  expectCalls(setup, [
    ['pipe(g_fds) + pipe(g_more)', 0],
    ['(g_mq = mq_open("q", O_RDWR | O_CREAT, 0666, &g_attr)) > 0', 1],
    // Each error; ENOSYS has no file here that cannot be polled, and ENOMEM nothing that is allocated.
    ['poll_one(99, POLLIN, 0)', 'EBADF'],
    ['g_poll[0].revents == POLLERR', 1],
    ['poll(NULL, 1, 0)', 'EFAULT'],
    ['poll(g_poll, 1000, 0)', 'EINVAL'],
    // What is negative is passed over.
    ['poll_one(-1, POLLIN, 0)', 0],
    ['g_poll[0].revents', 0],
    ['poll(NULL, 0, 0)', 0],

    ['revents(g_fds[0], POLLIN | POLLOUT)', 0],
    ['revents(g_fds[1], POLLIN | POLLOUT)', 4],
    ['write(g_fds[1], g_buffer, 1024)', 1024],
    ['revents(g_fds[0], POLLIN)', 1],
    ['revents(g_fds[0], POLLOUT)', 0],
    ['revents(g_fds[1], POLLOUT)', 0],
    ['read(g_fds[0], g_buffer, 1024)', 1024],
    ['revents(g_mq, POLLIN | POLLOUT)', 4],
    ['mq_send(g_mq, "x", 1, 1)', 0],
    ['revents(g_mq, POLLIN | POLLOUT)', 1],
    ['mq_receive(g_mq, g_buffer, 8, NULL)', 1],
    ['revents(1, POLLIN | POLLOUT)', 4],

    // Whole ticks, and one more.
    ['poll_one(g_fds[0], POLLIN, 30)', 0],
    ['ticks()', 4],
    ['g_poll[0].revents', 0],
    ['(g_start = clock_systime_ticks(), poll(NULL, 0, 11))', 0],
    ['ticks()', 3],

    // Woken by each kind, and by the first of several.
    ['start(writer, 90) + poll_one(g_fds[0], POLLIN, -1)', 2],
    ['ticks()', 3],
    ['read(g_fds[0], g_buffer, 8)', 1],
    ['(usleep(10000), read(g_more[0], g_buffer, 8))', 1],
    ['start(sender, 90) + poll_one(g_mq, POLLIN, 1000)', 2],
    ['g_poll[0].revents', 1],
    ['mq_receive(g_mq, g_buffer, 8, NULL)', 1],
    [
      '(g_poll[0].fd = g_fds[0], g_poll[1] = g_poll[2] = g_poll[0], g_poll[1].fd = -1, g_poll[2].fd = g_more[0], start(writer, 120) + poll(g_poll, 3, 1000))',
      3,
    ],
    ['g_poll[0].revents + 10 * g_poll[1].revents + 100 * g_poll[2].revents', 101],
    ['read(g_fds[0], g_buffer, 8) + read(g_more[0], g_buffer, 8)', 2],

    // A signal ends the wait, also when its handler polls.
    ['signal(SIGUSR1, caught) != SIG_ERR', 1],
    ['start(killer, 90)', 1],
    ['poll_one(g_fds[0], POLLIN, 1000)', 'EINTR'],
    ['start(killer, 90)', 1],
    ['poll_one(g_fds[0], POLLIN, -1)', 'EINTR'],

    // The other end is closed, when the tasks that have it too have ended.
    ['usleep(50000) + close(g_fds[1])', 0],
    ['revents(g_fds[0], 0)', 16],
    ['close(g_more[0])', 0],
    ['revents(g_more[1], POLLOUT)', 8],
  ]));

test('select: sets, time, errors', () =>
  expectCalls(setup, [
    ['pipe(g_fds)', 0],
    ['pipe(g_more)', 0],
    ['select(-1, NULL, NULL, NULL, NULL)', 'EINVAL'],
    ['select(1000, &g_read, NULL, NULL, NULL)', 'EINVAL'],
    ['select_bad(201)', 'EBADF'],
    ['FD_ISSET(200, &g_read)', 0],
    ['select_two(0)', 1],
    ['sets()', 10],
    ['write(g_fds[1], "x", 1)', 1],
    ['select_two(-1)', 2],
    ['sets()', 11],
    ['write(g_fds[1], g_buffer, 1023)', 1023],
    ['select_two(0)', 1],
    ['sets()', 1],
    ['read(g_fds[0], g_buffer, 1024)', 1024],
    ['(g_timeout = (struct timeval) { .tv_usec = 30000 }, g_start = clock_systime_ticks(), select(0, NULL, NULL, NULL, &g_timeout))', 0],
    ['ticks()', 4],
    ['start(writer, 90) + select_read()', 2],
    ['ticks()', 3],
    ['FD_ISSET(g_fds[0], &g_read)', 1],
    ['read(g_fds[0], g_buffer, 8)', 1],
    ['signal(SIGUSR1, caught) != SIG_ERR', 1],
    ['start(killer, 90)', 1],
    ['select_read()', 'EINTR'],
    ['FD_ISSET(g_fds[0], &g_read)', 0],
    ['close(g_fds[1])', 0],
    ['select_read()', 1],
  ])); // prettier-ignore

test('poll and select are cancellation points', async () => {
  const { lines } = (
    await compile(
      `#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <sys/select.h>
#include <unistd.h>

static int g_fds[2];

static void *polls(void *arg)
{
  struct pollfd one = { .fd = g_fds[0], .events = POLLIN };
  poll(&one, 1, -1);
  return NULL;
}

static void *selects(void *arg)
{
  fd_set set;
  FD_ZERO(&set);
  FD_SET(g_fds[0], &set);
  select(g_fds[0] + 1, &set, NULL, NULL, NULL);
  return NULL;
}

static void *reads(void *arg)
{
  char byte;
  read(g_fds[0], &byte, 1);
  return NULL;
}

int main(int argc, char *argv[])
{
  void *(*const entries[])(void *) = { polls, selects, reads };
  pipe(g_fds);
  for (int i = 0; i < 3; i++)
    {
      pthread_t thread;
      void *value;
      pthread_create(&thread, NULL, entries[i], NULL);
      usleep(10000);
      pthread_cancel(thread);
      pthread_join(thread, &value);
      printf("%d\\n", value == PTHREAD_CANCELED);
    }

  printf("%d\\n", (int)write(g_fds[1], "x", 1));
  return 0;
}
`,
      { config: { CONFIG_CANCELLATION_POINTS: true } },
    )
  ).run();
  expect(lines).toEqual(['1', '1', '1', '1']);
});

test('poll wakes for what is typed at the console, and the machine waits for that', async () => {
  const machine = (
    await compile(`#include <poll.h>
#include <stdio.h>
#include <unistd.h>

int main(int argc, char *argv[])
{
  char line[8];
  struct pollfd one = { .fd = 0, .events = POLLIN };
  int result = poll(&one, 1, -1);
  int size = read(0, line, sizeof(line));
  printf("%d %d %d\\n", result, (int)one.revents, size);
  return 0;
}
`)
  ).boot();
  expect(machine.finish()).toBe('limit');
  machine.machine.type(new TextEncoder().encode('ab'));
  expect(machine.finish()).toBe('limit');
  machine.machine.type(new TextEncoder().encode('c\r'));
  expect(machine.finish()).toBe('ended');
  expect(machine.lines.at(-1)).toBe('1 1 4');
});

test('a task that polls can be restarted, and deleted', async () => {
  const machine = (
    await compile(`#include <poll.h>
#include <sched.h>
#include <stdio.h>
#include <unistd.h>

static int g_runs;

static int task(int argc, char *argv[])
{
  char byte;
  struct pollfd one = { .fd = 0, .events = POLLIN };
  printf("run %d\\n", ++g_runs);
  if (g_runs == 1) poll(&one, 1, 1000);
  read(0, &byte, 1);
  return 0;
}

int main(int argc, char *argv[])
{
  int pid = task_create("task", 110, 2048, task, NULL);
  task_restart(pid);
  printf("deleted %d\\n", task_delete(pid));
  return 0;
}
`)
  ).run();
  expect(machine.dump?.text).toBeUndefined();
  expect(machine.lines).toEqual(['run 1', 'run 2', 'deleted 0']);
  expect(machine.machine.kernel.state.timeouts).toEqual([]);
  expect(machine.machine.kernel.state.driverWaits.every(({ waiters }) => waiters.head === -1)).toBe(true);
});
