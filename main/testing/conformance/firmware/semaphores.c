/* Who of the waiters gets the semaphore. */

#include "conformance.h"

static sem_t g_gate;
static pid_t g_pids[4];

static int waits(int argc, FAR char *argv[])
{
  sem_wait(&g_gate);
  note("%s got it", argv[0]);
  return 0;
}

static int value(void)
{
  int count;

  sem_getvalue(&g_gate, &count);
  return count;
}

/* Four waiters, in the order in which they came. */

static void queue(int a, int b, int c, int d)
{
  static const char *const names[] =
  {
    "first", "second", "third", "fourth"
  };

  int priorities[] =
  {
    a, b, c, d
  };

  for (int i = 0; i < 4; i++)
    {
      g_pids[i] = start(names[i], priorities[i], SCHED_FIFO, waits);
    }

  note("value %d", value());
}

static void post(int times)
{
  for (int i = 1; i <= times; i++)
    {
      sem_post(&g_gate);
      note("posted %d", i);
    }
}

void semaphores(void)
{
  sem_init(&g_gate, 0, 0);

  note("-- by priority, equals in order");
  queue(110, 130, 110, 130);
  post(4);
  note("value %d", value());

  note("-- posted by one whom nobody preempts");
  queue(120, 110, 120, 130);
  set_priority(0, 200);
  post(4);
  note("value %d", value());
  set_priority(0, 100);

  note("-- a new priority is a new place");
  queue(110, 120, 130, 140);
  set_priority(g_pids[0], 150);
  set_priority(g_pids[3], 120);
  post(4);

  note("-- the same priority is the place behind its equals");
  queue(110, 110, 110, 110);
  set_priority(g_pids[0], 110);
  post(4);
}
