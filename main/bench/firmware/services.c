/* What the kernel's services cost: each app does one of them so many times. */

#include <nuttx/config.h>

#include <fcntl.h>
#include <mqueue.h>
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <signal.h>
#include <stdint.h>
#include <unistd.h>

#define MESSAGES 50000
#define SIGNALS  50000
#define THREADS  10000
#define LOCKS    50000

/* One task sends, another receives: they take turns whenever the queue is full or empty. */

static int receiver(int argc, char *argv[])
{
  mqd_t mqd = mq_open("bench", O_RDONLY);
  uint32_t message;
  uint32_t sum = 0;
  int i;

  for (i = 0; i < MESSAGES; i++)
    {
      mq_receive(mqd, (char *)&message, sizeof(message), NULL);
      sum += message;
    }

  return sum & 0xff;
}

int messages_main(int argc, char *argv[])
{
  struct mq_attr attr = { .mq_maxmsg = 8, .mq_msgsize = sizeof(uint32_t) };
  mqd_t mqd = mq_open("bench", O_WRONLY | O_CREAT, 0666, &attr);
  uint32_t i;

  task_create("receiver", 100, 2048, receiver, NULL);
  for (i = 0; i < MESSAGES; i++)
    {
      mq_send(mqd, (const char *)&i, sizeof(i), 0);
    }

  return 0;
}

/* A task signals another, whose handler runs at once, since it has the higher priority. */

static volatile uint32_t g_handled;

static void on_signal(int signo)
{
  g_handled++;
}

static int sleeper(int argc, char *argv[])
{
  signal(SIGUSR1, on_signal);
  while (g_handled < SIGNALS)
    {
      pause();
    }

  return 0;
}

int signals_main(int argc, char *argv[])
{
  int pid = task_create("sleeper", 110, 2048, sleeper, NULL);
  int i;

  for (i = 0; i < SIGNALS; i++)
    {
      kill(pid, SIGUSR1);
    }

  return g_handled == SIGNALS ? 0 : 1;
}

static void *thread(void *arg)
{
  return arg;
}

int threads_main(int argc, char *argv[])
{
  uintptr_t sum = 0;
  uintptr_t i;

  for (i = 0; i < THREADS; i++)
    {
      pthread_t id;
      void *value;

      pthread_create(&id, NULL, thread, (void *)i);
      pthread_join(id, &value);
      sum += (uintptr_t)value;
    }

  return sum & 0xff;
}

static pthread_mutex_t g_mutex = PTHREAD_MUTEX_INITIALIZER;

int locks_main(int argc, char *argv[])
{
  int i;

  for (i = 0; i < LOCKS; i++)
    {
      pthread_mutex_lock(&g_mutex);
      pthread_mutex_unlock(&g_mutex);
    }

  return 0;
}

/* Who has the mutex lets the other one run, which then has to wait for it. */

static void *contend(void *arg)
{
  int i;

  for (i = 0; i < LOCKS / 2; i++)
    {
      pthread_mutex_lock(&g_mutex);
      sched_yield();
      pthread_mutex_unlock(&g_mutex);
    }

  return NULL;
}

int contention_main(int argc, char *argv[])
{
  pthread_t id;

  pthread_create(&id, NULL, contend, NULL);
  contend(NULL);
  pthread_join(id, NULL);
  return 0;
}

/* Two tasks hand each other the CPU for ever, beside others that wait: half for semaphores, half for the clock. */

#define MOST_WAITING 1000

static sem_t g_waiting[MOST_WAITING / 2];
static sem_t g_turn[2];

static int wait_for_sem(int argc, char *argv[])
{
  static int next;

  return sem_wait(&g_waiting[next++]);
}

static int wait_for_clock(int argc, char *argv[])
{
  return sleep(1000000);
}

static int turns(int id)
{
  for (; ; )
    {
      sem_wait(&g_turn[id]);
      sem_post(&g_turn[1 - id]);
    }

  return 0;
}

static int partner(int argc, char *argv[])
{
  return turns(1);
}

static int crowd(int waiting)
{
  int i;

  for (i = 0; i < waiting; i++)
    {
      sem_init(&g_waiting[i / 2], 0, 0);
      task_create("waiting", 110, 512, i % 2 ? wait_for_sem : wait_for_clock, NULL);
    }

  sem_init(&g_turn[0], 0, 1);
  sem_init(&g_turn[1], 0, 0);
  task_create("partner", 100, 2048, partner, NULL);
  usleep(10000000);
  return turns(0);
}

int crowd10_main(int argc, char *argv[])
{
  return crowd(10);
}

int crowd100_main(int argc, char *argv[])
{
  return crowd(100);
}

int crowd1000_main(int argc, char *argv[])
{
  return crowd(1000);
}
