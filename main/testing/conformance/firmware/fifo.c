/* SCHED_FIFO: the order within a priority. */

#include "conformance.h"

static sem_t g_gate;

static int twice(int argc, FAR char *argv[])
{
  note("%s begins", argv[0]);
  sched_yield();
  note("%s ends", argv[0]);
  return 0;
}

static int once(int argc, FAR char *argv[])
{
  note("%s runs", argv[0]);
  return 0;
}

static int waits(int argc, FAR char *argv[])
{
  note("%s waits", argv[0]);
  sem_wait(&g_gate);
  note("%s is through", argv[0]);
  return 0;
}

static int posts(int argc, FAR char *argv[])
{
  sem_post(&g_gate);
  note("%s goes on after its post", argv[0]);
  sched_yield();
  note("%s has yielded", argv[0]);
  return 0;
}

void fifo(void)
{
  sem_init(&g_gate, 0, 0);

  note("-- equals take turns when they yield");
  sched_lock();
  start("one", 90, SCHED_FIFO, twice);
  start("two", 90, SCHED_FIFO, twice);
  start("three", 90, SCHED_FIFO, twice);
  sched_unlock();
  note("main goes on");
  settle();

  note("-- a higher one first, else in the order of creation");
  start("low", 80, SCHED_FIFO, once);
  start("first", 90, SCHED_FIFO, once);
  start("second", 90, SCHED_FIFO, once);
  start("high", 95, SCHED_FIFO, once);
  settle();

  note("-- one that is woken goes behind its equals");
  start("waiter", 90, SCHED_FIFO, waits);
  settle();
  start("poster", 90, SCHED_FIFO, posts);
  start("other", 90, SCHED_FIFO, once);
  settle();
}
