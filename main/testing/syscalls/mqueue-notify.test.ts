import { test } from 'vitest';
import { expectCalls } from '../calls';

const setup = `#include <pthread.h>
#include <signal.h>
#include <sys/prctl.h>

static struct mq_attr g_attr = { .mq_maxmsg = 8, .mq_msgsize = 8 };
static mqd_t g_mq;
static struct sigevent g_event;
static int g_count;
static int g_value;
static int g_code;
static char g_name[32];
static sem_t g_sem = SEM_INITIALIZER(0);

static void handler(int signo, FAR siginfo_t *info, FAR void *context)
{
  g_count++;
  g_value = info->si_value.sival_int;
  g_code = info->si_code;
}

static void notified(union sigval value)
{
  g_count++;
  g_value = value.sival_int;
  prctl(PR_GET_NAME, g_name, 0);
}

static FAR struct sigevent *event(int notify, int signo)
{
  struct sigaction action = { .sa_sigaction = handler, .sa_flags = SA_SIGINFO };
  sigaction(SIGUSR1, &action, NULL);
  memset(&g_event, 0, sizeof(g_event));
  g_event.sigev_notify = notify;
  g_event.sigev_signo = signo;
  g_event.sigev_value.sival_int = 42;
  g_event.sigev_notify_function = notified;
  g_count = 0;
  return &g_event;
}

static int open_queue(void)
{
  return g_mq = mq_open("q", O_RDWR | O_CREAT, 0666, &g_attr);
}

static int send(void)
{
  return mq_send(g_mq, "m", 2, 1);
}

static int receive(void)
{
  char text[8];
  return mq_receive(g_mq, text, 8, NULL);
}

static int dies(int argc, FAR char *argv[])
{
  mqd_t mq = mq_open("q", O_RDWR);
  mq_notify(mq, event(SIGEV_SIGNAL, SIGUSR1));
  if (argc > 1) sem_wait(&g_sem);
  return 0;
}

static int start(FAR char *argument)
{
  FAR char *argv[] = { argument, NULL };
  return task_create("dies", 110, 2048, dies, argv) > 0 ? 0 : -1;
}

static FAR void *detaches(FAR void *arg)
{
  return (FAR void *)(uintptr_t)(mq_notify(g_mq, NULL) == -1 ? errno : 0);
}

static int detach_in_thread(void)
{
  pthread_t thread;
  FAR void *value;
  pthread_create(&thread, NULL, detaches, NULL);
  pthread_join(thread, &value);
  return (int)(uintptr_t)value;
}
`;

test('mq_notify: SIGEV_SIGNAL, once', () =>
  expectCalls(setup, [
    ['open_queue() >= 0', 1],
    ['mq_notify(99, event(SIGEV_SIGNAL, SIGUSR1))', 'EBADF'],
    ['mq_notify(1, event(SIGEV_SIGNAL, SIGUSR1))', 'EBADF'],
    ['mq_notify(g_mq, event(SIGEV_SIGNAL, 64))', 'EINVAL'],
    ['mq_notify(g_mq, event(2, SIGUSR1))', 'EINVAL'],
    ['mq_notify(g_mq, NULL)', 0],
    ['mq_notify(g_mq, event(SIGEV_SIGNAL, SIGUSR1))', 0],
    ['mq_notify(g_mq, event(SIGEV_SIGNAL, SIGUSR1))', 'EBUSY'],
    ['(send(), g_count)', 1],
    ['g_value', 42],
    ['g_code', 4],
    ['(send(), g_count)', 1],
    // The queue has messages: as on NuttX it does not matter.
    ['mq_notify(g_mq, &g_event)', 0],
    ['(send(), g_count)', 2],
    // Taken back, but only by the thread that asked.
    ['mq_notify(g_mq, &g_event)', 0],
    ['detach_in_thread()', 16],
    ['mq_notify(g_mq, NULL)', 0],
    ['(send(), g_count)', 2],
    ['mq_notify(g_mq, event(SIGEV_NONE, 0))', 0],
    ['mq_notify(g_mq, event(SIGEV_NONE, 0))', 'EBUSY'],
    ['(send(), g_count)', 0],
    ['mq_notify(g_mq, event(SIGEV_NONE, 0))', 0],
  ]));

test('mq_notify ends with mq_close and with the task that asked', () =>
  expectCalls(setup, [
    ['open_queue() >= 0', 1],
    ['start(NULL)', 0],
    ['mq_notify(g_mq, event(SIGEV_SIGNAL, SIGUSR1))', 0],
    ['(mq_close(g_mq), open_queue()) >= 0', 1],
    ['(send(), g_count)', 0],
    ['start("stays")', 0],
    ['mq_notify(g_mq, event(SIGEV_SIGNAL, SIGUSR1))', 'EBUSY'],
    ['mq_notify(g_mq, NULL)', 'EBUSY'],
    ['(sem_post(&g_sem), mq_notify(g_mq, event(SIGEV_SIGNAL, SIGUSR1)))', 0],
    // Another descriptor of the queue is closed: it is told all the same.
    ['mq_close(mq_open("q", O_RDWR))', 0],
    ['(send(), g_count)', 1],
  ]));

test('mq_notify: SIGEV_THREAD on the low-priority work queue', () =>
  expectCalls(
    setup,
    [
      ['open_queue() >= 0', 1],
      ['mq_notify(g_mq, event(SIGEV_THREAD, 0))', 0],
      ['(send(), usleep(10000), g_count)', 1],
      ['g_value', 42],
      ['strcmp(g_name, "lpwork")', 0],
      // Closed before it is called.
      ['mq_notify(g_mq, event(SIGEV_THREAD, 0))', 0],
      ['(mq_close(g_mq), open_queue(), send(), usleep(10000), g_count)', 0],
    ],
    { config: { CONFIG_SCHED_LPWORK: true, CONFIG_SIG_EVTHREAD: true } },
  ));

test('the sender’s own handler runs before a receiver wakes, and mq_send comes back after both', () =>
  expectCalls(
    `${setup}
static char g_order[16];

static void first(int signo)
{
  strcat(g_order, "h");
  usleep(10000);
}

static int receiver(int argc, FAR char *argv[])
{
  open_queue();
  receive();
  strcat(g_order, "r");
  return 0;
}
`,
    [
      ['task_create("receiver", 110, 2048, receiver, NULL) > 0', 1],
      ['open_queue() >= 0', 1],
      ['(mq_notify(g_mq, event(SIGEV_SIGNAL, SIGUSR1)), signal(SIGUSR1, first) == SIG_ERR)', 0],
      ['(send(), strcat(g_order, "s"), strcmp(g_order, "hrs"))', 0],
    ],
  ));
